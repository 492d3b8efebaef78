"""The ontology with its examples and the data is consistent under OWL 2 RL, and infers no nonsense."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef
from rdflib.namespace import SKOS
from rdflib.term import Node

from support.ontology import BASE, CONTEXT, EGOV, EXAMPLES, PUBLISHED, ROOT, Closure, close, read, union

DATA = ROOT / "data" / "ttl"
_ENTITY = URIRef(EGOV + "Entity")  # What bodies and people are by being measured or spoken of.


def _described(graph: Graph) -> set[Node]:
    """The own things and codes (not terms) that a graph gives a type."""
    own = re.compile(re.escape(BASE) + "(id|code)/")
    return {s for s in graph.subjects(RDF.type) if own.match(str(s))}


def _surprises(stated: Graph, closure: Closure, nodes: Iterable[Node]) -> list[tuple[Node, Node]]:
    """Types that follow from a domain or a range alone, and not from a stated type's superclasses."""
    found: list[tuple[Node, Node]] = []
    for node in nodes:
        expected: set[Node] = {OWL.Thing, RDFS.Resource, _ENTITY}
        for cls in stated.objects(node, RDF.type):
            expected |= {cls, *closure.graph.objects(cls, RDFS.subClassOf)}
            expected |= set(closure.graph.objects(cls, OWL.equivalentClass))
        found += [(node, cls) for cls in closure.types(node) - expected]
    return found


@pytest.fixture(scope="module")
def examples() -> tuple[Graph, Closure]:
    """All examples together: what contradicts nothing together contradicts nothing alone."""
    graph = union([*PUBLISHED, CONTEXT, *EXAMPLES])
    return graph, close(graph)


def test_the_ontology_alone_is_consistent() -> None:
    graph = union(PUBLISHED)
    closure = close(graph)
    assert closure.errors == ()
    assert len(_described(graph)) > 100
    assert _surprises(graph, closure, _described(graph)) == []


def test_every_class_can_have_a_member() -> None:
    graph = union(PUBLISHED)
    for number, cls in enumerate(union(PUBLISHED).subjects(RDF.type, OWL.Class)):
        graph.add((URIRef(f"{BASE}id/probe/{number}"), RDF.type, cls))
    assert close(graph).errors == ()


def test_the_examples_are_consistent(examples: tuple[Graph, Closure]) -> None:
    assert examples[1].errors == ()


@pytest.mark.parametrize("path", [CONTEXT, *EXAMPLES], ids=lambda p: p.stem)
def test_an_example_has_the_types_it_states(path: Path, examples: tuple[Graph, Closure]) -> None:
    described = _described(read(path))
    assert described
    assert _surprises(*examples, described) == []


def test_the_data_are_consistent() -> None:
    """All data; of the regions those that facts are about, for the others are built alike."""
    regions = DATA / "regions.ttl"
    files = sorted(p for p in DATA.rglob("*.ttl") if p != regions)
    data = union(files)
    graph = union([*PUBLISHED, *files])
    named = set(data.objects()) & set(read(regions).subjects())
    for region in named:
        graph += read(regions).cbd(region)
    closure = close(graph)
    assert closure.errors == ()
    assert named
    assert _surprises(graph, closure, _described(data) | named) == []


_BROKEN = {
    "a thing that is a statement": "ex:a a egov:Platform , egov:Proposal .",
    "an exclusion as the pilot": "ex:x egov:pilot ex:b . ex:b a egov:SourceExclusion .",
    "a statement as what is measured": "ex:x egov:subject ex:c . ex:c a egov:Publication .",
    "a group of bodies as a region": "ex:x egov:area ex:d . ex:d a egov:BodyGroup .",
    "a person as a formal organisation": "ex:e a foaf:Person , org:FormalOrganization .",
    "a section in place of a span": "ex:x egov:figureSpan ex:f . ex:f a egov:Section .",
    "a period as a condition": "ex:x egov:condition ex:g . ex:g a time:Instant .",
    "a grade on two scales": "ex:h a egov:LevelRating , egov:TrendRating .",
    "a qualifier on a thing": "ex:i a egov:Network ; egov:qualifier ex:over .",
}
_PREFIXES = f"""
@prefix ex: <{BASE}id/broken/> .
@prefix egov: <{EGOV}> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix time: <http://www.w3.org/2006/time#> .
"""


@pytest.fixture(scope="module")
def contradictions() -> str:
    graph = union(PUBLISHED)
    graph.parse(data=_PREFIXES + "\n".join(_BROKEN.values()), format="turtle")
    return "\n".join(close(graph).errors)


@pytest.mark.parametrize("node", "abcdefghi", ids=_BROKEN.keys())
def test_a_contradiction_is_found(node: str, contradictions: str) -> None:
    assert re.search(f"{BASE}id/broken/{node}(?![a-z])", contradictions)


def test_a_surprising_type_is_found() -> None:
    graph = union(PUBLISHED)
    node = URIRef(BASE + "id/broken/x")
    graph.add((node, RDF.type, SKOS.Concept))
    graph.add((node, URIRef(EGOV + "threshold"), Literal(1)))
    assert (node, URIRef(EGOV + "ThresholdCondition")) in _surprises(graph, close(graph), [node])
