"""Numbered pages of lists: each item is on exactly one, and what is no page is refused."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.errors import NotFound, UsageError
from egov_kg.web import paging

APP = Flask(__name__)


@given(total=st.integers(0, 300), size=st.integers(1, 40))
def test_every_item_is_on_exactly_one_page(total: int, size: int) -> None:
    items = list(range(total))
    seen: list[int] = []
    for number in range(1, paging.pages(total, size, 1) + 1):
        with APP.test_request_context(f"/?page={number}"):
            part = paging.part(items, size)
        assert part.items == items[part.first - 1 : part.last] if total else part.items == []
        assert (part.number, part.total) == (number, total)
        assert part.pages == paging.pages(total, size, number)
        seen += part.items
    assert seen == items


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "x", "", "1e3", "９", "9999999", "1 ", "' OR 1"])
def test_what_is_no_page_is_refused(text: str) -> None:
    with (
        APP.test_request_context("/", query_string={"page": text}),
        pytest.raises(UsageError, match="page="),
    ):
        paging.number()


def test_a_page_after_the_last_is_not_there() -> None:
    assert paging.pages(0, 10, 1) == 1
    with pytest.raises(NotFound, match="2 pages"):
        paging.pages(11, 10, 3)
