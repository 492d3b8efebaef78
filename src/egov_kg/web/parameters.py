"""Parameters of a query string that several routes read."""

from __future__ import annotations

import re
from typing import Final

from flask import request

from egov_kg.errors import UsageError

_NUMBER: Final = re.compile("[0-9]{1,9}")


def whole_number(name: str, default: int, least: int, most: int) -> int:
    """The number that a parameter has.

    Args:
        name: of the parameter.
        default: where it is not given.
        least, most: its bounds; at most 999,999,999.

    Raises:
        UsageError: it is not written in digits, or passes a bound.
    """
    text = request.args.get(name)
    if text is None:
        return default
    if not (_NUMBER.fullmatch(text) and least <= int(text) <= most):
        raise UsageError(
            f"{name}={text[:40]!r} is not a whole number from {least} to {most}.",
            f"{name}={text[:40]!r} 不是 {least} 到 {most} 的整数。",
            parameter=name,
        )
    return int(text)
