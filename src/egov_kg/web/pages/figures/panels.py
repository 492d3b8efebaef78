"""How a comparison is drawn: in which panel a figure stands, under which label."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from egov_kg.publish.comparisons import Comparison, Line, is_yearly, of
from egov_kg.publish.observations import Observation, Term
from egov_kg.settings import Language
from egov_kg.web.i18n import gettext
from egov_kg.web.pages.figures import charts
from egov_kg.web.pages.figures.charts import Chart, Kind, Row, first_upper


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a figure, or the want of one, is drawn.

    Attributes:
        label: beside it.
        group: the heading above it, perhaps empty.
        panel: the panel that it is in, empty where there is one only.
    """

    label: str
    group: str = ""
    panel: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a comparison looks like.

    Attributes:
        kind: of chart.
        marks: of the figures, by their IRIs.
        gaps: of the cells without a figure, by row and column, where these are drawn.
    """

    kind: Kind
    marks: Mapping[str, Mark]
    gaps: Mapping[tuple[int, int], Mark]


def drawing(comparison: Comparison, lang: Language) -> Drawing:
    """How a comparison is drawn."""
    if comparison.by == "levels" and len(comparison.lines) == 1:
        shown = charts.rows(comparison.figures, lang)
        marks = {row.figure.iri: Mark(row.label, row.group) for row in shown}
        return Drawing(charts.kind(shown), marks, {})
    if comparison.by == "levels":
        return _panels(comparison, lang, lambda line, column: (column, line.head))
    if comparison.by == "indicators" and len(comparison.columns) > 1:
        return _panels(comparison, lang, lambda line, column: (line.head, column))
    return _amounts(comparison, lang)


def chart(title: str, comparison: Comparison, drawn: Drawing, lang: Language, *, asked: str) -> Chart | None:
    """The chart of a comparison; None where it would say no more than the figure.

    Args:
        title: what it shows.
        comparison: the figures.
        drawn: how they are drawn.
        lang: the reader's language.
        asked: the unit of the threshold that is drawn too; empty without one.
    """
    shown = []
    for one in comparison.figures:
        mark = drawn.marks[one.iri]
        shown.append(Row(one, gettext(", ").join(filter(None, (mark.panel, mark.label))), mark.group))
    if drawn.kind != "multiples":
        return charts.chart(title, shown, lang, asked=bool(asked))
    lines: dict[str, list[tuple[str, str]]] = {}
    units: dict[str, set[str]] = {}
    for one in comparison.figures:
        mark = drawn.marks[one.iri]
        lines.setdefault(mark.panel, []).append((mark.label, charts.beside(one, lang)))
        units.setdefault(mark.panel, set()).add(one.unit)
    for mark in drawn.gaps.values():
        lines.setdefault(mark.panel, []).append((mark.label, gettext("not in this source")))
    alt = charts.spoken(title, shown, lambda row: charts.beside(row.figure, lang))
    return charts.multiples(
        title, list(lines.values()), alt, asked=[asked in units.get(panel, ()) for panel in lines]
    )


def _panels(
    comparison: Comparison,
    lang: Language,
    split: Callable[[Line, Term], tuple[Term | None, Term | None]],
) -> Drawing:
    """Small multiples: of row and column one is the panel, the other the label; gaps are drawn too."""
    marks: dict[str, Mark] = {}
    gaps: dict[tuple[int, int], Mark] = {}
    for row, line in enumerate(comparison.lines):
        for place, (column, cell) in enumerate(zip(comparison.columns, line.cells, strict=True)):
            panel, label = (first_upper(term.name(lang)) if term else "" for term in split(line, column))
            if not cell:
                gaps[row, place] = Mark(label, panel=panel)
            for one in cell:
                marks[one.iri] = Mark(label + _apart(one, cell, lang), panel=panel)
    return Drawing("multiples", marks, gaps)


def _amounts(comparison: Comparison, lang: Language) -> Drawing:
    """A panel for each kind of amount: shares, money each year, money in all, counts of one thing."""
    figures = comparison.figures
    amounts = {
        one.iri: (one.unit, is_yearly(one), one.indicator.iri if one.unit == "NUM" else "") for one in figures
    }
    several = len(set(amounts.values())) > 1
    marks: dict[str, Mark] = {}
    for line in comparison.lines:
        for column, cell in zip(comparison.columns, line.cells, strict=True):
            for one in cell:
                label = first_upper(one.indicator.name(lang)) + _apart(one, cell, lang)
                if comparison.by == "regions":
                    label = f"{column.name(lang)} · {label}"
                marks[one.iri] = Mark(label, panel=_amount(one, lang) if several else "")
    if several:
        return Drawing("multiples", marks, {})
    return Drawing("magnitudes" if any(one.unit != "PERCENT" for one in figures) else "bounds", marks, {})


def _apart(one: Observation, cell: Sequence[Observation], lang: Language) -> str:
    """What tells a figure from the others in its cell."""
    return "".join(f" · {of(one, name).name(lang)}" for name in charts.varying(cell))


def _amount(one: Observation, lang: Language) -> str:
    if one.unit == "NUM":
        return first_upper(one.indicator.name(lang))
    if one.unit == "CCY_CNY":
        return gettext("Yuan, each year") if is_yearly(one) else gettext("Yuan, in all")
    return gettext("Per cent") if one.unit == "PERCENT" else gettext("Years")
