"""English names and pinyin of Chinese administrative divisions.

A name is taken apart into a stem, the nationalities it names, and a generic part: 前郭尔罗斯 + 蒙古族 +
自治县. The stem is romanised, the rest translated. How the stem is romanised is a choice that can be wrong (a
character can have several readings; many stems are not Chinese words at all), so callers mark the result as
romanised; the word lists in `words/` hold what differs from the pinyin dictionary, with the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from egov_kg.errors import SourceError
from egov_kg.ingest.tables import words

_LATIN_VOWELS = "aoe"


@dataclass(frozen=True, slots=True)
class Parts:
    """A division's name in its parts.

    Attributes:
        stem: the name proper, 前郭尔罗斯.
        nationalities: in English, in the order written, ("Mongol",).
        generic_zh: the kind of division as written, 自治县.
        generic_en: the same in English, "Autonomous County".
    """

    stem: str
    nationalities: tuple[str, ...]
    generic_zh: str
    generic_en: str


def split(name: str, level: str) -> Parts:
    """Take a name apart.

    Args:
        name: in Chinese, with its generic part.
        level: province, prefecture or county.

    Raises:
        SourceError: no known generic part of that level ends the name.
    """
    for row in words("generics", ("suffix_zh", "level", "min_stem", "name_en")):
        suffix = row["suffix_zh"]
        if (
            row["level"] == level
            and name.endswith(suffix)
            and len(name) - len(suffix) >= int(row["min_stem"])
        ):
            stem, found = _nationalities(name[: -len(suffix)], autonomous=suffix.startswith("自治"))
            return Parts(stem, found, suffix, row["name_en"])
    raise SourceError(
        f"{name!r} ends in no known generic part of a {level}; add it to words/generics.csv.",
        f"“{name}”的结尾不是已知的{level}级通名；请补充 words/generics.csv。",
        file="words/generics.csv",
    )


def _nationalities(text: str, *, autonomous: bool) -> tuple[str, tuple[str, ...]]:
    """Split trailing nationalities off; a text that is nothing but one (东乡族) is the stem itself."""
    table = {row["name_zh"]: row["name_en"] for row in words("nationalities", ("name_zh", "name_en"))}
    short = "|".join(sorted(table, key=len, reverse=True))
    # Only 自治 divisions drop 族, and only after names of two or more characters: 内蒙古 and 西藏 are stems.
    bare = "|".join(name for name in sorted(table, key=len, reverse=True) if len(name) > 1)
    last = rf"(?:(?:{short})族|(?:{bare}))" if autonomous else rf"(?:{short})族"
    match = re.fullmatch(rf"(?P<stem>..+?)(?P<names>(?:(?:{short})族)*{last})", text)
    if match is None:
        return re.sub(r"(?<=..)族$", "", text), ()
    found = re.findall(rf"({short})族?", match["names"])
    return match["stem"], tuple(table[name] for name in found)


def english(name: str, level: str, code: str) -> str:
    """A name in English: romanised stem, translated rest.

    Args:
        name: in Chinese, with its generic part.
        level: province, prefecture or county.
        code: GB/T 2260 code; some stems have another name only within some region.

    Raises:
        SourceError: a name without a known generic part.
    """
    parts = split(name, level)
    if len(parts.stem) == 1:
        # One-syllable names keep their generic part (Jixian County), as the national spelling rules have it.
        stem = capitalise(romanise(parts.stem + parts.generic_zh, context=name))
    else:
        stem = established(parts.stem, code) or capitalise(romanise(parts.stem, context=name))
    return compose(stem, parts)


def compose(stem_en: str, parts: Parts) -> str:
    """An English stem with the translated rest of a name."""
    *first, last = parts.nationalities or ("",)
    among = f"{', '.join(first)} and {last}" if first else last
    return " ".join(word for word in (stem_en, among, parts.generic_en) if word)


def established(stem: str, code: str) -> str:
    """The name in use for a stem that is not a Chinese word, within its region; empty if none is listed."""
    for row in words("place_names", ("stem_zh", "within", "name_en", "language")):
        if row["stem_zh"] == stem and code.startswith(row["within"]):
            return row["name_en"]
    return ""


def syllables(text: str, context: str = "") -> list[str]:
    """The pinyin of a text, without tones, one syllable for each character.

    Args:
        text: Chinese characters.
        context: a longer text that `text` begins, by which readings are chosen.

    Raises:
        SourceError: a character without a known reading.
    """
    from pypinyin import Style, lazy_pinyin

    whole = context or text
    found: list[str] = lazy_pinyin(whole, style=Style.NORMAL, v_to_u=True)
    if len(found) != len(whole):
        raise SourceError(
            f"{whole!r} holds a character without a known reading.", f"“{whole}”含有没有已知读音的字。"
        )
    for written, reading in _readings():
        for match in re.finditer(written, whole):
            found[match.start() : match.end()] = reading
    return found[: len(text)]


@cache
def _readings() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Readings that the dictionary gets wrong, shortest first, so that a longer one has the last word."""
    rows = words("readings", ("written", "reading", "reason"))
    return tuple(
        sorted(
            ((row["written"], tuple(row["reading"].split())) for row in rows), key=lambda item: len(item[0])
        )
    )


def romanise(text: str, context: str = "") -> str:
    """Pinyin joined into one word, with an apostrophe where a later syllable begins with a vowel (xi'an)."""
    first, *rest = syllables(text, context)
    return first + "".join(f"'{one}" if one[0] in _LATIN_VOWELS else one for one in rest)


def search_forms(name: str) -> tuple[str, ...]:
    """Pinyin without tones, spaces or apostrophes, for search: lüliangshi, and as typed: lvliangshi."""
    joined = "".join(syllables(name))
    return tuple(dict.fromkeys((joined, joined.replace("ü", "v"))))


def capitalise(word: str) -> str:
    """The word with a capital first letter."""
    return word[:1].upper() + word[1:]
