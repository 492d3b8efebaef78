"""The graph that the questions are asked of, compiled once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib

from egov_kg.store.snapshot import Snapshot
from support.questions import SOURCES, compile_graph, iris_of, open_rdflib, open_store


@pytest.fixture(scope="session")
def graph_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sources and derived values as N-Quads."""
    return compile_graph(SOURCES, tmp_path_factory.mktemp("questions"))


@pytest.fixture(scope="session")
def store(graph_file: Path) -> Iterator[Snapshot]:
    """The graph in the store."""
    with open_store([graph_file]) as opened:
        yield opened


@pytest.fixture(scope="session")
def dataset(graph_file: Path) -> rdflib.Dataset:
    """The graph in rdflib."""
    return open_rdflib(graph_file)


@pytest.fixture(scope="session")
def iris(graph_file: Path) -> set[str]:
    """Every IRI that the graph has as a term or as the name of a graph."""
    return iris_of(graph_file)
