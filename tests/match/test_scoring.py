"""Scores and decisions, without an index."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.match.called import Called, How
from egov_kg.match.hits import Hit, Matched, Why
from egov_kg.match.scoring import ALIKE, BY_NAME, FEATURES, Features, by_name, decided

HOWS: tuple[How, ...] = tuple(BY_NAME)
AGREEMENTS = st.lists(
    st.tuples(st.sampled_from(("within", "level")), st.sampled_from((True, False, None))), max_size=5
)


def hit(why: Why, score: float) -> Hit:
    return Hit(1, "x", {}, "region", (), {}, score, why, Matched("", "", ()))


@pytest.mark.parametrize(
    ("why", "score", "how", "likeness", "expected"),
    [
        ("exact", 100, "label", 100, 100),
        ("short name", 95, "other", 100, 98),
        ("code", 95, "code", 0, 98),
        ("prefix", 75, "stem", 60, 90),
        ("pinyin", 85, "sound", 0, 85),
        ("pinyin", 80, "sound", 0, 80),
        ("pinyin", 65, None, 0, 65),
        ("prefix", 75, None, 50, 39.5),
        ("near", 29, None, 10, 79),
        ("part", 50, None, 100, 79),
    ],
)
def test_names(why: Why, score: float, how: How | None, likeness: float, expected: float) -> None:
    assert by_name(hit(why, score), Called(how) if how else None, likeness) == expected


@given(
    st.sampled_from(("exact", "short name", "code", "pinyin", "prefix", "part", "near", "all")),
    st.floats(0, 100),
    st.one_of(st.none(), st.sampled_from(HOWS)),
    st.floats(0, 100),
    AGREEMENTS,
)
def test_a_score_is_from_0_to_100(
    why: Why, score: float, how: How | None, likeness: float, agreements: Sequence[tuple[str, bool | None]]
) -> None:
    # The search has scores of pinyin up to 85, and of names that are near up to 29.
    least = {"pinyin": 85.0, "near": 29.0}.get(why, 100.0)
    name = by_name(hit(why, min(score, least)), Called(how) if how else None, likeness)
    assert 0 <= name <= 100
    assert how in ("label", "other", "code", "stem", "sound") or name <= ALIKE
    features = Features(name, how, 0, agreements)
    assert 0 <= features.score <= round(name, 1)
    assert 0 <= Features(None, None, 0, agreements).score <= 100


@given(AGREEMENTS)
def test_what_agrees_more_scores_more(agreements: list[tuple[str, bool | None]]) -> None:
    better = [(name, True) for name, _ in agreements]
    worse = [(name, False) for name, _ in agreements]
    scores = [Features(90, "stem", 0, one).score for one in (worse, agreements, better)]
    assert scores == sorted(scores)
    assert scores[2] == 90


def test_every_feature_has_a_name() -> None:
    features = Features(90, "stem", 2, (("within", True), ("level", None), ("within", False)))
    assert features.values() == {
        "name": 90,
        "same-name": False,
        "without-kind": True,
        "sound": False,
        "namesakes": 2,
        "conditions": 50,
        "agrees:within": False,
    }
    assert {name for name in features.values() if ":" not in name} == set(FEATURES)
    assert all(words["zh"] and words["en"] for words in FEATURES.values())


PLACE, OTHER, NOT = (True, True), (False, True), (False, False)
Said = Sequence[tuple[bool, bool | None]]


@pytest.mark.parametrize(
    ("called", "agreements", "meant"),
    [
        ({1: Called("label")}, {1: ()}, 1),
        ({1: Called("code")}, {1: ()}, 1),
        ({1: Called("stem")}, {1: ()}, None),
        ({1: Called("stem")}, {1: (PLACE,)}, 1),
        ({1: Called("stem")}, {1: (OTHER,)}, None),
        ({1: Called("sound")}, {1: (PLACE,)}, None),
        ({1: Called("label"), 2: Called("label")}, {1: (), 2: ()}, None),
        ({1: Called("label"), 2: Called("stem")}, {1: (), 2: ()}, None),
        ({1: Called("label"), 2: Called("sound")}, {1: (), 2: ()}, 1),
        ({1: Called("label"), 2: Called("label")}, {1: (OTHER,), 2: (NOT,)}, 1),
        ({1: Called("label"), 2: Called("label")}, {1: (OTHER,), 2: ((False, None),)}, None),
        ({1: Called("label")}, {1: (NOT,)}, None),
        ({}, {}, None),
    ],
)
def test_beyond_doubt(called: dict[int, Called], agreements: dict[int, Said], meant: int | None) -> None:
    assert decided(called, agreements, spelt=False) == meant


def test_letters_may_be_pinyin() -> None:
    said: dict[int, Said] = {1: (), 2: ()}
    sound = Called("sound")
    assert decided({1: Called("label", True), 2: sound}, said, spelt=True) == 1
    assert decided({1: Called("label", False), 2: sound}, said, spelt=True) is None
