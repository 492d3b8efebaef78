"""Parameters of a query string."""

from __future__ import annotations

import pytest
from flask import Flask

from egov_kg.errors import UsageError
from egov_kg.web.parameters import whole_number


@pytest.mark.parametrize(("query", "expected"), [("", 5), ("?n=1", 1), ("?n=010", 10), ("?n=9&n=3", 9)])
def test_a_number(query: str, expected: int) -> None:
    with Flask(__name__).test_request_context(f"/{query}"):
        assert whole_number("n", 5, 1, 10) == expected


@pytest.mark.parametrize("value", ["", "0", "11", "-1", "+1", "1.0", "x", "²", "１", "1 ", "1e1", "9" * 5000])
def test_what_is_none(value: str) -> None:
    with (
        Flask(__name__).test_request_context("/", query_string={"n": value}),
        pytest.raises(UsageError) as caught,
    ):
        whole_number("n", 5, 1, 10)
    assert caught.value.extra == {"parameter": "n"}
    assert len(caught.value.detail) < 200
