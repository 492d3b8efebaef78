"""The front over real sockets: pages from the cache, a new release, many answers and long ones."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from uvicorn import Config
from uvicorn.server import ServerState

from egov_kg.release.registry import MANIFEST, Registry, Release, release_id
from egov_kg.release.tokens import Tokens
from egov_kg.settings import Settings
from egov_kg.web.editions import Editions
from egov_kg.web.server.connection import Bounds, Connection
from egov_kg.web.server.front import Front
from egov_kg.web.server.intake import Exchange
from egov_kg.web.server.metrics import Metrics
from egov_kg.web.server.outgoing import Outgoing
from support.service import (
    MANY_QUERY,
    Server,
    eventually,
    exchange,
    fetch,
    head_of,
    publish,
    running,
)


def test_a_page_comes_from_the_cache_in_the_form_that_was_asked_for(server: Server) -> None:
    for _ in range(3):
        style = fetch(server, "/static/css/base.css")
        assert (style.status, style.media_type) == (200, "text/css")
    assert style.headers["server-timing"] == "cache;desc=hit"
    turtle = fetch(server, "/sparql", headers={"Accept": "text/turtle"})
    xml = fetch(server, "/sparql", headers={"Accept": "application/rdf+xml"})
    again = fetch(server, "/sparql", headers={"Accept": "text/turtle"})
    assert (turtle.media_type, xml.media_type) == ("text/turtle", "application/rdf+xml")
    assert (again.body, again.media_type) == (turtle.body, turtle.media_type)
    assert again.headers["server-timing"].startswith("cache;desc=hit")


def test_the_host_is_part_of_what_is_asked(server: Server) -> None:
    one, other = (
        fetch(server, "/sparql", headers={"Accept": "text/turtle", "Host": host}).body
        for host in ("one.example", "other.example")
    )
    assert b"one.example" in one
    assert b"other.example" in other
    assert b"one.example" not in other


def test_errors_are_never_kept(server: Server) -> None:
    for _ in range(3):
        reply = fetch(server, query="nonsense")
        assert reply.status == 400
        assert "hit" not in reply.headers.get("server-timing", "")
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["x-content-type-options"] == "nosniff"


def test_the_form_of_the_answer_is_part_of_what_is_asked(server: Server) -> None:
    query = "SELECT ?x { VALUES ?x { 1 } }"
    for _ in range(3):
        csv = fetch(server, query=query, headers={"Accept": "text/csv"})
        data = fetch(server, query=query, headers={"Accept": "application/sparql-results+json"})
        assert csv.body == b"x\r\n1\r\n"
        assert data.json["head"]["vars"] == ["x"]


def test_a_query_by_post_is_answered_and_not_kept(server: Server) -> None:
    for _ in range(3):
        reply = fetch(
            server, method="POST", body=b"ASK {}", headers={"Content-Type": "application/sparql-query"}
        )
        assert reply.json["boolean"] is True
        assert (reply.headers["cache-control"], "etag" in reply.headers) == ("no-store", False)


def test_a_new_release_is_served_and_nothing_of_the_old_one(settings: Settings, tmp_path: Path) -> None:
    first = publish(tmp_path)
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    with running(replace(settings, home=tmp_path), first) as started:
        old = [fetch(started, query=count) for _ in range(3)][-1]
        assert old.headers["server-timing"].startswith("cache;desc=hit")
        second = publish_other(tmp_path)
        assert eventually(lambda: fetch(started, query=count).json != old.json)
        new = fetch(started, query=count, headers={"If-None-Match": old.headers["etag"]})
        assert new.status == 200
        assert second in new.headers["etag"]


def publish_other(home: Path) -> str:
    """A release with one quad less; its id."""
    registry = Registry(home)
    current = registry.current()
    with registry.lock():
        folder = registry.new_folder()
        shutil.copytree(current.path, folder, dirs_exist_ok=True)
        graph = folder / "graph.nq"
        lines = graph.read_text("utf-8").splitlines(keepends=True)[1:]
        graph.write_text("".join(lines), encoding="utf-8")
        manifest = json.loads((folder / MANIFEST).read_text())
        digest = hashlib.sha256(graph.read_bytes()).hexdigest()
        manifest["id"] = release_id(digest)
        manifest["files"]["graph.nq"] = {"sha256": digest, "bytes": graph.stat().st_size}
        (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        return registry.publish(folder).id


def test_many_clients_with_distinct_queries_get_their_own_answers(server: Server) -> None:
    def ask(number: int) -> bool:
        reply = fetch(server, query=f"SELECT (STR({number}) AS ?n) {{}}")
        return str(reply.json["results"]["bindings"][0]["n"]["value"]) == str(number)

    with ThreadPoolExecutor(20) as pool:
        assert all(pool.map(ask, range(300)))


def test_the_same_query_at_the_same_time_is_evaluated_once(settings: Settings, release: Release) -> None:
    query = "SELECT (COUNT(?d) AS ?n) WHERE { ?a ?p ?b BIND(SHA512(STR(?b)) AS ?d) }"
    with running(replace(settings, query_timeout=60.0), release) as started, ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: fetch(started, query=query), range(8)))
        found = [reply.headers["server-timing"].partition(",")[0] for reply in replies]
    assert {reply.status for reply in replies} == {200}
    assert len({reply.body for reply in replies}) == 1
    assert sorted(found) == ["cache;desc=hit"] * 7 + ["cache;desc=miss"]


def test_long_answers_and_short_ones_at_the_same_time(settings: Settings, release: Release) -> None:
    bounds = replace(settings, query_timeout=60.0, queue_timeout=60.0)
    with running(bounds, release) as started, ThreadPoolExecutor(8) as pool:
        long = [pool.submit(fetch, started, query=f"{MANY_QUERY} # {number}") for number in range(4)]
        short = [pool.submit(fetch, started, query=f"ASK {{}} # {number}") for number in range(40)]
        assert {one.result().json["boolean"] for one in short} == {True}
        assert len({one.result().body for one in long}) == 1


def test_only_who_may_write_is_listened_to_at_length(settings: Settings, tmp_path: Path) -> None:
    home = tmp_path / "home"
    release = publish(home)
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nContent-Length: 4000000\r\n"
        b"Connection: close\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    with running(replace(settings, home=home), release) as started:
        # Nothing of the body is sent: who waits for it does so until it is too late.
        assert head_of(exchange(started.port, head))[0] == 403
        _, secret = Tokens(home).create("one", ("*",))
        assert head_of(exchange(started.port, head))[0] == 401
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/x-www-form-urlencoded"}
        long = b"update=%20" + b"%3B" * 1_300_000
        assert fetch(started, method="POST", body=long, headers=headers).status == 400


def test_long_queries_are_read_apart(server: Server) -> None:
    body = ("SELECT ?x { VALUES ?x { 1 } } # " + "中" * 9_000).encode()
    headers = {"Content-Type": "application/sparql-query", "Accept": "text/csv"}
    assert fetch(server, method="POST", body=body, headers=headers).body == b"x\r\n1\r\n"
    broken = fetch(server, method="POST", body=b"SELECT ?x { " + b"." * 9_000, headers=headers)
    assert (broken.status, broken.json["line"]) == (400, 1)


def test_the_list_of_releases_is_made_anew(settings: Settings, tmp_path: Path) -> None:
    first = publish(tmp_path)
    second = publish_other(tmp_path)
    with running(replace(settings, home=tmp_path), Registry(tmp_path).current()) as started:
        for _ in range(3):
            assert {one["id"] for one in fetch(started, "/releases/").json["releases"]} == {first.id, second}
        shutil.rmtree(first.path)
        assert {one["id"] for one in fetch(started, "/releases/").json["releases"]} == {second}


def test_what_is_known_of_a_request_goes_with_its_answer(settings: Settings, tmp_path: Path) -> None:
    """At once, not when garbage is collected; also where the next request has come already."""
    publish(tmp_path)
    chosen = replace(settings, home=tmp_path)
    editions, metrics = Editions(Registry(tmp_path), chosen), Metrics()
    editions.refresh()

    def pages(_environ: object, _start: object) -> list[bytes]:
        raise AssertionError("no page is asked for")

    front = Front(pages, chosen, editions, metrics, body_limit=0, watched=frozenset())
    gc.collect()
    gc.disable()
    try:
        assert asyncio.run(_alive_after(20, front, metrics)) <= 2 * 2
    finally:
        gc.enable()
        front.close()
        editions.close()


async def _alive_after(count: int, front: Front, metrics: Metrics) -> int:
    """How much is known of requests when some have been answered, and one more is under way."""
    bounds, state = Bounds(front.cache, metrics, 8_000, 10), ServerState()
    state.default_headers = [(b"date", b"Thu, 01 Jan 2026 00:00:00 GMT")]
    config = Config(front, lifespan="off", ws="none", log_config=None)
    config.load()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(config, state, {}, bounds=bounds), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    request = b"GET /sparql?query=ASK%%7B%%7D%%23%d HTTP/1.1\r\nHost: x\r\n\r\n"
    writer.write(b"".join(request % number for number in range(count + 1)))
    for _ in range(count):
        await reader.readuntil(b'"boolean":true}')
    alive = sum(isinstance(each, Exchange | Outgoing) for each in gc.get_objects())
    await reader.readuntil(b'"boolean":true}')
    writer.close()
    server.close()
    return alive
