"""The page of a region: names and codes, what the report says of it and in it, and an honest empty state."""

from __future__ import annotations

from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import pytest

from egov_kg.publish.observations import read_observations
from egov_kg.publish.statements import read_statements
from egov_kg.release.registry import Registry
from egov_kg.store.snapshot import Snapshot
from support.cli import Built
from support.html import one, tree, words
from support.service import Server, fetch

BASE = "https://w3id.org/egov-kg/id/region/"


def page(server: Server, code: str, lang: str = "en", **asked: str) -> Element:
    return tree(fetch(server, f"/{lang}/id/region/{code}?{urlencode(asked)}"))


def crumbs(found: Element) -> list[str]:
    return [words(item) for item in found.findall(".//nav[@class='crumbs']//li")]


def terms(found: Element) -> list[tuple[Element, Element]]:
    """The first list of facts: terms with their descriptions."""
    listing = found.findall(".//dl[@class='facts']")[0]
    return list(zip(listing.findall("dt"), listing.findall("dd"), strict=True))


def facts(found: Element) -> dict[str, str]:
    """The first list of facts in words."""
    return {words(dt): words(dd) for dt, dd in terms(found)}


def test_it_has_both_names_its_codes_and_its_place(complete: Server) -> None:
    found = page(complete, "610000")
    assert words(found.find(".//h1")) == "Shaanxi"
    assert words(found.find(".//p[@class='other']")) == "陕西省"
    assert crumbs(found) == ["Regions", "China"]
    said = facts(found)
    assert said["Code in GB/T 2260"] == "610000 edition of 2012"
    assert said["Code in ISO 3166-2"] == "CN-SN"
    assert "English name" not in said
    assert {words(a): a.get("href") for a in found.findall(".//a[@rel='external']")} == {
        "Wikidata Q47974": "http://www.wikidata.org/entity/Q47974",
        "ISO 3166-2 (OMG) CN-SN": "https://www.omg.org/spec/LCC/Countries/ISO3166-2-SubdivisionCodes-Adjunct/CN-SN",
    }
    notes = [words(dd) for dt, dd in terms(found) if words(dt) == "The same elsewhere"]
    assert notes[0].endswith("identifiers of regions. Not yet checked by a person.")
    assert "Both have the code CN-SN of ISO 3166-2." in notes[1]
    (here,) = found.findall(".//ul[@class='tiles small']/li/a[@aria-current]")
    assert here.get("href") == "/en/id/region/610000"


def test_what_became_of_it_later_is_linked_with_the_reason(complete: Server) -> None:
    said = facts(page(complete, "110228"))["Code in GB/T 2260 of another year"]
    assert "110118" in said
    assert "In 2015 it became a district" in said


def test_codes_of_other_years_come_in_their_order(complete: Server) -> None:
    said = [words(dd) for dt, dd in terms(page(complete, "632121")) if words(dt).endswith("of another year")]
    assert [text[:6] for text in said] == ["630221", "630203"]


def test_what_the_country_is_a_part_of_elsewhere_is_told_from_what_is_the_same(complete: Server) -> None:
    said = facts(page(complete, "cn", "zh"))
    assert said["其他图谱中它所属的地区"].startswith("联合国 M49（OMG）EasternAsia")
    assert "东亚" in said["其他图谱中它所属的地区"]


def test_a_county_leads_up_and_says_that_its_name_is_romanised(complete: Server) -> None:
    found = page(complete, "440305", "zh")
    assert words(found.find(".//h1")) == "南山区"
    assert crumbs(found) == ["地区", "中国", "广东省", "深圳市"]
    assert "拼音" in facts(found)["英文名称"]
    (here,) = found.findall(".//ul[@class='tiles small']/li/a[@aria-current]")
    assert here.get("href") == "/zh/id/region/440000"
    legend = [words(item) for item in found.findall(".//ul[@class='legend']/li")]
    assert legend == ["1", "2–3", "4–6", "7 及以上", "此来源未提及", "广东省"]


def test_what_has_no_code_says_so(complete: Server) -> None:
    assert facts(page(complete, "xpcc"))["Code in GB/T 2260"] == "has none"
    assert "Code in GB/T 2260" not in facts(page(complete, "cn"))


@pytest.mark.parametrize("code", ["610000", "110000", "350000", "360000", "440300", "cn"])
def test_all_that_is_said_of_it_is_there(complete: Server, built: Built, code: str) -> None:
    release = Registry(built.home).current()
    with Snapshot.open(release.store, release.dataset) as store:
        figures = read_observations(store, BASE + code)
        statements = read_statements(store, BASE + code)
    found = page(complete, code)
    shown = {anchor.get("href", "").partition("/id/")[2] for anchor in found.iter("a")}
    for iri in (*(fact.iri for fact in figures), *(fact.iri for fact in statements)):
        assert iri.partition("/id/")[2] in shown, iri
    table = found.find(".//table[@class='figures']")
    assert table is not None
    assert [words(row[1].find("./a")) for row in table.findall("./tbody/tr")] == [
        one.phrase("en") for one in figures
    ]


def test_the_threshold_question_is_answered_for_shares_only(complete: Server) -> None:
    found = page(complete, "610000", op="gte", threshold="60")
    verdicts = [words(badge) for badge in found.findall(".//table[@class='figures']//span[@class]")]
    verdicts = [word for word in verdicts if word in ("certain", "possible", "excluded")]
    assert sorted(verdicts) == ["certain", "certain", "possible", "possible", "possible"]
    totals = {words(item[0]): words(item[1]) for item in found.findall(".//ul[@class='verdicts']/li")}
    assert totals == {"certain": "2", "possible": "3", "excluded": "0"}


def test_statements_are_sentences_with_period_list_and_place(complete: Server) -> None:
    found = page(complete, "610000")
    items = [words(item) for item in found.findall(".//ul[@class='said']/li")]
    (pilot,) = [item for item in items if "took part" in item]
    assert pilot.startswith("Shaanxi took part in E-government public platform pilot, organised by ")
    assert "March to December 2012" in pilot
    assert "from an open list" in pilot
    assert "Overview, paragraph 3, characters 795–835" in pilot


def test_what_is_operated_in_it_is_told_apart(complete: Server) -> None:
    found = page(complete, "110000")
    section = one(found, ".//section[@aria-labelledby='operated']")
    assert "Beijing microblog release hall" in [words(card) for card in section.iter("strong")]
    said = words(section)
    assert "had Beijing Release as its leading account" in said
    own = words(one(found, ".//section[@aria-labelledby='statements']"))
    assert "leading account" not in own


def test_a_region_that_is_not_named_says_so_and_what_is_said_around_it(complete: Server) -> None:
    found = page(complete, "440305")
    section = one(found, ".//section[@aria-labelledby='nothing']")
    assert "That is no zero" in words(section)
    assert words(section.find("./h3")) == "What it says of Shenzhen"
    assert len(section.findall("./ul[@class='named']/li")) == 4
    assert found.find(".//table[@class='figures']") is None
    lonely = page(complete, "140100")
    section = one(lonely, ".//section[@aria-labelledby='nothing']")
    assert section.find("./h3") is None


def test_a_province_of_which_only_places_are_named(complete: Server) -> None:
    found = page(complete, "440000")
    assert "does not name this region itself, but places in it" in words(found)
    places = [words(h) for h in one(found, ".//section[@aria-labelledby='inside']").findall("./h3")]
    assert places == ["Guangzhou", "Shenzhen"]


def test_its_places_are_listed(complete: Server) -> None:
    table = one(page(complete, "610000"), ".//section[@aria-labelledby='places']//table")
    assert len(table.findall(".//code")) == 10
    assert fetch(complete, "/en/id/region/610000", page="2").status == 404
    assert fetch(complete, "/en/id/region/610000", page="x").status == 400
