"""`/en/map.svg`: the tile map as a picture to take away, complete without a script.

It says where it is from and what its shades mean, and is light whatever the reader has, as the pictures of
charts are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from flask import Blueprint, Response, render_template, request

from egov_kg.errors import NotFound
from egov_kg.web import assets, listing, tags
from egov_kg.web.i18n import gettext
from egov_kg.web.paged import PAGE
from egov_kg.web.pages import lettering, measured, tiles
from egov_kg.web.pages.observed import observations
from egov_kg.web.pages.tiles import Tile
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


@blueprint.route(f"{PAGE}/map.svg", methods=["GET"])
def picture() -> Response:
    """The facts of each province-level unit, or with `indicator=` the figures of that indicator."""
    listing.registry()
    wanted, lang = request.args.get("indicator", "")[:_LONGEST], language()
    if wanted:
        title, shown = _of_indicator(wanted)
    else:
        title = gettext("Facts of each province-level unit or of a place in it")
        shown = tiles.tiles()
    content = render_template(
        "pages/tiles.svg",
        lang=lang,
        tiles=shown,
        lines=list(lettering.wrapped(title, _ACROSS, _TITLE)),
        title=title,
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


def _of_indicator(notation: str) -> tuple[str, tuple[Tile, ...]]:
    """What the map of an indicator is called, and its tiles.

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
    return gettext("%(name)s: figures of each province-level unit or of a place in it", name=name), shown


def spoken(shown: Sequence[Tile]) -> str:
    """A map in words: the units that something is said of, then those that nothing is said of."""
    lang = language()
    comma = gettext(", ")
    said = [f"{one.region.name(lang)} {one.facts}" for one in shown if one.facts is not None]
    rest = [one.region.name(lang) for one in shown if one.facts is None]
    return gettext("%(said)s; not in this source: %(rest)s", said=comma.join(said), rest=comma.join(rest))


@cache
def colours() -> Mapping[str, str]:
    """The colours of light pages by their names in the style sheet."""
    sheet = (assets.FOLDER / _SHEET).read_text(encoding="utf-8")
    found = _LIGHT.search(sheet)
    return dict(_TOKEN.findall(found[1])) if found else {}
