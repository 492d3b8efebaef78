"""The project's own observations, as values: for the tests of what is said of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from egov_kg import iris
from egov_kg.publish.observations import Observation, read_observations
from egov_kg.release.registry import Registry
from egov_kg.store.snapshot import Snapshot
from support.cli import Built

DATASET = iris.thing("dataset", "report-2012-2013")


@pytest.fixture(scope="session")
def store(built: Built) -> Iterator[Snapshot]:
    """The store of the project's own release."""
    release = Registry(built.home).current()
    with Snapshot.open(release.store, release.dataset) as opened:
        yield opened


@pytest.fixture(scope="session")
def observations(store: Snapshot) -> dict[str, Observation]:
    """All that are reported, by the end of their IRIs without the edition."""
    found = read_observations(store, DATASET)
    return {one.iri.rpartition("/2012-2013-")[2]: one for one in found}
