"""Where a resource stands in the source: places and hashes, never its text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from egov_kg.namespaces import expand
from egov_kg.publish.observations import Place, Term
from egov_kg.web.service import service

_QUERY: Final = Path(__file__).parent / "rq" / "spans-of.rq"
_STATED: Final = expand("prov:wasDerivedFrom")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the source that a resource leads to.

    Attributes:
        property: the local name of the property that leads there: `wasDerivedFrom`, `figureSpan` ...
        place: where.
        document: the source.
        sha256: of the source's text in UTF-8, empty where not said.
    """

    property: str
    place: Place
    document: Term
    sha256: str


def mentions(iri: str) -> tuple[Mention, ...]:
    """The places of a resource in the source: where it is stated first, then in the order of the source."""
    from rdflib.term import URIRef

    words: dict[str, dict[str, str]] = {}
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in service().store.select(_QUERY.read_text(encoding="utf-8"), {"resource": URIRef(iri)}):
        found[str(row["property"]), str(row["span"])] = {name: str(value) for name, value in row.items()}
        for name in ("section", "document"):
            if (label := row.get(f"{name}_label")) is not None:
                lang = getattr(label, "language", None) or ""
                words.setdefault(str(row[name]), {})[lang] = str(label)

    def term(name: str) -> Term:
        return Term(name, words.get(name, {}))

    shown = [
        Mention(
            property=Term(name, {}).notation,
            place=Place(
                term(said.get("section", "")),
                int(said.get("paragraph", 0)),
                int(said["start"]),
                int(said["end"]),
                span,
            ),
            document=term(said["document"]),
            sha256=said.get("sha256", ""),
        )
        for (name, span), said in found.items()
    ]
    return tuple(sorted(shown, key=lambda one: (one.property != Term(_STATED, {}).notation, one.place.start)))
