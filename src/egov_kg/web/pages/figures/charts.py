"""What charts and tables of figures are given: order, labels, the kind of chart, its words and its size.

The drawing is made in the browser from the cells of a table (`static/js/chart.js`). Without scripts the table
stands alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from egov_kg.publish.comparisons import of
from egov_kg.publish.observations import Observation, Term
from egov_kg.settings import Language
from egov_kg.web.i18n import gettext, ngettext
from egov_kg.web.pages.figures import lettering

Kind = Literal["bounds", "levels", "magnitudes", "multiples"]
"""Shares; one indicator on several levels; money and counts; several panels."""

DIMENSIONS: Final = ("subject", "level", "area", "period", "condition")
"""What tells the figures of an indicator apart, in the order in which readers need it."""

MOST: Final = 300
"""Figures that a page shows at most; it says where the others are."""

_SPOKEN: Final = 40
_ROOM: Final = Decimal("1.12")

# About the heights of drawings in pixels: the page keeps them free, the script stretches drawings to them.
_COLUMNS: Final = {"wide": 340, "narrow": 360}
_HEADING: Final = 30
_AROUND: Final = 40
_ASKED: Final = 22
_PANEL: Final = 30
_BETWEEN: Final = 28
_ABREAST: Final = 3
_SIDE: Final = 300  # width of the labels beside bars
_STACKED: Final = 320  # width of a panel in which labels are above bars
_LINE: Final = 17


@dataclass(frozen=True, slots=True)
class Row:
    """A figure with what tells it apart from the others.

    Attributes:
        figure: the observation.
        label: short, in the reader's language.
        group: the heading that it stands under, perhaps empty.
    """

    figure: Observation
    label: str
    group: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart.

    Attributes:
        kind: of chart.
        title: what it shows.
        alt: the same with its figures, for those who do not see it.
        wide, narrow: heights in pixels to keep free for it, in wide and in narrow windows.
    """

    kind: Kind
    title: str
    alt: str
    wide: int
    narrow: int


def most(figures: Iterable[Observation]) -> Decimal:
    """The value at the right edge of bars: 100 for shares, else a little more than the largest figure."""
    found = [(one.domain or one.value * _ROOM) for one in figures]
    return max(found, default=Decimal(100))


def varying(figures: Sequence[Observation]) -> tuple[str, ...]:
    """The dimensions that are not the same for all figures."""
    return tuple(name for name in DIMENSIONS if len({of(one, name).iri for one in figures}) > 1)


def columns(figures: Sequence[Observation]) -> list[str]:
    """The dimensions that a table of figures has columns of, besides the subject, which heads its rows."""
    different = varying(figures)
    return [name for name in DIMENSIONS[1:] if name in different or name == "level"]


def constant(figures: Sequence[Observation]) -> list[tuple[str, Term]]:
    """What is the same for all figures and need not be said in each row: area, period and condition."""
    if not figures:
        return []
    different = varying(figures)
    found = [
        (name, of(figures[0], name)) for name in ("area", "period", "condition") if name not in different
    ]
    return [(name, term) for name, term in found if name != "condition" or figures[0].has_condition]


def rows(figures: Sequence[Observation], lang: Language) -> tuple[Row, ...]:
    """Figures with labels that are no longer than it takes to tell them apart.

    A level heads the group of its figures where it has several; it is their label where each has one.

    Args:
        figures: in order, those of a level together.
        lang: the reader's language.
    """
    different = varying(figures)
    levels = Counter(one.level.iri for one in figures)
    grouped = "level" in different and max(levels.values()) > 1
    rest = [name for name in different if name != "level"]
    names = ["level", *rest] if "level" in different and not grouped else rest
    used = next((names[:n] for n in range(1, len(names)) if _unique(figures, names[:n], grouped)), names)
    if "condition" in different and "condition" not in used:
        used = [
            *used,
            "condition",
        ]  # what counts as passing is part of what is measured
    return tuple(
        Row(
            one,
            " · ".join(first_upper(of(one, name).name(lang)) for name in used or ("subject",)),
            first_upper(one.level.name(lang)) if grouped else "",
        )
        for one in figures
    )


def _unique(figures: Sequence[Observation], names: Sequence[str], grouped: bool) -> bool:
    keys = Counter(
        (one.level.iri if grouped else "", *(of(one, name).iri for name in names)) for one in figures
    )
    return max(keys.values(), default=0) <= 1


def first_upper(text: str) -> str:
    """A name as it stands at the beginning of a cell."""
    return text[:1].upper() + text[1:]


def beside(one: Observation, lang: Language) -> str:
    """What stands beside the mark of a figure: its words, and that it can be read in more than one way."""
    if not one.readings:
        return one.phrase(lang)
    noted = ngettext("ambiguous: %(num)s reading", "ambiguous: %(num)s readings", one.readings)
    return f"{one.phrase(lang)} · {noted}"


def kind(shown: Sequence[Row]) -> Kind:
    """The kind of chart that suits figures of one indicator."""
    figures = [row.figure for row in shown]
    if any(one.unit != "PERCENT" for one in figures):
        return "magnitudes"
    levels = {one.level.iri for one in figures}
    return "levels" if 1 < len(levels) == len(figures) else "bounds"


def chart(title: str, shown: Sequence[Row], lang: Language, *, asked: bool) -> Chart | None:
    """The chart of some figures of one indicator; None where a chart would say no more than the figure.

    Args:
        title: what it shows.
        shown: the figures, in order.
        lang: the reader's language.
        asked: whether a threshold is drawn too.
    """
    if not shown or (len(shown) == 1 and shown[0].figure.unit != "PERCENT"):
        return None
    which = kind(shown)
    if which == "levels":
        sizes = dict(_COLUMNS)
    else:
        around = len({row.group for row in shown} - {""}) * _HEADING + _AROUND + _ASKED * asked
        sizes = {
            "wide": around + sum(max(36, lettering.lines(row.label, _SIDE) * _LINE + 8) for row in shown),
            "narrow": around + sum(_stacked(row.label, beside(row.figure, lang)) for row in shown),
        }
    return Chart(which, title, spoken(title, shown, lambda row: beside(row.figure, lang)), **sizes)


def multiples(
    title: str, panels: Sequence[Sequence[tuple[str, str]]], alt: str, *, asked: Sequence[bool]
) -> Chart:
    """A chart of several panels.

    Args:
        title: what it shows.
        panels: the label and the figure, in words, of each row in each of them.
        alt: what it says, for those who do not see it.
        asked: of each panel, whether a threshold is drawn too.
    """
    heights = [
        sum(_stacked(*row) for row in panel) + _AROUND + _PANEL + _ASKED * has_line + _BETWEEN
        for panel, has_line in zip(panels, asked, strict=True)
    ]
    bands = -(-len(heights) // _ABREAST)
    abreast = -(-len(heights) // bands)
    wide = sum(max(heights[n : n + abreast]) for n in range(0, len(heights), abreast))
    return Chart("multiples", title, alt, wide - _BETWEEN, sum(heights) - _BETWEEN)


def _stacked(label: str, phrase: str) -> int:
    """The height of a row whose words stand above its bar."""
    room = max(_STACKED - lettering.width(phrase) - 14, _STACKED * 2 // 5)
    return 28 + max(lettering.lines(label, room), lettering.lines(phrase, _STACKED * 3 // 5)) * _LINE


def spoken(title: str, shown: Sequence[Row], say: Callable[[Row], str]) -> str:
    """A chart in words: its title and its figures, the first ones where there are many."""
    said = [
        gettext(", ").join(part for part in (row.group, row.label) if part) + gettext(": ") + say(row)
        for row in shown[:_SPOKEN]
    ]
    if len(shown) > _SPOKEN:
        rest = len(shown) - _SPOKEN
        said.append(ngettext("%(num)s more in the table", "%(num)s more in the table", rest))
    return gettext("Chart: %(title)s. %(figures)s", title=title, figures=gettext("; ").join(said))
