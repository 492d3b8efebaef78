"""Side by side: no figure is lost or shown twice, cells hold what row and column say, and who is highest."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.intervals import Qualifier, Verdict
from egov_kg.publish import comparisons
from egov_kg.publish.comparisons import Comparison, Line
from egov_kg.publish.observations import Observation, Term
from support.figures import figure, term

STEPS = [Decimal(n) / 2 for n in range(201)]
LEVELS = ["central", "provincial", "county"]
AREAS = [Term(f"https://w3id.org/egov-kg/id/region/{code}", {"en": code}) for code in ("1", "2", "3")]
FIGURES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.sampled_from(LEVELS),
        st.sampled_from(["x", "y"]),
        st.sampled_from(AREAS),
    ),
    max_size=14,
).map(
    lambda chosen: [
        figure(
            number=n,
            indicator=term("indicator", indicator),
            level=term("level", level),
            subject=term("subject", subject),
            area=area,
        )
        for n, (indicator, level, subject, area) in enumerate(chosen)
    ]
)


def iris(figures: list[Observation] | tuple[Observation, ...]) -> list[str]:
    return sorted(one.iri for one in figures)


@given(FIGURES)
def test_by_level_each_figure_stands_in_its_column_once(figures: list[Observation]) -> None:
    found = comparisons.of_levels(figures, "en")
    assert iris(found.figures) == iris(figures)
    for line in found.lines:
        for column, cell in zip(found.columns, line.cells, strict=True):
            assert all(one.level.iri == column.iri for one in cell)
            assert line.head is None or all(one.subject.iri == line.head.iri for one in cell)


@given(FIGURES)
def test_subjects_have_rows_where_one_has_several_levels(figures: list[Observation]) -> None:
    found = comparisons.of_levels(figures, "en")
    levels: dict[str, set[str]] = {}
    for one in figures:
        levels.setdefault(one.subject.iri, set()).add(one.level.iri)
    if any(len(some) > 1 for some in levels.values()):
        assert len(found.lines) == len(levels)
    else:
        assert len(found.lines) == bool(figures)


@given(FIGURES)
def test_by_indicator_each_figure_stands_in_its_row_once(figures: list[Observation]) -> None:
    found = comparisons.of_indicators(figures, "en")
    assert iris(found.figures) == iris(figures)
    for line in found.lines:
        assert line.head is not None
        assert {one.indicator.iri for one in line.figures} == {line.head.iri}


@given(FIGURES)
def test_by_region_the_chosen_ones_are_the_columns(figures: list[Observation]) -> None:
    chosen = AREAS[:2]
    found = comparisons.of_regions(figures, chosen, "en")
    assert list(found.columns) == chosen
    assert iris(found.figures) == iris([one for one in figures if one.area in chosen])
    shared = [sum(map(bool, line.cells)) > 1 for line in found.lines]
    assert shared == sorted(shared, reverse=True)


def row(*figures: Observation | None) -> Line:
    return Line(None, tuple((one,) if one else () for one in figures))


@pytest.mark.parametrize(
    ("figures", "verdict", "columns", "equal"),
    [
        ((figure(93), figure(71)), "certain", (0,), False),
        ((figure(71), figure(93), None), "certain", (1,), False),
        ((figure(80, "at-least"), figure(60, "at-least")), "possible", (0, 1), False),
        ((figure(90, "over"), figure(60)), "certain", (0,), False),
        ((figure(60, "nearly"), figure(60)), "certain", (1,), False),
        ((figure(60, "over"), figure(60)), "certain", (0,), False),
        ((figure(60, "at-least"), figure(60)), "possible", (0, 1), False),
        ((figure(90), figure(80, "about"), figure(70)), "possible", (0, 1), False),
        ((figure(100), figure(100)), "certain", (0, 1), True),
        ((figure(100), figure(90, "over")), "possible", (0, 1), False),
    ],
)
def test_the_highest(
    figures: tuple[Observation | None, ...], verdict: str, columns: tuple[int, ...], equal: bool
) -> None:
    found = comparisons.highest(row(*figures))
    assert found is not None
    assert (found.verdict, found.columns, found.are_equal) == (verdict, columns, equal)


@pytest.mark.parametrize(
    "line",
    [
        row(),
        row(figure()),
        row(figure(), None),
        row(figure(), figure(unit="NUM")),
        row(figure(), figure(indicator=term("indicator", "other"))),
        row(figure(), figure(condition=term("condition", "other"))),
        row(figure(), figure(flags=(term("flag", "per-year"),))),
        Line(None, ((figure(), figure()), (figure(),))),
    ],
)
def test_there_is_no_highest_of_what_is_not_alike(line: Line) -> None:
    assert comparisons.highest(line) is None


@given(
    st.lists(st.tuples(st.integers(1, 99), st.sampled_from(list(Qualifier))), min_size=2, max_size=5),
    st.data(),
)
def test_who_is_certainly_highest_is_so_whatever_the_values(
    stated: list[tuple[int, Qualifier]], data: st.DataObject
) -> None:
    figures = [figure(value, qualifier, number=n) for n, (value, qualifier) in enumerate(stated)]
    found = comparisons.highest(row(*figures))
    assert found is not None
    values = []
    for one in figures:
        known = one.bounds.within(Decimal(100))
        values.append(data.draw(st.sampled_from([value for value in STEPS if value in known])))
    if found.verdict is Verdict.CERTAIN:
        assert values[found.columns[0]] == max(values)
    else:
        assert values.index(max(values)) in found.columns


def test_nothing_makes_an_empty_table() -> None:
    for found in (
        comparisons.of_levels([], "en"),
        comparisons.of_indicators([], "en"),
        comparisons.of_regions([], AREAS, "en"),
    ):
        assert isinstance(found, Comparison)
        assert (found.lines, found.figures) == ((), ())
