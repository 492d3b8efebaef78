"""`/en/indicators`: all indicators by topic and kind, to be narrowed by topic, kind and level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request

from egov_kg.publish.observations import Term
from egov_kg.web import listing
from egov_kg.web.paged import PAGE, at, page
from egov_kg.web.pages.known.measured import Catalogue, Measured, catalogue
from egov_kg.web.pages.known.queries import query
from egov_kg.web.pages.parts import embedded, shown_query

FACETS: Final = ("topic", "kind", "level")
_LONGEST: Final = 80

blueprint = Blueprint("indicators", __name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that the list can be narrowed to.

    Attributes:
        term: the concept.
        href: where the list is narrowed to it; where it already is, to what it is without it.
        count: of indicators that there are then.
        is_chosen: whether the list is narrowed to it.
    """

    term: Term
    href: str
    count: int
    is_chosen: bool


@blueprint.route(f"{PAGE}/indicators", methods=["GET"])
def indicators() -> Response:
    """All indicators, or those of a topic, a kind, a level."""
    listing.registry()
    known = catalogue()
    asked = {name: request.args.get(name, "")[:_LONGEST] for name in FACETS}
    chosen = {name: value for name, value in asked.items() if value in concepts(known, name)}
    shown = [one for one in known.indicators if fits(one, chosen)]
    return page(
        "pages/indicators.html",
        tree=tree(known, shown),
        shown=shown,
        total=len(known.indicators),
        chosen={name: concepts(known, name)[value] for name, value in chosen.items()},
        unknown={name: value for name, value in asked.items() if value and name not in chosen},
        facets={name: choices(known, chosen, name) for name in FACETS},
        without=without(known, chosen),
        levels=known.levels,
        query=shown_query.link(query("figures-in-short")),
        csv=shown_query.answer(query("figures-in-short"), "csv"),
        embedded=embedded.whole(),
    )


def concepts(known: Catalogue, facet: str) -> Mapping[str, Term]:
    """What a facet can be, by notation."""
    return {"topic": known.topics, "kind": known.kinds, "level": known.levels}[facet]


def fits(one: Measured, chosen: Mapping[str, str]) -> bool:
    """Whether an indicator has all that was chosen."""
    return all(
        value in one.levels if name == "level" else value == getattr(one, name)
        for name, value in chosen.items()
    )


def choices(known: Catalogue, chosen: Mapping[str, str], facet: str) -> list[Choice]:
    """The values of a facet that leave some indicators, given the other facets; and the chosen one."""
    others = {name: value for name, value in chosen.items() if name != facet}
    found = []
    for value, term in concepts(known, facet).items():
        count = sum(fits(one, others | {facet: value}) for one in known.indicators)
        is_chosen = chosen.get(facet) == value
        if count or is_chosen:
            wanted = others if is_chosen else others | {facet: value}
            found.append(Choice(term, at("/indicators", **wanted), count, is_chosen))
    return found


def without(known: Catalogue, chosen: Mapping[str, str]) -> list[tuple[str, Choice]]:
    """Of each chosen facet, what there is without it: the ways out of an empty list."""
    found = []
    for facet, value in chosen.items():
        others = {name: other for name, other in chosen.items() if name != facet}
        count = sum(fits(one, others) for one in known.indicators)
        term = concepts(known, facet)[value]
        found.append((facet, Choice(term, at("/indicators", **others), count, is_chosen=True)))
    return found


def tree(
    known: Catalogue, shown: Sequence[Measured]
) -> list[tuple[Term | None, list[tuple[Term | None, list[Measured]]]]]:
    """Indicators by topic, those with the most first, and by kind; those that lack one come last."""
    topics = sorted(
        known.topics, key=lambda topic: (-sum(one.topic == topic for one in known.indicators), topic)
    )
    found = []
    for topic in (*topics, ""):
        some = [one for one in shown if (one.topic if one.topic in known.topics else "") == topic]
        if some:
            found.append((known.topics.get(topic), list(_kinds(known, some))))
    return found


def _kinds(known: Catalogue, some: Sequence[Measured]) -> Iterator[tuple[Term | None, list[Measured]]]:
    for kind in (*known.kinds, ""):
        here = [one for one in some if (one.kind if one.kind in known.kinds else "") == kind]
        if here:
            yield known.kinds.get(kind), sorted(here, key=lambda one: (-len(one.figures), one.term.iri))
