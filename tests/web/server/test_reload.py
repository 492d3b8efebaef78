"""A release published while the service runs: nobody loses an answer, nobody sees two releases in one."""

from __future__ import annotations

import http.client
import signal
import threading
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest

from egov_kg.release.registry import Registry
from egov_kg.settings import Settings
from support.service import Server, descendants, eventually, fetch, running
from support.states import ALL, ONE, ROWS, publish_number

CLIENTS = 8
RELEASES = 10


@pytest.fixture
def bounds(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, query_timeout=20.0, queue_timeout=20.0)


class Client(threading.Thread):
    """Asks again and again over one connection, the query or the stream in turn."""

    def __init__(self, server: Server, stop: threading.Event, number: int) -> None:
        super().__init__()
        self.server, self.stop, self.number = server, stop, number
        self.answers: list[int] = []
        self.failures: list[str] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        turn = self.number
        try:
            while not self.stop.is_set():
                turn += 1
                whole = turn % 2 == 0
                # A comment of its own makes every fourth query one that no cache has.
                query = (ALL if whole else ONE) + (f" # {self.number} {turn}" if turn % 4 < 2 else "")
                connection.request("GET", "/sparql?" + urlencode({"query": query, "format": "tsv"}),
                                   headers={"Accept": "text/tab-separated-values"})  # fmt: skip
                response = connection.getresponse()
                body = response.read()
                numbers = {line.split(b"\t")[-1] for line in body.splitlines()[1:]}
                rows = len(body.splitlines()) - 1
                if response.status != 200 or len(numbers) != 1 or rows != (ROWS if whole else 1):
                    self.failures.append(f"{response.status} {rows} rows {numbers} {body[:200]!r}")
                else:
                    self.answers.append(int(numbers.pop()))
        except (OSError, http.client.HTTPException) as error:
            self.failures.append(repr(error))
        finally:
            connection.close()


def served(server: Server) -> str:
    return str(fetch(server, "/health").json["release"])


def files(server: Server) -> int:
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))


def test_under_load_no_request_fails_while_releases_come(bounds: Settings, tmp_path: Path) -> None:
    first = publish_number(tmp_path, 1)
    with running(bounds, first) as server:
        assert served(server) == first.id
        processes, open_files = len(descendants(server.process.pid)), files(server)
        stop = threading.Event()
        clients = [Client(server, stop, number) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        try:
            for number in range(2, RELEASES + 2):
                release = publish_number(tmp_path, number)
                assert eventually(lambda id_=release.id: served(server) == id_)
        finally:
            stop.set()
            for client in clients:
                client.join(60)
        assert [failure for client in clients for failure in client.failures] == []
        for client in clients:
            assert client.answers == sorted(client.answers), "an answer of an earlier release came later"
            assert len(client.answers) > RELEASES
        assert {number for client in clients for number in client.answers} == set(range(1, RELEASES + 2))
        assert eventually(lambda: len(descendants(server.process.pid)) <= processes), "processes were left"
        assert eventually(lambda: files(server) <= open_files + 4), "descriptors were left"
        log = "".join(server.errors)
    assert log.count("is served now") == RELEASES, log
    assert "ERROR" not in log, log


def test_a_release_that_does_not_load_is_logged_and_the_one_before_served(
    bounds: Settings, tmp_path: Path
) -> None:
    first = publish_number(tmp_path, 1)
    with running(bounds, first) as server:
        bad = publish_number(tmp_path, 2)
        # The link is put back and swapped by hand, so that the damage comes before anybody looks.
        assert eventually(lambda: served(server) == bad.id)
        Registry(tmp_path).make_current(first)
        assert eventually(lambda: served(server) == first.id)
        whole = bad.nquads.read_bytes()
        bad.nquads.write_text("nonsense\n")
        Registry(tmp_path).make_current(bad)
        assert eventually(lambda: any("is not served" in line for line in server.errors))
        assert served(server) == first.id
        assert fetch(server, query=ONE).status == 200
        assert sum("is not served" in line for line in server.errors) == 1
        bad.nquads.write_bytes(whole)
        server.process.send_signal(signal.SIGHUP)
        assert eventually(lambda: served(server) == bad.id)
        failed = 'egov_kg_reloads_total{result="failed"} 1.0'
        assert failed in fetch(server, "/metrics").body.decode()


def test_an_entity_tag_of_the_release_before_is_answered_anew(bounds: Settings, tmp_path: Path) -> None:
    first = publish_number(tmp_path, 1)
    with running(replace(bounds, evaluators=1), first) as server:
        tag = fetch(server, query=ONE).headers["etag"]
        assert fetch(server, query=ONE, headers={"If-None-Match": tag}).status == 304
        second = publish_number(tmp_path, 2)
        assert eventually(lambda: served(server) == second.id)
        reply = fetch(server, query=ONE, headers={"If-None-Match": tag})
        assert (reply.status, reply.headers["etag"] != tag) == (200, True)
