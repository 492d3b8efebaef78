"""Names that are nearly what was typed, where nothing else was found.

Candidates share characters, pairs of them or trigrams with what was typed: the rarest of these are looked up,
so that no search walks all names. rapidfuzz then says how alike they are. Chinese is compared by its sound as
well: whoever types by pinyin picks a wrong character of the right sound.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from egov_kg.match.fold import WIDE, grams, is_wide
from egov_kg.match.query import Phrase, Query

_MOST_POSTINGS: Final = 20_000
_MOST_GRAMS: Final = 48
_MOST_CANDIDATES: Final = 300
_MOST_SOUNDS: Final = 16
_LONGEST_SOUND: Final = 12
_LEAST_PART: Final = 3
_ALIKE: Final = 50.0
_SAME_SOUND: Final = 90.0
_GAP: Final = 15.0

_PART: Final = re.compile(f"[{WIDE}]+|[^{WIDE} ]+")

_COUNT: Final = "SELECT doc FROM near_grams WHERE term = ?"
_HAVING: Final = "SELECT rowid FROM near WHERE near MATCH ?"
_KEY: Final = "SELECT key FROM near_keys WHERE id = ?"
_THINGS: Final = (
    "SELECT DISTINCT thing FROM keys WHERE role IN (0, 1, 2, 4, 5) AND key = ? ORDER BY thing LIMIT 100"
)
_SOUNDING: Final = "SELECT DISTINCT thing FROM keys WHERE role IN (4, 5) AND key = ? ORDER BY thing LIMIT 100"
_READINGS: Final = "SELECT readings FROM readings WHERE character = ?"


def nearest(database: sqlite3.Connection, query: Query, limit: int) -> list[tuple[int, str, float]]:
    """Things with a name that is nearly so.

    Args:
        database: an index.
        query: what was typed.
        limit: how many at most.

    Returns:
        Number, key of the name, and how alike it is, up to 100; the most alike first.
    """
    found: dict[int, tuple[str, float]] = {}
    for key in _sounds(database, query):
        for (thing,) in database.execute(_SOUNDING, (key,)):
            found.setdefault(thing, (key, _SAME_SOUND))
    scored = ((alike(query, key), key) for key in _candidates(database, query))
    best = sorted(
        ((score, key) for score, key in scored if score >= _ALIKE), key=lambda one: (-one[0], one[1])
    )
    for score, key in best[: 2 * limit]:
        for (thing,) in database.execute(_THINGS, (key,)):
            if thing not in found or found[thing][1] < score:
                found[thing] = (key, score)
    ranked = sorted((-score, thing, key) for thing, (key, score) in found.items())
    return [(thing, key, -score) for score, thing, key in ranked[:limit] if ranked[0][0] + _GAP >= score]


def alike(query: Query, key: str) -> float:
    """How alike a name is to what was typed, from 0 to 100: as a whole, or each word to that most like it."""
    whole = fuzz.ratio("".join(query.phrase), key.replace(" ", ""))
    parts = _PART.findall(key)
    size = sum(len(one) for word in query.words for one in word)
    words = sum(_best(word, parts) * sum(map(len, word)) for word in query.words) / size
    # Of names with the same words, one that has fewer others is nearer.
    return max(whole, words * (0.9 + 0.1 * min(1.0, size / len(key))))


def _best(word: Phrase, parts: Sequence[str]) -> float:
    text = "".join(word)
    if not is_wide(text):
        return max(100 * OSA.normalized_similarity(text, part) for part in parts)
    if len(text) < _LEAST_PART:
        return max(fuzz.ratio(text, part) for part in parts)
    return max(
        fuzz.partial_ratio(text, part) if len(part) >= len(text) else fuzz.ratio(text, part) for part in parts
    )


def _candidates(database: sqlite3.Connection, query: Query) -> list[str]:
    """Keys that share most of the rarest grams."""
    counted: list[tuple[int, str]] = []
    for gram in grams(query.phrase)[:_MOST_GRAMS]:
        counted += [(count, gram) for (count,) in database.execute(_COUNT, (gram,))]
    shared: Counter[int] = Counter()
    left = _MOST_POSTINGS
    for count, gram in sorted(counted):
        left -= count
        if left < 0 and shared:
            break
        shared.update(row[0] for row in islice(database.execute(_HAVING, (f'"{gram}"',)), _MOST_POSTINGS))
    best = sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:_MOST_CANDIDATES]
    return [row[0] for number, _ in best for row in database.execute(_KEY, (number,))]


def _sounds(database: sqlite3.Connection, query: Query) -> Iterator[str]:
    """How Chinese that was typed may be read."""
    if not 1 < len(query.phrase) <= _LONGEST_SOUND or not all(map(is_wide, query.phrase)):
        return
    options: list[Sequence[str]] = []
    for character in query.phrase:
        row = database.execute(_READINGS, (character,)).fetchone()
        if row is None:
            return
        options.append(row[0].split(" "))
    yield from islice(("".join(sounds) for sounds in product(*options)), _MOST_SOUNDS)
