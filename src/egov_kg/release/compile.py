"""From what was said to the files of a release: the one path that a build and a write both take."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from egov_kg import __version__, iris
from egov_kg.errors import ReleaseError, UsageError
from egov_kg.imports.export import write_table
from egov_kg.match import things
from egov_kg.publish.catalog import catalogue
from egov_kg.publish.export import Format
from egov_kg.publish.files import DUMPS, facts, write_dumps, write_views
from egov_kg.publish.void import GraphStatistics, statistics
from egov_kg.release.authored import AUTHORED, write_lines
from egov_kg.release.beside import Beside
from egov_kg.release.derive import derive
from egov_kg.release.disk import sha256
from egov_kg.release.jobs import IndexJob, SnapshotJob, indexing, snapshotting
from egov_kg.release.registry import CATALOGUE, DERIVED, FORMAT, LABELS, MANIFEST, release_id
from egov_kg.release.report import Report
from egov_kg.release.steps import Steps
from egov_kg.release.validate import ValidationInput, validating
from egov_kg.resources import Sources
from egov_kg.store.base import Dataset
from egov_kg.store.rdf_io import parse_rdf, sorted_nquads
from egov_kg.store.snapshot import Snapshot

STEPS: Final = 6 + len(DUMPS)
"""How many steps `derive_content` and `write_release` take together."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a release says: its authored graphs, and what the rules derived from them.

    Attributes:
        id: the release's id, a hash of all this.
        authored: canonical N-Quads lines by graph IRI, as they were said.
        graphs: the same with the derived lines in their graph.
        staging: those of the graphs that no rule and no shape applies to, and that are in no default graph.
        file: `graphs` as N-Quads.
        store: `graphs` without those in staging, in memory; imports are in no default graph, either.
        derived: how many nodes each rule made.
        origins: the file that describes a node, by the node's IRI, where that is known.
    """

    id: str
    authored: Mapping[str, tuple[bytes, ...]]
    graphs: Mapping[str, tuple[bytes, ...]]
    staging: tuple[str, ...]
    file: Path
    store: Snapshot
    derived: Mapping[str, int]
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def default(self) -> Dataset:
        """What a query sees by default: all graphs but the derived one, imports and those in staging."""
        return self.store.dataset


def derive_content(
    authored: Mapping[str, tuple[bytes, ...]],
    sources: Sources,
    scratch: Path,
    steps: Steps,
    *,
    staging: Iterable[str] = (),
    origins: Mapping[str, str] | None = None,
) -> Content:
    """Run the rules over what was said, and name the result.

    Args:
        authored: canonical N-Quads lines by graph IRI.
        sources: where the rules are.
        scratch: an existing folder for files that are not kept.
        steps: is told of the step.
        staging: graphs that no rule sees; of no matter where they are not there.
        origins: the file that describes a node.

    Raises:
        SourceError: a rule that does not parse.
        UsageError: a graph in staging that is computed.
    """
    steps.next("Deriving values", "推算派生值")
    apart = tuple(sorted(set(staging).intersection(authored)))
    for graph in set(staging).intersection((DERIVED, CATALOGUE)):
        raise UsageError(
            f"EGOV_KG_STAGING names <{graph}>, which is computed: take it out.",
            f"EGOV_KG_STAGING 列有由程序计算的图 <{graph}>：请将其去掉。",
        )
    imports = [graph for graph in authored if iris.import_name(graph) and graph not in apart]
    unseen = {*apart, *imports}
    said = write_lines(scratch / "said.nq", (authored[one] for one in authored if one not in unseen))
    seen = Dataset(tuple(sorted({*authored, DERIVED, CATALOGUE}.difference(unseen))))
    store = Snapshot.memory([said], seen)
    derived = derive(store, sources, scratch)
    store.set_apart(DERIVED)
    store.add(derived.lines)
    for graph in imports:
        store.add(authored[graph])
    graphs = {**authored, DERIVED: (*authored.get(DERIVED, ()), *derived.lines)}
    file = write_lines(scratch / "content.nq", graphs.values())
    digest = hashlib.sha256(b"%d\n" % FORMAT)
    digest.update("".join(f"staging {graph}\n" for graph in apart).encode())
    digest.update(file.read_bytes())
    return Content(
        id=release_id(digest.hexdigest()),
        authored=authored,
        graphs=graphs,
        staging=apart,
        file=file,
        store=store,
        derived=derived.counts,
        origins={**derived.origins, **(origins or {})},
    )


def write_release(
    content: Content,
    sources: Sources,
    folder: Path,
    engine: str,
    steps: Steps,
    *,
    built: str = "",
    write: Mapping[str, Any] | None = None,
) -> None:
    """Write every file of a release into a folder; its manifest comes last.

    Args:
        content: what the release says.
        sources: where the shapes are.
        folder: an existing folder below which `content` has its scratch files.
        engine: the SHACL engine, `pyshacl` or `shacl`.
        steps: is told of each step.
        built: the id of the release that a build made and that this one descends from; itself by default.
        write: who wrote what, for the manifest of a release that is a write.

    Raises:
        ValidationFailed: the data break a rule; `extra["report"]` has the report.
        SourceError: a shape or check that does not parse.
        ReleaseError: an observation that breaks no rule does not fit the tables.
    """
    scratch = content.file.parent
    graphs = dict(content.graphs)
    # All make themselves ready while the tables are written.
    with (
        Beside(validating, sources, engine) as validation,
        Beside(snapshotting) as snapshot,
        Beside(indexing) as labels,
    ):
        steps.next("Writing the tables", "写出数据表")
        labels.start(IndexJob(folder / LABELS, things.ask(content.store)))
        try:
            observations = write_views(content.store, content.id, folder)
            for graph in content.authored:
                if name := iris.import_name(graph):
                    write_table(content.authored[graph], name, folder)
        except ReleaseError:
            # What fits no table mostly breaks a rule too, and the report then says more.
            settled = without_staging(graphs, content.staging, content.file, scratch / "settled.nq")
            validation.start(ValidationInput((settled,), sources, origins=content.origins))
            validation.result().require()
            raise

        steps.next("Describing the graphs", "描述各图")
        counted = _count(content)
        described = scratch / "catalogue.nt"
        description = catalogue(content.store, content.id, counted, facts(folder))
        described.write_text(description, encoding="utf-8")
        computed = sorted_nquads(parse_rdf(described, CATALOGUE)).splitlines(keepends=True)
        graphs[CATALOGUE] = (*graphs.get(CATALOGUE, ()), *computed)
        nquads = write_lines(folder / "graph.nq", graphs.values())
        checked = without_staging(graphs, content.staging, nquads, scratch / "checked.nq")
        validation.start(ValidationInput((checked,), sources, origins=content.origins))
        snapshot.start(SnapshotJob(folder / "store", nquads, content.default))

        def begin(known: Format) -> None:
            # Data that break a rule are refused as soon as that is known.
            if validation.answered:
                validation.result().require()
            steps.next(f"Writing {known.file}", f"写出 {known.file}")

        _write_json(folder / "statistics.json", _statistics(counted, observations, content.derived))
        write_lines(folder / AUTHORED, content.authored.values())
        lines = nquads.read_bytes().splitlines(keepends=True)
        write_dumps(lines, content.default.default_graphs, folder, begin)
        steps.next("Making the search index", "生成检索索引")
        labels.result()
        steps.next("Validating", "校验")
        report = validation.result()
        report.require()
        steps.next("Making the snapshot", "生成存储快照")
        snapshot.result()
    _write_report(folder, report)
    shutil.rmtree(scratch)
    _write_json(
        folder / MANIFEST,
        {
            "format": FORMAT,
            "id": content.id,
            "built": built or content.id,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "version": __version__,
            **({"write": write} if write else {}),
            "graphs": {graph: len(set(lines)) for graph, lines in sorted(graphs.items())},
            "staging": list(content.staging),
            "validation": {
                "conforms": report.conforms,
                "engine": report.engine,
                "rules": report.rules,
                "remarks": len(report.results),
            },
            "files": _files(folder),
        },
    )


def without_staging(
    graphs: Mapping[str, Iterable[bytes]], staging: tuple[str, ...], whole: Path, target: Path
) -> Path:
    """The N-Quads of all graphs but those in staging.

    Args:
        graphs: the lines of every graph.
        staging: the graphs to leave out.
        whole: a file of all of them; the answer where none is left out.
        target: the file to write otherwise.
    """
    if not staging:
        return whole
    return write_lines(target, (graphs[one] for one in graphs if one not in staging))


def _count(content: Content) -> tuple[GraphStatistics, ...]:
    """Statistics of every graph but the catalogue, those in staging too."""
    if content.staging:
        with Snapshot.memory([content.file], content.default) as everything:
            counted = statistics(everything)
    else:
        counted = statistics(content.store)
    return tuple(one for one in counted if one.graph != CATALOGUE)


def _statistics(
    counted: Iterable[GraphStatistics], observations: int, derived: Mapping[str, int]
) -> dict[str, Any]:
    return {
        "observations": observations,
        "derived": dict(derived),
        "graphs": {one.graph: one.to_json() for one in counted},
    }


def _files(folder: Path) -> dict[str, dict[str, Any]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): {"sha256": sha256(path), "bytes": path.stat().st_size}
        for path in files
    }


def _write_report(folder: Path, report: Report) -> None:
    (folder / "validation-report.ttl").write_text(report.to_turtle(), encoding="utf-8")
    text = f"{report.to_text('en')}\n{report.to_text('zh')}"
    (folder / "validation-report.txt").write_text(text, encoding="utf-8")


def _write_json(target: Path, value: Mapping[str, Any]) -> None:
    target.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
