"""Counts of what became of evaluators, for those who watch the service."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Final, Literal

Ending = Literal["timeout", "memory", "crash", "left", "worn"]
"""Why an evaluator ended: its query's deadline or memory limit, a crash, a reader that went away, or its
share of work done."""

ENDINGS: Final[tuple[Ending, ...]] = ("timeout", "memory", "crash", "left", "worn")


class Tally:
    """Evaluators started and ended, by all pools that share it. Safe to use from any thread.

    Attributes:
        started: evaluators forked.
        loads: times that a graph was loaded by a process that forks evaluators.
        ended: evaluators that ended, by why; those that ended with the whole pool are not counted.
    """

    def __init__(self) -> None:
        self.started = 0
        self.loads = 0
        self.ended: Counter[Ending] = Counter()
        self._lock = threading.Lock()

    def load(self) -> None:
        """A graph was loaded."""
        with self._lock:
            self.loads += 1

    def start(self) -> None:
        """An evaluator was forked."""
        with self._lock:
            self.started += 1

    def end(self, why: Ending) -> None:
        """An evaluator ended, or is about to."""
        with self._lock:
            self.ended[why] += 1
