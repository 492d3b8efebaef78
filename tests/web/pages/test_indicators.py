"""The list of indicators: all of them, facets whose counts are right, and what an empty list says."""

from __future__ import annotations

import csv
import io
from collections import Counter
from itertools import product
from xml.etree.ElementTree import Element

import pytest

from support.html import embedded, links, one, parameters, tree, words
from support.service import Server, fetch
from support.writable import Writable

LANGUAGES = pytest.mark.parametrize("lang", ["en", "zh"])
PLACE = "https://w3id.org/egov-kg/code/indicator/"


def figures(server: Server) -> Counter[str]:
    """Indicators of the release by notation, with their numbers of figures."""
    text = (server.release.path / "observations.csv").read_text("utf-8")
    return Counter(row["indicator"].removeprefix(PLACE) for row in csv.DictReader(io.StringIO(text)))


def listed(page: Element) -> dict[str, Element]:
    """The entries of the list by notation."""
    found = {}
    for item in page.findall(".//ul[@class='indicators']/li"):
        anchor = one(item, "./div[@class='what']/a")
        found[anchor.get("href", "").split("?")[0].rpartition("/")[2]] = item
    return found


def choices(page: Element, facet: str) -> list[tuple[str, int]]:
    """Address and count of each value of a facet."""
    found = []
    for anchor in page.findall(f".//ul[@aria-labelledby='by-{facet}']/li/a"):
        count = one(anchor, "./span[@class='count']")
        found.append((anchor.get("href", ""), int(words(count))))
    return found


@LANGUAGES
def test_all_indicators_are_there_with_their_figures(complete: Server, lang: str) -> None:
    page = tree(fetch(complete, f"/{lang}/indicators"))
    expected, found = figures(complete), listed(page)
    assert found.keys() == expected.keys()
    for name, item in found.items():
        short = [
            link
            for link in item.findall("./div[@class='short']//a")
            if link.get("class", "").startswith("figure ")
        ]
        assert len(short) == min(expected[name], 5)
        assert words(one(item, "./div[@class='what']/p"))
        amount = words(one(item, "./p[@class='amount']"))
        assert str(expected[name]) in amount
    assert "over 33,000" in words(page) if lang == "en" else "超过 33,000" in words(page)


@pytest.mark.parametrize("facet", ["topic", "kind", "level"])
def test_each_value_leads_to_as_many_as_it_says(complete: Server, facet: str) -> None:
    found = choices(tree(fetch(complete, "/en/indicators")), facet)
    assert len(found) > 5
    for href, count in found:
        page = tree(fetch(complete, href))
        assert len(listed(page)) == count > 0
        chosen = page.findall(".//a[@class='chosen']")
        assert len(chosen) == 1
        assert chosen[0].get("href") == "/en/indicators"
        assert parameters(href)[facet] not in [
            parameters(other).get(facet) for other, _ in choices(page, facet)
        ]


def test_counts_take_the_other_facets_into_account(complete: Server) -> None:
    page = tree(fetch(complete, "/en/indicators", topic="network"))
    for href, count in choices(page, "kind"):
        assert parameters(href)["topic"] == ["network"]
        assert len(listed(tree(fetch(complete, href)))) == count


def test_two_facets_hold_both(complete: Server) -> None:
    for topic, level in product(["network", "website"], ["county", "central"]):
        both = listed(tree(fetch(complete, "/en/indicators", topic=topic, level=level))).keys()
        first = listed(tree(fetch(complete, "/en/indicators", topic=topic))).keys()
        second = listed(tree(fetch(complete, "/en/indicators", level=level))).keys()
        assert both == first & second


@LANGUAGES
def test_an_empty_list_names_what_emptied_it_and_the_ways_out(complete: Server, lang: str) -> None:
    page = tree(fetch(complete, f"/{lang}/indicators", topic="microblog", kind="coverage"))
    assert not listed(page)
    empty = one(page, ".//div[@class='empty']")
    ways = list(links(empty).values())
    assert [sorted(parameters(way).items()) for way in ways] == [
        [("kind", ["coverage"])],
        [("topic", ["microblog"])],
    ]
    text = words(empty)
    bracket = {"en": "(", "zh": "（"}[lang]
    for way in ways:
        assert f"{bracket}{len(listed(tree(fetch(complete, way))))} " in text
    assert {"en": "without Topic: government microblogs", "zh": "不限主题（政务微博）"}[lang] in text


@pytest.mark.parametrize("value", ["nothing", "'\"><script>x", "x" * 5000, "network\u0000"])
def test_an_unknown_value_is_said_and_the_rest_is_kept(complete: Server, value: str) -> None:
    reply = fetch(complete, "/en/indicators", topic=value, kind="saving")
    page = tree(reply)
    assert "is unknown, and was left out" in words(one(page, ".//p[@class='warning']"))
    plain = tree(fetch(complete, "/en/indicators", kind="saving"))
    assert listed(page).keys() == listed(plain).keys()
    assert len(page.findall(".//script")) == len(plain.findall(".//script"))


def test_topics_of_the_start_page_lead_here(complete: Server) -> None:
    start = tree(fetch(complete, "/en/"))
    hrefs = [href for href in links(start).values() if href.startswith("/en/indicators?topic=")]
    assert len(hrefs) == 6
    assert sum(len(listed(tree(fetch(complete, href)))) for href in hrefs) == len(figures(complete))


def test_the_data_and_what_search_engines_read(complete: Server) -> None:
    page = tree(fetch(complete, "/en/indicators"))
    found = links(page)
    rows = list(csv.DictReader(io.StringIO(fetch(complete, found["CSV"]).body.decode())))
    assert len(rows) == figures(complete).total()
    for name in ("JSON-LD", "Turtle", "Open as SPARQL"):
        assert fetch(complete, found[name]).status == 200
    kinds = Counter(str(node["@type"]) for node in embedded(page)["@graph"])
    assert kinds["StatisticalVariable"] == len(figures(complete))
    assert kinds["Dataset"] == 1


def test_a_playground_has_no_such_page(playing: Writable) -> None:
    assert playing.ask("GET", "/en/indicators", token="").status == 404
