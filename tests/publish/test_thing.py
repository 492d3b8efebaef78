"""One thing in schema.org's words: terms that there are, a type that is true, names in both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import SDO

from egov_kg import iris
from egov_kg.namespaces import expand
from egov_kg.publish import thing
from egov_kg.publish.describe import describe
from egov_kg.store.rdf_io import parse_rdf
from egov_kg.store.snapshot import Snapshot

SCHEMA = expand("schema:")
TYPES = {
    "id/region/cn": "Country",
    "id/region/610000": "AdministrativeArea",
    "id/organisation/aqsiq": "Organization",
    "id/group/central-ministries": "Thing",
    "id/person/yang-daoling": "Person",
    "id/website/central-ministry-websites": "Collection",
    "id/statement/2012-2013-pilot-shaanxi": "Claim",
    "id/document/report-2012-2013": "Report",
    "id/section/report-2012-2013-websites": "CreativeWork",
    "id/pilot/cloud-platform-2012": "Project",
    "id/dataset/regions-2012": "Dataset",
    "code/level": "DefinedTermSet",
    "code/level/county": "DefinedTerm",
}


def document(store: Snapshot, path: str) -> dict[str, Any]:
    about = describe(store, iris.BASE + path)
    assert about is not None
    return thing.document(about)


@pytest.mark.parametrize(("path", "kind"), TYPES.items(), ids=list(TYPES))
def test_its_type_and_terms_are_those_of_schema_org(
    own_store: Snapshot, path: str, kind: str, tmp_path: Path
) -> None:
    file = tmp_path / "thing.jsonld"
    file.write_text(json.dumps(document(own_store, path)), encoding="utf-8")
    text = "".join(f"{quad.triple} .\n" for quad in parse_rdf(file, None, "jsonld"))
    graph = Graph().parse(data=text, format="nt")
    assert set(graph.objects(URIRef(iris.BASE + path), RDF.type)) == {SDO[kind]}
    terms = {*graph.predicates(), *graph.objects(None, RDF.type)} - {RDF.type}
    assert {str(term) for term in terms if URIRef(str(term)) not in SDO} == set()
    names = list(graph.objects(URIRef(iris.BASE + path), SDO.name))
    assert {getattr(name, "language", None) for name in names} == {"en", "zh"}


def test_a_region_has_its_codes_where_it_is_and_what_is_the_same(own_store: Snapshot) -> None:
    (found,) = document(own_store, "id/region/610000")["@graph"]
    assert {one["value"] for one in found["identifier"]} == {"610000", "CN-SN"}
    assert {one["propertyID"] for one in found["identifier"]} == {
        expand("egov:gbt2260-2012"),
        expand("egov:iso3166-2"),
    }
    (country,) = found["containedInPlace"]
    assert country["@id"] == f"{iris.BASE}id/region/cn"
    assert {"@value": "中国", "@language": "zh"} in country["name"]
    assert found["sameAs"] == [
        {"@id": "http://www.wikidata.org/entity/Q47974"},
        {"@id": "https://www.omg.org/spec/LCC/Countries/ISO3166-2-SubdivisionCodes-Adjunct/CN-SN"},
    ]
    assert {"@value": "shanxisheng", "@language": "zh-latn-pinyin"} in found["alternateName"]


def test_a_concept_has_its_code_and_list(own_store: Snapshot) -> None:
    (found,) = document(own_store, "code/level/county")["@graph"]
    assert found["termCode"] == ["county"]
    assert [one["@id"] for one in found["inDefinedTermSet"]] == [f"{iris.BASE}code/level"]
    assert {text["@language"] for text in found["description"]} == {"en", "zh"}


def test_a_derived_value_keeps_its_bounds(own_store: Snapshot) -> None:
    path = "id/observation/derived-count-2012-2013-extranet-coverage-county"
    (found,) = document(own_store, path)["@graph"]
    assert found["@type"] == ["Observation", "QuantitativeValue"]
    numbers = [found[name]["@value"] for name in ("minValue", "value", "maxValue")]
    assert numbers == sorted(numbers, key=float)
    assert len(set(numbers)) == 3
