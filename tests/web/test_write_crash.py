"""A service that is killed, as a whole, while it is written to over HTTP: what it acknowledged is there."""

from __future__ import annotations

import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from egov_kg.release.audit import Audit
from egov_kg.release.build import build
from egov_kg.release.registry import Registry
from egov_kg.release.tokens import Tokens
from egov_kg.resources import Sources
from egov_kg.settings import Settings
from support.lineage import require_whole, values
from support.service import descendants, environment, eventually, free_port
from support.sources import make_sources

pytestmark = pytest.mark.skipif(
    not Path("/proc").is_dir(), reason="without /proc nobody knows what a service has started"
)

KILLS = 5
WRITERS = 2
GRAPH = "https://w3id.org/egov-kg/graph/crash"

# What `egov-kg serve` does, with the rules of a small source tree instead of the project's own.
SERVICE = """
import sys
from pathlib import Path
from egov_kg.release.registry import Registry
from egov_kg.release.writes import ReleaseWriter
from egov_kg.resources import Sources
from egov_kg.settings import Settings
from egov_kg.web.editions import Editions
from egov_kg.web.server.metrics import Metrics
from egov_kg.web.server.serve import listening, run
settings = Settings.from_environment()
Registry(settings.home).current().verify()
editions = Editions(Registry(settings.home), settings)
editions.refresh()
writer = ReleaseWriter(settings, Sources(Path(sys.argv[1])))
with listening("127.0.0.1", int(sys.argv[2])) as listener:
    run(settings, editions, Metrics(), listener, lambda: print("ready", flush=True), writer)
"""


@dataclass
class Home:
    """A home folder with a release, its sources, and a token."""

    path: Path
    sources: Sources
    token: str


@dataclass
class Client(threading.Thread):
    """Inserts one value after the other until the service is gone or `stop` is set, `once` at least."""

    port: int
    token: str
    name_: str
    acknowledged: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    once: bool = False

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        with suppress(OSError, http.client.HTTPException):
            while self.once or not self.stop.is_set():
                self.once = False
                value = f"{self.name_}-{len(self.sent)}"
                self.sent.append(value)
                status, body = write(self.port, self.token, value)
                if status == 200:
                    self.acknowledged.append(value)
                else:
                    self.refused.append(body)


def write(port: int, token: str, value: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sparql-update"}
        text = f'INSERT DATA {{ GRAPH <{GRAPH}> {{ <urn:s> <urn:p> "{value}" }} }}'
        connection.request("POST", "/sparql", text, headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    path = tmp_path_factory.mktemp("crash")
    sources = make_sources(path / "sources")
    home = path / "home"
    build(sources, Settings(home), engine="shacl")
    return Home(home, sources, Tokens(home).create("crash", [GRAPH])[1])


@contextmanager
def service(home: Home) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A service that answers, in a process group of its own; all of it is killed in the end."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", SERVICE, str(home.sources.root), str(port)],
        env=environment(Settings(home.path, evaluators=1, rate_limit="")),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield process, port
    finally:
        end(process)
        process.stdout.close()


def end(process: subprocess.Popen[str]) -> None:
    """SIGKILL to the service and to whatever it has started, and wait until nothing of it is left."""
    children = list(descendants(process.pid))
    for pid in (process.pid, *children):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
    assert eventually(lambda: not any(alive(pid) for pid in children)), "a process outlived its service"


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_what_was_acknowledged_over_http_outlives_any_kill(home: Home) -> None:
    chance = random.Random(20121231)
    acknowledged: set[str] = set()
    sent: set[str] = set()
    usual = 1.0
    for turn in range(KILLS):
        with service(home) as (process, port):
            clients = [Client(port, home.token, f"t{turn}w{n}") for n in range(WRITERS)]
            began = time.monotonic()
            for client in clients:
                client.start()
            assert eventually(lambda them=clients: any(one.acknowledged for one in them))
            usual = min(usual, time.monotonic() - began)
            time.sleep(chance.uniform(0.0, 1.2) * usual)
            end(process)
            for client in clients:
                client.stop.set()
                client.join(60)
                assert not client.is_alive()
                assert not client.refused, client.refused
        acknowledged.update(value for client in clients for value in client.acknowledged)
        sent.update(value for client in clients for value in client.sent)
        there = values(require_whole(home.path))
        assert acknowledged <= there <= sent
    assert len(sent) > len(acknowledged), "no kill met a write that was under way"
    with service(home) as (_, port):
        status, body = write(port, home.token, "last")
        assert status == 200, body
        assert json.loads(body)["release"] == Registry(home.path).current().id
    there = values(require_whole(home.path))
    assert acknowledged | {"last"} <= there <= sent | {"last"}
    # The log tells of each write that is there, once, and of none that is not.
    logged = [one for one in Audit(home.path).attempts() if one.outcome == "accepted"]
    assert len({one.release for one in logged}) == len(logged) == len(there)
    assert not list((home.path / "building").glob("*"))


def test_a_write_whose_own_process_is_killed_is_refused_and_the_next_one_works(home: Home) -> None:
    with service(home) as (process, port):
        there = values(require_whole(home.path))
        for part in ("egov_kg.store.writer", "egov_kg.release.beside"):
            for turn in range(5):  # it may have ended by itself just before it was struck
                client = Client(port, home.token, f"{part}-{turn}", once=True)
                client.stop.set()
                client.start()
                assert eventually(lambda part=part: struck(process.pid, part))
                client.join(60)
                there |= set(client.acknowledged)
                assert values(require_whole(home.path)) == there
                if client.refused:
                    break
            assert client.refused, "no process was struck in time"
            status, body = write(port, home.token, f"after-{part}")
            assert status == 200, body
            there |= {f"after-{part}"}
        assert values(require_whole(home.path)) == there
    failed = [one for one in Audit(home.path).attempts() if one.outcome == "failed"]
    assert len(failed) == 2


def struck(service: int, part: str) -> bool:
    """Kill those processes of a service whose command has a part; whether there were any."""
    found = [pid for pid, command in descendants(service).items() if part in command]
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return bool(found)


def test_who_leaves_in_the_middle_of_a_write_finds_in_the_log_what_became_of_it(home: Home) -> None:
    shutil.rmtree(home.path / "building", ignore_errors=True)
    with service(home) as (_, port):
        before = values(require_whole(home.path))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {
            "Authorization": f"Bearer {home.token}",
            "Content-Type": "application/sparql-update",
            "X-Request-Id": "left-in-the-middle",
        }
        text = f'INSERT DATA {{ GRAPH <{GRAPH}> {{ <urn:s> <urn:p> "left" }} }}'
        connection.request("POST", "/sparql", text, headers)
        assert eventually(lambda: list((home.path / "building").glob("*")))
        connection.close()

        def told() -> list[str]:
            found = [one for one in Audit(home.path).attempts() if "left" in one.what]
            return [one.outcome for one in found]

        assert eventually(told)
        (outcome,) = told()
        there = values(require_whole(home.path))
        assert there == (before | {"left"} if outcome == "accepted" else before)
