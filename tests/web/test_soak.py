"""Ordinary and hostile clients together for a while: no ordinary query fails, and nothing piles up.

It runs for 10 seconds; `EGOV_KG_TEST_SOAK` has another number of seconds.
"""

from __future__ import annotations

import logging
import os
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from http.client import HTTPException
from itertools import count
from urllib.parse import quote

import pytest

from egov_kg.release.registry import Release
from egov_kg.settings import Settings
from support.hostile import ORDINARY, memory, open_files, raw, well
from support.service import (
    ENDLESS_QUERY,
    MANY_QUERY,
    SLOW_QUERY,
    Server,
    descendants,
    eventually,
    fetch,
    running,
)

SECONDS = float(os.environ.get("EGOV_KG_TEST_SOAK", "10"))
GROWTH = 160 * 1024**2
HOST = b"Host: 127.0.0.1\r\n"


class Soak:
    """Clients that go on until told to stop.

    Attributes:
        ordinary: answers to ordinary queries, by their status.
        hostile: hostile acts done, by their name.
        wrong: what went wrong with an ordinary query.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self.stop = threading.Event()
        self.ordinary: Counter[int] = Counter()
        self.hostile: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._lock = threading.Lock()

    def ask(self, seed: int) -> None:
        """An ordinary client: a different query each time, so that no cache answers for the evaluators."""
        chosen = random.Random(seed)
        while not self.stop.is_set():
            number = chosen.randrange(10**9)
            try:
                got = fetch(self.server, query=f"{ORDINARY} # {number}")
                good = got.status == 200 and got.json["results"]["bindings"][0]["n"]["value"] == "3"
                detail = f"{got.status} {got.body[:300]!r}"
            except (OSError, HTTPException) as error:
                got, good, detail = None, False, repr(error)
            with self._lock:
                self.ordinary[got.status if got else 0] += 1
                if not good:
                    self.wrong.append(detail)
            time.sleep(0.01)

    def attack(self, first: int) -> None:
        """A hostile client: one bad thing after another."""
        acts: list[Callable[[], object]] = [
            self.slow_query, self.crash, self.leave, self.malformed, self.smuggle, self.huge, self.sleep,
            self.service, self.syntax, self.conditional,
        ]  # fmt: skip
        for number in count(first):
            if self.stop.is_set():
                break
            act = acts[number % len(acts)]
            with suppress(OSError, HTTPException):
                act()
            with self._lock:
                self.hostile[act.__name__] += 1

    def slow_query(self) -> None:
        fetch(self.server, query=SLOW_QUERY, timeout="0.3")

    def crash(self) -> None:
        fetch(self.server, query=f"ASK {{ FILTER({'1+' * 9_000}1 > 0) }}", timeout="0.3")

    def leave(self) -> None:
        line = f"GET /sparql?query={quote(ENDLESS_QUERY)} HTTP/1.1\r\n".encode()
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=5) as connection:
            connection.sendall(line + HOST + b"\r\n")
            connection.recv(1_000)

    def malformed(self) -> None:
        raw(self.server, os.urandom(2_000), seconds=5)

    def smuggle(self) -> None:
        raw(
            self.server,
            b"POST /sparql HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        )

    def huge(self) -> None:
        raw(
            self.server,
            b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
            seconds=5,
        )

    def sleep(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=5) as connection:
            connection.sendall(
                f"GET /sparql?query={quote(MANY_QUERY)} HTTP/1.1\r\n".encode() + HOST + b"\r\n"
            )
            time.sleep(0.3)

    def service(self) -> None:
        fetch(self.server, query="SELECT * { SERVICE <http://169.254.169.254/> { ?s ?p ?o } }")

    def syntax(self) -> None:
        fetch(self.server, query="SELECT * { " * 40)

    def conditional(self) -> None:
        fetch(self.server, "/", headers={"If-None-Match": "*", "Accept-Encoding": "gzip, br, zstd"})


def test_ordinary_clients_notice_nothing(settings: Settings, release: Release) -> None:
    # More evaluators than the three that attack keep busy: an ordinary query never has to wait long.
    bounds = replace(settings, rate_limit="", evaluators=4, query_timeout=20.0, queue_timeout=20.0)
    with running(bounds, release) as server:
        well(server)
        pid = server.process.pid
        eventually(lambda: len(descendants(pid)) == 1 + bounds.evaluators, 5)
        processes, files, size = len(descendants(pid)), open_files(pid), memory(pid)
        soak = Soak(server)
        threads = [threading.Thread(target=soak.ask, args=(n,)) for n in range(3)]
        threads += [threading.Thread(target=soak.attack, args=(n * 3,)) for n in range(3)]
        for thread in threads:
            thread.start()
        time.sleep(SECONDS)
        soak.stop.set()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads)
        assert not soak.wrong, (soak.ordinary, soak.hostile, soak.wrong[:3])
        assert soak.ordinary[200] > 0
        assert len(soak.hostile) == 10 or SECONDS < 5, soak.hostile
        well(server)
        # An evaluator that died is replaced when it is needed: there may be fewer than before, never more.
        assert eventually(lambda: len(descendants(pid)) <= max(processes, 1 + bounds.evaluators))
        assert eventually(lambda: open_files(pid) <= files + bounds.evaluators), (files, open_files(pid))
        assert memory(pid) <= size + GROWTH, (size, memory(pid))
        logging.getLogger(__name__).info(
            "%s %s, %s bytes more", soak.ordinary, soak.hostile, memory(pid) - size
        )
    log = "".join(server.errors)
    assert "Traceback" not in log, log[-3_000:]


if SECONDS <= 0:
    pytest.fail("EGOV_KG_TEST_SOAK must be a positive number of seconds", pytrace=False)
