"""All that refers to something: page after page gives each thing once, and what is no IRI is refused."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from egov_kg.namespaces import expand
from egov_kg.web.pages.parts.linked import PAGE
from support.html import links, parameters, tree, words
from support.service import Server, fetch
from support.strange import MANY, strange

__all__ = ["strange"]


def pages(server: Server, **asked: str) -> Iterator[tuple[list[str], int]]:
    """The addresses of the things on each page, and the number of all that it says."""
    page = tree(fetch(server, f"/en/links?{urlencode(asked)}"))
    while True:
        things = [a.get("href", "") for a in page.findall(".//ul[@class='columns']/li/a")]
        note = next(words(p) for p in page.findall(".//p[@class='note']"))
        yield things, int(note.split()[0].replace(",", ""))
        further = page.findall(".//a[@rel='next']")
        if not further:
            return
        page = tree(fetch(server, further[0].get("href", "")))


@pytest.mark.parametrize(
    ("of", "by", "count"),
    [
        ("egov:Region", "rdf:type", 3221),
        ("ecode:region-level/county", "egov:regionLevel", 2853),
        ("egov:Platform", "rdf:type", 6),
        ("https://w3id.org/egov-kg/id/organisation/miit", "egov:conductedBy", 2),
        ("unit:PERCENT", "sdmx-attribute:unitMeasure", None),
    ],
)
def test_each_thing_is_on_one_page(complete: Server, of: str, by: str, count: int | None) -> None:
    found: list[str] = []
    for things, total in pages(complete, of=of, property=by):
        assert len(things) <= PAGE
        assert count in (None, total)
        found += things
    assert found == sorted(found)
    assert len(found) == len(set(found)) == total > 0


def test_the_properties_have_their_numbers(complete: Server) -> None:
    page = tree(fetch(complete, "/en/links", of="eid:region/610000"))
    choices = {words(a) for a in page.findall(".//ul[@class='choices']//a")}
    assert {"broader 10", "reference area 7", "participant 1", "user 1"} <= choices
    assert page.find(".//ul[@class='columns']") is None


def test_what_has_no_label_has_a_name(complete: Server) -> None:
    page = tree(fetch(complete, "/zh/links", of="eid:document/report-2012-2013", property="oa:hasSource"))
    assert "第 0–11 字符" in links(page)


def test_a_thing_that_nothing_refers_to(complete: Server) -> None:
    page = tree(fetch(complete, "/en/links", of="https://example.org/nothing"))
    assert "Nothing in this release refers to it." in words(page)


def test_after_the_last_there_is_nothing(complete: Server) -> None:
    page = tree(
        fetch(complete, "/en/links", of="egov:Platform", property="rdf:type", after="https://x.example/")
    )
    assert "No more after that." in words(page)


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({}, "of"),
        ({"of": "x"}, "of"),
        ({"of": "nobody:x"}, None),
        ({"of": "https://x/<y>"}, "of"),
        ({"of": "egov:" + "x" * 600}, "of"),
        ({"of": "egov:Region", "property": "} DROP"}, "property"),
        ({"of": "egov:Region", "property": "rdf:type", "after": "x y"}, "after"),
    ],
)
def test_what_is_no_iri_is_refused(complete: Server, asked: dict[str, str], named: str | None) -> None:
    reply = fetch(complete, f"/en/links?{urlencode(asked)}")
    if named is None:  # some other scheme: an IRI that nothing refers to
        assert reply.status == 200
    else:
        assert (reply.status, reply.json["parameter"]) == (400, named)


def test_a_property_by_which_nothing_refers_is_not_there(complete: Server) -> None:
    reply = fetch(complete, "/en/links", of="egov:Region", property="egov:user")
    assert reply.status == 404
    assert expand("egov:user") in reply.json["detail"]


def test_its_query_gives_them_all(complete: Server) -> None:
    page = tree(fetch(complete, "/en/links", of="egov:Platform", property="rdf:type"))
    query = parameters(links(page)["Open as SPARQL"])["query"][0]
    rows = fetch(complete, query=query, format="csv").body.decode().splitlines()[1:]
    assert len({row.split(",")[2] for row in rows}) == 6


def test_the_page_before_the_last_leads_to_it(strange: FlaskClient) -> None:
    text = strange.get("/en/links?of=eid:thing/busy&property=egov:user&after=eid:thing/n0149").text
    assert f"{MANY} in all" in text
    assert text.count("/en/id/thing/n0") == PAGE
    assert 'rel="next"' not in text
    before = strange.get("/en/links?of=eid:thing/busy&property=egov:user&after=eid:thing/n0148").text
    assert "after=eid%3Athing%2Fn0248" in before


def test_without_releases_there_are_none(playing: Server) -> None:
    assert fetch(playing, "/en/links", of="egov:Region").status == 404
