"""Candidates of a report."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.ingest.text import Candidate, Kind, candidates

NBSP = "\u00a0"


def only(text: str) -> Candidate:
    (found,) = (one for one in candidates(text) if one.kind is not Kind.LEXICAL)
    return found


@pytest.mark.parametrize(
    ("text", "outer", "qualifiers"),
    [
        ("达到 93%，", "93%", ("exact",)),
        (f"接入{NBSP}33000{NBSP}余家", f"33000{NBSP}余", ("over",)),
        ("超过 57 万台", "超过 57 万", ("over",)),
        ("有 20 多个部门", "20 多", ("over",)),
        ("超过 1200 多项", "超过 1200 多", ("over",)),
        ("20 多万台", "20 多万", ("over",)),
        ("70%以上", "70%以上", ("at-least",)),
        ("30 个以上", "30 个以上", ("at-least",)),
        ("近 400 家", "近 400", ("nearly",)),
        ("接近 400 家", "接近 400", ("nearly",)),
        ("约为 80%左右", "约为 80%左右", ("about",)),
        ("约 2 亿元", "约 2 亿", ("about",)),
        ("不到 30%", "不到 30%", ("under",)),
        ("不少于 5 家", "不少于 5", ("at-least",)),
        ("约 80%以上", "约 80%以上", ("about", "at-least")),
        ("居高不下，50 家", "50", ("exact",)),
        ("一半的馆", "一半", ("exact",)),
        ("超过一半的馆", "超过一半", ("over",)),
        ("两年多的实践", "两年多", ("over",)),
        ("超过半数的馆", "超过半数", ("over",)),
        ("半数以上的馆", "半数以上", ("at-least",)),
        ("多数馆", "多数", ("over",)),
        ("全部上线", "全部", ("exact",)),
        ("所有馆都已建成", "所有", ("exact",)),
        ("所有馆都基本建成", "所有", ("hedged",)),
        ("所有馆已建成。基本情况", "所有", ("exact",)),
        ("节约 3 亿元", "3 亿", ("exact",)),
        ("最近 3 家", "3", ("exact",)),
    ],
)
def test_qualifiers_and_the_words_that_make_them(text: str, outer: str, qualifiers: tuple[str, ...]) -> None:
    found = only(text)
    assert text[found.outer_start : found.outer_end] == outer
    assert found.qualifiers == qualifiers


@pytest.mark.parametrize(
    ("qualifier", "words"),
    [
        (
            "at-most",
            "不超过 不高于 不大于 不多于 不超 不逾 不突破 未超过 没有超过 不得超过 "
            "至多 最多 小于等于 小于或等于",
        ),
        ("at-least", "不小于 不少于 不低于 不下 不下于 大于等于 大于或等于 不得低于 未低于 至少 最少"),
        ("under", "不到 不足 不及 小于 低于 未达 未达到 达不到"),
        ("over", "超过 超 逾 突破 高于 大于 多于"),
    ],
)
def test_a_word_before_a_figure_and_its_negation_differ(qualifier: str, words: str) -> None:
    for word in words.split():
        found = only(f"甲{word} 30%")
        assert (found.outer_start, found.qualifiers) == (1, (qualifier,)), word


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("30%以下", "at-most"),
        ("30 家及以下", "at-most"),
        ("30 天以内", "at-most"),
        ("30 天之内", "at-most"),
        ("30%以上", "at-least"),
    ],
)
def test_a_limit_after_a_figure_holds_the_figure_itself(text: str, qualifier: str) -> None:
    found = only(text)
    assert (found.outer_end, found.qualifiers) == (len(text), (qualifier,))


@pytest.mark.parametrize("text", ["数十个", "几十个", "超过数百家", "上百个", "共上千家", "成百上千家"])
def test_a_figure_without_a_value_has_no_qualifier_to_propose(text: str) -> None:
    found = only(text)
    assert (found.kind, found.value, found.qualifiers) == (Kind.FIGURE, None, ())


@pytest.mark.parametrize(
    ("text", "number"), [("网上百余项", 100), ("30%以上百分之六十", 60), ("晚上十点", 10)]
)
def test_shang_of_another_word_leaves_the_numeral_alone(text: str, number: int) -> None:
    assert [one.number for one in candidates(text) if not one.digits] == [number]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("一半", Kind.PARTIAL, 50),
        ("一些", Kind.PARTIAL, None),
        ("一切", Kind.UNIVERSAL, 100),
        ("一部分", Kind.PARTIAL, None),
        ("一批", Kind.PARTIAL, None),
    ],
)
def test_a_numeral_inside_a_quantifier_is_none(text: str, kind: Kind, value: int | None) -> None:
    found = only(f"{text}馆")
    assert (found.printed, found.kind, found.value) == (text, kind, value)


@pytest.mark.parametrize(
    ("text", "printed", "kind"),
    [
        ("第一批", "一", Kind.ORDINAL),
        ("第一部分", "一", Kind.ORDINAL),
        ("二十一批", "二十一", Kind.FIGURE),
    ],
)
def test_a_numeral_that_only_borders_on_a_quantifier_counts(text: str, printed: str, kind: Kind) -> None:
    assert (printed, kind) in [(one.printed, one.kind) for one in candidates(text)]


def test_a_quantifier_after_a_listed_word_counts() -> None:
    assert [one.printed for one in candidates("统一部分系统")] == ["统一", "部分"]


@pytest.mark.parametrize(
    ("text", "kind", "unit"),
    [
        (f"2012{NBSP}年底", Kind.TIME, "年"),
        ("二〇一二年", Kind.TIME, "年"),
        ("12 月", Kind.TIME, "月"),
        ("12 个月", Kind.FIGURE, "个月"),
        ("3 年", Kind.FIGURE, "年"),
        ("2012 家", Kind.FIGURE, "家"),
        ("第 3 条", Kind.ORDINAL, "条"),
        ("第三次", Kind.ORDINAL, "次"),
        ("各部门", Kind.UNIVERSAL, ""),
        ("部分部门", Kind.PARTIAL, ""),
        ("每年", Kind.RATE, ""),
        ("平均缩短", Kind.RATE, ""),
        ("甲、乙均已上线", Kind.DISTRIBUTIVE, ""),
    ],
)
def test_kinds(text: str, kind: Kind, unit: str) -> None:
    found = only(text)
    assert (found.kind, found.unit) == (kind, unit)


def test_the_first_of_a_range_has_the_unit_of_the_second() -> None:
    first, second = candidates("30-40%")
    assert first.percent
    assert second.percent
    assert [one.kind for one in candidates("2012-2013 年")] == [Kind.TIME, Kind.TIME]
    assert [one.kind for one in candidates("2012 年 3 月至 12 月")] == [Kind.TIME] * 3


def test_a_multiplier_makes_the_number() -> None:
    found = only("投资 7.5 亿元")
    assert (found.printed, found.power, found.number, found.unit) == ("7.5", 8, Decimal("750000000"), "元")


@pytest.mark.parametrize(
    "text",
    [
        "统一的",
        "进一步",
        "一体化",
        "一次性",
        "一期工程",
        "单一",
        "成都",
        "首都",
        "都江堰",
        "十分",
        "三公",
        "四川",
    ],
)
def test_words_that_are_no_quantity_are_listed_with_a_reason(text: str) -> None:
    (found,) = candidates(text)
    assert found.kind is Kind.LEXICAL
    assert found.reason_en
    assert found.reason_zh


@pytest.mark.parametrize("text", ["更多", "其余", "最近", "节约", "集约化", "左右为难", "网站建设", "多层次"])
def test_what_is_no_quantity_and_looks_like_none_is_not_listed(text: str) -> None:
    assert candidates(text) == []


def test_dou_after_a_quantity_in_its_clause_is_an_echo() -> None:
    kinds = [one.kind for one in candidates("所有馆都建成，目录都开放")]
    assert kinds == [Kind.UNIVERSAL, Kind.LEXICAL, Kind.DISTRIBUTIVE]


def test_a_numeral_that_goes_on_past_a_listed_word_counts() -> None:
    assert only("十分之一").value == 10


def test_the_look_alike_of_shi_does_not_hide_a_figure() -> None:
    found = only("地\u5dff级达到 70%")
    assert (found.start, found.end) == (6, 9)


def test_the_place_of_a_candidate() -> None:
    _, found = candidates(f"2020 年\n【目录】{NBSP}{NBSP}{NBSP}甲。\n乙馆 3 家")
    assert (found.section, found.heading, found.paragraph) == (2, "目录", 2)


@given(st.text(alphabet="0123456789%.万亿多余约近超过以上左右所有各都部分统一年月个家，。【】 \n\u00a0"))
def test_candidates_lie_in_the_text_in_order_and_apart(text: str) -> None:
    end = 0
    for one in candidates(text):
        assert end <= one.start < one.end <= len(text)
        assert one.outer_start <= one.start
        assert one.end <= one.outer_end <= len(text)
        end = one.end


@given(st.text(alphabet="甲乙丙统一，。 "), st.integers(0, 10**9), st.text(alphabet="甲乙丙统一，。 "))
def test_no_number_in_digits_is_missed(before: str, number: int, after: str) -> None:
    text = f"{before}{number}{after}"
    assert any(one.start == len(before) and one.printed == str(number) for one in candidates(text))
