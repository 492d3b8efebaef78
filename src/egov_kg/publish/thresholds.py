"""The threshold question, which can be asked of every value: which of these is at least 80%?"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from egov_kg.errors import UsageError
from egov_kg.intervals import Language, Operator, Qualifier, Verdict, format_value
from egov_kg.publish.observations import Observation

OPERATORS: Final[Mapping[str, Operator]] = {"gte": ">=", "gt": ">", "lte": "<=", "lt": "<", "eq": "="}
"""The comparisons by their names, as in `op=` of a URL."""

_WORDS: Final[Mapping[str, Qualifier]] = {
    "gte": Qualifier.AT_LEAST,
    "gt": Qualifier.OVER,
    "lte": Qualifier.AT_MOST,
    "lt": Qualifier.UNDER,
    "eq": Qualifier.EXACT,
}
_STEPS: Final = {"亿": 8, "万": 4, "billion": 9, "million": 6, "thousand": 3}
_UNITS: Final = ("元", "yuan", "年", "years", "year")
# No exponent: a number of a billion digits would be one of few characters.
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold question as it was asked.

    Attributes:
        op: a key of `OPERATORS`.
        text: the number as it was typed.
        value: the number, None where none was typed or it cannot be read.
    """

    op: str
    text: str
    value: Decimal | None

    @property
    def is_wrong(self) -> bool:
        """Whether what was typed is no number."""
        return bool(self.text) and self.value is None

    @property
    def symbol(self) -> Operator:
        """The comparison."""
        return OPERATORS[self.op]

    def phrase(self, unit: str, lang: Language) -> str:
        """What was asked, in words: `at least 80%`; empty where nothing was.

        Args:
            unit: the local name of the QUDT unit.
            lang: the language of the words.
        """
        return "" if self.value is None else format_value(self.value, _WORDS[self.op], unit, lang)

    def verdict(self, one: Observation) -> Verdict | None:
        """The answer for an observation, None where nothing was asked."""
        return None if self.value is None else one.verdict(self.symbol, self.value)

    def counts(self, observations: Iterable[Observation]) -> Mapping[Verdict, int]:
        """How many observations have each answer; empty where nothing was asked."""
        if self.value is None:
            return {}
        found = Counter(one.verdict(self.symbol, self.value) for one in observations)
        return {verdict: found[verdict] for verdict in Verdict}

    def deciding(self, one: Observation) -> tuple[str, Decimal | None, bool]:
        """What decides: `lower`, `upper`, `domain` or nothing; the bound, and whether it is inclusive."""
        verdict, bounds = self.verdict(one), one.bounds
        upper = self.symbol in (">=", ">")
        below = ("lower", bounds.lower, bounds.lower_inclusive)
        above = ("upper", bounds.upper, bounds.upper_inclusive)
        if bounds.upper is None and one.domain is not None:
            above = ("domain", one.domain, True)
        if verdict is None or verdict is Verdict.POSSIBLE:
            return "", None, False
        if self.symbol == "=":
            if verdict is Verdict.CERTAIN:
                return below
            assert self.value is not None  # noqa: S101 - there is a verdict
            is_above = bounds.lower is not None and bounds.lower >= self.value
            return below if is_above else above
        return below if (verdict is Verdict.CERTAIN) is upper else above


def read_number(text: str) -> Decimal | None:
    """A number as people type it: `８０％`, `1,200`, `10 亿元`, `1.2 billion`; None where it is none."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").casefold().rstrip("% ")
    for unit in _UNITS:
        plain = plain.removesuffix(unit).rstrip()
    word = next((word for word in _STEPS if plain.endswith(word)), "")
    plain = plain.removesuffix(word).rstrip()
    return Decimal(plain).scaleb(_STEPS.get(word, 0)) if _PLAIN.fullmatch(plain) else None


_SIGNS: Final = {"≥": ">=", "≤": "<=", "==": "=", "=>": ">=", "=<": "<="}
_CONDITION = re.compile(r"\s*(>=|<=|=>|=<|==|≥|≤|>|<|=)\s*(.{1,40}?)\s*")


def read_condition(text: str) -> Threshold:
    """A comparison with a number: `>= 80`, `< 1.2 billion`, `≥８０％`.

    Raises:
        UsageError: it is none.
    """
    found = _CONDITION.fullmatch(unicodedata.normalize("NFKC", text))
    value = read_number(found[2]) if found else None
    if found is None or value is None:
        shown = text[:40]
        raise UsageError(
            f"{shown!r} is no condition: write one of >=, >, <=, <, = and a number, such as '>= 80'.",
            f"{shown!r} 不是条件：请写 >=、>、<=、<、= 之一和一个数，例如 '>= 80'。",
        )
    symbol = _SIGNS.get(found[1], found[1])
    return Threshold(next(name for name, sign in OPERATORS.items() if sign == symbol), found[2], value)
