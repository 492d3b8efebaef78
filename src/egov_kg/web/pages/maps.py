"""`/en/map.svg`: the tile map as a picture to take away, complete without a script.

It says where it is from and what its shades mean, and is light whatever the reader has, as the pictures of
charts are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from flask import Blueprint, Response, render_template, request

from egov_kg import iris
from egov_kg.errors import NotFound
from egov_kg.web import assets, listing, tags
from egov_kg.web.i18n import gettext
from egov_kg.web.paged import PAGE
from egov_kg.web.pages.figures import lettering, tiles
from egov_kg.web.pages.figures.tiles import Tile
from egov_kg.web.pages.known import measured
from egov_kg.web.pages.known.gazetteer import gazetteer
from egov_kg.web.pages.known.observed import observations
from egov_kg.web.pages.parts import facts
from egov_kg.web.pages.views import pilot
from egov_kg.web.responses import language
from egov_kg.web.service import service

TYPE: Final = "image/svg+xml"

_LONGEST: Final = 80
_SIZE: Final = 64  # of a tile, in pixels
_APART: Final = 4
_EDGE: Final = 24
_ACROSS: Final = 8 * (_SIZE + _APART) - _APART
_TITLE: Final = 18
_SHEET: Final = "css/base.css"
_LIGHT: Final = re.compile(r":root\s*\{(.*?)\}", re.DOTALL)
_TOKEN: Final = re.compile(r"--([\w-]+):\s*(#[0-9a-fA-F]+);")

blueprint = Blueprint("maps", __name__)


@dataclass(frozen=True, slots=True)
class Picture:
    """What a map shows.

    Attributes:
        title: what stands above it.
        tiles: all 34.
        marked: the IRIs of those that have a frame.
        is_counted: whether facts are counted and shaded; else those that are marked are dark.
    """

    title: str
    tiles: Sequence[Tile]
    marked: frozenset[str] = frozenset()
    is_counted: bool = True


@blueprint.route(f"{PAGE}/map.svg", methods=["GET"])
def picture() -> Response:
    """The facts of each province-level unit.

    With `region=` one of them has a frame; with `indicator=` there are the figures of that indicator, with
    `pilot=` the provinces that took part in that pilot.
    """
    listing.registry()
    lang, shown = language(), _asked()
    content = render_template(
        "pages/tiles.svg",
        lang=lang,
        tiles=shown.tiles,
        marked=shown.marked,
        is_counted=shown.is_counted,
        lines=list(lettering.wrapped(shown.title, _ACROSS, _TITLE)),
        title=shown.title,
        spoken=spoken(shown),
        steps=tiles.legend(),
        ink=colours(),
        size=_SIZE,
        apart=_APART,
        edge=_EDGE,
        across=_ACROSS,
    )

    def made() -> Response:
        return Response(content, content_type=TYPE)

    response = tags.revalidated(f"{service().release.id}-{tags.digest(content)}", made)
    response.last_modified = service().release.created
    response.headers["Content-Language"] = lang
    return response


def _asked() -> Picture:
    """The map that the request asks for."""
    for name, picture_of in (("indicator", _of_indicator), ("region", _of_region), ("pilot", _of_pilot)):
        if wanted := request.args.get(name, "")[:_LONGEST]:
            return picture_of(wanted)
    return Picture(gettext("Facts of each province-level unit or of a place in it"), tiles.tiles())


def _of_indicator(notation: str) -> Picture:
    """The figures of an indicator.

    Raises:
        NotFound: there is no such indicator, or no figure of it is about a province.
    """
    known = measured.catalogue().find(notation)
    shown = tiles.of_figures(observations(known.term.iri)) if known else ()
    if known is None or not shown:
        raise NotFound(
            f"There is no map of {notation!r}: no indicator of this name has a figure of a province.",
            f"没有 {notation!r} 的地图：没有此名称的指标含有省级地区的数值。",
        )
    name = known.term.name(language())
    title = gettext("%(name)s: figures of each province-level unit or of a place in it", name=name)
    return Picture(title, shown)


def _of_region(notation: str) -> Picture:
    """The facts of all units, with a frame around the one that a region is or is in.

    Raises:
        NotFound: there is no such region, or it is in none of them.
    """
    known, iri = gazetteer(), f"{iris.BASE}id/region/{notation}"
    province = known.province(iri)
    if province is None:
        raise NotFound(
            f"There is no map of {notation!r}: no region of this code is, or is in, a province-level unit.",
            f"没有 {notation!r} 的地图：没有此代码的地区是省级单位或位于省级单位内。",
        )
    name = known.regions[iri].term.name(language())
    title = gettext("%(name)s on the map: facts of each province-level unit or of a place in it", name=name)
    return Picture(title, tiles.tiles(), frozenset({province.term.iri}))


def _of_pilot(notation: str) -> Picture:
    """The units that took part in a pilot, or have a place that did.

    Raises:
        NotFound: there is no such pilot, or none of them took part.
    """
    iri = f"{iris.BASE}id/pilot/{notation}"
    found = pilot.participants(facts.context(iri)["kinds"])
    if not (marked := pilot.provinces(found)):
        raise NotFound(
            f"There is no map of {notation!r}: no pilot of this name has a participant in a province.",
            f"没有 {notation!r} 的地图：没有此名称的试点有省级地区或其辖区参加。",
        )
    named = (term for one in found for terms in one.statement.roles.values() for term in terms)
    name = next(term.name(language()) for term in named if term.iri == iri)
    title = gettext("%(name)s: provinces that took part, or have a place that did", name=name)
    return Picture(title, tiles.tiles(), marked, is_counted=False)


def spoken(shown: Picture) -> str:
    """A map in words: the units that something is said of, then those that nothing is said of."""
    lang = language()
    comma = gettext(", ")
    if not shown.is_counted:
        names = [one.region.name(lang) for one in shown.tiles if one.region.iri in shown.marked]
        return gettext("took part: %(names)s", names=comma.join(names))
    said = [f"{one.region.name(lang)} {one.facts}" for one in shown.tiles if one.facts is not None]
    rest = [one.region.name(lang) for one in shown.tiles if one.facts is None]
    return gettext("%(said)s; not in this source: %(rest)s", said=comma.join(said), rest=comma.join(rest))


@cache
def colours() -> Mapping[str, str]:
    """The colours of light pages by their names in the style sheet."""
    sheet = (assets.FOLDER / _SHEET).read_text(encoding="utf-8")
    found = _LIGHT.search(sheet)
    return dict(_TOKEN.findall(found[1])) if found else {}
