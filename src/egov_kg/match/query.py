"""What somebody typed, as it is looked up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from egov_kg.errors import UsageError
from egov_kg.iris import BASE
from egov_kg.match.fold import Folding, key
from egov_kg.namespaces import PREFIXES

LONGEST: Final = 200
"""Code points that a search may have."""

MOST_WORDS: Final = 8
"""Words of a search that count: each can ask for much."""

_MOST_READINGS: Final = 8
_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz")

Phrase = tuple[str, ...]
"""Tokens that follow one another."""


@dataclass(frozen=True, slots=True)
class Query:
    """A search text.

    Attributes:
        text: without blanks at its ends.
        phrase: all its tokens.
        words: the parts that are looked for one by one: a run of characters, or a word.
        ignored: further ones, beyond `MOST_WORDS`.
        letters: where it has only Latin letters, all of them together: it may be pinyin.
    """

    text: str
    phrase: Phrase
    words: tuple[Phrase, ...]
    ignored: tuple[Phrase, ...]
    letters: str

    @property
    def key(self) -> str:
        """What it has in common with names that are the same."""
        return key(self.phrase)

    @property
    def iris(self) -> tuple[str, ...]:
        """The IRIs that it may be or begin: as it is, or written with a prefix."""
        if any(one.isspace() or "\ud800" <= one <= "\udfff" for one in self.text):
            return ()
        prefix, colon, local = self.text.partition(":")
        if not colon or not prefix:
            return ()
        if prefix in PREFIXES:
            return (PREFIXES[prefix] + local,)
        # As in data/ttl: `region:610000` is a thing, `c-level:county` a code.
        folder = f"code/{prefix[2:]}" if prefix.startswith("c-") else f"id/{prefix}"
        return (self.text, f"{BASE}{folder}/{local}")


def parse(text: str, folding: Folding) -> Query:
    """Read a search text.

    Raises:
        UsageError: it is longer than `LONGEST`.
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise UsageError(
            f"The search text has {len(text)} characters; at most {LONGEST} are allowed.",
            f"检索词有 {len(text)} 个字符，最多 {LONGEST} 个。",
            parameter="q",
            limit=LONGEST,
        )
    tokens = folding.tokens(text)
    runs: list[list[str]] = []
    end = -1
    for token in tokens:
        if token.wide and token.start == end:
            runs[-1].append(token.text)
        else:
            runs.append([token.text])
        end = token.end if token.wide else -1
    words = tuple(dict.fromkeys(map(tuple, runs)))
    phrase = tuple(token.text for token in tokens)
    letters = "".join(phrase)
    if not _LETTERS.issuperset(letters):
        letters = ""
    return Query(text, phrase, words[:MOST_WORDS], words[MOST_WORDS:], letters)


class Syllabary:
    """The syllables that there are in pinyin, without tones.

    Args:
        syllables: all of them.
    """

    def __init__(self, syllables: Iterable[str]) -> None:
        self._whole = frozenset(syllables)
        self._begun = frozenset(one[:size] for one in self._whole for size in range(1, len(one) + 1))
        self._longest = max(map(len, self._whole), default=0)

    def split(self, letters: str) -> list[Phrase]:
        """The ways to read letters as two or more syllables, the last perhaps cut off: at most eight."""
        dead: set[int] = set()

        def readings(at: int, before: Phrase) -> Iterator[Phrase]:
            rest = letters[at:]
            if before and rest in self._begun:
                yield (*before, rest)
            for size in range(min(self._longest, len(rest) - 1), 0, -1):
                if rest[:size] in self._whole and at + size not in dead:
                    none = True
                    for found in readings(at + size, (*before, rest[:size])):
                        none = False
                        yield found
                    if none:
                        dead.add(at + size)

        return list(islice(readings(0, ()), _MOST_READINGS))
