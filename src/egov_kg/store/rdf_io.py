"""RDF in and out of files: parse with places in errors, sort, and write reproducibly.

Everything written here is a function of the set of quads alone: lines, subjects and prefixes are sorted, and
blank nodes, whose labels mean nothing, are refused where they would make two runs differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Final, Protocol

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, RdfFormat, Triple
from pyoxigraph import Quad as Quad
from pyoxigraph import parse as _parse
from pyoxigraph import serialize as _serialize

from egov_kg.errors import SourceError
from egov_kg.formats import JSONLD, NQUADS, NTRIPLES, RDF, RDFXML, TRIG, TURTLE, by_name
from egov_kg.namespaces import PREFIXES, folder

CHUNK: Final = 64 * 1024
"""Bytes in one piece of an answer or a dump, at most."""

RDF_FORMATS: Final[Mapping[str, RdfFormat]] = {
    TURTLE.name: RdfFormat.TURTLE,
    NTRIPLES.name: RdfFormat.N_TRIPLES,
    JSONLD.name: RdfFormat.JSON_LD,
    RDFXML.name: RdfFormat.RDF_XML,
    TRIG.name: RdfFormat.TRIG,
    NQUADS.name: RdfFormat.N_QUADS,
}
"""The engine's name of each RDF syntax."""

_PREFIXED: Final = (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML)
_NOT_FETCHED: Final = "LoadDocumentCallback"
_PLACE: Final = re.compile(
    r"^(?:Parser )?error at line (\d+) (?:column (\d+)|between columns (\d+) and \d+)[^:]*: ", re.IGNORECASE
)


class Writer(Protocol):
    """What the serialisers need of a file."""

    def write(self, data: bytes, /) -> int:
        """Take all of the bytes."""
        ...

    def flush(self) -> None:
        """Pass on what is held back, if anything is."""
        ...


def rdf_format(name: str) -> RdfFormat:
    """The RDF syntax of a name (`turtle`) or a file suffix (`ttl`).

    Raises:
        UsageError: an unknown syntax; the message lists those that are known.
    """
    return RDF_FORMATS[by_name(name.removeprefix("."), RDF).name]


def source_error(path: Path | str, error: BaseException) -> SourceError:
    """An engine's complaint about a file as a `SourceError` with file, line and column (both from 1)."""
    if not isinstance(error, SyntaxError):
        reason = getattr(error, "strerror", None) or str(error)
        return SourceError(f"{path}: cannot be read: {reason}", f"{path}：无法读取：{reason}", file=str(path))
    text = error.msg or str(error)
    place = _PLACE.match(text)
    line = error.lineno or (int(place[1]) if place else None)
    column = error.offset or (int(place[2] or place[3]) if place else None)
    reason = text[place.end() :] if place else text
    if _NOT_FETCHED in reason:
        return SourceError(
            f"{path}: its @context is an address, and contexts are not fetched. Put the context in the file.",
            f"{path}：其 @context 为网址，而上下文不会被抓取：请将其内容直接写入文件。",
            file=str(path),
        )
    if line is None:
        return SourceError(f"{path}: {reason}", f"{path}：语法错误：{reason}", file=str(path))
    return SourceError(
        f"{path}:{line}:{column}: {reason}",
        f"{path} 第 {line} 行第 {column} 列：{reason}",
        file=str(path),
        line=line,
        column=column,
    )


def parse_rdf(path: Path, graph: str | None = None, syntax: str | None = None) -> Iterator[Quad]:
    """The quads of one file, in its order, lexical forms as written.

    Args:
        path: the file; no base IRI is assumed, so relative IRIs are errors.
        graph: the named graph that its triples go to; with it, a file that names graphs itself is an error.
        syntax: `turtle`, `ntriples` ...; by default the file's suffix says.

    Raises:
        SourceError: it cannot be read or parsed; with `file`, `line` and `column`.
        UsageError: no known syntax.
    """
    syntax_ = rdf_format(syntax or path.suffix)
    try:
        quads = _parse(path=str(path), format=syntax_, without_named_graphs=graph is not None)
        if graph is None:
            yield from quads
        else:
            for quad in quads:
                yield in_graph(quad, graph)
    except (SyntaxError, OSError, ValueError) as error:
        raise source_error(path, error) from None


def in_graph(quad: Quad, graph: str) -> Quad:
    """The same triple in a named graph."""
    return Quad(quad.subject, quad.predicate, quad.object, NamedNode(graph))


def sorted_nquads(quads: Iterable[Quad]) -> bytes:
    """Canonical N-Quads, one line a quad, sorted by their bytes, without duplicates.

    Raises:
        SourceError: a blank node, which has no name that two runs would agree on.
    """
    lines = set()
    for quad in quads:
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
            raise SourceError(
                f"A blank node in {_show(quad)}: everything in the graph needs an IRI. Give it one.",
                f"{_show(quad)} 中有空白节点：图中的一切都需要 IRI，请为其命名。",
            )
        lines.add(f"{_show(quad)} .\n")
    return "".join(sorted(lines)).encode()


def _show(quad: Quad) -> str:
    if isinstance(quad.graph_name, DefaultGraph):
        return str(quad.triple)
    return f"{quad.triple} {quad.graph_name}"


def used_prefixes(quads: Iterable[Quad | Triple]) -> dict[str, str]:
    """The prefixes that occur in some quads or triples: the project's, then one per type and code list."""
    iris: set[str] = set()
    for quad in quads:
        graph = quad.graph_name if isinstance(quad, Quad) else None
        for term in (quad.subject, quad.predicate, quad.object, graph):
            if isinstance(term, NamedNode):
                iris.add(term.value)
            elif isinstance(term, Literal):
                iris.add(term.datatype.value)
    return prefixes_of(iris)


def prefixes_of(iris: Iterable[str]) -> dict[str, str]:
    """The prefixes that some IRIs begin with, as `used_prefixes` has them."""
    iris = tuple(iris)
    folders = dict(sorted(known for iri in iris if (known := folder(iri))))
    others = (iri for iri in iris if not folder(iri))
    found = {max((n for n in PREFIXES.values() if iri.startswith(n)), key=len, default="") for iri in others}
    return {prefix: name for prefix, name in PREFIXES.items() if name in found} | folders


def write_rdf(
    items: Iterable[Quad] | Iterable[Triple],
    out: Writer | IO[bytes],
    syntax: RdfFormat,
    prefixes: Mapping[str, str],
) -> None:
    """Write triples or quads as they come, with the prefixes in the order given.

    The engine prints prefixes in an order that changes from run to run, so its header is replaced.
    """
    if syntax not in _PREFIXED:
        _serialize(items, _Tail(b"", 0, out), syntax)  # type: ignore[arg-type]
        return
    if syntax == RdfFormat.RDF_XML:
        names = {"rdf": PREFIXES["rdf"], "its": "http://www.w3.org/2005/11/its"} | dict(prefixes)
        attributes = "".join(f'\n\txmlns:{prefix}="{iri}"' for prefix, iri in names.items())
        head = f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{attributes}>\n'
        skip = 2
    else:
        head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes.items())
        skip = len(prefixes)
    _serialize(items, _Tail(head.encode(), skip, out), syntax, prefixes=dict(prefixes))  # type: ignore[arg-type]


class _Tail:
    """Passes on what follows the first `skip` lines, after a head of its own."""

    def __init__(self, head: bytes, skip: int, out: Writer | IO[bytes]) -> None:
        self._head, self._skip, self._out = head, skip, out

    def write(self, data: bytes) -> int:
        size = len(data)
        while self._skip:
            _, newline, data = data.partition(b"\n")
            if not newline:
                return size
            self._skip -= 1
        if self._head:
            data, self._head = self._head + data, b""
        if data:
            self._out.write(data)
        return size

    def flush(self) -> None:
        self._out.flush()
