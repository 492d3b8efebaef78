"""An import from its file to the lines of its graph; runs in a process apart, as the file is a stranger's."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from egov_kg import iris
from egov_kg.errors import ImportRefused, UsageError
from egov_kg.imports.columns import Table, read_metadata
from egov_kg.imports.cube import OBSERVATION, normalise, structures
from egov_kg.imports.cubelink import CUBE, map_cubes
from egov_kg.imports.describe import Facts, Said, description, said_of
from egov_kg.imports.kinds import Input, Kind, opened
from egov_kg.imports.link import link
from egov_kg.imports.mapping import About, Mapping
from egov_kg.imports.memory import while_there_is_room
from egov_kg.imports.ours import Ours
from egov_kg.imports.outcome import Words
from egov_kg.imports.skolem import skolemised
from egov_kg.imports.table import TableReader
from egov_kg.imports.terms import TextGraph, bare, iri, name
from egov_kg.store.foreign import Bounds, TextTriple, read_foreign, too_many
from egov_kg.store.rdf_io import parse_rdf, sorted_nquads


@dataclass(frozen=True, slots=True)
class ImportJob:
    """An import to make.

    Attributes:
        name: of the import.
        input: its files.
        shown: what to call the data in messages.
        kind: what it is taken as; empty to find out.
        mapping: what the steward says in a file.
        options: what the steward says on the command line, as `dataset` of a mapping.
        ours: what it can be linked with.
        bounds: how much it may be.
        retrieved: when it was read, as xsd:dateTime.
        reviewed: whether a person has checked it.
        target: the file to write.
    """

    name: str
    input: Input
    shown: str
    kind: str
    mapping: Mapping
    options: AnyMapping[str, Any]
    ours: Ours
    bounds: Bounds
    retrieved: str
    reviewed: bool
    target: Path


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of it; its graph is in the target as canonical N-Quads.

    Attributes:
        kind: what it is.
        triples: how many it has in all.
        observations: how many of them describe one.
        outcome: what was mapped.
        said: title, licence, publisher, source.
        sha256: of what was read.
        replaces: the title of the import of the same name that it takes the place of; None if there is none.
    """

    kind: Kind
    triples: int
    observations: int
    outcome: tuple[Words, ...]
    said: Said
    sha256: str
    replaces: Words | None = None


def make(job: ImportJob) -> Imported:
    """Read, map and describe an import.

    Raises:
        SourceError: it does not parse.
        ImportRefused: it is too large, or not what it has to be.
        UsageError: nobody says which licence, publisher or source it has; it is of another kind than said.
    """
    mint = partial(_mint, job.name)
    said: tuple[AnyMapping[str, Any], ...] = (job.options, job.mapping.dataset)
    names: AnyMapping[tuple[str, str], str] = {}
    mapping = job.mapping
    undefined = 0
    if job.input.syntax:
        graph = _read_rdf(job)
        kind = _kind(graph, job)
        if kind == "cube-link":
            undefined = map_cubes(graph, mapping, mint)
    else:
        kind = "csvw" if job.input.metadata else "csv"
        reader, table = _read_table(job, next((str(one["source"]) for one in said if one.get("source")), ""))
        graph, names = reader.graph, reader.names
        said = (*said, table.words)
        mapping = _with_columns(mapping, reader)
    if kind != "rdf":
        normalise(graph)
    outcome = link(graph, structures(graph), mapping, job.ours, mint, names)
    outcome.undefined = undefined
    observations = len(graph.subjects(name("rdf:type"), OBSERVATION))
    found = said_of(graph, *said)
    words = tuple(outcome.words())
    sha256 = job.input.sha256()
    facts = Facts(
        job.name,
        kind,
        sha256,
        job.mapping.sha256,
        job.retrieved,
        job.reviewed,
        observations,
        len(graph),
        words,
    )
    for triple in description(found, facts):
        graph.add(*triple)
    if len(graph) > job.bounds.triples:
        raise too_many(job.shown, job.bounds.triples)
    return Imported(kind, _write(graph, job), observations, words, found, sha256)


def _mint(import_: str, type_: str, rest: str) -> str:
    return iris.imported(type_, import_, rest)


def _read_rdf(job: ImportJob) -> TextGraph:
    base = str(job.options.get("source") or job.mapping.dataset.get("source") or "")
    triples: list[TextTriple] = []
    has_blank = False
    for number, path in enumerate(job.input.files):
        left = replace(job.bounds, triples=job.bounds.triples - len(triples))
        with opened(path) as source:
            found = read_foreign(source, job.shown, job.input.syntax, left, base)
            for triple in while_there_is_room(found):
                has_blank = has_blank or triple[0].startswith("_:") or triple[2].startswith("_:")
                if number and has_blank:  # which of one page is which of another, nobody can tell
                    raise _split(job.shown)
                triples.append(triple)
    if not triples:
        raise ImportRefused(f"{job.shown} has no triples.", f"{job.shown} 中没有三元组。", file=job.shown)
    return TextGraph(skolemised(triples, partial(_mint, job.name, "genid")))


def _split(shown: str) -> ImportRefused:
    return ImportRefused(
        f"{shown} answers with blank nodes, and they cannot be told from one page to the next: leave out "
        "--page, or have the query give them IRIs.",
        f"{shown} 返回的数据含空白节点，无法跨页对应：请去掉 --page，或在查询中为其指定 IRI。",
        file=shown,
    )


def _kind(graph: TextGraph, job: ImportJob) -> Kind:
    is_cube_link, is_cube = bool(graph.of_type(CUBE)), bool(graph.pairs(name("qb:structure")))
    found: Kind = "cube" if is_cube else "cube-link" if is_cube_link else "rdf"
    if job.kind in ("", "rdf", found):
        return "rdf" if job.kind == "rdf" else found
    if job.kind == "cube-link" and is_cube_link:
        return "cube-link"
    raise UsageError(
        f"{job.shown} is no {job.kind}: in it is {found}. Leave out --as, or import another file.",
        f"{job.shown} 不是 {job.kind}，而是 {found}。请去掉 --as，或导入其他文件。",
    )


def _read_table(job: ImportJob, source: str) -> tuple[TableReader, Table]:
    if job.input.metadata:
        table = read_metadata(job.input.metadata, job.mapping)
    elif job.mapping.columns:
        table = Table((), job.mapping.columns)
    else:
        raise UsageError(
            f"Nothing says what the columns of {job.shown} are: put its CSVW metadata beside it "
            f"({job.shown}-metadata.json), or describe them as [column.NAME] in a --map file.",
            f"未说明 {job.shown} 各列的含义：请在其旁放置 CSVW 元数据（{job.shown}-metadata.json），"
            "或在 --map 文件中以 [column.列名] 描述。",
        )
    if job.input.is_tsv:
        table = replace(table, dialect=replace(table.dialect, delimiter="\t"))
    reader = TableReader(
        table,
        job.shown,
        iri(iris.imported("dataset", job.name)),
        partial(_mint, job.name),
        job.bounds,
        job.mapping.members,
    )
    with opened(job.input.files[0]) as data:
        reader.read(data, source)
    return reader, table


def _with_columns(mapping: Mapping, reader: TableReader) -> Mapping:
    """The mapping with what it says of columns said of their properties."""
    of_columns: dict[str, About] = {bare(term): about for term, about in reader.said.items()}
    return replace(mapping, properties={**of_columns, **mapping.properties})


def _write(graph: TextGraph, job: ImportJob) -> int:
    """Write the lines of the graph in their canonical form: parsed once more, so that no term is a fraud."""
    raw = job.target.with_suffix(".nt")
    with raw.open("w", encoding="utf-8", newline="\n") as handle:
        handle.writelines(f"{subject} {predicate} {value} .\n" for subject, predicate, value in graph)
    lines = sorted_nquads(while_there_is_room(parse_rdf(raw, iris.import_graph(job.name))))
    job.target.write_bytes(lines)
    raw.unlink()
    return lines.count(b"\n")
