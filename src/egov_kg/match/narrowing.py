"""Facets: what hits have in common, and hits narrowed to it.

A set of things is a whole number, bit n for thing n, so that to narrow is `&` and to count is `bit_count`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from egov_kg.errors import UsageError
from egov_kg.match.hits import FacetValue
from egov_kg.match.things import FACETS

MOST_VALUES: Final = 50
"""Values of a facet that are shown."""

MOST_SELECTED: Final = 20
"""Values of a facet that can be selected."""

_VALUES: Final = "SELECT facet, value, zh, en, things FROM facets"


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet.

    Attributes:
        labels: by language, `zh` and `en` as far as there are.
        things: that have it, as bits.
    """

    labels: Mapping[str, str]
    things: int


class Facets:
    """The facets of an index.

    Args:
        database: the index.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._values: dict[str, dict[str, Value]] = {facet: {} for facet in FACETS}
        for facet, value, zh, en, things in database.execute(_VALUES):
            labels = {lang: label for lang, label in (("zh", zh), ("en", en)) if label}
            self._values[facet][value] = Value(labels, int.from_bytes(things, "little"))

    def values(self, facet: str) -> Mapping[str, Value]:
        """Each value of a facet.

        Raises:
            UsageError: there is no such facet.
        """
        _require_facet(facet, self._values)
        return self._values[facet]

    def filters(self, selected: Mapping[str, Collection[str]]) -> dict[str, int]:
        """The things that are left by each facet in which something is selected: any value of it will do.

        Raises:
            UsageError: there is no such facet, or too many values of it.
        """
        found = {}
        for facet, values in selected.items():
            _require_facet(facet, self._values)
            if len(values) > MOST_SELECTED:
                raise UsageError(
                    f"{len(values)} values of {facet} are given; at most {MOST_SELECTED} are allowed.",
                    f"{facet} 给了 {len(values)} 个值，最多 {MOST_SELECTED} 个。",
                    parameter=facet,
                    limit=MOST_SELECTED,
                )
            if values:
                found[facet] = 0
                for value in values:
                    known = self._values[facet].get(value)
                    found[facet] |= known.things if known else 0
        return found

    def counted(
        self, hits: int, filters: Mapping[str, int], selected: Mapping[str, Collection[str]]
    ) -> dict[str, tuple[FacetValue, ...]]:
        """Each facet's values with the hits that have them, as the other facets narrow these.

        Args:
            hits: whatever is selected.
            filters: what `filters` says of what is selected.
            selected: values by facet.
        """
        return {
            facet: self._counted(facet, narrowed(hits, filters, but=facet), selected.get(facet, ()))
            for facet in FACETS
        }

    def _counted(self, facet: str, hits: int, chosen: Collection[str]) -> tuple[FacetValue, ...]:
        found = []
        for value, known in self._values[facet].items():
            count = (hits & known.things).bit_count()
            if count or value in chosen:
                found.append(FacetValue(value, known.labels, count, value in chosen))
        found += [FacetValue(value, {}, 0, True) for value in chosen if value not in self._values[facet]]
        found.sort(key=lambda one: (-one.count, one.value))
        return tuple(one for place, one in enumerate(found) if place < MOST_VALUES or one.selected)


def _require_facet(facet: str, known: Collection[str]) -> None:
    if facet not in known:
        raise UsageError(
            f"There is no facet {facet!r}; there are {', '.join(FACETS)}.",
            f"没有分面 {facet!r}；可用的有 {'、'.join(FACETS)}。",
        )


def narrowed(hits: int, filters: Mapping[str, int], *, but: str = "") -> int:
    """The hits that every facet leaves, one facet aside."""
    for facet, things in filters.items():
        if facet != but:
            hits &= things
    return hits
