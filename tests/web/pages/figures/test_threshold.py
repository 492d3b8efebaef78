"""The threshold question: what people type, and what decides."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.intervals import Interval, Operator, Qualifier, Verdict, from_qualifier
from egov_kg.publish.observations import Observation, Term
from egov_kg.publish.thresholds import OPERATORS, Threshold
from egov_kg.web.pages.figures import threshold

SOME = Term("x:y", {})


def observation(bounds: Interval, domain: Decimal | None = None) -> Observation:
    return Observation(
        iri="x:o", words={}, dataset="x:d", indicator=SOME, area=SOME, level=SOME, subject=SOME, period=SOME,
        condition=SOME, topic=SOME, kind="", direction="", value=Decimal(70), unit="PERCENT", unit_mult=0,
        reported="70", qualifier="exact", origin="digits", status="A", bounds=bounds, domain=domain, flags=(),
        completeness="", place=None,
    )  # fmt: skip


def asked(query: str) -> Threshold:
    with Flask(__name__).test_request_context(f"/?{query}"):
        return threshold.asked()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("80", 80),
        ("80%", 80),
        ("12.5", Decimal("12.5")),
        ("８０％", 80),
        ("1,200", 1200),
        (" 7 ", 7),
        ("-3", -3),
    ],
)
def test_numbers_as_people_type_them(text: str, value: Decimal) -> None:
    assert asked(f"threshold={text.replace('%', '%25')}").value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10亿", 10**9),
        ("１．５ 亿元", 15 * 10**7),
        ("9,000 万元", 9 * 10**7),
        ("1.2 billion", 12 * 10**8),
        ("140 Million yuan", 14 * 10**7),
        ("20 thousand", 20_000),
        ("2 years", 2),
        ("2 年", 2),
    ],
)
def test_amounts_as_the_pages_write_them(text: str, value: int) -> None:
    assert asked(f"threshold={text}").value == value


def test_what_was_asked_in_words() -> None:
    words = {op: asked(f"threshold=10亿&op={op}").phrase("CCY_CNY", "en") for op in OPERATORS}
    assert words == {
        "gte": "at least 1 billion yuan",
        "gt": "over 1 billion yuan",
        "lte": "at most 1 billion yuan",
        "lt": "under 1 billion yuan",
        "eq": "1 billion yuan",
    }
    assert asked("threshold=80").phrase("PERCENT", "zh") == "不低于 80%"
    assert asked("threshold=many").phrase("PERCENT", "zh") == ""


@pytest.mark.parametrize(
    "text",
    [
        "billion",
        "1 亿 billion",
        "1e9 million",
        "亿",
        "yuan",
        "much",
        "8O",
        "NaN",
        "Infinity",
        "1e999999999",
        "--1",
        "80 90",
    ],
)
def test_what_is_no_number_is_kept_and_said(text: str) -> None:
    found = asked(f"threshold={text}&op=lt")
    assert (found.value, found.text, found.op, found.is_wrong) == (None, text, "lt", True)
    assert found.verdict(observation(Interval())) is None
    assert not found.counts([observation(Interval())])


def test_nothing_is_asked_by_default() -> None:
    found = asked("op=none")
    assert (found.op, found.text, found.value, found.is_wrong) == ("gte", "", None, False)


def test_every_comparison_can_be_asked() -> None:
    assert sorted(OPERATORS.values()) == sorted(get_args(Operator))


@given(st.text(max_size=60))
def test_no_text_is_an_error(text: str) -> None:
    with Flask(__name__).test_request_context("/", query_string={"threshold": text}):
        found = threshold.asked()
    assert found.value is None or found.value.is_finite()


@given(
    st.sampled_from(list(Qualifier)),
    st.sampled_from(sorted(OPERATORS)),
    st.integers(0, 100),
    st.sampled_from([None, Decimal(100)]),
)
def test_the_bound_that_decides_does_so_alone(
    qualifier: Qualifier, op: str, limit: int, domain: Decimal | None
) -> None:
    """With nothing but the deciding bound, the answer is the same."""
    one = observation(from_qualifier(qualifier, Decimal(70)), domain)
    question = Threshold(op, str(limit), Decimal(limit))
    verdict = question.verdict(one)
    name, bound, inclusive = question.deciding(one)
    if verdict is Verdict.POSSIBLE:
        assert name == ""
        return
    if verdict is Verdict.CERTAIN and op == "eq":
        assert bound == limit
        return
    assert bound is not None
    alone = (
        Interval(lower=bound, lower_inclusive=inclusive)
        if name == "lower"
        else Interval(upper=bound, upper_inclusive=inclusive)
    )
    assert question.verdict(observation(alone)) is verdict


@given(st.lists(st.sampled_from(list(Qualifier))), st.integers(0, 100))
def test_counts_are_of_everything(qualifiers: list[Qualifier], limit: int) -> None:
    question = Threshold("gte", str(limit), Decimal(limit))
    counts = question.counts(observation(from_qualifier(each, Decimal(70))) for each in qualifiers)
    assert set(counts) == set(Verdict)
    assert sum(counts.values()) == len(qualifiers)
