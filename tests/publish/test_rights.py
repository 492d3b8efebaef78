"""What is said of the licences of a release with imports in it."""

from __future__ import annotations

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS

from egov_kg import iris
from egov_kg.licences import BY_SHORT
from egov_kg.publish.rights import licences, of_file
from egov_kg.publish.void import WHOLE

FILE = URIRef("https://example.org/file")
CC0 = BY_SHORT["CC0-1.0"].iri
DATASET = iris.imported("dataset", "index")


def said(imports: dict[str, str]) -> Graph:
    graph = Graph()
    for triple in (*licences(imports), *of_file(FILE, imports)):
        graph.add(triple)
    return graph


def test_without_imports_a_file_has_our_licence_alone() -> None:
    assert set(said({})) == {(FILE, DCTERMS.license, URIRef(iris.LICENCE))}


@pytest.mark.parametrize("licence", [CC0, "https://e.org/licence"])
def test_a_file_with_an_import_of_another_licence_has_a_statement_instead(licence: str) -> None:
    graph = said({DATASET: licence})
    assert graph.value(FILE, DCTERMS.license) is None
    (statement,) = graph.objects(FILE, DCTERMS.rights)
    assert (URIRef(WHOLE), DCTERMS.rights, statement) in graph
    assert (statement, RDF.type, DCTERMS.RightsStatement) in graph
    shown = "CC0-1.0" if licence == CC0 else licence
    assert set(graph.objects(statement, RDFS.label)) == {
        Literal(f"Imports have licences of their own: index {shown}. All else: CC-BY-4.0.", lang="en"),
        Literal(f"各导入有其自身的许可：index 为 {shown}。其余部分：CC-BY-4.0。", lang="zh"),
    }


def test_a_file_whose_imports_have_our_licence_has_both() -> None:
    graph = said({DATASET: iris.LICENCE})
    assert graph.value(FILE, DCTERMS.license) == URIRef(iris.LICENCE)
    assert graph.value(FILE, DCTERMS.rights) is not None


def test_a_known_licence_has_its_name_in_both_languages() -> None:
    names = {Literal(text, lang=lang) for lang, text in BY_SHORT["CC0-1.0"].names.items()}
    assert set(said({DATASET: CC0}).objects(URIRef(CC0), RDFS.label)) == names
    assert not set(said({DATASET: "https://e.org/x"}).objects(URIRef("https://e.org/x"), RDFS.label))
