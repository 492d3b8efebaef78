"""What the tests of several formats share: a small release of invented figures, and the project's own."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from egov_kg.publish.figures import Figures, read_figures
from egov_kg.release.registry import Registry, Release
from egov_kg.store.snapshot import Snapshot
from support.cli import Built
from support.observed import observations, store

__all__ = ["observations", "store"]

JUDGES = Path(__file__).resolve().parents[3] / "shared" / "judges"


@pytest.fixture(scope="session")
def own(built: Built) -> Release:
    """The project's own release. Read only."""
    return Registry(built.home).current()


@pytest.fixture(scope="session")
def own_store(own: Release) -> Iterator[Snapshot]:
    """Its store."""
    with Snapshot.open(own.store, own.dataset) as store:
        yield store


@pytest.fixture(scope="session")
def own_figures(own: Release, own_store: Snapshot) -> Figures:
    """Its observations."""
    return read_figures(own_store, own.id)


@pytest.fixture(scope="session")
def own_rows(own: Release) -> dict[str, dict[str, str]]:
    """The rows of its CSV table, by observation."""
    with (own.path / "observations.csv").open(encoding="utf-8", newline="") as handle:
        found = {row["observation"]: row for row in csv.DictReader(handle)}
    assert len(found) > 50
    return found


@pytest.fixture
def judges() -> Path:
    """The shapes of others; the test is skipped where they are not there."""
    if not JUDGES.is_dir():
        pytest.skip("the shapes of DCAT-AP and cube.link are not beside the project (../shared/judges)")
    return JUDGES
