"""Compare the service with other SPARQL servers over HTTP, on the data of the real release.

Run it from the checkout's environment, with `wrk` installed::

    .venv/bin/python benchmarks/throughput.py [--runs 3] [--seconds 5] [--rdflib-endpoint]

Peers: `oxigraph serve-read-only` and Virtuoso (`apt-get install virtuoso-opensource-7`) where they are
installed, each left out with the reason where not; rdflib-endpoint where asked for, in an environment of its
own. Each run asks every peer in turn, so that other work of the machine slows all of them; medians of
runs are shown, with the service's ratio to each peer. `hits` repeats the same requests; `misses` adds a
comment to each query that no other request has, for all peers alike. A run with an answer that is not 200, or
none within a minute, counts as failed, and standard error says which. Linux only.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

from egov_kg.release.registry import Registry
from egov_kg.resources import find_sources
from egov_kg.sparql.queries import load_questions

HERE = Path(sys.executable).parent
CONNECTIONS = (8, 64)
ROWS = 300_000
QUICK = 0.1
POINT = (
    "PREFIX sdmx-measure: <http://purl.org/linked-data/sdmx/2009/measure#> "
    "SELECT ?value WHERE { <https://w3id.org/egov-kg/id/observation/2012-2013-extranet-coverage-county> "
    "sdmx-measure:obsValue ?value }"
)
LIST = (
    "PREFIX qb: <http://purl.org/linked-data/cube#> "
    "SELECT ?observation WHERE { ?observation a qb:Observation } ORDER BY ?observation"
)
MANY = f"SELECT ?a ?b ?c WHERE {{ ?a ?p ?b . ?c ?q ?d }} LIMIT {ROWS}"
VIRTUOSO = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{control}
ServerThreads = 100
NumberOfBuffers = 40000
MaxDirtyBuffers = 30000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 80
MaxKeepAlives = 100
KeepAliveTimeout = 60
[SPARQL]
ResultSetMaxRows = 1000000
"""
LUA = """
local queries = {{ {queries} }}
local mark, n = "{mark}", 0
function request()
  n = n + 1
  local tail = {distinct} and ("%20%23" .. mark .. "x" .. n) or ""
  return wrk.format("GET", "{path}?query=" .. queries[n % #queries + 1] .. tail,
    {{ ["Accept"] = "application/sparql-results+json, text/turtle;q=0.9" }})
end
"""


class Peer:
    """A running server.

    Args:
        name: in the table.
        port: on 127.0.0.1.
        path: of its SPARQL endpoint.
        pid: of its first process.
    """

    def __init__(self, name: str, port: int, path: str, pid: int) -> None:
        self.name, self.port, self.path, self.pid = name, port, path, pid


def free_port() -> int:
    """A TCP port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(name: str, path: str, command: Callable[[int], list[str]], **environment: str) -> Iterator[Peer]:
    """A peer that answers; stopped in the end."""
    port = free_port()
    process = subprocess.Popen(
        command(port),
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                if ask(port, path, "ASK {}")[0] == 200:
                    break
            except OSError:
                pass
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{name} did not start.")
            time.sleep(0.1)
        yield Peer(name, port, path, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def ask(port: int, path: str, query: str) -> tuple[int, bytes]:
    """One request over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        headers = {"Accept": "application/sparql-results+json, text/turtle;q=0.9"}
        connection.request("GET", f"{path}?query={quote(query)}", headers=headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def settle(peer: Peer) -> None:
    """Wait until a peer has done with what clients that left had asked."""
    quick = 0
    while quick < 3:
        began = time.perf_counter()
        ask(peer.port, peer.path, "ASK {}")
        quick = quick + 1 if time.perf_counter() - began < QUICK else 0
        time.sleep(QUICK)


def measure(peer: Peer, queries: list[str], connections: int, seconds: int, *, distinct: bool) -> float:
    """Requests per second; 0 where an answer was not 200, or did not come."""
    settle(peer)
    mark = "".join(random.choices("abcdefghij", k=12))
    text = LUA.format(
        queries=", ".join(f'"{quote(query, safe="")}"' for query in queries),
        mark=mark,
        distinct="true" if distinct else "false",
        path=peer.path,
    )
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(text)
        script.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "-s", script.name]
        done = subprocess.run(
            [*command, f"http://127.0.0.1:{peer.port}/"], capture_output=True, text=True, check=True
        )
    for line in done.stdout.splitlines():
        if "Non-2xx" in line or "Socket errors" in line:
            print(f"{peer.name}: {line.strip()}", file=sys.stderr)
            return 0.0
    match = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    return float(match[1]) if match else 0.0


def resident(pid: int) -> int:
    """Resident bytes of one process."""
    match = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(match[1]) * 1024 if match else 0


def long_answer(peer: Peer) -> tuple[float, float, float, int]:
    """Milliseconds to the first byte of the content and to the last, growth in MB of the process, rows."""
    settle(peer)
    before = most = resident(peer.pid)
    connection = http.client.HTTPConnection("127.0.0.1", peer.port, timeout=120)
    try:
        began = time.perf_counter()
        connection.request("GET", f"{peer.path}?query={quote(MANY)}", headers={"Accept": "text/csv"})
        response = connection.getresponse()
        rows = response.read(1).count(b"\n")
        first = time.perf_counter() - began
        while data := response.read(1 << 20):
            rows += data.count(b"\n")
            most = max(most, resident(peer.pid))
        return first * 1000, (time.perf_counter() - began) * 1000, (most - before) / 1e6, rows - 1
    finally:
        connection.close()


def main() -> None:
    """Run everything and print tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="runs of each measurement (default 3)")
    parser.add_argument("--seconds", type=int, default=5, help="seconds of each (default 5)")
    parser.add_argument("--home", type=Path, help="home folder with a release; built anew by default")
    parser.add_argument("--rdflib-endpoint", action="store_true", help="install rdflib-endpoint, and ask it")
    arguments = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not installed: apt-get install wrk")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        home = arguments.home or Path(folder, "home")
        if arguments.home is None:
            subprocess.run(
                [HERE / "egov-kg", "build"],
                env=os.environ | {"EGOV_KG_HOME": str(home)},
                check=True,
                capture_output=True,
            )
        release = Registry(home).current()
        peers = list(_peers(stack, home, release.nquads, Path(folder), endpoint=arguments.rdflib_endpoint))
        questions = [question.text for question in load_questions(find_sources())]
        shapes = {"point query": [POINT], "all observations": [LIST], "competency questions": questions}
        names = [peer.name for peer in peers]
        print("Requests per second, medians of", arguments.runs, "runs; load before:", os.getloadavg()[0])
        ratios = f"egov-kg / {' / '.join(names[1:])}"
        print(f"\n| queries | cache | connections | {' | '.join(names)} | {ratios} |")
        print("|" + "---|" * (len(peers) + 4))
        for shape, queries in shapes.items():
            for distinct in (False, True):
                for connections in CONNECTIONS:
                    found: dict[str, list[float]] = {peer.name: [] for peer in peers}
                    for run in range(arguments.runs):
                        for peer in peers:
                            if run == 0 and not distinct:  # what is asked first is no hit
                                measure(peer, queries, connections, arguments.seconds, distinct=False)
                            rate = measure(peer, queries, connections, arguments.seconds, distinct=distinct)
                            found[peer.name].append(rate)
                    medians = {name: statistics.median(rates) for name, rates in found.items()}
                    ours, *others = medians.values()
                    ratio = " / ".join(f"{ours / other:.2f}" if other else "-" for other in others)
                    cells = " | ".join(f"{value:,.0f}" if value else "failed" for value in medians.values())
                    kind = "misses" if distinct else "hits"
                    print(f"| {shape} | {kind} | {connections} | {cells} | {ratio} |", flush=True)
        print(
            f"\n| {ROWS:,} rows as CSV | first byte, ms | last byte, ms | growth, MB | rows |\n|{'---|' * 5}"
        )
        for peer in peers:
            runs = [long_answer(peer) for _ in range(arguments.runs)]
            cells = " | ".join(
                f"{statistics.median(values):.1f}" for values in list(zip(*runs, strict=True))[:3]
            )
            print(f"| {peer.name} | {cells} | {runs[0][3]:,} |")


def _peers(stack: ExitStack, home: Path, nquads: Path, folder: Path, *, endpoint: bool) -> Iterator[Peer]:
    own = [str(HERE / "egov-kg"), "serve", "--port"]
    environment = {"EGOV_KG_HOME": str(home), "EGOV_KG_RATE_LIMIT": ""}
    yield stack.enter_context(started("egov-kg", "/sparql", lambda port: [*own, str(port)], **environment))
    oxigraph = HERE / "oxigraph"
    if oxigraph.exists():
        store = folder / "oxigraph"
        subprocess.run(
            [oxigraph, "load", "--location", store, "--file", nquads], check=True, capture_output=True
        )

        def command(port: int) -> list[str]:
            options = ["--location", str(store), "--union-default-graph", "--bind", f"127.0.0.1:{port}"]
            return [str(oxigraph), "serve-read-only", *options]

        yield stack.enter_context(started("oxigraph", "/query", command))
    else:
        print("oxigraph is not in this environment: left out.", file=sys.stderr)
    if shutil.which("virtuoso-t") and shutil.which("isql-vt"):
        yield stack.enter_context(virtuoso(nquads, folder / "virtuoso"))
    else:
        print("Virtuoso is not installed (virtuoso-opensource-7): left out.", file=sys.stderr)
    if endpoint:
        venv.create(folder / "endpoint", with_pip=True)
        python = str(folder / "endpoint" / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "-q", "rdflib-endpoint[cli]"], check=True)
        yield stack.enter_context(
            started(
                "rdflib-endpoint",
                "/",
                lambda port: [
                    str(folder / "endpoint" / "bin" / "rdflib-endpoint"),
                    *("serve", str(nquads), "--store", "default", "--port", str(port), "--host", "127.0.0.1"),
                ],
            )
        )


@contextmanager
def virtuoso(nquads: Path, folder: Path) -> Iterator[Peer]:
    """A Virtuoso server with the graph, in a folder of its own."""
    folder.mkdir()
    (folder / nquads.name).write_bytes(nquads.read_bytes())
    control = free_port()

    def command(port: int) -> list[str]:
        ini = folder / "virtuoso.ini"
        ini.write_text(VIRTUOSO.format(folder=folder, control=control, port=port), "utf-8")
        return ["virtuoso-t", "+foreground", "+configfile", str(ini)]

    with started("virtuoso", "/sparql", command) as peer:
        load = f"ld_dir('{folder}', '{nquads.name}', 'urn:default'); rdf_loader_run(); checkpoint;"
        subprocess.run(
            ["isql-vt", str(control), "dba", "dba", f"exec={load}"],
            check=True,
            capture_output=True,
            timeout=300,
        )
        status, body = ask(peer.port, peer.path, POINT)
        if status != 200 or b'"value"' not in body or b'"bindings": [ ]' in body:
            raise SystemExit("Virtuoso started, but does not have the graph.")
        yield peer


if __name__ == "__main__":
    main()
