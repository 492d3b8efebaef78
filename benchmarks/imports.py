"""How imports behave at and past their bounds: time, memory and what is said.

    python benchmarks/imports.py HOME [ROWS]

HOME is a home folder with a release, which is changed and put back; ROWS is how long the long tables are
(10 million by default). Each line is a run of `egov-kg import` in a process of its own. Memory is the largest
resident set of any process that it started.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

MAP = """
[dataset]
title = { en = "Made up", zh = "虚构数据" }
licence = "https://creativecommons.org/publicdomain/zero/1.0/"
publisher = "Nobody"
source = "https://example.org/made-up"
[column.area]
role = "dimension"
[column.year]
role = "period"
codes = "year"
[column.value]
role = "measure"
datatype = "decimal"
"""
NAME = "benchmark"
FITTING = 30_000
"""Rows whose triples are just below the default bound."""


def right(number: int) -> str:
    """A row as it has to be."""
    return f"area-{number // 50},{1970 + number % 50},{number}.5\n"


def wrong(number: int) -> str:
    """A row whose value is none."""
    return f"area-{number // 50},{1970 + number % 50},many\n"


def triple(number: int) -> str:
    """A line of N-Triples."""
    return f'<urn:s{number}> <urn:p> "{number}" .\n'


def write(path: Path, head: str, line: Callable[[int], str], rows: int) -> None:
    """Write a file of so many lines."""
    with path.open("w", encoding="utf-8") as handle:
        handle.write(head)
        handle.writelines(map(line, range(rows)))


def run(home: Path, *arguments: str | Path) -> tuple[float, int, str]:
    """Seconds, MiB and the last line that is said, in a process whose children are counted."""
    program = (
        "import resource, subprocess, sys; done = subprocess.run([sys.executable, '-m', 'egov_kg', "
        "*sys.argv[1:]],"
        " stdout=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    )
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        env={**os.environ, "EGOV_KG_HOME": str(home), "EGOV_KG_LANG": "en"},
        capture_output=True,
        text=True,
        check=True,
    )
    said = [line for line in done.stderr.splitlines() if line.startswith(("egov-kg:", "Release", "It keeps"))]
    return time.monotonic() - start, int(done.stdout), (said or [""])[-1]


def main(home: Path, rows: int) -> None:
    """Run all and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        mapping = Path(folder) / "map.toml"
        mapping.write_text(MAP, encoding="utf-8")
        table, lines = Path(folder) / "table.csv", Path(folder) / "lines.nt"
        head = "area,year,value\n"
        cases: Iterable[tuple[str, Path, str, Callable[[int], str], int]] = (
            (f"a cube of {FITTING:,} rows", table, head, right, FITTING),
            (f"a cube of {rows:,} rows", table, head, right, rows),
            (f"a table of {rows:,} wrong values", table, head, wrong, rows),
            (f"N-Triples, {rows:,} lines", lines, "", triple, rows),
        )
        print("| what | MiB of file | seconds | MiB of memory | said |\n|---|---|---|---|---|")
        for what, path, first, line, count in cases:
            write(path, first, line, count)
            size = path.stat().st_size / 1024**2
            common = ("import", path, "--name", NAME, "--map", mapping)
            seconds, memory, said = run(home, *common)
            print(f"| {what} | {size:.0f} | {seconds:.1f} | {memory} | {said[:160]} |", flush=True)
            path.unlink()
        run(home, "import", "--remove", NAME)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000_000)
