"""What answers queries about a release: processes that hold it here, or an engine that holds it elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from egov_kg.settings import Settings
from egov_kg.store.base import Dataset
from egov_kg.store.evaluators import Evaluators
from egov_kg.store.remote import Remote
from egov_kg.store.tally import Tally

Answering = Evaluators | Remote
"""A `Store` for strangers' queries."""


class OnDisk(Protocol):
    """What this module needs of a release."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def nquads(self) -> Path:
        """Its graph."""
        ...

    @property
    def dataset(self) -> Dataset:
        """What a query sees that names no graphs."""
        ...


def answering(release: OnDisk, settings: Settings, tally: Tally | None = None) -> Answering:
    """What answers for a release, as the settings say; not started yet.

    Args:
        release: the release, which a remote engine then has to hold.
        settings: `store`, and the bounds of queries.
        tally: counts the processes.

    Raises:
        UsageError: an address that is none.
    """
    if settings.is_remote:
        return Remote(release.id, settings, tally)
    return Evaluators(release.nquads, release.dataset, settings, tally)
