"""Values and terms written into queries: where they go, and that none breaks out."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.errors import EvaluationError
from egov_kg.sparql.binding import bound, projected, with_rows, with_values, without_dataset

A, B = "<https://example.org/a>", "<https://example.org/b>"

STORE = ox.Store()
STORE.update("PREFIX : <https://example.org/> INSERT DATA { :a :p 1, 2 . :b :p 3 ; :p :a . :c :p 4 ; :q :b }")


def rows(query: str) -> list[tuple[str, ...]]:
    solutions = STORE.query(f"PREFIX : <https://example.org/>\n{query}")
    assert isinstance(solutions, ox.QuerySolutions)
    return sorted(tuple(str(term) for term in solution) for solution in solutions)


def substituted(query: str, **values: str) -> list[tuple[str, ...]]:
    """What the engine itself makes of values for variables, which is what the text has to say."""
    terms = {
        ox.Variable(name): next(iter(ox.parse(f"<x:s> <x:p> {term} .", ox.RdfFormat.N_TRIPLES))).object
        for name, term in values.items()
    }
    solutions = STORE.query(f"PREFIX : <https://example.org/>\n{query}", substitutions=terms)
    assert isinstance(solutions, ox.QuerySolutions)
    return sorted(tuple(str(term) for term in solution) for solution in solutions)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s ?o { ?s :p ?o }",
        "SELECT * WHERE { ?s :p ?o }",
        "SELECT ?s (COUNT(?o) AS ?n) { ?s :p ?o } GROUP BY ?s",
        "SELECT ?s ?n { { SELECT ?s (COUNT(*) AS ?n) { ?s :p ?o } GROUP BY ?s } }",
        "SELECT ?s ?o { { SELECT ?s ?o { ?s :p ?o } ORDER BY DESC(?s) LIMIT 1 } }",
        "SELECT ?s ?n { ?s :p ?x OPTIONAL { SELECT ?s (MAX(?o) AS ?n) { ?s :p ?o } GROUP BY ?s } }",
        "SELECT ?s ?t { SELECT ?s ?t { ?t ?p ?s FILTER(?s != :b) } }",
        "SELECT ?s ?x { { ?x :p ?s } UNION { ?s :p ?o BIND(?s AS ?x) } }",
        "SELECT ?s (EXISTS { ?s :q ?z } AS ?e) { ?s :p ?o }",
        "SELECT DISTINCT ?s { # SELECT {\n ?s :p ?o . FILTER(STR(?o) != '} SELECT {') }",
    ],
)
@pytest.mark.parametrize("value", [A, B, "<https://example.org/none>"])
def test_the_text_says_what_the_engine_does(query: str, value: str) -> None:
    assert rows(with_values(query, {"s": value})) == substituted(query, s=value)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("SELECT ?a (COUNT(DISTINCT ?b) AS ?n) WHERE { ?a ?b ?c }", ("a", "n")),
        ("PREFIX as: <urn:as> SELECT DISTINCT ?a ((?b + 1) as ?c) { SELECT ?d { } }", ("a", "c")),
        ("SELECT * { ?a ?b ?c }", ()),
        ("SELECT (IF(BOUND(?a), ?a, ?b) AS ?x) { ?a ?b ?c }", ("x",)),
    ],
)
def test_what_a_query_gives(query: str, names: tuple[str, ...]) -> None:
    assert projected(query) == names


def test_no_values_change_nothing() -> None:
    query = "SELECT ?s { ?s ?p ?o }"
    assert with_values(query, {}) == query
    assert with_rows(query, []) == query


def test_what_is_not_projected_cannot_be_bound() -> None:
    with pytest.raises(EvaluationError, match="projection") as caught:
        with_values("SELECT ?s { ?s ?p ?o }", {"o": A})
    assert "o" in caught.value.detail
    assert "投影" in caught.value.detail_zh


def test_rows_are_joined() -> None:
    query = "SELECT ?s ?o { ?s :p ?o }"
    one = rows(with_rows(query, [{"s": A}, {"s": "<https://example.org/c>"}]))
    assert [row[0] for row in one] == [A, A, "<https://example.org/c>"]
    integer = "<http://www.w3.org/2001/XMLSchema#integer>"
    pairs = [{"s": A, "o": f'"1"^^{integer}'}, {"s": A, "o": f'"3"^^{integer}'}, {"s": B, "o": A}]
    assert [row[0] for row in rows(with_rows(query, pairs))] == [A, B]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_breaks_out_of_a_query(text: str) -> None:
    term = str(ox.Literal(text))
    query = "SELECT ?x ?y { BIND('end' AS ?y) }"
    for made in (with_values(query, {"x": term}), with_rows(query, [{"x": term}])):
        (solution,) = STORE.query(made)  # type: ignore[misc]
        assert solution["x"] == ox.Literal(text)
        assert solution["y"] == ox.Literal("end")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_breaks_out_of_an_update(text: str) -> None:
    update = bound(
        "INSERT DATA { GRAPH <u:g> { <u:s> <u:p> ?text , ?end } } # ?text",
        {"text": str(ox.Literal(text)), "end": "1"},
    )
    store = ox.Store()
    store.update(update)
    objects = {quad.object for quad in store}
    assert ox.Literal(text) in objects
    assert len(objects) <= 2


def test_a_variable_in_a_string_or_comment_is_none() -> None:
    assert bound("A ?x '?x' # ?x\n ?xy", {"x": "1"}) == "A 1 '?x' # ?x\n ?xy"


@pytest.mark.parametrize(
    ("query", "without"),
    [
        ("SELECT * FROM <u:a> FROM NAMED <u:b> WHERE { ?s ?p ?o }", "SELECT * WHERE { ?s ?p ?o }"),
        (
            "PREFIX from: <u:> ASK FROM from:a { ?s from:p 'FROM <u:a>' }",
            "PREFIX from: <u:> ASK { ?s from:p 'FROM <u:a>' }",
        ),
        ("DESCRIBE <u:from> FROM\n<u:a>", "DESCRIBE <u:from> \n"),
        ("SELECT ?from { ?from ?p ?o } # FROM <u:a>", "SELECT ?from { ?from ?p ?o } # FROM <u:a>"),
    ],
)
def test_from_clauses_go_and_nothing_else(query: str, without: str) -> None:
    made = without_dataset(query)
    assert made.split() == without.split()
    assert made.count("\n") == query.count("\n")
