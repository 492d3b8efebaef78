"""Functions that engines have beyond SPARQL are seen however they are written."""

from __future__ import annotations

import pytest

from egov_kg.sparql.extensions import extension


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT (<bif:user>() AS ?u) {}", "<bif:user>"),
        ("PREFIX b: <bif:> SELECT (b:user() AS ?u) {}", "b:"),
        ("PREFIX b: <BIF:u> SELECT (b:ser() AS ?u) {}", "b:"),
        ("SELECT (<\\u0062if:user>() AS ?u) {}", "<\\u0062if:user>"),
        ("BASE <sql:x> SELECT (<y>() AS ?u) {}", "<sql:x>"),
        ("ASK { ?s ?p ?o FILTER(<java:java.lang.System.exit>(1)) }", "<java:java.lang.System.exit>"),
    ],
)
def test_an_extension_is_found(query: str, found: str) -> None:
    assert extension(query) == found


@pytest.mark.parametrize(
    "query",
    [
        "PREFIX sql: <https://example.org/sql#> SELECT (sql:f(1) AS ?x) {}",
        "SELECT ('<bif:user>' AS ?x) {} # <bif:user>",
        "SELECT ?javascript { ?javascript ?sql 'bif:' }",
        'SELECT * { <https://example.org/bif:user> ?p "\\u0062" }',
    ],
)
def test_what_only_looks_like_one_is_none(query: str) -> None:
    assert extension(query) is None
