"""Property paths of SHACL in the syntax of SPARQL."""

from __future__ import annotations

import pytest
from rdflib import SH, Graph, URIRef

from egov_kg.shapes.paths import NotAPath, path_text

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://example.org/> .\n"
A, B = "<https://example.org/a>", "<https://example.org/b>"


def written(path: str) -> str:
    graph = Graph().parse(data=f"{PREFIXES} ex:shape sh:path {path} .", format="turtle")
    node = graph.value(URIRef("https://example.org/shape"), SH.path)
    assert node is not None
    return path_text(graph, node)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("ex:a", A),
        ("[ sh:inversePath ex:a ]", f"^{A}"),
        ("( ex:a ex:b )", f"{A}/{B}"),
        ("( ex:a ( ex:b ex:a ) )", f"{A}/{B}/{A}"),
        ("[ sh:inversePath ( ex:a ex:b ) ]", f"^({A}/{B})"),
        ("[ sh:alternativePath ( ex:a ex:b ) ]", f"({A}|{B})"),
        ("[ sh:alternativePath ( ex:a ( ex:b ex:a ) ) ]", f"({A}|{B}/{A})"),
        ("[ sh:zeroOrMorePath ex:a ]", f"({A})*"),
        ("[ sh:oneOrMorePath [ sh:inversePath ex:a ] ]", f"(^{A})+"),
        ("[ sh:zeroOrOnePath ex:a ]", f"({A})?"),
    ],
)
def test_paths_in_words(path: str, text: str) -> None:
    assert written(path) == text


@pytest.mark.parametrize(
    "path",
    ['"text"', "()", "( ex:a )", "[ ex:other ex:a ]", "_:x . _:x sh:inversePath _:x",
     "_:x . _:x sh:zeroOrMorePath [ sh:inversePath _:x ]"],
)  # fmt: skip
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(NotAPath):
        written(path)
