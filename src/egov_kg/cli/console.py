"""What people see beside the answer: remarks and progress. rich is loaded only when something is drawn."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

from egov_kg.cli.bilingual import Session

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID


def is_terminal() -> bool:
    """Whether answers are read by a person: standard output is a terminal."""
    return sys.stdout.isatty()


def remark(text: str) -> None:
    """A line beside the answer, on standard error."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


@contextmanager
def waiting(session: Session, en: str, zh: str) -> Iterator[None]:
    """Show on a terminal that something is under way, until the block ends."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(session.say(en, zh)):
        yield


class Progress:
    """A bar on standard error, if that is a terminal; it vanishes at the end.

    Implements the `Progress` protocol of `release.build`.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._bars: Bars | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bars

            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
            )
            self._bars = Bars(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bars.add_task(self._session.say("Starting", "准备中"), total=None)
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def step(self, name_en: str, name_zh: str, done: int, total: int) -> None:
        """Say what is being done.

        Args:
            name_en: the step, in English.
            name_zh: the step, in Chinese.
            done: steps finished.
            total: steps in all.
        """
        from egov_kg.release.build import WAITING

        if self._bars is not None and self._task is not None:
            name = self._session.say(name_en, name_zh)
            self._bars.update(self._task, description=name, completed=done, total=total, refresh=True)
        elif (name_en, name_zh) == WAITING:
            remark(self._session.say(f"{name_en} ...", f"{name_zh}……"))
