"""All regions of a release and what the report says of each, read once: their pages need no query for it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.namespaces import expand
from egov_kg.publish.about import Words
from egov_kg.publish.figures import notation
from egov_kg.publish.observations import Term
from egov_kg.web.kept import Kept
from egov_kg.web.pages.known.queries import query
from egov_kg.web.service import service

LEVELS: Final = ("country", "province", "prefecture", "county", "other")
"""Notations of `ecode:region-level`, from the largest."""

_OBSERVATION: Final = expand("qb:Observation")


@dataclass(frozen=True, slots=True)
class Region:
    """A region.

    Attributes:
        term: its IRI and names.
        pinyin: its Chinese name in pinyin, for sorting; empty where there is none.
        code: in GB/T 2260, empty for the few that have none.
        iso: in ISO 3166-2, where it has one.
        level: a notation of `ecode:region-level`.
        rank: a notation of `ecode:region-rank`, mostly empty.
        parent: the IRI of what it is in, empty for a country.
        is_romanised: its English name is its Chinese name in Latin letters, not one that is published.
    """

    term: Term
    pinyin: str
    code: str
    iso: str
    level: str
    rank: str
    parent: str
    is_romanised: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that names a region.

    Attributes:
        term: its IRI and label.
        is_figure: it is an observation, not a statement.
        place: the IRI of the region.
    """

    term: Term
    is_figure: bool
    place: str


@dataclass(frozen=True, slots=True)
class Row:
    """A region in a list.

    Attributes:
        region: which.
        parents: what it is in, from the largest, without the country.
        places: how many regions are in it.
        facts: how many facts name it or one of those; None where none does.
    """

    region: Region
    parents: Sequence[Region]
    places: int
    facts: int | None


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All regions.

    Attributes:
        regions: by IRI.
        children: of a region, by code.
        named: the facts that name a region itself, by its IRI.
        within: the facts that name it or a region in it, by its IRI; those that nothing names are not there.
    """

    regions: Mapping[str, Region]
    children: Mapping[str, Sequence[Region]]
    named: Mapping[str, Sequence[Fact]]
    within: Mapping[str, Sequence[Fact]]

    def province(self, iri: str) -> Region | None:
        """The province-level unit that a region is or is in; None for one in none, and for no region."""
        around = (*filter(None, [self.regions.get(iri)]), *reversed(self.above(iri)))
        return next((one for one in around if one.level == "province"), None)

    def above(self, iri: str) -> tuple[Region, ...]:
        """What a region is in, from the largest; also where the data go round in a circle."""
        return tuple(reversed(list(_above(self.regions, iri))))

    def of_level(self, level: str) -> tuple[Region, ...]:
        """The regions of a level, by code."""
        found = (region for region in self.regions.values() if region.level == level)
        return tuple(sorted(found, key=by_code))

    def count(self, iri: str) -> int | None:
        """How many facts name a region or one in it; None where none does, which is not zero."""
        return len({fact.term.iri for fact in self.within[iri]}) if iri in self.within else None

    def row(self, region: Region) -> Row:
        """A region for a list."""
        iri = region.term.iri
        above = [one for one in self.above(iri) if one.level != "country"]
        return Row(region, above, len(self.children.get(iri, ())), self.count(iri))


def gazetteer() -> Gazetteer:
    """That of the release at hand."""
    return _gazetteer.get(service().release.id)


def by_code(region: Region) -> tuple[str, str]:
    """What regions are sorted by: their code, and their IRI where they have none."""
    return region.code or "~", region.term.iri


def _above(regions: Mapping[str, Region], iri: str) -> Iterator[Region]:
    seen = {iri}
    region = regions.get(iri)
    while region is not None and region.parent not in seen and region.parent in regions:
        seen.add(region.parent)
        region = regions[region.parent]
        yield region


def _read() -> Gazetteer:
    regions: dict[str, Region] = {}
    for row in _rows("regions"):
        regions.setdefault(row["region"], _region(row))  # the first of several names and parents
    children: dict[str, list[Region]] = {}
    for region in sorted(regions.values(), key=by_code):
        if region.parent:
            children.setdefault(region.parent, []).append(region)
    named: dict[str, list[Fact]] = {}
    within: dict[str, list[Fact]] = {}
    for row in _rows("facts-of-regions"):
        place = row["place"]
        fact = Fact(Term(row["fact"], _words(row, "fact")), row["class"] == _OBSERVATION, place)
        named.setdefault(place, []).append(fact)
        for iri in (place, *(one.term.iri for one in _above(regions, place))):
            within.setdefault(iri, []).append(fact)
    return Gazetteer(regions, children, named, within)


def _region(row: Mapping[str, str]) -> Region:
    return Region(
        term=Term(row["region"], _words(row, "region")),
        pinyin=row["pinyin"],
        code=row["code"],
        iso=row["iso"],
        level=notation(row["level"]),
        rank=notation(row["rank"]),
        parent=row["parent"],
        is_romanised=notation(row["origin"]) == "romanised",
    )


def _words(row: Mapping[str, str], name: str) -> Words:
    return {lang: row[f"{name}_{lang}"] for lang in ("en", "zh") if row[f"{name}_{lang}"]}


def _rows(name: str) -> Iterator[dict[str, str]]:
    answer = service().store.read(query(name), "text/csv", {})
    return csv.DictReader(io.StringIO(answer.decode(), newline=""))


_gazetteer: Final = Kept(_read)
