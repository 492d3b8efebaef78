"""About how wide texts are in pictures, by kinds of letters: the server has no typeface to measure with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_LETTER: Final = 7
_IDEOGRAPH: Final = 13
_USUAL: Final = 13  # the size of type that these widths are of, in pixels
# A word with what follows it, or one ideograph with the punctuation that must not begin a line.
_PIECE: Final = re.compile(r"[⺀-鿿＀-￯][，。；：、！？）》”]*|[^\s⺀-鿿＀-￯]+\s*|\s+")


def width(text: str, size: int = _USUAL) -> int:
    """The width of a text in pixels.

    Args:
        text: what.
        size: of the type, in pixels.
    """
    widths = (_IDEOGRAPH if unicodedata.east_asian_width(one) in "WF" else _LETTER for one in text)
    return sum(widths) * size // _USUAL


def lines(text: str, room: int) -> int:
    """How many lines a text takes in a width in pixels."""
    return max(1, -(-width(text) // room))


def wrapped(text: str, room: int, size: int = _USUAL) -> Iterator[str]:
    """The lines of a text in a width in pixels, broken between words and between ideographs.

    Args:
        text: what.
        room: the width.
        size: of the type, in pixels.
    """
    line = ""
    for piece in _PIECE.findall(text):
        if line and width(line + piece.rstrip(), size) > room:
            yield line.rstrip()
            line = ""
        line += piece
    if line.strip():
        yield line.rstrip()
