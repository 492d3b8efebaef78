"""One form for what is typed in several ways; tokens, keys and grams."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.match.fold import Folding, characters, grams, key

FOLDING = Folding(characters())
TEXT = st.text(max_size=60)


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("陝西", "陕西"),
        ("臺灣", "台湾"),
        ("地巿", "地市"),
        ("陜西", "陕西"),
        ("二○一二", "二〇一二"),
        ("ＭＩＩＴ", "miit"),
        ("Ａ１％", "a1%"),
        ("Lüliang", "luliang"),
        ("Shǎnxī", "shanxi"),
        ("Xi’an", "xi'an"),
        ("STRASSE", "straße"),
        ("⼯信部", "工信部"),
        ("ﬁnance", "finance"),
    ],
)
def test_the_same(written: str, same: str) -> None:
    assert FOLDING.fold(written) == FOLDING.fold(same)


@pytest.mark.parametrize(
    ("one", "other"), [("陕西", "山西"), ("Shaanxi", "Shanxi"), ("已", "己"), ("610000", "61000")]
)
def test_not_the_same(one: str, other: str) -> None:
    assert FOLDING.fold(one) != FOLDING.fold(other)


@given(TEXT, TEXT)
def test_a_part_of_a_text_is_folded_as_the_text_is(one: str, other: str) -> None:
    assert FOLDING.fold(one + other) == FOLDING.fold(one) + FOLDING.fold(other)


def test_folding_once_is_enough() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    once = FOLDING.fold(every)
    assert FOLDING.fold(once) == once


def test_every_traditional_character_becomes_what_is_left_alone() -> None:
    assert len(characters()) > 3_000
    assert not {meant for meant in characters().values() if characters().get(meant, meant) != meant}


@given(TEXT)
def test_tokens_are_where_they_say(text: str) -> None:
    tokens = FOLDING.tokens(text)
    assert [token.text for token in tokens] == FOLDING.words(text)
    for token in tokens:
        assert 0 <= token.start < token.end <= len(text)
        assert token.text in FOLDING.fold(text[token.start : token.end])
    starts = [token.start for token in tokens]
    assert starts == sorted(starts)


@given(TEXT)
def test_tokens_have_nothing_but_letters_and_digits(text: str) -> None:
    assert all(word.isalnum() for word in FOLDING.words(text))


def test_a_character_is_a_token_and_so_is_a_word() -> None:
    found = FOLDING.tokens("2012年电子政务 E-Government：93%")
    assert [token.text for token in found] == [
        *("2012", "年", "电", "子", "政", "务"),
        "e",
        "government",
        "93",
    ]
    assert [token.wide for token in found][:2] == [False, True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Xi'an  City", "xian city"),
        ("陕西 省", "陕西省"),
        ("2012 年底", "2012年底"),
        ("CN-SN", "cn sn"),
        ("e-government", "e government"),
        ("!?", ""),
    ],
)
def test_keys(text: str, expected: str) -> None:
    assert key(FOLDING.words(text)) == expected


@given(TEXT)
def test_a_key_has_the_tokens_of_its_text(text: str) -> None:
    words = FOLDING.words(text)
    assert FOLDING.words(key(words)) == words


def test_grams() -> None:
    assert grams(["工", "信", "部"]) == ["工", "信", "工信", "部", "信部"]
    assert grams(["miit"]) == ["·mi", "mii", "iit", "it·"]
    assert grams(["a", "市"]) == ["·a·", "市"]
