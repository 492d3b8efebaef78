"""Relative IRIs, held against what the engine makes of them."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from egov_kg.sparql.iris import resolve

BASES = [
    "http://e/a/b/c",
    "http://e",
    "http://e/",
    "http://e/a?q#f",
    "u:",
    "urn:a:b",
    "u:a/b",
    "u:/a/b",
    "file:///a/b",
    "http://e/a/../b/./c",
]
REFERENCES = [
    *("", "x", "x/y", "./x", "../x", "../../../x", "/x", "/x/../y", "//h", "//h/z", "?q", "?", "#f", "x?y#z"),
    *(".", "..", "a/./b/..", "./a:b", "x:y", "/", "城?市"),
]


def engine(reference: str, base: str) -> str | None:
    try:
        triples = ox.Store().query(f"BASE <{base}> CONSTRUCT {{ <x:s> <x:p> <{reference}> }} WHERE {{}}")
    except SyntaxError:
        return None
    assert isinstance(triples, ox.QueryTriples)
    (triple,) = triples
    assert isinstance(triple.object, ox.NamedNode)
    return triple.object.value


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("reference", REFERENCES)
def test_it_resolves_as_the_engine_does_or_not_at_all(reference: str, base: str) -> None:
    found, wanted = resolve(reference, base), engine(reference, base)
    assert found in (wanted, None)
    if base.startswith("http") and ".." not in base:
        assert found == wanted


def test_without_a_base_only_absolute_iris_are_known() -> None:
    assert resolve("u:a", None) == "u:a"
    assert resolve("a", None) is resolve("./a:b", None) is resolve("", None) is None
