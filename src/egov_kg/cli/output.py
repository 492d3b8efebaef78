"""Where answers go: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from egov_kg.errors import UsageError


class OutputClosedError(Exception):
    """The reader of standard output went away, as `head` does; no reason to complain."""


def write(pieces: Iterable[bytes], path: Path | None) -> None:
    """Write pieces as they come.

    Args:
        pieces: the content.
        path: a file, replaced in one rename when the last piece is on the disk; None or `-` for standard
            output. A device or pipe is written to as it is.

    Raises:
        OutputClosedError: nobody reads standard output any more.
        UsageError: the path is a folder, or in a folder that does not exist.
        OSError: the disk is full, or writing is not allowed.
    """
    if path is None or str(path) == "-":
        for piece in pieces:
            with _reader():
                sys.stdout.buffer.write(piece)
        with _reader():
            sys.stdout.buffer.flush()
        return
    target = path.resolve()
    if target.is_dir():
        raise UsageError(f"{path} is a folder: name a file in it.", f"{path} 是目录：请给出其中的文件名。")
    if not target.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}.", f"目录 {path.parent} 不存在。")
    if target.exists() and not target.is_file():
        with target.open("wb") as out:
            out.writelines(pieces)
        return
    with _replacing(target) as out:
        out.writelines(pieces)


def write_line(text: str) -> None:
    """One line of text on standard output."""
    write([f"{text}\n".encode()], None)


@contextmanager
def _reader() -> Iterator[None]:
    """Tell a broken pipe of standard output from every other one, such as that of an evaluator."""
    try:
        yield
    except BrokenPipeError as error:
        raise OutputClosedError from error


@contextmanager
def _replacing(target: Path) -> Iterator[BinaryIO]:
    """A file beside the target that takes its place when the block ends well, and vanishes otherwise."""
    partial = target.with_name(f".{target.name[:80]}.{secrets.token_hex(4)}.part")
    try:
        with partial.open("xb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
