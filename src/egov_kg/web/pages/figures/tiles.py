"""China's 34 province-level units as a grid of equal tiles: where each stands, and what it is shaded for.

Equal tiles need no boundaries. All 34 are always there; one that a source says nothing of has no number:
that is not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from egov_kg.publish.observations import Observation, Term
from egov_kg.settings import Language
from egov_kg.web import paged
from egov_kg.web.kept import Kept
from egov_kg.web.pages.known.gazetteer import gazetteer
from egov_kg.web.service import service

_PREFIX: Final = "CN-"
_STEPS: Final = (1, 2, 4, 7)
_PROVINCE: Final = slice(0, 2)
_REST: Final = "0000"
_LONGER: Final = ("黑龙江", "内蒙古")

# Column and row by the second part of the ISO 3166-2 code.
_PLACES: Final[Mapping[str, tuple[int, int]]] = {
    "HL": (7, 0),
    "JL": (7, 1),
    "XJ": (0, 2),
    "GS": (1, 2),
    "NX": (2, 2),
    "NM": (3, 2),
    "BJ": (4, 2),
    "TJ": (5, 2),
    "LN": (6, 2),
    "QH": (1, 3),
    "SN": (2, 3),
    "SX": (3, 3),
    "HE": (4, 3),
    "SD": (5, 3),
    "XZ": (0, 4),
    "SC": (1, 4),
    "CQ": (2, 4),
    "HA": (3, 4),
    "AH": (4, 4),
    "JS": (5, 4),
    "SH": (6, 4),
    "YN": (1, 5),
    "GZ": (2, 5),
    "HB": (3, 5),
    "JX": (4, 5),
    "ZJ": (5, 5),
    "GX": (2, 6),
    "HN": (3, 6),
    "GD": (4, 6),
    "FJ": (5, 6),
    "TW": (6, 6),
    "HI": (3, 7),
    "MO": (4, 7),
    "HK": (5, 7),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """A province-level unit in the grid.

    Attributes:
        region: the unit.
        code: the second part of its ISO 3166-2 code.
        column, row: its place, from 0.
        facts: how many facts name it or a place in it; None where none does.
    """

    region: Term
    code: str
    column: int
    row: int
    facts: int | None

    @property
    def shade(self) -> int:
        """How dark it is, from 1 to 4; 0 where nothing is said of it."""
        return sum(1 for step in _STEPS if (self.facts or 0) >= step)

    def short(self, lang: Language) -> str:
        """What fits on it: two or three characters."""
        name = self.region.name("zh")
        return name[: 3 if name.startswith(_LONGER) else 2] if lang == "zh" else self.code


def legend() -> tuple[tuple[int, int | None], ...]:
    """The least and the most number of facts for each shade, from 1; the last has no most."""
    return tuple(zip(_STEPS, (*(step - 1 for step in _STEPS[1:]), None), strict=True))


def picture(**of: str) -> str:
    """Where the map of the facts is as a picture, or of an `indicator`, `region` or `pilot` by notation."""
    return paged.at("/map.svg", **of)


def tiles() -> tuple[Tile, ...]:
    """All tiles, from north to south, for the release at hand."""
    return _tiles.get(service().release.id)


def of_figures(figures: Iterable[Observation]) -> tuple[Tile, ...]:
    """All tiles, with the number of figures about each or a place in it; none where none is about any."""
    counts: dict[str, int] = {}
    for one in figures:
        code = one.area.notation
        if code.isdigit():
            province = code[_PROVINCE] + _REST
            counts[province] = counts.get(province, 0) + 1
    if not counts:
        return ()
    return tuple(replace(tile, facts=counts.get(tile.region.notation)) for tile in tiles())


def _read() -> tuple[Tile, ...]:
    known = gazetteer()
    found = []
    for region in known.of_level("province"):
        code = region.iso.removeprefix(_PREFIX)
        if code in _PLACES:
            found.append(Tile(region.term, code, *_PLACES[code], known.count(region.term.iri)))
    return tuple(sorted(found, key=lambda tile: (tile.row, tile.column)))


_tiles: Final = Kept(_read)
