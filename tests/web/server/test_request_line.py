"""Request lines: typed ones, in pieces, with methods that nobody knows and targets of every form."""

from __future__ import annotations

import json
import socket
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.web.server.request_line import (
    METHODS,
    RequestLine,
    origin,
    percent_encoded,
)
from support.connections import answer, connected
from support.hostile import statuses
from support.service import Server, exchange, head_of


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("GET /a?b=甲 HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a?b=%E7%94%B2 HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("GET /a?b=%E7 HTTP/1.1\r\n\r\n", "GET /a?b=%E7 HTTP/1.1\r\n\r\n"),
        ("POST / HTTP/1.1\r\n\r\n甲", "POST / HTTP/1.1\r\n\r\n甲"),
        ("甲 /a HTTP/1.1\r\n\r\n", "甲 /a HTTP/1.1\r\n\r\n"),
    ],
)
def test_only_what_is_not_ascii_in_the_target_is_encoded(sent: str, read: str) -> None:
    assert percent_encoded(sent.encode()) == read.encode()


def test_a_body_stays_as_it_is(server: Server) -> None:
    """Also one that comes with its head, in the same piece."""
    body = "ASK { ?s ?p '甲'@zh }".encode()
    head = (
        "POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Content-Type: application/sparql-query\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    status, _, answer = head_of(exchange(server.port, head + body))
    assert (status, b"true" in answer) == (200, True)


def test_a_url_as_it_was_typed(server: Server) -> None:
    target = "/sparql?query=ASK{?s%20?p%20'甲'@zh}"
    request = f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    status, _, answer = head_of(exchange(server.port, request))
    assert (status, b"true" in answer) == (200, True)


TYPED = "GET /sparql?query=ASK{?s%20?p%20'甲'@zh} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()


@given(st.lists(st.integers(0, len(TYPED)), max_size=5))
def test_a_line_in_pieces_is_read_as_in_one(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(TYPED)]
    line, read = RequestLine(100), b""
    for start, end in pairwise(places):
        piece = TYPED[start:end]
        read += line.take(piece) if not read else piece
    assert read == percent_encoded(TYPED)
    assert not line.kept


@pytest.mark.parametrize(
    "begun", [b"G", b"BREW", b"GET /a", "GET /甲".encode(), b"\r\n\r\nGET / HTTP/1.1", b"GET / HTTP/1.1\r"]
)
def test_a_line_is_waited_for(begun: bytes) -> None:
    line = RequestLine(100)
    assert line.take(begun) == b""
    assert line.kept == begun.lstrip()


@pytest.mark.parametrize(
    "begun",
    [b"\x16\x03\x01", b"GET /\x00", "é".encode(), b" /", b"GET / HTTP/1.1\r\n", b"GET /" + b"a" * 200],
)
def test_what_is_whole_too_long_or_no_line_is_not_waited_for(begun: bytes) -> None:
    line = RequestLine(100)
    assert line.take(begun)
    assert not line.kept


def test_a_typed_url_in_pieces(server: Server) -> None:
    with connected(server) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in TYPED[:-1]:
            connection.sendall(bytes([byte]))
        assert answer(connection, TYPED[-1:])[2].endswith(b"true}")


@pytest.mark.parametrize(
    "method", ["BREW", "PROPFIND", "QUERY", "CONNECT", "get", "GETS", "X-1", "A" * 5_000]
)
@pytest.mark.parametrize("pieces", [1, 3])
def test_a_method_that_nobody_knows(server: Server, method: str, pieces: int) -> None:
    request = f"{method} /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc".encode()
    size = -(-len(request) // pieces)
    with connected(server) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(request) - size, size):
            connection.sendall(request[start : start + size])
        status, headers, body = answer(connection, request[-(len(request) - (pieces - 1) * size) :])
    assert (status, headers["connection"]) == (501, "close")
    problem = json.loads(body)
    assert problem["type"].endswith("/not-supported")
    assert problem["detail_en"] != problem["detail_zh"]


@pytest.mark.parametrize(
    "line",
    ["BREW /", "BREW / HTTP/2.0", "PRI * HTTP/2.0", "BREW HTTP/1.1", "B/EW / HTTP/1.1", "BREW / a HTTP/1.1"],
)
def test_what_only_looks_like_a_method_is_no_http(server: Server, line: str) -> None:
    assert not RequestLine(100).has_unknown_method(f"{line}\r\n".encode())
    status, _, body = head_of(exchange(server.port, f"{line}\r\nHost: x\r\n\r\n".encode()))
    assert (status, json.loads(body)["type"].rpartition("/")[2]) == (400, "bad-request")


def test_a_method_that_is_known_and_not_allowed(server: Server) -> None:
    for method in (b"TRACE", b"DELETE", b"PATCH"):
        with connected(server) as connection:
            status, headers, _ = answer(connection, method + b" /sparql HTTP/1.1\r\nHost: x\r\n\r\n")
        assert status == 405
        assert set(headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


@pytest.mark.parametrize("target", ["*", "http://x", "HTTP://x:1"])
def test_options_of_the_whole_service(server: Server, target: str) -> None:
    with connected(server) as connection:
        request = f"OPTIONS {target} HTTP/1.1\r\nHost: x\r\nOrigin: https://e.example\r\n\r\n"
        status, headers, body = answer(connection, request.encode())
    allowed = {each.encode() for each in headers["allow"].split(", ")}
    assert (status, body) == (200, b"")
    assert {b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS"} <= allowed <= METHODS
    assert headers["access-control-allow-origin"] == "*"
    assert "PUT" in headers["access-control-allow-methods"]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_only_options_is_asked_of_the_whole_service(server: Server, method: str) -> None:
    with connected(server) as connection:
        status, _, body = answer(connection, f"{method} * HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert (status, json.loads(body)["detail_zh"]) == (400, "只有 OPTIONS 请求可以使用目标 *。")


@pytest.mark.parametrize(
    ("method", "target", "expected"),
    [
        (b"GET", b"http://a.example", (b"a.example", b"/")),
        (b"GET", b"https://a.example:1?b=/", (b"a.example:1", b"/?b=/")),
        (b"GET", b"HTTP://a.example/b?c", (b"a.example", b"/b?c")),
        (b"OPTIONS", b"http://a.example", (b"a.example", b"*")),
        (b"OPTIONS", b"http://a.example/", (b"a.example", b"/")),
        (b"OPTIONS", b"http://a.example?b", (b"a.example", b"/?b")),
        (b"GET", b"/http://a.example", None),
        (b"OPTIONS", b"*", None),
        (b"GET", b"ftp://a.example/", (b"a.example", b"/")),
    ],
)
def test_the_parts_of_an_absolute_target(
    method: bytes, target: bytes, expected: tuple[bytes, bytes] | None
) -> None:
    assert origin(method, target) == expected


def test_the_host_of_an_absolute_target_overrides_the_field(server: Server) -> None:
    request = "GET http://{}/robots.txt HTTP/1.1\r\nHost: field.example\r\n\r\n"
    with connected(server) as connection:
        status, _, body = answer(connection, request.format("target.example:81").encode())
        assert (status, b"http://target.example:81/" in body, b"field" in body) == (200, True, False)
        for bad in ("", "a@b", "[::", "a:b"):
            assert answer(connection, request.format(bad).encode())[0] == 400


def test_blank_lines_before_a_request_are_passed_over(server: Server) -> None:
    with connected(server) as connection:
        connection.sendall(b"\r\n")
        for _ in range(4):  # also where the answer is kept
            assert answer(connection, b"\r\n" + TYPED.replace(b"Connection: close\r\n", b""))[0] == 200
    assert statuses(exchange(server.port, b"\r\n\r\n" + TYPED)) == [200]
