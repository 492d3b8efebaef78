"""The competency questions over the graph of a release: on the store and on rdflib, and as a page."""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from egov_kg.release.derive import derive
from egov_kg.release.registry import CATALOGUE, DERIVED
from egov_kg.release.sources import read_sources
from egov_kg.resources import Sources, find_sources
from egov_kg.sparql.protocol import Operation
from egov_kg.sparql.queries import Question, load_questions
from egov_kg.store.base import Dataset, Store
from egov_kg.store.snapshot import Snapshot

if TYPE_CHECKING:
    import rdflib

SOURCES = find_sources()
QUESTIONS = load_questions(SOURCES)
PAGE = SOURCES.root / "docs" / "questions.md"

Row = tuple[str, ...]

_PREFIX = re.compile(r"^PREFIX\s+([\w-]*):\s*<([^<>\s]*)>", re.MULTILINE)
_IRI = re.compile(r"<([a-z][a-z0-9+.-]*:[^<>\s\"]*)>")
_PREFIXED = re.compile(r"(?<![\w:?$-])([a-zA-Z][\w-]*):(\w(?:[\w.-]*[\w-])?)")
_LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_STRING = re.compile(r'"[^"\n]*"')

_TOP = """\
# The competency questions

What the graph is made to answer. Each question is a file in `queries/`, plain SPARQL 1.1 that runs on any
engine; its expected answer lies beside it in `queries/expected/`, and the tests hold both on two engines.
Run one with `egov-kg questions NAME`, or post the file to `/sparql`.

图谱应当回答的问题。每个问题是 `queries/` 中的一个文件，只用标准 SPARQL 1.1，任何引擎都能运行；预期答案在
`queries/expected/` 中，由测试在两个引擎上核对。可用 `egov-kg questions NAME` 运行，或把文件提交到 `/sparql`。

Common to all: a value stands beside its qualifier and the bounds that the source states; an empty cell means
that the source says nothing; the last columns are the IRIs of the facts. Labels stand in both languages,
`..._zh` beside `..._en`; units, qualifiers and other codes stand by their notation. `certain`, `possible` and
`excluded` are the three answers to a threshold: the bounds force it, allow it, or forbid it.

共同约定：数值旁列出限定词与来源给出的界限；空格表示来源未说明；最后几列是事实的 IRI。名称以两种语言并列
（`..._zh` 与 `..._en`），单位、限定词等代码以其标记列出。门槛问题有三种回答：`certain`（界限决定成立）、
`possible`（界限允许）、`excluded`（界限排除）。

This page is made from the questions by `python tests/support/questions.py`.
"""


def compile_graph(sources: Sources, folder: Path) -> Path:
    """What a release holds before it is described, as one N-Quads file: sources and derived values."""
    said = read_sources(sources)
    lines = [line for graph in said.lines.values() for line in graph]
    stated = folder / "stated.nq"
    stated.write_bytes(b"".join(lines))
    everything = Dataset(tuple(sorted({*said.lines, DERIVED, CATALOGUE})))
    with Snapshot.memory([stated], everything) as store:
        lines += derive(store, sources, folder).lines
    whole = folder / "graph.nq"
    whole.write_bytes(b"".join(sorted(set(lines))))
    return whole


def graphs_of(nquads: Path) -> Iterable[tuple[str, bytes]]:
    """Each line's graph, and the line without it, as N-Triples."""
    for line in nquads.read_bytes().splitlines():
        triple, graph, _ = line.rsplit(b" ", 2)
        yield graph[1:-1].decode(), triple + b" .\n"


def iris_of(nquads: Path) -> set[str]:
    """Every IRI of an N-Quads file: of subjects, predicates, objects, datatypes and graphs."""
    return set(_IRI.findall(_LITERAL.sub("", nquads.read_text(encoding="utf-8"))))


def names(query: str) -> set[str]:
    """Every IRI that a question names, in full or by a prefix; comments count, strings do not."""
    namespaces = dict(_PREFIX.findall(query))
    bare = _STRING.sub("", _PREFIX.sub("", query))
    found = set(_IRI.findall(bare))
    return found | {
        namespaces[prefix] + name
        for prefix, name in _PREFIXED.findall(_IRI.sub("", bare))
        if prefix in namespaces
    }


def open_store(nquads: Iterable[Path]) -> Snapshot:
    """The files as a store whose default graph is what the model says: all graphs but the derived one."""
    files = list(nquads)
    graphs = {graph for path in files for graph, _ in graphs_of(path)}
    return Snapshot.memory(files, Dataset(tuple(sorted(graphs - {DERIVED}))))


def open_rdflib(nquads: Path) -> rdflib.Dataset:
    """The same dataset in rdflib; only the derived graph is named, for no other is named by a question."""
    import rdflib

    dataset = rdflib.Dataset()
    named: dict[bool, list[bytes]] = {True: [], False: []}
    for graph, triple in graphs_of(nquads):
        named[graph == DERIVED].append(triple)
    dataset.default_graph.parse(data=b"".join(named[False]), format="nt")
    dataset.graph(rdflib.URIRef(DERIVED)).parse(data=b"".join(named[True]), format="nt")
    return dataset


def expected(question: Question) -> list[Row]:
    """The expected answer: its header and its rows."""
    return _rows(question.expected.read_text(encoding="utf-8"))


def answer(store: Store, query: str) -> list[Row]:
    """The answer of a store, read from its CSV."""
    return _rows(b"".join(store.respond(Operation(query), "text/csv")).decode())


def answer_of_rdflib(dataset: rdflib.Dataset, query: str) -> list[Row]:
    """The answer of rdflib, read from its terms."""
    with warnings.catch_warnings():
        # rdflib warns of its own use of what it has deprecated.
        warnings.filterwarnings("ignore", category=DeprecationWarning, message="Dataset.")
        result = dataset.query(query)
        names = [str(name) for name in result.vars or ()]
        solutions = [{str(name): str(term) for name, term in found.items()} for found in result.bindings]
    return [tuple(names), *(tuple(found.get(name, "") for name in names) for found in solutions)]


def column(rows: list[Row], *names: str) -> list[Row]:
    """Some columns of an answer, without the header."""
    places = [rows[0].index(name) for name in names]
    return [tuple(row[place] for place in places) for row in rows[1:]]


def page() -> str:
    """`docs/questions.md`."""
    parts = [_TOP]
    for question in QUESTIONS:
        parts.append(
            f"\n## {question.title_en} · {question.title_zh}\n\n"
            f"[`{question.name}`](../queries/{question.name}.rq) · "
            f"[answer](../queries/expected/{question.name}.csv)\n\n"
            f"{question.question_en}\n\n{question.question_zh}\n"
        )
    return "".join(parts)


def _rows(text: str) -> list[Row]:
    return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
