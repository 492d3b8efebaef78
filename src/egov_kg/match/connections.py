"""Connections to the file of an index: each is used by one thread at a time, and for a bounded time."""

from __future__ import annotations

import sqlite3
import time
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from egov_kg.errors import QueryTimeout, ReleaseError
from egov_kg.match.schema import connect

_OPERATIONS: Final = 2_000


class Connections:
    """The connections to one file. Safe to use from any thread.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: deque[sqlite3.Connection] = deque()
        self._finalizer = weakref.finalize(self, _close, self._idle)

    @contextmanager
    def borrowed(self, seconds: float) -> Iterator[sqlite3.Connection]:
        """A connection that nobody else uses meanwhile.

        Args:
            seconds: how long it may be used for look-ups.

        Raises:
            QueryTimeout: its time is over.
            ReleaseError: the index cannot be read.
        """
        try:
            database = self._idle.pop()
        except IndexError:
            database = self._connected()
        late = time.monotonic() + seconds
        database.set_progress_handler(lambda: time.monotonic() > late, _OPERATIONS)
        try:
            yield database
        except sqlite3.Error as error:
            if time.monotonic() > late:
                raise QueryTimeout(
                    f"The search took more than {seconds:g} s. Search for fewer or longer words.",
                    f"检索超过 {seconds:g} 秒。请减少检索词或使用更长的词。",
                    limit=seconds,
                ) from error
            raise self._unreadable(error) from error
        finally:
            if self._finalizer.alive:
                self._idle.append(database)
            else:
                database.close()

    def close(self) -> None:
        """Close the file, once the searches that are under way have ended."""
        self._finalizer()

    @property
    def idle(self) -> int:
        """How many wait for the next search."""
        return len(self._idle)

    def _connected(self) -> sqlite3.Connection:
        try:
            return connect(self.path)
        except sqlite3.Error as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> ReleaseError:
        return ReleaseError(
            f"The search index {self.path} cannot be read ({error}): run `egov-kg build`.",
            f"无法读取检索索引 {self.path}（{error}）：请运行 `egov-kg build`。",
        )


def _close(idle: deque[sqlite3.Connection]) -> None:
    while idle:
        idle.pop().close()
