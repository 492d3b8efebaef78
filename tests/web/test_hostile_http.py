"""Malformed, oversized, slow and deceitful HTTP: refused in words where it can be, always survived."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from urllib.parse import quote

import pytest

from egov_kg.release.registry import Release
from egov_kg.settings import Settings
from support.hostile import clean, is_problem, raw, statuses, well
from support.service import MANY_QUERY, Server, eventually, fetch, running

ASK = quote("ASK {}")
HOST = b"Host: 127.0.0.1\r\n"


@pytest.fixture(scope="module")
def target(settings: Settings, release: Release) -> Iterator[Server]:
    with running(replace(settings, rate_limit=""), release) as started:
        yield started
    log = "".join(started.errors)
    assert "Traceback" not in log, log


@pytest.fixture(autouse=True)
def _survives(target: Server) -> Iterator[None]:
    yield
    well(target)


POST = b"POST /sparql HTTP/1.1\r\n" + HOST
CHUNKED = b"Transfer-Encoding: chunked\r\n"
MALFORMED = {
    "nothing": (b"", []),
    "blank lines": (b"\r\n" * 2_000, []),
    "NUL": (b"\x00" * 1_000, [400]),
    "random": (bytes(range(256)) * 40, [400]),
    "TLS": (bytes.fromhex("1603010200010001fc0303") + b"\x00" * 500, [400]),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00" * 50, [400]),
    "no version": (b"GET /health\r\n" + HOST + b"\r\n", [400]),
    "version 9": (b"GET /health HTTP/9.9\r\n" + HOST + b"\r\n", [400]),
    "no target": (b"GET  HTTP/1.1\r\n" + HOST + b"\r\n", [400]),
    "method": (b"G\xc3\x89T / HTTP/1.1\r\n" + HOST + b"\r\n", [400]),
    "long method": (b"A" * 100_000 + b" / HTTP/1.1\r\n" + HOST + b"\r\n", [400]),
    "no colon": (b"GET / HTTP/1.1\r\n" + HOST + b"oops\r\n\r\n", [400]),
    "blank in name": (b"GET / HTTP/1.1\r\n" + HOST + b"X Y: 1\r\n\r\n", [400]),
    "folded": (b"GET / HTTP/1.1\r\n" + HOST + b"X: 1\r\n continued\r\n\r\n", [400]),
    "bare LF": (b"GET / HTTP/1.1\n" + HOST + b"\n", [400]),
    "bare CR": (b"GET / HTTP/1.1\r\n" + HOST + b"X: a\rb\r\n\r\n", [400]),
    "NUL in value": (b"GET / HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n", [400]),
    "two lengths": (POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", [400]),
    "minus length": (POST + b"Content-Length: -1\r\n\r\n", [400]),
    "plus length": (POST + b"Content-Length: +1\r\n\r\na", [400]),
    "huge length": (POST + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n", [400]),
    "text length": (POST + b"Content-Length: ten\r\n\r\n", [400]),
    "bad chunk": (POST + CHUNKED + b"\r\nzz\r\n", [400]),
    "huge chunk": (POST + CHUNKED + b"\r\n" + b"f" * 16 + b"\r\n", [400]),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", [400]),
    "two hosts": (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", [400]),
    "bad escape": (b"GET /%zz%00%ff HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n", [404]),
    "upgrade": (
        b"GET /health HTTP/1.1\r\n" + HOST + b"Connection: Upgrade, close\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        [200],
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_requests_are_refused_and_break_nothing(target: Server, name: str) -> None:
    sent, expected = MALFORMED[name]
    answer = raw(target, sent)
    clean(target, answer)
    assert statuses(answer) == expected, answer[:300]
    if expected == [400]:
        assert is_problem(answer.partition(b"\r\n\r\n")[2])


QUERY = b"Content-Type: application/sparql-query\r\n"
ONE_CHUNK = b"6\r\nASK {}\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (CHUNKED, 200),
        (b"transfer-encoding:\t , CHUNKED\r\n", 200),
        (b"Transfer-Encoding: gzip, chunked\r\n", 501),
        (b"Transfer-Encoding: gzip\r\n" + CHUNKED, 501),
        (b"Transfer-Encoding: identity, chunked\r\n", 501),
        (b'Transfer-Encoding: x="a, chunked\r\n', 501),
        (b"Transfer-Encoding: gzip\r\n", 400),
        (b"Transfer-Encoding: identity\r\n", 400),
        (b"Transfer-Encoding: chunked, gzip\r\n", 400),
        (CHUNKED + b"Transfer-Encoding: gzip\r\n", 400),
        (b"Transfer-Encoding: chunked, chunked\r\n", 400),
        (CHUNKED + CHUNKED, 400),
        (b"Transfer-Encoding: chunked;a=b\r\n", 400),
        (b"Transfer-Encoding: \x0bchunked\r\n", 400),
        (b"Transfer-Encoding:\r\n", 400),
        (CHUNKED + b"Content-Length: 21\r\n", 400),
        (b"Content-Length: 21\r\n" + CHUNKED, 400),
        (b"Transfer-Encoding: gzip, chunked\r\nContent-Length: 21\r\n", 400),
    ],
)
@pytest.mark.parametrize("method", [b"POST /sparql", b"GET /sparql?query=ASK%7B%7D"])
def test_a_transfer_coding(target: Server, method: bytes, head: bytes, expected: int) -> None:
    """RFC 9112, sections 6.1 and 6.3: chunked alone is read; what is ambiguous ends it all."""
    first = method + b" HTTP/1.1\r\n" + HOST + QUERY + head + b"\r\n" + ONE_CHUNK
    last = b"GET /health HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    answer = raw(target, first + last, half=False)
    clean(target, answer)
    assert statuses(answer) == ([400] if expected == 400 else [expected, 200]), answer
    if expected != 200:
        assert is_problem(answer.split(b"\r\n\r\n")[1].partition(b"HTTP/1.1 200")[0])


def test_http_1_0_has_no_transfer_coding(target: Server) -> None:
    head = b"POST /sparql HTTP/1.0\r\n" + HOST + QUERY + b"Connection: keep-alive\r\n" + CHUNKED + b"\r\n"
    answer = raw(target, head + ONE_CHUNK + b"GET /health HTTP/1.0\r\n\r\n", half=False)
    assert statuses(answer) == [400]
    assert is_problem(answer.partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize(
    "head",
    [
        b"TE: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding : chunked\r\nContent-Length: 5\r\n",
        b"Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nContent-Length: 0\r\n",
        b"Content-Length: 5, 0\r\n",
    ],
)
def test_no_request_hides_in_another(target: Server, head: bytes) -> None:
    """Whatever the body is read as, what follows a doubtful one is never answered as a request of its own."""
    kind = b"Content-Type: application/sparql-query\r\n"
    inner = b"GET /smuggled-path HTTP/1.1\r\n" + HOST + b"\r\n"
    answer = raw(target, b"POST /sparql HTTP/1.1\r\n" + HOST + kind + head + b"\r\n0\r\n\r\n" + inner)
    clean(target, answer)
    assert b"smuggled-path" not in answer
    assert len(statuses(answer)) <= 1, answer


@pytest.mark.parametrize("size", [40_000, 70_000, 400_000, 5_000_000])
def test_a_huge_url_is_refused(target: Server, size: int) -> None:
    answer = raw(
        target,
        b"GET /sparql?query=" + b"a" * size + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
        half=False,
    )
    assert not answer or statuses(answer)[0] in (400, 414, 431)


@pytest.mark.parametrize(
    "head", [b"X: " + b"a" * 200_000 + b"\r\n", b"".join(b"X%d: y\r\n" % n for n in range(20_000))]
)
def test_a_huge_head_is_refused(target: Server, head: bytes) -> None:
    answer = raw(target, b"GET /health HTTP/1.1\r\n" + HOST + head + b"\r\n", half=False)
    assert not answer or statuses(answer)[0] in (400, 431)


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_a_huge_body_is_refused(target: Server, framing: str) -> None:
    head = (
        b"POST /sparql HTTP/1.1\r\n"
        + HOST
        + b"Content-Type: application/sparql-query\r\nConnection: close\r\n"
    )
    if framing == "length":
        request = head + b"Content-Length: 20000000\r\n\r\n" + b"a" * 20_000_000
    else:
        chunk = b"10000\r\n" + b"a" * 65_536 + b"\r\n"
        request = head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 300 + b"0\r\n\r\n"
    answer = raw(target, request, half=False)
    assert not answer or statuses(answer)[0] == 413


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("application/sparql-query", b"\xff\xfe\x00A", 400),
        ("application/sparql-query; charset=utf-16", "ASK {}".encode("utf-16"), 415),
        ("application/sparql-query; charset=x", b"ASK {}", 415),
        ("application/x-www-form-urlencoded", b"query=%FF%FE", 400),
        ("application/x-www-form-urlencoded", b"&" * 5_000 + b"=" * 5_000, 400),
        ("application/x-www-form-urlencoded", b"a=1&" * 5_000, 400),
        ("multipart/form-data; boundary=x", b"--x\r\n", 415),
        ("text/plain", b"ASK {}", 415),
        ("", b"ASK {}", 415),
        ("application/sparql-query", b"", 400),
        ("application/sparql-query", b"\x00" * 100, 400),
    ],
)
def test_a_body_of_the_wrong_kind_is_a_problem(target: Server, kind: str, body: bytes, expected: int) -> None:
    reply = fetch(target, method="POST", body=body, headers={"Content-Type": kind})
    assert reply.status == expected, reply.body
    assert reply.json["detail_zh"]


PATHS = ["../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "..%2f..%2fetc/passwd", "%252e%252e/etc/passwd"]
PATHS += [
    "..\\..\\etc\\passwd",
    "%5c..%5cetc",
    "....//etc/passwd",
    "%00",
    "a%00.nq",
    "/etc/passwd",
    "//etc/passwd",
]
PATHS += ["%c0%ae%c0%ae/etc/passwd", "CON", "file:///etc/passwd", ".git/config", "x" * 5_000, "%F0%9F%92%A9"]
ROOMS = [
    "/",
    "/static/",
    "/releases/",
    "/download/",
    "/doc/id/",
    "/id/",
    "/code/",
    "/graph/",
    "/shape/",
    "/problem/",
]


@pytest.mark.parametrize("room", ROOMS)
def test_no_path_leads_to_a_file_of_the_machine(target: Server, room: str) -> None:
    for path in PATHS:
        line = f"GET {room}{path} HTTP/1.1\r\n".encode()
        answer = raw(target, line + HOST + b"Accept: application/json\r\nConnection: close\r\n\r\n")
        clean(target, answer)
        assert all(code < 500 for code in statuses(answer)), (path, answer[:500])
        assert b"root:" not in answer


ECHOED = "\r\nX-Injected: yes\r\n\r\n<script>alert(1)</script>"


@pytest.mark.parametrize(
    "parameters",
    [
        {"query": ECHOED},
        {"query": "ASK {}", "format": ECHOED},
        {"query": "ASK {}", "timeout": ECHOED},
        {"query": "ASK {}", "default-graph-uri": ECHOED},
        {"query": "ASK {}", "default-graph-uri": "http://a> } #"},
        {"query": "ASK {}", "named-graph-uri": 'http://a"b'},
        {"query": "ASK {}", "named-graph-uri": "http://a\nb"},
        {"query": "ASK {}", "lang": ECHOED},
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_nothing_echoed_breaks_out(target: Server, parameters: dict[str, str], accept: str) -> None:
    query = "&".join(f"{name}={quote(value)}" for name, value in parameters.items())
    reply = fetch(target, f"/sparql?{query}", headers={"Accept": accept})
    assert "x-injected" not in reply.headers
    assert reply.media_type != "text/html" or b"<script>alert" not in reply.body
    assert reply.status < 500


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "', DROP TABLE", "Forwarded": 'for="[::1"; host=\\"'},
        {"X-Forwarded-For": "1.2.3.4, " * 3_000},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher", "X-Forwarded-Prefix": "//evil"},
        {"X-Original-URL": "/admin", "X-Rewrite-URL": "/admin", "X-HTTP-Method-Override": "DELETE"},
        {"Range": "bytes=0-0," * 500},
        {"Accept": "text/html;q=" + "9" * 1_000, "Accept-Language": ",;q=-1," * 1_000},
        {"Accept-Encoding": "gzip;q=nan, *;q=-1, \x7f"},
        {"If-None-Match": '"' * 5_000, "If-Modified-Since": "yesterday"},
        {"Cookie": "session=" + "A" * 8_000, "Authorization": "Bearer " + "A" * 8_000},
        {"Origin": "null", "Referer": "javascript:alert(1)", "User-Agent": "() { :;}; echo vulnerable"},
        {"Expect": "200-maybe"},
        {"X-Request-ID": "a\tb <script>", "Traceparent": "00-" + "z" * 300},
    ],
)
def test_headers_deceive_nobody(target: Server, headers: dict[str, str]) -> None:
    reply = fetch(target, f"/sparql?query={ASK}", headers=headers)
    assert reply.status in (200, 206, 400, 406, 417, 431), (reply.status, reply.body)
    assert "evil" not in str(reply.headers) + reply.body.decode()
    assert "<script>" not in str(reply.headers)


@pytest.mark.parametrize(
    "host", [b"evil.example", b"a b", b"<script>", b"[::1", b"x" * 300, b"@evil", b"a,b", b"\xff"]
)
def test_a_host_is_taken_for_nothing_it_is_not(target: Server, host: bytes) -> None:
    line = b"GET / HTTP/1.1\r\nHost: " + host + b"\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
    answer = raw(target, line)
    clean(target, answer)
    assert all(code < 500 for code in statuses(answer))
    assert b"<script>" not in answer.partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"GET http://169.254.169.254/latest/ HTTP/1.1", 404),
        (b"CONNECT 127.0.0.1:22 HTTP/1.1", 501),
        (b"GET ftp://169.254.169.254/latest/ HTTP/1.1", 404),
    ],
)
def test_the_service_is_no_proxy(target: Server, line: bytes, expected: int) -> None:
    answer = raw(target, line + b"\r\n" + HOST + b"Connection: close\r\n\r\n")
    clean(target, answer)
    assert statuses(answer) == [expected], answer[:300]


def test_every_answer_has_its_security_headers(target: Server) -> None:
    replies = [
        fetch(target, "/"),
        fetch(target, "/health"),
        fetch(target, "/nowhere"),
        fetch(target, query="ASK {}"),
        fetch(target, query="ASK {"),
        fetch(target, query="ASK {}", headers={"Accept": "image/png"}),
        fetch(target, query="DROP ALL"),
        fetch(target, method="DELETE"),
        fetch(target, method="POST", body=b"x", headers={"Content-Type": "image/png"}),
        fetch(target, query=MANY_QUERY),
    ]
    assert [reply.status for reply in replies] == [200, 200, 404, 200, 400, 406, 403, 405, 415, 200]
    for reply in replies:
        assert reply.headers.get("x-content-type-options") == "nosniff"
        assert "content-security-policy" in reply.headers
        assert "referrer-policy" in reply.headers


def test_slow_heads_and_bodies_hold_nothing_up(target: Server) -> None:
    with ExitStack() as stack:
        for number in range(100):
            one = stack.enter_context(socket.create_connection(("127.0.0.1", target.port), timeout=30))
            if number % 2:
                one.sendall(b"GET /health HTTP/1.1\r\nX-Slow: ")
            else:
                one.sendall(
                    b"POST /sparql HTTP/1.1\r\n" + HOST + b"Content-Type: application/sparql-query\r\n"
                )
                one.sendall(b"Content-Length: 1000\r\n\r\nASK")
        for _ in range(5):
            well(target)
            time.sleep(0.1)


def test_readers_that_do_not_read_hold_nothing_up(target: Server) -> None:
    request = f"GET /sparql?query={quote(MANY_QUERY)} HTTP/1.1\r\n".encode() + HOST + b"\r\n"
    with ExitStack() as stack:
        for _ in range(12):
            one = socket.socket()
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stack.enter_context(one).connect(("127.0.0.1", target.port))
            one.sendall(request)
        assert eventually(lambda: fetch(target, query="ASK {}").status == 200, 20)


def test_connections_that_say_nothing_hold_nothing_up(target: Server) -> None:
    with ExitStack() as stack:
        for _ in range(400):
            stack.enter_context(socket.create_connection(("127.0.0.1", target.port), timeout=10))
        well(target)


def test_pipelined_requests_are_answered_in_their_order(target: Server) -> None:
    one = f"GET /sparql?query={ASK} HTTP/1.1\r\n".encode() + HOST + b"Accept: text/csv\r\n\r\n"
    two = b"GET /nowhere HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    answer = raw(target, one * 20 + two, half=False)
    assert statuses(answer) == [200] * 20 + [404]
