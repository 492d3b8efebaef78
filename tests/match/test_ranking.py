"""The look-ups of a query: their order, and that nothing in a text becomes part of their language."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.match import pinyin, ranking
from egov_kg.match.fold import Folding, characters
from egov_kg.match.query import LONGEST, Syllabary, parse
from egov_kg.match.ranking import Tier, tiers

FOLDING = Folding(characters())
SYLLABARY = Syllabary(pinyin.inventory())


def planned(text: str) -> list[Tier]:
    return list(tiers(parse(text, FOLDING), SYLLABARY))


@pytest.mark.parametrize(
    ("text", "scores"),
    [
        ("陕西", [100, 95, 75, 70, 50, 40]),
        ("陕西 省", [100, 95, 75, 70, 50, 45, 40]),
        ("610000", [100, 95, 75, 70, 50, 40]),
        ("cov", [100, 95, 85, 80, 75, 70, 65, 60, 58, 50, 40]),
        ("shanxi", [100, 95, 85, 80, 75, 70, 65, 60, 58, 50, 40, 30]),
        ("陕西 pingtai", [100, 95, 75, 70, 50, 45, 40, 30]),
        ("eid:region/61", [100, 100, 95, 75, 70, 70, 50, 45, 40, 30]),
        ("", [0]),
        ("%", []),
    ],
)
def test_the_order(text: str, scores: list[int]) -> None:
    assert [tier.score for tier in planned(text)] == scores


def test_every_score_is_explained_in_the_module() -> None:
    table = re.findall(r"^\| ([\d, ]+) \|", ranking.__doc__ or "", re.MULTILINE)
    explained = {int(score) for line in table for score in line.split(", ")}
    used = {tier.score for text in ("shan xi", "eid:a/b", "市") for tier in planned(text)}
    assert used == explained


@given(st.text(max_size=LONGEST))
def test_what_is_asked_of_fts5_has_quoted_tokens_and_our_own_words_only(text: str) -> None:
    for tier in planned(text):
        assert tier.sql.count("?") == len(tier.parameters)
        if tier.how in ("row", "words", "begun", "inside"):
            expression = str(tier.parameters[0])
            outside = re.sub(r'"[^"]*"', "", expression)
            assert set(re.findall(r"[^\s():*]+", outside)) <= {"words", "sounds", "AND", "OR"}
            inside = re.findall(r'"([^"]*)"', expression)
            assert all(one.isalnum() for phrase in inside for one in phrase.split(" "))


def test_initials_need_two_letters() -> None:
    by_letters = {
        text: [tier for tier in planned(text) if tier.how == "initials"] for text in ("g", "gx", "gxb")
    }
    assert [len(found) for found in by_letters.values()] == [0, 1, 1]
    assert "key = ?" in by_letters["gx"][0].sql
    assert "key >= ?" in by_letters["gxb"][0].sql
