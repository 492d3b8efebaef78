"""Where a query stops being SPARQL: the very token, whatever the engine says."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egov_kg.sparql.tokens import place, tokens
from egov_kg.store.syntax_errors import parse_query, parse_update
from egov_kg.store.wrong_token import LONGEST, end_of, is_open_string, wrong_token
from support.questions import QUESTIONS

TEXTS = [question.text for question in QUESTIONS if len(question.text) < LONGEST]


@pytest.mark.parametrize(
    ("query", "line", "column", "wrong"),
    [
        ("SELCT * {}", 1, 1, "SELCT"),
        ("SELECT * { ?s ?p ?o . } } ?x", 1, 25, "}"),
        ("SELECT * {\n ?s ?p ?o .\n FILTR(?o) }", 3, 2, "FILTR"),
        ("SELECT * { ?城 ?p '城' 城 }", 1, 22, "城"),
        ("SELECT ?x { ?x ?y ?z } ORDER ?x", 1, 30, "?x"),
        ('SELECT * { ?s ?p "a"^^ }', 1, 24, "}"),
        ("SELECT * { ?s ?p 'a ;\n ?q 1 }", 1, 18, "'a ;"),
        ("SELECT * { ?s ?p '''a ;\n ?q 1 }", 1, 18, "'''a ;\n ?q 1 }"),
    ],
)
def test_the_token_that_does_not_fit(query: str, line: int, column: int, wrong: str) -> None:
    token = wrong_token(query, parse_query)
    assert token is not None
    assert (*place(query, token.start), token.text) == (line, column, wrong)
    assert is_open_string(token) == wrong.startswith("'")


@pytest.mark.parametrize("query", ["ASK {", "SELECT * { ?s ?p\n  # more?\n", "SELECT *", "PREFIX a: <b:> "])
def test_a_text_that_ends_too_early(query: str) -> None:
    assert wrong_token(query, parse_query) is None
    assert query[: end_of(query)].rstrip() == query[: end_of(query)]


def test_an_update() -> None:
    token = wrong_token("INSERT DATA { <urn:a> <urn:b> }", parse_update)
    assert token is not None
    assert (token.text, token.start) == ("}", 30)


def test_a_long_text_is_not_looked_into() -> None:
    assert wrong_token("SELCT " + " " * LONGEST, parse_query) is None


def test_nothing_is_evaluated() -> None:
    asked = []

    def parse(text: str) -> object:
        asked.append(text)
        with pytest.raises(SyntaxError) as caught:
            ox.Store().update(text)
        raise caught.value

    assert wrong_token("LOAD <urn:a> ; LOAD <urn:b> ; LOAD", parse) is None
    assert len(asked) > 1


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TEXTS), st.data())
def test_what_is_put_into_a_query_is_found(text: str, data: st.DataObject) -> None:
    found = list(tokens(text))
    at = data.draw(st.sampled_from(found)).start
    token = wrong_token(f"{text[:at]}` {text[at:]}", parse_query)
    assert token is not None
    assert (token.start, token.text) == (at, "`")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TEXTS), st.data())
def test_the_beginning_of_a_query_has_no_wrong_token(text: str, data: st.DataObject) -> None:
    token = data.draw(st.sampled_from(list(tokens(text))))
    assert wrong_token(text[: token.start], parse_query) is None
