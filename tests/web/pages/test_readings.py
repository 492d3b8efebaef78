"""A figure that can be read in more than one way says so wherever it is listed or drawn."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote
from xml.etree.ElementTree import Element

import pytest

from support.html import data, one, tree, words
from support.service import Server, fetch

BASE = "https://w3id.org/egov-kg"
ASKED = """
PREFIX egov: <https://w3id.org/egov-kg/ontology#>
PREFIX sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
SELECT ?figure ?indicator ?area ?section (COUNT(DISTINCT ?reading) AS ?n) WHERE {
  ?figure egov:indicator ?indicator ; egov:reading ?reading ; sdmx-dimension:refArea ?area ;
    egov:figureSpan/egov:section ?section .
} GROUP BY ?figure ?indicator ?area ?section
"""
MARK = {"en": "ambiguous: {} readings", "zh": "有歧义：{} 种读法"}
LANGUAGES = pytest.mark.parametrize("lang", ["en", "zh"])


@pytest.fixture(scope="module")
def ambiguous(complete: Server) -> Mapping[str, Mapping[str, str]]:
    """The paths of the figures that have readings, with what they are about and how many there are."""
    rows = fetch(complete, query=ASKED).json["results"]["bindings"]
    found = [{name: term["value"].removeprefix(BASE) for name, term in row.items()} for row in rows]
    assert len(found) > 5
    return {row["figure"]: row for row in found}


def marked(complete: Server, path: str) -> dict[str, str]:
    """The marks of ambiguity on a page: the figure that each leads to, and what it says."""
    return {
        href.removesuffix("#readings"): text
        for href, text in links(tree(fetch(complete, path))).items()
        if href.endswith("#readings")
    }


def links(root: Element) -> dict[str, str]:
    """What the links of a page say, by where they lead, without the language."""
    return {link.get("href", "")[3:]: words(link) for link in root.iter("a")}


@LANGUAGES
@pytest.mark.parametrize("about", ["indicator", "area", "section"])
def test_pages_mark_each_of_them_and_no_other(
    complete: Server, ambiguous: Mapping[str, Mapping[str, str]], about: str, lang: str
) -> None:
    for path in sorted({row[about] for row in ambiguous.values()}):
        expected = {
            name: MARK[lang].format(row["n"]) for name, row in ambiguous.items() if row[about] == path
        }
        assert marked(complete, f"/{lang}{path}") == expected, path


def test_so_do_the_list_of_indicators_and_comparisons(
    complete: Server, ambiguous: Mapping[str, Mapping[str, str]]
) -> None:
    listed = set(links(tree(fetch(complete, "/en/indicators"))))
    assert marked(complete, "/en/indicators").keys() == listed & ambiguous.keys() != set()
    assert marked(complete, "/zh/code/flag/ambiguous").keys() == ambiguous.keys()
    chosen = [row["indicator"].rpartition("/")[2] for row in ambiguous.values()][:5]
    asked = "&".join(f"indicator={quote(name)}" for name in chosen)
    expected = {name for name, row in ambiguous.items() if row["indicator"].rpartition("/")[2] in chosen}
    assert marked(complete, f"/en/compare?by=indicators&{asked}").keys() == expected


def test_drawings_and_their_words_say_it(
    complete: Server, ambiguous: Mapping[str, Mapping[str, str]]
) -> None:
    root = tree(fetch(complete, "/en/code/indicator/vertical-system-coverage"))
    drawn = {found["href"][3:]: found["phrase"] for found in data(root)}
    for path, phrase in drawn.items():
        assert ("ambiguous: 2 readings" in phrase) == (path in ambiguous)
    assert one(root, ".//figure").get("data-alt", "").count("ambiguous: 2 readings") == len(
        drawn.keys() & ambiguous.keys()
    )
    legend = one(root, ".//ul[@class='marks']")
    assert "can be read in more than one way" in words(legend)
    plain = tree(fetch(complete, "/en/code/indicator/extranet-coverage"))
    assert "more than one way" not in words(one(plain, ".//ul[@class='marks']"))


def test_a_mark_leads_to_the_readings(complete: Server, ambiguous: Mapping[str, Mapping[str, str]]) -> None:
    for path, row in ambiguous.items():
        card = tree(fetch(complete, f"/zh{path}"))
        one(card, ".//h2[@id='readings']")
        assert len(one(card, ".//ol[@class='readings']").findall("li")) == int(row["n"])
