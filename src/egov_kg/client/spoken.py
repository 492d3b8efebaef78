"""Errors in the language of whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, Protocol, TypeVar, get_args

from egov_kg.errors import EgovError, UsageError
from egov_kg.intervals import Language

_LANGUAGES: Final = get_args(Language)


def require_language(name: str, lang: object) -> None:
    """That an argument is a language that there is.

    Args:
        name: the argument.
        lang: what it was given.

    Raises:
        UsageError: it is none.
    """
    if lang not in _LANGUAGES:
        known = tuple(map(repr, _LANGUAGES))
        raise UsageError(
            f"{name}={lang!r} is no language that there is: use {' or '.join(known)}.",
            f"{name}={lang!r} 不是可用的语言：请用 {' 或 '.join(known)}。",
        )


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
