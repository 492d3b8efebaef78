"""What the tests of pages take for a fault is one, and what is none is not."""

from __future__ import annotations

import pytest

from support.html import parse
from support.markup import faults

GOOD = (
    '<h1 id="a">A</h1><h2>B</h2><label for="q">Q</label><input id="q"><table><caption>C</caption><tr>'
    '<th scope="row">D</th></tr></table><a href="/">Home</a><script src="/x.js"></script>'
)


def test_a_good_page_has_no_faults() -> None:
    assert faults(parse(GOOD.encode())) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<h1 id="a">A</h1>', ""),
        ("<h2>B</h2>", "<h3>B</h3>"),
        ('id="q"', 'id="a"'),
        ('for="q"', 'for="b"'),
        (' scope="row"', ""),
        ("<caption>C</caption>", ""),
        (">Home<", "><"),
        (' src="/x.js"', ""),
        ("<h2>", '<h2 style="color: red">'),
        ("<h2>", '<h2 onclick="go()">'),
        ("<h2>", '<h2 aria-labelledby="c">'),
    ],
)
def test_a_fault_is_found(old: str, new: str) -> None:
    assert old in GOOD
    assert faults(parse(GOOD.replace(old, new).encode()))
