"""Measure how long the service takes for each page, from a warm release.

Run it from the checkout's environment, on a machine that does nothing else::

    .venv/bin/python benchmarks/pages.py [--runs 15] [--beside ../other/.venv/bin/python]

The pages are those that the browser tests look at. Each run asks for every page in both languages by an
address that was not asked for before, so that the cache of answers does not count; nor does the first run.
The time is that until the last byte, over a kept connection. Beside it is the processor time of the service
with its evaluators, which says more on a machine that does other work; Linux only. With `--beside`, another
checkout serves the same release in turn, and there is the ratio to its medians. The last column has the bytes
of the page's document as transferred, compressed.
"""

from __future__ import annotations

import argparse
import http.client
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from browser.pages import PAGES, PageKind  # noqa: E402
from support.service import descendants  # noqa: E402

BOUND = 50.0


@dataclass
class Service:
    """A running service.

    Attributes:
        pid: its main process.
        release: the id of what it serves.
        connection: kept open.
    """

    pid: int
    release: str
    connection: http.client.HTTPConnection

    def processor_ms(self) -> float:
        """Milliseconds of processor time that it and the processes below it have had."""
        return sum(map(_scheduled, (self.pid, *descendants(self.pid))))

    def took(self, kind: PageKind, lang: str, run: int) -> tuple[float, float, int]:
        """Milliseconds until the last byte, those of processor time, and bytes."""
        path = kind.path.format(lang=lang, release=self.release)
        path += f"{'&' if '?' in path else '?'}x={run}"
        used, began = self.processor_ms(), time.perf_counter()
        self.connection.request("GET", path, headers={"Accept": "text/html", "Accept-Encoding": "gzip"})
        reply = self.connection.getresponse()
        body = reply.read()
        waited = (time.perf_counter() - began) * 1000
        if reply.status != kind.status:
            raise SystemExit(f"{path} gave {reply.status}")
        return waited, self.processor_ms() - used, len(body)


def _scheduled(pid: int) -> float:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e6
    except OSError:  # it has ended meanwhile
        return 0.0


def free_port() -> int:
    """A TCP port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(python: str) -> Iterator[Service]:
    """A service over the current release of `EGOV_KG_HOME`, run by the Python of a checkout's environment."""
    port = free_port()
    command = [python, "-m", "egov_kg", "serve", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline() if process.stdout else ""
        if "release " not in line and "发布版本 " not in line:
            raise SystemExit("The service did not start: run `egov-kg build` first.")
        release = line.replace("发布版本", "release").partition("release ")[2][:13].strip(")（）. ")
        yield Service(process.pid, release, http.client.HTTPConnection("127.0.0.1", port, timeout=60))
    finally:
        process.terminate()
        process.wait(30)


def main() -> None:
    """Ask, and print a table, the slowest page first."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15, help="runs of each page (default 15)")
    parser.add_argument("--beside", help="the Python of another checkout's environment, to compare with")
    given = parser.parse_args()
    found: dict[tuple[int, str], list[tuple[float, float, int]]] = {}
    with ExitStack() as stack:
        pythons = [sys.executable, *([given.beside] if given.beside else [])]
        services = [stack.enter_context(serving(python)) for python in pythons]
        for run, kind, lang in product(range(given.runs + 1), PAGES, ("en", "zh")):
            for which, service in enumerate(services):
                took = service.took(kind, lang, run)
                if run:
                    found.setdefault((which, kind.name), []).append(took)
    beside = "| ratio of times | ratio of processor times " if given.beside else ""
    print(f"| page | median, ms | median / bound | largest, ms | processor, ms {beside}| document, kB |")
    print("|---" * (6 + 2 * bool(beside)) + "|")
    rows = {
        kind.name: [_medians(found[which, kind.name]) for which in range(len(services))] for kind in PAGES
    }
    for name, (own, *other) in sorted(rows.items(), key=lambda row: -row[1][0][0]):
        largest, size = max(one[0] for one in found[0, name]), max(one[2] for one in found[0, name])
        ratios = "".join(f"| {own[n] / other[0][n]:.2f} " for n in (0, 1)) if other else ""
        print(
            f"| {name} | {own[0]:.1f} | {own[0] / BOUND:.2f} | {largest:.0f} | {own[1]:.1f} {ratios}"
            f"| {size / 1000:.1f} |"
        )


def _medians(took: list[tuple[float, float, int]]) -> tuple[float, float]:
    return statistics.median(one[0] for one in took), statistics.median(one[1] for one in took)


if __name__ == "__main__":
    main()
