"""The connection over real sockets: what is answered from its bytes, what is refused before it is parsed."""

from __future__ import annotations

import json
import re
import socket
from contextlib import ExitStack
from dataclasses import replace
from urllib.parse import quote

import pytest

from egov_kg.release.registry import Release
from egov_kg.settings import Settings
from support.connections import answer, connected, count
from support.service import Server, eventually, exchange, head_of, running

ASK = b"GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"
TRUE = b'{"head":{},"boolean":true}'


HITS = 'egov_kg_cache_answers_total{result="hit"}'


def test_a_request_that_comes_again_is_answered_from_its_bytes(server: Server) -> None:
    with connected(server) as connection:
        first = answer(connection, ASK)
        before = count(server, HITS)
        again = [answer(connection, ASK) for _ in range(5)]
    assert count(server, HITS) == before + 5
    for status, headers, body in again:
        assert (status, body) == (200, TRUE)
        assert {**headers, "date": "", "x-request-id": "", "server-timing": ""} == {
            **first[1],
            "date": "",
            "x-request-id": "",
            "server-timing": "",
        }
        assert headers["server-timing"] == "cache;desc=hit"
        assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", headers["date"])
    assert len({headers["x-request-id"] for _, headers, _ in again}) == 5


def test_a_head_request_and_a_304_are_answered_from_their_bytes_too(server: Server) -> None:
    head = ASK.replace(b"GET", b"HEAD")
    with connected(server) as connection:
        tag = answer(connection, ASK)[1]["etag"].encode()
        known = ASK.replace(b"Host: x\r\n", b"Host: x\r\nIf-None-Match: " + tag + b"\r\n")
        for _ in range(4):
            status, headers, body = answer(connection, head)
            assert (status, headers["content-length"], body) == (200, str(len(TRUE)), b"")
            status, headers, body = answer(connection, known)
            assert (status, body, headers["etag"]) == (304, b"", tag.decode())
            assert "content-type" not in headers
        assert answer(connection, ASK)[2] == TRUE


@pytest.mark.parametrize(
    "field", [b"Authorization: Bearer x", b"Cookie: a=b", b"Range: bytes=0-1", b"X-Request-Id: mine"]
)
def test_what_is_one_clients_own_is_not_answered_from_its_bytes(server: Server, field: bytes) -> None:
    request = ASK.replace(b"Host: x\r\n", b"Host: x\r\n" + field + b"\r\n")
    with connected(server) as connection:
        answers = [answer(connection, request) for _ in range(4)]
    assert {body for _, _, body in answers} == {TRUE}
    if field.startswith(b"X-Request-Id"):
        assert {headers["x-request-id"] for _, headers, _ in answers} == {"mine"}
    else:
        assert not any("hit" in headers.get("server-timing", "") for _, headers, _ in answers)


def test_a_query_that_may_answer_otherwise_is_never_from_the_cache(server: Server) -> None:
    request = f"GET /sparql?query={quote('SELECT (RAND() AS ?r) {}')} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with connected(server) as connection:
        bodies = {answer(connection, request)[2] for _ in range(6)}
    assert len(bodies) == 6


def test_requests_in_one_packet_get_their_answers_in_order(server: Server) -> None:
    other = ASK.replace(b"ASK%20%7B%7D", quote("ASK { FILTER(false) }").encode())
    with connected(server) as connection:
        for _ in range(3):
            answer(connection, ASK)
        connection.sendall(ASK + other + ASK + other)
        received = b""
        while received.count(b'"boolean"') < 4:
            received += connection.recv(65536)
    assert re.findall(rb'"boolean":(\w+)', received) == [b"true", b"false", b"true", b"false"]


def test_a_request_in_single_bytes_is_read_as_in_one(server: Server) -> None:
    with connected(server) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in ASK[:-1]:
            connection.sendall(bytes([byte]))
        assert answer(connection, ASK[-1:])[2] == TRUE
        assert answer(connection, ASK)[2] == TRUE


def test_a_url_that_is_too_long(server: Server, settings: Settings) -> None:
    def get(length: int) -> tuple[int, dict[str, str], bytes]:
        path = b"/" + b"a" * (length - 1)
        received = exchange(
            server.port, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        status, headers, body = head_of(received)
        return status, dict(headers), body

    assert get(settings.url_length)[0] == 404
    status, headers, body = get(settings.url_length + 1)
    assert (status, headers["content-type"]) == (414, "application/problem+json")
    assert json.loads(body)["limit"] == settings.url_length


def test_a_head_that_never_ends(server: Server) -> None:
    with connected(server) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        received = b""
        for _ in range(80):
            try:
                connection.sendall(b"X-A: " + b"a" * 1000 + b"\r\n")
            except OSError:
                break
        while data := connection.recv(65536):
            received += data
    assert received.startswith(b"HTTP/1.1 431 ")
    assert json.loads(head_of(received)[2])["type"].endswith("/headers-too-large")


def test_a_head_too_large_in_one_piece(server: Server) -> None:
    fields = b"".join(b"X-%d: %s\r\n" % (number, b"a" * 1000) for number in range(70))
    received = exchange(server.port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + fields + b"\r\n")
    assert received.startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    "junk", [b"\x16\x03\x01\x02\x00", b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nA B\r\n\r\n"]
)
def test_what_is_not_http(server: Server, junk: bytes) -> None:
    status, headers, body = head_of(exchange(server.port, junk))
    assert (status, headers["content-type"]) == (400, "application/problem+json")
    assert {"detail_en", "detail_zh"} <= set(json.loads(body))


def test_at_the_bound_an_idle_connection_gives_way(
    settings: Settings, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    from support import service

    def limited(port: int) -> list[str]:
        python, option, code = service_command(port)
        limit = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200)); "
        return [python, option, limit + code]

    service_command = service.command
    monkeypatch.setattr("support.service.command", limited)
    with running(replace(settings), release) as started, ExitStack() as clients:
        kept = [clients.enter_context(connected(started)) for _ in range(72)]
        assert answer(kept[-1], ASK)[2] == TRUE
        for _ in range(5):
            assert answer(clients.enter_context(connected(started)), ASK)[2] == TRUE
        assert eventually(lambda: kept[0].recv(1) == b"")


def test_a_client_that_asks_too_often_is_told_so_but_not_for_what_is_kept(
    settings: Settings, release: Release
) -> None:
    bounds = replace(settings, rate_limit="3/hour", trusted_proxies=("127.0.0.1",))

    def ask(connection: socket.socket, query: int, client: str) -> int:
        target = f"/sparql?query=ASK%7B%7D%23{query}"
        return answer(
            connection, f"GET {target} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {client}\r\n\r\n".encode()
        )[0]

    with running(bounds, release) as started, connected(started) as connection:
        assert [ask(connection, number, "192.0.2.1") for number in range(5)] == [200, 200, 200, 429, 429]
        assert [ask(connection, 0, "192.0.2.1") for _ in range(5)] == [200] * 5
        assert ask(connection, 9, "192.0.2.2") == 200


@pytest.mark.parametrize("protocol", ["h2c", "websocket"])
def test_an_offer_of_another_protocol_is_passed_over(server: Server, protocol: str) -> None:
    offer = f"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: {protocol}\r\nHTTP2-Settings: AAMAAABk\r\n"
    head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    body = """ASK { FILTER(CONTAINS('''\r\nUpgrade: x''', "Upgrade")) }"""
    asked = f"{head}Content-Length: {len(body)}\r\n{offer}\r\n{body}".encode()
    last = f"{head}Connection: close\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    assert exchange(server.port, asked + last).count(b'"boolean":true') == 2
