"""Where an error of a source file is, said in one way: the path below the sources' root, line and column."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from egov_kg.errors import QueryError, SourceError
from egov_kg.resources import Sources


def shown(path: Path, sources: Sources) -> str:
    """The name of a file in messages: relative to the sources' root, or as it is where it lies elsewhere."""
    return path.relative_to(sources.root).as_posix() if path.is_relative_to(sources.root) else str(path)


@contextmanager
def errors_of(path: Path, sources: Sources) -> Iterator[None]:
    """Have what is wrong with a file, or with the query in it, name that file as `shown` does.

    Raises:
        SourceError: for a `QueryError` or `SourceError` raised within; with `file` and, where they are known,
            `line` and `column`.
    """
    name = shown(path, sources)
    try:
        yield
    except (QueryError, SourceError) as error:
        extra = {**error.extra, "file": name}
        if error.extra.get("file") in (str(path), name):  # then its words have begun with the file already
            detail, detail_zh = (text.replace(str(path), name, 1) for text in (error.detail, error.detail_zh))
        else:
            place = "".join(f":{error.extra[part]}" for part in ("line", "column") if part in error.extra)
            detail, detail_zh = f"{name}{place}: {error.detail}", f"{name}{place}：{error.detail_zh}"
        raise SourceError(detail, detail_zh, **extra) from None


def read_rq(path: Path) -> str:
    """The text of a query file.

    Raises:
        SourceError: it cannot be read, or is not UTF-8; with `file`, and the `line` and `column` (in bytes)
            of the first byte that is wrong.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise SourceError(
            f"{path}: cannot be read: {reason}", f"{path}：无法读取：{reason}", file=str(path)
        ) from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise SourceError(
            f"{path}:{line}:{column}: not UTF-8 ({error.reason}): save the file in UTF-8.",
            f"{path} 第 {line} 行第 {column} 列：不是 UTF-8 编码，请以 UTF-8 保存该文件。",
            file=str(path),
            line=line,
            column=column,
        ) from None
