"""Which release was current when: one line of JSON for each change, in `<home>/history.jsonl`.

The link `current` is swapped first, then its line is written. Where a crash came between the two, the link's
own time tells what is missing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from egov_kg.release.disk import append_line

FILE: Final = "history.jsonl"
"""Its name in the home folder."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A release became current.

    Attributes:
        time: when, in UTC.
        release: its id.
    """

    time: datetime
    release: str


def read(home: Path, current: Path) -> list[Moment]:
    """Every moment, in order of time; a line that a crash cut off is left out.

    Args:
        home: the home folder.
        current: the link to the current release.
    """
    moments = []
    try:
        lines = (home / FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        lines = []
    for line in lines:
        try:
            entry = json.loads(line)
            moments.append(Moment(datetime.fromisoformat(entry["time"]), str(entry["release"])))
        except (ValueError, KeyError, TypeError):
            continue
    moments.sort(key=lambda moment: moment.time)
    if missing := _missing(moments, current):
        moments.append(missing)
    return moments


def at(moments: Sequence[Moment], time: datetime) -> Moment | None:
    """What was current at a time; None before the first."""
    return next((moment for moment in reversed(moments) if moment.time <= time), None)


def record(home: Path, current: Path) -> None:
    """Write down that the link `current` was swapped. Call it inside the registry's lock."""
    moment = _missing(read(home, home / "nothing"), current)
    if moment is None:
        return
    line = json.dumps({"time": moment.time.isoformat(), "release": moment.release})
    append_line(home / FILE, line.encode(), mode=0o644)


def _missing(moments: Sequence[Moment], current: Path) -> Moment | None:
    """The moment that the link tells of, unless it is the last one known."""
    try:
        release, swapped = current.readlink().name, current.lstat().st_mtime
    except OSError:
        return None
    if moments and moments[-1].release == release:
        return None
    time = datetime.fromtimestamp(swapped, UTC)
    return Moment(max(time, moments[-1].time) if moments else time, release)
