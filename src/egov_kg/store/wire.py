"""Answers of another engine, read as our own are: whole, within bounds, in the format that was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Final, cast

import pyoxigraph as ox

from egov_kg.errors import EgovError, UpstreamFailed
from egov_kg.formats import JSON, NTRIPLES, TURTLE, XML
from egov_kg.store.addresses import Target
from egov_kg.store.engine import Results, write_answer
from egov_kg.store.http_client import Incoming, failed
from egov_kg.store.limits import Limits
from egov_kg.store.rdf_io import CHUNK

_SPOOL: Final = 8 * 1024 * 1024
_WIDER: Final = 16
_TRUTH: Final = re.compile(
    rb'("datatype"\s{0,9}:\s{0,9}"http://www\.w3\.org/2001/XMLSchema#boolean"\s{0,9},\s{0,9}'
    rb'"value"\s{0,9}:\s{0,9})"([01])"'
)
_BLANK: Final = re.compile(
    rb'("type"\s{0,9}:\s{0,9}"bnode"\s{0,9},\s{0,9}"value"\s{0,9}:\s{0,9})"nodeID://([A-Za-z0-9]{1,40})"'
)
_LONGEST_MENDED: Final = 160
_RESULTS: Final = {
    JSON.media_type: ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    XML.media_type: ox.QueryResultsFormat.XML,
}
_GRAPHS: Final = {
    NTRIPLES.media_type: ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/ntriples": ox.RdfFormat.N_TRIPLES,
    TURTLE.media_type: ox.RdfFormat.TURTLE,
}

GRAPH_ACCEPT: Final = f"{NTRIPLES.media_type}, {TURTLE.media_type};q=0.5"
"""What a graph is asked for in."""


def converted(
    place: Target, incoming: Incoming, media_type: str, limits: Limits, *, mend: bool = False
) -> IO[bytes]:
    """An answer in another format, as a file at its beginning.

    Args:
        place: who answered.
        incoming: the answer, of which nothing was read.
        media_type: what to make of it.
        limits: of what is made; what comes may take some times as many bytes.
        mend: the engine writes truth values as 1 and 0, which they are not in their canonical form, or blank
            nodes as IRIs of its own.

    Raises:
        UpstreamFailed: it is no SPARQL result, no RDF, or not whole.
        ResultTooLarge: it has more than the limits allow.
        NotAcceptable: as `engine.write_answer`.
    """
    _require_whole(place, incoming)
    limits = _told_limits(incoming, limits)
    source = (_Mended if mend else _Source)(place, incoming, _WIDER * limits.bytes)
    file = SpooledTemporaryFile(max_size=_SPOOL)  # noqa: SIM115  # who reads it closes it
    try:
        write_answer(_results(place, incoming, source), media_type, file, limits)
    except BaseException as error:
        file.close()
        if source.error is not None:  # what came of it on its way through the parser says less
            raise source.error from None
        if isinstance(error, SyntaxError):
            raise _unreadable(place, str(error)) from None
        raise
    file.seek(0)
    return file


class Spooled(Iterator[bytes]):
    """The pieces of an answer that is there as a file, which is closed in the end.

    Attributes:
        kind: `bindings`, `boolean` or `graph`.
    """

    def __init__(self, file: IO[bytes], kind: str) -> None:
        self.kind = kind
        self._file = file

    def __next__(self) -> bytes:
        if not self._file.closed and (piece := self._file.read(CHUNK)):
            return piece
        self.close()
        raise StopIteration

    def close(self) -> None:
        """Let go of the answer, read or not."""
        self._file.close()


def _require_whole(place: Target, incoming: Incoming) -> None:
    # Virtuoso says so where its own time was over and where it left out rows: the status is 200 all the same.
    state = incoming.headers.get("x-sql-state", "")
    if state:
        said = incoming.headers.get("x-sql-message", state)[:200]
        raise failed(place, f"its answer is not whole ({said})", f"其结果不完整（{said}）")
    if not incoming.has_end:
        raise failed(
            place, "its answer does not say where it ends", "其结果没有标明结束位置，无法确认是否完整"
        )


def _told_limits(incoming: Incoming, limits: Limits) -> Limits:
    # Virtuoso says how many rows it gives at most. Who gets as many cannot know whether there were more.
    most = incoming.headers.get("x-sparql-maxrows", "").strip()
    if not most.isdecimal():
        return limits
    return Limits(min(limits.rows, max(0, int(most[:12]) - 1)), limits.bytes)


def _results(place: Target, incoming: Incoming, source: _Source) -> Results:
    named = incoming.headers.get("content-type", "").partition(";")[0].strip().lower()
    file = cast("IO[bytes]", source)  # the parser needs no more of a file than `read`
    if named in _RESULTS:
        return ox.parse_query_results(file, _RESULTS[named])
    if named in _GRAPHS:
        return (quad.triple for quad in ox.parse(file, _GRAPHS[named]))
    raise _unreadable(place, named or "-")


def _unreadable(place: Target, what: str) -> UpstreamFailed:
    return failed(
        place, f"its answer is no SPARQL result: {what[:200]}", f"其结果不是 SPARQL 结果：{what[:200]}"
    )


class _Source:
    """An answer as a file for the parser, which remembers what went wrong."""

    def __init__(self, place: Target, incoming: Incoming, most: int) -> None:
        self.error: EgovError | None = None
        self._place, self._incoming, self._left = place, incoming, most

    def read(self, size: int = -1) -> bytes:
        try:
            piece = self._incoming.read(size if size > 0 else CHUNK)
            self._left -= len(piece)
            if self._left < 0:
                raise failed(self._place, "its answer is too long", "其结果过长")
        except UpstreamFailed as error:
            self.error = error
            raise
        return piece


class _Mended(_Source):
    """The same, with truth values of SPARQL JSON in their canonical form, and labels for blank nodes.

    What is looked for has quotes that nothing within a string of JSON has without a backslash.
    """

    def __init__(self, place: Target, incoming: Incoming, most: int) -> None:
        super().__init__(place, incoming, most)
        self._held = b""
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        while not self._ended and len(self._held) <= _LONGEST_MENDED:
            piece = super().read(size)
            self._ended = not piece
            self._held = _BLANK.sub(rb'\1"\2"', _TRUTH.sub(_in_words, self._held + piece))
        cut = len(self._held) if self._ended else len(self._held) - _LONGEST_MENDED
        if size > 0:
            cut = min(cut, size)
        given, self._held = self._held[:cut], self._held[cut:]
        return given


def _in_words(found: re.Match[bytes]) -> bytes:
    return found[1] + (b'"true"' if found[2] == b"1" else b'"false"')
