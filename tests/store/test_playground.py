"""A store that takes writes: real processes, hostile updates, lost processes, writers at once."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from egov_kg.errors import (
    EgovError,
    EvaluationError,
    EvaluatorCrashed,
    PreconditionFailed,
    QueryOutOfMemory,
    QuerySyntaxError,
    QueryTimeout,
    RequestTooLarge,
    SourceError,
    UpstreamFailed,
)
from egov_kg.sparql.changes import Change, Document, GraphChange, Update
from egov_kg.sparql.protocol import Operation
from egov_kg.store.playground import Outcome, PlaygroundStore, Revision
from support.graphs import settings

MIB = 1024**2
JSON = "application/sparql-results+json"
ENDLESS = (
    "INSERT { <x:s> <x:p> 1 } WHERE { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?s ?h . "
    "?i ?t ?j . ?k ?u ?l FILTER(?b + ?d + ?h + ?l < 0) }"
)
JOIN = "?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?s ?h . ?i ?t ?j . ?k ?u ?l"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PlaygroundStore]:
    bounds = settings(tmp_path, write_timeout=30.0, write_memory=64 * MIB)
    with PlaygroundStore(bounds) as opened:
        yield opened


def load(url: str) -> Document:
    raise UpstreamFailed(f"{url} is not there.", f"{url} 不存在。")


def write(store: PlaygroundStore, change: Change | str) -> Outcome:
    return store.write(Update(change) if isinstance(change, str) else change, load, lambda _: None)


def count(store: PlaygroundStore, pattern: str = "{ ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } }") -> int:
    operation = Operation(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
    answer = json.loads(b"".join(store.respond(operation, JSON)))
    return int(answer["results"]["bindings"][0]["n"]["value"])


def numbered(number: int, graph: str = "") -> str:
    triples = " ".join(f"<x:s{i}> <x:p> {i} ." for i in range(number))
    return f"INSERT DATA {{ GRAPH <{graph}> {{ {triples} }} }}" if graph else f"INSERT DATA {{ {triples} }}"


def test_it_begins_empty_and_answers(store: PlaygroundStore) -> None:
    assert count(store) == 0
    assert store.revision.graphs == {}


def test_the_next_query_sees_a_write(store: PlaygroundStore) -> None:
    count(store)
    for number in range(1, 20):
        write(store, f"INSERT DATA {{ <x:s> <x:p> {number} }}")
        assert count(store) == number


def test_every_change_is_a_revision_of_its_own(store: PlaygroundStore) -> None:
    first = store.revision
    done = write(store, numbered(3, "x:g"))
    assert (done.before, done.after) == (first, store.revision)
    assert done.after.id != first.id
    assert (done.graphs, dict(done.after.graphs)) == ({"x:g": (3, 0)}, {"x:g": 3})
    same = write(store, numbered(3, "x:g"))
    assert same.after is same.before is store.revision


def test_graphs_come_and_go(store: PlaygroundStore) -> None:
    turtle = Document(b"<x:s> <x:p> 1, 2 .", "text/turtle")
    assert write(store, GraphChange("put", "x:g", (turtle,))).created
    assert not write(store, GraphChange("put", "x:g", (turtle, turtle))).created
    write(store, GraphChange("post", None, (turtle,)))
    write(store, "CREATE GRAPH <x:empty>")
    assert store.revision.all_graphs == {"": 2, "x:empty": 0, "x:g": 2}
    write(store, GraphChange("delete", "x:g"))
    assert store.revision.graphs == {"x:empty": 0}
    write(store, "DROP ALL")
    assert (store.revision.graphs, count(store)) == ({}, 0)
    assert store.revision.size == 0


def test_blank_nodes_stay_the_same_from_write_to_write(store: PlaygroundStore) -> None:
    write(store, "INSERT DATA { _:a <x:p> 1 }")
    write(store, "INSERT { ?s <x:q> 2 } WHERE { ?s <x:p> 1 }")
    assert count(store, "?s <x:p> 1 ; <x:q> 2") == 1
    write(store, "DELETE WHERE { ?s <x:p> 1 }")
    assert count(store) == 1


def test_a_refused_condition_changes_nothing(store: PlaygroundStore) -> None:
    def refuse(revision: Revision) -> None:
        raise PreconditionFailed(revision.id, "不符")

    with pytest.raises(PreconditionFailed):
        store.write(Update(numbered(1)), load, refuse)
    assert count(store) == 0


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            f"{numbered(5, 'x:new')} ; INSERT {{ ?n <x:p> 1 }} WHERE {{ {JOIN} BIND(UUID() AS ?n) }}",
            EgovError,
        ),
        ("INSERT { <x:s> <x:p> 1 } WHERE " + "{" * 60_000 + "}" * 60_000, EvaluatorCrashed),
        (f"{numbered(5, 'x:new')} ; CREATE GRAPH <x:new>", EgovError),
        (f"{numbered(5, 'x:new')} ; LOAD <x:none>", UpstreamFailed),
        (f"{numbered(5, 'x:new')} ; INSERT DATA {{", QuerySyntaxError),
    ],
)
def test_an_update_that_fails_changes_nothing(
    store: PlaygroundStore, text: str, error: type[EgovError]
) -> None:
    write(store, numbered(50, "x:g"))
    write(store, numbered(50))
    fails(store, text, error)


def fails(store: PlaygroundStore, text: str, error: type[EgovError]) -> None:
    """An update fails, nothing changes, and the next one works."""
    before, zygote, size = store.revision, store.zygote, count(store)
    with pytest.raises(error) as caught:
        write(store, text)
    assert caught.value.detail_zh
    assert (store.revision, store.zygote, count(store)) == (before, zygote, size)
    write(store, "INSERT DATA { <x:after> <x:p> 1 }")
    assert count(store) == size + 1


def test_time_of_a_write_is_bounded(tmp_path: Path) -> None:
    with PlaygroundStore(settings(tmp_path, write_timeout=2.0)) as store:
        write(store, numbered(50))
        fails(store, f"{numbered(5, 'x:new')} ; {ENDLESS}", QueryTimeout)


def test_memory_of_a_write_is_bounded(tmp_path: Path) -> None:
    bounds = settings(tmp_path, write_timeout=20.0, write_memory=32 * MIB)
    with PlaygroundStore(bounds) as store:
        write(store, numbered(60))
        with pytest.raises(QueryOutOfMemory):
            write(store, f"INSERT {{ ?n <x:p> 1 }} WHERE {{ {JOIN} BIND(UUID() AS ?n) }}")
        assert count(store) == 60


def test_a_full_playground_says_so_and_can_be_emptied(tmp_path: Path) -> None:
    with PlaygroundStore(settings(tmp_path, write_memory=32 * MIB)) as store:
        document = Document("".join(f"<x:s{i}> <x:p> {i} .\n" for i in range(9_000)).encode(), "text/turtle")
        size = 0
        while 32 * MIB - store.revision.size > store.revision.size - size:
            size = store.revision.size
            write(store, GraphChange("put", f"x:g{len(store.revision.graphs)}", (document,)))
        full = store.revision
        with pytest.raises(RequestTooLarge, match="full"):
            write(store, GraphChange("put", "x:h", (document,)))
        assert store.revision is full
        assert count(store) == 9_000 * len(full.graphs)
        write(store, "DROP ALL")
        write(store, GraphChange("put", "x:h", (document,)))
        assert count(store) == 9_000


def test_a_running_query_goes_on_with_the_state_it_began_with(store: PlaygroundStore) -> None:
    write(store, numbered(40))
    rows = "SELECT ?a ?c ?e ?g WHERE { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f }"
    answer = store.respond(Operation(rows), "text/csv")
    first = next(answer)
    write(store, "DROP ALL")
    assert count(store) == 0
    assert (first + b"".join(answer)).count(b"\n") == 40**3 + 1


def test_lost_evaluators_lose_no_data(store: PlaygroundStore) -> None:
    write(store, numbered(7))
    count(store)
    assert store.zygote is not None
    children = Path(f"/proc/{store.zygote}/task/{store.zygote}/children").read_text().split()
    assert children
    for pid in children:
        os.kill(int(pid), signal.SIGKILL)
    assert count(store) == 7
    write(store, "INSERT DATA { <x:s> <x:p> 'more' }")
    assert count(store) == 8


@pytest.mark.parametrize("first", ["query", "write"])
def test_a_lost_graph_is_said_to_be_lost(
    store: PlaygroundStore, first: str, caplog: pytest.LogCaptureFixture
) -> None:
    write(store, numbered(7))
    full = store.revision
    told: list[str] = []
    store.on_revision(lambda: told.append(store.revision.id))
    assert store.zygote is not None
    os.kill(store.zygote, signal.SIGKILL)
    with pytest.raises(EvaluationError, match="empty") as caught:
        count(store) if first == "query" else write(store, numbered(1))
    assert "丢失" in caught.value.detail_zh
    assert "gone" in caplog.text
    assert told == [store.revision.id]
    assert store.revision.id != full.id
    assert (store.revision.graphs, count(store)) == ({}, 0)
    write(store, numbered(2))
    assert count(store) == 2


def test_writers_at_once_all_write(store: PlaygroundStore) -> None:
    def one(number: int) -> int:
        write(store, f"INSERT DATA {{ GRAPH <x:g{number % 4}> {{ <x:s> <x:p> {number} }} }}")
        return count(store)

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(one, range(80)))
    assert max(seen) == count(store) == 80
    assert dict(store.revision.graphs) == {f"x:g{n}": 20 for n in range(4)}


def test_closing_ends_every_process(tmp_path: Path) -> None:
    store = PlaygroundStore(settings(tmp_path))
    write(store, numbered(1))
    zygote = store.zygote
    store.close()
    assert not Path(f"/proc/{zygote}").exists()
    with pytest.raises(EvaluationError, match="closed"):
        write(store, numbered(1))


UNREADABLE = 'STRDT("x", <http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>)'


@pytest.mark.parametrize("value", [UNREADABLE, f"TRIPLE(<x:a>, <x:b>, {UNREADABLE})"])
def test_a_literal_that_no_syntax_has_loses_nothing(store: PlaygroundStore, value: str) -> None:
    write(store, numbered(3))
    with pytest.raises(SourceError, match="no language"):
        write(store, f"INSERT {{ <x:s> <x:p> ?x }} WHERE {{ BIND({value} AS ?x) }}")
    assert count(store) == 3


def test_no_graph_is_named_by_a_blank_node(store: PlaygroundStore) -> None:
    write(store, numbered(3))
    write(store, "INSERT { GRAPH ?g { <x:s> <x:p> 1 } <x:s> <x:q> 1 } WHERE { BIND(BNODE() AS ?g) }")
    assert count(store) == 4
    assert store.revision.graphs == {}


def test_triple_terms_are_taken(store: PlaygroundStore) -> None:
    write(store, "INSERT DATA { <x:s> <x:p> <<( <x:a> <x:b> 1 )>> }")
    assert count(store) == 1
