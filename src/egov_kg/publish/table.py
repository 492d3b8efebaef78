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
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from egov_kg.errors import ReleaseError
from egov_kg.publish.void import read_query
from egov_kg.sparql.protocol import Operation

if TYPE_CHECKING:
    import pyarrow

    from egov_kg.store.base import Store

COLUMNS: Final[tuple[str, ...]] = (
    "observation",
    "indicator",
    "indicator_zh",
    "indicator_en",
    "area_code",
    "area_zh",
    "area_en",
    "level",
    "subject",
    "subject_zh",
    "subject_en",
    "condition",
    "condition_zh",
    "condition_en",
    "period",
    "period_start",
    "period_end",
    "value",
    "unit",
    "unit_mult",
    "reported_value",
    "qualifier",
    "lower",
    "lower_inclusive",
    "upper",
    "upper_inclusive",
    "flags",
    "source_section",
    "source_start",
    "source_end",
    "graph",
)
"""The columns, in order. They are a promise to users."""

_NOTATIONS: Final = ("level", "unit", "qualifier")
_DECIMALS: Final = ("value", "lower", "upper")
_INTEGERS: Final = ("unit_mult", "source_start", "source_end")
_BOOLEANS: Final = ("lower_inclusive", "upper_inclusive")
_DATES: Final = ("period_start", "period_end")
_BATCH_ROWS: Final = 50_000

TableRow = Mapping[str, str]
"""Column name to text; `""` where the source states nothing."""


def rows(store: Store) -> Iterator[TableRow]:
    """The rows of the table, ordered by observation IRI.

    Raises:
        ReleaseError: an observation with two values for something that has one.
    """
    query = read_query("observations.rq")
    body = io.BufferedReader(_Pieces(store.respond(Operation(query), "text/csv")))
    answers = csv.DictReader(io.TextIOWrapper(body, "utf-8", newline=""))
    for observation, group in groupby(answers, key=lambda row: row["observation"]):
        yield _row(observation, list(group))


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


def write_parquet(source: Path, target: Path) -> None:
    """Turn the CSV table into Parquet with real types; see the module's text for those.

    Args:
        source: what `write_csv` wrote.
        target: the Parquet file.

    Raises:
        ReleaseError: a cell that does not fit its column's type.
    """
    import pyarrow
    import pyarrow.parquet

    schema = _schema()
    with (
        source.open(encoding="utf-8", newline="") as handle,
        pyarrow.parquet.ParquetWriter(target, schema, compression="zstd") as writer,
    ):
        table = csv.DictReader(handle)
        while batch := list(islice(table, _BATCH_ROWS)):
            columns = [[_cell(row, name) for row in batch] for name in COLUMNS]
            try:
                arrays = [
                    pyarrow.array(column, field.type) for column, field in zip(columns, schema, strict=True)
                ]
            except (pyarrow.ArrowInvalid, ValueError, OverflowError) as error:
                raise ReleaseError(
                    f"The observations do not fit the Parquet table's types: {error}.",
                    f"观测值与 Parquet 表的列类型不符：{error}。",
                ) from error
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))


def _row(observation: str, group: list[dict[str, str]]) -> TableRow:
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


def _cell(row: TableRow, name: str) -> Any:
    text = row[name]
    if not text:
        return None
    if name in _DECIMALS:
        return Decimal(text)
    if name in _INTEGERS:
        return int(text)
    if name in _BOOLEANS:
        return text in ("true", "1")
    if name in _DATES:
        from datetime import date

        return date.fromisoformat(text)
    return text


def _schema() -> pyarrow.Schema:
    import pyarrow

    kinds = {
        **dict.fromkeys(_DECIMALS, pyarrow.decimal128(38, 18)),
        **dict.fromkeys(_INTEGERS, pyarrow.int64()),
        **dict.fromkeys(_BOOLEANS, pyarrow.bool_()),
        **dict.fromkeys(_DATES, pyarrow.date32()),
    }
    return pyarrow.schema([pyarrow.field(name, kinds.get(name, pyarrow.string())) for name in COLUMNS])


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
