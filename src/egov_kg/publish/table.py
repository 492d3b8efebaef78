"""The reported observations as a flat table: CSV and Parquet.

Things that have labels or a page of their own are given by their IRI (`observation`, `indicator`, `subject`,
`condition`, `period`, `source_section`, `graph`); members of small code lists by their notation (`level`,
`unit`, `qualifier`, and `flags` joined by spaces); areas by their GB/T 2260 code, empty for the country and
the Corps, which have none. `value`, `lower` and `upper` are in the base unit. `source_start` and `source_end`
are offsets of the figure in the report, in code points, the end exclusive. What is not stated is empty.

In Parquet the three numbers are decimal128(38, 18), which is the range of the store's own xsd:decimal: exact,
where a double would turn 37.6 into its nearest binary fraction.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from egov_kg.errors import ReleaseError
from egov_kg.publish.columns import COLUMNS, TABLE, Column, Kind
from egov_kg.publish.void import read_query
from egov_kg.sparql.protocol import Operation

if TYPE_CHECKING:
    import pyarrow

    from egov_kg.store.base import Store

_NOTATIONS: Final = tuple(
    column.name for column in TABLE if column.kind == "code" and column.name != "area_code"
)
_BATCH_ROWS: Final = 50_000

TableRow = Mapping[str, str]
"""Column name to text; `""` where the source states nothing."""


def rows(store: Store) -> Iterator[TableRow]:
    """The rows of the table, ordered by observation IRI.

    Raises:
        ReleaseError: an observation with two values for something that has one.
    """
    return of_answers(answers(store, "observations.rq"))


def of_answers(found: Iterable[TableRow]) -> Iterator[TableRow]:
    """The rows of the table, of the solutions of `observations.rq` as text; raises as `rows`."""
    for observation, group in groupby(found, key=lambda row: row["observation"]):
        yield _row(observation, list(group))


def answers(store: Store, query: str) -> Iterator[dict[str, str]]:
    """The rows of one of this package's SELECT queries, as text, one at a time."""
    body = io.BufferedReader(_Pieces(store.respond(Operation(read_query(query)), "text/csv")))
    yield from csv.DictReader(io.TextIOWrapper(body, "utf-8", newline=""))


def write_csv(table: Iterator[TableRow], target: Path) -> int:
    """Write the table as CSV (RFC 4180 quoting, UTF-8, lines end in a line feed).

    Returns:
        The number of rows.
    """
    count = 0
    with target.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for row in table:
            writer.writerow(row)
            count += 1
    return count


def read_csv(source: Path) -> Iterator[TableRow]:
    """The rows that `write_csv` wrote."""
    with source.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def write_parquet(source: Path, target: Path, about: Mapping[str, str]) -> None:
    """Turn the CSV table into Parquet with real types; see the module's text for those.

    Args:
        source: what `write_csv` wrote.
        target: the Parquet file.
        about: metadata of the file (licence, title, release). Each column has its `description_en` and
            `description_zh`.

    Raises:
        ReleaseError: a cell that does not fit its column's type.
    """
    import pyarrow.parquet

    schema = _schema(TABLE, about)
    table = read_csv(source)
    with pyarrow.parquet.ParquetWriter(target, schema, compression="zstd") as writer:
        while batch := list(islice(table, _BATCH_ROWS)):
            writer.write_table(to_arrow(batch, TABLE, about))


def to_arrow(rows: Sequence[TableRow], columns: Sequence[Column], about: Mapping[str, str]) -> pyarrow.Table:
    """Rows as an Arrow table with real types; see the module's text for those.

    Args:
        rows: text by the names of the columns.
        columns: what they are; each has its `description_en` and `description_zh`.
        about: metadata of the table.

    Raises:
        ReleaseError: a cell that does not fit its column's type.
    """
    import pyarrow

    schema = _schema(columns, about)
    cells = [[typed(row, column) for row in rows] for column in columns]
    try:
        arrays = [pyarrow.array(each, field.type) for each, field in zip(cells, schema, strict=True)]
    except (pyarrow.ArrowInvalid, OverflowError) as error:
        raise ReleaseError(
            f"The values do not fit the types of their columns: {error}.",
            f"取值与列的类型不符：{error}。",
        ) from error
    return pyarrow.Table.from_arrays(arrays, schema=schema)


def _row(observation: str, group: list[TableRow]) -> TableRow:
    first = group[0]
    for other in group[1:]:
        if clash := [name for name in COLUMNS if name != "flags" and other[name] != first[name]]:
            raise ReleaseError(
                f"<{observation}> has two values for {', '.join(clash)}: "
                + "; ".join(f"{first[name]!r} and {other[name]!r}" for name in clash),
                f"<{observation}> 的 {'、'.join(clash)} 有两个取值。",
            )
    row = dict(first)
    for name in _NOTATIONS:
        row[name] = _notation(row[name])
    row["flags"] = " ".join(sorted({_notation(line["flags"]) for line in group if line["flags"]}))
    return row


def _notation(iri: str) -> str:
    return iri.rpartition("/")[2]


def typed(row: TableRow, column: Column) -> Any:
    """The value of a row in a column, as `cell`.

    Raises:
        ReleaseError: the text is none of the column's kind; the message names the observation.
    """
    text = row[column.name]
    try:
        return cell(text, column.kind)
    except (ValueError, ArithmeticError) as error:
        raise ReleaseError(
            f"<{next(iter(row.values()))}> has {text!r} for {column.name}, which is no {column.kind}.",
            f"<{next(iter(row.values()))}> 的 {column.name} 为 {text!r}，不是 {column.kind} 类型的值。",
        ) from error


def cell(text: str, kind: Kind) -> Any:
    """The value of a cell: a Decimal, an int, a bool, a date or the text; None where nothing is stated."""
    if not text:
        return None
    match kind:
        case "decimal":
            return Decimal(text)
        case "integer":
            return int(text)
        case "boolean":
            return text in ("true", "1")
        case "date":
            return date.fromisoformat(text)
        case _:
            return text


def _schema(columns: Sequence[Column], about: Mapping[str, str]) -> pyarrow.Schema:
    import pyarrow

    kinds = {
        "decimal": pyarrow.decimal128(38, 18),
        "integer": pyarrow.int64(),
        "boolean": pyarrow.bool_(),
        "date": pyarrow.date32(),
    }
    fields = [
        pyarrow.field(
            column.name,
            kinds.get(column.kind, pyarrow.string()),
            metadata={"description_en": column.en, "description_zh": column.zh},
        )
        for column in columns
    ]
    return pyarrow.schema(fields, metadata=dict(about))


class _Pieces(io.RawIOBase):
    """An iterator of bytes as a readable file, so that a large answer is never held whole."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
