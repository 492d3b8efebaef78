"""Where a text stops being SPARQL, token by token.

The engine says how far its parser looked, which may be many characters behind the place that is wrong: a
keyword that is tried counts with its whole length. But a text that may go on fails only where it is cut off.
So the first token with which it may not go on is found by halving.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from egov_kg.sparql.tokens import Token, tokens

LONGEST: Final = 10_000
"""Characters of a text that is looked into: each try parses up to all of them."""

PLACE: Final = re.compile(r"error at (\d+):(\d+): (?:expected )?(?:one of )?(.*)", re.DOTALL)
"""The engine's message: line, column (both from 1), and what it expected."""

# Behind it no text goes on, so that nothing is ever evaluated; the blanks are longer than any keyword.
_GAP: Final = " " * 24
_END: Final = _GAP + "\x01"


def wrong_token(text: str, parse: Callable[[str], object]) -> Token | None:
    """The token that a text cannot go on with, or a string without an end that makes it so.

    Args:
        text: a query or an update that does not parse.
        parse: raises SyntaxError for what does not parse, with the engine's message.

    Returns:
        None where every token fits (the text ends too early), or where the text is longer than `LONGEST`.
    """
    if len(text) > LONGEST:
        return None
    found = list(tokens(text))
    fits, wrong = 0, len(found) + 1  # how many of the first tokens do, and do not
    while wrong - fits > 1:
        middle = (fits + wrong) // 2
        last = found[middle - 1]
        before = text[: _end(last)]
        # The engine wants the bracket right behind the name of a function.
        if _may_go_on(before, parse) or (last.kind == "word" and _may_go_on(f"{before}(", parse)):
            fits = middle
        else:
            wrong = middle
    # A string that has no end takes in what follows it on its line.
    if fits and is_open_string(found[fits - 1]):
        return found[fits - 1]
    return found[fits] if fits < len(found) else None


def end_of(text: str) -> int:
    """The offset behind the last token of a text."""
    return max((_end(token) for token in tokens(text)), default=0)


def is_open_string(token: Token) -> bool:
    """Whether a token is a string without an end."""
    return token.kind == "literal" and token.doubtful


def _may_go_on(text: str, parse: Callable[[str], object]) -> bool:
    try:
        parse(text + _END)
    except SyntaxError as error:
        place = PLACE.match(error.msg or str(error))
        if place is None:
            return True
        behind = text.rfind("\n") + 1
        return (int(place[1]), int(place[2])) >= (text.count("\n") + 1, len(text) - behind + len(_END))
    return True


def _end(token: Token) -> int:
    return token.start + len(token.text)
