"""A real release of made-up data, and a real server over it in processes of its own."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from egov_kg.release.registry import FORMAT, MANIFEST, Registry, Release, release_id
from egov_kg.settings import Settings

MANY = 40_000
"""Rows of the graph that answers are streamed from."""

ONTOLOGY = "https://w3id.org/egov-kg/ontology#"
GRAPHS = "https://w3id.org/egov-kg/graph/"
EX = "https://w3id.org/egov-kg/id/example/"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"

_MANY = f"GRAPH <{GRAPHS}many>"
_ROWS = f"?row <{EX}number> ?n"
MANY_QUERY = f"SELECT ?row ?n WHERE {{ {_MANY} {{ {_ROWS} }} }}"
SLOW_QUERY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?s ?h }"
"""Nothing for longer than any deadline of a test."""
BREAKING_QUERY = (
    f"SELECT ?row ?n WHERE {{ {_MANY} {{ {{ {_ROWS} }} UNION {{ {_ROWS} . ?a ?p ?b . ?c ?q ?d . ?e ?r ?f "
    "FILTER(?b + ?d + ?f < 0) } } }"
)
"""Many rows at once, then nothing for longer than any deadline."""
ENDLESS_QUERY = f"SELECT * WHERE {{ {_MANY} {{ {_ROWS} . ?x <{EX}number> ?y . ?z <{EX}number> ?w }} }}"
"""Rows for longer than any deadline."""


def quads() -> Iterator[str]:
    """Lines of N-Quads: three regions, two observations, a derived one, and many numbered rows."""
    regions = {"alpha": ("Alpha", "甲"), "beta": ("Beta", "乙"), "gamma": ("Gamma", "丙")}
    for slug, (en, zh) in regions.items():
        yield f"<{EX}{slug}> <{_RDF_TYPE}> <{ONTOLOGY}Region> <{GRAPHS}regions> ."
        yield f'<{EX}{slug}> <{_LABEL}> "{en}"@en <{GRAPHS}regions> .'
        yield f'<{EX}{slug}> <{_LABEL}> "{zh}"@zh <{GRAPHS}regions> .'
    observation = "http://purl.org/linked-data/cube#Observation"
    for number in (1, 2):
        yield f"<{EX}observation-{number}> <{_RDF_TYPE}> <{observation}> <{GRAPHS}report> ."
        yield f'<{EX}observation-{number}> <{EX}value> "{number * 10}"^^<{_INTEGER}> <{GRAPHS}report> .'
    yield f"<{EX}observation-3> <{_RDF_TYPE}> <{observation}> <{GRAPHS}derived> ."
    for number in range(MANY):
        yield f'<{EX}row-{number:06d}> <{EX}number> "{number}"^^<{_INTEGER}> <{GRAPHS}many> .'


def publish(home: Path) -> Release:
    """Publish the made-up data as the current release of a home folder."""
    registry = Registry(home)
    with registry.lock():
        folder = registry.new_folder()
        lines = sorted(quads())
        file = folder / "graph.nq"
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        graphs: dict[str, int] = {}
        for line in lines:
            name = line.rsplit("<", 1)[1].removesuffix("> .")
            graphs[name] = graphs.get(name, 0) + 1
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        manifest = {
            "format": FORMAT,
            "id": release_id(digest),
            "created": "2026-01-02T03:04:05+00:00",
            "graphs": dict(sorted(graphs.items())),
            "files": {"graph.nq": {"sha256": digest, "bytes": file.stat().st_size}},
        }
        (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        return registry.publish(folder)


@dataclass
class Server:
    """A running server.

    Attributes:
        process: the server's main process, leader of a session of its own.
        port: where it listens on 127.0.0.1.
        ready: the line that said so.
        release: what it serves.
        errors: lines of standard error so far.
    """

    process: subprocess.Popen[str]
    port: int
    ready: str
    release: Release
    errors: list[str]

    @property
    def url(self) -> str:
        """Without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def endpoint(self) -> str:
        """The SPARQL endpoint."""
        return f"{self.url}/sparql"


def free_port() -> int:
    """A port that nothing listened on a moment ago, below those that systems give to clients."""
    while True:
        port = 16_384 + secrets.randbelow(16_384)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def command(port: int) -> list[str]:
    """How to start a server with the settings of the environment."""
    code = (
        "from egov_kg.settings import Settings; from egov_kg.web.server.serve import serve; "
        f"serve(Settings.from_environment(), '127.0.0.1', {port})"
    )
    return [sys.executable, "-c", code]


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a server with these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EGOV_KG_")}
    return kept | {
        "EGOV_KG_HOME": str(settings.home),
        "EGOV_KG_QUERY_TIMEOUT": repr(settings.query_timeout),
        "EGOV_KG_QUERY_MEMORY_MB": repr(settings.query_memory / 1024**2),
        "EGOV_KG_QUERY_LENGTH": str(settings.query_length),
        "EGOV_KG_QUERY_NESTING": str(settings.query_nesting),
        "EGOV_KG_EVALUATORS": str(settings.evaluators),
        "EGOV_KG_QUEUE_TIMEOUT": repr(settings.queue_timeout),
        "EGOV_KG_THREADS": str(settings.threads),
        "EGOV_KG_RATE_LIMIT": settings.rate_limit,
        "EGOV_KG_RESULT_ROWS": str(settings.result_rows),
        "EGOV_KG_RESULT_MB": repr(settings.result_bytes / 1024**2),
        "EGOV_KG_SERVICE_ALLOW": " ".join(settings.service_allow),
        "EGOV_KG_LANG": settings.lang,
        "EGOV_KG_STORE": settings.store,
        "EGOV_KG_STORE_USER": settings.store_user,
        "EGOV_KG_STORE_PASSWORD": settings.store_password,
        "EGOV_KG_STORE_RETRIES": str(settings.store_retries),
    }


@contextmanager
def running(settings: Settings, release: Release) -> Iterator[Server]:
    """A server that answers; it is stopped at the end, and must then go."""
    port = free_port()
    process = subprocess.Popen(
        command(port),
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    errors: list[str] = []
    lines = process.stderr
    reader = threading.Thread(target=lambda: errors.extend(lines), daemon=True)
    reader.start()
    try:
        ready = process.stdout.readline()
        assert ready, f"the server did not start: {errors}"
        yield Server(process, port, ready, release, errors)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            process.stdout.close()
            reader.join(10)
            process.stderr.close()


def children(pid: int) -> dict[int, str]:
    """Command lines of the live processes that one has started, by process id."""
    parents, commands = _live()
    return {child: commands[child] for child, parent in parents.items() if parent == pid}


def descendants(pid: int) -> dict[int, str]:
    """Command lines of the live processes below one, by process id."""
    parents, commands = _live()
    found, frontier = {}, {pid}
    while frontier:
        frontier = {child for child, parent in parents.items() if parent in frontier}
        found.update({child: commands[child] for child in frontier})
    return found


def _live() -> tuple[dict[int, int], dict[int, str]]:
    """Of every process that is no zombie, its parent and its command line; one look at each."""
    parents: dict[int, int] = {}
    commands: dict[int, str] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            status = (folder / "status").read_text()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it has ended meanwhile
            continue
        if not re.search(r"^State:\s+Z", status, re.M):
            match = re.search(r"^PPid:\s+(\d+)", status, re.M)
            assert match is not None
            parents[int(folder.name)], commands[int(folder.name)] = int(match[1]), command
    return parents, commands


def eventually(condition: object, seconds: float = 60.0) -> bool:
    """Whether a condition comes true in time."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())


def exchange(port: int, request: bytes, timeout: float = 60.0) -> bytes:
    """Send bytes, and read until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        connection.sendall(request)
        connection.settimeout(timeout)
        received = bytearray()
        while data := connection.recv(65536):
            received += data
        return bytes(received)


def head_of(response: bytes) -> tuple[int, Mapping[str, str], bytes]:
    """Status, headers (names in lower case) and the rest of a raw response."""
    head, _, body = response.partition(b"\r\n\r\n")
    status, *fields = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
    return int(status.split(" ")[1]), headers, body


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A published release of the made-up data."""
    return publish(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def settings(release: Release) -> Settings:
    """Small bounds over that release's home folder."""
    return Settings(
        home=release.path.parent.parent, query_timeout=4.0, queue_timeout=2.0, query_length=20_000
    )


@pytest.fixture(scope="session")
def server(settings: Settings, release: Release) -> Iterator[Server]:
    """A server shared by the tests of a folder; it must have logged no traceback in the end."""
    with running(settings, release) as started:
        yield started
    log = "".join(started.errors)
    assert "Traceback" not in log, log


@dataclass(frozen=True)
class Reply:
    """An HTTP response, read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body as a JSON object."""
        value: dict[str, Any] = json.loads(self.body)
        return value

    @property
    def media_type(self) -> str:
        """Content-Type without parameters."""
        return self.headers.get("content-type", "").split(";")[0]


def fetch(
    server: Server,
    path: str = "/sparql",
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    **parameters: str | list[str],
) -> Reply:
    """One request over a connection of its own; `parameters` go into the URL (`_` for `-`)."""
    if parameters:
        named = {name.replace("_", "-"): value for name, value in parameters.items()}
        path += "?" + urlencode(named, doseq=True)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        fields = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, fields, response.read())
    finally:
        connection.close()


BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
"""What browsers accept."""


def browse(
    server: Server, path: str = "/sparql", *, lang: str = "en", **parameters: str | list[str]
) -> Reply:
    """What a browser shows for a URL: it goes where a redirect leads."""
    headers = {**BROWSER, "Accept-Language": lang}
    if parameters:
        path += "?" + urlencode(parameters, doseq=True)
    reply = fetch(server, path, headers=headers)
    if reply.status in (301, 302, 303):
        reply = fetch(server, reply.headers["location"], headers=headers)
    return reply
