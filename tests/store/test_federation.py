"""SERVICE against a second, real engine and against endpoints that misbehave."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from egov_kg.errors import (
    QueryForbidden,
    QuerySyntaxError,
    QueryTooComplex,
    ServiceBusy,
    UpstreamFailed,
    UsageError,
)
from egov_kg.sparql.protocol import Operation
from egov_kg.store import federation
from egov_kg.store.evaluators import Evaluators
from support.graphs import DATASET, EX, settings, write
from support.service import eventually, free_port
from support.upstream import Upstream, reply, serving

JSON = "application/sparql-results+json"
REMOTE = f"""
<{EX}city/beijing> <{EX}mayor> "A \\"quoted\\" name\\n}} # no end", "第二"@zh, 7, true .
<{EX}city/shanghai> <{EX}mayor> [ <{EX}name> "nameless" ] .
<{EX}city/nowhere> <{EX}mayor> "nobody" .
"""


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The SPARQL endpoint of another engine, in a process of its own."""
    program = Path(sys.executable).with_name("oxigraph")
    if not program.exists():
        pytest.skip("the program oxigraph is not installed: it is a development requirement")
    port = free_port()
    folder = tmp_path_factory.mktemp("remote")
    process = subprocess.Popen(
        [program, "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def loaded() -> bool:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("PUT", "/store?default", REMOTE.encode(), {"Content-Type": "text/turtle"})
            return connection.getresponse().status in (201, 204)
        except OSError:
            return False
        finally:
            connection.close()

    try:
        assert eventually(loaded)
        yield f"http://127.0.0.1:{port}/query"
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with serving("127.0.0.1") as started:
        yield started


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Any]:
    """Ask our own data; the further arguments are the list of endpoints."""
    pools: list[Evaluators] = []

    def ask(query: str, *allow: str, timeout: float = 20.0) -> list[dict[str, Any]]:
        bounds = settings(tmp_path, service_allow=allow, query_timeout=timeout)  # type: ignore[arg-type]
        pools.append(Evaluators(write(tmp_path), DATASET, bounds))
        found: dict[str, Any] = json.loads(b"".join(pools[-1].respond(Operation(query), JSON)))
        return list(found["results"]["bindings"])

    yield ask
    for pool in pools:
        pool.close()


def joined(endpoint: str, silent: str = "") -> str:
    return (
        f"SELECT ?city ?share ?mayor {{ ?city <{EX}share> ?share . "
        f"SERVICE {silent} <{endpoint}> {{ ?city <{EX}mayor> ?mayor }} }} ORDER BY ?mayor"
    )


def test_solutions_of_another_engine_join_with_ours(asking: Any, remote: str) -> None:
    rows = asking(joined(remote), remote)
    assert {row["city"]["value"] for row in rows} == {f"{EX}city/beijing", f"{EX}city/shanghai"}
    literals = {
        (row["mayor"]["value"], row["mayor"].get("xml:lang"), row["mayor"].get("datatype"))
        for row in rows
        if row["mayor"]["type"] == "literal"
    }
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert literals == {
        ('A "quoted" name\n} # no end', None, None),
        ("第二", "zh", None),
        ("7", None, f"{xsd}integer"),
        ("true", None, f"{xsd}boolean"),
    }


def test_a_blank_node_becomes_an_iri_of_its_own(asking: Any, remote: str) -> None:
    query = f"SELECT * {{ SERVICE <{remote}> {{ ?c <{EX}mayor> ?m . ?m <{EX}name> ?n }} FILTER(isIRI(?m)) }}"
    (first,), (second,) = asking(query, remote), asking(query, remote)
    assert "/.well-known/genid/" in first["m"]["value"]
    assert first["m"] != second["m"]


def test_clauses_anywhere_and_prefixes(asking: Any, remote: str) -> None:
    query = (
        f"PREFIX ex: <{EX}>\nSELECT ?city (COUNT(?m) AS ?n) {{ ?city ex:share ?share "
        f"OPTIONAL {{ SERVICE <{remote}> {{ ?city ex:mayor ?m FILTER(isLiteral(?m)) }} }} "
        f"FILTER NOT EXISTS {{ SERVICE <{remote}> {{ ?city ex:mayor 'nobody' }} }} }} GROUP BY ?city"
    )
    counts = {row["city"]["value"]: row["n"]["value"] for row in asking(query, remote)}
    cities = ("beijing", "shanghai", "guangzhou", "xi-an")
    assert counts == {f"{EX}city/{c}": "4" if c == "beijing" else "0" for c in cities}


@pytest.mark.parametrize("silent", ["", "SILENT"])
@pytest.mark.parametrize("listed", [(), ("http://127.0.0.1:{port}/queryx",), ("http://127.0.0.1:{port}/",)])
def test_an_endpoint_that_is_not_listed_is_not_asked(
    asking: Any, upstream: Upstream, silent: str, listed: tuple[str, ...]
) -> None:
    allow = [entry.format(port=upstream.port) for entry in listed]
    with pytest.raises(QueryForbidden) as caught:
        asking(joined(f"{upstream.url}/query", silent), *allow)
    assert caught.value.status == 403
    assert ("EGOV_KG_SERVICE_ALLOW" in caught.value.detail_zh) == bool(listed)
    assert not upstream.asked


def test_no_endpoint_is_asked_for_a_query_that_does_not_parse(asking: Any, upstream: Upstream) -> None:
    url = f"{upstream.url}/query"
    for rest in ("?a ?b ?c }\n ?s ?p }", "?a ?b }\n ?s ?p ?o }", "?a ?b ?c }\n ?s e:x ?o }"):
        places = []
        for service in (f"SERVICE <{url}>", ""):
            with pytest.raises(QuerySyntaxError) as caught:
                asking(f"SELECT * {{\n {service}\n {{ {rest}", url)
            places.append((caught.value.extra["line"], caught.value.extra["column"]))
        assert places[0] == places[1]
    assert not upstream.asked


def test_what_is_asked_is_the_pattern(asking: Any, upstream: Upstream) -> None:
    upstream.paths["/query"] = lambda h: reply(h, body=b'{"head":{"vars":[]},"results":{"bindings":[]}}')
    url = f"{upstream.url}/query"
    assert asking(f"PREFIX e: <{EX}> SELECT * {{ SERVICE <{url}> {{ e:a e:b ?c }} }}", url) == []
    assert upstream.bodies == [f"PREFIX e: <{EX}> SELECT * WHERE {{ e:a e:b ?c }}".encode()]


def test_a_dead_endpoint_is_told_or_silent(asking: Any) -> None:
    dead = f"http://127.0.0.1:{free_port()}/query"
    with pytest.raises(UpstreamFailed) as caught:
        asking(joined(dead), dead)
    assert dead in caught.value.detail_zh
    rows = asking(joined(dead, "SILENT"), dead)
    assert len(rows) == 4
    assert all("mayor" not in row for row in rows)


def result(*rows: object, names: tuple[str, ...] = ("city", "mayor")) -> bytes:
    return json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}).encode()


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b'{"head":{"vars":["city"]},"results":{"bindings":[')
    while True:
        handler.wfile.write(b"{}," * 20_000)


def slow(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(10)


LONE = b'{"head":{"vars":["city"]},"results":{"bindings":[{"city":{"type":"literal","value":"\\ud800"}}]}}'
HOSTILE = {
    "endless": endless,
    "rows": lambda h: reply(h, body=result(*[{}] * 60_000)),
    "no JSON": lambda h: reply(h, body=b"<html>"),
    "deep JSON": lambda h: reply(h, body=b"[" * 100_000),
    "no results": lambda h: reply(h, body=b'{"head":{},"boolean":true}'),
    "surrogate": lambda h: reply(h, body=LONE),
    "IRI": lambda h: reply(h, body=result({"city": {"type": "uri", "value": "http://a> } } #"}})),
    "relative": lambda h: reply(h, body=result({"city": {"type": "uri", "value": "a"}})),
    "language": lambda h: reply(
        h, body=result({"city": {"type": "literal", "value": "a", "xml:lang": "e n"}})
    ),
    "datatype": lambda h: reply(h, body=result({"city": {"type": "literal", "value": "", "datatype": "x>"}})),
    "triple": lambda h: reply(h, body=result({"city": {"type": "triple", "value": {}}})),
    "no term": lambda h: reply(h, body=result({"city": 7})),
    "no row": lambda h: reply(h, body=result(7)),
    "status": lambda h: reply(h, 500),
    "redirect": lambda h: reply(h, 307, Location="http://127.0.0.1:1/"),
    "gzip": lambda h: reply(h, body=result(), Content_Encoding="gzip"),
}


@pytest.mark.parametrize("kind", [*HOSTILE, "slow"])
def test_an_endpoint_that_misbehaves_is_told_or_silent(asking: Any, upstream: Upstream, kind: str) -> None:
    upstream.paths["/query"] = HOSTILE.get(kind, slow)
    url = f"{upstream.url}/query"
    with pytest.raises(UpstreamFailed) as caught:
        asking(joined(url), url, timeout=2.0 if kind == "slow" else 20.0)
    assert caught.value.status == 502
    assert url in caught.value.detail
    assert url in caught.value.detail_zh
    if kind != "slow":
        assert len(asking(joined(url, "SILENT"), url)) == 4


INJECTIONS = [
    '" } } DROP ALL #',
    "\\",
    '\\"',
    "a\r\nb\tc\b\f",
    "\\u0022 }",
    "\x00\x01",
    "'''",
    "}",
    "𝕏",
    '"""',
]


def test_no_value_breaks_out_of_its_place(asking: Any, upstream: Upstream) -> None:
    rows = [{"mayor": {"type": "literal", "value": text}, "evil} #": {"type": "x"}} for text in INJECTIONS]
    names = ("mayor", "mayor", "evil} #", "unasked")
    upstream.paths["/query"] = lambda h: reply(h, body=result(*rows, names=names))
    url = f"{upstream.url}/query"
    found = asking(f"SELECT * {{ SERVICE <{url}> {{ ?x <{EX}mayor> ?mayor }} }}", url)
    assert [row["mayor"]["value"] for row in found] == INJECTIONS
    assert all(set(row) == {"mayor"} for row in found)


@pytest.mark.parametrize("setting", ["service_allow", "load_allow"])
def test_a_list_with_an_entry_that_is_no_url_is_told_to_the_operator(tmp_path: Path, setting: str) -> None:
    for entry, good in (("http://data.example/sparql", True), ("data.example/sparql", False)):
        bounds = settings(tmp_path, **{setting: (entry,)})  # type: ignore[arg-type]
        if good:
            Evaluators(write(tmp_path), DATASET, bounds).close()
            continue
        with pytest.raises(UsageError) as caught:
            Evaluators(write(tmp_path), DATASET, bounds)
        assert caught.value.detail_zh.startswith(f"EGOV_KG_{setting.upper()}：")


def test_too_many_clauses_are_refused(asking: Any, upstream: Upstream) -> None:
    url = f"{upstream.url}/query"
    clauses = f"SERVICE <{url}> {{ ?a ?b ?c }} " * 9
    with pytest.raises(QueryTooComplex) as caught:
        asking(f"SELECT * {{ {clauses} }}", url)
    assert caught.value.extra == {"limit": 8, "value": 9}
    assert not upstream.asked


def test_slow_endpoints_hold_some_threads_and_no_more(asking: Any, upstream: Upstream) -> None:
    """Whoever comes when as many as may are waiting is told so at once; without SERVICE, nobody notices."""
    url = f"{upstream.url}/query"
    let_go = threading.Event()

    def held(handler: BaseHTTPRequestHandler) -> None:
        let_go.wait(120)
        reply(handler, body=result({"mayor": {"type": "literal", "value": "x"}}, names=("mayor",)))

    upstream.paths["/query"] = held
    text = f"SELECT * {{ SERVICE <{url}> {{ ?x <{EX}mayor> ?mayor }} }}"
    with ThreadPoolExecutor(federation.MOST_AT_ONCE) as pool:
        waiting = [pool.submit(asking, text, url, timeout=120.0) for _ in range(federation.MOST_AT_ONCE)]
        try:
            assert eventually(lambda: len(upstream.asked) == federation.MOST_AT_ONCE)
            with pytest.raises(ServiceBusy) as caught:
                asking(text, url)
            assert caught.value.extra["retry_after"] > 0
            assert "SERVICE" in caught.value.detail_zh
            assert asking("SELECT (1 AS ?one) {}", url)
        finally:
            let_go.set()
        assert all(len(one.result()) == 1 for one in waiting)
    assert asking(text, url)
