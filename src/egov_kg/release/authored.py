"""What was said, apart from what was computed of it: the graphs that a release is compiled from.

A build takes them from the source files, a write from the release before it. Every release keeps them in
`authored.nq`, so that a write can start from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from egov_kg import iris
from egov_kg.errors import NotFound, ReleaseError
from egov_kg.release.disk import sha256
from egov_kg.release.registry import Registry, Release

AUTHORED: Final = "authored.nq"
"""The file of a release that holds what was said, as sorted N-Quads."""


def read_authored(release: Release) -> dict[str, tuple[bytes, ...]]:
    """What was said in a release.

    Returns:
        Canonical N-Quads lines, sorted, by graph IRI.

    Raises:
        ReleaseError: the file is not there or cannot be read.
    """
    try:
        lines = (release.path / AUTHORED).read_bytes().splitlines(keepends=True)
    except OSError as error:
        raise ReleaseError(
            f"Release {release.id} has lost {AUTHORED} ({error.strerror}), which a write starts from: "
            "run `egov-kg build`.",
            f"发布版本 {release.id} 缺少写入所需的 {AUTHORED}（{error.strerror}）：请运行 `egov-kg build`。",
        ) from error
    return by_graph(lines)


def kept_imports(registry: Registry) -> dict[str, tuple[bytes, ...]]:
    """The imports of the current release, which a build takes along; none where there is no release.

    They are in two files of it; what is damaged is not taken.

    Raises:
        ReleaseError: the release has imports, and both files are damaged.
    """
    try:
        current = registry.current()
    except (NotFound, ReleaseError):
        return {}
    if not current.imports:
        return {}
    for name in (AUTHORED, current.nquads.name):
        path, facts = current.path / name, current.manifest["files"].get(name, {})
        if path.is_file() and sha256(path) == facts.get("sha256"):
            lines = by_graph(path.read_bytes().splitlines(keepends=True))
            return {graph: lines[graph] for graph in current.imports if graph in lines}
    names = [iris.import_name(graph) for graph in current.imports]
    raise ReleaseError(
        f"The current release {current.id} is damaged, and its imports ({', '.join(names)}) are lost "
        "with it. Put "
        "it back with `egov-kg restore`, or move its folder away, build, and import them again.",
        f"当前版本 {current.id} 已损坏，其中的导入（{'、'.join(names)}）也随之丢失。请用 `egov-kg "
        "restore` 恢复，"
        "或移走其目录后重新构建并再次导入。",
        release=current.id,
    )


def by_graph(lines: Iterable[bytes]) -> dict[str, tuple[bytes, ...]]:
    """N-Quads lines by the IRI of their graph, in the order of the IRIs; each graph's lines sorted."""
    found: dict[bytes, set[bytes]] = {}
    for line in lines:
        # `... <graph> .\n`: the graph's IRI has neither blanks nor brackets in it.
        found.setdefault(line[line.rindex(b" <") + 2 : -4], set()).add(line)
    return {graph.decode(): tuple(sorted(found[graph])) for graph in sorted(found)}


def write_lines(target: Path, graphs: Iterable[Iterable[bytes]]) -> Path:
    """Write the lines of some graphs to a file, sorted and without duplicates."""
    together: set[bytes] = set()
    for lines in graphs:
        together.update(lines)
    with target.open("wb") as handle:
        handle.writelines(sorted(together))
    return target


def changed(
    graphs: Mapping[str, tuple[bytes, ...]], added: Iterable[bytes], removed: Iterable[bytes]
) -> dict[str, tuple[bytes, ...]]:
    """Graphs after some lines were taken out and others put in; a graph without any triple is absent."""
    gone, come = by_graph(removed), by_graph(added)
    after: dict[str, tuple[bytes, ...]] = {}
    for graph in sorted({*graphs, *come}):
        lines = graphs.get(graph, ())
        if graph in gone or graph in come:
            lines = tuple(sorted({*lines}.difference(gone.get(graph, ())).union(come.get(graph, ()))))
        if lines:
            after[graph] = lines
    return after


def counts(
    before: Mapping[str, tuple[bytes, ...]], after: Mapping[str, tuple[bytes, ...]]
) -> dict[str, tuple[int, int]]:
    """Numbers of triples added and removed, by graph IRI; graphs that did not change are absent."""
    found = {}
    for graph in sorted({*before, *after}):
        if (old := before.get(graph, ())) != (new := after.get(graph, ())):
            found[graph] = (len({*new}.difference(old)), len({*old}.difference(new)))
    return found
