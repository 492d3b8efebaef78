"""Endpoints that hold the project's own release: its service, and an engine that knows nothing of it."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from egov_kg.client import Client
from egov_kg.release.registry import Registry, Release
from egov_kg.settings import Settings
from support.cli import Built
from support.engines import pushed, virtuoso
from support.service import Server, eventually, free_port, running


@pytest.fixture(scope="session")
def own(built: Built) -> Release:
    """The project's own release."""
    return Registry(built.home).current()


@pytest.fixture(scope="session")
def served(own: Release) -> Iterator[Server]:
    """The service over it."""
    with running(Settings(home=own.path.parent.parent), own) as server:
        yield server


@pytest.fixture(scope="session")
def client(served: Server) -> Client:
    """A client of that service."""
    return Client(served.endpoint)


@contextmanager
def oxigraph(*options: str, data: Path | None = None) -> Iterator[str]:
    """The endpoint of an `oxigraph serve` with some N-Quads."""
    program = Path(sys.executable).with_name("oxigraph")
    port = free_port()
    with subprocess.Popen(
        [program, "serve", "--bind", f"127.0.0.1:{port}", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            root = f"http://127.0.0.1:{port}"

            def up() -> bool:
                try:
                    with urllib.request.urlopen(f"{root}/query?query=ASK%7B%7D"):
                        return True
                except OSError:
                    return False

            assert eventually(up)
            if data is not None:
                request = urllib.request.Request(
                    f"{root}/store", data.read_bytes(), {"Content-Type": "application/n-quads"}, method="POST"
                )
                urllib.request.urlopen(request).close()
            yield f"{root}/query"
        finally:
            process.terminate()


@pytest.fixture(scope="module", params=["plain", "union", "virtuoso"])
def elsewhere(
    request: pytest.FixtureRequest, own: Release, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Another engine's endpoint. Its default graph is empty, or the union of all graphs, derived ones too."""
    if request.param == "virtuoso":
        settings = Settings(home=own.path.parent.parent, query_timeout=300.0, write_timeout=300.0)
        # Of its own: the client asks every graph of the project that an engine has, other tests' as well.
        with virtuoso(tmp_path_factory.mktemp("virtuoso")) as engine:
            yield pushed(engine, own, settings).store
        return
    options = ["--union-default-graph"] if request.param == "union" else []
    with oxigraph(*options, data=own.nquads) as endpoint:
        yield endpoint
