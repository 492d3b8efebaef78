"""What a release says of everything that has a name: read from its store, for the index."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from egov_kg.formats import JSON
from egov_kg.match.kinds import Kind, kind_of, rank
from egov_kg.sparql.protocol import Operation

if TYPE_CHECKING:
    from egov_kg.store.base import Store

Role = Literal["label", "alternative", "hidden", "code"]
ROLES: Final[tuple[Role, ...]] = ("label", "alternative", "hidden", "code")
"""What a name is to its thing: `skos:prefLabel` and `rdfs:label`, `altLabel`, `hiddenLabel`, `notation`."""

FACETS: Final = ("kind", "type", "topic", "populationLevel", "regionLevel", "area", "qualifier", "section")
"""By what a search can be narrowed."""

PINYIN: Final = "zh-latn-pinyin"
"""The language tag of labels that say how a Chinese name is read."""

LONGEST: Final = 400
"""Code points of a name that count."""

_QUERIES: Final = Path(__file__).parent / "rq"
_WITHIN: Final = ("broader", "unitOf", "isPartOf", "inScheme", "dataSet")

Row = Mapping[str, Mapping[str, str]]

Answers = Mapping[str, bytes]
"""Answers of a store in JSON (SPARQL 1.1 Query Results JSON Format), by the name of the query."""


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """A name of a thing.

    Attributes:
        role: a place in `ROLES`.
        lang: its language tag in lower case, empty if it has none.
        text: at most `LONGEST` code points.
    """

    role: int
    lang: str
    text: str

    @property
    def spoken(self) -> str:
        """The language without script or place: zh of zh-hans; empty for pinyin."""
        return "" if self.lang == PINYIN else self.lang.partition("-")[0]


@dataclass(slots=True)
class Thing:
    """Something that has a name.

    Attributes:
        iri: names it.
        names: all it is called, labels first.
        facts: IRIs by what they are to it: a facet, or what it is part of.
        kind: by its types.
        rank: among equal hits, the lowest comes first.
    """

    iri: str
    names: set[Name] = field(default_factory=set)
    facts: dict[str, set[str]] = field(default_factory=dict)
    kind: Kind = field(init=False)
    rank: int = field(init=False)

    def label(self, lang: str) -> str:
        """Its label in a language; empty where there is none."""
        return min((name.text for name in self.names if name.role == 0 and name.spoken == lang), default="")

    @property
    def within(self) -> str:
        """What it is part of; empty if that is not said."""
        found = (sorted(self.facts[name]) for name in _WITHIN if name in self.facts)
        return next(found, [""])[0]


def ask(store: Store) -> Answers:
    """What an index is made of.

    Args:
        store: a release's graphs.

    Raises:
        EvaluationError: the store failed.
    """
    # The engine's JSON is read several times faster than terms of rdflib are made.
    return {
        path.stem: b"".join(store.respond(Operation(path.read_text(encoding="utf-8")), JSON.media_type))
        for path in sorted(_QUERIES.glob("*.rq"))
    }


def read(answers: Answers) -> list[Thing]:
    """Everything that has a name, in the order of its rank and IRI.

    Args:
        answers: what `ask` gave.
    """
    things: dict[str, Thing] = {}
    for row in _rows(answers, "labels"):
        iri, name = row["thing"]["value"], row["name"]
        text = name["value"][:LONGEST].strip()
        if text:
            role = ROLES.index(row["role"]["value"])
            lang = name.get("xml:lang", "").lower()
            things.setdefault(iri, Thing(iri)).names.add(Name(role, lang, text))
    for row in _rows(answers, "facts"):
        if thing := things.get(row["thing"]["value"]):
            thing.facts.setdefault(row["facet"]["value"], set()).add(row["value"]["value"])
    above = _above((row["class"]["value"], row["above"]["value"]) for row in _rows(answers, "classes"))
    for thing in things.values():
        thing.kind = kind_of(thing.facts.get("type", ()), above)
        thing.rank = rank(thing.kind, thing.facts.get("regionLevel", ()))
    return sorted(things.values(), key=lambda thing: (thing.rank, thing.iri))


def _rows(answers: Answers, name: str) -> list[Row]:
    rows: list[Row] = json.loads(answers[name])["results"]["bindings"]
    return rows


def _above(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Every class above each class, itself included."""
    direct: dict[str, set[str]] = {}
    for one, other in pairs:
        direct.setdefault(one, set()).add(other)
    found: dict[str, set[str]] = {}
    for one in direct:
        seen, left = {one}, [one]
        while left:
            new = direct.get(left.pop(), set()) - seen
            seen |= new
            left += new
        found[one] = seen
    return found
