"""Parts of answers: which rows, how many there are, what stays of each term."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Literal

from egov_kg.errors import QueryTimeout
from egov_kg.sparql.protocol import Operation
from egov_kg.store.evaluators import Evaluators
from egov_kg.store.excerpt import TRIPLE, Cell, Excerpt, excerpt, syntax_of
from support.graphs import DATASET, EX, XSD, A, large, settings

ROWS = 5_000
ORDERED = f"SELECT ?s ?v WHERE {{ ?s <{EX}value> ?v }} ORDER BY xsd:integer(STRAFTER(?v, ' '))"
PREFIX = f"PREFIX xsd: <{XSD}>\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluators]:
    folder = tmp_path_factory.mktemp("excerpt")
    with Evaluators(large(folder, ROWS), DATASET, settings(folder, query_timeout=2.0)) as made:
        yield made


def ask(
    store: Evaluators, query: str, skip: int = 0, most: int = 10, count: int = 10_000, *, graph: bool = False
) -> Excerpt:
    answer = store.respond(Operation(PREFIX + query), syntax_of(graph=graph))
    found = excerpt(answer, skip, most, count)
    assert answer.done
    return found


@pytest.mark.parametrize(
    ("skip", "most", "count", "first", "rows", "counted", "whole"),
    [
        (0, 10, 10_000, 0, 10, ROWS, True),
        (4_995, 10, 10_000, 4_995, 5, ROWS, True),
        (0, 10, ROWS, 0, 10, ROWS, True),
        (0, 10, ROWS - 1, 0, 10, ROWS - 1, False),
        (2_000, 100, 2_100, 2_000, 100, 2_100, False),
        (6_000, 10, 10_000, 6_000, 0, ROWS, True),
    ],
)
def test_the_rows_asked_for_and_their_number(
    store: Evaluators, skip: int, most: int, count: int, first: int, rows: int, counted: int, whole: bool
) -> None:
    found = ask(store, ORDERED, skip, most, count)
    assert found.names == ("s", "v")
    assert (len(found.rows), found.counted, found.whole, found.broken) == (rows, counted, whole, None)
    assert found.skipped == min(skip, ROWS)
    for number, row in enumerate(found.rows, first):
        assert row == (
            Cell("iri", f"{EX}row/{number}"),
            Cell("literal", f"value {number}", "", f"{XSD}string"),
        )


def test_every_kind_of_term(store: Evaluators) -> None:
    (row,) = ask(
        store,
        "SELECT (<urn:a> AS ?i) ('甲'@zh-CN AS ?l) (2.5 AS ?d) (BNODE() AS ?b) (?no AS ?u) "
        "(<<( <urn:a> <urn:b> 'c' )>> AS ?t) ('x'^^<urn:own> AS ?o) {}",
    ).rows
    iri, tagged, number, blank, unbound, triple, own = row
    assert iri == Cell("iri", "urn:a")
    assert isinstance(tagged, Cell)
    assert (tagged.text, tagged.lang.lower()) == ("甲", "zh-cn")
    assert number == Cell("literal", "2.5", "", f"{XSD}decimal")
    assert isinstance(blank, Cell)
    assert blank.kind == "blank"
    assert unbound is None
    assert triple == Cell("triple", '<urn:a> <urn:b> "c"')
    assert own == Cell("literal", "x", "", "urn:own")


@pytest.mark.parametrize(
    ("query", "names", "rows", "counted"),
    [
        ("SELECT * {}", (), ((),), 1),
        ("SELECT ?x {}", ("x",), ((None,),), 1),
        ("SELECT ?x { ?x <urn:none> ?y }", ("x",), (), 0),
        ("SELECT * { VALUES ?x { } }", ("x",), (), 0),
    ],
)
def test_answers_with_little_in_them(
    store: Evaluators, query: str, names: tuple[str, ...], rows: object, counted: int
) -> None:
    found = ask(store, query)
    assert (found.names, found.rows, found.counted, found.whole) == (names, rows, counted, True)


@pytest.mark.parametrize(("query", "truth"), [("ASK {}", True), ("ASK { <urn:no> ?p ?o }", False)])
def test_a_truth_value(store: Evaluators, query: str, truth: bool) -> None:
    assert ask(store, query) == Excerpt(boolean=truth)


def test_a_graph(store: Evaluators) -> None:
    query = f"CONSTRUCT {{ ?s <urn:is> ?v }} WHERE {{ ?s <{EX}value> ?v FILTER(STRENDS(?v, ' 7')) }}"
    found = ask(store, query, graph=True)
    assert found.names == TRIPLE
    assert found.rows == ((Cell("iri", f"{EX}row/7"), Cell("iri", "urn:is"),
                           Cell("literal", "value 7", "", f"{XSD}string")),)  # fmt: skip
    assert found.triples == (f'<{EX}row/7> <urn:is> "value 7" .\n',)
    whole = f"CONSTRUCT WHERE {{ ?s <{EX}value> ?v }}"
    part = ask(store, whole, 10, 5, 100, graph=True)
    assert (len(part.rows), len(part.triples), part.counted, part.whole) == (5, 5, 100, False)


def test_a_row_that_is_too_long_is_not_read(store: Evaluators) -> None:
    text = f"REPLACE(REPLACE('{'a' * 20}', 'a', ?long), 'a', ?long)"
    found = ask(store, f"SELECT ?x {{ VALUES ?long {{ '{'a' * 1_000}' }} BIND({text} AS ?x) }}")
    assert (found.rows, found.counted, found.whole) == ((), 0, False)


def test_a_count_that_takes_too_long_keeps_the_rows(store: Evaluators) -> None:
    stalls = (
        f"SELECT ?s ?v {{ GRAPH <{A}> {{ {{ ?s <{EX}value> ?v }} UNION "
        f"{{ ?s <{EX}value> ?v . ?a ?p ?b . ?c ?q ?d . ?e ?r ?f FILTER(?b + ?d + ?f < 0) }} }} }}"
    )
    found = ask(store, stalls)
    assert len(found.rows) == 10
    assert isinstance(found.broken, QueryTimeout)
    assert not found.whole
    with pytest.raises(QueryTimeout):
        ask(store, stalls, skip=ROWS)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1, max_size=5))
def test_no_text_breaks_the_lines(store: Evaluators, texts: list[str]) -> None:
    rows = store.select("SELECT ?x WHERE {}", values=[{"x": Literal(text)} for text in texts])
    assert [str(row["x"]) for row in rows] == texts
    strings = " ".join(f"({literal(text)})" for text in texts)
    found = ask(store, f"SELECT ?x WHERE {{ VALUES (?x) {{ {strings} }} }}")
    assert [cell.text for row in found.rows for cell in row if cell] == texts
    assert found.counted == len(texts)


def literal(text: str) -> str:
    return '"' + "".join(f"\\U{ord(character):08X}" for character in text) + '"'
