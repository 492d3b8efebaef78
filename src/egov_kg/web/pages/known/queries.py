"""The queries that what is known of a release is read with; pages show some of them, too."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "rq"


def query(name: str) -> str:
    """The text of one, by the name of its file without its ending."""
    return (_FOLDER / f"{name}.rq").read_text(encoding="utf-8")
