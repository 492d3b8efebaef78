"""What stands behind one observation: where it comes from, how it may be read, how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from egov_kg.namespaces import expand
from egov_kg.publish.about import Words
from egov_kg.publish.figures import notation
from egov_kg.publish.observations import Observation, Place, Term
from egov_kg.publish.void import read_query

if TYPE_CHECKING:
    from rdflib.term import Identifier

    from egov_kg.store.base import Store

SPANS: Final = ("figure", "clause", "period", "threshold")
"""What a span of the source can be to an observation, in the order to show them."""


@dataclass(frozen=True, slots=True)
class Span:
    """A span of the source.

    Attributes:
        role: one of `SPANS`.
        place: where it is.
        sha256: of its text in UTF-8, in hexadecimal digits.
    """

    role: str
    place: Place
    sha256: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an ambiguous statement.

    Attributes:
        iri: its IRI.
        rank: 1 is preferred.
        words: what is meant, by language.
        counted: what is counted by it, where that is what differs.
        level: of its population, where that is what differs.
    """

    iri: str
    rank: int
    words: Words
    counted: Term | None
    level: Term | None


@dataclass(frozen=True, slots=True)
class Card:
    """What stands behind an observation.

    Attributes:
        spans: of the source, in the order of `SPANS`.
        readings: by rank; empty where there is no ambiguity.
        document: the source.
        document_sha256: of its text in UTF-8.
        method: how its survey was made, a notation of `ecode:survey-method`; empty without a survey.
        has_open_end: its period has an end that the source does not state.
        review: a notation of `ecode:review-state`.
        notes: by language, in order.
    """

    spans: tuple[Span, ...]
    readings: tuple[Reading, ...]
    document: Term
    document_sha256: str
    method: str
    has_open_end: bool
    review: str
    notes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Part:
    """What the graph says of one part, each property by its curie."""

    iri: str
    facts: dict[str, list[Identifier]] = field(default_factory=dict)

    def text(self, curie: str) -> str:
        return next((str(value) for value in self.facts.get(expand(curie), ())), "")

    def words(self, curie: str) -> dict[str, str]:
        return {getattr(v, "language", None) or "": str(v) for v in self.facts.get(expand(curie), ())}


def read_card(store: Store, one: Observation) -> Card:
    """What stands behind an observation.

    Args:
        store: a release's graphs.
        one: the observation.
    """
    from rdflib.term import URIRef

    roles: dict[str, dict[str, _Part]] = {}
    names: dict[str, dict[str, str]] = {}
    for row in store.select(read_query("card.rq"), {"focus": URIRef(one.iri)}):
        part = roles.setdefault(str(row["role"]), {}).setdefault(str(row["part"]), _Part(str(row["part"])))
        values = part.facts.setdefault(str(row["property"]), [])
        if row["value"] not in values:
            values.append(row["value"])
        if name := row.get("name"):
            names.setdefault(str(row["value"]), {})[getattr(name, "language", None) or ""] = str(name)

    def first(role: str) -> _Part:
        return next(iter(roles.get(role, {}).values()), _Part(""))

    def term(part: _Part, curie: str) -> Term | None:
        iri = part.text(curie)
        return Term(iri, names.get(iri, {})) if iri else None

    own, document = first("self"), first("document")
    spans = [
        Span(role, _place(part, names), part.text("egov:spanSha256"))
        for role in SPANS
        for part in sorted(roles.get(role, {}).values(), key=lambda part: part.iri)
        if part.text("oa:start")
    ]
    readings = [
        Reading(
            part.iri,
            int(part.text("egov:rank") or 0),
            part.words("rdfs:comment"),
            term(part, "egov:countedUnit"),
            term(part, "egov:readingLevel"),
        )
        for part in roles.get("reading", {}).values()
    ]
    notes: dict[str, tuple[str, ...]] = {}
    for note in own.facts.get(expand("skos:note"), []):
        language = getattr(note, "language", None) or ""
        notes[language] = tuple(sorted((*notes.get(language, ()), str(note))))
    return Card(
        spans=tuple(spans),
        readings=tuple(sorted(readings, key=lambda reading: (reading.rank, reading.iri))),
        document=Term(document.iri, document.words("rdfs:label")),
        document_sha256=document.text("egov:sha256"),
        method=notation(first("survey").text("egov:method")),
        has_open_end=notation(first("time").text("time:hasEnd")) == "not-stated",
        review=notation(own.text("egov:reviewState")),
        notes=notes,
    )


def _place(part: _Part, names: Mapping[str, Words]) -> Place:
    section = part.text("egov:section")
    return Place(
        Term(section, names.get(section, {})),
        int(part.text("egov:paragraph") or 0),
        int(part.text("oa:start")),
        int(part.text("oa:end")),
        part.iri,
    )
