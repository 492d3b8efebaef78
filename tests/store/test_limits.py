"""Bounds on answers, with literals that look like the ends of rows."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from egov_kg.errors import ResultTooLarge
from egov_kg.sparql.protocol import Operation
from egov_kg.store.engine import Engine, write_answer
from egov_kg.store.evaluators import Evaluators
from egov_kg.store.limits import Bounded, Limits
from support.graphs import DATASET, EX, large, settings

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
RESULTS = (JSON, XML, "text/csv", "text/tab-separated-values")
GRAPHS = ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml")
AWKWARD = [
    "},{", '"},{"', '\\"},{\\"', "{},{}", "[{},{}]", "a\r\nb", '"', '""', "\\", "\\\\", '\\\\"', "<result>",
    "</result><result>", '","', '"\n"', "x},{", "},{y", "\t", "", '{"a":[{}]}', "\\\\\\",
]  # fmt: skip
ROWS = 3_000


@pytest.fixture(scope="module")
def store() -> ox.Store:
    """Rows with awkward literals, some of them unbound."""
    chosen = random.Random(1)
    made = ox.Store()
    for number in range(ROWS):
        text = "".join(chosen.choices(AWKWARD, k=chosen.randrange(4)))
        made.add(ox.Quad(ox.NamedNode(f"{EX}{number}"), ox.NamedNode(f"{EX}p"), ox.Literal(text)))
    return made


SELECTS = [
    f"SELECT ?o ?s {{ ?s <{EX}p> ?o }}",
    f"SELECT ?s ?o ?none {{ ?s <{EX}p> ?o }}",
    f"SELECT ?none {{ ?s <{EX}p> ?o }}",
    f"SELECT (IF(STRLEN(?o) > 3, ?o, ?none) AS ?x) {{ ?s <{EX}p> ?o }}",
    f"SELECT * {{ {{ SELECT ?o {{ ?s <{EX}p> ?o }} }} }}",
]


@pytest.mark.parametrize("media_type", RESULTS)
@pytest.mark.parametrize("query", SELECTS)
def test_rows_are_counted_exactly(store: ox.Store, query: str, media_type: str) -> None:
    whole = io.BytesIO()
    write_answer(Engine(store).evaluate(Operation(query)), media_type, whole)
    as_many = io.BytesIO()
    results = Engine(store).evaluate(Operation(query))
    write_answer(results, media_type, as_many, Limits(ROWS, len(whole.getvalue())))
    assert as_many.getvalue() == whole.getvalue()
    for limits, unit in (
        (Limits(ROWS - 1, 10**9), "rows"),
        (Limits(ROWS, len(whole.getvalue()) - 1), "bytes"),
    ):
        with pytest.raises(ResultTooLarge) as caught:
            write_answer(Engine(store).evaluate(Operation(query)), media_type, io.BytesIO(), limits)
        assert caught.value.extra["unit"] == unit
        assert str(caught.value.extra["limit"] if unit == "rows" else "MiB") in caught.value.detail_zh


@pytest.mark.parametrize("media_type", RESULTS)
@pytest.mark.parametrize("seed", range(4))
def test_rows_are_counted_however_the_bytes_are_cut(store: ox.Store, media_type: str, seed: int) -> None:
    out = io.BytesIO()
    write_answer(Engine(store).evaluate(Operation(SELECTS[0])), media_type, out)
    data, chosen = out.getvalue(), random.Random(seed)
    for most, fits in ((ROWS, True), (ROWS - 1, False)):
        bounded, position = Bounded(io.BytesIO(), Limits(most, 10**9), media_type), 0
        try:
            while position < len(data):
                size = chosen.choice((1, 2, 3, 7, 100))
                bounded.write(data[position : position + size])
                position += size
            passed = True
        except ResultTooLarge:
            passed = False
        assert passed == fits


@pytest.mark.parametrize("media_type", GRAPHS)
def test_triples_are_counted_exactly(store: ox.Store, media_type: str) -> None:
    query = Operation(f"CONSTRUCT {{ ?s <{EX}p> ?o }} WHERE {{ ?s <{EX}p> ?o }}")
    write_answer(Engine(store).evaluate(query), media_type, io.BytesIO(), Limits(ROWS, 10**9))
    with pytest.raises(ResultTooLarge):
        write_answer(Engine(store).evaluate(query), media_type, io.BytesIO(), Limits(ROWS - 1, 10**9))


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluators]:
    folder = tmp_path_factory.mktemp("limits")
    path = large(folder, 5_000)
    with Evaluators(path, DATASET, settings(folder, result_rows=4_000, result_bytes=300_000)) as made:
        yield made


def select(pool: Evaluators, limit: int) -> bytes:
    return b"".join(pool.respond(Operation(f"SELECT ?s {{ ?s ?p ?o }} LIMIT {limit}"), JSON))


def test_an_answer_within_its_bounds_is_whole(pool: Evaluators) -> None:
    assert len(json.loads(select(pool, 4_000))["results"]["bindings"]) == 4_000


def test_an_answer_past_a_bound_breaks_off(pool: Evaluators) -> None:
    """More than 64 KiB were sent by then: the reader of the pieces gets the error, and no end."""
    answer = pool.respond(Operation("SELECT ?s { ?s ?p ?o }"), JSON)
    with pytest.raises(ResultTooLarge) as caught:
        b"".join(answer)
    assert caught.value.extra == {"limit": 4_000, "unit": "rows"}
    assert select(pool, 1)


def test_too_many_bytes_of_one_value_are_an_error_at_once(tmp_path: Path) -> None:
    path = large(tmp_path, 10)
    with Evaluators(path, DATASET, settings(tmp_path, result_bytes=10_000)) as pool:
        query = "SELECT (GROUP_CONCAT(CONCAT(STR(?s), STR(?a))) AS ?x) { ?s ?p ?o . ?a ?q ?c . ?b ?r ?d }"
        with pytest.raises(ResultTooLarge) as caught:
            pool.respond(Operation(query), JSON)
        assert caught.value.extra == {"limit": 10_000, "unit": "bytes"}
        assert caught.value.status == 400


@pytest.mark.parametrize("operator", ["OPTIONAL{}", "{}UNION", "MINUS{}", "FILTER EXISTS{}", "{SELECT*{}}"])
def test_a_flat_query_of_any_permitted_length_ends_no_process(pool: Evaluators, operator: str) -> None:
    operators = operator * (pool.settings.query_length // 4 // len(operator))
    assert b"true" in b"".join(pool.respond(Operation(f"ASK {{ {operators} {{}} }}"), JSON))
