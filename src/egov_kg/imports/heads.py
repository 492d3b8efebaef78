"""The columns of a table by its head: those that its metadata have, or that the head itself names."""

from __future__ import annotations

from typing import Final

from egov_kg.errors import ImportRefused
from egov_kg.imports.columns import ENCODINGS, Column, Table, headed

_DELIMITERS: Final = (";", "\t", "|")


def columns_of(head: list[str], table: Table, file: str) -> tuple[Column, ...]:
    """The columns of a table.

    Args:
        head: its first row; empty where it has none.
        table: what is known of it.
        file: its name, for messages.

    Raises:
        ImportRefused: it is empty, has other columns than described, or two of one name.
    """
    named = [text.strip() for text in head]
    found = table.columns or headed(named, table)
    if table.dialect.header and not any(named):
        raise ImportRefused(
            f"{file} is empty: its first row has to name its columns.",
            f"{file} 为空：首行须为各列的名称。",
            file=file,
        )
    names = [column.name for column in found]
    fits = len(named) == len(found) and all(
        text in (*column.titles, column.name) for text, column in zip(named, found, strict=False)
    )
    unknown = [one for one in table.said if one not in names]
    if (named and not fits) or unknown:
        _require_cells(named, table, file)
    if named and not fits:
        raise ImportRefused(
            f"{file} has the columns {', '.join(named)}; its metadata have {', '.join(names)}.",
            f"{file} 的列为 {'、'.join(named)}；元数据所述为 {'、'.join(names)}。",
            file=file,
        )
    if len(set(names)) != len(names) or not all(names):
        raise ImportRefused(
            f"{file}: each column needs a name of its own; they are {', '.join(names)}.",
            f"{file}：各列须有互不相同的名称；现为 {'、'.join(names)}。",
            file=file,
        )
    if unknown:
        raise ImportRefused(
            f"The mapping speaks of columns that {file} does not have: {', '.join(unknown)}. It has "
            f"{', '.join(names)}.",
            f"映射提到 {file} 中没有的列：{'、'.join(unknown)}。现有的列：{'、'.join(names)}。",
            file=file,
        )
    return found


def _require_cells(named: list[str], table: Table, file: str) -> None:
    """Refuse a head that is one cell only because something else is between its cells."""
    other = next((one for one in _DELIMITERS if len(named) == 1 and one in named[0]), "")
    if other and other != table.dialect.delimiter:
        dialect = f'"dialect": {{"delimiter": "{other.replace(chr(9), chr(92) + "t")}"}}'
        raise ImportRefused(
            f"{file} has one column, {named[0]!r}: if {other!r} is between its cells, write {dialect} in its "
            f"CSVW metadata ({file}-metadata.json), see docs/importing.md.",
            f"{file} 只有一列 {named[0]!r}：若以 {other!r} 分隔，请在其 CSVW 元数据（{file}-metadata.json）"
            f"中写明 {dialect}，详见 docs/importing.md。",
            file=file,
        )


def undecodable(error: UnicodeDecodeError, rows: int, table: Table, file: str) -> ImportRefused:
    """That a file is not in the encoding that its metadata state, with what to do.

    Args:
        error: what the decoder says.
        rows: how many were read.
        table: what is known of it.
        file: its name.
    """
    dialect, known = '"dialect": {"encoding": "gb18030"}', ", ".join(ENCODINGS)
    return ImportRefused(
        f"{file}, after row {rows}: {error}: it is not in {table.dialect.encoding}. Name its encoding in its "
        f"CSVW metadata ({file}-metadata.json), such as {dialect}; known are {known}. See docs/importing.md.",
        f"{file} 第 {rows} 行之后：{error}：文件不是 {table.dialect.encoding} 编码。请在其 CSVW 元数据"
        f"（{file}-metadata.json）中写明编码，如 {dialect}；可用的有 {known}。详见 docs/importing.md。",
        file=file,
    )
