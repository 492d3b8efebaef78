"""Answers that are sent while they are made."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from flask import Response

BUFFER: Final = 64 * 1024
"""Bytes held back before a response starts: an answer shorter than this is sent whole or not at all."""


def streamed(pieces: Iterator[bytes]) -> Response:
    """A response of some pieces; an error within the first `BUFFER` bytes is raised here."""
    head, size = [], 0
    for piece in pieces:
        head.append(piece)
        size += len(piece)
        if size >= BUFFER:
            return Response(_Body(head, pieces))
    return Response(b"".join(head))


def close(pieces: Iterator[bytes]) -> None:
    """End what makes the pieces, if it can be ended."""
    end = getattr(pieces, "close", None)
    if end is not None:
        end()


class _Body:
    """The pieces of a streamed answer; closing it frees the evaluator."""

    def __init__(self, head: list[bytes], rest: Iterator[bytes]) -> None:
        self._all = chain(head, rest)
        self._rest = rest

    def __iter__(self) -> Iterator[bytes]:
        return self._all

    def close(self) -> None:
        close(self._rest)
