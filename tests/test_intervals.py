"""Laws of reported bounds, by property, and the words they are put in, by example."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from egov_kg.errors import UsageError
from egov_kg.intervals import (
    Interval,
    Language,
    Operator,
    Qualifier,
    Verdict,
    compare,
    exceeds,
    format_value,
    from_qualifier,
)

OPERATORS: dict[Operator, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
}

# A coarse grid makes equal bounds and thresholds, where the mistakes are, common; the values between its
# points stand for the rest of the line.
grid = st.integers(-6, 6).map(Decimal)
line = [Decimal(n) / 4 for n in range(-40, 41)]
operators = st.sampled_from(list(get_args(Operator)))


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    lower, upper = draw(st.none() | grid), draw(st.none() | grid)
    lower_inclusive = lower is not None and draw(st.booleans())
    upper_inclusive = upper is not None and draw(st.booleans())
    if lower is not None and upper is not None:
        if lower > upper:
            lower, upper = upper, lower
        if lower == upper:
            lower_inclusive = upper_inclusive = True
    return Interval(lower, lower_inclusive, upper, upper_inclusive)


@given(intervals(), intervals(), st.none() | st.just(Decimal(6)))
def test_which_of_two_is_greater_is_what_the_values_inside_say(
    one: Interval, other: Interval, domain: Decimal | None
) -> None:
    for interval in (one, other):
        assume(domain is None or interval.lower is None or interval.lower < domain)
    values = [value for value in line if domain is None or value <= domain]
    truths = {a > b for a in values if a in one for b in values if b in other}
    expected = (
        Verdict.POSSIBLE if len(truths) == 2 else Verdict.CERTAIN if True in truths else Verdict.EXCLUDED
    )
    assert exceeds(one, other, domain=domain) is expected


@given(intervals(), operators, grid)
def test_a_verdict_is_what_the_values_inside_say(
    interval: Interval, op: Operator, threshold: Decimal
) -> None:
    truths = {OPERATORS[op](value, threshold) for value in line if value in interval}
    expected = {
        frozenset({True}): Verdict.CERTAIN,
        frozenset({False}): Verdict.EXCLUDED,
        frozenset({True, False}): Verdict.POSSIBLE,
    }
    assert compare(interval, op, threshold) is expected[frozenset(truths)]


@given(intervals(), operators, grid, grid)
def test_a_domain_is_one_more_bound(
    interval: Interval, op: Operator, threshold: Decimal, domain: Decimal
) -> None:
    inside = [value for value in line if value in interval and value <= domain]
    assume(inside)
    truths = {OPERATORS[op](value, threshold) for value in inside}
    verdict = compare(interval, op, threshold, domain=domain)
    assert (verdict is Verdict.CERTAIN) == (truths == {True})
    assert (verdict is Verdict.EXCLUDED) == (truths == {False})


@given(intervals(), grid, grid)
def test_a_higher_threshold_is_never_passed_more_surely(
    interval: Interval, one: Decimal, two: Decimal
) -> None:
    order = [Verdict.EXCLUDED, Verdict.POSSIBLE, Verdict.CERTAIN]
    low, high = sorted((one, two))
    upwards: tuple[Operator, ...] = (">=", ">")
    downwards: tuple[Operator, ...] = ("<=", "<")
    for op in upwards:
        assert order.index(compare(interval, op, high)) <= order.index(compare(interval, op, low))
    for op in downwards:
        assert order.index(compare(interval, op, low)) <= order.index(compare(interval, op, high))


@given(intervals(), operators, grid, grid)
def test_knowing_more_never_turns_a_verdict_over(
    interval: Interval, op: Operator, threshold: Decimal, domain: Decimal
) -> None:
    before = compare(interval, op, threshold)
    assume(before is not Verdict.POSSIBLE)
    assume(any(value in interval and value <= domain for value in line))
    assert compare(interval, op, threshold, domain=domain) is before


@given(st.sampled_from(list(Qualifier)), grid)
def test_only_an_exact_figure_is_a_single_value(qualifier: Qualifier, value: Decimal) -> None:
    interval = from_qualifier(qualifier, value)
    assert interval.is_point is (qualifier is Qualifier.EXACT)


@pytest.mark.parametrize(
    ("qualifier", "bounds"),
    [
        ("exact", "[70, 70]"),
        ("over", "(70, +∞)"),
        ("at-least", "[70, +∞)"),
        ("at-most", "(-∞, 70]"),
        ("nearly", "(-∞, 70)"),
        ("under", "(-∞, 70)"),
        ("about", "(-∞, +∞)"),
        ("hedged", "(-∞, +∞)"),
    ],
)
def test_qualifiers_state_the_bounds_of_the_model(qualifier: str, bounds: str) -> None:
    assert str(from_qualifier(qualifier, Decimal(70))) == bounds


def test_over_half_of_a_percentage_is_settled_by_its_domain() -> None:
    over_half = from_qualifier("over", Decimal(50))
    assert compare(over_half, ">", Decimal(50)) is Verdict.CERTAIN
    assert compare(over_half, ">", Decimal(100)) is Verdict.POSSIBLE
    assert compare(over_half, ">", Decimal(100), domain=Decimal(100)) is Verdict.EXCLUDED
    assert compare(over_half, "=", Decimal(100), domain=Decimal(100)) is Verdict.POSSIBLE


@pytest.mark.parametrize(
    "bounds",
    [
        (Decimal(2), True, Decimal(1), True),
        (Decimal(1), True, Decimal(1), False),
        (Decimal(1), False, Decimal(1), True),
        (None, True, Decimal(1), True),
        (Decimal(1), True, None, True),
        (Decimal("NaN"), False, None, False),
        (None, False, Decimal("Infinity"), False),
    ],
)
def test_what_is_no_interval_is_refused(bounds: tuple[Decimal | None, bool, Decimal | None, bool]) -> None:
    with pytest.raises(UsageError):
        Interval(*bounds)


def test_what_cannot_be_compared_is_refused_with_a_reason() -> None:
    point = from_qualifier("exact", Decimal(120))
    with pytest.raises(UsageError, match="No value lies"):
        compare(point, ">", Decimal(1), domain=Decimal(100))
    with pytest.raises(UsageError, match="finite"):
        compare(point, ">", Decimal("NaN"))
    with pytest.raises(UsageError, match="no comparison"):
        compare(point, "!=", Decimal(1))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="no qualifier"):
        from_qualifier("roughly", Decimal(1))


@pytest.mark.parametrize(
    ("value", "qualifier", "unit", "en", "zh"),
    [
        ("33000", "over", "NUM", "over 33,000", "超过 33,000"),
        ("80", "about", "PERCENT", "about 80%", "约 80%"),
        ("70.0", "at-least", "PERCENT", "at least 70%", "不低于 70%"),
        ("30.0", "at-most", "PERCENT", "at most 30%", "至多 30%"),
        ("91.3", "exact", "PERCENT", "91.3%", "91.3%"),
        ("1200000000", "over", "CCY_CNY", "over 1.2 billion yuan", "超过 12 亿元"),
        ("35000", "nearly", "CCY_CNY", "nearly 35,000 yuan", "接近 3.5 万元"),
        ("500", "exact", "CCY_CNY", "500 yuan", "500 元"),
        ("2", "over", "YR", "over 2 years", "超过 2 年"),
        ("1", "under", "YR", "under 1 year", "不足 1 年"),
        ("100", "hedged", "PERCENT", "100%, as the report hedges it", "100%（原文语气有保留）"),
        ("1E+2", "exact", "NUM", "100", "100"),
    ],
)
def test_a_figure_in_words(value: str, qualifier: str, unit: str, en: str, zh: str) -> None:
    assert format_value(Decimal(value), qualifier, unit, "en") == en
    assert format_value(Decimal(value), qualifier, unit, "zh") == zh


@given(
    st.decimals(0, 10**15, allow_nan=False, allow_infinity=False, places=3),
    st.sampled_from(list(Qualifier)),
    st.sampled_from(["PERCENT", "NUM", "YR"]),
    st.sampled_from(["en", "zh"]),
)
def test_words_keep_every_digit(value: Decimal, qualifier: Qualifier, unit: str, lang: Language) -> None:
    words = format_value(value, qualifier, unit, lang)
    digits = "".join(char for char in words if char.isdigit() or char == ".").rstrip(".")
    assert Decimal(digits) == value


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(UsageError, match="no unit"):
        format_value(Decimal(1), "exact", "KiloGM")
    with pytest.raises(UsageError, match="finite"):
        format_value(Decimal("NaN"), "exact", "NUM")
