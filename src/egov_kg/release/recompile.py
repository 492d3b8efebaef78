"""What a write makes of a release: compiled in a process of its own, so that it holds up no reader."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from egov_kg.errors import NotFound, ReleaseError
from egov_kg.release.authored import by_graph, changed, counts, read_authored
from egov_kg.release.beside import Beside
from egov_kg.release.compile import STEPS, Content, derive_content, without_staging, write_release
from egov_kg.release.disk import writing_to
from egov_kg.release.registry import Registry, Release
from egov_kg.release.steps import Progress, Steps
from egov_kg.release.validate import ValidationInput, validating
from egov_kg.resources import Sources
from egov_kg.settings import Engine

ENGINE: Final[Engine] = "shacl"
"""Which SHACL engine a write is validated with: the fast one; docs/decisions has why."""

ALL_STEPS: Final = STEPS + 2
"""How many steps a write takes: one before `Recompilation`, one after it."""

_NICENESS: Final = 10


@dataclass(frozen=True, slots=True)
class Recompilation:
    """A release with a change to it.

    Attributes:
        base: the release.
        added, removed: files of canonical N-Quads.
        folder: a folder to write the new release into, with a folder `scratch`.
        staging: the graphs in staging.
        what: for the manifest of the new release; `what["what"]` gets `graphs`.
    """

    base: Release
    added: Path
    removed: Path
    folder: Path
    staging: tuple[str, ...]
    what: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recompiled:
    """What became of it.

    Attributes:
        id: the id of the outcome; of the release itself where nothing changes.
        graphs: numbers of triples added and removed, by graph.
        there: a release of this id is there already, and the folder has none.
    """

    id: str
    graphs: Mapping[str, tuple[int, int]]
    there: bool


def recompiling(sources: Sources, home: Path) -> Callable[[Recompilation, Progress], Recompiled]:
    """The work of such a process.

    Args:
        sources: where the rules and shapes are.
        home: the home folder.
    """
    # Whoever asks meanwhile goes first; the processes that this one starts are as patient.
    os.nice(_NICENESS)

    def work(job: Recompilation, progress: Progress) -> Recompiled:
        with writing_to(home):
            return _recompile(job, sources, home, Steps(progress, ALL_STEPS, done=0))

    return work


def _recompile(job: Recompilation, sources: Sources, home: Path, steps: Steps) -> Recompiled:
    """Compile it.

    Raises:
        ValidationFailed: the result breaks a rule.
        EgovError: see `compile`.
    """
    before = read_authored(job.base)
    authored = changed(before, _lines(job.added), _lines(job.removed))
    if authored == before:
        return Recompiled(job.base.id, {}, there=True)
    graphs = counts(before, authored)
    content = derive_content(authored, sources, job.folder / "scratch", steps, staging=job.staging)
    there = _there(Registry(home), content.id)
    if there is not None:
        # The write leads back to an earlier state. Its release is there, but the rules may have changed.
        _validate_again(there, content, sources, steps)
        return Recompiled(there.id, graphs, there=True)
    numbers = {graph: list(count) for graph, count in graphs.items()}
    what = {**job.what, "what": {**job.what["what"], "graphs": numbers}}
    write_release(content, sources, job.folder, ENGINE, steps, built=job.base.built, write=what)
    return Recompiled(content.id, graphs, there=False)


def _validate_again(there: Release, content: Content, sources: Sources, steps: Steps) -> None:
    steps.next("Validating", "校验")
    lines = by_graph(_lines(there.nquads))
    target = content.file.with_name("checked.nq")
    checked = without_staging(lines, content.staging, there.nquads, target)
    with Beside(validating, sources, ENGINE) as validation:
        validation.start(ValidationInput((checked,), sources))
        validation.result().require()


def _there(registry: Registry, id_: str) -> Release | None:
    """The release of an id, if it is there and whole."""
    try:
        release = registry.get(id_)
    except (NotFound, ReleaseError):
        return None
    return None if release.damaged() else release


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)
