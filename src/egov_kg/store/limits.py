"""Bounds on an answer: how many rows and bytes it may have, counted while it is written.

Rows are counted exactly, in every format, whatever the literals hold: in CSV and JSON outside of strings, in
TSV, XML and N-Triples by what no literal can contain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO, Final, TypeVar

from egov_kg.errors import ResultTooLarge
from egov_kg.store.rdf_io import Writer

T = TypeVar("T")

_NEXT_ROW: Final = b'},{"'
_FIRST_ROW: Final = b'"bindings":[{"'


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that an answer may have.

    Attributes:
        rows: solutions, or triples.
        bytes: before compression.
    """

    rows: int
    bytes: int


class Bounded:
    """Passes an answer on until it is past a bound.

    Args:
        out: where to.
        limits: the bounds.
        media_type: of the answer; rows are counted for results of SELECT only.

    Raises (from `write`):
        ResultTooLarge: a bound is passed.
    """

    def __init__(self, out: Writer | IO[bytes], limits: Limits, media_type: str) -> None:
        self._out, self._limits = out, limits
        self._counter = _COUNTERS.get(media_type, _nothing)
        self._count: Callable[[bytes], int] | None = None
        self._uncounted = bytearray()
        self._rows = self._bytes = 0

    def write(self, data: bytes) -> int:
        """Count, then pass on."""
        self._bytes += len(data)
        if self._bytes > self._limits.bytes:
            raise too_many_bytes(self._limits.bytes)
        if self._bytes <= self._limits.rows:  # each row takes a byte at least: there cannot be too many
            self._uncounted += data
        elif self._all_rows(data) > self._limits.rows:
            raise too_many_rows(self._limits.rows)
        self._out.write(data)
        return len(data)

    def _all_rows(self, data: bytes) -> int:
        """Rows in all that was written, with what is written now."""
        if self._count is None:
            self._count = self._counter()
            self._rows = self._count(bytes(self._uncounted))
            self._uncounted.clear()
        self._rows += self._count(data)
        return self._rows

    def flush(self) -> None:
        """Pass on."""
        self._out.flush()


def at_most(items: Iterable[T], most: int) -> Iterator[T]:
    """The same items.

    Raises (from the iterator):
        ResultTooLarge: there are more than `most`.
    """
    source = iter(items)
    yield from islice(source, most)
    for _ in source:
        raise too_many_rows(most)


def too_many_rows(most: int) -> ResultTooLarge:
    """The answer has more rows, or triples, than it may."""
    return ResultTooLarge(
        f"The answer has more than {most} rows. Ask for less at a time: add FILTER, aggregate with GROUP BY, "
        "or page with ORDER BY, LIMIT and OFFSET. All data at once are in the files under /download/.",
        f"结果超过 {most} 行。请缩小范围：加上 FILTER，用 GROUP BY 汇总，或用 ORDER BY、LIMIT 与 OFFSET "
        "分页。全部数据可从 /download/ 下的文件获取。",
        limit=most,
        unit="rows",
    )


def too_many_bytes(most: int) -> ResultTooLarge:
    """The answer has more bytes than it may."""
    size = f"{most / 1024**2:g} MiB"
    return ResultTooLarge(
        f"The answer has more than {size}. Ask for fewer rows or columns at a time, for shorter values, or "
        "for CSV, which is shorter than the other formats.",
        f"结果超过 {size}。请减少行数或列数、缩短取值，或改用较短的 CSV 格式。",
        limit=most,
        unit="bytes",
    )


def _nothing() -> Callable[[bytes], int]:
    return lambda _: 0


def _tsv() -> Callable[[bytes], int]:
    """Ends of lines: a literal's are escaped. The first line names the variables."""
    lines = -1

    def rows(data: bytes) -> int:
        nonlocal lines
        before = max(0, lines)
        lines += data.count(b"\n")
        return max(0, lines) - before

    return rows


def _csv() -> Callable[[bytes], int]:
    """Ends of lines outside of quotes; a quote within quotes is doubled, which changes nothing."""
    lines, quoted = -1, False

    def rows(data: bytes) -> int:
        nonlocal lines, quoted
        before = max(0, lines)
        parts = data.split(b'"')
        lines += sum(part.count(b"\n") for part in parts[quoted::2])
        quoted ^= len(parts) % 2 == 0
        return max(0, lines) - before

    return rows


def _xml() -> Callable[[bytes], int]:
    """Elements `result`: a literal's angle brackets are escaped."""
    tag = b"<result>"
    tail = b""

    def rows(data: bytes) -> int:
        nonlocal tail
        text = tail + data
        tail = text[1 - len(tag) :]
        return text.count(tag)

    return rows


def _json() -> Callable[[bytes], int]:
    """Rows that hold something by what comes before them, empty ones by themselves.

    Within a string a quote comes after a backslash. So `},{"` stands between rows, or where a string ends:
    then a comma or brace follows, never the name of a variable.
    """
    tail, started, quoted, escaped = b"", False, False, False

    def rows(data: bytes) -> int:
        nonlocal tail, started, quoted, escaped
        text = tail + data
        found = _new(text[:-1], tail[:-1], _NEXT_ROW)
        found -= sum(_new(text, tail, _NEXT_ROW + follows) for follows in (b",", b"}"))
        if not started and _FIRST_ROW in text:
            found, started = found + 1, True
        found += not quoted and tail[-1:] == b"{" and data[:1] == b"}"
        tail = text[-len(_FIRST_ROW) :]
        if escaped:  # by the last character of the piece before
            data = data[1:]
        escaped = False
        if b"\\" in data:
            data = data.replace(b"\\\\", b"")
            escaped = data.endswith(b"\\")
            data = data.replace(b'\\"', b"")
        if b"{}" in data:
            found += sum(part.count(b"{}") for part in data.split(b'"')[quoted::2])
        quoted ^= data.count(b'"') % 2 == 1
        return found

    return rows


def _new(text: bytes, before: bytes, pattern: bytes) -> int:
    """How often a pattern occurs in a text that was not counted in the part before."""
    return text.count(pattern) - before.count(pattern)


_COUNTERS: Final[dict[str, Callable[[], Callable[[bytes], int]]]] = {
    "text/tab-separated-values": _tsv,
    "text/csv": _csv,
    "application/sparql-results+xml": _xml,
    "application/sparql-results+json": _json,
}
