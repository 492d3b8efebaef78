"""A table of answers, and how it becomes one of pandas, polars or Arrow."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal

from egov_kg.client.spoken import require_language, spoken
from egov_kg.errors import UsageError
from egov_kg.intervals import Language
from egov_kg.publish.columns import Column
from egov_kg.publish.table import TableRow, to_arrow, typed

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

Numbers = Literal["float", "decimal"]
"""Decimal numbers as doubles, which is what most computing expects, or exactly as they are stored."""

_SHOWN: Final = 20


class Frame:
    """Rows with typed columns. It never changes.

    Args:
        columns: what they are; their descriptions in both languages go into the metadata of `to_arrow`.
        rows: text by name of column, empty where nothing is stated.
        lang: the language of labels.
        release: the id of the release that they are from; empty where the endpoint names none.
    """

    def __init__(
        self, columns: Sequence[Column], rows: Sequence[TableRow], *, lang: Language, release: str
    ) -> None:
        self._columns, self._rows = tuple(columns), tuple(rows)
        self.lang, self.release = lang, release

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self._columns)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """The rows: numbers are Decimals and ints, days are dates, what is not stated is None."""
        for row in self._rows:
            yield {column.name: typed(row, column) for column in self._columns}

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)} rows, release {self.release or '?'}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the first rows, in one language."""
        shown = [column for column in self._columns if column.language in ("", self.lang)]
        heads = "".join(f"<th>{html.escape(column.name)}</th>" for column in shown)
        lines = (
            "".join(f"<td>{html.escape(row[column.name])}</td>" for column in shown)
            for row in self._rows[:_SHOWN]
        )
        body = "".join(f"<tr>{line}</tr>" for line in lines)
        rest = f"<p>… {len(self)}</p>" if len(self) > _SHOWN else ""
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{rest}"

    @spoken
    def to_arrow(self, *, labels: Language | None = None) -> pyarrow.Table:
        """As an Arrow table: exact decimals, days as dates, null where nothing is stated.

        Args:
            labels: leave out labels in the other language.

        Raises:
            UsageError: there is no such language.
        """
        if labels is not None:
            require_language("labels", labels)
        columns = [one for one in self._columns if labels is None or one.language in ("", labels)]
        return to_arrow(self._rows, columns, {"release": self.release})

    @spoken
    def to_pandas(self, *, numbers: Numbers = "float", labels: Language | None = None) -> pandas.DataFrame:
        """As a pandas table. What is not stated is null: `NA`, not 0 and not an empty text.

        Args:
            numbers: `float` for nullable doubles, `decimal` for Python's Decimals.
            labels: leave out labels in the other language.

        Raises:
            UsageError: pandas is not installed, or there are no such numbers or labels.
        """
        library = _library("pandas")
        import pyarrow

        table = _with(numbers, self.to_arrow(labels=labels))
        kinds = {
            pyarrow.int64(): library.Int64Dtype(),
            pyarrow.bool_(): library.BooleanDtype(),
            pyarrow.float64(): library.Float64Dtype(),
        }
        frame: pandas.DataFrame = table.to_pandas(types_mapper=kinds.get)
        frame.attrs["release"] = self.release
        return frame

    @spoken
    def to_polars(self, *, numbers: Numbers = "float", labels: Language | None = None) -> polars.DataFrame:
        """As a polars table; see `to_pandas`.

        Raises:
            UsageError: polars is not installed, or there are no such numbers or labels.
        """
        frame: polars.DataFrame = _library("polars").from_arrow(_with(numbers, self.to_arrow(labels=labels)))
        return frame


def _with(numbers: Numbers, table: pyarrow.Table) -> pyarrow.Table:
    import pyarrow

    if numbers not in ("float", "decimal"):
        raise UsageError(
            f"numbers={numbers!r} is neither 'float' nor 'decimal'.",
            f"numbers={numbers!r} 既非 'float' 也非 'decimal'。",
        )
    if numbers == "decimal":
        return table
    fields = [
        field.with_type(pyarrow.float64()) if pyarrow.types.is_decimal(field.type) else field
        for field in table.schema
    ]
    return table.cast(pyarrow.schema(fields, metadata=table.schema.metadata))


def _library(name: str) -> Any:
    """A library that not everybody needs."""
    try:
        return import_module(name)
    except ImportError as error:
        raise UsageError(
            f"{name} is not installed: pip install 'egov-kg[{name}]'.",
            f"尚未安装 {name}：请运行 pip install 'egov-kg[{name}]'。",
        ) from error
