"""The source: every fact stands once in its section, in order, and no text of the report is anywhere."""

from __future__ import annotations

import re

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDFS

from support.html import SVG, one, tree, words
from support.service import Server, fetch

SECTIONS = ("overview", "business-systems", "websites", "information-resources", "microblogs")
DOCUMENT = "/en/id/document/report-2012-2013"


def section(name: str) -> str:
    return f"/en/id/section/report-2012-2013-{name}"


@pytest.mark.parametrize("name", SECTIONS)
def test_facts_are_in_the_order_of_the_source(complete: Server, name: str) -> None:
    table = one(tree(fetch(complete, section(name))), ".//table[@class='entries']")
    places = [tuple(map(int, words(row[0]).split("–"))) for row in table.findall("./tbody/tr")]
    assert places == sorted(places)
    assert all(start < end for start, end in places)


def test_each_fact_is_in_a_section(complete: Server) -> None:
    counts = fetch(complete, "/").json["counts"]
    figures, said = set(), set()
    for name in SECTIONS:
        table = one(tree(fetch(complete, section(name))), ".//table[@class='entries']")
        hrefs = {a.get("href", "").partition("#")[0] for a in table.iter("a")}
        figures |= {href for href in hrefs if "/id/observation/" in href}
        said |= {href for href in hrefs if "/id/statement/" in href}
    assert (len(figures), len(said)) == (counts["observations"], counts["statements"])


def test_the_document_counts_them(complete: Server) -> None:
    page = tree(fetch(complete, DOCUMENT))
    table = one(page, ".//section[@aria-labelledby='sections']//table")
    rows = [[words(cell) for cell in row] for row in table.findall("./tbody/tr")]
    assert rows[0][0] == "Overview"
    assert sum(int(row[1]) for row in rows) == fetch(complete, "/").json["counts"]["observations"]
    assert "3,302 characters" in words(page)
    assert re.search(r"SHA-256 [0-9a-f]{64}", words(page))
    ribbon = one(page, f".//figure[@class='ribbon']/{SVG}svg")
    assert ribbon.get("viewBox") == "0 0 3302 100"
    drawn = [rect for rect in ribbon.iter(f"{SVG}rect") if rect.get("class") != "paper"]
    assert len(drawn) > 120
    assert all(0 <= int(rect.get("x", "-1")) < 3302 for rect in drawn)


def test_a_span_has_its_place_its_hash_and_its_facts(complete: Server) -> None:
    page = tree(fetch(complete, "/en/id/span/report-2012-2013-0795-0835"))
    assert words(page.find(".//h1")) == "Overview, paragraph 3, characters 795–835"
    assert "40 characters" in words(page)
    assert "took part in" in words(page)
    figure = tree(fetch(complete, "/en/id/span/report-2012-2013-0088-0091"))
    assert "93%" in words(figure.find(".//table[@class='figures']"))


def test_no_text_of_the_source_is_on_a_page(complete: Server) -> None:
    """Labels are names of things; nothing is quoted."""
    for path in (DOCUMENT, section("overview"), "/en/id/span/report-2012-2013-0795-0835"):
        body = fetch(complete, path).body.decode()
        assert "oa:exact" not in body
        assert "TextQuoteSelector" not in body


def test_a_sentence_is_said_in_both_languages(complete: Server) -> None:
    page = tree(fetch(complete, "/zh/id/statement/2012-2013-pilot-shaanxi"))
    figure = one(page, ".//figure[@class='statement']")
    assert words(figure.find("./blockquote")) == "陕西省参加了电子政务公共平台试点，组织者为工业和信息化部。"
    other = figure.find("./p[@class='other']")
    assert other is not None
    assert other.get("lang") == "en"
    assert words(other).startswith("Shaanxi took part in")


def test_a_statement_has_its_parts_by_name(complete: Server) -> None:
    name = "id/statement/2012-2013-sharing-beijing"
    graph = Graph().parse(data=fetch(complete, f"/doc/{name}.ttl").body, format="turtle")
    page = words(tree(fetch(complete, f"/en/{name}")))
    subject = URIRef(f"https://w3id.org/egov-kg/{name}")
    for value in graph.objects(subject, URIRef("https://w3id.org/egov-kg/ontology#sharedResource")):
        labels = [
            x for x in graph.objects(value, RDFS.label) if isinstance(x, Literal) and x.language == "en"
        ]
        assert all(str(label) in page for label in labels)
    assert "From an open list" in page


def test_a_pilot_shows_who_took_part(complete: Server) -> None:
    page = tree(fetch(complete, "/en/id/pilot/cloud-platform-2012"))
    section_ = one(page, ".//section[@aria-labelledby='participants']")
    rows = {words(row[0]): words(row[3]) for row in section_.findall(".//tbody/tr")}
    assert rows == {"Fujian": "2", "Hainan": "not in this source", "Shaanxi": "7"}
    marked = [a.get("href", "") for a in section_.findall(".//ul[@class='tiles small']/li/a[@class='s4']")]
    assert sorted(marked) == [f"/en/id/region/{code}" for code in (350000, 460000, 610000)]
