"""The service over other engines: the same pages and answers; what it does when the engine fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from browser.pages import PAGES, PageKind
from egov_kg.release.push import push
from egov_kg.release.registry import Registry, Release
from egov_kg.settings import Settings
from support.cli import Built
from support.engines import ENGINES, Engine, engine_of, oxigraph, pushed
from support.releases import publish
from support.same_page import content
from support.service import BROWSER, Server, eventually, fetch, free_port, running

TRIPLES = '<https://w3id.org/egov-kg/id/region/1> a egov:Region ; rdfs:label "one"@en .'


@dataclass(frozen=True)
class Pair:
    """Two services of one release: of our own store, and of an engine.

    Attributes:
        own: of our own store.
        over: of the engine.
        engine: what it is called.
    """

    own: Server
    over: Server
    engine: str


@pytest.fixture(scope="module", params=ENGINES)
def pair(built: Built, request: pytest.FixtureRequest) -> Iterator[Pair]:
    release = Registry(built.home).get(built.id)
    bounds = Settings(
        home=built.home, query_timeout=60.0, write_timeout=200.0, queue_timeout=60.0, rate_limit=""
    )
    settings = pushed(engine_of(request.param, request), release, bounds)
    with running(bounds, release) as own, running(settings, release) as over:
        yield Pair(own, over, request.param)


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.name)
def test_a_page_says_the_same(kind: PageKind, pair: Pair) -> None:
    lang = "zh" if PAGES.index(kind) % 2 else "en"
    replies = [fetch(server, kind.url(lang, server), headers=BROWSER) for server in (pair.own, pair.over)]
    assert [reply.status for reply in replies] == [kind.status] * 2
    one, other = (
        content(reply.body.decode(), server)
        for reply, server in zip(replies, (pair.own, pair.over), strict=True)
    )
    if pair.engine == "virtuoso" and kind.name == "sparql-graph":
        # What DESCRIBE describes a thing with is up to the engine (SPARQL 1.1, section 16.4).
        names = [re.findall(r'title="(https://w3id.org/[^"]+)"', page) for page in map(str, (one, other))]
        assert set(names[0]) <= set(names[1])
        return
    assert one == other


@pytest.fixture
def small(tmp_path: Path) -> Release:
    return publish(tmp_path / "home", TRIPLES)


def settings_of(release: Release) -> Settings:
    return Settings(
        home=release.path.parent.parent, query_timeout=5.0, queue_timeout=5.0, evaluators=1, store_retries=1
    )


@contextmanager
def served(release: Release, engine: Engine) -> Iterator[Server]:
    settings = engine.settings(settings_of(release))
    push(release, settings)
    with running(settings, release) as server:
        yield server


ASK = "ASK { ?s a ?class }"


@pytest.mark.parametrize("name", ENGINES)
def test_it_answers_and_nothing_can_be_written(
    small: Release, name: str, request: pytest.FixtureRequest
) -> None:
    with served(small, engine_of(name, request)) as server:
        assert fetch(server, query=ASK).json["boolean"] is True
        page = fetch(server, "/en/id/region/1", headers=BROWSER)
        assert (page.status, b"<h1" in page.body, b"one" in page.body) == (200, True, True)
        reply = fetch(
            server,
            method="POST",
            body=b"update=CLEAR+ALL",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert reply.status == 403
        guarded = fetch(server, query="SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
        assert guarded.status == 403
        assert fetch(server, query="SELECT (<bif:user>() AS ?x) {}").status == 403


def test_an_engine_that_died_is_a_bad_gateway_until_it_is_back(small: Release, tmp_path: Path) -> None:
    port, data = free_port(), tmp_path / "data"
    with oxigraph(port, data) as engine, served(small, engine) as server:
        assert fetch(server, query=ASK).status == 200
        engine.process.kill()
        engine.process.wait()
        reply = fetch(server, query="ASK { ?x a ?y }")
        assert reply.status == 502
        assert reply.json["type"].endswith("upstream-failed")
        page = fetch(server, "/en/regions", headers=BROWSER)
        assert page.status == 502
        assert fetch(server, "/download/graph.nq").status == 200  # what is a file is there still
        with oxigraph(port, data):
            assert fetch(server, query="ASK { ?x a ?z }").status == 200


def test_another_release_in_the_engine_is_seen(small: Release) -> None:
    with oxigraph() as engine, served(small, engine) as server:
        assert fetch(server, query=ASK).status == 200
        home = small.path.parent.parent
        later = publish(home, TRIPLES + "<https://w3id.org/egov-kg/id/region/2> a egov:Region .")
        count = "SELECT (COUNT(*) AS ?n) { ?s a ?class }"
        assert rows(fetch(server, query=count).json) == "1"  # the engine holds the one before
        push(later, engine.settings(settings_of(later)))
        reply = fetch(server, query="ASK { ?a ?b ?c }")
        assert reply.status in (200, 503)
        assert eventually(lambda: fetch(server, query="SELECT (COUNT(*) AS ?n) { ?s a ?x }").status == 200)
        reply = fetch(server, query="SELECT (COUNT(*) AS ?n) { ?s a ?y }")
        assert rows(reply.json) == "2"
        assert later.id in fetch(server, "/releases", headers={"Accept": "application/json"}).body.decode()


def rows(results: dict[str, object]) -> str:
    value: str = results["results"]["bindings"][0]["n"]["value"]  # type: ignore[index]
    return value


def test_a_service_does_not_start_over_what_it_does_not_hold(small: Release) -> None:
    with oxigraph() as engine:
        settings = engine.settings(settings_of(small))
        with pytest.raises(AssertionError, match="holds no release"), running(settings, small):
            pass
        push(replace(small, id="r00000000000f"), settings)
        with pytest.raises(AssertionError, match="holds release r00000000000f"), running(settings, small):
            pass
    with pytest.raises(AssertionError, match="could not be used"), running(settings, small):
        pass
