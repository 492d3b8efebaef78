"""Search indexes: of a few names, and of the project's own data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from egov_kg import iris
from egov_kg.match import index, things
from egov_kg.match.labels import LabelIndex
from egov_kg.match.things import Thing
from egov_kg.namespaces import PREFIXES
from egov_kg.release.registry import Registry
from egov_kg.store.base import Dataset
from egov_kg.store.rdf_io import parse_rdf, sorted_nquads
from egov_kg.store.snapshot import Snapshot
from support.cli import Built

GRAPH = iris.graph("names")
_HEADER = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())


def read_turtle(turtle: str, folder: Path) -> list[Thing]:
    """The things that a graph names, in their order.

    Args:
        turtle: triples; the project's prefixes are declared already.
        folder: for files.
    """
    source, nquads = folder / "names.ttl", folder / "names.nq"
    source.write_text(_HEADER + turtle, encoding="utf-8")
    nquads.write_bytes(sorted_nquads(parse_rdf(source, GRAPH)))
    return read_nquads(nquads, GRAPH)


def read_nquads(nquads: Path, graph: str) -> list[Thing]:
    """The things that a graph of a file names."""
    with Snapshot.memory([nquads], Dataset((graph,))) as store:
        return things.read(things.ask(store))


def make_index(nquads: Path, graph: str, target: Path) -> Path:
    """Make the index of a graph; its folder is made as well."""
    target.parent.mkdir(exist_ok=True)
    index.write(read_nquads(nquads, graph), target)
    return target


def open_index(turtle: str, folder: Path) -> LabelIndex:
    """An index of a few names."""
    index.write(read_turtle(turtle, folder), folder / "labels.sqlite")
    return LabelIndex.open(folder / "labels.sqlite")


@pytest.fixture(scope="session")
def names(built: Built) -> Iterator[LabelIndex]:
    """The index of the project's own data."""
    path = Registry(built.home).current().labels
    assert path is not None
    opened = LabelIndex.open(path)
    yield opened
    opened.close()
