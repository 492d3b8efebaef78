"""Code lists and their members: all codes in their order, and from one to the others."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from support.html import links, one, tree, words
from support.service import Server, fetch
from support.strange import strange

__all__ = ["strange"]


def table(server: Server, name: str, lang: str = "en") -> list[list[str]]:
    found = one(tree(fetch(server, f"/{lang}/code/{name}")), ".//table[@class='codes']")
    return [[words(cell) for cell in row] for row in found.findall("./tbody/tr")]


def test_a_scale_is_in_its_order(complete: Server) -> None:
    rows = table(complete, "level-scale")
    assert [row[:3] for row in rows] == [
        ["1", "very-low", "very low"],
        ["2", "low", "low"],
        ["3", "medium", "medium"],
        ["4", "high", "high"],
        ["5", "very-high", "very high"],
    ]


def test_levels_are_in_the_order_of_readers(complete: Server) -> None:
    assert [row[0] for row in table(complete, "level")][:3] == ["national", "central", "provincial"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_code_has_both_names_and_a_meaning(complete: Server, lang: str) -> None:
    for row in table(complete, "qualifier", lang):
        assert all(row), row
        assert any("一" <= letter <= "鿿" for letter in row[1] + row[2])


def test_a_long_list_says_how_long_and_leads_to_the_rest(complete: Server) -> None:
    page = tree(fetch(complete, "/en/code/region"))
    assert "The first 200 of 3,221 codes" in words(page)
    assert links(page)["Regions on a map and by level"] == "/en/regions"
    assert links(page)["All 3,221"].startswith("/en/links?of=ecode%3Aregion&property=skos%3AinScheme")


def test_a_member_leads_to_the_others(complete: Server) -> None:
    page = tree(fetch(complete, "/en/code/level/county"))
    choices = page.findall(".//ul[@class='choices']/li/a")
    assert [words(a) for a in choices if a.get("aria-current")] == ["county"]
    assert len(choices) == 8
    assert [words(item) for item in page.findall(".//nav[@class='crumbs']//li")] == ["Population levels"]


def test_facts_of_a_code_are_bounded(complete: Server) -> None:
    page = tree(fetch(complete, "/en/code/review-state/reviewed"))
    assert "too many to show facts one by one" in words(page)
    assert page.find(".//table[@class='figures']") is None
    assert [a for a in page.iter("a") if "/en/links?" in a.get("href", "")]
    few = tree(fetch(complete, "/en/code/qualifier/about"))
    assert few.find(".//table[@class='figures']") is not None


def test_order_is_that_of_the_scale(strange: FlaskClient) -> None:
    text = strange.get("/en/code/scale").text
    assert text.index(">low<") < text.index(">medium<") < text.index(">high<")
