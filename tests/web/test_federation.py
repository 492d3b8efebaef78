"""Joins with a second publisher's endpoint, both ways, between processes: queries of `docs/federation.md`.

How endpoints that misbehave are told apart, clause by clause, is in `tests/store/test_federation.py`.
"""

from __future__ import annotations

import json
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from rdflib import Graph

from egov_kg.release.registry import Registry
from egov_kg.settings import Settings
from support import node
from support.cli import Built
from support.engines import oxigraph
from support.service import Server, free_port, running
from support.upstream import Upstream, reply, serving

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data" / "federation" / "elsewhere.ttl"
PAGE = (ROOT / "docs" / "federation.md").read_text("utf-8")
FROM_HERE, FROM_ELSEWHERE = re.findall(r"```sparql\n(.*?)```", PAGE, re.DOTALL)
RESULTS = "application/sparql-results+json"
Rows = list[dict[str, Any]]


class Two(NamedTuple):
    """Our service and the other one, and what misbehaves beside it."""

    ours: Server
    theirs: str
    hostile: Upstream
    dead: str

    def placed(self, query: str) -> str:
        """A query of the page, with the addresses that the endpoints have here."""
        return query.replace("https://elsewhere.example.org/query", self.theirs).replace(
            "https://data.example.org/sparql", self.ours.endpoint
        )


@pytest.fixture(scope="module")
def two(built: Built) -> Iterator[Two]:
    dead = f"http://127.0.0.1:{free_port()}/query"
    with oxigraph() as engine, serving("127.0.0.1") as hostile:
        put = urllib.request.Request(
            f"{engine.graphs}?default", DATA.read_bytes(), {"Content-Type": "text/turtle"}, method="PUT"
        )
        urllib.request.urlopen(put, timeout=60).close()
        allowed = (engine.store, dead, f"{hostile.url}/liar", f"{hostile.url}/slow")
        bounds = Settings(home=built.home, evaluators=1, service_allow=allowed)
        with running(bounds, Registry(built.home).current()) as ours:
            yield Two(ours, engine.store, hostile, dead)
            assert "Traceback" not in "".join(ours.errors)


def asked(endpoint: str, query: str, **more: str) -> tuple[int, Any]:
    """The status and the document that an endpoint answers."""
    body = urlencode({"query": query, **more}).encode()
    try:
        with urllib.request.urlopen(
            urllib.request.Request(endpoint, body, {"Accept": RESULTS}), timeout=120
        ) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def joined(rows: Rows) -> set[tuple[str, str, float, int]]:
    return {
        (
            row["region"]["value"].rsplit("/", 1)[1],
            row["indicator"]["value"].rsplit("/", 1)[1],
            float(row["value"]["value"]),
            int(row["households"]["value"]),
        )
        for row in rows
    }


@pytest.fixture(scope="module")
def expected(two: Two) -> set[tuple[str, str, float, int]]:
    """The join, made here of what each side says by itself."""
    areas = Graph().parse(DATA)
    households = {
        str(row.item): int(row.n)  # type: ignore[union-attr]
        for row in areas.query(
            "SELECT ?item ?n { ?a <http://www.w3.org/2002/07/owl#sameAs> ?item ; "
            "<https://elsewhere.example.org/def#households> ?n }"
        )
    }
    pattern = re.sub(r"SERVICE <[^>]*> \{.*?\n  \}", "", FROM_HERE, flags=re.DOTALL)
    _, answer = asked(two.ours.endpoint, pattern.replace("?region ?indicator ?value ?households", "*"))
    rows = answer["results"]["bindings"]
    for row in rows:
        row["households"] = {"value": households.get(row["item"]["value"], -1)}
    found = {row for row in joined(rows) if row[3] > 0}
    assert len({row[0] for row in found}) == 3
    assert len(found) > 5
    return found


def test_from_here(two: Two, expected: set[tuple[str, str, float, int]]) -> None:
    status, answer = asked(two.ours.endpoint, two.placed(FROM_HERE))
    assert status == 200
    assert joined(answer["results"]["bindings"]) == expected


def test_from_another_engine(two: Two, expected: set[tuple[str, str, float, int]]) -> None:
    status, answer = asked(two.theirs, two.placed(FROM_ELSEWHERE))
    assert status == 200
    assert joined(answer["results"]["bindings"]) == expected


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
def test_from_rdflib(two: Two, expected: set[tuple[str, str, float, int]]) -> None:
    found = Graph().parse(DATA).query(two.placed(FROM_ELSEWHERE)).serialize(format="json")
    assert joined(json.loads(found or b"")["results"]["bindings"]) == expected


COMUNICA = """
const [package_, query, sources] = process.argv.slice(1);
const {QueryEngine} = require(package_);
(async () => {
  const bindings = await new QueryEngine().queryBindings(query, {sources: JSON.parse(sources)});
  const rows = [];
  for (const row of await bindings.toArray())
    rows.push(Object.fromEntries([...row].map(([name, term]) => [name.value, {value: term.value}])));
  console.log(JSON.stringify(rows));
})();
"""


@pytest.mark.skipif(node.node() is None or node.modules() is None, reason=node.REASON)
@pytest.mark.parametrize("how", ["both endpoints as sources", "SERVICE"])
def test_from_comunica(two: Two, expected: set[tuple[str, str, float, int]], how: str) -> None:
    query = two.placed(FROM_ELSEWHERE)
    sources = [two.theirs]
    if how != "SERVICE":
        query = re.sub(r"SERVICE <[^>]*> \{(.*?)\n  \}", r"\1", query, flags=re.DOTALL)
        sources.append(two.ours.endpoint)
    package = f"{node.modules()}/@comunica/query-sparql"
    described = json.dumps([{"type": "sparql", "value": url} for url in sources])
    command = [str(node.node()), "-e", COMUNICA, package, query, described]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert joined(json.loads(done.stdout)) == expected


def test_an_address_that_is_not_listed_is_not_asked(two: Two) -> None:
    other = two.placed(FROM_HERE).replace(two.theirs, f"{two.hostile.url}/other")
    status, problem = asked(two.ours.endpoint, other)
    assert status == 403
    assert problem["type"].endswith("/query-forbidden")
    assert (problem["line"], problem["column"]) == (12, 3)
    assert not two.hostile.asked


def test_a_second_engine_that_fails_is_named_and_none_of_it_is_used(two: Two) -> None:
    two.hostile.paths["/liar"] = lambda handler: reply(
        handler,
        body=b'{"head":{"vars":["item"]},"results":{"bindings":[{"item":{"type":"uri","value":"a> } #"}}]}}',
    )
    for place in (two.dead, f"{two.hostile.url}/liar"):
        query = two.placed(FROM_HERE).replace(two.theirs, place)
        status, problem = asked(two.ours.endpoint, query)
        assert status == 502
        assert problem["type"].endswith("/upstream-failed")
        assert place in problem["detail"]
        status, answer = asked(two.ours.endpoint, query.replace("SERVICE", "SERVICE SILENT"))
        assert status == 200
        rows = answer["results"]["bindings"]
        assert len(rows) > 5
        assert all("households" not in row for row in rows)


def test_a_slow_second_engine_ends_with_the_time_of_the_query(two: Two) -> None:
    left = Event()

    def wait(_: BaseHTTPRequestHandler) -> None:
        left.wait(60)

    two.hostile.paths["/slow"] = wait
    query = two.placed(FROM_HERE).replace(two.theirs, f"{two.hostile.url}/slow")
    try:
        status, problem = asked(two.ours.endpoint, query, timeout="2")
        assert status in (502, 503)
        assert problem["type"].endswith(("/upstream-failed", "/query-timeout"))
        status, _ = asked(two.ours.endpoint, "ASK {}")
        assert status == 200
    finally:
        left.set()
