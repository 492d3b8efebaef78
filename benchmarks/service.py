"""Measure what the README promises: build, start, point query, memory.

Run it from the checkout's environment::

    .venv/bin/python benchmarks/service.py [--runs 5]

Every figure is the median of several runs of the real command in a fresh folder; each is printed with its
bound and their ratio. A machine that does other work makes all of them worse: compare figures
of one run only. Memory is the proportional set size (PSS, shared pages counted once) of the server and all of
its children, the highest seen while queries run. Linux only.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMAND = Path(sys.executable).parent / "egov-kg"
POINT = (
    "PREFIX sdmx-measure: <http://purl.org/linked-data/sdmx/2009/measure#> "
    "SELECT ?value WHERE { <https://w3id.org/egov-kg/id/observation/2012-2013-extranet-coverage-county> "
    "sdmx-measure:obsValue ?value }"
)
BOUNDS = {
    "build from clean, s": 15.0,
    "serve to first answer, s": 1.5,
    "new point query through HTTP, ms": 5.0,
    "peak memory of the service, MB": 400.0,
}


def free_port() -> int:
    """A TCP port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(connection: http.client.HTTPConnection, number: int) -> dict[str, object]:
    """Send the point query over a kept connection, and read the whole answer.

    Args:
        connection: to the service.
        number: of the query; one that was not asked before is evaluated, not answered from the cache.
    """
    connection.request(
        "GET",
        "/sparql?" + urllib.parse.urlencode({"query": f"{POINT} # {number}"}),
        headers={"Accept": "application/sparql-results+json"},
    )
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise SystemExit(f"The point query failed with {response.status}: {body.decode()}")
    return dict(json.loads(body))


@contextmanager
def service(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], int, float]]:
    """A running service; yields its process, its port and the seconds to the first answered query."""
    port = free_port()
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(COMMAND), "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                ask(http.client.HTTPConnection("127.0.0.1", port, timeout=10), 0)
                break
            except OSError:
                if process.poll() is not None or time.perf_counter() - started > 60:
                    raise SystemExit("The service did not start; run `egov-kg serve` to see why.") from None
                time.sleep(0.005)
        yield process, port, time.perf_counter() - started
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def tree(pid: int) -> list[int]:
    """A process and all its descendants."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += tree(int(child))
    return found


def memory(pid: int) -> float:
    """Proportional set size of a process tree, in MB (10^6 bytes)."""
    total = 0
    for each in tree(pid):
        try:
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024 / 1e6


def main() -> None:
    """Run all measurements and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="runs of build and of serve (default 5)")
    parser.add_argument("--queries", type=int, default=2000, help="point queries (default 2000)")
    arguments = parser.parse_args()

    builds, starts, queries, peaks = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for run in range(arguments.runs):
            home = Path(folder, f"home-{run}")
            environment = os.environ | {"EGOV_KG_HOME": str(home)}
            started = time.perf_counter()
            subprocess.run([str(COMMAND), "build"], env=environment, check=True, capture_output=True)
            builds.append(time.perf_counter() - started)
        for _ in range(arguments.runs):
            with service(environment) as (process, port, seconds):
                starts.append(seconds)
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                peak = 0.0
                for number in range(1, 1 + arguments.queries // arguments.runs):
                    started = time.perf_counter()
                    ask(connection, number)
                    queries.append((time.perf_counter() - started) * 1000)
                    if number % 50 == 0:
                        peak = max(peak, memory(process.pid))
                peaks.append(max(peak, memory(process.pid)))
                connection.close()

    print(f"| figure (median of n) | n | median | bound | median / bound |\n|{'---|' * 5}")
    for (name, bound), values in zip(BOUNDS.items(), (builds, starts, queries, peaks), strict=True):
        median = statistics.median(values)
        print(f"| {name} | {len(values)} | {median:.3g} | {bound:g} | {median / bound:.2f} |")


if __name__ == "__main__":
    main()
