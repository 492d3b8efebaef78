"""Figures side by side: what stands in a row, what in a column, and which is the highest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from egov_kg.intervals import Language, Verdict, exceeds
from egov_kg.publish.observations import LEVELS, Observation, Term

By = Literal["levels", "indicators", "regions"]
"""One indicator on several levels; several indicators; several regions."""

_YEARLY: Final = "per-year"
_AMOUNTS: Final = (_YEARLY, "cumulative", "one-off", "average")
_SAVING: Final = "saving"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a comparison.

    Attributes:
        head: what the row is about; None where that is what the whole table is about.
        cells: the figures in each column.
    """

    head: Term | None
    cells: tuple[tuple[Observation, ...], ...]

    @property
    def figures(self) -> tuple[Observation, ...]:
        """All of its figures."""
        return tuple(one for cell in self.cells for one in cell)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Figures side by side.

    Attributes:
        by: what stands side by side.
        columns: levels or regions.
        lines: the rows.
    """

    by: By
    columns: tuple[Term, ...]
    lines: tuple[Line, ...]

    @property
    def figures(self) -> tuple[Observation, ...]:
        """All figures, row by row."""
        return tuple(one for line in self.lines for one in line.figures)

    @property
    def is_sparse(self) -> bool:
        """Whether no row has figures in two columns."""
        return not any(sum(map(bool, line.cells)) > 1 for line in self.lines)


def of_levels(figures: Iterable[Observation], lang: Language) -> Comparison:
    """The figures of one indicator by level: a row for each subject, or one where no subject has two."""
    found = ordered(figures, lang)
    columns = _columns(found, "level")
    subjects = {one.subject.iri: one.subject for one in found}
    lines = [
        Line(subject, _cells((one for one in found if one.subject.iri == iri), columns, "level"))
        for iri, subject in subjects.items()
    ]
    # Most columns first: these are what can be compared.
    lines.sort(key=lambda line: -sum(map(bool, line.cells)))
    apart = Comparison("levels", columns, tuple(lines))
    if not apart.is_sparse:
        return apart
    return Comparison("levels", columns, (Line(None, _cells(found, columns, "level")),) if found else ())


def of_indicators(figures: Iterable[Observation], lang: Language) -> Comparison:
    """The figures of several indicators by level: a row for each indicator."""
    some = tuple(figures)
    columns = _columns(ordered(some, lang), "level")
    indicators = {one.indicator.iri: one.indicator for one in some}
    lines = tuple(
        Line(
            indicator,
            _cells(ordered((one for one in some if one.indicator.iri == iri), lang), columns, "level"),
        )
        for iri, indicator in indicators.items()
    )
    return Comparison("indicators", columns, lines)


def of_regions(figures: Iterable[Observation], regions: Sequence[Term], lang: Language) -> Comparison:
    """The figures of several regions: a row for each indicator, shared ones and savings first."""
    some = [one for one in figures if one.area.iri in {region.iri for region in regions}]
    indicators = {one.indicator.iri: one for one in some}
    lines = [
        Line(
            first.indicator,
            _cells(ordered((one for one in some if one.indicator.iri == iri), lang), regions, "area"),
        )
        for iri, first in indicators.items()
    ]

    def key(line: Line) -> tuple[bool, bool, str, bool, str]:
        first = line.figures[0]
        shared = sum(map(bool, line.cells)) > 1
        return not shared, first.kind != _SAVING, first.unit, is_yearly(first), first.indicator.name(lang)

    return Comparison("regions", tuple(regions), tuple(sorted(lines, key=key)))


def ordered(figures: Iterable[Observation], lang: Language) -> tuple[Observation, ...]:
    """Figures by level, then from the largest to the smallest, then by name."""

    def key(one: Observation) -> tuple[int, str, Decimal, str]:
        return level_order(one.level), one.level.iri, -one.value, one.subject.name(lang)

    return tuple(sorted(figures, key=key))


def level_order(level: Term) -> int:
    """The place of a level among the levels."""
    known = level.notation in LEVELS
    return LEVELS.index(level.notation) if known else len(LEVELS)


def of(one: Observation, dimension: str) -> Term:
    """What a figure has in a dimension."""
    term: Term = getattr(one, dimension)
    return term


def nature(one: Observation) -> tuple[Term, ...]:
    """The flags that say what kind of amount a figure is: per year, cumulative, one-off, average."""
    return tuple(flag for flag in one.flags if flag.notation in _AMOUNTS)


def is_yearly(one: Observation) -> bool:
    """Whether a figure is an amount for each year."""
    return any(flag.notation == _YEARLY for flag in one.flags)


def _columns(figures: Sequence[Observation], dimension: str) -> tuple[Term, ...]:
    return tuple({of(one, dimension).iri: of(one, dimension) for one in figures}.values())


def _cells(
    figures: Iterable[Observation], columns: Sequence[Term], dimension: str
) -> tuple[tuple[Observation, ...], ...]:
    some = tuple(figures)
    return tuple(tuple(one for one in some if of(one, dimension).iri == column.iri) for column in columns)


@dataclass(frozen=True, slots=True)
class Highest:
    """Which column of a row is the highest.

    Attributes:
        verdict: certain, or possible where several may be.
        columns: the places of the one, or of those that may be; of all with a figure where they are equal.
        are_equal: whether they are all the same for sure.
    """

    verdict: Verdict
    columns: tuple[int, ...]
    are_equal: bool = False


def highest(line: Line) -> Highest | None:
    """Which column of a row is the highest, by the stated bounds; None where that is no question.

    It is one where several columns have a figure each, of one indicator, unit, condition and kind of amount.
    """
    figures = line.figures
    alike = {
        (one.indicator.iri, one.unit, one.condition.iri, *(flag.iri for flag in nature(one)))
        for one in figures
    }
    if len(alike) != 1 or len(figures) < 2 or max(map(len, line.cells)) > 1:
        return None
    domain = figures[0].domain

    def may_be(one: Observation) -> bool:
        return not any(
            exceeds(other.bounds, one.bounds, domain=domain) is Verdict.CERTAIN for other in figures
        )

    if all(one.bounds.is_point and one.value == figures[0].value for one in figures):
        return Highest(Verdict.CERTAIN, _filled(line, lambda _: True), are_equal=True)
    found = _filled(line, may_be)
    return Highest(Verdict.CERTAIN if len(found) == 1 else Verdict.POSSIBLE, found)


def _filled(line: Line, fits: Callable[[Observation], bool]) -> tuple[int, ...]:
    """The places of the columns with a figure that fits."""
    return tuple(place for place, cell in enumerate(line.cells) if any(map(fits, cell)))
