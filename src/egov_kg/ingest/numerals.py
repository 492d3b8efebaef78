"""Read numerals as Chinese reports print them.

Digits: ASCII or full-width, with a decimal point, thousands separators (comma or no-break space), a
multiplier (万, 亿) and a percent sign, each perhaps after spaces. Chinese numerals: 三十四,
二〇一二, 两万五千, 百分之六十, 三分之一, 六成. Offsets always count code points of the text as given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_SMALL = {"十": 1, "百": 2, "千": 3}
_LARGE = {"万": 4, "亿": 8}
_POWERS = {
    "百": 2,
    "千": 3,
    "万": 4,
    "百万": 6,
    "千万": 7,
    "亿": 8,
    "十亿": 9,
    "百亿": 10,
    "千亿": 11,
    "万亿": 12,
}
_HAN = "".join((*_DIGITS, *_SMALL, *_LARGE))
_SPACE = "[ \\u00a0\\u2002-\\u200a\\u202f\\u3000]"

# One code point for one, so that offsets hold: full-width digits, and U+5DFF, which some texts print for 市.
_FOLD = str.maketrans("０１２３４５６７８９％．巿", "0123456789%.市")

_ARABIC = re.compile(
    rf"""(?P<digits>[0-9]{{1,3}}(?:[,\u00a0\u2009\u202f][0-9]{{3}})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)
    (?:{_SPACE}*(?P<extra>[多余])?{_SPACE}*(?P<power>万亿|千亿|百亿|十亿|千万|百万|亿|万|千(?![米克瓦卡兆])|百(?!分)))?
    (?:{_SPACE}*(?P<percent>%))?""",
    re.VERBOSE,
)
_CHINESE = re.compile(
    rf"""百分之(?P<percent>[{_HAN}点]+)
    | (?P<lower>[{_HAN}]+)分之(?P<upper>[{_HAN}]+)
    | (?P<tenths>[一二三四五六七八九两])成(?![立为功果员本绩就长都分品效型熟])
    | (?P<vague>[数几][十百千万亿]+|成百上千|成千上万|(?<![以之网线向路海])上[百千万亿]+(?!分之))
    | (?P<plain>[{_HAN}]+)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral in a text.

    Attributes:
        start, end: code points, end exclusive; multiplier and percent sign are within.
        printed: the figure as printed, without spaces, separators, multiplier and percent sign.
        value: its number before the multiplier (0..100 when percent); None where left open (数十, 上百).
        power: the power of ten of the multiplier (8 for 亿), 0 without one.
        percent: whether it is a share in percent.
        digits: whether it is printed in digits.
        qualified: whether 多 or 余 stands between figure and multiplier (20多万).
    """

    start: int
    end: int
    printed: str
    value: Decimal | None
    power: int = 0
    percent: bool = False
    digits: bool = True
    qualified: bool = False


def fold(text: str) -> str:
    """The text with full-width digits and look-alike characters made plain, at the same offsets."""
    return text.translate(_FOLD)


def find_numerals(text: str) -> Iterator[Numeral]:
    """Every numeral of a text, in order; digits win where both kinds could begin."""
    plain = fold(text)
    taken = 0
    arabic = [_from_digits(match) for match in _ARABIC.finditer(plain)]
    # A numeral right after digits is a part of the unit: 3 千米, 5 百分点.
    covered = {offset for one in arabic for offset in range(one.start, one.end + 1)}
    chinese = [_from_chinese(match) for match in _CHINESE.finditer(plain) if match.start() not in covered]
    for one in sorted((*arabic, *chinese), key=lambda item: item.start):
        if one.start >= taken:
            taken = one.end
            yield one


def _from_digits(match: re.Match[str]) -> Numeral:
    printed = re.sub(r"[,\u00a0\u2009\u202f]", "", match["digits"])
    return Numeral(
        match.start(),
        match.end(),
        printed,
        Decimal(printed),
        _POWERS.get(match["power"] or "", 0),
        match["percent"] is not None,
        True,
        match["extra"] is not None,
    )


def _from_chinese(match: re.Match[str]) -> Numeral:
    start, end = match.span()
    if text := match["percent"]:
        return Numeral(start, end, match.group(), read_chinese(text), percent=True, digits=False)
    if match["lower"]:
        lower, upper = read_chinese(match["lower"]), read_chinese(match["upper"])
        share = upper * 100 / lower if upper is not None and lower else None
        return Numeral(start, end, match.group(), share, percent=True, digits=False)
    if match["tenths"]:
        tenths = Decimal(_DIGITS[match["tenths"]] * 10)
        return Numeral(start, end, match.group(), tenths, percent=True, digits=False)
    value = None if match["vague"] else read_chinese(match["plain"])
    return Numeral(start, end, match.group(), value, digits=False)


def read_chinese(text: str) -> Decimal | None:
    """The number a Chinese numeral writes: 二〇一二, 三十四, 两万五千, 三点五; None if it writes none."""
    whole, point, fraction = text.partition("点")
    if point:
        digits = "".join(str(_DIGITS[c]) for c in fraction if c in _DIGITS)
        number = read_chinese(whole)
        if number is None or len(digits) != len(fraction) or not digits:
            return None
        return number + Decimal(f"0.{digits}")
    if not whole or any(c not in _HAN for c in whole):
        return None
    if all(c in _DIGITS for c in whole):
        return Decimal("".join(str(_DIGITS[c]) for c in whole))
    total = section = digit = last = 0
    for position, c in enumerate(text):
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _SMALL:
            section += (digit or 1) * 10 ** _SMALL[c]
            digit = 0
        else:
            power, amount = _LARGE[c], section + digit
            if amount and power <= last:
                total += amount * 10**power
            else:
                total = (total + amount or 1) * 10**power
            section, digit, last = 0, 0, power
        if digit and position == len(text) - 1 and position:
            # A digit that ends a numeral stands for the place below the unit before it: 一百五 is 150.
            digit *= 10 ** max(_SMALL.get(text[-2], _LARGE.get(text[-2], 1)) - 1, 0)
    return Decimal(total + section + digit)
