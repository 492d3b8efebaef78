"""Report text to candidates: every numeral and every quantity word, where it stands and what it seems to say.

A steward starts from these when a new report comes in, and the audit checks a finished edition against them.
They are proposals: which candidate is a fact is for the steward to say.

Word lists, all in `words/`:

- `quantifiers.csv`: words that quantify without a numeral, with the share they state, if any
- `qualifiers.csv`: words before or after a figure that bound it, with the qualifier they suggest
- `not_quantities.csv`: words that only look like a quantity (统一), each with the reason

Single characters such as 约, 近, 多 and 余 count only beside a figure; elsewhere they are parts of words.
The text itself is never stored: a candidate keeps offsets and the few characters of the figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache

from egov_kg.ingest.layout import Paragraph, paragraph_at, paragraphs
from egov_kg.ingest.numerals import Numeral, find_numerals, fold
from egov_kg.ingest.tables import words

_BLANKS = " \u00a0\u3000"
_SPACE = f"[{_BLANKS}]*"
_UNIT = re.compile(
    rf"{_SPACE}[多余]?{_SPACE}(?P<unit>个百分点|个月|平方米|平方公里|公里|小时|世纪|年代|元|年|月|日|天|个|家|台"
    r"|张|项|种|类|人|次|条|套|倍|户|份|件|部|处|所|名|位|辆)?"
)
_RANGE = re.compile(rf"{_SPACE}[-–—~～至到]{_SPACE}")
_CLAUSE_END = "，。；：！？\n"
_HEDGE = re.compile(rf"[^{_CLAUSE_END}]{{0,40}}?(?:基本|大体|大致)")


class Kind(StrEnum):
    """What a candidate seems to be."""

    FIGURE = "figure"  #: a number of something, or a share
    TIME = "time"  #: a year, month or day
    ORDINAL = "ordinal"  #: 第三
    UNIVERSAL = "universal"  #: 所有, 各
    PARTIAL = "partial"  #: 多数, 部分
    DISTRIBUTIVE = "distributive"  #: 都, 均, with no other quantity in its clause
    RATE = "rate"  #: 每年, 平均
    LEXICAL = "lexical"  #: a word, or part of one, that is no quantity of its own


@dataclass(frozen=True, slots=True)
class Candidate:
    """One numeral or quantity word.

    Attributes:
        start, end: its code points, end exclusive: the figure with multiplier and percent sign, or the word.
        outer_start, outer_end: the same with the qualifier words around it: a figure span to propose.
        kind: what it seems to be.
        printed: the figure as printed, without spaces, multiplier and percent sign; or the word.
        value: its number before the multiplier, or the share in percent that a word states; None if open.
        power: power of ten of the multiplier.
        percent: whether the value is a share in percent.
        digits: whether it is printed in digits.
        unit: the unit or measure word that follows; empty if none.
        qualifiers: notations in `ecode:qualifier` that its words allow, the likeliest first; none for a
            figure without a value.
        flag: notation in `ecode:flag` that states it, for rates and distributive words; else empty.
        section, heading, paragraph: where it stands (see `layout.Paragraph`).
        reason_en, reason_zh: why it is no quantity, for kind LEXICAL; else empty.
    """

    start: int
    end: int
    outer_start: int
    outer_end: int
    kind: Kind
    printed: str
    value: Decimal | None = None
    power: int = 0
    percent: bool = False
    digits: bool = False
    unit: str = ""
    qualifiers: tuple[str, ...] = ()
    flag: str = ""
    section: int = 0
    heading: str = ""
    paragraph: int = 0
    reason_en: str = ""
    reason_zh: str = ""

    @property
    def number(self) -> Decimal | None:
        """The value in the base unit; None if open."""
        return None if self.value is None else self.value.scaleb(self.power)


def candidates(text: str) -> list[Candidate]:
    """Every numeral and quantity word of a report, in order; kind LEXICAL has what was passed over, and why.

    Args:
        text: the report, as it is: offsets count its code points.
    """
    plain, layout = fold(text), paragraphs(text)
    lexical = _lexical(plain)
    passed_over = _covered(lexical)
    spelt = _in_quantifiers(plain)
    numerals = [one for one in find_numerals(text) if not _within(one, passed_over | spelt)]
    figures = _figures(plain, numerals)
    passed_over |= _covered(figures)
    quantities = [one for one in _quantities(plain) if one.start not in passed_over]
    real = [*figures, *quantities]
    taken = {offset for one in real for offset in range(one.start, one.end)}
    hits = [
        one
        for one in lexical
        if taken.isdisjoint(range(one.start, one.end)) and _looks_like_quantity(one.printed)
    ]
    found = sorted((*_mark_echoes(plain, real), *hits), key=lambda one: one.start)
    return [_placed(one, layout) for one in found]


def _covered(some: Iterable[Candidate]) -> set[int]:
    """The offsets that candidates cover, qualifier words included."""
    return {offset for one in some for offset in range(one.outer_start, one.outer_end)}


def _in_quantifiers(plain: str) -> set[int]:
    """The offsets of quantifiers: a numeral that is only a part of one (一 in 一半) is none of its own."""
    return {offset for match in _quantifier_pattern().finditer(plain) for offset in range(*match.span())}


def _within(one: Numeral, offsets: set[int]) -> bool:
    return all(offset in offsets for offset in range(one.start, one.end))


@cache
def _any_of(some: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    """A pattern of words, longest first, each with the characters it may not follow."""
    ordered = sorted(some, key=lambda item: len(item[0]), reverse=True)
    return re.compile("|".join((f"(?<![{no}])" if no else "") + re.escape(word) for word, no in ordered))


@cache
def _quantifiers() -> dict[str, dict[str, str]]:
    columns = ("word", "kind", "value", "qualifier", "flag", "not_after")
    return {row["word"]: row for row in words("quantifiers", columns)}


@cache
def _quantifier_pattern() -> re.Pattern[str]:
    return _any_of(tuple((word, row["not_after"]) for word, row in _quantifiers().items()))


@cache
def _qualifiers(side: str) -> tuple[tuple[str, str, str], ...]:
    """Qualifier words of a side, longest first: word, qualifier, characters it may not follow."""
    rows = words("qualifiers", ("word", "side", "qualifier", "not_after"))
    chosen = [(row["word"], row["qualifier"], row["not_after"]) for row in rows if row["side"] == side]
    return tuple(sorted(chosen, key=lambda item: len(item[0]), reverse=True))


def _lexical(plain: str) -> list[Candidate]:
    """Where words that are no quantities stand."""
    rows = {row["word"]: row for row in words("not_quantities", ("word", "reason_zh", "reason_en"))}
    found = []
    for match in _any_of(tuple((word, "") for word in rows)).finditer(plain):
        row, (start, end) = rows[match.group()], match.span()
        one = Candidate(start, end, start, end, Kind.LEXICAL, match.group())
        found.append(replace(one, reason_en=row["reason_en"], reason_zh=row["reason_zh"]))
    return found


def _looks_like_quantity(word: str) -> bool:
    """Whether anything in a word would have been taken for a quantity without the list."""
    return any(True for _ in find_numerals(word)) or _quantifier_pattern().search(word) is not None


def _figures(plain: str, numerals: Sequence[Numeral]) -> list[Candidate]:
    found: list[Candidate] = []
    for one in numerals:
        tail = _UNIT.match(plain, one.end)
        unit = (tail["unit"] or "") if tail else ""
        left, right, allowed = _bounds(plain, one.start, one.end, unit)
        allowed += ("over",) if one.qualified else ()
        # Without a value there is nothing to bound, so no qualifier to propose.
        proposed = (tuple(dict.fromkeys(allowed)) or ("exact",)) if one.value is not None else ()
        ordinal = plain[: one.start].rstrip(_BLANKS).endswith("第")
        found.append(
            Candidate(
                one.start,
                one.end,
                left,
                right,
                Kind.ORDINAL if ordinal else _kind(one, unit),
                one.printed,
                one.value,
                one.power,
                one.percent,
                one.digits,
                unit,
                proposed,
            )
        )
    return _ranges(plain, found)


def _kind(one: Numeral, unit: str) -> Kind:
    year = unit == "年" and len(one.printed) == 4 and one.value is not None and 1000 <= one.value < 3000
    dated = year or unit in ("月", "日", "世纪", "年代")
    return Kind.TIME if dated and not one.power and not one.percent else Kind.FIGURE


def _ranges(plain: str, found: Sequence[Candidate]) -> list[Candidate]:
    """Give the first figure of a range (30-40%, 2012-2013 年) the unit printed once, after the second."""
    result: list[Candidate] = []
    for one in reversed(found):
        after = result[-1] if result else None
        gap = _RANGE.match(plain, one.end)
        if after and gap and gap.end() == after.start and not one.unit and not one.percent:
            kind = after.kind if len(one.printed) == len(after.printed) else one.kind
            power = one.power or after.power
            result.append(replace(one, kind=kind, unit=after.unit, percent=after.percent, power=power))
        else:
            result.append(one)
    return result[::-1]


def _bounds(plain: str, start: int, end: int, unit: str = "") -> tuple[int, int, tuple[str, ...]]:
    """The qualifier words beside a figure: its offsets with them, and the qualifiers they suggest."""
    allowed: list[str] = []
    left, right = start, end
    head = plain[max(0, start - 20) : start].rstrip(_BLANKS)
    for word, qualifier, not_after in _qualifiers("before"):
        if head.endswith(word) and not head.removesuffix(word).endswith(tuple(not_after)):
            left = max(0, start - 20) + len(head) - len(word)
            allowed.append(qualifier)
            break
    position = end
    while True:
        while position < len(plain) and plain[position] in _BLANKS:
            position += 1
        hit = next((item for item in _qualifiers("after") if plain.startswith(item[0], position)), None)
        if hit is not None:
            allowed.append(hit[1])
            position = right = position + len(hit[0])
        elif unit and plain.startswith(unit, position):
            position, unit = position + len(unit), ""
        else:
            return left, right, tuple(allowed)


def _quantities(plain: str) -> Iterator[Candidate]:
    for match in _quantifier_pattern().finditer(plain):
        row = _quantifiers()[match.group()]
        kind, value = Kind(row["kind"]), Decimal(row["value"]) if row["value"] else None
        left, right = match.span()
        allowed = tuple(filter(None, (row["qualifier"],)))
        if kind is Kind.PARTIAL and value is not None:
            left, right, stated = _bounds(plain, left, right)
            allowed = stated or allowed
        if kind is Kind.UNIVERSAL and value is not None and _HEDGE.match(plain, match.end()):
            allowed = ("hedged",)
        yield Candidate(
            match.start(),
            match.end(),
            left,
            right,
            kind,
            match.group(),
            value,
            percent=value is not None,
            qualifiers=allowed,
            flag=row["flag"],
        )


def _mark_echoes(plain: str, found: Iterable[Candidate]) -> Iterator[Candidate]:
    """都 and 均 after another quantity in the same clause are lexical: 所有…都 is one quantity, not two."""
    clause_start, quantified = -1, False
    for one in sorted(found, key=lambda item: item.start):
        begin = max(plain.rfind(mark, 0, one.start) for mark in _CLAUSE_END)
        if begin != clause_start:
            clause_start, quantified = begin, False
        if one.kind is Kind.DISTRIBUTIVE and quantified:
            en, zh = "repeats the quantity before it in its clause", "复指本句中前面的数量"
            yield replace(one, kind=Kind.LEXICAL, flag="", reason_en=en, reason_zh=zh)
            continue
        quantified = quantified or one.kind in (Kind.FIGURE, Kind.UNIVERSAL, Kind.PARTIAL)
        yield one


def _placed(one: Candidate, layout: Sequence[Paragraph]) -> Candidate:
    place = paragraph_at(one.start, layout)
    if place is None:
        return one
    return replace(one, section=place.section, heading=place.heading, paragraph=place.number)
