"""Endpoints that refuse, are slow, break off or say nonsense: real servers that do so."""

from __future__ import annotations

import base64
import json
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from rdflib import Literal

from egov_kg.client import Client, answers
from egov_kg.client.endpoint import AGENT, LONGEST_URL, Endpoint
from egov_kg.errors import (
    EgovError,
    EvaluationError,
    NotAuthenticated,
    NotFound,
    QueryError,
    QueryTimeout,
    ServiceBusy,
    TooManyRequests,
    UpstreamFailed,
    UriTooLong,
    UsageError,
)
from support.service import free_port

ROWS = b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "1"}}]}}'
Answer = tuple[int, dict[str, str], bytes]


class Asked:
    """A request that arrived."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        parts = urlsplit(handler.path)
        text = handler.rfile.read(length).decode() if length else parts.query
        self.method, self.headers, self.values = handler.command, handler.headers, parse_qs(text)


@contextmanager
def answering(
    answer: Callable[[int], Answer], came: list[Asked] | None = None
) -> Iterator[tuple[str, list[Asked]]]:
    """An endpoint that gives the answer to the n-th request, from 0; and, listed, the requests that came."""
    asked: list[Asked] = [] if came is None else came

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(Asked(self))
            status, headers, body = answer(len(asked) - 1)
            self.send_response(status)
            for name, value in {
                "Content-Length": str(len(body)),
                "Content-Type": "application/sparql-results+json",
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sparql", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_it_says_who_asks_what_of_which_graphs() -> None:
    with answering(lambda _: (200, {}, ROWS)) as (url, asked):
        endpoint = Endpoint(url, default_graphs=("a:b", "a:c"), named_graphs=("a:d",), as_of="r1")
        assert endpoint.table("SELECT ?x {}") == [{"x": "1"}]
        endpoint.table("SELECT ?x {}" + " " * LONGEST_URL)
    short, long = asked
    assert (short.method, long.method) == ("GET", "POST")
    for one in asked:
        assert one.headers["User-Agent"] == AGENT
        assert one.headers["Accept"] == "application/sparql-results+json"
        assert one.values["default-graph-uri"] == ["a:b", "a:c"]
        assert one.values["named-graph-uri"] == ["a:d"]
        assert one.values["asOf"] == ["r1"]
        assert one.values["query"][0].startswith("SELECT ?x {}")


@pytest.mark.parametrize("status", [503, 429])
@pytest.mark.parametrize("after", ["0", format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True)])
def test_a_busy_service_is_asked_again(status: int, after: str) -> None:
    def answer(number: int) -> Answer:
        return (200, {}, ROWS) if number == 2 else (status, {"Retry-After": after}, b"")

    with answering(answer) as (url, asked):
        assert Endpoint(url).table("SELECT ?x {}") == [{"x": "1"}]
    assert len(asked) == 3


@pytest.mark.parametrize(("retries", "after", "asks"), [(0, "0", 1), (2, "0", 3), (5, "3600", 1)])
def test_not_for_ever(retries: int, after: str, asks: int) -> None:
    with (
        answering(lambda _: (503, {"Retry-After": after}, b"")) as (url, asked),
        pytest.raises(ServiceBusy) as failed,
    ):
        Endpoint(url, retries=retries).table("SELECT ?x {}")
    assert len(asked) == asks
    assert failed.value.extra["retry_after"] == int(after)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, QueryError),
        (401, NotAuthenticated),
        (404, NotFound),
        (414, UriTooLong),
        (429, TooManyRequests),
        (500, EvaluationError),
        (418, UpstreamFailed),
        (502, UpstreamFailed),
    ],
)
@pytest.mark.parametrize("body", [b"", b"no \xff such thing", b'["x"]', b'{"type": 3}', b"[" * 9_000])
def test_refusals_are_errors_of_ours(status: int, kind: type[EgovError], body: bytes) -> None:
    with answering(lambda _: (status, {}, body)) as (url, _), pytest.raises(EgovError) as failed:
        Endpoint(url, retries=0).table("SELECT ?x {}")
    assert type(failed.value) is kind
    assert url in failed.value.detail
    assert url in failed.value.detail_zh
    assert len(failed.value.detail) < 500


def test_a_problem_document_is_heard() -> None:
    body = (
        '{"type": "https://w3id.org/egov-kg/problem/query-timeout", "detail_en": "Too long.",'
        ' "detail_zh": "超时。", "limit": 4, "retry_after": "x", "detail": 3}'
    ).encode()
    with (
        answering(lambda _: (503, {}, body)) as (url, _),
        pytest.raises(QueryTimeout, match="Too long") as failed,
    ):
        Endpoint(url).table("SELECT ?x {}")
    assert (failed.value.detail_zh, failed.value.extra) == ("超时。", {"limit": 4})


def test_an_answer_that_breaks_off() -> None:
    with (
        answering(lambda _: (200, {"Content-Length": "100"}, ROWS)) as (url, _),
        pytest.raises(UpstreamFailed, match="cut off"),
    ):
        Endpoint(url).table("SELECT ?x {}")


def test_an_answer_that_never_comes() -> None:
    waiting = threading.Event()

    def answer(_: int) -> Answer:
        waiting.wait(3)
        return 200, {}, ROWS

    with answering(answer) as (url, _), pytest.raises(QueryTimeout) as failed:
        Endpoint(url, timeout=0.2).table("SELECT ?x {}")
    assert failed.value.extra["limit"] == 0.2


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"head": {}}', b"\xff", b"[" * 9_000])
def test_an_answer_that_is_none(body: bytes) -> None:
    with answering(lambda _: (200, {"Content-Type": "text/html"}, body)) as (url, _):
        endpoint = Endpoint(url)
        for ask in (endpoint.select, endpoint.ask):
            with pytest.raises(UpstreamFailed, match="SPARQL results in JSON"):
                ask("SELECT ?x {}")
        with pytest.raises(UpstreamFailed, match="N-Triples"):
            endpoint.construct("CONSTRUCT {} {}")
        with pytest.raises(EgovError):
            Client(url).indicators()


def answer_of(name: str, *terms: dict[str, Any]) -> Callable[[int], Answer]:
    """An endpoint that gives these terms as the only column."""
    rows = [{name: term} for term in terms]
    body = json.dumps({"head": {"vars": [name]}, "results": {"bindings": rows}}).encode()
    return lambda _: (200, {}, body)


RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@pytest.mark.parametrize("kind", ["HTML", "XMLLiteral"])
def test_markup_of_strangers_is_not_parsed(kind: str) -> None:
    """rdflib takes ten seconds for 30 kB."""
    html = {"type": "literal", "value": "<b>" * 10_000, "datatype": f"{RDF}{kind}"}
    with answering(answer_of("x", html)) as (url, _):
        (row,) = Endpoint(url).select("SELECT ?x {}")
        assert row["x"] == Literal(html["value"])
        assert Endpoint(url).table("SELECT ?x {}") == [{"x": html["value"]}]


@pytest.mark.parametrize(
    "term",
    [
        {"type": "literal", "value": 5},
        {"type": "literal", "value": None},
        {"type": "literal", "value": {"a": 1}},
        {"type": "literal", "value": "a", "xml:lang": 3},
        {"type": "triple", "value": {}},
        {"type": "uri"},
        {"value": "a"},
    ],
)
def test_what_is_no_term_is_no_answer(term: dict[str, Any]) -> None:
    with answering(answer_of("x", term)) as (url, _), pytest.raises(UpstreamFailed, match="SPARQL results"):
        Endpoint(url).table("SELECT ?x {}")


def test_a_language_that_rdflib_does_not_know_is_a_text_all_the_same() -> None:
    odd = {"type": "literal", "value": "a", "xml:lang": "zh_CN"}
    with answering(answer_of("x", odd)) as (url, _):
        assert Endpoint(url).table("SELECT ?x {}") == [{"x": "a"}]
        with pytest.raises(UpstreamFailed, match="terms of RDF"):
            Endpoint(url).select("SELECT ?x {}")


def test_what_was_not_asked_for_is_no_answer() -> None:
    with answering(answer_of("y", {"type": "literal", "value": "a"})) as (url, _):
        with pytest.raises(UpstreamFailed, match="what was asked for"):
            Endpoint(url).table("SELECT ?x (1 AS ?z) {}")
        with pytest.raises(UpstreamFailed):
            Client(url).indicators()


def test_the_same_page_again_ends_the_reading() -> None:
    with answering(answer_of("key", {"type": "uri", "value": "a:b"})) as (url, asked):
        pages = answers._pages(Endpoint(url), "SELECT ?key { FILTER(STR(?key) > ?after) }", "key", {})
        with pytest.raises(UpstreamFailed, match="same rows"):
            list(pages)
    assert len(asked) == 2


def test_nobody_is_there() -> None:
    url = f"http://127.0.0.1:{free_port()}/sparql"
    with pytest.raises(UpstreamFailed, match="does the service run"):
        Client(url).indicators()
    with pytest.raises(UpstreamFailed, match="服务是否在运行"):
        Client(url, lang="zh").indicators()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "127.0.0.1:8000/sparql", "", "http://", "ftp://h/x"])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(UsageError, match="no address"):
        Client(url)


PASSWORD, TOKEN = "pass:wörd-7f", "tok.en-9c=="
BASIC = "Basic " + base64.b64encode(f"ann:{PASSWORD}".encode()).decode()
KNOWN = [({"auth": ("ann", PASSWORD)}, BASIC), ({"token": TOKEN}, f"Bearer {TOKEN}")]
SECRETS = (PASSWORD, TOKEN, BASIC.split()[1])


def protected(authorization: str, asked: list[Asked]) -> Callable[[int], Answer]:
    """An endpoint that repeats what it was told where it refuses."""

    def answer(number: int) -> Answer:
        if asked[number].headers["Authorization"] == authorization:
            return 200, {}, ROWS
        told = f"Who are you? {asked[number].headers['Authorization']} {PASSWORD} {TOKEN}"
        return 401, {"WWW-Authenticate": 'Basic realm="x"'}, told.encode()

    return answer


@pytest.mark.parametrize(("known", "sent"), KNOWN, ids=["basic", "bearer"])
def test_a_protected_endpoint_is_told_who_asks(known: dict[str, Any], sent: str) -> None:
    asked: list[Asked] = []
    with answering(protected(sent, asked), asked) as (url, _):
        for query in ("SELECT ?x {}", "SELECT ?x {}" + " " * LONGEST_URL):
            assert Client(url, **known)._endpoint.table(query) == [{"x": "1"}]
        with pytest.raises(NotAuthenticated):
            Client(url).indicators()
    assert [one.headers["Authorization"] for one in asked] == [sent, sent, None]


@pytest.mark.parametrize(("known", "sent"), KNOWN, ids=["basic", "bearer"])
@pytest.mark.parametrize("status", [401, 403, 500, 502])
def test_nothing_shows_what_an_endpoint_is_told(
    known: dict[str, Any], sent: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    secret = sent.split()[1] if "token" in known else PASSWORD
    body = f"no: {sent} {secret}".encode()
    with answering(lambda _: (status, {}, body)) as (url, asked):
        client = Client(url, **known)
        with pytest.raises(EgovError) as failed:
            client.indicators()
    assert asked[0].headers["Authorization"] == sent
    assert "no: " in failed.value.detail
    assert "***" in failed.value.detail
    shown = [repr(client), repr(client._endpoint), caplog.text, *traceback.format_exception(failed.value)]
    shown += [str(failed.value), failed.value.detail_zh]
    assert not [text for text in shown for one in (secret, sent.split()[1]) if one in text]


def test_whoever_an_endpoint_redirects_to_is_not_told() -> None:
    with (
        answering(lambda _: (200, {}, ROWS)) as (other, there),
        answering(lambda _: (302, {"Location": other}, b"")) as (url, here),
    ):
        assert Client(url, token=TOKEN)._endpoint.table("SELECT ?x {}") == [{"x": "1"}]
    assert [one.headers["Authorization"] for one in (*here, *there)] == [f"Bearer {TOKEN}", None]


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("http://h.example/", {"auth": ("ann", PASSWORD), "token": TOKEN}),
        ("http://h.example/", {"token": f"{TOKEN}\r\nX: y"}),
        ("http://h.example/", {"token": f"{TOKEN} "}),
        ("http://h.example/", {"auth": (f"ann:{PASSWORD}", PASSWORD)}),
        ("http://h.example/", {"auth": ("", PASSWORD)}),
        ("http://h.example/", {"auth": ("ann", f"{PASSWORD}\n")}),
        (f"http://ann:{TOKEN}@h.example/sparql", {}),
        (f"ftp://ann:{TOKEN}@h.example/sparql", {}),
    ],
)
def test_credentials_that_cannot_be_sent_are_refused_and_not_shown(url: str, known: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as failed:
        Client(url, **known)
    shown = "".join(traceback.format_exception_only(failed.value)) + failed.value.detail_zh
    assert not [one for one in SECRETS if one in shown]
