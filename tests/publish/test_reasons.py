"""Why a figure passes a threshold or not: the words name the bound that decides."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.intervals import Language, Qualifier, Verdict
from egov_kg.publish.reasons import reason
from egov_kg.publish.thresholds import OPERATORS, Threshold
from support.figures import figure


def asked(op: str, value: int) -> Threshold:
    return Threshold(op, str(value), Decimal(value))


@pytest.mark.parametrize(
    ("value", "qualifier", "op", "threshold", "verdict", "en", "zh"),
    [
        (85, "over", "gte", 80, "certain", "stated to be over 85%", "超过 85%"),
        (85, "at-least", "gt", 80, "certain", "stated to be at least 85%", "不低于 85%"),
        (100, "exact", "gte", 80, "certain", "stated to be 100%", "100%"),
        (69, "exact", "gte", 80, "excluded", "stated to be 69%", "69%"),
        (60, "nearly", "gte", 80, "excluded", "stated to be under 60%", "不足 60%"),
        (60, "at-most", "lte", 60, "certain", "stated to be at most 60%", "至多 60%"),
        (90, "over", "gt", 100, "excluded", "no share is over 100%", "不会超过 100%"),
        (80, "about", "gte", 80, "possible", "“about” states no bound", "“约”没有给出界限"),
        (100, "hedged", "gte", 80, "possible", "the report hedges it, and states no bound", "有所保留"),
        (70, "over", "gte", 80, "possible", "stated to be over 70%: that leaves both open", "超过 70%"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_words(
    lang: Language, value: int, qualifier: str, op: str, threshold: int, verdict: str, en: str, zh: str
) -> None:
    question, one = asked(op, threshold), figure(value, qualifier)
    assert question.verdict(one) == verdict
    words = reason(question, one, lang)
    assert words == en if lang == "en" else zh in words


@given(st.sampled_from(list(Qualifier)), st.sampled_from(sorted(OPERATORS)), st.integers(0, 110))
def test_there_is_a_reason_for_every_answer(qualifier: Qualifier, op: str, threshold: int) -> None:
    one = figure(70, qualifier)
    question = asked(op, threshold)
    words = reason(question, one, "en")
    assert words
    if question.verdict(one) is not Verdict.POSSIBLE:
        assert "70%" in words or "100%" in words


def test_nothing_asked_needs_no_reason() -> None:
    assert reason(Threshold("gte", "", None), figure(), "zh") == ""
