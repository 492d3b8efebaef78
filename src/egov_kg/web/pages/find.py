"""`/en/search`: what is called so, with facets; where nothing is, the nearest names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request

from egov_kg.match.hits import FacetValue, Hit, Span
from egov_kg.match.labels import DEEPEST
from egov_kg.match.things import FACETS
from egov_kg.namespaces import shrink
from egov_kg.web import label_index, paged
from egov_kg.web.i18n import gettext
from egov_kg.web.paged import PAGE, page
from egov_kg.web.parameters import whole_number
from egov_kg.web.responses import language

SIZE: Final = 20
"""Hits on one page."""

_SHOWN: Final = ("kind", "topic", "populationLevel", "regionLevel", "area", "qualifier", "section")
_VALUES: Final = 8
_FULL: Final = 60

blueprint = Blueprint("find", __name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet as a link.

    Attributes:
        text: what it is called.
        count: hits that have it.
        href: the same search with it, or without it where it is chosen.
        is_chosen: whether the search is narrowed to it.
    """

    text: str
    count: int
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A hit as the page shows it.

    Attributes:
        hit: what was found.
        title: its name, in pieces: text, and whether it fits what was typed.
        href: where it leads.
        kind: what kind of thing it is, and of what.
        matched: the name that was found where it is another, in pieces; else nothing.
    """

    hit: Hit
    title: tuple[tuple[str, bool], ...]
    href: str
    kind: str
    matched: tuple[tuple[str, bool], ...]


@blueprint.route(f"{PAGE}/search", methods=["GET"])
def search() -> Response:
    """A page of hits; all is in the URL: `q`, a parameter for each facet, `page`."""
    lang, text = language(), request.args.get("q", "").strip()
    number = whole_number("page", 1, 1, DEEPEST // SIZE)
    chosen = {facet: tuple(dict.fromkeys(request.args.getlist(facet))) for facet in FACETS}
    index = label_index.index()
    found = index.search(
        text,
        lang=lang,
        facets={facet: [value for value in values if value] for facet, values in chosen.items()},
        limit=SIZE,
        offset=(number - 1) * SIZE,
    )
    pages = max(1, min(-(-found.total // SIZE), DEEPEST // SIZE))
    return page(
        "pages/search.html",
        found=text,
        results=found,
        lines=[_line(hit) for hit in found.hits],
        nearest=[] if found.unfiltered else [_line(hit) for hit in index.nearest(text, lang)],
        facets=[
            (name, choices)
            for facet, name in _names().items()
            if (choices := _choices(facet, found.facets.get(facet, ()), text, chosen))
        ],
        narrowed=any(chosen.values()),
        everything=paged.at("/search", q=text),
        number=number,
        pages=pages,
        before=_link(text, chosen, number - 1) if number > 1 else "",
        after=_link(text, chosen, number + 1) if number < pages else "",
    )


def _names() -> Mapping[str, str]:
    return dict(
        zip(
            _SHOWN,
            (
                gettext("Kind of thing"),
                gettext("Topic"),
                gettext("Level of the figure"),
                gettext("Level of the region"),
                gettext("Area"),
                gettext("Qualifier"),
                gettext("Section of the report"),
            ),
            strict=True,
        )
    )


def _choices(
    facet: str, values: Collection[FacetValue], text: str, chosen: Mapping[str, tuple[str, ...]]
) -> list[Choice]:
    made = []
    for one in values:
        rest = tuple(value for value in chosen[facet] if value != one.value)
        changed = {**chosen, facet: rest if one.selected else (*rest, one.value)}
        name = label_index.said(one.labels, language()) or shrink(one.value)
        made.append(Choice(name, one.count, _link(text, changed), one.selected))
    shown = made[:_FULL]
    # One value that everything has narrows nothing.
    return shown if len(shown) > 1 or any(one.is_chosen for one in shown) else []


def _link(text: str, chosen: Mapping[str, tuple[str, ...]], number: int = 1) -> str:
    given: dict[str, object] = {facet: list(values) for facet, values in chosen.items() if values}
    return paged.at("/search", q=text, **given, page=number if number > 1 else None)


def _line(hit: Hit) -> Line:
    lang = language()
    title = label_index.said(hit.labels, lang) or shrink(hit.iri)
    same = hit.matched.text == title
    return Line(
        hit,
        _pieces(title, hit.matched.spans if same else ()),
        paged.place(hit.iri),
        label_index.described(hit, lang),
        () if same or not hit.matched.text else _pieces(hit.matched.text, hit.matched.spans),
    )


def _pieces(text: str, spans: tuple[Span, ...]) -> tuple[tuple[str, bool], ...]:
    found, place = [], 0
    for start, end in spans:
        found += [(text[place:start], False), (text[start:end], True)]
        place = end
    found.append((text[place:], False))
    return tuple(piece for piece in found if piece[0])
