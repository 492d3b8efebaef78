"""Sections and paragraphs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from egov_kg.ingest.layout import paragraph_at, paragraphs

NBSP = "\u00a0"


def shape(text: str) -> list[tuple[int, str, int, str]]:
    return [(p.section, p.heading, p.number, text[p.start : p.end]) for p in paragraphs(text)]


def test_the_text_before_the_first_heading_is_the_overview() -> None:
    text = f"标题\n甲。 乙。{NBSP}{NBSP}{NBSP} 丙。\n【应用】{NBSP}{NBSP} 丁。\n【网站】戊。"
    assert shape(text) == [
        (1, "", 1, "标题"),
        (1, "", 2, "甲。 乙。"),
        (1, "", 3, "丙。"),
        (2, "应用", 0, "【应用】"),
        (2, "应用", 1, "丁。"),
        (3, "网站", 0, "【网站】"),
        (3, "网站", 1, "戊。"),
    ]


def test_a_text_that_opens_with_a_heading_has_no_overview() -> None:
    assert shape("【应用】\n甲。") == [(1, "应用", 0, "【应用】"), (1, "应用", 1, "甲。")]


def test_brackets_within_a_paragraph_are_no_heading() -> None:
    assert shape("见【附录】。") == [(1, "", 1, "见【附录】。")]


def test_between_paragraphs_is_no_paragraph() -> None:
    found = paragraphs("甲\n\n乙")
    assert paragraph_at(1, found) is None
    assert paragraph_at(3, found) == found[1]


@given(st.text(alphabet="甲乙。【】 \n\u00a0"))
def test_paragraphs_are_in_order_apart_and_hold_all_but_white_space(text: str) -> None:
    held, end = set(), 0
    for one in paragraphs(text):
        assert end <= one.start < one.end <= len(text)
        end = one.end
        held |= set(range(one.start, one.end))
    assert all(text[offset].isspace() for offset in range(len(text)) if offset not in held)
