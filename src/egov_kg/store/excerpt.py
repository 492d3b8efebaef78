"""A part of an answer, as terms: what a page shows of it, and how many rows there are besides.

An answer is read as it comes, and no further than it is counted: what is left is not evaluated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import pyoxigraph as ox

from egov_kg.errors import EgovError
from egov_kg.formats import NTRIPLES, TSV
from egov_kg.store.base import Pieces

MOST_BYTES: Final = 16 * 1024 * 1024
"""Bytes of an answer that are read at most."""

TRIPLE: Final = ("subject", "predicate", "object")
"""The columns of a graph."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A term of an answer.

    Attributes:
        kind: what it is; a triple is a triple term of RDF 1.2.
        text: the IRI, the lexical form, the label of the blank node, or the triple as N-Triples.
        lang: the language tag of a literal, else empty.
        datatype: the IRI of a literal's datatype, else empty.
    """

    kind: Literal["iri", "literal", "blank", "triple"]
    text: str
    lang: str = ""
    datatype: str = ""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some rows of an answer.

    Attributes:
        boolean: the answer of an ASK query; None for others.
        names: variables of a SELECT query in their order, or `TRIPLE`.
        rows: the rows asked for, or as many of them as there are; None stands for an unbound variable.
        triples: of a graph, the same rows as N-Triples lines.
        skipped: how many rows come before them.
        counted: how many rows were counted, these among them.
        whole: whether those are all.
        broken: why it could not be counted to the end, after all rows asked for had come.
    """

    boolean: bool | None = None
    names: tuple[str, ...] = ()
    rows: tuple[tuple[Cell | None, ...], ...] = ()
    triples: tuple[str, ...] = ()
    skipped: int = 0
    counted: int = 0
    whole: bool = True
    broken: EgovError | None = None


def syntax_of(*, graph: bool) -> str:
    """The media type in which an answer must be asked for, so that it can be read line by line."""
    return NTRIPLES.media_type if graph else TSV.media_type


def excerpt(answer: Pieces, skip: int, most: int, count: int) -> Excerpt:
    """Read a part of an answer, and close it.

    Args:
        answer: in the syntax that `syntax_of` says.
        skip: rows to leave out.
        most: rows to give.
        count: rows to count at most; no less than `skip + most`.

    Raises:
        EgovError: the evaluation failed before all rows asked for had come.
    """
    reading = _Reading(answer, skip, most, count)
    try:
        broken = reading.run()
    finally:
        answer.close()
    if answer.kind == "boolean":
        return Excerpt(boolean=reading.rest == b"true")
    lines = reading.lines
    rows: Iterator[tuple[Cell | None, ...]]
    names: tuple[str, ...]
    triples: tuple[str, ...]
    if answer.kind == "graph":
        quads = ox.parse(b"\n".join(lines), ox.RdfFormat.N_TRIPLES)
        rows = ((_cell(q.subject), _cell(q.predicate), _cell(q.object)) for q in quads)
        names, triples = TRIPLE, tuple(f"{line.decode()}\n" for line in lines)
    else:
        names, triples = tuple(name[1:].decode() for name in reading.head.split(b"\t") if name), ()
        rows = _solutions(reading.head, lines) if names else iter(((),) * len(lines))
    return Excerpt(
        names=names,
        rows=tuple(rows),
        triples=triples,
        skipped=min(skip, reading.counted),
        counted=reading.counted,
        whole=reading.whole,
        broken=broken,
    )


class _Reading:
    """The lines of an answer as they come. Both syntaxes have one row on each, whatever a literal holds."""

    def __init__(self, answer: Pieces, skip: int, most: int, count: int) -> None:
        self._answer, self._skip, self._most, self._count = answer, skip, most, count
        self._header = answer.kind == "bindings"
        self.head = b""
        self.lines: list[bytes] = []
        self._begun: list[bytes] = []
        self.counted, self.whole = 0, False

    @property
    def rest(self) -> bytes:
        """What came after the last end of a line."""
        return b"".join(self._begun)

    def run(self) -> EgovError | None:
        """Read until all is counted that is to be; gives the error that kept it from counting on."""
        size = 0
        try:
            for piece in self._answer:
                size += len(piece)
                if self._take(piece) or size >= MOST_BYTES:
                    return None
        except EgovError as error:
            if len(self.lines) < self._most:
                raise
            return error
        self.whole = True
        return None

    def _take(self, piece: bytes) -> bool:
        """Take in a piece; whether that was enough."""
        if b"\n" not in piece:
            self._begun.append(piece)
            return False
        *lines, begun = b"".join([*self._begun, piece]).split(b"\n")
        self._begun = [begun]
        if self._header:
            self._header, self.head = False, lines.pop(0)
        if len(self.lines) < self._most:
            start = max(0, self._skip - self.counted)
            self.lines += lines[start : start + self._most - len(self.lines)]
        self.counted += len(lines)
        if self.counted > self._count:
            self.counted = self._count
            return True
        return False


def _solutions(head: bytes, lines: list[bytes]) -> Iterator[tuple[Cell | None, ...]]:
    parsed = ox.parse_query_results(b"\n".join([head, *lines, b""]), ox.QueryResultsFormat.TSV)
    assert isinstance(parsed, ox.QuerySolutions)  # noqa: S101 - it has a header
    for solution in parsed:
        yield tuple(None if term is None else _cell(term) for term in solution)


def _cell(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Cell:
    if isinstance(term, ox.NamedNode):
        return Cell("iri", term.value)
    if isinstance(term, ox.BlankNode):
        return Cell("blank", term.value)
    if isinstance(term, ox.Literal):
        return Cell("literal", term.value, term.language or "", term.datatype.value)
    return Cell("triple", str(term))
