"""Read a table (CSV, UTF-8, with a header) into rows, with errors that name the file and the line."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from egov_kg.errors import NotFound, SourceError

WORDS = Path(__file__).resolve().parent / "words"


def read_table(path: Path, columns: Sequence[str], *, required: Iterable[str] = ()) -> list[dict[str, str]]:
    """The rows of a CSV file, each value stripped.

    Args:
        path: the file.
        columns: what its header must be, in order.
        required: columns that may not be empty.

    Raises:
        NotFound: no such file.
        SourceError: not UTF-8, another header, a row with too many or too few fields, or an empty
            required field.
    """
    if not path.is_file():
        raise NotFound(f"There is no table {path}.", f"没有表格 {path}。")
    needed = tuple(required)
    rows = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines, strict=True)
            header = [name.strip() for name in next(reader, [])]
            if header != list(columns):
                raise _error(
                    path, 1, f"the header is {','.join(header)!r}, expected {','.join(columns)!r}", "表头不符"
                )
            for fields in reader:
                if len(fields) != len(columns):
                    wrong = f"{len(fields)} fields, expected {len(columns)}"
                    raise _error(path, reader.line_num, wrong, "字段数不符")
                row = {name: value.strip() for name, value in zip(columns, fields, strict=True)}
                for name in needed:
                    if not row[name]:
                        raise _error(path, reader.line_num, f"{name} is empty", f"{name} 为空")
                rows.append(row)
    except UnicodeDecodeError as error:
        raise _error(
            path, 1, f"not UTF-8 ({error.reason} at byte {error.start})", "不是 UTF-8 编码"
        ) from error
    except csv.Error as error:
        raise _error(path, reader.line_num, str(error), "CSV 格式有误") from error
    return rows


@cache
def words(name: str, columns: tuple[str, ...]) -> tuple[dict[str, str], ...]:
    """The rows of one of the word lists in `ingest/words/`; see `read_table`."""
    return tuple(read_table(WORDS / f"{name}.csv", columns))


def _error(path: Path, line: int, en: str, zh: str) -> SourceError:
    return SourceError(
        f"{path}, line {line}: {en}.", f"{path} 第 {line} 行：{zh}。", file=str(path), line=line
    )
