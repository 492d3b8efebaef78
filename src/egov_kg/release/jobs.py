"""What is made of a release by processes beside the one that writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from egov_kg.match import index, things
from egov_kg.release.steps import Progress
from egov_kg.store.base import Dataset
from egov_kg.store.snapshot import create


@dataclass(frozen=True, slots=True)
class SnapshotJob:
    """A snapshot to make: see `store.snapshot.create`."""

    folder: Path
    nquads: Path
    dataset: Dataset


def snapshotting() -> Callable[[SnapshotJob, Progress], None]:
    """`store.snapshot.create` as work for a process beside this one."""
    return lambda job, _: create(job.folder, job.nquads, job.dataset)


@dataclass(frozen=True, slots=True)
class IndexJob:
    """An index of names to make: see `match.index.write`."""

    target: Path
    answers: things.Answers


def indexing() -> Callable[[IndexJob, Progress], None]:
    """`match.index.write` as work for a process beside this one."""
    index.prepare()

    def work(job: IndexJob, _: Progress) -> None:
        job.target.parent.mkdir()
        index.write(things.read(job.answers), job.target)

    return work
