"""The two parts of the catalogue: connected, complete, and right by the shapes of others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, SH, SKOS, Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, VOID, XSD
from rdflib.term import Node

from egov_kg import iris
from egov_kg.publish.catalog import CATALOGUE
from egov_kg.publish.export import FORMATS
from egov_kg.publish.extract import describe_catalogue, describe_void
from egov_kg.publish.void import WHOLE
from egov_kg.release.registry import Release
from egov_kg.store.rdf_io import parse_rdf
from egov_kg.store.snapshot import Snapshot

LINKSET = URIRef(iris.thing("linkset", "regions-wikidata"))


@pytest.fixture(scope="module")
def dcat(own_store: Snapshot) -> Graph:
    return describe_catalogue(own_store)


@pytest.fixture(scope="module")
def void(own_store: Snapshot) -> Graph:
    return describe_void(own_store)


@pytest.fixture(scope="module")
def quads(own: Release) -> list[tuple[str, str, str]]:
    return [(str(quad.subject), quad.predicate.value, str(quad.object)) for quad in parse_rdf(own.nquads)]


def reached(graph: Graph, start: str) -> set[Node]:
    found: set[Node] = set()
    open_: list[Node] = [URIRef(start)]
    while open_:
        node = open_.pop()
        if node not in found:
            found.add(node)
            open_ += [value for value in graph.objects(node) if isinstance(value, URIRef)]
    return found


def test_everything_is_reached_from_the_top(dcat: Graph, void: Graph) -> None:
    assert set(dcat.subjects()) <= reached(dcat, CATALOGUE)
    assert set(void.subjects()) <= reached(void, WHOLE)


def test_all_datasets_services_and_distributions_are_described(dcat: Graph) -> None:
    for link, class_, count in (
        (DCAT.dataset, DCAT.Dataset, 4),
        (DCAT.service, DCAT.DataService, 2),
    ):
        listed = set(dcat.objects(URIRef(CATALOGUE), link))
        assert len(listed) == count
        for one in listed:
            assert (one, RDF.type, class_) in dcat
            for words in (DCTERMS.title, DCTERMS.description):
                languages = {text.language for text in dcat.objects(one, words) if isinstance(text, Literal)}
                assert languages == {"zh", "en"}, one
    assert len(set(dcat.objects(URIRef(WHOLE), DCAT.distribution))) == len(FORMATS)
    endpoints = {str(url) for url in dcat.objects(None, DCAT.endpointURL)}
    assert endpoints == {f"{iris.BASE}sparql", f"{iris.BASE}graphs"}


def test_sizes_have_the_datatype_of_dcat(dcat: Graph) -> None:
    sizes = list(dcat.objects(None, DCAT.byteSize))
    assert len(sizes) == sum(1 for known in FORMATS if not known.syntax)
    assert {size.datatype for size in sizes if isinstance(size, Literal)} == {XSD.nonNegativeInteger}


def test_links_are_counted(void: Graph, quads: list[tuple[str, str, str]]) -> None:
    links = {(s, o) for s, p, o in quads if p == str(SKOS.exactMatch) and "wikidata" in o}
    assert len(links) > 40
    counts = {
        VOID.triples: len(links),
        VOID.distinctSubjects: len({s for s, _ in links}),
        VOID.distinctObjects: len({o for _, o in links}),
    }
    for predicate, count in counts.items():
        assert [int(str(value)) for value in void.objects(LINKSET, predicate)] == [count]
    assert (URIRef(WHOLE), VOID.subset, LINKSET) in void
    assert (LINKSET, VOID.linkPredicate, SKOS.exactMatch) in void
    target = void.value(LINKSET, VOID.objectsTarget)
    space = str(void.value(target, VOID.uriSpace))
    assert all(link.startswith(f"<{space}") for _, link in links)
    assert void.value(LINKSET, VOID.subjectsTarget) == URIRef(iris.thing("dataset", "regions-2012"))


def test_every_link_is_in_a_linkset_and_has_its_evidence(
    void: Graph, quads: list[tuple[str, str, str]]
) -> None:
    matches = {f"{SKOS}{name}Match" for name in ("exact", "close", "broad", "narrow", "related")}
    links = {(s, p, o) for s, p, o in quads if p in matches}
    assert len(links) > 70
    facts: dict[str, dict[str, str]] = {}
    for s, p, o in quads:
        facts.setdefault(s, {})[p.rpartition("#")[2]] = o
    evidence = {
        (one["annotatedSource"], one["annotatedProperty"][1:-1], one["annotatedTarget"])
        for one in facts.values()
        if "annotatedTarget" in one
    }
    assert evidence == links
    counted = 0
    for linkset in set(void.subjects(RDF.type, VOID.Linkset)):
        for predicate in (VOID.subjectsTarget, VOID.objectsTarget, VOID.linkPredicate, DCTERMS.title):
            assert void.value(linkset, predicate), linkset
        assert void.value(void.value(linkset, VOID.objectsTarget), VOID.uriSpace), linkset
        total = int(str(void.value(linkset, VOID.triples)))
        assert total > 0, linkset
        counted += total if str(void.value(linkset, VOID.linkPredicate)) in matches else 0
    assert counted == len(links)


def test_void_says_where_the_data_are(void: Graph) -> None:
    whole = URIRef(WHOLE)
    assert (whole, VOID.sparqlEndpoint, URIRef(f"{iris.BASE}sparql")) in void
    assert (whole, VOID.uriSpace, Literal(iris.BASE)) in void
    assert len(set(void.objects(whole, VOID.dataDump))) == sum(1 for known in FORMATS if known.syntax)
    assert list(void.objects(whole, VOID.exampleResource))
    parts = set(void.objects(whole, VOID.subset)) - set(void.subjects(RDF.type, VOID.Linkset))
    assert len(parts) == 6
    for part in parts:
        assert list(void.objects(part, VOID.propertyPartition))
        assert list(void.objects(part, VOID.vocabulary))


@pytest.fixture(scope="module")
def shapes() -> dict[str, Graph]:
    return {}


def dcat_ap(judges: Path, cache: dict[str, Graph]) -> Graph:
    if "dcat-ap" not in cache:
        graph = Graph().parse(judges / "dcat-ap" / "dcat-ap-SHACL.ttl")
        # Two property shapes of the profile are named there and nowhere described.
        for shape, property_ in list(graph.subject_objects(SH.property)):
            if (property_, SH.path, None) not in graph:
                graph.remove((shape, SH.property, property_))
        cache["dcat-ap"] = graph
    return cache["dcat-ap"]


def test_the_catalogue_conforms_to_dcat_ap(dcat: Graph, judges: Path, shapes: dict[str, Graph]) -> None:
    conforms, _, text = pyshacl.validate(dcat, shacl_graph=dcat_ap(judges, shapes))
    assert conforms, text


@pytest.mark.parametrize(
    "spoil",
    [
        lambda graph: graph.remove((None, DCAT.accessURL, None)),
        lambda graph: graph.remove((URIRef(WHOLE), DCTERMS.title, None)),
        lambda graph: graph.remove((None, DCAT.endpointURL, None)),
        lambda graph: graph.add((URIRef(WHOLE), DCTERMS.source, URIRef("urn:a-book"))),
    ],
    ids=["no address", "no title", "no endpoint", "made from what is no dataset"],
)
def test_the_profile_refuses_what_is_wrong(
    spoil: Callable[[Graph], object], dcat: Graph, judges: Path, shapes: dict[str, Graph]
) -> None:
    spoilt = Graph()
    for triple in dcat:
        spoilt.add(triple)
    spoil(spoilt)
    conforms, _, _ = pyshacl.validate(spoilt, shacl_graph=dcat_ap(judges, shapes))
    assert not conforms
