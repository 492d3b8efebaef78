"""Answers that come in pieces: bounded memory, visible breaks, evaluators that abandoned clients free."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from egov_kg.release.registry import Release
from egov_kg.settings import Settings
from support.service import (
    BREAKING_QUERY,
    ENDLESS_QUERY,
    MANY,
    MANY_QUERY,
    SLOW_QUERY,
    Server,
    descendants,
    eventually,
    exchange,
    fetch,
    head_of,
    running,
)


def request(query: str, version: str = "1.1", *fields: str) -> bytes:
    lines = [f"GET /sparql?query={quote(query)} HTTP/{version}", "Host: x", *fields, "", ""]
    return "\r\n".join(lines).encode()


@contextmanager
def asking(server: Server, query: str, *fields: str) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(request(query, "1.1", *fields))
        yield connection


def test_a_long_answer_is_chunked_and_complete(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request("GET", f"/sparql?query={quote(MANY_QUERY)}", headers={"Accept": "text/csv"})
        response = connection.getresponse()
        assert response.getheader("Transfer-Encoding") == "chunked"
        assert response.getheader("Content-Length") is None
        assert response.read().count(b"\n") == MANY + 1
    finally:
        connection.close()


def test_a_short_answer_has_a_length(server: Server) -> None:
    reply = fetch(server, query="ASK {}")
    assert int(reply.headers["content-length"]) == len(reply.body)
    assert "transfer-encoding" not in reply.headers


def test_the_first_bytes_come_before_the_last_are_known(server: Server) -> None:
    with asking(server, ENDLESS_QUERY) as connection:  # its last row never comes
        assert connection.recv(12) == b"HTTP/1.1 200"


def test_an_error_after_bytes_have_flowed_breaks_the_connection(server: Server) -> None:
    received = exchange(server.port, request(BREAKING_QUERY))
    status, headers, body = head_of(received)
    assert (status, headers["transfer-encoding"]) == (200, "chunked")
    assert len(body) > 64 * 1024
    assert not body.endswith(b"0\r\n\r\n"), "the last chunk was sent: the answer looks whole"
    with pytest.raises(http.client.IncompleteRead):
        fetch(server, query=BREAKING_QUERY)
    assert eventually(lambda: any("broke off an answer" in line for line in server.errors))
    assert fetch(server, query="ASK {}").status == 200


def test_an_http_1_0_client_gets_all_or_an_error(server: Server) -> None:
    status, headers, body = head_of(exchange(server.port, request(f"{MANY_QUERY} LIMIT 2000", "1.0")))
    assert (status, int(headers["content-length"])) == (200, len(body))
    assert len(body) > 128 * 1024
    assert len(json.loads(body)["results"]["bindings"]) == 2000
    status, _, body = head_of(exchange(server.port, request(MANY_QUERY, "1.0")))
    assert (status, json.loads(body)["type"].rpartition("/")[2]) == (505, "http-version")
    some, rest = BREAKING_QUERY.split(" UNION ", 1)
    start = some.rindex("{")
    breaking = f"{some[:start]} {{ SELECT ?row ?n {some[start:]} LIMIT 2000 }} UNION {rest}"
    status, _, body = head_of(exchange(server.port, request(breaking, "1.0")))
    assert status == 503
    assert json.loads(body)["type"].endswith("/query-timeout")


def evaluators(server: Server) -> int:
    """Evaluator processes: the zygote's children."""
    return sum("egov_kg.store.zygote" in command for command in descendants(server.process.pid).values()) - 1


@pytest.mark.parametrize("query", [SLOW_QUERY, ENDLESS_QUERY], ids=["before any byte", "while bytes flow"])
def test_clients_that_leave_free_their_evaluators(settings: Settings, release: Release, query: str) -> None:
    # More of them than evaluators; no deadline would free any while this test runs.
    bounds = replace(settings, query_timeout=600.0, queue_timeout=60.0)
    with running(bounds, release) as server:
        for _ in range(3 * bounds.evaluators):
            with asking(server, query) as connection:
                if query is ENDLESS_QUERY:
                    connection.recv(1000)
                else:
                    time.sleep(0.05)
        assert fetch(server, query="ASK {}").json["boolean"] is True
        assert evaluators(server) <= bounds.evaluators
        assert "Traceback" not in "".join(server.errors)


def test_a_client_that_does_not_read_is_cut_off_in_the_end(server: Server, settings: Settings) -> None:
    connections = [
        socket.create_connection(("127.0.0.1", server.port), timeout=60) for _ in range(settings.evaluators)
    ]
    try:
        for connection in connections:
            connection.sendall(request(ENDLESS_QUERY))
        # While they do not read, their evaluators are taken back and answer others.
        assert eventually(lambda: fetch(server, query="ASK {}").status == 200)
        time.sleep(2 * settings.query_timeout + 1)
        for connection in connections:
            received = b""
            while data := connection.recv(1 << 20):
                received = (received + data)[-10:]
            assert not received.endswith(b"0\r\n\r\n")
    finally:
        for connection in connections:
            connection.close()


@pytest.mark.parametrize(
    ("coding", "enough"), [("identity", 20_000_000), ("gzip", 100_000), ("zstd", 100_000)]
)
def test_memory_stays_flat_while_a_slow_client_reads(server: Server, coding: str, enough: int) -> None:
    def resident() -> int:
        status = Path(f"/proc/{worker}/status").read_text()
        match = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert match is not None
        return int(match[1]) * 1024

    worker = server.process.pid
    fetch(server, query=MANY_QUERY)
    before = resident()
    with asking(server, ENDLESS_QUERY, f"Accept-Encoding: {coding}") as connection:
        taken = 0
        most = before
        while taken < enough and (data := connection.recv(1 << 18)):
            taken += len(data)
            most = max(most, resident())
    assert taken >= enough
    assert most - before < 16 * 1024 * 1024
