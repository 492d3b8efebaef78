"""A real release that can be written to: built from a small source tree, served over real sockets."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from egov_kg.release.build import build
from egov_kg.release.registry import Registry
from egov_kg.release.tokens import Tokens
from egov_kg.release.writes import ReleaseWriter
from egov_kg.settings import Settings
from egov_kg.web.app import create_app
from egov_kg.web.editions import Editions
from support.playground import playground
from support.sources import make_sources

GRAPHS = "https://w3id.org/egov-kg/graph/"
STAGING = tuple(f"{GRAPHS}{name}" for name in ("one", "two", "three", "some/where"))
"""Graphs that no rule applies to."""

WRITE_BYTES = 4 * 1024 * 1024
"""Bytes that the body of a write may have."""


@dataclass(frozen=True)
class Reply:
    """An HTTP response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Writable:
    """A running service.

    Attributes:
        host, port: where it listens.
        token: a secret that reaches every graph.
        narrow: one that reaches `graph/two` alone.
    """

    host: str
    port: int
    token: str
    narrow: str

    def ask(
        self,
        method: str,
        target: str,
        body: bytes | str | None = None,
        *,
        token: str | None = None,
        **headers: str,
    ) -> Reply:
        """One request on a connection of its own; `token=""` sends none, by default the wide one is sent."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        secret = self.token if token is None else token
        if secret:
            fields["Authorization"] = f"Bearer {secret}"
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        try:
            connection.request(method, target, body.encode() if isinstance(body, str) else body, fields)
            response = connection.getresponse()
            return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def update(self, text: str, query: str = "", **more: str) -> Reply:
        """An update sent directly (Protocol, section 2.2.2)."""
        return self.ask("POST", f"/sparql{query}", text, Content_Type="application/sparql-update", **more)

    def triples(self, graph: str) -> set[str]:
        """The lines of a graph as N-Triples, `""` being the default one; empty for one that is not there."""
        target = f"/graphs?graph={quote(graph, safe='')}" if graph else "/graphs?default"
        found = self.ask("GET", target, Accept="application/n-triples")
        return set(found.body.decode().splitlines()) if found.status == 200 else set()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def writable(home: Path) -> Iterator[Writable]:
    """A service over a release of `support.sources`, with two tokens."""
    settings = Settings(home, evaluators=1, staging=STAGING, write_bytes=WRITE_BYTES)
    sources = make_sources(home / "sources")
    build(sources, settings)
    tokens = Tokens(home)
    wide = tokens.create("wide", ["*"])[1]
    narrow = tokens.create("narrow", [f"{GRAPHS}two"])[1]
    editions = Editions(Registry(home), settings)
    editions.refresh()
    app = create_app(settings, editions, writer=ReleaseWriter(settings, sources))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Writable("127.0.0.1", server.server_port, wide, narrow)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        editions.close()


@pytest.fixture(scope="session")
def writing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writable]:
    """One service for all tests of a worker; each leaves other graphs alone than those of `STAGING`."""
    with writable(tmp_path_factory.mktemp("writable")) as service:
        yield service


@pytest.fixture(scope="session")
def playing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writable]:
    """A playground in processes of its own: its default graph is a graph like others."""
    with playground(tmp_path_factory.mktemp("playing")) as started:
        yield Writable("127.0.0.1", started.port, started.token, "")
