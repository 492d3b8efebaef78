"""Numbered pages of a list: `page=` in a URL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from egov_kg.errors import NotFound
from egov_kg.web import parameters

_MOST: Final = 999_999

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """One page of a list.

    Attributes:
        items: what is on it.
        number: its number, from 1.
        pages: how many there are, at least 1.
        total: how many items there are on all of them.
        size: how many items a page holds.
    """

    items: Sequence[T]
    number: int
    pages: int
    total: int
    size: int

    @property
    def first(self) -> int:
        """The place of its first item in the list, from 1; 0 where the list is empty."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """The place of its last item in the list."""
        return min(self.number * self.size, self.total)


def number() -> int:
    """The page that the request's URL asks for, from 1.

    Raises:
        UsageError: `page` is no whole number from 1.
    """
    return parameters.whole_number("page", 1, 1, _MOST)


def pages(total: int, size: int, asked: int) -> int:
    """How many pages a list has.

    Raises:
        NotFound: fewer than were asked for.
    """
    found = max(1, -(-total // size))
    if asked > found:
        raise NotFound(f"This list has {found} pages.", f"该列表共 {found} 页。")
    return found


def part(items: Sequence[T], size: int) -> Part[T]:
    """The page of a list that the request's URL asks for; raises as `number` and `pages` do."""
    asked = number()
    found = pages(len(items), size, asked)
    return Part(items[(asked - 1) * size : asked * size], asked, found, len(items), size)
