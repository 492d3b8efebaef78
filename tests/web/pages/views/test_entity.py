"""The page of anything: its names, what it is, all that the graph says, and never somebody's script."""

from __future__ import annotations

import re

import html5rdf
import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef

from egov_kg.formats import RDF
from egov_kg.namespaces import PREFIXES, expand
from support.crawler import faults
from support.html import embedded, links, one, parameters, tree, words
from support.service import Server, fetch
from support.strange import MANY, strange

__all__ = ["strange"]

BASE = "https://w3id.org/egov-kg/"
EACH = (
    "id/organisation/miit",
    "id/organisation/sic-network-government-centre",
    "id/group/central-ministries",
    "id/person/yang-daoling",
    "id/network/national-extranet",
    "id/platform/shaanxi-platform",
    "id/system/website-analysis-system",
    "id/infrastructure/electronic-authentication",
    "id/project/extranet-phase-one",
    "id/pilot/cloud-platform-2012",
    "id/hall/beijing",
    "id/account/beijing-release",
    "id/website/central-ministry-websites",
    "id/category/basic-resources",
    "id/survey/central-sampling",
    "id/document/cloud-platform-guideline",
    "id/document/report-2012-2013",
    "id/section/report-2012-2013-websites",
    "id/span/report-2012-2013-0795-0835",
    "id/selector/report-2012-2013-0795-0835",
    "id/statement/2012-2013-pilot-shaanxi",
    "id/statement/2012-2013-author-post",
    "id/condition/main-business-at-least-80",
    "id/reading/2012-2013-terminals-1",
    "id/period/since-2001",
    "id/period/not-stated",
    "id/region-set/county-2012",
    "id/dataset/report-2012-2013",
    "id/dataset/regions-2012",
    "id/structure/report-2012-2013",
    "id/region/cn",
    "id/region/xpcc",
    "code/level",
    "code/level/county",
    "code/level-scale/high",
    "code/region",
    "code/region-level/county",
    "code/review-state/reviewed",
    "code/qualifier/about",
    "code/topic/website",
    "code/aspect/utilisation",
    "ontology",
)


@pytest.mark.parametrize("name", EACH)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_sound(complete: Server, name: str, lang: str) -> None:
    reply = fetch(complete, f"/{lang}/{name}")
    assert reply.status == 200, reply.body[:1000]
    assert reply.headers["content-language"] == lang
    parser = html5rdf.HTMLParser(namespaceHTMLElements=False)
    elements = [
        e for e in parser.parse(reply.body, transport_encoding="utf-8").iter() if isinstance(e.tag, str)
    ]
    assert [error[1] for error in parser.errors] == []
    assert list(faults(elements, lang)) == []
    assert not [e.tag for e in elements if "style" in e.attrib or any(a.startswith("on") for a in e.attrib)]
    text = reply.body.decode()
    assert not re.search(r"\{[{%] |None</|Undefined|egov_kg", text)


@pytest.mark.parametrize("name", EACH)
def test_search_engines_read_what_it_is_and_programs_where_its_data_are(complete: Server, name: str) -> None:
    page = tree(fetch(complete, f"/zh/{name}"))
    nodes = embedded(page)["@graph"]
    assert [node["@id"] for node in nodes].count(BASE + name) == 1
    alternates = {
        link.get("type"): link.get("href", "")
        for link in page.iter("link")
        if link.get("rel") == "alternate" and link.get("type")
    }
    assert {syntax.media_type for syntax in RDF} <= alternates.keys()
    assert fetch(complete, alternates["application/ld+json"]).headers["content-type"] == "application/ld+json"
    shown = {
        found.get("href", "").partition("#")[0] for found in page.findall(".//table[@class='figures']//a")
    }
    observed = {node["@id"] for node in nodes if "Observation" in node["@type"]}
    assert observed == {BASE + href[4:] for href in shown if "/id/observation/" in href}
    assert ("text/csv" in alternates) >= bool(observed)


@pytest.mark.parametrize("name", [name for name in EACH if name != "ontology"])
def test_all_triples_are_there_with_their_graphs(complete: Server, name: str) -> None:
    graph = Graph().parse(data=fetch(complete, f"/doc/{name}.ttl").body, format="turtle")
    own = list(graph.predicate_objects(URIRef(BASE + name)))
    table = one(tree(fetch(complete, f"/en/{name}")), ".//details[@class='triples']//table")
    rows = [[words(cell) for cell in row] for row in table.findall("./tbody/tr")]
    assert len(rows) == len(own)
    assert {expand(row[0]) for row in rows} == {str(predicate) for predicate, _ in own}
    assert all(row[2].startswith("egraph:") for row in rows)


def test_the_query_gives_what_the_page_shows(complete: Server) -> None:
    page = tree(fetch(complete, "/en/id/organisation/miit"))
    (bar,) = [nav for nav in page.findall(".//nav[@class='data']") if "N-Triples" in words(nav)]
    query = parameters(links(bar)["Open as SPARQL"])["query"][0]
    answer = fetch(complete, query=query, format="csv").body.decode().splitlines()[1:]
    assert len(answer) == len(one(page, ".//details[@class='triples']//table").findall("./tbody/tr"))


def test_what_readers_want_first_comes_first_and_technicalities_last(complete: Server) -> None:
    page = tree(fetch(complete, "/en/id/region/610000"))
    names = [
        words(dt).casefold() for dt in page.findall(".//details[@class='everything']/dl")[0].findall("dt")
    ]
    assert names[0] == "preferred label"
    assert "label" not in names  # it says the same
    assert names.index("alternative label") < names.index("type") < names.index("region level")
    assert names.index("region level") < names.index("notation") < names.index("label origin")


def test_places_have_section_paragraph_offsets_and_the_hash_of_the_document(complete: Server) -> None:
    page = tree(fetch(complete, "/en/id/statement/2012-2013-pilot-shaanxi"))
    section = one(page, ".//section[@aria-labelledby='provenance']")
    places = [words(item) for item in section.findall("./ul/li")]
    assert places == [
        "Overview, paragraph 3, characters 795–835 stated",
        "Overview, paragraph 3, characters 795–811 the date",
    ]
    assert re.search(r"SHA-256 [0-9a-f]{64}", words(section))
    assert links(section)["Overview, paragraph 3, characters 795–811"].endswith("0795-0811")


def test_facts_shown_by_themselves_are_not_repeated_as_links(complete: Server) -> None:
    page = tree(fetch(complete, "/en/id/network/national-extranet"))
    figures = {
        a.get("href", "").partition("#")[0] for a in page.findall(".//table[@class='figures']//a[@href]")
    }
    incoming = one(page, ".//section[@aria-labelledby='incoming']")
    observations = [a for a in incoming.iter("a") if "/id/observation/2012" in a.get("href", "")]
    assert len([href for href in figures if "/id/observation/" in href]) == 7
    assert observations == []
    assert "as “part of” 2" in words(incoming)


def test_what_is_deprecated_says_so(strange: FlaskClient) -> None:
    text = strange.get("/en/id/thing/old").text
    assert "This is deprecated" in text
    assert 'href="/en/id/thing/odd"' in text


def test_values_are_text(strange: FlaskClient) -> None:
    text = strange.get("/en/id/thing/odd").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert 'href="javascript:' not in text
    assert 'href="urn:' not in text
    assert "&#34;a\\nb \\&#34;c\\&#34; \\\\d&#34;" in text
    assert "&#34;3&#34;^^xsd:integer" in text


def test_there_is_a_link_to_all_that_refers_to_it(strange: FlaskClient) -> None:
    text = strange.get("/en/id/thing/busy").text
    assert f"{MANY} things refer to it" in text
    assert f'<a href="/en/links?of=eid%3Athing%2Fbusy&amp;property=egov%3Auser">All {MANY}</a>' in text
    assert text.count("/id/thing/n0") == 12


def test_links_keep_the_state_that_is_read(complete: Server) -> None:
    release = fetch(complete, "/").json["release"]
    page = tree(fetch(complete, "/en/id/organisation/miit", asOf=release))
    own = [href for href in links(one(page, ".//main")).values() if href.startswith("/en/")]
    assert len(own) > 10
    assert {parameters(href).get("asOf", [""])[0] for href in own} == {release}


def test_what_is_in_no_graph_has_a_page_without_links(complete: Server) -> None:
    page = tree(fetch(complete, "/en/problem/not-found"))
    assert words(page.find(".//h1")) == "Not found"
    assert page.find(".//*[@id='incoming']") is None
    assert "Neighbourhood" not in links(page)


@pytest.mark.parametrize(
    ("path", "section", "is_itself"),
    [
        ("indicators", "Indicators", True),
        ("indicators?topic=websites", "Indicators", True),
        ("code/indicator/budget-disclosure", "Indicators", False),
        ("id/observation/2012-2013-budget-disclosure", "Indicators", False),
        ("id/region/610000", "Regions", False),
        ("releases/", "Datasets", False),
        ("id/dataset/report-2012-2013", "Datasets", False),
        ("code/level", "Docs", False),
        ("docs/model", "Docs", False),
    ],
)
def test_the_navigation_marks_the_section(complete: Server, path: str, section: str, is_itself: bool) -> None:
    navigation = one(tree(fetch(complete, f"/en/{path}")), ".//nav[@class='main']")
    marked = {words(a): a.get("aria-current") for a in navigation.iter("a") if a.get("aria-current")}
    assert marked == {section: "page" if is_itself else "true"}


def test_every_prefix_of_the_table_is_known(complete: Server) -> None:
    page = tree(fetch(complete, "/en/id/dataset/report-2012-2013"))
    for row in one(page, ".//details[@class='triples']//table").findall("./tbody/tr"):
        assert words(row[0]).partition(":")[0] in PREFIXES
