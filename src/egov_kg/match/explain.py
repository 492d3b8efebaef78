"""Which name of a hit fits, and what of it: worked out for what is shown only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.match import pinyin
from egov_kg.match.fold import Folding, Token, is_wide, key
from egov_kg.match.hits import Matched, Span, Why
from egov_kg.match.query import Phrase, Query
from egov_kg.match.ranking import How, Tier
from egov_kg.match.schema import Role

_MOST_SPANS: Final = 20


@dataclass(frozen=True, slots=True)
class Known:
    """A name in an index.

    Attributes:
        role: what it is to its thing.
        lang: its language tag, empty if it has none.
        text: as written.
        sounds: how each token is read; empty if it is not Chinese.
        tokens: of the text.
    """

    role: Role
    lang: str
    text: str
    sounds: tuple[str, ...]
    tokens: tuple[Token, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The tokens without their places."""
        return tuple(token.text for token in self.tokens)


class Explainer:
    """Finds the name that a look-up found.

    Args:
        query: what was typed.
        lang: of two names that fit as well, one in this language is chosen.
        folding: that of the index.
    """

    def __init__(self, query: Query, lang: str, folding: Folding) -> None:
        self._query, self._lang, self._folding = query, lang, folding
        self._finders: Mapping[How, Callable[[Tier, Known], tuple[int, list[Span]]]] = {
            "whole": self._whole,
            "start": self._start,
            "sound": self._sound,
            "initials": self._initials,
            "row": self._row,
            "words": lambda _, name: self._parts(name, begun=False, readings={}),
            "begun": lambda _, name: self._parts(name, begun=True, readings={}),
            "inside": lambda tier, name: self._parts(name, begun=True, readings=dict(tier.readings)),
        }

    def explain(self, tier: Tier, names: Sequence[Known]) -> tuple[Why, Matched]:
        """Why a thing was found, and by which of its names.

        Args:
            tier: the look-up that found it.
            names: of the thing, at least one.
        """
        ordered = self.preferred(names)
        most, best, marked = 0, ordered[0], list[Span]()
        if finder := self._finders.get(tier.how):
            for name in ordered:
                count, spans = finder(tier, name)
                if count > most:
                    most, best, marked = count, name, spans
        is_code = most and best.role == Role.CODE and tier.how in ("whole", "start")
        return "code" if is_code else tier.why, matched(best, marked)

    def preferred(self, names: Sequence[Known]) -> list[Known]:
        """Names in the language of choice first, labels before others."""
        return sorted(names, key=lambda name: (name.lang.partition("-")[0] != self._lang, name.role))

    def _whole(self, tier: Tier, name: Known) -> tuple[int, list[Span]]:
        if name.role not in tier.roles or key(name.words) != self._query.key:
            return 0, []
        return 1, [(name.tokens[0].start, name.tokens[-1].end)]

    def _start(self, tier: Tier, name: Known) -> tuple[int, list[Span]]:
        wanted = self._query.key
        if name.role not in tier.roles or not key(name.words).startswith(wanted):
            return 0, []
        for count in range(1, len(name.tokens) + 1):
            if len(key(name.words[:count])) >= len(wanted):
                break
        last = name.tokens[count - 1]
        missing = len(key(name.words[:count])) - len(wanted)
        return 1, [(name.tokens[0].start, self._end(name.text, last, len(last.text) - missing))]

    def _end(self, text: str, token: Token, size: int) -> int:
        """Where so many folded characters of a token end."""
        for place in range(token.start, token.end):
            size -= len(self._folding[ord(text[place])])
            if size <= 0:
                return place + 1
        return token.end

    def _sound(self, _: Tier, name: Known) -> tuple[int, list[Span]]:
        # ü is v in syllables, and typed as v or u.
        wanted = self._query.letters.replace("v", "u")
        if not "".join(name.sounds).replace("v", "u").startswith(wanted):
            return 0, []
        return 1, [_covering(name, name.sounds, len(wanted))]

    def _initials(self, _: Tier, name: Known) -> tuple[int, list[Span]]:
        if not name.sounds or not pinyin.initials(name.words, name.sounds).startswith(self._query.letters):
            return 0, []
        first = [
            sound[0] if is_wide(word) else word for word, sound in zip(name.words, name.sounds, strict=True)
        ]
        return 1, [_covering(name, first, len(self._query.letters))]

    def _row(self, _: Tier, name: Known) -> tuple[int, list[Span]]:
        spans = [
            (name.tokens[start].start, name.tokens[start + size - 1].end)
            for start, size in _occurrences(name.words, self._query.phrase, begun=False)
        ]
        return len(spans[:1]), _merged(spans)

    def _parts(
        self, name: Known, *, begun: bool, readings: Mapping[str, tuple[Phrase, ...]]
    ) -> tuple[int, list[Span]]:
        count, spans = 0, []
        for word in self._query.words:
            found = self._places(name, word, begun=begun)
            for reading in readings.get(word[0], ()):
                found += self._syllables(name, reading)
            count += bool(found)
            spans += found
        if not count and self._query.letters:
            for reading in readings.get(self._query.letters, ()):
                spans += self._syllables(name, reading)
            count = bool(spans)
        return count, _merged(spans)

    def _places(self, name: Known, phrase: Phrase, *, begun: bool) -> list[Span]:
        found = []
        for start, size in _occurrences(name.words, phrase, begun=begun):
            last = name.tokens[start + size - 1]
            end = self._end(name.text, last, len(phrase[-1])) if begun else last.end
            found.append((name.tokens[start].start, end))
        return found

    def _syllables(self, name: Known, reading: Phrase) -> list[Span]:
        return [
            (name.tokens[start].start, name.tokens[start + size - 1].end)
            for start, size in _occurrences(name.sounds, reading, begun=True)
        ]


def matched(name: Known, spans: Sequence[Span] = ()) -> Matched:
    """A name as it is shown: hidden labels (SKOS Reference, section 5.1) are not."""
    if name.role == Role.HIDDEN:
        return Matched("", "", ())
    return Matched(name.text, name.lang, tuple(spans[:_MOST_SPANS]))


def _covering(name: Known, parts: Sequence[str], size: int) -> Span:
    """The first tokens, as many as have so many letters in all."""
    last = name.tokens[-1]
    for token, part in zip(name.tokens, parts, strict=True):
        size -= len(part)
        if size <= 0:
            last = token
            break
    return name.tokens[0].start, last.end


def _occurrences(words: Sequence[str], phrase: Phrase, *, begun: bool) -> Iterator[tuple[int, int]]:
    """Where tokens follow one another as in a phrase, and how many they are."""
    *first, last = phrase
    size = len(phrase)
    for start in range(len(words) - size + 1):
        end = words[start + size - 1]
        fits = end.startswith(last) if begun and not is_wide(last) else end == last
        if fits and list(words[start : start + size - 1]) == first:
            yield start, size


def _merged(spans: Sequence[Span]) -> list[Span]:
    """The same code points in as few spans as can be."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
