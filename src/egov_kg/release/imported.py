"""What a release says of the imports in it, and each of them to take away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from egov_kg import iris
from egov_kg.errors import NotFound, ReleaseError, UsageError
from egov_kg.imports.export import table_file
from egov_kg.publish.export import format_named
from egov_kg.release.published import Release
from egov_kg.store.dumps import Dump
from egov_kg.store.snapshot import Snapshot

if TYPE_CHECKING:
    from egov_kg.store.base import Store

IMPORT_FORMATS: Final = ("csv", "nt", "ttl", "rdfxml")
"""How an import can be written by itself."""

_QUERY: Final = Path(__file__).parent / "rq" / "imports.rq"


@dataclass(frozen=True, slots=True)
class Import:
    """An import of a release.

    Attributes:
        name: its name.
        graph: IRI of its graph.
        dataset: IRI of its description.
        titles: by language; `""` where a title has none.
        licence, source: IRIs.
        publisher: a name, where it has one, else an IRI.
        reviewed: whether a person has checked it.
        retrieved: when it was read, as xsd:dateTime.
        triples: how many it has.
    """

    name: str
    graph: str
    dataset: str
    titles: Mapping[str, str]
    licence: str
    source: str
    publisher: str
    reviewed: bool
    retrieved: str
    triples: int

    def title(self, lang: str) -> str:
        """Its title in a language, else in one that it has."""
        return self.titles.get(lang) or self.titles.get("en") or next(iter(self.titles.values()), self.name)


def imports_of(release: Release) -> list[Import]:
    """The imports of a release, by name.

    Raises:
        ReleaseError: its snapshot cannot be opened.
    """
    if not release.imports:
        return []
    with Snapshot.open(release.store, release.dataset) as store:
        return read_imports(store, release.graphs)


def read_imports(store: Store, triples: Mapping[str, int]) -> list[Import]:
    """The imports in a store.

    Args:
        store: the graphs of a release.
        triples: how many each graph has, by IRI.
    """
    found: dict[str, Import] = {}
    titles: dict[str, dict[str, str]] = {}
    for row in store.select(_QUERY.read_text(encoding="utf-8")):
        graph = str(row["graph"])
        name = iris.import_name(graph)
        if not name:
            continue
        words = titles.setdefault(graph, {})
        words[getattr(row["title"], "language", None) or ""] = str(row["title"])
        found[graph] = Import(
            name=name,
            graph=graph,
            dataset=str(row["dataset"]),
            titles=words,
            licence=str(row["licence"]),
            source=str(row["source"]),
            publisher=str(row.get("publisher_name", row["publisher"])),
            reviewed=str(row["state"]).endswith("/reviewed"),
            retrieved=str(row["retrieved"]),
            triples=triples.get(graph, 0),
        )
    return [found[graph] for graph in sorted(found)]


def export_import(release: Release, name: str, format_: str) -> Iterator[bytes]:
    """The bytes of one import, in pieces.

    Args:
        release: the release that has it.
        name: its name.
        format_: `csv`, the table of its observations, or an RDF syntax that holds triples.

    Raises:
        NotFound: there is no import of that name, or it has no observations to make a table of.
        UsageError: another format.
        ReleaseError: the release has lost the file.
    """
    graph = next((one for one in release.imports if iris.import_name(one) == name), "")
    if not graph:
        raise NotFound(
            f"Release {release.id} has no import {name!r}: `egov-kg import --list` shows those of the "
            "current one.",
            f"发布版本 {release.id} 中没有名为 {name!r} 的导入：可用 `egov-kg import --list` "
            "查看当前版本的导入。",
        )
    if format_ not in IMPORT_FORMATS:
        raise UsageError(
            f"An import is written as {', '.join(IMPORT_FORMATS)}, not as {format_}.",
            f"导入只能写成 {'、'.join(IMPORT_FORMATS)}，不能写成 {format_}。",
        )
    table = table_file(name)
    if format_ == "csv" and table not in release.offered:
        raise NotFound(
            f"The import {name!r} has no observations to make a table of: take it as RDF.",
            f"导入 {name!r} 没有可制成表的观测值：请以 RDF 格式导出。",
        )
    try:
        if format_ == "csv":
            return iter([(release.path / table).read_bytes()])
        lines = release.nquads.read_bytes().splitlines(keepends=True)
    except OSError as error:
        raise ReleaseError(
            f"A file of release {release.id} cannot be read ({error.strerror}): run `egov-kg build`.",
            f"无法读取发布版本 {release.id} 的文件（{error.strerror}）：请运行 `egov-kg build`。",
        ) from error
    with BytesIO() as out:
        Dump.union(lines, [graph]).write(format_named(format_).syntax, out)
        return iter([out.getvalue()])
