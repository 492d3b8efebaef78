"""Dumps: many quads in several syntaxes, read and put into order once for all of them.

What is written is a function of the set of quads alone, as everything in `store.rdf_io` is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from io import BytesIO
from operator import itemgetter
from typing import IO, Final

from pyoxigraph import Quad, RdfFormat, Triple, parse

from egov_kg.namespaces import PREFIXES
from egov_kg.store.rdf_io import prefixes_of, rdf_format, write_rdf

_TYPE: Final = f"<{PREFIXES['rdf']}type>".encode()
_XSD_STRING: Final = f"{PREFIXES['xsd']}string"
_LANG_STRING: Final = f"{PREFIXES['rdf']}langString"

Parts = tuple[bytes, bytes, bytes, bytes]


class Dump:
    """Quads of named graphs, or triples, that can be written in any syntax that has room for them.

    Args:
        lines: canonical N-Quads or N-Triples, sorted, each once.
        quads: they are N-Quads, each in a named graph.
    """

    def __init__(self, lines: Sequence[bytes], *, quads: bool) -> None:
        self._lines = lines
        self._quads = quads

    @classmethod
    def union(cls, lines: Iterable[bytes], graphs: Iterable[str]) -> Dump:
        """The triples of some graphs, each once.

        Args:
            lines: canonical N-Quads.
            graphs: IRIs of the graphs.
        """
        wanted = {f" <{graph}> .\n".encode() for graph in graphs}
        found = set()
        for line in lines:
            at = line.rindex(b" <")
            if line[at:] in wanted:
                found.add(line[:at] + b" .\n")
        return cls(sorted(found), quads=False)

    def write(self, syntax: str, out: IO[bytes]) -> None:
        """Write them.

        Args:
            syntax: a name as `rdf_format` knows it; one with graphs for quads, one without for triples.
            out: an open file.

        Raises:
            UsageError: an unknown syntax.
        """
        known = rdf_format(syntax)
        if known in (RdfFormat.N_QUADS, RdfFormat.N_TRIPLES):
            out.writelines(self._lines)
        else:
            write_rdf(self._items, out, known, self._prefixes)

    @cached_property
    def _parts(self) -> list[Parts]:
        """Graph, subject, predicate and object of each line, in the order in which syntaxes group them."""
        found: list[Parts] = []
        for line in self._lines:
            subject, predicate, rest = line[:-3].split(b" ", 2)
            # A graph's IRI has neither blanks nor brackets in it.
            at = rest.rindex(b" <") if self._quads else len(rest)
            found.append((rest[at + 1 :], subject, predicate, rest[:at]))
        found.sort(key=_order)
        return found

    @cached_property
    def _items(self) -> list[Quad] | list[Triple]:
        text = b"".join(b"%b %b %b %b .\n" % (s, p, o, graph) for graph, s, p, o in self._parts)
        quads = parse(text, RdfFormat.N_QUADS)
        return list(quads) if self._quads else [quad.triple for quad in quads]

    @cached_property
    def _prefixes(self) -> dict[str, str]:
        terms = {term for place in range(3) for term in map(itemgetter(place), self._parts)}
        iris = {term[1:-1].decode() for term in terms if term}
        iris.update(_iri(term) for term in set(map(itemgetter(3), self._parts)))
        return prefixes_of(iris)


def written(triples: Iterable[str], syntax: str) -> bytes:
    """A small graph in any syntax; the same triples, without blank nodes, always give the same bytes.

    Args:
        triples: canonical N-Triples lines.
        syntax: as for `Dump.write`.

    Raises:
        UsageError: an unknown syntax.
    """
    lines = sorted({line.encode() for line in triples})
    with BytesIO() as file:
        Dump(lines, quads=False).write(syntax, file)
        return file.getvalue()


def _order(parts: Parts) -> tuple[bytes, bytes, bool, bytes, bool, bytes]:
    graph, subject, predicate, value = parts
    return graph, subject, predicate != _TYPE, predicate[1:-1], value[:1] == b'"', value


def _iri(term: bytes) -> str:
    """The IRI in an object: its own or that of its datatype."""
    text = term.decode()
    if text.endswith(">") and not text.startswith("<<"):
        return text[text.rindex("<") + 1 : -1]
    return _XSD_STRING if text.endswith('"') else _LANG_STRING
