"""How files of the data are made from tables by a command of their own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from egov_kg.errors import EgovError


def written(texts: Mapping[Path, str]) -> tuple[Path, ...]:
    """Write files, the same bytes for the same texts, and return their paths."""
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return tuple(texts)


def named(make: Callable[[], Iterable[Path]]) -> int:
    """Make files and name each on standard output; 1, with the reason on standard error, if that fails."""
    try:
        for path in make():
            sys.stdout.write(f"{path}\n")
    except EgovError as error:
        sys.stderr.write(f"{error.detail}\n{error.detail_zh}\n")
        return 1
    return 0
