"""`/en/regions`: China's regions of 2012 on a map and as a list, with what the report says of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, Response, request

from egov_kg.errors import UsageError
from egov_kg.web import listing, paged, paging
from egov_kg.web.paged import PAGE
from egov_kg.web.pages.figures import tiles
from egov_kg.web.pages.known import gazetteer
from egov_kg.web.pages.known.gazetteer import LEVELS, Gazetteer, Region
from egov_kg.web.pages.known.queries import query
from egov_kg.web.pages.parts import shown_query
from egov_kg.web.responses import language

SIZE: Final = 100
"""How many regions are on a page of the list."""

_SORTS: Final = ("code", "name", "facts")
_ORDERS: Final = ("asc", "desc")

blueprint = Blueprint("regions", __name__)


@blueprint.route(f"{PAGE}/regions", methods=["GET"])
def regions() -> Response:
    """The map, the regions that the report names, and the regions of `level`, by `sort` and `order`."""
    listing.registry()
    level, sort = _choice("level", LEVELS, "province"), _choice("sort", _SORTS, "code")
    order = _choice("order", _ORDERS, "desc" if sort == "facts" else "asc")
    known = gazetteer.gazetteer()
    found = _sorted(known, known.of_level(level), sort, backwards=order == "desc")
    part = paging.part(found, SIZE)
    text = query("facts-of-regions")
    return paged.page(
        "pages/regions.html",
        tiles=tiles.tiles(),
        map_svg=tiles.picture(),
        steps=tiles.legend(),
        named=[known.row(region) for region in _named(known)],
        levels=[(name, len(known.of_level(name))) for name in LEVELS],
        total=len(known.regions),
        level=level,
        sort=sort,
        order=order,
        sorts=_SORTS,
        part=part,
        rows=[known.row(region) for region in part.items],
        query=shown_query.link(text),
        csv=shown_query.answer(text, "csv"),
    )


def _named(known: Gazetteer) -> list[Region]:
    """The regions that facts name themselves, but for the country, by code."""
    found = (known.regions[iri] for iri in known.named if iri in known.regions)
    return sorted((one for one in found if one.level != "country"), key=gazetteer.by_code)


def _sorted(known: Gazetteer, found: Sequence[Region], sort: str, *, backwards: bool) -> list[Region]:
    lang = language()

    def name(region: Region) -> tuple[str, str]:
        text = region.term.name(lang)
        return (region.pinyin or text) if lang == "zh" else text.casefold(), region.term.iri

    if sort == "name":
        return sorted(found, key=name, reverse=backwards)
    if sort == "facts":
        sign = -1 if backwards else 1
        return sorted(found, key=lambda one: sign * (known.count(one.term.iri) or 0))  # else by code
    return list(reversed(found)) if backwards else list(found)


def _choice(name: str, known: Sequence[str], default: str) -> str:
    """A parameter of the URL that is one of some words.

    Raises:
        UsageError: it is another.
    """
    text = request.args.get(name, "") or default
    if text not in known:
        raise UsageError(
            f"{name}={text[:40]!r} is none of {', '.join(known)}.",
            f"{name}={text[:40]!r} 不是 {'、'.join(known)} 之一。",
            parameter=name,
        )
    return text
