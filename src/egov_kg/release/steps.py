"""What a compilation tells of itself while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

WAITING: Final = ("Waiting for another build to end", "等待另一构建结束")
"""What a `Progress` is told, in English and Chinese, before the first step if it cannot begin yet."""


class Progress(Protocol):
    """Is told what is being done."""

    def step(self, name_en: str, name_zh: str, done: int, total: int) -> None:
        """A step begins.

        Args:
            name_en: what is done now.
            name_zh: the same in Chinese.
            done: steps that are finished.
            total: all steps.
        """
        ...


@dataclass(slots=True)
class Steps:
    """Counts the steps for a `Progress`.

    Attributes:
        progress: who is told; None for nobody.
        total: how many steps there will be.
        done: how many have been begun, less one.
    """

    progress: Progress | None
    total: int
    done: int = -1

    def next(self, name_en: str, name_zh: str) -> None:
        """The next step begins."""
        self.done += 1
        self.tell(name_en, name_zh)

    def tell(self, name_en: str, name_zh: str) -> None:
        """Say something without counting it."""
        if self.progress is not None:
            self.progress.step(name_en, name_zh, max(self.done, 0), self.total)
