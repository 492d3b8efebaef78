"""What charts are given: labels that tell figures apart, the kind that suits them, edges, words."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.publish.comparisons import level_order, ordered
from egov_kg.publish.observations import LEVELS, Observation
from egov_kg.web.pages.figures import charts
from support.figures import figure, term

FIGURES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from([*LEVELS, "one", "two"]),
        st.sampled_from(["x", "y"]),
    ),
    unique=True,
    min_size=1,
    max_size=12,
).map(
    lambda chosen: [
        figure(
            number=n,
            subject=term("subject", subject),
            level=term("level", level),
            condition=term("condition", condition),
        )
        for n, (subject, level, condition) in enumerate(chosen)
    ]
)


@given(FIGURES)
def test_labels_tell_figures_apart(figures: list[Observation]) -> None:
    shown = charts.rows(ordered(figures, "en"), "en")
    assert [row.figure.iri for row in shown] == [one.iri for one in ordered(figures, "en")]
    assert all(row.label for row in shown)
    assert len({(row.group, row.label) for row in shown}) == len(shown)


@given(FIGURES)
def test_different_conditions_are_always_said(figures: list[Observation]) -> None:
    """A share of what is at least 80% and one of what is at least 85% are not the same thing."""
    shown = charts.rows(ordered(figures, "en"), "en")
    if len({one.condition.iri for one in figures}) > 1:
        assert all(row.label.split(" · ")[-1].casefold() == row.figure.condition.name("en") for row in shown)
    else:
        assert not any("condition" in row.label for row in shown)


@given(FIGURES)
def test_levels_come_in_their_order_and_in_one_piece(figures: list[Observation]) -> None:
    places = [level_order(one.level) for one in ordered(figures, "en")]
    assert places == sorted(places)
    groups = [row.group for row in charts.rows(ordered(figures, "en"), "en")]
    assert len([1 for one, other in pairwise(groups) if one != other]) == len(set(groups)) - 1


def test_within_a_level_the_largest_comes_first() -> None:
    figures = [figure(value, number=value, subject=term("subject", f"s{value}")) for value in (20, 90, 50)]
    assert [one.value for one in ordered(figures, "en")] == [90, 50, 20]


def of(*figures: Observation) -> str:
    return charts.kind(charts.rows(ordered(figures, "en"), "en"))


def test_the_kind_suits_the_figures() -> None:
    county, prefecture = term("level", "county"), term("level", "prefecture")
    one, other = figure(level=county, number=1), figure(level=prefecture, number=2)
    third = figure(level=prefecture, number=3, subject=term("subject", "b"))
    assert of(one) == "bounds"
    assert of(one, other) == "levels"
    assert of(one, other, third) == "bounds"
    assert of(figure(9, unit="CCY_CNY"), figure(8, unit="CCY_CNY", level=prefecture)) == "magnitudes"


@pytest.mark.parametrize(
    ("figures", "edge"),
    [
        ([], 100),
        ([figure(20)], 100),
        ([figure(50, unit="NUM"), figure(100, unit="NUM")], 112),
    ],
)
def test_bars_end_at_what_can_be(figures: list[Observation], edge: int) -> None:
    assert charts.most(figures) == Decimal(edge)


class TestWords:
    @pytest.fixture(autouse=True)
    def page(self) -> object:
        with Flask(__name__).test_request_context("/en/"):
            g.lang = "en"
            yield

    def chart(self, *figures: Observation, asked: bool = False) -> charts.Chart | None:
        return charts.chart("Reach", charts.rows(ordered(figures, "en"), "en"), "en", asked=asked)

    def test_a_chart_says_all_of_its_figures(self) -> None:
        found = self.chart(
            figure(93, level=term("level", "prefecture")),
            figure(71, "over", number=1, level=term("level", "county")),
        )
        assert found is not None
        assert found.alt == "Chart: Reach. Prefecture: 93%; County: over 71%"

    def test_it_says_which_can_be_read_in_more_than_one_way(self) -> None:
        found = self.chart(figure(93, readings=2))
        assert found is not None
        assert found.alt.endswith(": 93% · ambiguous: 2 readings")

    def test_a_long_chart_says_how_many_it_leaves_out(self) -> None:
        figures = [figure(n, number=n, subject=term("subject", f"s{n}")) for n in range(60)]
        found = self.chart(*figures)
        assert found is not None
        assert found.alt.count(";") == 40
        assert found.alt.endswith("20 more in the table")

    def test_nothing_is_drawn_where_a_number_says_it(self) -> None:
        assert self.chart() is None
        assert self.chart(figure(78, unit="NUM")) is None
        assert self.chart(figure(78)) is not None

    def test_more_rows_and_a_threshold_need_more_room(self) -> None:
        few = [figure(n, number=n, subject=term("subject", f"s{n}")) for n in range(3)]
        short, asked = self.chart(*few), self.chart(*few, asked=True)
        long = self.chart(*few, figure(8, number=9, subject=term("subject", "z")))
        assert short is not None
        assert asked is not None
        assert long is not None
        assert short.wide < asked.wide
        assert short.wide < long.wide
        assert short.wide < short.narrow

    def test_panels_stand_abreast_in_wide_windows(self) -> None:
        row = ("County", "over 70%")
        one, three, four = (
            charts.multiples("Reach", [[row, row]] * n, "", asked=[False] * n) for n in (1, 3, 4)
        )
        assert one.wide == three.wide < four.wide
        assert one.narrow < three.narrow < four.narrow
        long = charts.multiples("Reach", [[("County " * 30, "over 70%"), row]], "", asked=[False])
        assert long.narrow > one.narrow

    def test_only_panels_with_a_threshold_have_room_for_it(self) -> None:
        without, one, both = (
            charts.multiples("Reach", [[("County", "over 70%")]] * 2, "", asked=asked).narrow
            for asked in ([False, False], [False, True], [True, True])
        )
        assert one - without == both - one > 0
