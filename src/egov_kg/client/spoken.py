"""Errors in the language of whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from egov_kg.errors import EgovError
from egov_kg.intervals import Language


class Speaker(Protocol):
    """What has a language."""

    @property
    def lang(self) -> Language:
        """The language."""
        ...


S = TypeVar("S", bound=Speaker)
P = ParamSpec("P")
R = TypeVar("R")


def spoken(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """A method whose errors are shown in the language of its object."""

    @wraps(method)
    def speaking(self: S, /, *args: P.args, **named: P.kwargs) -> R:
        try:
            return method(self, *args, **named)
        except EgovError as error:
            if self.lang == "zh" and error.detail_zh:
                error.args = (error.detail_zh,)
            raise

    return speaking
