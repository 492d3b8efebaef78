"""Numbers of things in words."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its English noun: `1 fact`, `2 facts`, `0 entities`.

    Args:
        number: how many.
        one: the singular.
        many: the plural, where it is not the singular with an `s`.
    """
    return f"{number} {one if number == 1 else many or f'{one}s'}"
