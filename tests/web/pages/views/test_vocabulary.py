"""The ontology's page: every term has its anchor, its meaning and its theme, and the whole stays small."""

from __future__ import annotations

import gzip

import pytest
from rdflib import Graph, Namespace
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from egov_kg.web.pages.views.vocabulary import THEMES
from support.html import links, tree, words
from support.service import Server, fetch

TERMS = Namespace("https://w3id.org/egov-kg/ontology#")
LARGEST = 150_000


@pytest.fixture(scope="module")
def graph(complete: Server) -> Graph:
    return Graph().parse(data=fetch(complete, "/ontology.ttl").body, format="turtle")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_term_has_an_anchor_its_name_and_its_meaning(complete: Server, graph: Graph, lang: str) -> None:
    page = tree(fetch(complete, f"/{lang}/ontology"))
    entries = {one.get("id"): words(one) for one in page.findall(".//div[@class='entry']")}
    terms = {str(one).removeprefix(TERMS): one for one in graph.subjects() if str(one).startswith(TERMS)}
    assert set(entries) == set(terms)
    assert len(entries) > 150
    for name, term in terms.items():
        texts = [
            str(value)
            for predicate in (RDFS.label, SKOS.definition)
            for value in graph.objects(term, predicate)
            if value.language == lang  # type: ignore[attr-defined]
        ]
        assert len(texts) == 2, name
        assert all(" ".join(text.split()) in entries[name] for text in texts), name


def test_terms_are_sorted_into_themes(complete: Server) -> None:
    page = tree(fetch(complete, "/en/ontology"))
    themes = {
        one.get("id"): theme
        for theme in THEMES
        for section in page.findall(f".//section[@aria-labelledby='theme-{theme}']")
        for one in section.findall(".//div[@class='entry']")
    }
    for name, theme in {
        "Network": "things",
        "Region": "things",
        "operatedIn": "others",
        "fiscalYear": "things",
        "PilotParticipation": "statements",
        "participant": "statements",
        "Indicator": "figures",
        "lowerBound": "figures",
        "threshold": "figures",
        "Section": "source",
        "spanSha256": "source",
        "Qualifier": "codes",
        "LevelRating": "codes",
    }.items():
        assert themes[name] == theme, name


def test_classes_say_how_many_things_they_have(complete: Server, graph: Graph) -> None:
    page = tree(fetch(complete, "/en/ontology"))
    entries = {one.get("id"): one for one in page.findall(".//div[@class='entry']")}
    assert "3,221 things" in words(entries["Region"])
    assert "1 thing" in words(entries["Pilot"])
    hrefs = [a.get("href", "") for a in entries["Region"].iter("a")]
    assert any(href.startswith("/en/links?of=egov%3ARegion&property=rdf%3Atype") for href in hrefs)
    assert (TERMS.Region, RDF.type, OWL.Class) in graph


def test_it_links_to_no_neighbourhood(complete: Server) -> None:
    assert not [href for href in links(tree(fetch(complete, "/en/ontology"))).values() if "neighbour" in href]


def test_code_lists_are_there_with_their_sizes(complete: Server) -> None:
    page = tree(fetch(complete, "/en/ontology"))
    section = page.findall(".//section[@aria-labelledby='code-lists']")[0]
    rows = {words(row[0]): words(row[1]) for row in section.findall(".//tbody/tr")}
    assert rows["Population levels"] == "8"
    assert rows["Regions"] == "3,221"
    assert len(rows) > 30


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_is_small(complete: Server, lang: str) -> None:
    body = fetch(complete, f"/{lang}/ontology").body
    assert len(gzip.compress(body)) < LARGEST / 5
    assert len(body) < LARGEST
