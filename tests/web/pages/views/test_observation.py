"""The card of an observation: every part of it, in both languages, for every observation there is."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import pytest

from egov_kg.intervals import Interval
from egov_kg.publish import wording
from egov_kg.publish.observations import Observation
from egov_kg.web.pages.views.observation import interval
from support.html import SVG, embedded, links, one, tree, words
from support.markup import faults
from support.observed import observations, store
from support.past import Past
from support.service import Server, fetch

__all__ = ["observations", "store"]

NESTED = "sub-provincial-departments-above-85"


def card(server: Server, name: str, lang: str = "en", **asked: str) -> Element:
    page = tree(fetch(server, f"/{lang}/id/observation/2012-2013-{name}?{urlencode(asked)}"))
    assert faults(page) == []
    return page


def section(page: Element, name: str) -> Element:
    return one(page, f".//section[@aria-labelledby='{name}']")


def test_it_says_the_sentence_the_figure_and_the_bounds(complete: Server) -> None:
    page = card(complete, NESTED)
    assert words(one(page, ".//p[@class='lead']")) == (
        "Over 60% of government departments of sub-provincial cities in China were at or above 85% in "
        "informatisation coverage of main business."
    )
    assert words(one(page, ".//p[@class='big']")) == "over 60%"
    assert section(page, "figure").find(f".//{SVG}svg[@aria-label='over 60%']") is not None
    said = words(section(page, "figure"))
    assert "Stated: over 60%. No upper bound is stated. By logic: not over 100%." in said
    assert "(60, +∞) as stated (60, 100] with what logic adds" in said
    assert [words(item) for item in one(page, ".//ol[@class='readings']").iter("li")] == [
        "Departments of sub-provincial cities are counted · counted: "
        "Government departments of sub-provincial cities",
        "Sub-provincial cities are counted · counted: Sub-provincial cities",
    ]


@pytest.mark.parametrize(
    ("name", "asked", "verdict", "why"),
    [
        (NESTED, {"op": "gte", "threshold": "60"}, "certain", "over 60%"),
        (NESTED, {"op": "gte", "threshold": "70"}, "possible", "over 60%"),
        (NESTED, {"op": "lte", "threshold": "60"}, "excluded", "over 60%"),
        (NESTED, {"op": "gt", "threshold": "100"}, "excluded", "100%"),
        ("main-business-central", {"op": "gte", "threshold": "80%"}, "possible", "about"),
        ("extranet-local-departments", {"op": "gt", "threshold": "33,000"}, "certain", "33,000"),
    ],
)
def test_the_threshold_has_three_answers(
    complete: Server, name: str, asked: dict[str, str], verdict: str, why: str
) -> None:
    answer = one(card(complete, name, **asked), ".//p[@class='answer']")
    assert words(one(answer, f"span[@class='verdict {verdict}']")) == verdict
    assert why in words(one(answer, "span[@class='why']"))


def test_what_is_no_number_is_said_to_be_none(complete: Server) -> None:
    page = card(complete, NESTED, op="gte", threshold="<b>many")
    assert words(one(page, ".//p[@class='error']")).startswith("“<b>many” is no number")
    assert page.find(".//p[@class='answer']") is None
    assert one(page, ".//input[@name='threshold']").get("value") == "<b>many"


def test_it_leads_to_its_place_and_says_how_to_check_it(complete: Server) -> None:
    page = card(complete, NESTED)
    rows = one(section(page, "source"), ".//tbody").findall("tr")
    assert [words(row.find("th")) for row in rows] == ["Figure", "Clause", "Threshold of the condition"]
    assert [words(row.findall("td")[2]) for row in rows] == ["1453–1459", "1452–1487", "1482–1487"]
    assert one(rows[0], "th/a").get("href") == "/en/id/span/report-2012-2013-1453-1459"
    assert words(one(page, ".//pre")) == "egov-kg audit report-2012-2013.txt"
    assert "none is broken" in words(section(page, "checks"))


def test_it_shows_what_else_there_is(complete: Server) -> None:
    page = card(complete, "extranet-coverage-county")
    (other,) = one(section(page, "others"), ".//tbody").findall("tr")
    assert [words(cell) for cell in other.findall("td")] == ["93%", "prefecture"]
    derived = section(page, "derived")
    assert "Inferred, not reported: 2,011 to 2,039 of the 2,852 county-level units" in words(derived)
    (place,) = links(derived).values()
    inferred = tree(fetch(complete, place))
    assert faults(inferred) == []
    assert words(one(inferred, ".//p[@class='big']")) == "2,025 inferred"
    assert "[2011, 2039]" in words(inferred)
    assert "/en/id/observation/2012-2013-extranet-coverage-county" in links(inferred).values()


def test_a_derived_one_names_its_dataset(complete: Server) -> None:
    page = tree(fetch(complete, "/zh/id/observation/derived-count-2012-2013-extranet-coverage-county"))
    assert links(section(page, "dimensions"))["推算值"] == "/zh/id/dataset/derived"


def test_it_says_what_it_is_to_search_engines(complete: Server) -> None:
    page = card(complete, NESTED)
    (observation,) = (node for node in embedded(page)["@graph"] if "Observation" in node.get("@type", []))
    assert observation["value"] == {"@value": "60", "@type": "xsd:decimal"}
    assert observation["measurementQualifier"] == [
        {"@value": "over", "@language": "en"},
        {"@value": "超过", "@language": "zh"},
    ]


def test_its_data_are_one_link_away(complete: Server) -> None:
    page = card(complete, NESTED)
    bar = links(one(page, ".//nav[@aria-label='The data of this view']"))
    assert list(bar) == ["Open as SPARQL", "CSV", "Cite"]
    assert fetch(complete, bar["Open as SPARQL"]).status == 200
    table = fetch(complete, bar["CSV"])
    assert table.media_type == "text/csv"
    assert b"2012-2013-sub-provincial-departments-above-85" in table.body
    box = one(page, ".//details[@id='cite']")
    assert "over 60%" in words(one(box, ".//textarea[@id='cite-text']"))
    assert words(one(box, ".//textarea[@id='cite-bibtex']")).startswith(
        "@misc{egov-kg-observation-2012-2013-"
    )
    assert {fetch(complete, link).status for link in links(box).values()} == {200}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_observation_has_a_whole_card(
    complete: Server, observations: dict[str, Observation], lang: str
) -> None:
    assert len(observations) > 80
    for name, observation in observations.items():
        page = card(complete, name, lang, threshold="50")
        sentence = wording.statement(observation, "zh" if lang == "zh" else "en")
        assert words(one(page, ".//p[@class='lead']")) == " ".join(sentence.split())
        assert page.get("lang") == lang
        assert section(page, "unsaid").find(".//li") is not None
        assert len(one(section(page, "source"), ".//tbody").findall("tr")) >= 2
        assert page.find(".//p[@class='answer']") is not None


def test_an_observation_without_a_value_has_the_plain_page(past: Past) -> None:
    """Data of others may lack what a card shows."""
    page = tree(fetch(past.server, "/en/id/observation/x1"))
    assert words(one(page, ".//h1")) == "<a> & b"
    assert page.find(".//p[@class='big']") is None


def test_the_past_stays_the_past(complete: Server) -> None:
    page = card(complete, NESTED, asOf=complete.release.id)
    assert page.find(".//div[@class='past']") is not None
    inner = [link for link in links(one(page, ".//main")).values() if link.startswith("/en/")]
    assert len(inner) > 20
    assert all(f"asOf={complete.release.id}" in link for link in inner)


@pytest.mark.parametrize(
    ("bounds", "text"),
    [
        (Interval(Decimal("60.0")), "(60, +∞)"),
        (Interval(Decimal(33000), True), "[33000, +∞)"),
        (Interval(None, False, Decimal("4E+2")), "(-∞, 400)"),
        (Interval(Decimal("37.60"), True, Decimal("37.6"), True), "[37.6, 37.6]"),
        (Interval(), "(-∞, +∞)"),
    ],
)
def test_intervals_have_no_trailing_zeros(bounds: Interval, text: str) -> None:
    assert interval(bounds) == text
