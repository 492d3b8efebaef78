"""The end of a connection: clients that send no more, are gone or wait too long; errors in their turn."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from urllib.parse import quote

import pytest

from egov_kg.release.registry import Release
from egov_kg.settings import Settings
from support.connections import answer, connected, count, rest, unchunked
from support.hostile import CONTINUE, raw, statuses
from support.service import MANY, MANY_QUERY, SLOW_QUERY, Server, eventually, head_of, running

JUNK = b"nonsense\r\n\r\n"
POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"


def get(query: str, *fields: str, version: str = "1.1") -> bytes:
    lines = [f"GET /sparql?query={quote(query)} HTTP/{version}", "Host: x", *fields, "", ""]
    return "\r\n".join(lines).encode()


ASK = get("ASK {}")


class TestClientsThatSendNoMore:
    @pytest.mark.parametrize(
        "sent",
        [
            ASK,
            get("ASK {}", version="1.0"),
            get("ASK { FILTER(1 + 1 = 2) }", "Cookie: a=b"),
            get("ASK {}", "Accept: text/html").replace(b"/sparql", b"/en/sparql"),
            POST + b"Content-Length: 6\r\n\r\nASK {}",
            POST + b"Transfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n",
        ],
        ids=["query", "HTTP/1.0", "never kept", "page", "body", "chunks"],
    )
    def test_they_get_their_answer_and_the_connection_ends(self, server: Server, sent: bytes) -> None:
        received = raw(server, sent)
        assert statuses(received) == [200]
        _, headers, body = head_of(received)
        assert len(body) == int(headers["content-length"]) > 0
        assert b"true" in body

    def test_they_get_all_of_a_long_answer(self, server: Server) -> None:
        _, headers, body = head_of(raw(server, get(MANY_QUERY, "Accept: text/csv")))
        assert headers["transfer-encoding"] == "chunked"
        content, more = unchunked(body)
        assert (content.count(b"/row-"), more) == (MANY, b"")

    def test_they_get_every_answer_they_asked_for(self, server: Server) -> None:
        # The last one takes so long that their end is there before its answer.
        rows = MANY_QUERY.replace("?row ?n", "(COUNT(*) AS ?rows)", 1)
        long = rows.replace("{", f"{{ VALUES ?time {{ {' '.join(map(str, range(50)))} }}", 1)
        received = raw(server, ASK + get("ASK { FILTER(false) }") + get(long))
        assert statuses(received) == [200, 200, 200]
        assert received.count(b"connection: close\r\n") == 1
        assert received.index(b'"boolean":true') < received.index(b'"boolean":false')

    def test_they_wait_for_a_slow_query_and_hear_that_it_is_under_way(self, server: Server) -> None:
        with connected(server) as connection:
            connection.sendall(get(SLOW_QUERY))
            connection.shutdown(socket.SHUT_WR)
            received = rest(connection)
        assert received.startswith(CONTINUE)
        status, _, body = head_of(received.replace(CONTINUE, b""))
        assert status == 503
        assert json.loads(body)["type"].endswith("/query-timeout")

    @pytest.mark.parametrize(
        ("sent", "expected"),
        [
            (ASK[:20], [400]),
            (ASK[:-2], [400]),
            (POST + b"Content-Length: 100\r\n\r\nASK {}", [400]),
            (POST + b"Transfer-Encoding: chunked\r\n\r\n6\r\nASK", [400]),
            (ASK + ASK[:20], [200, 400]),
            (ASK + get("ASK { FILTER(false) }") + POST + b"Content-Length: 100\r\n\r\nASK", [200, 200, 400]),
            (ASK + b"\r\n", [200]),
            (b"\r\n", []),
            (b"", []),
        ],
    )
    def test_what_was_cut_off_is_refused_after_what_was_not(
        self, server: Server, sent: bytes, expected: list[int]
    ) -> None:
        received = raw(server, sent)
        assert statuses(received) == expected
        if expected[-1:] == [400]:
            problem = json.loads(received.rpartition(b"\r\n\r\n")[2])
            assert "cut off" in problem["detail_en"]
            assert "不完整" in problem["detail_zh"]


@pytest.fixture(scope="module")
def patient(settings: Settings, release: Release) -> Iterator[Server]:
    with running(replace(settings, query_timeout=600.0), release) as started:
        yield started


class TestClientsThatAreGone:
    """Long before the deadline their evaluators are free."""

    def busy(self, server: Server) -> float:
        return count(server, 'egov_kg_evaluators{state="busy"}')

    @pytest.mark.parametrize("version", ["1.0", "1.1"])
    def test_at_once(self, patient: Server, version: str) -> None:
        with connected(patient) as connection:
            connection.sendall(get(SLOW_QUERY, version=version))
            assert eventually(lambda: self.busy(patient) == 1)
        assert eventually(lambda: self.busy(patient) == 0)

    def test_after_they_had_sent_their_last(self, patient: Server) -> None:
        with connected(patient) as connection:
            connection.sendall(get(SLOW_QUERY))
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(len(CONTINUE)) == CONTINUE
            assert eventually(lambda: self.busy(patient) == 1)
        assert eventually(lambda: self.busy(patient) == 0)

    def test_an_http_1_0_client_is_not_waited_for(self, patient: Server) -> None:
        with connected(patient) as connection:
            connection.sendall(get(SLOW_QUERY, version="1.0"))
            connection.shutdown(socket.SHUT_WR)
            assert rest(connection) == b""
        assert eventually(lambda: self.busy(patient) == 0)


class TestErrorsInTheirTurn:
    @pytest.mark.parametrize(
        ("sent", "expected"),
        [
            (ASK + get("ASK { FILTER(false) }") + JUNK, [200, 200, 400]),
            (get(f"{MANY_QUERY} LIMIT 9000") + ASK + JUNK, [200, 200, 400]),
            (ASK + POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", [200, 400]),
            (ASK + POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\nAS\r\nzz\r\n" + ASK, [200, 400]),
            (ASK + JUNK + ASK, [200, 400]),
            (get("ASK {}", "Connection: close") + JUNK, [200]),
            (get("ASK {}", "Connection: close") + ASK, [200]),
        ],
    )
    def test_behind_other_requests(self, server: Server, sent: bytes, expected: list[int]) -> None:
        with connected(server) as connection:
            connection.sendall(sent)
            assert statuses(rest(connection)) == expected

    def test_junk_while_an_answer_is_under_way_never_gets_into_it(self, server: Server) -> None:
        with connected(server) as connection:
            connection.sendall(get(f"{MANY_QUERY} LIMIT 30000", "Accept: text/csv"))
            received = connection.recv(65536)
            connection.sendall(JUNK)
            received += rest(connection)
        status, _, body = head_of(received)
        content, refusal = unchunked(body)
        assert (status, content.count(b"/row-")) == (200, 30000)
        assert statuses(refusal) == [400]

    def test_one_answer_to_a_request_whose_body_goes_wrong_after_it(self, server: Server) -> None:
        with connected(server) as connection:
            refused = POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n"
            assert answer(connection, refused)[0] == 501
            connection.sendall(b"zz\r\n")
            assert rest(connection) == b""


def test_what_waits_for_its_client_too_long_is_ended(
    settings: Settings, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    from support import service

    def impatient(port: int) -> list[str]:
        python, option, code = service_command(port)
        names = ("HEAD_SECONDS", "IDLE_SECONDS", "STALL_SECONDS", "LINGER_SECONDS")
        shorter = "".join(f"closing.{name} = 1.0; " for name in names)
        return [python, option, f"from egov_kg.web.server import closing; {shorter}{code}"]

    service_command = service.command
    monkeypatch.setattr("support.service.command", impatient)
    with running(settings, release) as started, ExitStack() as clients:

        def sending(sent: bytes) -> socket.socket:
            connection = clients.enter_context(connected(started))
            connection.sendall(sent)
            return connection

        idle, slow, behind = sending(ASK), sending(ASK[:20]), sending(get(SLOW_QUERY) + ASK[:20])
        lingering = sending(b"GET /" + b"x" * 100_000)  # refused, and still not at its end
        assert statuses(rest(idle)) == [200]
        assert statuses(rest(slow)) == [408]
        assert statuses(rest(behind)) == [503, 408]
        assert statuses(rest(lingering)) == [414]
        assert eventually(lambda: count(started, "egov_kg_http_connections") <= 1)
