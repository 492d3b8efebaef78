"""schema.org: terms that there are, JSON-LD that means the same after a round trip, and every figure."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import SDO, XSD

from egov_kg import iris
from egov_kg.namespaces import expand
from egov_kg.publish.export import FORMATS
from egov_kg.publish.figures import Figures
from egov_kg.publish.schemaorg import document, excerpt, overview
from egov_kg.publish.void import WHOLE
from egov_kg.release.registry import Release
from egov_kg.store.rdf_io import parse_rdf

# In the part of schema.org that is marked as new: https://schema.org/Observation, /StatisticalVariable.
NEW = {"StatisticalVariable", "measurementQualifier", "observationAbout"}
SCHEMA = expand("schema:")


def read(path: Path) -> Graph:
    text = "".join(f"{quad.triple} .\n" for quad in parse_rdf(path, None, "jsonld"))
    return Graph().parse(data=text, format="nt")


@pytest.fixture(scope="module")
def graph(own: Release) -> Graph:
    return read(own.path / "schema.jsonld")


def used(graph: Graph) -> set[str]:
    terms = {*graph.predicates(), *graph.objects(None, RDF.type)} - {RDF.type}
    assert all(str(term).startswith(SCHEMA) for term in terms)
    return {str(term).removeprefix(SCHEMA) for term in terms}


def unknown(terms: set[str]) -> set[str]:
    return {term for term in terms if URIRef(SCHEMA + term) not in SDO} - NEW


def test_every_term_is_one_of_schema_org(graph: Graph) -> None:
    terms = used(graph)
    assert {"Dataset", "DataCatalog", "DataDownload", "Observation", "minValue", "license"} <= terms
    assert unknown(terms) == set()
    assert unknown({"Dataset", "lowerBound"}) == {"lowerBound"}


def test_a_round_trip_changes_nothing(graph: Graph, tmp_path: Path) -> None:
    graph.serialize(tmp_path / "schema.jsonld", format="json-ld")
    back = read(tmp_path / "schema.jsonld")
    assert len(back) == len(graph) > 1000
    assert isomorphic(back, graph)
    back.remove((URIRef(WHOLE), URIRef(f"{SCHEMA}license"), None))
    assert not isomorphic(back, graph)


def test_the_context_is_in_the_document(own: Release) -> None:
    text: Path = own.path / "schema.jsonld"
    assert isinstance(json.loads(text.read_text("utf-8"))["@context"], dict)


def test_every_figure_has_its_value_and_bounds(graph: Graph, own_rows: dict[str, dict[str, str]]) -> None:
    for iri, row in own_rows.items():
        observation = URIRef(iri)
        assert (observation, RDF.type, SDO.Observation) in graph
        for name, column in (("value", "value"), ("minValue", "lower"), ("maxValue", "upper")):
            found = list(graph.objects(observation, URIRef(SCHEMA + name)))
            wanted = [Literal(Decimal(row[column]))] if row[column] else []
            assert [Decimal(str(value)) for value in found] == [Decimal(str(value)) for value in wanted]
            assert all(isinstance(value, Literal) and value.datatype == XSD.decimal for value in found)
        assert graph.value(observation, SDO.variableMeasured) == URIRef(row["indicator"])
        excluded = {
            str(graph.value(node, SDO.propertyID)).rpartition("#")[2]
            for node in graph.objects(observation, SDO.additionalProperty)
            if (node, SDO.value, Literal(False)) in graph
        }
        inclusive = {"lowerInclusive": row["lower_inclusive"], "upperInclusive": row["upper_inclusive"]}
        assert excluded == {name for name, text in inclusive.items() if text == "false"}


def test_the_dataset_is_described_in_both_languages(graph: Graph, own: Release) -> None:
    whole = URIRef(WHOLE)
    for name in ("name", "description", "creditText", "keywords"):
        texts = list(graph.objects(whole, URIRef(SCHEMA + name)))
        assert {text.language for text in texts if isinstance(text, Literal)} == {"zh", "en"}
    assert graph.value(whole, SDO.license) == URIRef(iris.LICENCE)
    assert str(graph.value(whole, SDO.version)) == own.id
    downloads = {str(one) for one in graph.objects(whole, SDO.distribution)}
    assert downloads == {f"{iris.BASE}download/{known.file}" for known in FORMATS}


def test_a_qualifier_is_given_in_both_languages(own_figures: Figures) -> None:
    nodes = {node["@id"]: node for node in document(own_figures)["@graph"]}
    figure = next(one for one in own_figures.all if one.qualifier.endswith("/about"))
    texts = {text["@language"]: text["@value"] for text in nodes[figure.iri]["measurementQualifier"]}
    assert texts == own_figures.labels[figure.qualifier]
    assert not {"minValue", "maxValue"} & set(nodes[figure.iri])


def as_graph(found: dict[str, Any], folder: Path) -> Graph:
    path = folder / "part.jsonld"
    path.write_text(json.dumps(found), encoding="utf-8")
    return read(path)


def named(graph: Graph) -> set[tuple[object, object, object]]:
    """The triples whose terms all have names: blank nodes are others in each file."""
    return {triple for triple in graph if not any(isinstance(term, BNode) for term in triple)}


def test_a_part_says_what_the_whole_says(own_figures: Figures, graph: Graph, tmp_path: Path) -> None:
    chosen = {figure.iri for figure in own_figures.all[:5]}
    part = as_graph(excerpt(own_figures, chosen), tmp_path)
    assert {str(one) for one in part.subjects(RDF.type, URIRef(f"{SCHEMA}Observation"))} == chosen
    measured = {figure.place["indicator"] for figure in own_figures.all[:5]}
    assert {str(one) for one in part.subjects(RDF.type, URIRef(f"{SCHEMA}StatisticalVariable"))} == measured
    dataset = URIRef(own_figures.all[0].dataset)
    added = {triple for triple in named(part) - named(graph) if triple[0] != dataset}
    assert added == set()
    files = set(part.objects(dataset, URIRef(f"{SCHEMA}distribution")))
    assert len(files) > 3
    assert files <= set(graph.objects(URIRef(WHOLE), URIRef(f"{SCHEMA}distribution")))


def test_a_part_of_nothing_names_no_dataset(own_figures: Figures, tmp_path: Path) -> None:
    part = as_graph(excerpt(own_figures, ()), tmp_path)
    assert set(part.subjects(RDF.type, URIRef(f"{SCHEMA}Dataset"))) == set()


def test_an_overview_has_all_that_is_measured_and_no_figure(
    own_figures: Figures, graph: Graph, tmp_path: Path
) -> None:
    found = as_graph(overview(own_figures), tmp_path)
    variable = URIRef(f"{SCHEMA}StatisticalVariable")
    assert set(found.subjects(RDF.type, variable)) == set(graph.subjects(RDF.type, variable))
    assert set(found.subjects(RDF.type, URIRef(f"{SCHEMA}Observation"))) == set()
    assert named(found) <= named(graph)


def test_dataset_search_finds_what_it_asks_for(own_figures: Figures) -> None:
    """Google Search Central, "Dataset structured data": the properties it requires and recommends."""
    nodes = {node["@id"]: node for node in overview(own_figures)["@graph"]}
    whole = nodes[WHOLE]
    for language in ("en", "zh"):
        (name,) = (one["@value"] for one in whole["name"] if one["@language"] == language)
        (said,) = (one["@value"] for one in whole["description"] if one["@language"] == language)
        assert name
        assert 50 <= len(said) <= 5000, said
    assert whole["@type"] == "Dataset"
    assert nodes[whole["creator"]["@id"]]["@type"] == "Organization"
    assert whole["identifier"] == whole["url"] == WHOLE
    assert whole["isAccessibleForFree"] is True
    assert whole["license"].startswith("https://")
    assert whole["temporalCoverage"] == "2012-01-01/2013-12-31"
    (place,) = whole["spatialCoverage"]
    assert {text["@value"] for text in place["name"]} == {"中国", "China"}
    for name in ("keywords", "variableMeasured", "version", "includedInDataCatalog", "hasPart"):
        assert whole[name], name
    for download in whole["distribution"]:
        assert nodes[download]["contentUrl"].startswith("https://")
        assert nodes[download]["encodingFormat"].count("/") == 1
