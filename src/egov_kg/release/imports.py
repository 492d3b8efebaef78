"""Imports: graphs from elsewhere as writes to the releases, each in a named graph of its own.

An import is read and mapped in a process of its own (`imports.work`). What comes of it replaces the graph by
the same way as every other write (`release.writes`): validated, published as a release, logged; or refused
whole.
"""

from __future__ import annotations

import os
import resource
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from egov_kg import iris
from egov_kg.errors import ImportRefused, NotFound, QueryTimeout, ReleaseError, UsageError
from egov_kg.formats import NTRIPLES
from egov_kg.imports.kinds import Input
from egov_kg.imports.mapping import Mapping as Mapped
from egov_kg.imports.ours import Ours, read_ours
from egov_kg.imports.outcome import Words
from egov_kg.imports.work import Imported, ImportJob, make
from egov_kg.namespaces import PREFIXES
from egov_kg.release.authored import read_authored
from egov_kg.release.beside import Beside
from egov_kg.release.imported import imports_of
from egov_kg.release.recompile import ALL_STEPS
from egov_kg.release.registry import Registry, Release
from egov_kg.release.steps import Progress, Steps
from egov_kg.release.tokens import Author
from egov_kg.release.validate import ValidationInput, validate
from egov_kg.release.writes import ReleaseWriter
from egov_kg.resources import Sources
from egov_kg.settings import Settings
from egov_kg.sparql.changes import Document, GraphChange, Written
from egov_kg.store.foreign import Bounds
from egov_kg.store.snapshot import Snapshot

_AUTHOR: Final = "egov-kg import"
_ENDED: Final = f"<{PREFIXES['prov']}endedAtTime>".encode()


@dataclass(frozen=True, slots=True)
class Order:
    """An import that somebody asks for.

    Attributes:
        name: lower-case words joined by hyphens.
        input: its files.
        shown: what to call the data in messages.
        kind: what it is taken as; empty to find out.
        mapping: what a mapping file says.
        options: what else is said of the data set: `title`, `description`, `licence`, `publisher`, `source`.
        reviewed: whether a person has checked it.
    """

    name: str
    input: Input
    shown: str
    kind: str
    mapping: Mapped
    options: Mapping[str, Any]
    reviewed: bool


class Importer:
    """Makes, lists and removes the imports of a home folder.

    Args:
        settings: where the releases are, and the bounds of an import.
        sources: where the rules and shapes are.
        progress: is told of each step.
    """

    def __init__(self, settings: Settings, sources: Sources, progress: Progress | None = None) -> None:
        self._settings, self._sources, self._progress = settings, sources, progress
        self._registry = Registry(settings.home)

    def run(self, order: Order, *, dry: bool = False) -> tuple[Imported, Written]:
        """Make an import, or see what would come of it.

        Args:
            order: what to import.
            dry: publish nothing; the result is checked by the rules all the same.

        Returns:
            What was read and mapped, and what the write did; the same release before and after where the
            graph is there already, and where nothing was published.

        Raises:
            SourceError: it does not parse.
            ImportRefused: it is too large, or not what it has to be.
            ValidationFailed: it breaks a rule; `extra` has `report`, `report_zh` and `results`.
            UsageError: no such name can be, or nobody says which licence, publisher or source it has.
            NotFound: there is no release.
            EgovError: see `ReleaseWriter.write`.
        """
        graph = graph_of(order.name)
        current = self._registry.current()
        with tempfile.TemporaryDirectory(prefix="egov-kg-") as folder:
            target = Path(folder) / "import.nq"
            made = self._make(order, current, target)
            lines = _with_time_of(target.read_bytes().splitlines(keepends=True), current, graph)
            if lines is None:
                return made, Written(current.id, current.id)
            made = replace(made, replaces=_title_of(current, graph))
            if dry:
                target.write_bytes(b"".join(lines))
                self._check(current, graph, target)
                return made, Written(current.id, current.id)
        end = f" <{graph}> .\n".encode()
        content = b"".join(line.removesuffix(end) + b" .\n" for line in lines)
        document = Document(content, NTRIPLES.media_type, name=order.shown)
        return made, self._write(GraphChange("put", graph, (document,)), graph)

    def remove(self, name: str) -> Written:
        """Take an import away.

        Raises:
            NotFound: there is none of that name.
            EgovError: see `ReleaseWriter.write`.
        """
        graph = graph_of(name)
        if graph not in self._registry.current().imports:
            raise NotFound(
                f"There is no import {name!r}: `egov-kg import --list` shows them.",
                f"没有名为 {name!r} 的导入：可用 `egov-kg import --list` 查看。",
            )
        return self._write(GraphChange("delete", graph), graph)

    def _write(self, change: GraphChange, graph: str) -> Written:
        author = Author("", _AUTHOR, (graph,), "", "")
        return ReleaseWriter(self._settings, self._sources, self._progress).write(change, author)

    def _make(self, order: Order, current: Release, target: Path) -> Imported:
        job = ImportJob(
            name=order.name,
            input=order.input,
            shown=order.shown,
            kind=order.kind,
            mapping=order.mapping,
            options=order.options,
            ours=_ours(current),
            bounds=Bounds(self._settings.import_bytes, self._settings.import_triples),
            retrieved=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            reviewed=order.reviewed,
            target=target,
        )
        memory = self._settings.write_memory
        Steps(self._progress, ALL_STEPS).next("Reading and mapping", "读取并映射")
        with Beside(importing, memory) as process:
            process.start(job)
            try:
                return process.result(self._progress, self._settings.write_timeout)
            except ReleaseError as error:
                raise _too_much(order.shown, memory) from error
            except QueryTimeout:
                raise _too_slow(order.shown, self._settings.write_timeout) from None

    def _check(self, current: Release, graph: str, lines: Path) -> None:
        """Have the rules see the import as a write of it would."""
        others = {iri: said for iri, said in read_authored(current).items() if iri != graph}
        rest = lines.with_name("rest.nq")
        with rest.open("wb") as handle:
            for said in others.values():
                handle.writelines(said)
        validate(ValidationInput((rest, lines), self._sources), "shacl").require()


def graph_of(name: str) -> str:
    """The IRI of the graph of an import.

    Raises:
        UsageError: nothing can be called so.
    """
    try:
        return iris.import_graph(name)
    except UsageError:
        raise UsageError(
            f"{name!r} is no name of an import: lower-case letters and digits, words joined by hyphens, "
            "such as "
            "it-provinces.",
            f"{name!r} 不能作为导入的名称：只能用小写字母与数字，词之间以连字符相连，如 it-provinces。",
        ) from None


def importing(memory: int) -> Callable[[ImportJob, Progress], Imported]:
    """`imports.work.make` as work for a process beside this one, which may take so many bytes of memory."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    os.nice(10)

    def work(job: ImportJob, _: Progress) -> Imported:
        try:
            return make(job)
        except MemoryError:
            raise _too_much(job.shown, memory) from None

    return work


def _too_much(shown: str, memory: int) -> ImportRefused:
    mib = f"{memory / 1024**2:g} MiB"
    return ImportRefused(
        f"{shown} cannot be read within {mib} of memory: import a part of it, or set "
        "EGOV_KG_WRITE_MEMORY_MB to "
        "more.",
        f"无法在 {mib} 内存内读取 {shown}：请只导入其中一部分，或调大 EGOV_KG_WRITE_MEMORY_MB。",
        file=shown,
    )


def _too_slow(shown: str, seconds: float) -> ImportRefused:
    return ImportRefused(
        f"{shown} could not be read within {seconds:g} s: import a part of it, or set "
        "EGOV_KG_WRITE_TIMEOUT to more.",
        f"未能在 {seconds:g} 秒内读完 {shown}：请只导入其中一部分，或调大 EGOV_KG_WRITE_TIMEOUT。",
        file=shown,
    )


def _ours(current: Release) -> Ours:
    with Snapshot.open(current.store, current.dataset) as store:
        return read_ours(store)


def _title_of(current: Release, graph: str) -> Words | None:
    found = next((one for one in imports_of(current) if one.graph == graph), None)
    return (found.title("en"), found.title("zh")) if found else None


def _with_time_of(lines: list[bytes], current: Release, graph: str) -> list[bytes] | None:
    """The lines; None where they say what the release says already, but for the time of reading."""
    if graph not in current.imports:
        return lines
    known = read_authored(current).get(graph, ())
    if _timeless(lines) == _timeless(known):
        return None
    return lines


def _timeless(lines: Iterator[bytes] | list[bytes] | tuple[bytes, ...]) -> set[bytes]:
    return {line for line in lines if line.split(b" ", 2)[1] != _ENDED}
