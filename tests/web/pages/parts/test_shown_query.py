"""Links to the query behind what is shown: it is whole, its values are bound, and it is of the same state."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, g

from egov_kg.web.pages.parts import shown_query

QUERY = "# title_en: A title\n# What it gives.\n\nSELECT ?a WHERE { ?a ?b ?c }\n"
STATE = "r0123456789ab"


@pytest.fixture
def page() -> object:
    with Flask(__name__).test_request_context("/zh/"):
        g.lang = "zh"
        g.as_of = None
        yield


def read(url: str) -> tuple[str, dict[str, list[str]]]:
    parts = urlsplit(url)
    return parts.path, parse_qs(parts.query)


def test_a_link_has_the_query_without_its_head(page: object) -> None:
    path, found = read(shown_query.link(QUERY))
    assert path == "/zh/sparql"
    assert found == {"query": ["SELECT ?a WHERE { ?a ?b ?c }"]}


@pytest.mark.parametrize(("values", "block"), [("x:1", "<x:1>"), (["x:1", "x:2"], "<x:1> <x:2>"), ([], "")])
def test_values_are_a_block_of_their_own(page: object, values: str | list[str], block: str) -> None:
    _, found = read(shown_query.link(QUERY, a=values))
    assert found["query"][0].splitlines()[-1].split() == f"VALUES ?a {{ {block} }}".split()


def test_several_variables_share_one_block(page: object) -> None:
    _, found = read(shown_query.link(QUERY, a=["x:1", "x:2"], b="x:3"))
    assert found["query"][0].splitlines()[-1] == "VALUES (?a ?b) { (<x:1> <x:3>) (<x:2> <x:3>) }"


def test_an_answer_is_for_programs(page: object) -> None:
    path, found = read(shown_query.answer(QUERY, "csv", a="x:1"))
    assert (path, found["format"]) == ("/sparql", ["csv"])
    assert found["query"] == read(shown_query.link(QUERY, a="x:1"))[1]["query"]


def test_both_are_of_the_state_that_is_read(page: object) -> None:
    g.as_of = STATE
    for url in (shown_query.link(QUERY), shown_query.answer(QUERY, "csv")):
        assert read(url)[1]["asOf"] == [STATE]
