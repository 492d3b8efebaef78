"""The index of a release, for reading: search, suggestions, nearest names."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from egov_kg.errors import UsageError
from egov_kg.match.called import Called, called
from egov_kg.match.connections import Connections
from egov_kg.match.explain import Explainer, Known, matched
from egov_kg.match.fold import Folding, key
from egov_kg.match.hits import Hit, Matched, Results, Why
from egov_kg.match.index import bits
from egov_kg.match.narrowing import Facets, Value, narrowed
from egov_kg.match.nearest import alike, nearest
from egov_kg.match.pinyin import spellings
from egov_kg.match.query import Query, Syllabary, parse
from egov_kg.match.ranking import NEAREST, Tier, tiers
from egov_kg.match.schema import VERSION, Role
from egov_kg.settings import Language

MOST: Final = 100
"""Hits on one page."""

DEEPEST: Final = 10_000
"""How many hits can be passed over."""

SECONDS: Final = 2.0
"""How long a search may take."""

_THING: Final = "SELECT iri, kind, zh, en, types, within FROM things WHERE id = ?"
_OUTLINE: Final = "SELECT iri, within FROM things ORDER BY id"
_LABELS: Final = "SELECT zh, en FROM things WHERE id = ?"
_CALLED: Final = "SELECT id, zh, en FROM things WHERE iri = ?"
_OTHER: Final = (
    "SELECT iif(lang = '', 'und', lang), text FROM names WHERE thing = ? AND role = 0 ORDER BY place LIMIT 1"
)
_NAMES: Final = "SELECT role, lang, text, sounds FROM names WHERE thing = ? ORDER BY place LIMIT 100"


class LabelIndex:
    """An index that is open. Safe to use from any thread; each uses a connection of its own.

    Args:
        path: the file.
        seconds: how long a search may take.

    Raises:
        ReleaseError: the file is not there, or no index of this version.
    """

    def __init__(self, path: Path, seconds: float = SECONDS) -> None:
        self._connections, self._seconds = Connections(path), seconds
        with self._connections.borrowed(math.inf) as database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version != VERSION:
                raise sqlite3.DatabaseError(f"version {version} of the index, {VERSION} is read")
            self._folding = Folding(dict(database.execute("SELECT written, meant FROM characters")))
            self._syllabary = Syllabary(row[0] for row in database.execute("SELECT syllable FROM syllables"))
            self._classes = dict(database.execute("SELECT id, iri FROM classes"))
            self._facets = Facets(database)

    @classmethod
    def open(cls, path: Path) -> LabelIndex:
        """Open an index; raises as the constructor does."""
        return cls(path)

    def close(self) -> None:
        """Close the file, once the searches that are under way have ended."""
        self._connections.close()

    def search(
        self,
        text: str,
        *,
        lang: Language = "en",
        facets: Mapping[str, Collection[str]] | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> Results:
        """Everything whose names have all the words of a text; everything there is for an empty one.

        Args:
            text: at most `query.LONGEST` code points.
            lang: of two names that fit as well, the one in this language is said to have been found.
            facets: values to narrow the search to, by facet: of one facet any will do, of several all count.
            limit: hits wanted, 1 to `MOST`.
            offset: hits to pass over, up to `DEEPEST`.

        Raises:
            UsageError: a bound is passed, or there is no such facet.
            QueryTimeout: the search took too long.
            ReleaseError: the index cannot be read.
        """
        _require_bounds(limit, offset)
        query, selected = parse(text, self._folding), facets or {}
        filters = self._facets.filters(selected)
        with self._connections.borrowed(self._seconds) as database:
            found = [(tier, _numbers(database, tier)) for tier in tiers(query, self._syllabary)]
            every = 0
            for _, numbers in found:
                every |= int.from_bytes(bits(numbers), "little")
            left = narrowed(every, filters)
            page = _page(found, left, limit, offset)
            hits = self._hits(database, query, lang, page)
        return Results(
            hits=hits,
            total=left.bit_count(),
            unfiltered=every.bit_count(),
            facets=self._facets.counted(every, filters, selected),
            ignored=tuple(key(word) for word in query.ignored),
        )

    def suggest(self, text: str, lang: Language = "en", limit: int = 10) -> tuple[Hit, ...]:
        """The best hits of `search`, without the others being counted; none for an empty text.

        Args:
            text: at most `query.LONGEST` code points.
            lang: as for `search`.
            limit: 1 to `MOST`.

        Raises:
            UsageError, QueryTimeout, ReleaseError: as `search`.
        """
        query = self._asked(text, limit)
        if not query.text:
            return ()
        found: dict[int, Tier] = {}
        with self._connections.borrowed(self._seconds) as database:
            for tier in tiers(query, self._syllabary):
                # All that were found before may be found again, and before others.
                for number in _numbers(database, tier, limit + len(found)):
                    found.setdefault(number, tier)
                if len(found) >= limit:
                    break
            return self._hits(database, query, lang, list(found.items())[:limit])

    def nearest(self, text: str, lang: Language = "en", limit: int = 10) -> tuple[Hit, ...]:
        """Things that have a name nearly like a text, the most alike first: for when nothing was found.

        What it takes, and what it raises, is as for `suggest`.
        """
        query = self._asked(text, limit)
        if not query.phrase:
            return ()
        explainer = Explainer(query, lang, self._folding)
        with self._connections.borrowed(self._seconds) as database:
            hits = []
            for number, wanted, share in nearest(database, query, limit):
                names = explainer.preferred(self._names(database, number))
                name = next((name for name in names if _is_called(name, wanted)), names[0])
                hits.append(
                    self._hit(database, number, round(share * NEAREST / 100, 1), "near", matched(name))
                )
            return tuple(hits)

    def called(self, text: str) -> dict[int, Called]:
        """The things that have a text for a name, by their numbers: see `called.called`.

        Args:
            text: at most `query.LONGEST` code points.

        Raises:
            UsageError, QueryTimeout, ReleaseError: as `search`.
        """
        query = parse(text, self._folding)
        with self._connections.borrowed(self._seconds) as database:
            return called(database, query)

    def likeness(self, text: str, name: str) -> float:
        """How alike a name is to a text, 0 to 100, as both are compared; 0 where one of them has no letters.

        Raises:
            UsageError: the text is too long.
        """
        query, words = parse(text, self._folding), self._folding.words(name)
        return alike(query, key(words)) if query.phrase and words else 0.0

    def values(self, facet: str) -> Mapping[str, Value]:
        """Each value of a facet, with the things that have it.

        Raises:
            UsageError: there is no such facet.
        """
        return self._facets.values(facet)

    def outline(self) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """The IRI of each thing, and what it is part of, by their numbers; 0 is nothing.

        Raises:
            QueryTimeout, ReleaseError: as `search`.
        """
        with self._connections.borrowed(self._seconds) as database:
            rows = database.execute(_OUTLINE).fetchall()
        return ("", *(iri for iri, _ in rows)), (0, *(within for _, within in rows))

    def labels(self, iris: Iterable[str]) -> dict[str, dict[str, str]]:
        """The labels of things by their IRIs, as those of `Hit`; things that are not known are not there.

        Raises:
            QueryTimeout, ReleaseError: as `search`.
        """
        with self._connections.borrowed(self._seconds) as database:
            found = ((iri, database.execute(_CALLED, (iri,)).fetchone()) for iri in iris)
            return {
                iri: _labels(*row[1:]) or dict(database.execute(_OTHER, row[:1])) for iri, row in found if row
            }

    def things(self, numbers: Iterable[int], lang: Language) -> tuple[Hit, ...]:
        """Things by their numbers, each as if everything had been asked for.

        Raises:
            QueryTimeout, ReleaseError: as `search`.
        """
        every = Tier(0, "all", "all", "")
        with self._connections.borrowed(self._seconds) as database:
            return self._hits(database, parse("", self._folding), lang, [(one, every) for one in numbers])

    def _asked(self, text: str, limit: int) -> Query:
        _require_bounds(limit, 0)
        return parse(text, self._folding)

    def _hits(
        self, database: sqlite3.Connection, query: Query, lang: Language, page: Iterable[tuple[int, Tier]]
    ) -> tuple[Hit, ...]:
        explainer = Explainer(query, lang, self._folding)
        hits = []
        for number, tier in page:
            why, name = explainer.explain(tier, self._names(database, number))
            hits.append(self._hit(database, number, tier.score, why, name))
        return tuple(hits)

    def _hit(self, database: sqlite3.Connection, number: int, score: float, why: Why, name: Matched) -> Hit:
        iri, kind, zh, en, types, within = database.execute(_THING, (number,)).fetchone()
        above = database.execute(_LABELS, (within,)).fetchone() or ("", "")
        return Hit(
            number=number,
            iri=iri,
            labels=_labels(zh, en) or dict(database.execute(_OTHER, (number,))),
            kind=kind,
            types=tuple(self._classes[int(one)] for one in types.split()),
            within=_labels(*above),
            score=score,
            why=why,
            matched=name,
        )

    def _names(self, database: sqlite3.Connection, number: int) -> list[Known]:
        return [
            Known(Role(role), lang, text, tuple(sounds.split()), tuple(self._folding.tokens(text)))
            for role, lang, text, sounds in database.execute(_NAMES, (number,))
        ]


def _require_bounds(limit: int, offset: int) -> None:
    for name, value, least, most in (("limit", limit, 1, MOST), ("offset", offset, 0, DEEPEST)):
        if not least <= value <= most:
            raise UsageError(
                f"{name}={value} is not from {least} to {most}.",
                f"{name}={value} 不在 {least} 到 {most} 之间。",
                parameter=name,
                limit=most,
            )


def _numbers(database: sqlite3.Connection, tier: Tier, limit: int = -1) -> list[int]:
    """The things that a look-up finds, in their order; as many as there are by default."""
    return [row[0] for row in database.execute(f"{tier.sql} LIMIT {limit:d}", tier.parameters)]


def _page(
    found: Sequence[tuple[Tier, Sequence[int]]], left: int, limit: int, offset: int
) -> list[tuple[int, Tier]]:
    """The hits of a page, each with the look-up that found it first."""
    unseen = bytearray(left.to_bytes(left.bit_length() // 8 + 1, "little"))
    page: list[tuple[int, Tier]] = []
    for tier, numbers in found:
        for number in numbers:
            place, bit = number >> 3, 1 << (number & 7)
            if place < len(unseen) and unseen[place] & bit:
                unseen[place] ^= bit
                if offset:
                    offset -= 1
                    continue
                page.append((number, tier))
                if len(page) == limit:
                    return page
    return page


def _labels(zh: str, en: str) -> dict[str, str]:
    return {lang: label for lang, label in (("zh", zh), ("en", en)) if label}


def _is_called(name: Known, wanted: str) -> bool:
    return wanted in (key(name.words), *spellings(name.sounds))
