"""`egov-kg serve --playground`: a real service that takes writes over HTTP."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support.playground import PlaygroundServer, playground
from support.service import children, descendants, eventually, fetch

TURTLE = {"Content-Type": "text/turtle"}
BOMB = "INSERT { ?a <x:p> 1 } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c + ?f + ?i < 0) }"
QUERY_BOMB = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
GRAPH = "/graphs?graph=x:g"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlaygroundServer]:
    home = tmp_path_factory.mktemp("playground")
    with playground(home, WRITE_TIMEOUT="1", QUERY_TIMEOUT="1", EVALUATORS="2") as started:
        yield started
    log = "".join(started.errors)
    assert "Traceback" not in log, log
    assert started.token not in log
    assert list((home / "tmp").iterdir()) == []
    assert not (home / "home").exists()


@pytest.fixture
def server(running: PlaygroundServer) -> PlaygroundServer:
    """Empty."""
    assert running.update("DROP ALL").status == 200
    return running


def get(server: PlaygroundServer, path: str = "/sparql", **parameters: str) -> tuple[int, bytes]:
    reply = fetch(server, path, **parameters)  # type: ignore[arg-type]
    return reply.status, reply.body


def test_it_says_what_it_is(running: PlaygroundServer) -> None:
    ready, token = running.lines
    assert f"http://127.0.0.1:{running.port}/sparql" in ready
    assert "playground" in ready
    assert token.startswith("egovkg_playground_")
    assert eventually(lambda: len(running.errors) >= 2)
    assert "nothing is kept" in running.errors[0]
    assert "不保存" in running.errors[1]


@pytest.mark.parametrize("secret", ["", "Bearer wrong", "Basic eDp5"])
def test_writing_needs_the_token(server: PlaygroundServer, secret: str) -> None:
    reply = server.update("INSERT DATA { <x:s> <x:p> 1 }", {"Authorization": secret})
    assert reply.status == 401
    assert server.count() == 0


def test_a_session(server: PlaygroundServer) -> None:
    first = server.update("INSERT DATA { <x:s> <x:p> 1 . GRAPH <x:g> { <x:s> <x:p> 2 } }")
    assert first.status == 200
    assert first.json["graphs"] == {
        "": {"added": 1, "removed": 0},
        "x:g": {"added": 1, "removed": 0},
    }
    assert server.count() == 2
    assert server.send("PUT", GRAPH, "<x:a> <x:p> 1, 2, 3 .", TURTLE).status in (200, 204)
    assert server.count() == 4
    assert server.send("PUT", "/graphs?graph=x:new", "<x:a> <x:p> 1 .", TURTLE).status == 201
    assert server.send("POST", "/graphs?default", "<x:a> <x:p> 1 .", TURTLE).status in (200, 204)
    assert server.count() == 6
    status, body = get(server, GRAPH)
    assert (status, body.count(b"x:p") + body.count(b"<x:p>")) >= (200, 1)
    assert server.send("DELETE", GRAPH).status in (200, 204)
    assert server.send("DELETE", GRAPH).status == 404
    assert server.count() == 3
    assert server.update("DROP ALL").status == 200
    assert server.count() == 0


def test_each_change_has_an_id_of_its_own(server: PlaygroundServer) -> None:
    one = server.update("INSERT DATA { <x:s> <x:p> 1 }").json
    same = server.update("INSERT DATA { <x:s> <x:p> 1 }").json
    two = server.update("INSERT DATA { <x:s> <x:p> 2 }").json
    assert one["before"] != one["release"] == same["release"] == two["before"] != two["release"]


def test_if_match_lets_only_one_of_two_win(server: PlaygroundServer) -> None:
    state = server.update("INSERT DATA { <x:s> <x:p> 1 }").json["release"]
    condition = {"If-Match": f'"{state}"'}
    assert server.update("INSERT DATA { <x:s> <x:p> 2 }", condition).status == 200
    reply = server.update("INSERT DATA { <x:s> <x:p> 3 }", condition)
    assert reply.status == 412
    assert server.count() == 2


def test_no_answer_is_older_than_the_last_write(server: PlaygroundServer) -> None:
    query = "SELECT ?o WHERE { <x:s> <x:p> ?o }"
    tags = set()
    for number in range(10):
        server.update(f"DELETE WHERE {{ <x:s> <x:p> ?o }} ; INSERT DATA {{ <x:s> <x:p> {number} }}")
        for _ in range(3):
            reply = fetch(server, query=query, headers={"Accept": "text/csv"})  # type: ignore[arg-type]
            assert reply.body.split() == [b"o", str(number).encode()]
        tags.add(reply.headers["etag"])
        old = fetch(server, query=query, headers={"If-None-Match": ", ".join(tags), "Accept": "text/csv"})  # type: ignore[arg-type]
        assert old.status == 304
    assert len(tags) == 10


@pytest.mark.parametrize(
    ("text", "status", "slug"),
    [
        ("INSERT DATA {", 400, "query-syntax"),
        ("CREATE GRAPH <x:g>", 400, "bad-request"),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 403, "query-forbidden"),
        ("LOAD <http://127.0.0.1:1/x>", 403, "write-forbidden"),
        ("LOAD <file:///etc/passwd>", 400, "bad-request"),
        (BOMB, 503, "query-timeout"),
    ],
)
def test_a_write_that_fails_changes_nothing(
    server: PlaygroundServer, text: str, status: int, slug: str
) -> None:
    values = " ".join(f"<x:s{n}> <x:p> {n} ." for n in range(300))
    assert server.update(f"INSERT DATA {{ GRAPH <x:g> {{ <x:s> <x:p> 1 }} {values} }}").status == 200
    reply = server.update(f"INSERT DATA {{ <x:new> <x:p> 1 }} ;\n{text}")
    assert (reply.status, reply.json["type"].rpartition("/")[2]) == (status, slug)
    assert reply.json["detail_zh"]
    assert server.count() == 301


def test_bombs_and_lost_evaluators_lose_no_data(server: PlaygroundServer) -> None:
    values = " ".join(f"<x:s{n}> <x:p> {n} ." for n in range(200))
    server.update(f"INSERT DATA {{ {values} }}")
    pool = ThreadPoolExecutor(6)
    bombs = [pool.submit(server.update, BOMB) for _ in range(2)]
    bombs += [pool.submit(fetch, server, query=QUERY_BOMB) for _ in range(2)]  # type: ignore[arg-type]
    (zygote,) = children(server.process.pid)
    for _ in range(5):
        for pid in descendants(zygote):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
    assert all(bomb.result().status in (500, 503) for bomb in bombs)
    pool.shutdown()
    assert server.count() == 200
    assert server.update("INSERT DATA { <x:s> <x:p> 'more' }").status == 200
    assert server.count() == 201


def test_writers_at_once(server: PlaygroundServer) -> None:
    def write(number: int) -> int:
        return server.update(f"INSERT DATA {{ GRAPH <x:g{number % 3}> {{ <x:s> <x:p> {number} }} }}").status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(write, range(60))) == {200}
    assert server.count() == 60


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/sparql", 200),
        ("/health", 200),
        ("/ready", 200),
        ("/metrics", 200),
        ("/robots.txt", 200),
        ("/releases/", None),
        ("/releases/r000000000000", 404),
        ("/releases/r000000000000..r000000000001", 404),
        ("/releases/r000000000000/graph.nq", 404),
        ("/releases/timemap", None),
        ("/download/graph.nq", 404),
        ("/id/region/beijing", None),
        ("/doc/id/region/beijing", 404),
        ("/doc/id/region/beijing.ttl", 404),
        ("/code/topic/a", None),
        ("/doc/code/topic/a", 404),
        ("/ontology", None),
        ("/ontology.ttl", None),
        ("/shape/region", None),
        ("/problem/query-syntax", 200),
        ("/.well-known/void", None),
        ("/catalog", None),
        ("/sitemap.xml", None),
        ("/openapi.json", 200),
        ("/api/terms", None),
        ("/api/terms?q=a", None),
        ("/graph/none", 404),
        ("/graphs?graph=x:none", 404),
        ("/graphs?default", 200),
        ("/sparql?query=ASK%7B%7D&asOf=2020-01-01", 404),
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "*/*"])
def test_every_path_answers_clearly(
    server: PlaygroundServer, path: str, status: int | None, accept: str
) -> None:
    headers = {"Accept": accept}
    reply = fetch(server, path, headers=headers)  # type: ignore[arg-type]
    if accept == "text/html" and reply.status == 303 and reply.headers["location"].startswith("/en/"):
        reply = fetch(server, reply.headers["location"], headers=headers)  # type: ignore[arg-type]
    allowed = (200, 303, 404, 406) if status is None else (status, 406)
    assert reply.status in allowed, reply.body[:500]
    if reply.status == 404:
        assert reply.body
        assert b"Traceback" not in reply.body


def test_others_are_warned_of(tmp_path: Path) -> None:
    with playground(tmp_path, ("--host", "0.0.0.0"), LANG="zh") as started:
        assert "试验模式" in started.lines[0]
        assert eventually(lambda: any("others can reach" in line for line in started.errors))
