"""How comparisons are drawn: every figure has a place of its own, gaps are seen, amounts are not mixed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, g

from egov_kg.publish import comparisons
from egov_kg.publish.observations import Term
from egov_kg.web.pages.figures import panels
from support.figures import figure, term

COUNTY, CENTRAL = term("level", "county"), term("level", "central")
NORTH, SOUTH = (Term(f"https://w3id.org/egov-kg/id/region/{n}", {"en": n}) for n in ("north", "south"))


@pytest.fixture(autouse=True)
def page() -> Iterator[None]:
    with Flask(__name__).test_request_context("/en/"):
        g.lang = "en"
        yield


def test_one_figure_for_each_level_stands_in_one_row() -> None:
    found = comparisons.of_levels(
        [figure(level=COUNTY), figure(level=CENTRAL, number=1, subject=COUNTY)], "en"
    )
    drawn = panels.drawing(found, "en")
    assert drawn.kind == "levels"
    assert [drawn.marks[one.iri].label for one in found.figures] == ["Central", "County"]


def test_subjects_and_levels_are_small_multiples_with_gaps() -> None:
    a, b = term("subject", "a"), term("subject", "b")
    figures = [
        figure(level=COUNTY, subject=a, number=1),
        figure(level=CENTRAL, subject=a, number=2),
        figure(level=CENTRAL, subject=b, number=3),
    ]
    found = comparisons.of_levels(figures, "en")
    drawn = panels.drawing(found, "en")
    assert drawn.kind == "multiples"
    assert {(mark.panel, mark.label) for mark in drawn.marks.values()} == {
        ("County", "A"),
        ("Central", "A"),
        ("Central", "B"),
    }
    assert [(mark.panel, mark.label) for mark in drawn.gaps.values()] == [("County", "B")]
    chart = panels.chart("Reach", found, drawn, "en", asked="")
    assert chart is not None
    assert chart.alt == "Chart: Reach. Central, A: 70%; County, A: 70%; Central, B: 70%"


def test_indicators_are_panels_and_levels_their_rows() -> None:
    figures = [
        figure(level=level, indicator=term("indicator", name), number=n)
        for n, (level, name) in enumerate([(COUNTY, "i"), (CENTRAL, "i"), (COUNTY, "j")])
    ]
    drawn = panels.drawing(comparisons.of_indicators(figures, "en"), "en")
    assert {mark.panel for mark in drawn.marks.values()} == {"I", "J"}
    assert [(mark.panel, mark.label) for mark in drawn.gaps.values()] == [("J", "Central")]


def test_several_figures_of_a_cell_are_told_apart() -> None:
    figures = [
        figure(level=level, subject=term("subject", subject), number=n)
        for n, (level, subject) in enumerate([(COUNTY, "a"), (COUNTY, "b"), (CENTRAL, "a")])
    ]
    drawn = panels.drawing(comparisons.of_indicators(figures, "en"), "en")
    assert sorted(mark.label for mark in drawn.marks.values()) == ["Central", "County · a", "County · b"]


def test_amounts_of_different_kinds_have_panels_of_their_own() -> None:
    yearly = (term("flag", "per-year"),)
    figures = [
        figure(number=1, unit="CCY_CNY", area=NORTH, flags=yearly),
        figure(number=2, unit="CCY_CNY", area=SOUTH, flags=yearly, indicator=term("indicator", "j")),
        figure(number=3, unit="CCY_CNY", area=SOUTH),
        figure(number=4, area=SOUTH, indicator=term("indicator", "share")),
        figure(number=5, unit="NUM", area=NORTH, indicator=term("indicator", "rooms")),
        figure(number=6, unit="NUM", area=NORTH, indicator=term("indicator", "halls")),
    ]
    found = comparisons.of_regions(figures, [NORTH, SOUTH], "en")
    drawn = panels.drawing(found, "en")
    by_number = {iri[-1]: mark for iri, mark in drawn.marks.items()}
    assert drawn.kind == "multiples"
    assert [by_number[n].panel for n in "123456"] == [
        "Yuan, each year",
        "Yuan, each year",
        "Yuan, in all",
        "Per cent",
        "Rooms",
        "Halls",
    ]
    assert by_number["1"].label == "north · I"


def test_amounts_of_one_kind_need_one_panel() -> None:
    figures = [figure(n, number=n, unit="CCY_CNY", indicator=term("indicator", f"i{n}")) for n in (1, 2)]
    drawn = panels.drawing(comparisons.of_indicators(figures, "en"), "en")
    assert (drawn.kind, {mark.panel for mark in drawn.marks.values()}) == ("magnitudes", {""})
    shares = [figure(n, number=n, indicator=term("indicator", f"i{n}")) for n in (1, 2)]
    assert panels.drawing(comparisons.of_indicators(shares, "en"), "en").kind == "bounds"
