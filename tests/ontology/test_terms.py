"""Every term is declared, named and explained in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, SKOS, VANN

from support.ontology import (
    ALIGNMENTS,
    BASE,
    CONTEXT,
    DOCUMENT,
    EGOV,
    EXAMPLES,
    ONTOLOGY,
    PUBLISHED,
    ROOT,
    languages,
    own_terms,
    read,
    terms_in,
    union,
)

QB = "http://purl.org/linked-data/cube#"
CORE = read(ONTOLOGY / "egov.ttl")
TERMS = own_terms()
ALL_FILES = [*PUBLISHED, CONTEXT, *EXAMPLES]
DATA = sorted((ROOT / "data" / "ttl").rglob("*.ttl"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _sources_with_terms() -> list[Path]:
    places = {"ontology": "ttl", "data/ttl": "ttl", "shapes": "ttl rq", "queries": "rq", "src": "rq py"}
    return sorted(
        path
        for folder, suffixes in places.items()
        for suffix in suffixes.split()
        for path in (ROOT / folder).rglob(f"*.{suffix}")
    )


@pytest.mark.parametrize("path", ALL_FILES, ids=_name)
def test_no_blank_nodes(path: Path) -> None:
    assert not [t for t in read(path) if any(isinstance(node, BNode) for node in t)]


def test_header() -> None:
    assert (DOCUMENT, RDF.type, OWL.Ontology) in CORE
    for predicate in (RDFS.label, DCTERMS.title, DCTERMS.description):
        assert languages(CORE, DOCUMENT, predicate) == ["en", "zh"]
    assert CORE.value(DOCUMENT, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert CORE.value(DOCUMENT, VANN.preferredNamespacePrefix) == Literal("egov")
    assert CORE.value(DOCUMENT, VANN.preferredNamespaceUri) == Literal(EGOV)
    assert re.fullmatch(r"\d+\.\d+\.\d+", str(CORE.value(DOCUMENT, OWL.versionInfo)))


@pytest.mark.parametrize("name", sorted(TERMS))
def test_term_is_named_and_explained(name: str) -> None:
    term = TERMS[name]
    assert languages(CORE, term, RDFS.label) == ["en", "zh"]
    assert languages(CORE, term, SKOS.definition) == ["en", "zh"]
    assert list(CORE.objects(term, RDFS.isDefinedBy)) == [DOCUMENT]


def test_everything_declared_in_the_core_is_an_own_term() -> None:
    foreign = {s for s in CORE.subjects() if isinstance(s, URIRef) and not s.startswith(EGOV)}
    assert foreign == {DOCUMENT}


def test_a_term_is_one_kind_of_thing() -> None:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, RDFS.Datatype)
    for name, term in TERMS.items():
        stated = [kind for kind in kinds if (term, RDF.type, kind) in CORE]
        assert len(stated) == 1, name
        capital = name[0].isupper()
        assert capital == (OWL.Class in stated) or RDFS.Datatype in stated, name


@pytest.mark.parametrize("path", ALIGNMENTS, ids=_name)
def test_foreign_terms_have_labels(path: Path) -> None:
    graph = read(path)
    declared = set(graph.subjects(RDFS.label))
    assert declared
    for term in declared:
        assert not str(term).startswith(EGOV), term
        assert languages(graph, term, RDFS.label) == ["en", "zh"], term


def test_alignments_give_foreign_terms_no_domain_or_range_of_ours() -> None:
    graph = union(ALIGNMENTS)
    for predicate in (RDFS.domain, RDFS.range, RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass):
        for subject, value in graph.subject_objects(predicate):
            assert str(subject).startswith(EGOV) or not str(value).startswith(EGOV), (
                subject,
                predicate,
                value,
            )


def test_every_foreign_term_in_use_is_labelled() -> None:
    """Checks and pages need nothing that is fetched; OWL, VANN and two terms of RDF are granted."""
    graph = union(PUBLISHED)
    granted = re.compile(r"http://(www\.w3\.org/2002/07/owl|purl\.org/vocab/vann/|.*#(Datatype|Property)$)")
    for path in [*ALL_FILES, *DATA]:
        used = {p for p in read(path).predicates() if isinstance(p, URIRef)}
        used |= {o for o in read(path).objects(None, RDF.type) if isinstance(o, URIRef)}
        missing = {t for t in used if not granted.match(t) and (t, RDFS.label, None) not in graph}
        assert not missing, _name(path)


def test_components_are_declared_as_the_cube_needs() -> None:
    """IC-4 and IC-5 of the Data Cube: each dimension has a range, and each coded one its list."""
    graph = union(PUBLISHED)
    dimensions = set(graph.subjects(RDF.type, URIRef(QB + "DimensionProperty")))
    assert len(dimensions) == 6
    for dimension in dimensions:
        assert graph.value(dimension, RDFS.range) is not None, dimension
    for component, scheme in graph.subject_objects(URIRef(QB + "codeList")):
        assert (component, RDF.type, URIRef(QB + "CodedProperty")) in graph
        assert (scheme, RDF.type, SKOS.ConceptScheme) in graph
    for component, concept in graph.subject_objects(URIRef(QB + "concept")):
        assert (concept, RDF.type, SKOS.Concept) in graph, component


@pytest.mark.parametrize("path", _sources_with_terms(), ids=_name)
def test_every_term_in_use_is_declared(path: Path) -> None:
    used = set(terms_in(path.read_text(encoding="utf-8")))
    assert used <= set(TERMS), f"{_name(path)} uses terms that ontology/egov.ttl does not declare"


def test_terms_are_found_in_every_way_of_writing_them() -> None:
    text = (
        'egov:indicator a <https://w3id.org/egov-kg/ontology#Indicator> . "?x egov:no-such ?y" myegov:other'
    )
    assert list(terms_in(text)) == ["indicator", "Indicator", "no-such"]


def test_the_model_page_and_the_ontology_name_the_same_properties() -> None:
    page = set(terms_in((ROOT / "docs" / "model.md").read_text(encoding="utf-8")))
    assert page <= set(TERMS), "docs/model.md names terms that ontology/egov.ttl does not declare"
    properties = {name for name in TERMS if name[0].islower() and not name[0].isdigit()}
    assert properties <= page, "ontology/egov.ttl declares properties that docs/model.md does not name"


def test_codes_in_use_are_declared() -> None:
    """Every concept of a code list that data or examples point at is in `ontology/codelists/`."""
    graph = union([*PUBLISHED, CONTEXT])
    declared = set(graph.subjects(RDF.type))
    for path in [*EXAMPLES, *DATA]:
        used = {o for o in read(path).objects() if isinstance(o, URIRef) and o.startswith(BASE + "code/")}
        assert used <= declared, _name(path)
