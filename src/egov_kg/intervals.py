"""Reported bounds: what a printed figure and its qualifier say about the value behind it.

A figure such as "over 70%" is not the number 70 but an interval whose lower bound is 70, exclusive. A
comparison with a threshold is therefore answered in three ways: it is *certain* (true of every value in the
interval), *excluded* (true of none) or *possible* (true of some). The qualifiers and their bounds are those
of docs/model.md, "Observations".

This module is the reference for the three answers that queries, pages and the Python client give. Where
an answer is computed elsewhere (the questions do it in SPARQL, over the stored bounds), `compare` over
`from_qualifier` says what it must be, and the tests hold it against that.

Values are `decimal.Decimal` in the base unit of the observation (percent, number, yuan, years).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

from egov_kg.errors import UsageError

Operator = Literal[">=", ">", "<=", "<", "="]
Language = Literal["en", "zh"]

_OPPOSITE: Final[dict[Operator, Operator]] = {"<": ">=", "<=": ">"}


class Verdict(StrEnum):
    """How far the source settles a comparison."""

    CERTAIN = "certain"
    POSSIBLE = "possible"
    EXCLUDED = "excluded"

    def negated(self) -> Verdict:
        """The verdict on the opposite comparison."""
        return _NEGATED[self]


_NEGATED: Final = {
    Verdict.CERTAIN: Verdict.EXCLUDED,
    Verdict.POSSIBLE: Verdict.POSSIBLE,
    Verdict.EXCLUDED: Verdict.CERTAIN,
}


class Qualifier(StrEnum):
    """The notations of `ecode:qualifier`."""

    EXACT = "exact"
    ABOUT = "about"
    OVER = "over"
    AT_LEAST = "at-least"
    AT_MOST = "at-most"
    NEARLY = "nearly"
    UNDER = "under"
    HEDGED = "hedged"


@dataclass(frozen=True, slots=True)
class Interval:
    """A non-empty set of numbers between two bounds, either of which may be missing.

    Attributes:
        lower: the lower bound, or None where the source states none.
        lower_inclusive: whether the lower bound itself is a possible value; False without a bound.
        upper: the upper bound, or None where the source states none.
        upper_inclusive: whether the upper bound itself is a possible value; False without a bound.

    Raises:
        UsageError: a bound that is not finite, an inclusiveness without its bound, or bounds that leave no
            value.
    """

    lower: Decimal | None = None
    lower_inclusive: bool = False
    upper: Decimal | None = None
    upper_inclusive: bool = False

    def __post_init__(self) -> None:
        for bound, inclusive in ((self.lower, self.lower_inclusive), (self.upper, self.upper_inclusive)):
            if bound is None and inclusive:
                raise UsageError("A missing bound cannot be inclusive.", "缺失的界限不能为闭界。")
            if bound is not None and not bound.is_finite():
                raise UsageError(
                    f"A bound must be a finite number, not {bound}.", f"界限须为有限数，而非 {bound}。"
                )
        if self.lower is not None and self.upper is not None:
            closed = self.lower_inclusive and self.upper_inclusive
            if self.lower > self.upper or (self.lower == self.upper and not closed):
                raise UsageError(f"No value lies in {self}.", f"区间 {self} 中没有任何值。")

    def __contains__(self, value: Decimal) -> bool:
        above = self.lower is None or value > self.lower or (self.lower_inclusive and value == self.lower)
        below = self.upper is None or value < self.upper or (self.upper_inclusive and value == self.upper)
        return above and below

    def __str__(self) -> str:
        """In mathematical notation: `(70, 100]`, `[3, +∞)`."""
        left = "(-∞" if self.lower is None else f"{'[' if self.lower_inclusive else '('}{self.lower}"
        right = "+∞)" if self.upper is None else f"{self.upper}{']' if self.upper_inclusive else ')'}"
        return f"{left}, {right}"

    @property
    def is_point(self) -> bool:
        """Whether there is exactly one possible value."""
        return self.lower is not None and self.lower == self.upper

    def within(self, domain: Decimal) -> Interval:
        """The part of the interval up to `domain`, inclusive: what logic adds to what is stated.

        Args:
            domain: the largest value there can be (`egov:domainUpperBound`; 100 for a percentage).

        Raises:
            UsageError: the whole interval lies above the domain.
        """
        if self.upper is not None and self.upper <= domain:
            return self
        return Interval(self.lower, self.lower_inclusive, domain, True)


def from_qualifier(qualifier: Qualifier | str, value: Decimal) -> Interval:
    """The bounds that a qualifier states for a printed value.

    Args:
        qualifier: a notation of `ecode:qualifier`.
        value: the printed value, in the base unit.

    Raises:
        UsageError: an unknown qualifier or a value that is not finite.
    """
    match _qualifier(qualifier):
        case Qualifier.EXACT:
            return Interval(value, True, value, True)
        case Qualifier.OVER:
            return Interval(lower=value)
        case Qualifier.AT_LEAST:
            return Interval(lower=value, lower_inclusive=True)
        case Qualifier.AT_MOST:
            return Interval(upper=value, upper_inclusive=True)
        case Qualifier.NEARLY | Qualifier.UNDER:
            return Interval(upper=value)
        case Qualifier.ABOUT | Qualifier.HEDGED:
            return Interval()


def compare(
    interval: Interval, op: Operator, threshold: Decimal, *, domain: Decimal | None = None
) -> Verdict:
    """Whether the value behind an interval passes a threshold.

    Args:
        interval: the stated bounds.
        op: the comparison, read "value op threshold".
        threshold: a finite number in the unit of the interval.
        domain: the largest value there can be, if logic sets one; taken into account as an inclusive bound.

    Raises:
        UsageError: a threshold that is not finite, an unknown operator, or an interval outside its domain.
    """
    if not threshold.is_finite():
        raise UsageError(
            f"A threshold must be a finite number, not {threshold}.", f"阈值须为有限数，而非 {threshold}。"
        )
    known = interval if domain is None else interval.within(domain)
    match op:
        case "<" | "<=":
            return compare(known, _OPPOSITE[op], threshold).negated()
        case "=":
            if threshold not in known:
                return Verdict.EXCLUDED
            return Verdict.CERTAIN if known.is_point else Verdict.POSSIBLE
        case ">=":
            if known.lower is not None and known.lower >= threshold:
                return Verdict.CERTAIN
            return Verdict.POSSIBLE if _reaches(known, threshold) else Verdict.EXCLUDED
        case ">":
            if known.lower is not None and (
                known.lower > threshold or (known.lower == threshold and not known.lower_inclusive)
            ):
                return Verdict.CERTAIN
            return Verdict.POSSIBLE if known.upper is None or known.upper > threshold else Verdict.EXCLUDED
    raise UsageError(
        f"{op!r} is no comparison: use one of >=, >, <=, <, =.", f"{op!r} 不是比较符：请用 >=、>、<=、<、=。"
    )


def exceeds(one: Interval, other: Interval, *, domain: Decimal | None = None) -> Verdict:
    """Whether the value behind one interval is greater than that behind another; raises as `compare` does."""
    known = other if domain is None else other.within(domain)
    if known.upper is not None:
        above: Operator = ">" if known.upper_inclusive else ">="
        if compare(one, above, known.upper, domain=domain) is Verdict.CERTAIN:
            return Verdict.CERTAIN
    if known.lower is not None and compare(one, "<=", known.lower, domain=domain) is Verdict.CERTAIN:
        return Verdict.EXCLUDED
    return Verdict.POSSIBLE


def _reaches(interval: Interval, threshold: Decimal) -> bool:
    """Whether some value of the interval is at least the threshold."""
    upper = interval.upper
    return upper is None or upper > threshold or (upper == threshold and interval.upper_inclusive)


def _qualifier(qualifier: Qualifier | str) -> Qualifier:
    try:
        return Qualifier(qualifier)
    except ValueError:
        known = ", ".join(Qualifier)
        raise UsageError(
            f"{qualifier!r} is no qualifier: there are {known}.", f"{qualifier!r} 不是限定词：可用 {known}。"
        ) from None


_PHRASES: Final[dict[Language, dict[Qualifier, str]]] = {
    "en": {
        Qualifier.EXACT: "{}",
        Qualifier.ABOUT: "about {}",
        Qualifier.OVER: "over {}",
        Qualifier.AT_LEAST: "at least {}",
        Qualifier.AT_MOST: "at most {}",
        Qualifier.NEARLY: "nearly {}",
        Qualifier.UNDER: "under {}",
        Qualifier.HEDGED: "{}, as the report hedges it",
    },
    "zh": {
        Qualifier.EXACT: "{}",
        Qualifier.ABOUT: "约 {}",
        Qualifier.OVER: "超过 {}",
        Qualifier.AT_LEAST: "不低于 {}",
        Qualifier.AT_MOST: "至多 {}",
        Qualifier.NEARLY: "接近 {}",
        Qualifier.UNDER: "不足 {}",
        Qualifier.HEDGED: "{}（原文语气有保留）",
    },
}

_SCALES: Final[dict[Language, tuple[tuple[int, str], ...]]] = {
    "en": ((9, " billion"), (6, " million")),
    "zh": ((8, " 亿"), (4, " 万")),
}


def _plain(value: Decimal) -> str:
    """Digits with thousands separators, without exponent or trailing zeros."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _money(value: Decimal, lang: Language) -> str:
    """An amount of yuan in the largest customary step that it fills."""
    for power, word in _SCALES[lang]:
        if abs(value) >= Decimal(10) ** power:
            return f"{_plain(value.scaleb(-power))}{word}{'元' if lang == 'zh' else ' yuan'}"
    return f"{_plain(value)}{' 元' if lang == 'zh' else ' yuan'}"


def format_value(value: Decimal, qualifier: Qualifier | str, unit: str, lang: Language = "en") -> str:
    """A figure in words: `over 33,000`, `约 80%`, `over 1.2 billion yuan`, `不低于 70%`.

    Args:
        value: the printed value in the base unit.
        qualifier: a notation of `ecode:qualifier`.
        unit: the local name of the QUDT unit: PERCENT, NUM, CCY_CNY or YR.
        lang: the language of the words.

    Raises:
        UsageError: an unknown qualifier or unit, or a value that is not finite.
    """
    if not value.is_finite():
        raise UsageError(f"A value must be a finite number, not {value}.", f"数值须为有限数，而非 {value}。")
    number = _plain(value)
    match unit:
        case "PERCENT":
            text = f"{number}%"
        case "NUM":
            text = number
        case "CCY_CNY":
            text = _money(value, lang)
        case "YR":
            text = f"{number} 年" if lang == "zh" else f"{number} year{'' if value == 1 else 's'}"
        case _:
            raise UsageError(
                f"{unit!r} is no unit of the model: there are PERCENT, NUM, CCY_CNY, YR.",
                f"{unit!r} 不是模型中的单位：可用 PERCENT、NUM、CCY_CNY、YR。",
            )
    return qualified(text, qualifier, lang)


def qualified(text: str, qualifier: Qualifier | str, lang: Language = "en") -> str:
    """A number in words with its qualifier: `over 33,000`, `约 80%`.

    Raises:
        UsageError: an unknown qualifier.
    """
    return _PHRASES[lang][_qualifier(qualifier)].format(text)
