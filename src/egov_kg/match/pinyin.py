"""The pinyin of Chinese names: a syllable for each character, without tones.

Which reading a character has is a matter of the word it stands in. What the data say of a name (a label
tagged `zh-Latn-pinyin`) goes before the dictionary of pypinyin, which does not know every place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import groupby, islice
from typing import Final

from egov_kg.match.fold import Token, is_wide

_FIRST: Final = 0x4E00
_LAST: Final = 0x9FFF
_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz")
_VOWELS: Final = frozenset("aeiouv")
_MARK: Final = re.compile("[\u0300-\u036f]")


def prepare() -> None:
    """Load the dictionary."""
    _dictionary("".join(islice(readings(), 2)))


def syllables(text: str, tokens: Sequence[Token], romanised: Iterable[str] = ()) -> list[str]:
    """How each token of a name is read: a character as a syllable (ü is v), a word as itself.

    Args:
        text: the name as written.
        tokens: of the name.
        romanised: what the data say of how the thing's names are read, without blanks; a short name is the
            beginning of one.
    """
    written = [_written(text, token) for token in tokens]
    for whole in romanised:
        if found := _aligned(written, whole.replace("ü", "v")):
            return found
    return _read(written)


def initials(words: Sequence[str], sounds: Sequence[str]) -> str:
    """The first letter of each syllable; words and numbers as they are."""
    return "".join(sound[0] if is_wide(word) else sound for word, sound in zip(words, sounds, strict=True))


def spellings(sounds: Iterable[str]) -> tuple[str, ...]:
    """How syllables are typed together: ü as v, and as u where there is one."""
    joined = "".join(sounds)
    return (joined, joined.replace("v", "u")) if "v" in joined else (joined,)


@cache
def readings() -> Mapping[str, str]:
    """The readings of every character of the basic block, with blanks between, the usual one first."""
    from pypinyin.constants import PINYIN_DICT

    codes = [code for code in range(_FIRST, _LAST + 1) if code in PINYIN_DICT]
    toned = unicodedata.normalize("NFD", "\n".join(PINYIN_DICT[code] for code in codes))
    plain = _without_tones(toned).split("\n")
    return {
        chr(code): " ".join(dict.fromkeys(line.split(","))) for code, line in zip(codes, plain, strict=True)
    }


def inventory() -> list[str]:
    """Every syllable that has a vowel: the few others are interjections."""
    every = {one for some in readings().values() for one in some.split(" ")}
    return sorted(one for one in every if not _VOWELS.isdisjoint(one))


def _without_tones(text: str) -> str:
    """Pinyin in NFD with tones, without them."""
    return _MARK.sub("", text.replace("u\u0308", "v"))


def _written(text: str, token: Token) -> str:
    """A token as the dictionaries know it: a character that was folded to another as it was."""
    return text[token.start] if token.wide and token.end - token.start == 1 else token.text


def _read(written: Sequence[str]) -> list[str]:
    found: list[str] = []
    for known, run in groupby(written, key=readings().__contains__):
        some = list(run)
        found += _dictionary("".join(some)) if known else some
    return found


@lru_cache(maxsize=100_000)
def _dictionary(run: str) -> tuple[str, ...]:
    """How pypinyin reads characters that it knows."""
    from pypinyin import Style, lazy_pinyin

    sounds = lazy_pinyin(run, style=Style.NORMAL)
    if len(sounds) != len(run) or not _LETTERS.issuperset("".join(sounds)):
        sounds = [readings()[one].partition(" ")[0] for one in run]
    return tuple(sounds)


def _aligned(written: Sequence[str], whole: str) -> list[str] | None:
    """The readings that spell `whole`, or as much of its beginning as the name can be read as."""
    states: dict[int, list[str]] = {0: []}
    for one in written:
        options = readings().get(one, one).split(" ")
        following: dict[int, list[str]] = {}
        for at, so_far in states.items():
            for option in options:
                if whole.startswith(option, at) and at + len(option) not in following:
                    following[at + len(option)] = [*so_far, option]
        states = following
    end = max(states, default=0)
    return states[end] if end else None
