"""What refers to a resource, by property: a few of each, or a page of one. A class may have thousands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from egov_kg import iris
from egov_kg.errors import UsageError
from egov_kg.publish.observations import Term
from egov_kg.web import paged
from egov_kg.web.pages.parts import properties
from egov_kg.web.pages.parts.shown import fallback
from egov_kg.web.service import service

if TYPE_CHECKING:
    from egov_kg.store.base import Row

PAGE: Final = 100
"""How many things are on a page of those that refer by one property."""

_ALL_AT_ONCE: Final = 300
_WITH_NEIGHBOURHOOD: Final = ("id", "code", "scheme")


@dataclass(frozen=True, slots=True)
class Incoming:
    """What refers to a resource by one property.

    Attributes:
        by: the property.
        total: how many do.
        things: the first of them, by IRI.
    """

    by: Term
    total: int
    things: tuple[Term, ...]


def counts(iri: str) -> tuple[tuple[Term, int], ...]:
    """The properties by which something is referred to and how often, in the order of readers."""
    found: dict[str, int] = {}
    words: dict[str, dict[str, str]] = {}
    for row in _select("linked-counts", resource=iri):
        name = str(row["property"])
        found[name] = int(str(row["things"]))
        _add(words, name, row)
    terms = ((Term(name, words.get(name, {})), found[name]) for name in found)
    return tuple(sorted(terms, key=lambda one: (properties.rank(one[0].iri), one[0].iri)))


def incoming(
    iri: str, each: int, referring: tuple[tuple[Term, int], ...] | None = None
) -> tuple[Incoming, ...]:
    """What refers to a resource.

    Args:
        iri: the resource.
        each: how many things at most of each property.
        referring: what `counts` says of it, if it is known already.
    """
    found = counts(iri) if referring is None else referring
    if sum(total for _, total in found) > _ALL_AT_ONCE:
        return tuple(
            Incoming(name, total, _page(iri, name.iri, "")[: min(each, PAGE)]) for name, total in found
        )
    rows = _select("linked-all", resource=iri)
    by_property: dict[str, list[Row]] = {}
    for row in rows:
        by_property.setdefault(str(row["property"]), []).append(row)
    return tuple(
        Incoming(name, total, _things(by_property.get(name.iri, ()))[:each]) for name, total in found
    )


def neighbourhood(iri: str) -> str:
    """The address of the neighbourhood of a resource; empty for what has none."""
    try:
        has_one = iris.parse(iri).kind in _WITH_NEIGHBOURHOOD
    except UsageError:
        return ""
    return paged.at(f"{iris.local(iri)}/neighbourhood") if has_one else ""


def page(iri: str, property_: str, after: str) -> tuple[tuple[Term, ...], bool]:
    """A page of what refers to a resource by a property, in the order of IRIs, and whether there is more.

    Args:
        iri: the resource.
        property_: the property.
        after: the last IRI of the page before, empty for the first.
    """
    found = _page(iri, property_, after)
    return found[:PAGE], len(found) > PAGE


def _page(iri: str, property_: str, after: str) -> tuple[Term, ...]:
    return _things(_select("linked-page", resource=iri, property=property_, after=after))


def _things(rows: Iterable[Row]) -> tuple[Term, ...]:
    words: dict[str, dict[str, str]] = {}
    for row in rows:
        _add(words, str(row["thing"]), row)
    return tuple(Term(iri, words[iri] or {"": fallback(iri)}) for iri in sorted(words))


def _add(words: dict[str, dict[str, str]], iri: str, row: Row) -> None:
    known = words.setdefault(iri, {})
    if (label := row.get("label")) is not None:
        known.setdefault(getattr(label, "language", None) or "", str(label))


def text(name: str) -> str:
    """One of the queries of this module."""
    return (Path(__file__).parent / "rq" / f"{name}.rq").read_text(encoding="utf-8")


def _select(name: str, after: str | None = None, **iris: str) -> list[Row]:
    from rdflib.term import Identifier, Literal, URIRef

    bound: dict[str, Identifier] = {variable: URIRef(iri) for variable, iri in iris.items()}
    if after is not None:
        bound["after"] = Literal(after)
    return service().store.select(text(name), bound)
