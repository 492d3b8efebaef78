"""The table as a workbook (Office Open XML, ISO/IEC 29500): figures, what the columns are, about the data.

Numbers, days and truth values are cells of those types; all else is text, IRIs too, so that nothing is
taken for a formula or followed. A text too long for a cell is cut and ends in `… [CSV]`. Numbers are
doubles there, as in every spreadsheet: `reported_value` has the figure as printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from egov_kg.errors import ReleaseError
from egov_kg.publish.about import LANGUAGES, About
from egov_kg.publish.columns import COLUMNS, TABLE, Column
from egov_kg.publish.table import TableRow, typed

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# A workbook has the time of its making in it. This one is that of the format itself: the same data, the
# same bytes.
_CREATED: Final = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_MOST_ROWS: Final = 1_048_575
_MOST_CHARACTERS: Final = 32_767  # of a cell
_CUT: Final = "… [CSV]"
_FIRST_YEAR: Final = 1900  # of a day that is a cell of that type
_WIDTHS: Final = {"iri": 24, "code": 14, "codes": 18, "text": 26, "decimal": 16, "date": 12}
_KINDS: Final = {
    "iri": ("IRI", "IRI"),
    "code": ("code", "代码"),
    "codes": ("codes", "代码（可多个）"),
    "text": ("text", "文字"),
    "decimal": ("number", "数"),
    "integer": ("whole number", "整数"),
    "boolean": ("true or false", "是或否"),
    "date": ("day", "日期"),
}


def write_xlsx(table: Iterable[TableRow], about: About, target: Path) -> None:
    """Write the workbook.

    Args:
        table: the rows of the flat table.
        about: the release in words.
        target: the file.

    Raises:
        ReleaseError: more rows than a sheet can hold.
    """
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties(
            {
                "title": about.whole.name("zh"),
                "author": about.publisher.name("zh"),
                "comments": about.citation("zh"),
                "created": _CREATED,
            }
        )
        head = book.add_format({"bold": True, "bg_color": "#DDE6F0", "border": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        _figures(book.add_worksheet("数据 figures"), table, head, day)
        _columns(book.add_worksheet("列说明 columns"), head, wrap)
        _about(book.add_worksheet("关于 about"), about, head, wrap)


def _figures(sheet: Worksheet, table: Iterable[TableRow], head: Format, day: Format) -> None:
    sheet.write_row(0, 0, COLUMNS, head)
    last = 0
    for last, row in enumerate(table, start=1):
        if last > _MOST_ROWS:
            raise ReleaseError(
                f"A sheet of a workbook holds {_MOST_ROWS:,} observations, and there are more.",
                f"工作表最多容纳 {_MOST_ROWS:,} 条观测值，现已超出。",
            )
        for position, column in enumerate(TABLE):
            _write(sheet, last, position, typed(row, column), day)
    for position, column in enumerate(TABLE):
        sheet.set_column(position, position, _width(column))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, len(TABLE) - 1)


def _write(sheet: Worksheet, row: int, column: int, value: Any, day: Format) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, value)
        case Decimal() | int():
            sheet.write_number(row, column, float(value))
        case date() if value.year >= _FIRST_YEAR:
            sheet.write_datetime(row, column, value, day)
        case _:
            text = str(value)
            shown = text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - len(_CUT)] + _CUT
            sheet.write_string(row, column, shown)


def _columns(sheet: Worksheet, head: Format, wrap: Format) -> None:
    sheet.write_row(0, 0, ("列 column", "说明", "what it is", "类型 type"), head)
    for row, column in enumerate(TABLE, start=1):
        kind_en, kind_zh = _KINDS[column.kind]
        for position, text in enumerate((column.name, column.zh, column.en, f"{kind_zh} {kind_en}")):
            sheet.write_string(row, position, text, wrap)
    for position, width in enumerate((20, 44, 56, 24)):
        sheet.set_column(position, position, width)
    sheet.freeze_panes(1, 0)


def _about(sheet: Worksheet, about: About, head: Format, wrap: Format) -> None:
    sheet.write_row(0, 0, ("项目 item", "中文", "English"), head)
    licence = {"zh": "知识共享署名 4.0（CC BY 4.0）", "en": "Creative Commons Attribution 4.0 (CC BY 4.0)"}
    address = {one: about.to_text()["licence"] for one in LANGUAGES}
    lines = (
        ("名称 title", {one: about.whole.name(one) for one in LANGUAGES}),
        ("说明 description", about.whole.description),
        ("引用 citation", {one: about.citation(one) for one in LANGUAGES}),
        ("许可 licence", licence),
        ("许可全文 licence text", address),
        ("标识 identifier", dict.fromkeys(LANGUAGES, about.whole.iri)),
        ("发布版本 release", dict.fromkeys(LANGUAGES, about.release)),
        *(
            ("来源 source", {one: source.name(one) for one in LANGUAGES})
            for work in about.datasets.values()
            for source in work.sources
        ),
    )
    for row, (name, words) in enumerate(lines, start=1):
        for position, text in enumerate((name, words.get("zh", ""), words.get("en", ""))):
            sheet.write_string(row, position, text, wrap)
    for position, width in enumerate((24, 60, 60)):
        sheet.set_column(position, position, width)


def _width(column: Column) -> int:
    return max(_WIDTHS.get(column.kind, 10), len(column.name) + 3)
