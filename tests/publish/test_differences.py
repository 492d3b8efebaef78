"""What is said before one compares: each feature that differs, with its values; nothing where none does."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from egov_kg.publish import comparisons, differences
from egov_kg.publish.comparisons import Comparison, Line
from egov_kg.publish.observations import Nested, Observation, Term
from support.figures import figure, term


def levels(*figures: Observation) -> Comparison:
    columns = tuple({one.level.iri: one.level for one in figures}.values())
    return Comparison("levels", columns, (Line(None, tuple((one,) for one in figures)),))


def found(comparison: Comparison) -> dict[str, dict[str, int]]:
    return {one.feature: dict(one.values) for one in differences.differences(comparison, "en")}


def nested(threshold: int, counted: str) -> dict[str, Any]:
    return {
        "condition": term("condition", f"at-least-{threshold}"),
        "nested": Nested(term("group", counted), term("indicator", "i"), Decimal(threshold), True, "PERCENT"),
    }


@pytest.mark.parametrize(
    ("more", "feature", "values"),
    [
        ({"unit": "NUM"}, "unit", {"PERCENT": 1, "NUM": 1}),
        ({"indicator": term("indicator", "j")}, "definition", {"i": 1, "j": 1}),
        ({"subject": term("subject", "some")}, "counted", {"all": 1, "some": 1}),
        ({"flags": (term("flag", "per-year"),)}, "amount", {"": 1, "per year": 1}),
        ({"qualifier": "over"}, "qualifier", {"exact": 1, "over": 1}),
        ({"period": term("period", "2012")}, "period", {"not stated": 1, "2012": 1}),
        ({"direction": "lower-is-better"}, "direction", {"higher-is-better": 1, "lower-is-better": 1}),
        ({"survey": Term("x:s", {"en": "Survey"})}, "survey", {"": 1, "Survey": 1}),
    ],
)
def test_each_feature_that_differs_is_named(
    more: dict[str, Any], feature: str, values: dict[str, int]
) -> None:
    assert found(levels(figure(number=1), figure(number=2, **more))) == {feature: values}


def test_what_is_alike_is_not_named() -> None:
    assert found(levels(figure(10, number=1), figure(20, number=2, level=term("level", "central")))) == {}


def test_nested_shares_count_different_things_beyond_different_thresholds() -> None:
    said = found(levels(figure(number=1, **nested(80, "some")), figure(number=2, **nested(85, "others"))))
    assert said == {"counted": {"some": 1, "others": 1}, "condition": {"at least 80": 1, "at least 85": 1}}


def test_rows_for_different_things_are_compared_by_themselves_where_levels_are() -> None:
    one, other = (
        figure(number=1, subject=term("subject", "a")),
        figure(number=2, subject=term("subject", "b")),
    )
    lines = (Line(one.subject, ((one,),)), Line(other.subject, ((other,),)))
    assert found(Comparison("levels", (one.level,), lines)) == {}
    assert "counted" in found(Comparison("indicators", (one.level,), lines))


def test_regions_are_compared_over_all_rows() -> None:
    figures = [
        figure(number=n, unit=unit, indicator=term("indicator", unit.lower()))
        for n, unit in enumerate(["NUM", "PERCENT", "PERCENT"])
    ]
    said = found(comparisons.of_regions(figures, [figures[0].area], "en"))
    assert said["unit"] == {"PERCENT": 2, "NUM": 1}
    assert said["definition"] == {"num": 1, "percent": 2}


def test_the_most_frequent_comes_first() -> None:
    figures = [figure(number=n, qualifier="over" if n else "exact") for n in range(3)]
    (difference,) = differences.differences(levels(*figures), "en")
    assert difference.values == (("over", 2), ("exact", 1))


def test_notes_count_what_is_to_be_borne_in_mind() -> None:
    figures = [
        figure(number=1, flags=(term("flag", "ambiguous"), term("flag", "preliminary-estimate"))),
        figure(number=2, period=term("period", "2012")),
        figure(number=3, flags=(term("flag", "ambiguous"),)),
    ]
    said = {(one.feature, one.number, one.total) for one in differences.notes(levels(*figures))}
    assert said == {("undated", 2, 3), ("ambiguous", 2, 3), ("estimate", 1, 3)}
    assert differences.notes(levels(figure(period=term("period", "2012")))) == ()
