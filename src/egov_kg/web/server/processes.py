"""What the processes of the service use, from Linux's /proc; elsewhere, nothing is said."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_PSS: Final = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Use:
    """What some processes use.

    Attributes:
        processes: how many there are.
        memory: bytes, with what several share counted once (PSS).
        processor: seconds of processor time so far.
    """

    processes: int
    memory: int
    processor: float


def use_of(roots: Iterable[int]) -> Use:
    """What processes use together with their children.

    Args:
        roots: process ids; those that have ended count as nothing.
    """
    pids = [pid for root in roots for pid in (root, *children(root))]
    facts = [found for pid in pids if (found := _facts(pid)) is not None]
    return Use(len(facts), sum(memory for memory, _ in facts), sum(seconds for _, seconds in facts))


def children(pid: int) -> Iterator[int]:
    """The children of a process that has one thread."""
    try:
        text = (_PROC / str(pid) / "task" / str(pid) / "children").read_text(encoding="ascii")
    except OSError:
        return
    yield from map(int, text.split())


def _facts(pid: int) -> tuple[int, float] | None:
    folder = _PROC / str(pid)
    try:
        memory = _PSS.search((folder / "smaps_rollup").read_text(encoding="ascii"))
        # The name of the program, in parentheses, may have blanks; what follows it has none.
        fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    ticks = int(fields[11]) + int(fields[12])
    return (int(memory[1]) * 1024 if memory else 0), ticks / os.sysconf("SC_CLK_TCK")
