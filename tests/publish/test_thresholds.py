"""Conditions as people write them, on one line."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.errors import UsageError
from egov_kg.publish.thresholds import OPERATORS, read_condition


@pytest.mark.parametrize(
    ("text", "symbol", "value"),
    [
        (">= 80", ">=", 80),
        (">=80%", ">=", 80),
        ("  < 1.2 billion yuan ", "<", 1_200_000_000),
        ("≥８０％", ">=", 80),
        ("＞ 10 亿元", ">", 1_000_000_000),
        ("=< 5", "<=", 5),
        ("== 100", "=", 100),
        ("= 3 years", "=", 3),
    ],
)
def test_conditions_as_people_write_them(text: str, symbol: str, value: int) -> None:
    found = read_condition(text)
    assert (found.symbol, found.value) == (symbol, Decimal(value))


@pytest.mark.parametrize("text", ["", "80", ">=", ">= many", "=> >= 3", ">= NaN", ">= 1e9", "> 1 and < 3"])
def test_what_is_no_condition_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="is no condition") as failed:
        read_condition(text)
    assert "不是条件" in failed.value.detail_zh


@given(st.text(max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    try:
        found = read_condition(text)
    except UsageError:
        return
    assert found.op in OPERATORS
    assert found.value is not None
    assert found.value.is_finite()
