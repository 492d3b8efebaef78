"""The source files as named graphs.

`docs/model.md` says which file belongs to which graph: a Turtle file at the top of `data/ttl/` is a graph of
its own, a folder is a dataset edition and so one graph, and the ontology is one graph of several folders.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from egov_kg import iris
from egov_kg.errors import SourceError, UsageError
from egov_kg.release.places import errors_of, shown
from egov_kg.resources import Sources
from egov_kg.store.rdf_io import parse_rdf, sorted_nquads

_OTHER_RDF: Final = (".nt", ".nq", ".trig", ".jsonld", ".rdf", ".owl", ".n3", ".xml")


@dataclass(frozen=True, slots=True)
class SourceGraphs:
    """What the source files say.

    Attributes:
        lines: canonical N-Quads lines (each with its line feed), sorted and distinct, by graph IRI.
        origins: the first file that describes a node, relative to the sources' root, by the node's IRI.
    """

    lines: Mapping[str, tuple[bytes, ...]]
    origins: Mapping[str, str]


def graph_files(sources: Sources) -> dict[str, tuple[Path, ...]]:
    """The Turtle files of each named graph, both in a fixed order.

    Raises:
        SourceError: a folder or file whose name makes no graph IRI, RDF that is not Turtle (it would be left
            out silently), or no source files at all.
    """
    ontology = [*_turtle(sources.ontology, sources), *_turtle(sources.ontology / "codelists", sources)]
    ontology += _turtle(sources.ontology / "alignments", sources)
    found: dict[str, list[Path]] = {iris.graph("ontology"): ontology} if ontology else {}
    for path in _turtle(sources.data, sources):
        found.setdefault(_graph(path.stem, path, sources), []).append(path)
    for folder in sorted(path for path in sources.data.glob("*/") if path.is_dir()):
        if files := _turtle(folder, sources):
            found.setdefault(_graph(folder.name, folder, sources), []).extend(files)
    if not found:
        raise SourceError(
            f"There are no Turtle files in ontology/ and data/ttl/ below {sources.root}.",
            f"{sources.root} 下的 ontology/ 与 data/ttl/ 中没有 Turtle 文件。",
            file=str(sources.root),
        )
    return {graph: tuple(found[graph]) for graph in sorted(found)}


def read_sources(sources: Sources) -> SourceGraphs:
    """Parse every source file.

    Raises:
        SourceError: a file that cannot be read or does not parse (with `file` relative to the root, `line`
            and `column`), or that has a blank node.
    """
    lines: dict[str, tuple[bytes, ...]] = {}
    origins: dict[str, str] = {}
    for graph, files in graph_files(sources).items():
        together: set[bytes] = set()
        for path in files:
            parsed = _lines(path, graph, sources)
            together.update(parsed)
            name = shown(path, sources)
            for subject in {line[1 : line.index(b">")] for line in parsed}:
                origins.setdefault(subject.decode(), name)
        lines[graph] = tuple(sorted(together))
    return SourceGraphs(lines, origins)


def _lines(path: Path, graph: str, sources: Sources) -> list[bytes]:
    with errors_of(path, sources):
        return sorted_nquads(parse_rdf(path, graph)).splitlines(keepends=True)


def _turtle(folder: Path, sources: Sources) -> list[Path]:
    if not folder.is_dir():
        return []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in _OTHER_RDF:
            raise SourceError(
                f"{shown(path, sources)} would be left out: sources are Turtle files (.ttl).",
                f"{shown(path, sources)} 不会被读取：来源须为 Turtle 文件（.ttl）。",
                file=shown(path, sources),
            )
    return sorted(folder.glob("*.ttl"))


def _graph(name: str, path: Path, sources: Sources) -> str:
    where = shown(path, sources)
    if name == "ontology":
        raise SourceError(
            f"{where}: the graph `ontology` is made from ontology/; give this another name.",
            f"{where}：图 `ontology` 由 ontology/ 生成，请改用其他名称。",
            file=where,
        )
    try:
        return iris.graph(name)
    except UsageError:
        raise SourceError(
            f"{where}: a graph is named with lower-case letters, digits and hyphens.",
            f"{where}：图名只能使用小写字母、数字和连字符。",
            file=where,
        ) from None
