"""The data path, from source files to a published release: read `build` from top to bottom."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any, Final, Protocol

from egov_kg import __version__
from egov_kg.errors import ReleaseError
from egov_kg.publish.catalog import FileFacts, catalogue
from egov_kg.publish.export import FORMATS
from egov_kg.publish.table import rows, write_csv, write_parquet
from egov_kg.publish.void import GraphStatistics, statistics
from egov_kg.release.beside import Validation
from egov_kg.release.derive import derive
from egov_kg.release.disk import sha256
from egov_kg.release.registry import (
    CATALOGUE,
    DERIVED,
    FORMAT,
    MANIFEST,
    Registry,
    Release,
    release_id,
)
from egov_kg.release.report import Report
from egov_kg.release.sources import read_sources
from egov_kg.release.validate import ValidationInput
from egov_kg.resources import Sources
from egov_kg.settings import Settings
from egov_kg.store.base import Dataset
from egov_kg.store.rdf_io import parse_rdf, serialize, sorted_nquads
from egov_kg.store.snapshot import Snapshot, create

__all__ = ["WAITING", "Progress", "build"]

WAITING: Final = ("Waiting for another build to end", "等待另一构建结束")
"""What a `Progress` is told, in English and Chinese, before the first step if it cannot begin yet."""

_STEPS: Final = 7 + sum(1 for known in FORMATS if known.syntax and known.name != "nq")


class Progress(Protocol):
    """Is told what the build does."""

    def step(self, name_en: str, name_zh: str, done: int, total: int) -> None:
        """A step begins.

        Args:
            name_en: what is done now.
            name_zh: the same in Chinese.
            done: steps that are finished.
            total: all steps.
        """
        ...


def build(
    sources: Sources,
    settings: Settings,
    *,
    engine: str = "pyshacl",
    progress: Progress | None = None,
) -> Release:
    """Compile the sources into a release and make it the current one.

    Nothing is published unless every step succeeds; until the last one the current release stays what it is,
    and a build that is killed leaves only a folder that the next one removes.

    Args:
        sources: what to compile.
        settings: where the releases are.
        engine: the SHACL engine, `pyshacl` or `shacl`.
        progress: is told of each step.

    Raises:
        SourceError: a source file, rule or shape that does not parse, with file, line and column.
        ValidationFailed: the data break a rule; `extra["report"]` has the report.
        ReleaseError: the release cannot be written.
    """
    registry = Registry(settings.home)
    steps = _Steps(progress)
    with registry.lock(on_wait=lambda: steps.tell(*WAITING)):
        folder = registry.new_folder()
        try:
            _compile(sources, folder, engine, steps)
            steps.next("Publishing", "发布")
            return registry.publish(folder)
        except OSError as error:
            raise ReleaseError(
                f"The release cannot be written to {settings.home}: {error}.",
                f"无法将发布版本写入 {settings.home}：{error}。",
            ) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _compile(sources: Sources, folder: Path, engine: str, steps: _Steps) -> None:
    """Write every file of a release into a folder."""
    scratch = folder / "scratch"
    scratch.mkdir()

    steps.next("Reading the sources", "读取源文件")
    said = read_sources(sources)
    said_file = _write_lines(scratch / "said.nq", said.lines.values())

    steps.next("Deriving values", "推算派生值")
    everything = Dataset(tuple(sorted({*said.lines, DERIVED, CATALOGUE})))
    with Snapshot.memory([said_file], everything) as store:
        derived = derive(store, sources, scratch)
    graphs = {**said.lines, DERIVED: (*said.lines.get(DERIVED, ()), *derived.lines)}
    content_file = _write_lines(scratch / "content.nq", graphs.values())
    release = release_id(hashlib.sha256(b"%d\n" % FORMAT + content_file.read_bytes()).hexdigest())

    default = Dataset(tuple(graph for graph in everything.default_graphs if graph != DERIVED))
    with Snapshot.memory([content_file], default) as store:
        steps.next("Writing the tables", "写出数据表")
        observations = write_csv(rows(store), folder / "observations.csv")
        write_parquet(folder / "observations.csv", folder / "observations.parquet")

        steps.next("Describing the graphs", "描述各图")
        counted = tuple(one for one in statistics(store) if one.graph != CATALOGUE)
        described = scratch / "catalogue.nt"
        described.write_text(catalogue(store, release, counted, _tables(folder)), encoding="utf-8")
    computed = sorted_nquads(parse_rdf(described, CATALOGUE)).splitlines(keepends=True)
    graphs[CATALOGUE] = (*graphs.get(CATALOGUE, ()), *computed)
    nquads = _write_lines(folder / "graph.nq", graphs.values())
    _write_json(folder / "statistics.json", _statistics(counted, observations, derived.counts))

    origins = {**derived.origins, **said.origins}
    with Validation(ValidationInput((nquads,), sources, origins=origins), engine) as validation:
        for known in FORMATS:
            if known.syntax and known.name != "nq":
                steps.next(f"Writing {known.file}", f"写出 {known.file}")
                only = None if known.scope == "dataset" else default.default_graphs
                with (folder / known.file).open("wb") as handle:
                    handle.writelines(serialize(nquads, known.syntax, only))
        steps.next("Making the snapshot", "生成存储快照")
        create(folder / "store", nquads, default)
        steps.next("Validating", "校验")
        report = validation.result()
    _write_report(folder, report)
    report.require()

    shutil.rmtree(scratch)
    counts = {graph: len(set(lines)) for graph, lines in sorted(graphs.items())}
    _write_json(folder / MANIFEST, _manifest(release, folder, counts, report))


def _statistics(
    counted: Iterable[GraphStatistics], observations: int, derived: Mapping[str, int]
) -> dict[str, Any]:
    return {
        "observations": observations,
        "derived": dict(derived),
        "graphs": {one.graph: one.to_json() for one in counted},
    }


def _manifest(release: str, folder: Path, counts: Mapping[str, int], report: Report) -> dict[str, Any]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        "format": FORMAT,
        "id": release,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": __version__,
        "graphs": dict(counts),
        "validation": {
            "conforms": report.conforms,
            "engine": report.engine,
            "rules": report.rules,
            "remarks": len(report.results),
        },
        "files": {
            path.relative_to(folder).as_posix(): {"sha256": sha256(path), "bytes": path.stat().st_size}
            for path in files
        },
    }


def _tables(folder: Path) -> dict[str, FileFacts]:
    files = [folder / known.file for known in FORMATS if known.scope == "observations"]
    return {path.name: FileFacts(path.stat().st_size, sha256(path)) for path in files}


def _write_report(folder: Path, report: Report) -> None:
    (folder / "validation-report.ttl").write_text(report.to_turtle(), encoding="utf-8")
    text = f"{report.to_text('en')}\n{report.to_text('zh')}"
    (folder / "validation-report.txt").write_text(text, encoding="utf-8")


def _write_lines(target: Path, graphs: Iterable[Iterable[bytes]]) -> Path:
    with target.open("wb") as handle:
        handle.writelines(sorted(set(chain.from_iterable(graphs))))
    return target


def _write_json(target: Path, value: Mapping[str, Any]) -> None:
    target.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


@dataclass(slots=True)
class _Steps:
    """Counts the steps for a `Progress`."""

    progress: Progress | None
    done: int = -1

    def next(self, name_en: str, name_zh: str) -> None:
        self.done += 1
        self.tell(name_en, name_zh)

    def tell(self, name_en: str, name_zh: str) -> None:
        if self.progress is not None:
            self.progress.step(name_en, name_zh, max(self.done, 0), _STEPS)
