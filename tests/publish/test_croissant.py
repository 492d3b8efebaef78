"""Croissant: what its specification asks for, files as they are, and columns as the tables have them."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import pyarrow.parquet as pq
import pyoxigraph
import pytest
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import DCTERMS

from egov_kg import iris
from egov_kg.publish.columns import COLUMNS
from egov_kg.publish.croissant import CONFORMS_TO, document
from egov_kg.publish.figures import Figures
from egov_kg.release.registry import Release

CR, SC = "http://mlcommons.org/croissant/", "https://schema.org/"
NAME = re.compile(r"[A-Za-z0-9\-_./]+")


@pytest.fixture(scope="module")
def found(own: Release) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((own.path / "croissant.jsonld").read_text("utf-8"))
    return read


def test_what_the_specification_requires_is_there(found: dict[str, Any]) -> None:
    assert found["conformsTo"] == CONFORMS_TO
    # Croissant Format Specification 1.0, "Dataset-level information": required, then recommended.
    for name in ("@context", "@type", "name", "description", "license", "creator", "datePublished", "url"):
        assert found[name], name
    for name in ("keywords", "publisher", "version", "inLanguage", "citeAs", "isLiveDataset"):
        assert name in found, name
    assert found["alternateName"] == "中国电子政务知识图谱"
    assert found["temporalCoverage"] == "2012-01-01/2013-12-31"


def test_every_file_is_there_with_its_size_and_checksum(found: dict[str, Any], own: Release) -> None:
    names = [one["name"] for one in found["distribution"]]
    assert {"observations.csv", "observations.parquet", "observations.xlsx", "cube.ttl"} <= set(names)
    for one in found["distribution"]:
        content = (own.path / one["name"]).read_bytes()
        assert one["sha256"] == hashlib.sha256(content).hexdigest()
        assert one["contentSize"] == f"{len(content)} B"
        # An address that has this content for ever, not that of the current release.
        assert one["contentUrl"] == f"{iris.BASE}releases/{own.id}/{one['name']}"
        assert one["encodingFormat"].count("/") == 1


def test_a_field_for_each_column_of_the_files(found: dict[str, Any], own: Release) -> None:
    header = (own.path / "observations.csv").read_text("utf-8").partition("\n")[0].split(",")
    columns = {
        "observations.csv": header,
        "observations.parquet": pq.read_schema(own.path / "observations.parquet").names,
    }
    assert len(found["recordSet"]) == len(columns)
    ids = {one["@id"] for one in found["distribution"]}
    for records in found["recordSet"]:
        files = {field["source"]["fileObject"]["@id"] for field in records["field"]}
        (file,) = files & ids
        assert [field["source"]["extract"]["column"] for field in records["field"]] == columns[file]
        assert columns[file] == list(COLUMNS)
        assert records["key"]["@id"] in {field["@id"] for field in records["field"]}
        for field in records["field"]:
            assert NAME.fullmatch(field["name"])
            assert field["description"]
            assert field["dataType"].startswith("sc:")


def test_it_is_json_ld_that_says_so(found: dict[str, Any], own: Release) -> None:
    # Names of files and fields are relative to where the document was read.
    base = f"{iris.BASE}download/croissant.jsonld"
    quads = pyoxigraph.parse(path=own.path / "croissant.jsonld", base_iri=base)
    graph = Graph().parse(data="".join(f"{quad.triple} .\n" for quad in quads), format="nt")
    whole = URIRef(found["@id"])
    assert (whole, RDF.type, URIRef(f"{SC}Dataset")) in graph
    assert str(graph.value(whole, DCTERMS.conformsTo)) == CONFORMS_TO
    assert len(set(graph.objects(whole, URIRef(f"{CR}recordSet")))) == 2
    fields = set(graph.objects(None, URIRef(f"{CR}field")))
    assert len(fields) == 2 * len(COLUMNS)
    for field in fields:
        assert str(graph.value(field, URIRef(f"{CR}dataType"))).startswith(SC)
        extract = graph.value(graph.value(field, URIRef(f"{CR}source")), URIRef(f"{CR}extract"))
        assert str(graph.value(extract, URIRef(f"{CR}column"))) in COLUMNS


def test_a_file_that_is_not_there_is_not_described(own_figures: Figures) -> None:
    nothing = document(own_figures.about, {})
    assert nothing["distribution"] == nothing["recordSet"] == []
