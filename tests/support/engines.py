"""Real SPARQL engines, each in a process of its own, for tests of what runs over them."""

from __future__ import annotations

import http.client
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from egov_kg.release.published import Release
from egov_kg.release.push import push
from egov_kg.settings import Settings
from support.graphs import DERIVED, A, B
from support.service import free_port

VIRTUOSO = shutil.which("virtuoso-t")
ENGINES = ("oxigraph", "virtuoso")
"""Parameters of tests over each engine."""

_INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
Striping = 0
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = temp.db
TransactionFile = temp.trx
MaxCheckpointRemap = 2000
Striping = 0
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
MaxClientConnections = 10
CheckpointInterval = 0
NumberOfBuffers = 4000
MaxDirtyBuffers = 3000
CaseMode = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = 100000
"""


@dataclass(frozen=True)
class Engine:
    """An engine that answers.

    Attributes:
        name: `oxigraph` or `virtuoso`.
        process: what to end.
        store, update, graphs, user, password: as of `Settings`, without `store_`.
    """

    name: str
    process: subprocess.Popen[bytes]
    store: str
    update: str
    graphs: str
    user: str = ""
    password: str = ""

    def settings(self, settings: Settings) -> Settings:
        """Settings for this engine."""
        return replace(
            settings,
            store=self.store,
            store_update=self.update,
            store_graphs=self.graphs,
            store_user=self.user,
            store_password=self.password,
        )

    def environment(self) -> dict[str, str]:
        """The same as variables."""
        return {
            "EGOV_KG_STORE": self.store,
            "EGOV_KG_STORE_UPDATE": self.update,
            "EGOV_KG_STORE_GRAPHS": self.graphs,
            "EGOV_KG_STORE_USER": self.user,
            "EGOV_KG_STORE_PASSWORD": self.password,
        }


@contextmanager
def oxigraph(port: int | None = None, location: Path | None = None) -> Iterator[Engine]:
    """`oxigraph serve`, with its data in memory or in a folder."""
    port = port or free_port()
    command = [str(Path(sys.executable).with_name("oxigraph")), "serve", "--bind", f"127.0.0.1:{port}"]
    if location is not None:
        command += ["--location", str(location)]
    base = f"http://127.0.0.1:{port}"
    with _running(command, Path.cwd(), f"{base}/query") as process:
        yield Engine("oxigraph", process, f"{base}/query", f"{base}/update", f"{base}/store")


@contextmanager
def virtuoso(folder: Path) -> Iterator[Engine]:
    """Virtuoso 7 with a database of its own in a folder. Skips where there is none."""
    if VIRTUOSO is None:
        pytest.skip("there is no virtuoso-t: install virtuoso-opensource-7")
    port = free_port()
    (folder / "virtuoso.ini").write_text(_INI.format(sql=free_port(), http=port))
    base = f"http://127.0.0.1:{port}"
    command = [VIRTUOSO, "+foreground", "+configfile", "virtuoso.ini"]
    with _running(command, folder, f"{base}/sparql") as process:
        yield Engine(
            "virtuoso",
            process,
            f"{base}/sparql",
            f"{base}/sparql-auth",
            f"{base}/sparql-graph-crud-auth",
            "dba",
            "dba",
        )


@contextmanager
def _running(command: list[str], folder: Path, url: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 240
        while not _answers(url):
            assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
            assert time.monotonic() < deadline, f"{command[0]} does not answer"
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
    try:
        connection.request("GET", f"{parts.path}?query=ASK%7B%7D")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@pytest.fixture(scope="session")
def oxigraph_engine() -> Iterator[Engine]:
    """One `oxigraph serve` for a worker."""
    with oxigraph() as engine:
        yield engine


@pytest.fixture(scope="session")
def virtuoso_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One Virtuoso for a worker: it takes long to start."""
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as engine:
        yield engine


def engine_of(name: str, request: pytest.FixtureRequest) -> Engine:
    """The engine of a name, started when it is first asked for."""
    engine: Engine = request.getfixturevalue(f"{name}_engine")
    return engine


def small_release(nquads: Path, id_: str = "r00000000000a") -> Release:
    """The graph of `support.graphs` as a release that was never published."""
    counts = {A: 0, B: 0, DERIVED: 0}
    for line in nquads.read_text(encoding="utf-8").splitlines():
        counts[line.rsplit(" ", 2)[1][1:-1]] += 1
    ordered = sorted(nquads.read_bytes().splitlines(keepends=True))
    nquads.write_bytes(b"".join(ordered))
    return Release(id_, nquads.parent, {"graphs": counts, "staging": [DERIVED], "files": {}})


def pushed(engine: Engine, release: Release, settings: Settings) -> Settings:
    """Have an engine hold a release; settings to ask it with."""
    here = engine.settings(settings)
    push(release, here)
    return here
