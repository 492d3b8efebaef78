"""Terminals: what the text of a query is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.sparql.tokens import place, tokens


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT *", [("word", "SELECT"), ("punctuation", "*")]),
        ("?a$b", [("variable", "?a"), ("variable", "$b")]),
        ("<http://x/#y> # <z>\n", [("iri", "<http://x/#y>")]),
        ("?a < ?b", [("variable", "?a"), ("punctuation", "<"), ("variable", "?b")]),
        ("?a<=3", [("variable", "?a"), ("punctuation", "<="), ("literal", "3")]),
        ("ex:a.b", [("name", "ex:a.b")]),
        ("ex:a.", [("name", "ex:a"), ("punctuation", ".")]),
        (r"ex:a\#b\'c", [("name", r"ex:a\#b\'c")]),
        ("ex:a#b", [("name", "ex:a")]),
        (":", [("name", ":")]),
        ("省:北京", [("name", "省:北京")]),
        ("_:b1.", [("name", "_:b1"), ("punctuation", ".")]),
        ("true.FILTER(1)", [("word", "true"), ("punctuation", "."), ("word", "FILTER")]),
        ('"a#b"@zh-Hans', [("literal", '"a#b"'), ("literal", "@zh-Hans")]),
        (r'"a\"b" x', [("literal", r'"a\"b"'), ("word", "x")]),
        ("'''a'b''c\n'''d", [("literal", "'''a'b''c\n'''"), ("word", "d")]),
        ('"""\\"""" x', [("literal", '"""\\""""'), ("word", "x")]),
        ('""x', [("literal", '""'), ("word", "x")]),
        ("1.5e-3.", [("literal", "1.5e-3"), ("punctuation", ".")]),
        (r"<u:\u0041>", [("iri", r"<u:\u0041>")]),
    ],
)
def test_terminals(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text)[: len(expected)] == expected


def test_depth_counts_open_brackets() -> None:
    assert [(t.text, t.depth) for t in tokens("a{b(c[d])}e)f")] == [
        ("a", 0),
        ("{", 0),
        ("b", 1),
        ("(", 1),
        ("c", 2),
        ("[", 2),
        ("d", 3),
        ("]", 2),
        (")", 1),
        ("}", 0),
        ("e", 0),
        (")", 0),
        ("f", 0),
    ]


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("FILTER(?a <http://x/#y>)", True),
        ("FILTER('a'<'x>')", True),
        ("FILTER(?a = <http://x/#y>)", False),
        ("FILTER(?a <http://x/y>)", False),
        ("?a <http://x/#y> ?b", False),
        ('"no end', True),
        ('"""no end"" ', True),
        ('"end" """end""" \'\'', False),
    ],
)
def test_what_may_be_read_in_two_ways_is_marked(text: str, doubtful: bool) -> None:
    assert any(token.doubtful for token in tokens(text)) is doubtful


@given(st.text(alphabet=st.sampled_from(list(" \n\t<>\"'\\#{}()[]?$:._-@^!|&=abcXYZ019%城é"))))
def test_every_character_is_in_one_terminal_or_between_two(text: str) -> None:
    end = 0
    for token in tokens(text):
        assert token.start >= end
        between = text[end : token.start]
        assert (
            all(part.startswith("#") or not part.strip(" \t") for part in between.splitlines())
            or "#" in between
        )
        assert text[token.start :].startswith(token.text)
        end = token.start + len(token.text)


@pytest.mark.parametrize(
    "unit", ['"\\', '"""\n\\', "'''", "a.", "a-", "<a", "é.", "a:b.", ".", "@a-", "_:a.", "(?a<'", "<#"]
)
def test_no_text_takes_more_than_its_length(unit: str) -> None:
    """A quadratic pattern would need minutes here, past the timeout of the tests."""
    text = (unit * 200_000)[:200_000]
    assert sum(1 for _ in tokens(text)) <= len(text)


def test_places_count_from_one() -> None:
    assert place("a", 0) == (1, 1)
    assert place("城\nab", 3) == (2, 2)
