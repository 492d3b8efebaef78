"""The views of the source: the document, its sections with their facts in order, spans. Never its text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from egov_kg.namespaces import expand
from egov_kg.publish.about import Words
from egov_kg.publish.observations import Observation, Place, Term
from egov_kg.publish.statements import read_statements
from egov_kg.web.documents import Document
from egov_kg.web.pages.known.observed import observations
from egov_kg.web.pages.parts import facts
from egov_kg.web.pages.parts.facts import Said
from egov_kg.web.service import service

if TYPE_CHECKING:
    from rdflib.term import Identifier

    from egov_kg.store.base import Row

_SECTIONS: Final = Path(__file__).parent / "rq" / "sections.rq"
_FACTS: Final = Path(__file__).parent / "rq" / "facts-of-document.rq"
_OBSERVATION: Final = expand("qb:Observation")
_SPAN: Final = Path(__file__).parent / "rq" / "span.rq"


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact at its place in the source: a figure or a sentence.

    Attributes:
        place: where it stands.
        figure: if it is an observation.
        said: if it is a statement.
    """

    place: Place
    figure: Observation | None
    said: Said | None


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a document: how many figures and facts in words it has."""

    term: Term
    figures: int
    words: int


def document(shown: Document) -> Mapping[str, Any]:
    """What the template of a source document needs: its sections and where in them facts stand."""
    iri = shown.about.iri
    terms, length = _sections(iri)
    spots: set[tuple[int, int, str]] = set()
    found: dict[tuple[str, str], set[str]] = {}
    for row in service().store.select(_FACTS.read_text(encoding="utf-8"), {"document": _iri(iri)}):
        kind = "figure" if str(row["class"]) == _OBSERVATION else "said"
        spots.add((int(str(row["start"])), int(str(row["end"])), kind))
        found.setdefault((str(row["section"]), kind), set()).add(str(row["fact"]))
    return {
        "sections": [
            Section(term, *(len(found.get((term.iri, kind), ())) for kind in ("figure", "said")))
            for term in terms
        ],
        "length": length,
        "marks": _drawn(spots),
        "hash": next((str(one) for one in shown.about.values(expand("egov:sha256"))), ""),
    }


def section(shown: Document) -> Mapping[str, Any]:
    """What the template of a section needs: its facts in order, and the sections beside it."""
    part_of = sorted(map(str, shown.about.values(expand("dcterms:isPartOf"))))
    terms, length = _sections(part_of[0]) if part_of else ((), 0)
    found = entries(shown.about.iri)
    return {"entries": found, "sections": terms, "length": length, "marks": marks(found)}


def span(shown: Document) -> Mapping[str, Any] | None:
    """What the template of a span needs: its place and the facts that it carries."""
    iri = shown.about.iri
    rows = service().store.select(_SPAN.read_text(encoding="utf-8"), {"span": _iri(iri)})
    if not rows:
        return None
    first = {name: str(value) for name, value in rows[0].items()}
    place = Place(
        Term(first.get("section", ""), _words(rows, "section_label")),
        int(first.get("paragraph", 0)),
        int(first["start"]),
        int(first["end"]),
        iri,
    )
    return facts.context(iri) | {
        "spot": place,
        "source": Term(first["document"], _words(rows, "document_label")),
        "length": int(first.get("length", 0)),
        "marks": [(place.start, place.end, "here")],
        "hash": first.get("hash", ""),
    }


def entries(section_iri: str) -> tuple[Entry, ...]:
    """The facts of a section in the order of the source; one with several places there is at the first."""
    found = [Entry(one.place, one, None) for one in observations(section_iri) if one.place]
    for one in read_statements(service().store, section_iri):
        place = next((at for at in one.places if at.section.iri == section_iri), None)
        if place:
            found.append(Entry(place, None, facts.said(one)))
    return tuple(sorted(found, key=lambda one: (one.place.start, one.place.end, one.figure is None)))


def marks(found: Iterable[Entry]) -> list[tuple[int, int, str]]:
    """Where facts stand, for a drawing of the document: start, end, `figure` or `said`."""
    return _drawn({(one.place.start, one.place.end, "figure" if one.figure else "said") for one in found})


def _drawn(spots: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """In the order in which they are drawn: figures lie on top."""
    return sorted(spots, key=lambda one: (one[2] == "figure", *one))


def _sections(document_iri: str) -> tuple[tuple[Term, ...], int]:
    """The sections of a document in order, and its length in code points, 0 where not said."""
    words: dict[str, dict[str, str]] = {}
    order: dict[str, int] = {}
    length = 0
    query = _SECTIONS.read_text(encoding="utf-8")
    for row in service().store.select(query, {"document": _iri(document_iri)}):
        name = str(row["section"])
        length = int(str(row.get("length", 0)))
        order[name] = int(str(row.get("order", 0)))
        known = words.setdefault(name, {})
        if (label := row.get("label")) is not None:
            known[getattr(label, "language", None) or ""] = str(label)
    names = sorted(words, key=lambda one: (order[one], one))
    return tuple(Term(name, words[name]) for name in names), length


def _words(rows: Iterable[Row], name: str) -> Words:
    labels = (row[name] for row in rows if name in row)
    return {getattr(label, "language", None) or "": str(label) for label in labels}


def _iri(iri: str) -> Identifier:
    from rdflib.term import URIRef

    return URIRef(iri)
