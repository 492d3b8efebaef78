"""Run the command as users do: a process of its own, in a pipe or on a terminal."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

COMMAND = (sys.executable, "-m", "egov_kg")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_KEPT = ("PATH", "HOME", "TMPDIR", "VIRTUAL_ENV")


def environment(home: Path, **more: str) -> dict[str, str]:
    """What the command sees: none of the settings of whoever runs the tests."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "TERM": "xterm", "EGOV_KG_HOME": str(home), **more}


@dataclass(frozen=True)
class Built:
    """A build of the project's own data by the command line.

    Attributes:
        home: the folder of releases.
        id: the release's id, as the command wrote it.
        said: the command's standard error.
    """

    home: Path
    id: str
    said: str


def egov(
    *args: str | Path,
    home: Path,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run `egov-kg` in a pipe to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, args)],
        input=stdin,
        capture_output=True,
        env=environment(home, **(env or {})),
        cwd=cwd,
        check=False,
        timeout=280,
    )


class Terminal:
    """The screen's end of a terminal, read all the time so that nobody has to wait for it.

    Attributes:
        theirs: the descriptor to give to a process; `shown` closes it.
    """

    def __init__(self) -> None:
        self._ours, self.theirs = pty.openpty()
        self._pieces: list[bytes] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # Linux reports the end of a terminal as EIO
            while piece := os.read(self._ours, 65536):
                self._pieces.append(piece)

    def shown(self) -> str:
        """All text that was written, without control sequences, once every writer has gone."""
        os.close(self.theirs)
        self._reader.join(timeout=60)
        os.close(self._ours)
        return _CONTROL.sub("", b"".join(self._pieces).decode())


def on_terminal(*args: str | Path, home: Path, columns: int = 100) -> tuple[int, str]:
    """Run `egov-kg` with a terminal as standard output and error; gives the exit code and the text shown."""
    terminal = Terminal()
    try:
        done = subprocess.run(
            [*COMMAND, *map(str, args)],
            stdin=subprocess.DEVNULL,
            stdout=terminal.theirs,
            stderr=terminal.theirs,
            env=environment(home, COLUMNS=str(columns), LINES="50"),
            check=False,
            timeout=280,
        )
    finally:
        shown = terminal.shown()
    return done.returncode, shown


def descendants(pid: int) -> list[int]:
    """Children of a process, and theirs."""
    try:
        direct = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [found for child in direct for found in (child, *descendants(child))]


def alive(pid: int) -> bool:
    """Whether a process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
