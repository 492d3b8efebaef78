"""`/en/id/.../neighbourhood`: what a resource is linked with, a few of each kind, as a list and a drawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from flask import Blueprint, Response

from egov_kg import iris
from egov_kg.namespaces import shrink
from egov_kg.publish.describe import Description
from egov_kg.publish.observations import Term
from egov_kg.publish.void import read_query
from egov_kg.web import described, paged
from egov_kg.web.paged import PAGE
from egov_kg.web.pages.parts import linked, properties, shown_query
from egov_kg.web.pages.parts.shown import fallback

MOST: Final = 40
"""How many links a neighbourhood shows."""

blueprint = Blueprint("neighbourhood", __name__)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What a resource is linked with: its names, and the address of its own neighbourhood, else of itself."""

    term: Term
    href: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """The links of a resource by one property.

    Attributes:
        by: the property.
        is_outgoing: whether the resource is their subject.
        total: how many there are.
        shown: some of them.
        all: where all of them are.
    """

    by: Term
    is_outgoing: bool
    total: int
    shown: Sequence[Neighbour]
    all: str

    @property
    def left_out(self) -> int:
        """How many are not shown."""
        return self.total - len(self.shown)


@blueprint.route(f"{PAGE}/id/<type_>/<slug>/neighbourhood", methods=["GET"])
def of_thing(type_: str, slug: str) -> Response:
    """The neighbourhood of a thing."""
    return _page(f"id/{type_}/{slug}")


@blueprint.route(f"{PAGE}/code/<scheme>/neighbourhood", methods=["GET"])
def of_code_list(scheme: str) -> Response:
    """The neighbourhood of a code list."""
    return _page(f"code/{scheme}")


@blueprint.route(f"{PAGE}/code/<scheme>/<notation>/neighbourhood", methods=["GET"])
def of_concept(scheme: str, notation: str) -> Response:
    """The neighbourhood of a member of a code list."""
    return _page(f"code/{scheme}/{notation}")


def _page(path: str) -> Response:
    about = described.find(described.own(path), alone=True)
    found = bundles(about)
    return paged.page(
        "pages/neighbourhood.html",
        about=about,
        subject=Term(about.iri, about.labels.get(about.iri) or {"": fallback(about.iri)}),
        path=f"/{path}",
        outgoing=[one for one in found if one.is_outgoing],
        incoming=[one for one in found if not one.is_outgoing],
        shown=sum(len(one.shown) for one in found),
        total=sum(one.total for one in found),
        most=MOST,
        outgoing_query=shown_query.link(read_query("describe-facts.rq"), resource=about.iri),
        incoming_query=shown_query.link(linked.text("linked-all"), resource=about.iri),
    )


def bundles(about: Description) -> tuple[Bundle, ...]:
    """The links of a resource by property, at most `MOST` in all: one of each property, a second of each ...

    Args:
        about: what is said of it.
    """
    found = sorted(
        chain(_outgoing(about), _incoming(about.iri)),
        key=lambda one: (properties.rank(one.by.iri), not one.is_outgoing, one.by.iri),
    )
    return tuple(
        Bundle(one.by, one.is_outgoing, one.total, one.shown[:share], one.all)
        for one, share in zip(found, shares([len(one.shown) for one in found], MOST), strict=True)
    )


def shares(sizes: Sequence[int], most: int) -> list[int]:
    """How much each of some lists may show so that all together show at most `most`, and as evenly as can be.

    Args:
        sizes: of the lists.
        most: in all.
    """
    found = [0] * len(sizes)
    left = most
    while left and any(has < size for has, size in zip(found, sizes, strict=True)):
        for place, size in enumerate(sizes):
            if left and found[place] < size:
                found[place] += 1
                left -= 1
    return found


def _outgoing(about: Description) -> Iterator[Bundle]:
    from rdflib.term import URIRef

    values: dict[str, list[str]] = {}
    for fact in about.facts:
        if isinstance(fact.value, URIRef):
            values.setdefault(fact.predicate, []).append(str(fact.value))
    page = iris.local(about.iri)
    for name, some in values.items():
        terms = sorted((_term(about, one) for one in set(some)), key=lambda one: one.iri)
        shown = tuple(map(_neighbour, terms))
        yield Bundle(
            _term(about, name), True, len(shown), shown, paged.at(f"{page}#{properties.anchor(name)}")
        )


def _incoming(iri: str) -> Iterator[Bundle]:
    for one in linked.incoming(iri, MOST):
        link = paged.at("/links", of=shrink(iri), property=shrink(one.by.iri))
        yield Bundle(one.by, False, one.total, tuple(map(_neighbour, one.things)), link)


def _term(about: Description, iri: str) -> Term:
    return Term(iri, about.labels.get(iri) or {"": fallback(iri)})


def _neighbour(term: Term) -> Neighbour:
    return Neighbour(term, linked.neighbourhood(term.iri) or paged.place(term.iri))
