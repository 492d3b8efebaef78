"""The views of code lists and of their members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from egov_kg.namespaces import expand
from egov_kg.publish.about import Words, in_language
from egov_kg.publish.figures import notation
from egov_kg.publish.observations import LEVELS, Term
from egov_kg.web.documents import Document
from egov_kg.web.pages.parts import facts
from egov_kg.web.service import service

if TYPE_CHECKING:
    from rdflib.term import Identifier

MOST: Final = 200
"""How many members of a code list are read at most; of those with more the page leads to where they are."""

_QUERY: Final = Path(__file__).parent / "rq" / "members.rq"
_LEVEL: Final = expand("ecode:level/")


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a code list.

    Attributes:
        term: its IRI and names.
        notation: its code.
        definition: what it means, by language.
        order: its place on an ordered scale, from 1; None where there is none.
        broader: the IRI of what it belongs under, mostly empty.
        is_deprecated: it is no longer to be used.
    """

    term: Term
    notation: str
    definition: Words
    order: int | None
    broader: str
    is_deprecated: bool

    def meaning(self, lang: str) -> str:
        """Its definition in a language, else in another, else nothing."""
        return in_language(self.definition, lang)


def scheme(document: Document) -> Mapping[str, Any]:
    """What the template of a code list needs."""
    return {"members": members(document.about.iri)}


def concept(document: Document) -> Mapping[str, Any]:
    """What the template of a member of a code list needs: what is said of it, and the others of the list."""
    schemes = sorted(map(str, document.about.values(expand("skos:inScheme"))))
    others = members(schemes[0]) if schemes else ()
    said = facts.context(document.about.iri)
    return {**said, "siblings": others if len(others) < MOST else (), "folded": False}


def members(iri: str) -> tuple[Member, ...]:
    """The members of a code list, at most `MOST`: by their order if it has one, else by code."""
    from rdflib.term import URIRef

    said: dict[str, dict[str, list[Identifier]]] = {}
    for row in service().store.select(_QUERY.read_text(encoding="utf-8"), {"scheme": URIRef(iri)}):
        if "property" in row:
            known = said.setdefault(str(row["member"]), {})
            known.setdefault(str(row["property"]), []).append(row["value"])
    found = [_member(name, known) for name, known in said.items()]
    return tuple(sorted(found, key=_rank))


def _rank(one: Member) -> tuple[int, int, str]:
    level = LEVELS.index(one.notation) if one.term.iri.startswith(_LEVEL) and one.notation in LEVELS else 0
    return one.order or 0, level, one.notation


def _member(iri: str, said: Mapping[str, list[Identifier]]) -> Member:
    def words(curie: str) -> Words:
        return {getattr(one, "language", None) or "": str(one) for one in said.get(expand(curie), ())}

    def first(curie: str) -> str:
        return next(iter(sorted(map(str, said.get(expand(curie), ())))), "")

    order = first("egov:order")
    return Member(
        term=Term(iri, words("rdfs:label")),
        notation=first("skos:notation") or notation(iri),
        definition=words("skos:definition"),
        order=int(order) if order.isdecimal() else None,
        broader=first("skos:broader"),
        is_deprecated=first("owl:deprecated") == "true",
    )
