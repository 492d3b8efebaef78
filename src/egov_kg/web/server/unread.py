"""What clients have not read yet of answers that went out whole: bounded for all of them together."""

from __future__ import annotations

import asyncio
from typing import Final

LARGE: Final = 64 * 1024
"""Bytes of a write from which on it is watched: shorter ones fit into what the system keeps anyway."""

MOST: Final = 128 * 1024 * 1024
"""Bytes that all clients together may leave unread here."""


class Unread:
    """Writes answers, and breaks the connections that have let theirs lie longest when it becomes too much.

    Args:
        most: bytes that may wait.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._waiting: dict[asyncio.Transport, None] = {}

    def write(self, transport: asyncio.Transport, data: bytes) -> None:
        """Send an answer, or a part of one."""
        transport.write(data)
        if len(data) >= LARGE:
            self._watch(transport)

    def _watch(self, newest: asyncio.Transport) -> None:
        self._waiting[newest] = None
        sizes = {each: size for each in self._waiting if (size := each.get_write_buffer_size())}
        total = sum(sizes.values())
        for each in list(sizes):
            if total <= self._most:
                break
            total -= sizes.pop(each)
            each.abort()
        self._waiting = dict.fromkeys(sizes)
