"""The list of regions: map and table agree with the graph, each region is there once, in the order asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import pytest

from egov_kg import iris
from egov_kg.web.pages.known.gazetteer import LEVELS
from support.html import links, one, parameters, tree, words
from support.service import Server, fetch

COUNTS = {"country": 1, "province": 34, "prefecture": 333, "county": 2852, "other": 1}
ABSENT = {"en": "not in this source", "zh": "此来源未提及"}


def listed(server: Server, lang: str = "en", **asked: str) -> Element:
    return tree(fetch(server, f"/{lang}/regions?{urlencode(asked)}"))


def rows(page: Element) -> list[list[str]]:
    """The rows of the list, as texts."""
    table = page.findall(".//table")[-1]
    return [[words(cell) for cell in row] for row in table.findall("./tbody/tr")]


def codes(page: Element) -> list[str]:
    return [found[0] for row in rows(page) for found in [re.findall(r"^\d{6}$", " ".join(row[2:3]))]]


@pytest.fixture(scope="module")
def provinces(complete: Server) -> Element:
    return listed(complete)


def test_the_table_says_what_the_map_says(complete: Server, provinces: Element) -> None:
    drawn = {
        anchor.get("href"): words(one(anchor, "./span")).partition(": ")[2].partition(" ")[0]
        for anchor in provinces.findall(".//ul[@class='tiles']/li/a")
    }
    said = {
        anchor.get("href"): words(row[-1]).partition(" ")[0]
        for row in provinces.findall(".//table")[-1].findall("./tbody/tr")
        for anchor in row.findall("./th/a")
    }
    assert len(drawn) == 34
    assert drawn == said
    assert said["/en/id/region/610000"].isdecimal()
    assert said["/en/id/region/140000"] == "not"


def test_it_counts_what_the_graph_has(complete: Server, provinces: Element) -> None:
    for level, count in COUNTS.items():
        (choice,) = [
            anchor
            for anchor in provinces.findall(".//ul[@class='choices']//a")
            if parameters(anchor.get("href", "")).get("level") == [level]
        ]
        assert words(one(choice, "./span")) == f"{count:,}"
    assert set(COUNTS) == set(LEVELS)
    total = fetch(complete, "/").json["counts"]["regions"]
    assert total == sum(COUNTS.values())
    assert f"{total:,} regions" in words(provinces.find(".//p[@class='lead']"))


def test_what_is_not_named_is_said_not_counted(provinces: Element) -> None:
    table = provinces.findall(".//table")[-1]
    numbers = [words(row[-1]) for row in table.findall("./tbody/tr")]
    assert "0" not in numbers
    assert numbers.count(ABSENT["en"]) == sum(1 for number in numbers if not number.isdecimal()) > 20


def pages_of(server: Server, **asked: str) -> Iterator[Element]:
    page = listed(server, **asked)
    while True:
        yield page
        further = page.findall(".//a[@rel='next']")
        if not further:
            return
        page = tree(fetch(server, further[0].get("href", "").partition("#")[0]))


@pytest.mark.parametrize("sort", ["code", "name"])
def test_each_county_is_on_one_page(complete: Server, sort: str) -> None:
    found = [code for page in pages_of(complete, level="county", sort=sort) for code in codes(page)]
    assert len(found) == len(set(found)) == COUNTS["county"]
    if sort == "code":
        assert found == sorted(found)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("sort", ["code", "name", "facts"])
def test_it_is_in_the_order_asked_for(complete: Server, lang: str, sort: str) -> None:
    up = codes(listed(complete, lang, sort=sort, order="asc"))
    down = codes(listed(complete, lang, sort=sort, order="desc"))
    assert len(up) == 34
    if sort == "facts":
        page = listed(complete, lang, sort=sort)
        numbers = [int(row[-1]) if row[-1].isdecimal() else -1 for row in rows(page)]
        assert numbers == sorted(numbers, reverse=True)
        assert codes(page) == down
    else:
        assert up == down[::-1]
    if sort == "name" and lang == "zh":
        assert up[0] == "340000"  # Anhui is the first in pinyin, too
        assert up.index("110000") < up.index("500000") < up.index("330000")
    head = [th for th in listed(complete, lang, sort=sort, order="asc").iter("th") if th.get("aria-sort")]
    assert [th.get("aria-sort") for th in head] == ["ascending"]


def test_the_regions_that_facts_name_are_all_there(complete: Server, provinces: Element) -> None:
    table = provinces.findall(".//table")[0]
    named = {anchor.get("href", "").rpartition("/")[2] for anchor in table.findall("./tbody/tr/th/a")}
    query = f"""SELECT DISTINCT ?region WHERE {{
      {{ ?fact a <http://purl.org/linked-data/cube#Observation> }}
      UNION {{ ?fact <{iris.term("reviewState")}> ?state
        FILTER NOT EXISTS {{ ?fact a <http://www.w3.org/2002/07/owl#Axiom> }} }}
      ?fact ?property ?region . ?region a <{iris.term("Region")}> }}"""
    answer = fetch(complete, query=query, format="csv").body.decode().split()[1:]
    assert named == {iri.rpartition("/")[2] for iri in answer} - {"cn"}
    assert "xpcc" in named


@pytest.mark.parametrize(
    "asked", [{"level": "x"}, {"sort": "; DROP"}, {"order": "up"}, {"page": "0"}, {"page": "x" * 900}]
)
def test_other_words_are_refused(complete: Server, asked: dict[str, str]) -> None:
    reply = fetch(complete, f"/en/regions?{urlencode(asked)}")
    assert reply.status == 400
    assert reply.json["parameter"] == next(iter(asked))


def test_a_page_after_the_last_is_not_there(complete: Server) -> None:
    assert fetch(complete, "/zh/regions", page="2").status == 404
    assert fetch(complete, "/zh/regions", level="county", page="29").status == 200
    assert fetch(complete, "/zh/regions", level="county", page="30").status == 404


def test_its_query_is_the_one_that_counted(complete: Server, provinces: Element) -> None:
    href = links(provinces)["Open as SPARQL"]
    answer = fetch(complete, query=parameters(href)["query"][0], format="csv").body.decode()
    places = {line.split(",")[0] for line in answer.splitlines()[1:]}
    assert iris.thing("region", "610000") in places
    assert iris.thing("region", "140000") not in places


def test_without_releases_there_is_no_list(playing: Server) -> None:
    assert fetch(playing, "/en/regions").status == 404
