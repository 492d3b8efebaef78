"""Rows for people: a table, or one block for each row where the table would be too wide to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from egov_kg.cli.bilingual import Session
from egov_kg.cli.console import is_terminal, remark
from egov_kg.cli.output import write, write_line
from egov_kg.settings import Language

if TYPE_CHECKING:
    from rich.console import Console

_MOST_ROWS = 1_000
_NARROWEST = 16
"""Columns of the screen below which a cell that is longer cannot be read."""
_GAP = 3


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], session: Session) -> None:
    """Draw rows on standard output, at most 1,000; a remark says how many are left out.

    On a terminal that is too narrow for a table, each row is a block of lines, one line for each cell that is
    not empty. In a pipe, the table is as wide as it needs to be.
    """
    from rich.console import Console

    terminal = is_terminal()
    console = Console(width=None if terminal else 10_000, no_color=not terminal)
    shown = rows[:_MOST_ROWS]
    blocks = bool(shown) and len(columns) > 1 and _least_width(columns, shown) > console.width
    lines = _blocks(columns, shown) if blocks else _grid(columns, shown, console)
    write((f"{line.rstrip()}\n".encode() for line in lines), None)
    if len(rows) > len(shown):
        left = len(rows) - len(shown)
        remark(
            session.say(
                f"... and {left:,} more rows: --format csv shows them all.",
                f"……另有 {left:,} 行未显示：用 --format csv 可得全部。",
            )
        )


def listing(columns: Sequence[str], rows: Sequence[Sequence[str]], session: Session) -> None:
    """A table on a terminal; in a pipe, lines of tab-separated values without a heading."""
    if is_terminal():
        table(columns, rows, session)
        return
    for row in rows:
        write_line("\t".join(" ".join(cell.split()) for cell in row))


def in_language(columns: Sequence[str], lang: Language) -> list[str]:
    """Columns (`name_zh`, `name_en`) without those whose counterpart in `lang` is there, too."""
    other = "_en" if lang == "zh" else "_zh"
    return [
        name
        for name in columns
        if not (name.endswith(other) and f"{name.removesuffix(other)}_{lang}" in columns)
    ]


def _least_width(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Columns of the screen that a table needs to be read."""
    from rich.cells import cell_len

    return sum(
        min(_NARROWEST, max(cell_len(text) for text in texts)) + _GAP
        for texts in zip(columns, *rows, strict=True)
    )


def _grid(columns: Sequence[str], rows: Sequence[Sequence[str]], console: Console) -> list[str]:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        grid.add_column(Text(name), overflow="fold")
    for row in rows:
        # Text, not str: square brackets in data are no markup.
        grid.add_row(*map(Text, row))
    with console.capture() as drawn:
        console.print(grid)
    return drawn.get().splitlines()


def _blocks(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    width = max(map(len, columns))
    for number, row in enumerate(rows, 1):
        yield f"{number}."
        for name, cell in zip(columns, row, strict=True):
            if cell:
                yield f"  {name:<{width}}  {cell}"
        yield ""
