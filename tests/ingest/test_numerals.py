"""Reading numerals."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.ingest.numerals import find_numerals, fold, read_chinese

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("text", "printed", "value", "power", "percent"),
    [
        ("共34个", "34", "34", 0, False),
        ("为 37.6%，", "37.6", "37.6", 0, True),
        (f"约1.4{NBSP}亿元", "1.4", "1.4", 8, False),
        (f"93{NBSP}%", "93", "93", 0, True),
        ("５７万台", "57", "57", 4, False),
        ("８０％以上", "80", "80", 0, True),
        ("1,234,567人", "1234567", "1234567", 0, False),
        (f"38{NBSP}000张", "38000", "38000", 0, False),
        ("3千米", "3", "3", 0, False),
        ("3千家", "3", "3", 3, False),
        ("2万亿元", "2", "2", 12, False),
        ("5百分点", "5", "5", 0, False),
        ("20多万", "20", "20", 4, False),
        ("两年", "两", "2", 0, False),
        ("三十四家", "三十四", "34", 0, False),
        ("二〇一二年", "二〇一二", "2012", 0, False),
        ("百分之六十二点五", "百分之六十二点五", "62.5", 0, True),
        ("三分之二的", "三分之二", str(Decimal(200) / 3), 0, True),
        ("六成网站", "六成", "60", 0, True),
    ],
)
def test_one_numeral(text: str, printed: str, value: str, power: int, percent: bool) -> None:
    (found,) = find_numerals(text)
    assert (found.printed, found.value, found.power, found.percent) == (
        printed,
        Decimal(value),
        power,
        percent,
    )


def test_an_open_number_has_no_value() -> None:
    (found,) = find_numerals("数十家")
    assert (found.value, found.digits) == (None, False)


@pytest.mark.parametrize("text", ["成为", "网站", "完成", ""])
def test_no_numeral(text: str) -> None:
    assert list(find_numerals(text)) == []


def test_an_ordinary_space_does_not_join_two_numbers() -> None:
    assert [one.printed for one in find_numerals("2012 100")] == ["2012", "100"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零五", 105),
        ("一百五", 150),
        ("两万五", 25000),
        ("两万五千", 25000),
        ("一千零一万", 10010000),
        ("两亿三千万", 230000000),
        ("三万五千亿", 3500000000000),
        ("一万亿", 1000000000000),
        ("万", 10000),
    ],
)
def test_chinese(text: str, number: int) -> None:
    assert read_chinese(text) == number


@pytest.mark.parametrize("text", ["", "甲", "点五", "三点", "三点十"])
def test_not_chinese_numbers(text: str) -> None:
    assert read_chinese(text) is None


def write_chinese(number: int) -> str:
    """The standard way to write a number below a hundred million."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        return (
            write_chinese(high)
            + "万"
            + ("" if not low else ("零" if low < 1000 else "") + write_chinese(low))
        )
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if zero and text else "") + "〇一二三四五六七八九"[digit] + name
        zero = not digit
    return text


@given(st.integers(min_value=1, max_value=99_999_999))
def test_reading_is_the_inverse_of_writing(number: int) -> None:
    assert read_chinese(write_chinese(number)) == number


@given(st.text(alphabet="0123456789０１.,，%％万亿多余年一两三十百千点成 \u00a0巿市文"))
def test_offsets_lie_in_the_text_and_never_overlap(text: str) -> None:
    end = 0
    for one in find_numerals(text):
        assert end <= one.start < one.end <= len(text)
        end = one.end
        assert fold(text[one.start]) in "0123456789一两三十百千万亿"


@given(st.text())
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_the_look_alike_of_shi_is_folded() -> None:
    assert fold("地\u5dff级") == "地市级"
