"""What is typed, as it is looked up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.errors import UsageError
from egov_kg.match import pinyin
from egov_kg.match.fold import Folding, characters
from egov_kg.match.query import LONGEST, MOST_WORDS, Query, Syllabary, parse

FOLDING = Folding(characters())
SYLLABARY = Syllabary(pinyin.inventory())


def parsed(text: str) -> Query:
    return parse(text, FOLDING)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("陕西", ["陕西"]),
        ("陕西 platform", ["陕西", "platform"]),
        ("超过85%", ["超过", "85"]),
        ("MIIT网站", ["miit", "网站"]),
        ("工信部，网站", ["工信部", "网站"]),
        ("a a b", ["a", "b"]),
        ("", []),
        ("%%%", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert ["".join(word) for word in parsed(text).words] == words


@pytest.mark.parametrize(
    ("text", "letters"),
    [("shan xi", "shanxi"), ("Xi'an", "xian"), ("Lǚliáng", "luliang"), ("61", ""), ("陕x", ""), ("", "")],
)
def test_letters(text: str, letters: str) -> None:
    assert parsed(text).letters == letters


@pytest.mark.parametrize(
    ("text", "iris"),
    [
        ("eid:region/610000", ("https://w3id.org/egov-kg/id/region/610000",)),
        ("region:610000", ("region:610000", "https://w3id.org/egov-kg/id/region/610000")),
        ("c-level:county", ("c-level:county", "https://w3id.org/egov-kg/code/level/county")),
        ("skos:Concept", ("http://www.w3.org/2004/02/skos/core#Concept",)),
        ("urn:x:a", ("urn:x:a", "https://w3id.org/egov-kg/id/urn/x:a")),
        ("over: 85", ()),
        (":a", ()),
        ("shaanxi", ()),
        ("eid:\ud800", ()),
    ],
)
def test_iris(text: str, iris: tuple[str, ...]) -> None:
    assert parsed(text).iris == iris


def test_the_bounds() -> None:
    assert parsed(f" {'市' * LONGEST} ").text == "市" * LONGEST
    with pytest.raises(UsageError) as caught:
        parsed("市" * (LONGEST + 1))
    assert caught.value.extra == {"parameter": "q", "limit": LONGEST}
    many = parsed(" ".join(f"w{n}" for n in range(MOST_WORDS + 2)))
    assert (len(many.words), many.ignored) == (MOST_WORDS, (("w8",), ("w9",)))


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("shanxi", {("shan", "xi")}),
        ("xian", {("xi", "an")}),
        ("xinxihu", {("xin", "xi", "hu")}),
        ("xinx", {("xin", "x")}),
        ("coverage", set()),
        ("xi", set()),
        ("", set()),
    ],
)
def test_syllables(letters: str, expected: set[tuple[str, ...]]) -> None:
    assert expected <= set(SYLLABARY.split(letters))
    assert bool(expected) is bool(SYLLABARY.split(letters))


@given(st.text("abcdefghijklmnopqrstuvwxyz", max_size=LONGEST))
def test_syllables_spell_the_letters(letters: str) -> None:
    found = SYLLABARY.split(letters)
    assert len(found) <= 8
    assert all("".join(one) == letters and len(one) > 1 for one in found)
