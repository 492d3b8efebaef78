"""Queries that would reach elsewhere or grow past all bounds: an answer or a problem document, never less."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from http.client import IncompleteRead

import pytest

from egov_kg.release.registry import Release
from egov_kg.settings import Settings
from support.hostile import clean, is_problem, well
from support.service import MANY, MANY_QUERY, Server, fetch, running
from support.upstream import Upstream, reply, serving

ROWS = 30_000


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    """An endpoint that the operator listed, and that misbehaves."""
    with serving("127.0.0.1") as started:
        yield started


@pytest.fixture(scope="module")
def target(settings: Settings, release: Release, upstream: Upstream) -> Iterator[Server]:
    bounds = replace(
        settings,
        rate_limit="",
        query_timeout=2.0,
        query_length=100_000,
        query_memory=256 * 1024**2,
        result_rows=ROWS,
        result_bytes=8 * 1024**2,
        queue_timeout=20.0,
        service_allow=(f"{upstream.url}/listed",),
    )
    with running(bounds, release) as started:
        yield started
    log = "".join(started.errors)
    assert "Traceback" not in log, log


@pytest.fixture(autouse=True)
def _survives(target: Server) -> Iterator[None]:
    yield
    well(target)


@pytest.fixture
def closed() -> Iterator[socket.socket]:
    """A port of this machine that nobody may be sent to."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.setblocking(False)
        yield listener
        with pytest.raises(BlockingIOError):
            listener.accept()


FORMS = ["127.0.0.1:{0}", "localhost:{0}", "2130706433:{0}", "0x7f000001:{0}", "0177.0.0.1:{0}", "127.1:{0}"]
FORMS += ["[::ffff:127.0.0.1]:{0}", "u@127.0.0.1:{0}", "0:{0}"]


@pytest.mark.parametrize("form", FORMS)
def test_no_query_reaches_an_address(target: Server, closed: socket.socket, form: str) -> None:
    url = f"http://{form.format(closed.getsockname()[1])}/"
    for query in (
        f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICESILENT<{url}> {{ ?s ?p ?o }} }}",
        f"LOAD <{url}>",
    ):
        answer = fetch(target, query=query)
        assert answer.status == 403, (query, answer.body)
        assert is_problem(answer.body)
    assert fetch(target, query=f"SELECT * FROM <{url}> {{ ?s ?p ?o }}").status == 200
    assert fetch(target, query="SELECT * { ?s ?p ?o }", default_graph_uri=url).status == 200


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "gopher://127.0.0.1/", "data:text/turtle,x", "jar:x!/"]
)
def test_no_query_reads_by_another_scheme(target: Server, url: str) -> None:
    found = fetch(target, query=f"SELECT * FROM <{url}> {{ ?s ?p ?o }}")
    assert (found.status, found.json["results"]["bindings"]) == (200, [])
    found = fetch(target, query="SELECT * { GRAPH ?g { ?s ?p ?o } }", named_graph_uri=url)
    assert (found.status, found.json["results"]["bindings"]) == (200, [])
    for query in (f"LOAD <{url}>", f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"):
        assert fetch(target, query=query).status == 403


def test_a_listed_endpoint_answers_and_nothing_of_it_is_kept(target: Server, upstream: Upstream) -> None:
    answer = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"far"}}]}}'
    upstream.paths["/listed"] = lambda handler: reply(handler, body=answer)
    query = f"SELECT * {{ SERVICE <{upstream.url}/listed> {{ ?x ?y ?z }} }}"
    before = len(upstream.asked)
    for _ in range(2):
        got = fetch(target, query=query)
        assert got.json["results"]["bindings"] == [{"x": {"type": "literal", "value": "far"}}]
        assert got.headers["cache-control"] == "no-store"
        assert "etag" not in got.headers
    assert len(upstream.asked) == before + 2


@pytest.mark.parametrize("silent", [False, True])
def test_a_listed_endpoint_cannot_send_us_elsewhere(
    target: Server, upstream: Upstream, closed: socket.socket, silent: bool
) -> None:
    away = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    upstream.paths["/listed"] = lambda handler: reply(handler, 307, Location=away)
    word = "SILENT" if silent else ""
    got = fetch(target, query=f"SELECT * {{ SERVICE {word} <{upstream.url}/listed> {{ ?x ?y ?z }} }}")
    assert got.status == (200 if silent else 502)
    assert silent or is_problem(got.body)


BOMBS = {
    "product": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c = ?f && ?f = ?i && ?a != ?d) }",
    "count": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "order": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c",
    "distinct": "SELECT DISTINCT ?a ?d { ?a ?b ?c . ?d ?e ?f }",
    "regex": f"SELECT * {{ ?s ?p ?o FILTER(REGEX(STR(?s), '({'(' * 20}.*a){{20}}{')+' * 20})+$')) }}",
    "regex size": "SELECT * { ?s ?p ?o FILTER(REGEX('a', '((a{1000}){1000}){1000}')) }",
    "regex matching": f"ASK {{ FILTER(REGEX('{'a' * 5_000}!', '^(a+)+$')) }}",
    "concat": "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?x) { ?a ?b ?c . ?d ?e ?f }",
    "doubling": "SELECT * { "
    + "BIND('aaaaaaaaaaaaaaaa' AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(60))
    + " }",
    "replace": f"ASK {{ BIND(REPLACE('{'a' * 2_000}', 'a', '{'b' * 2_000}') AS ?x) "
    f"BIND(REPLACE(?x, 'b', '{'c' * 2_000}') AS ?y) FILTER(STRLEN(?y) > 1) }}",
    "path": "SELECT * { ?a (!<x:x>)* ?b . ?b (!<x:y>|^!<x:y>)+ ?c }",
    "nested path": "SELECT * { ?a ((((<x:a>*)*/(<x:b>*)*)*)*|(^(<x:c>*)*)*)* ?b . ?c (<x:d>|!<x:e>)* ?d }",
    "values": "SELECT * { "
    + " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(40)))} }}" for n in range(12))
    + " }",
    "optionals": f"SELECT * {{ ?a ?b ?c {'OPTIONAL { ?c ?b ?a } ' * 4_000} }}",
    "deep optionals": f"SELECT * {{ {'OPTIONAL { ?a ?b ?c ' * 60} {'}' * 60} }}",
    "unions": f"SELECT * {{ {'{ ?a ?b ?c } UNION ' * 4_000} {{}} }}",
    "binds": "SELECT * { " + " ".join(f"BIND(1 AS ?b{n})" for n in range(5_000)) + " }",
    "triples": f"SELECT * {{ {'?a ?b ?c . ?d ?e ?f . ' * 2_000} }}",
    "sums": f"ASK {{ FILTER({'1+' * 45_000}1 > 0) }}",
    "ors": f"ASK {{ FILTER({'false||' * 12_000}true) }}",
    "braces": "ASK { " + "{" * 45_000 + "}" * 45_000 + " }",
    "brackets": "ASK { FILTER(" + "(" * 45_000 + "1" + ")" * 45_000 + ") }",
    "nots": f"ASK {{ FILTER({'!' * 90_000}true) }}",
    "minus": f"SELECT * {{ ?a ?b ?c {'MINUS {} ' * 10_000} }}",
    "exists": f"ASK {{ ?a ?b ?c {'FILTER NOT EXISTS { ?c ?d ?e . ?f ?g ?h } ' * 1_000} }}",
    "describe": "DESCRIBE * { ?a ?b ?c . ?d ?e ?f }",
    "construct": "CONSTRUCT { ?a ?b ?f . ?d ?e ?c } WHERE { ?a ?b ?c . ?d ?e ?f }",
    "graphs": "SELECT * " + "".join(f"FROM <x:{n}> " for n in range(8_000)) + "{ ?s ?p ?o }",
    "bases": "".join(f"BASE <{'a' * 50}/{n}/> " for n in range(1_400)) + "ASK { <x> <y> <z> }",
    "integers": f"ASK {{ FILTER({'9' * 90_000} > 1) }}",
    "hash": f"ASK {{ FILTER({'SHA512(' * 60}STR(1){')' * 60} = '') }}",
    "repeat": "SELECT (GROUP_CONCAT(?s; SEPARATOR='" + "x" * 50_000 + "') AS ?n) { ?s ?p ?o }",
    "long string": f"SELECT ('{'x' * 90_000}' AS ?x) {{ ?s ?p ?o }}",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_gets_an_answer_or_a_problem(target: Server, name: str) -> None:
    try:
        got = fetch(
            target,
            method="POST",
            body=BOMBS[name].encode(),
            headers={"Content-Type": "application/sparql-query"},
        )
    except IncompleteRead:  # more than 64 KiB had gone out: it breaks off, and does not look whole
        return
    clean(target, got.body)
    assert got.status in (200, 400, 503), (got.status, got.body[:500])
    if got.status != 200:
        assert is_problem(got.body), got.body[:500]
        assert got.media_type == "application/problem+json"


@pytest.mark.parametrize(
    "accept", ["application/sparql-results+json", "application/sparql-results+xml", "text/csv"]
)
def test_too_many_rows_never_look_whole(target: Server, accept: str) -> None:
    """More than 64 KiB went out before the bound was reached: the connection breaks."""
    assert ROWS < MANY
    with pytest.raises((IncompleteRead, ConnectionResetError)):
        fetch(target, query=MANY_QUERY, headers={"Accept": accept})


def test_200_clients_at_a_time(target: Server) -> None:
    """Each gets its own right answer, or 503 with a time to come back after."""
    start = threading.Barrier(200)

    def one(number: int) -> int:
        start.wait(30)
        got = fetch(target, query=f"SELECT ({number} AS ?n) {{}}")
        if got.status == 200:
            assert got.json["results"]["bindings"][0]["n"]["value"] == str(number)
        else:
            assert "retry-after" in got.headers
        return got.status

    with ThreadPoolExecutor(200) as threads:
        seen = Counter(threads.map(one, range(200)))
    assert set(seen) <= {200, 503}
    assert seen[200] > 0
