"""Compare the SHACL engines on the current release, and on copies of its observations.

Run it from the checkout's environment, after `egov-kg build`::

    .venv/bin/python benchmarks/validation.py [--triples 1000000] [--pyshacl] [--endpoint URL]

The release has some 58,000 triples. For the large graph, what is said of each observation is said again of
copies with other names, until there are as many triples. Each engine runs once, in this process: times are
seconds of the processor, which other work of the machine hardly changes, and of the clock. pySHACL takes
minutes on the large graph, and is left out there unless asked for. `sparql` is shapes as queries of a store
in memory; what it takes to fill that store stands apart, since a release has one. With an endpoint, what that
holds is validated there, and nothing else is done (`EGOV_KG_STORE_USER` and so on say how to be known by it).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory

from egov_kg import iris
from egov_kg.release.endpoint import validate_endpoint
from egov_kg.release.engines import run_pyshacl, run_shacl
from egov_kg.release.in_store import check_in_store, in_store
from egov_kg.release.registry import Registry
from egov_kg.release.rules import load_checks, load_shapes
from egov_kg.resources import find_sources
from egov_kg.settings import Settings
from egov_kg.store.base import Dataset
from egov_kg.store.rdf_io import parse_rdf
from egov_kg.store.snapshot import Snapshot

GRAPH = iris.graph("all")
OBSERVATION = f"<{iris.BASE}id/observation/"


def main() -> None:
    """Print a table for each graph."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--pyshacl", action="store_true", help="also on the large graph")
    parser.add_argument("--endpoint", help="validate what this holds, and nothing else")
    options = parser.parse_args()
    settings = Settings.from_environment()
    if options.endpoint:
        there = replace(settings, store=options.endpoint, query_timeout=600)
        timed(f"{options.endpoint}", lambda: len(validate_endpoint(there, [], find_sources()).results))
        return
    lines = sorted({f"{quad.triple} .\n" for quad in parse_rdf(Registry(settings.home).current().nquads)})
    with TemporaryDirectory() as folder:
        measure(Path(folder), lines, pyshacl=True)
        if options.triples > len(lines):
            measure(Path(folder), enlarged(lines, options.triples), pyshacl=options.pyshacl)


def enlarged(lines: list[str], triples: int) -> Iterator[str]:
    """The lines, and copies of those about observations."""
    own = [line for line in lines if line.startswith(OBSERVATION)]
    copies = (line.replace("> ", f"-{number}> ", 1) for number in count(1) for line in own)
    return chain(lines, (line for line, _ in zip(copies, range(triples - len(lines)), strict=False)))


def measure(folder: Path, lines: Iterable[str], *, pyshacl: bool) -> None:
    """Print what each engine takes for a graph."""
    triples = folder / "data.nt"
    with triples.open("w", encoding="utf-8") as file:
        file.writelines(lines)
    data = folder / "data.nq"
    with data.open("w", encoding="utf-8") as file, triples.open(encoding="utf-8") as source:
        file.writelines(f"{line[:-3]} <{GRAPH}> .\n" for line in source)
    sources = find_sources()
    shapes, checks = load_shapes(sources), load_checks(sources)
    quads = list(parse_rdf(triples))
    print(f"\n{len(quads):,} triples: findings, processor s, clock s")
    if pyshacl:
        timed("pyshacl", lambda: sum(1 for _ in run_pyshacl(quads, shapes)))
    timed("shacl", lambda: sum(1 for _ in run_shacl(quads, shapes)))
    quads.clear()
    stores: list[Snapshot] = []

    def fill() -> int:
        stores.append(Snapshot.memory([data], Dataset((GRAPH,))))
        return 0

    timed("(fill a store)", fill)
    with stores[0] as store:
        timed("sparql", lambda: len(in_store(store, shapes).findings))
        timed("(integrity checks)", lambda: sum(len(check_in_store(store, one).results) for one in checks))


def timed(name: str, work: Callable[[], int]) -> None:
    """Print what some work takes."""
    processor, clock = time.process_time(), time.perf_counter()
    found = work()
    print(
        f"{name:20} {found:8,} {time.process_time() - processor:8.2f} {time.perf_counter() - clock:8.2f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
