"""The code lists: complete concepts, notations that agree with IRIs, orders without gaps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import RDF, RDFS, Literal, URIRef
from rdflib.namespace import SKOS

from support.ontology import (
    BASE,
    CODE_LISTS,
    CONTEXT,
    EGOV,
    ONTOLOGY,
    PUBLISHED,
    ROOT,
    languages,
    read,
    union,
)

CODES = BASE + "code/"
ORDER = URIRef(EGOV + "order")
GRAPH = union(PUBLISHED)
WITH_EXAMPLES = union([*PUBLISHED, CONTEXT])
SCHEMES = sorted(s for s in GRAPH.subjects(RDF.type, SKOS.ConceptScheme) if isinstance(s, URIRef))
CONCEPTS = sorted(c for c in GRAPH.subjects(SKOS.inScheme) if isinstance(c, URIRef) and c.startswith(CODES))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_scheme(scheme: URIRef) -> None:
    for predicate in (SKOS.prefLabel, RDFS.label, SKOS.definition):
        assert languages(GRAPH, scheme, predicate) == ["en", "zh"], predicate
    if scheme.startswith(CODES):
        assert "/" not in scheme[len(CODES) :]
        assert (scheme, RDFS.isDefinedBy, URIRef(BASE + "ontology")) in GRAPH


def test_concepts_are_complete() -> None:
    assert len(CONCEPTS) > 100
    for concept in CONCEPTS:
        scheme = URIRef(concept.rpartition("/")[0])
        assert (concept, RDF.type, SKOS.Concept) in GRAPH, concept
        for predicate in (SKOS.prefLabel, RDFS.label, SKOS.definition):
            assert languages(GRAPH, concept, predicate) == ["en", "zh"], (concept, predicate)
        assert set(GRAPH.objects(concept, SKOS.prefLabel)) == set(GRAPH.objects(concept, RDFS.label)), concept
        assert list(GRAPH.objects(concept, SKOS.inScheme)) == [scheme], concept
        assert list(GRAPH.objects(concept, SKOS.topConceptOf)) == [scheme], concept
        assert (scheme, RDF.type, SKOS.ConceptScheme) in GRAPH, concept


@pytest.mark.parametrize("concept", [*CONCEPTS, *read(CONTEXT).subjects(SKOS.topConceptOf)])
def test_notation_is_the_last_part_of_the_iri(concept: URIRef) -> None:
    assert list(WITH_EXAMPLES.objects(concept, SKOS.notation)) == [Literal(concept.rpartition("/")[2])]


def test_labels_are_unique_in_a_scheme() -> None:
    """Nobody can tell two codes of one name apart."""
    for scheme in SCHEMES:
        labels = [
            label for c in GRAPH.subjects(SKOS.inScheme, scheme) for label in GRAPH.objects(c, SKOS.prefLabel)
        ]
        assert len(labels) == len(set(labels)), scheme


def test_a_concept_is_typed_by_the_class_of_its_list() -> None:
    """A class of coded concepts and its list name each other's members: one by type, one by scheme."""
    classes = {
        scheme: cls
        for cls, scheme in GRAPH.subject_objects(RDFS.seeAlso)
        if (scheme, RDF.type, SKOS.ConceptScheme) in GRAPH and str(cls)[len(EGOV) :][0].isupper()
    }
    assert len(classes) > 20
    for scheme, cls in classes.items():
        members = set(GRAPH.subjects(SKOS.inScheme, scheme))
        typed = {c for c in GRAPH.subjects(RDF.type, cls) if str(c).startswith(CODES)}
        assert members == typed, cls
    untyped = {c for c in CONCEPTS if URIRef(c.rpartition("/")[0]) not in classes}
    assert {c.rpartition("/")[0][len(CODES) :] for c in untyped} == {
        "condition",
        "gbt2260-earlier",
        "gbt2260-later",
        "role",
        "statistical-concept",
    }


def test_scales_are_ordered_without_gaps() -> None:
    scales = {scheme for c in GRAPH.subjects(ORDER) for scheme in GRAPH.objects(c, SKOS.inScheme)}
    assert {str(s)[len(CODES) :] for s in scales} == {
        "level-scale", "trend-scale", "maturity-scale", "adequacy-scale", "comparison-scale",
    }  # fmt: skip
    for scheme in scales:
        orders = sorted(
            int(value)
            for c in GRAPH.subjects(SKOS.inScheme, scheme)
            for value in GRAPH.objects(c, ORDER)
            if isinstance(value, Literal)
        )
        assert orders == list(range(1, len(set(GRAPH.subjects(SKOS.inScheme, scheme))) + 1)), scheme


@pytest.mark.parametrize("path", CODE_LISTS, ids=lambda p: p.name)
def test_one_scheme_in_a_file_of_its_name(path: Path) -> None:
    schemes = [str(s) for s in read(path).subjects(RDF.type, SKOS.ConceptScheme)]
    if path.stem == "units":
        assert schemes == []
    elif path.stem == "obs-status":
        assert schemes == ["http://purl.org/linked-data/sdmx/2009/code#obsStatus"]
    else:
        assert schemes == [CODES + path.stem]


def test_units_have_labels_and_symbols() -> None:
    graph = read(ONTOLOGY / "codelists" / "units.ttl")
    qudt = "http://qudt.org/schema/qudt/"
    units = set(graph.subjects(RDF.type, URIRef(qudt + "Unit")))
    assert {str(u).rpartition("/")[2] for u in units} == {"PERCENT", "NUM", "CCY_CNY", "YR"}
    for unit in units:
        assert languages(graph, unit, RDFS.label) == ["en", "zh"]
        assert graph.value(unit, URIRef(qudt + "symbol")) is not None


def test_the_model_page_lists_the_codes_as_they_are() -> None:
    """A list written as "`ecode:scheme/` one, two, three" is the whole list."""
    page = re.sub(r"\s+", " ", (ROOT / "docs" / "model.md").read_text(encoding="utf-8"))
    found = re.findall(r"`ecode:([a-z-]+)/\*?`:? ((?:[a-z-]+(?:, | or ))*[a-z-]+)", page)
    assert {"level", "qualifier", "flag", "value-origin", "topic", "label-origin"} <= {
        name for name, _ in found
    }
    for scheme, codes in found:
        members = {str(c).rpartition("/")[2] for c in GRAPH.subjects(SKOS.inScheme, URIRef(CODES + scheme))}
        assert set(re.split(r", | or ", codes)) == members, scheme
