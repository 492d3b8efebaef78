"""Releases and what changed between them, as readers see it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

from egov_kg.release.diff import diff
from egov_kg.release.registry import Registry, Release
from egov_kg.settings import Settings
from egov_kg.web.pages.parts.changed import MOST
from support.html import links, one, tree, words
from support.markup import faults
from support.past import Past
from support.releases import publish
from support.service import Server, fetch, running
from support.sources import observation

OLD = (
    observation("one", "71")
    + observation("two", "30")
    + 'eid:thing\\/a rdfs:label "Old <name>"@en , "旧名"@zh ; egov:partOf eid:thing\\/b , eid:thing\\/c .\n'
    'eid:thing\\/b rdfs:label "B & co"@en , "乙"@zh .\n'
    'egov:partOf rdfs:label "part of"@en , "属于"@zh .\n'
)
NEW = (
    observation("one", "72")
    + observation("three", "12")
    + 'eid:thing\\/a rdfs:label "New <name>"@en , "新名"@zh ; egov:partOf eid:thing\\/b .\n'
    'eid:thing\\/b rdfs:label "B & co"@en , "乙"@zh .\n'
    'egov:partOf rdfs:label "part of"@en , "属于"@zh .\n'
)
ENTITY = ".//ul[@class='changes']/li"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Release, Release]]:
    """A server over two releases that differ."""
    home = tmp_path_factory.mktemp("two")
    old = publish(home, OLD, created=datetime(2026, 1, 1, tzinfo=UTC))
    new = publish(home, NEW, created=datetime(2026, 1, 2, tzinfo=UTC))
    with running(Settings(home=home, evaluators=1), new) as server:
        yield server, old, new


def shown(two: tuple[Server, Release, Release], lang: str = "en") -> Element:
    server, old, new = two
    page = tree(fetch(server, f"/{lang}/releases/{old.id}..{new.id}"))
    assert faults(page) == []
    return page


def test_facts_come_first_and_values_stand_before_and_after(two: tuple[Server, Release, Release]) -> None:
    facts, others = (
        one(shown(two), f".//section[@aria-labelledby='{name}']") for name in ("facts", "others")
    )
    heads = [words(one(item, "h3")) for item in facts.findall(ENTITY)]
    assert sorted(head.split()[0] for head in heads) == ["added", "changed", "removed"]
    changed = next(item for item in facts.findall(ENTITY) if words(one(item, "h3")).startswith("changed"))
    assert "before: 71" in words(changed)
    assert "after: 72" in words(changed)
    (thing,) = others.findall(ENTITY)
    assert words(one(thing, "h3")) == "changed New <name>"
    assert [words(item) for item in thing.iter("del")] == ["Old <name>", "eid:thing/c"]
    assert [words(item) for item in thing.iter("ins")] == ["New <name>"]


def test_what_was_removed_is_read_where_it_was(two: tuple[Server, Release, Release]) -> None:
    server, old, new = two
    for item in one(shown(two), ".//section[@aria-labelledby='facts']").findall(ENTITY):
        head = one(item, "h3")
        release = old if words(head).startswith("removed") else new
        (link,) = links(head).values()
        assert link.endswith(f"?asOf={release.id}")
        assert fetch(server, link).status == 200


def test_it_speaks_chinese(two: tuple[Server, Release, Release]) -> None:
    thing = one(shown(two, "zh"), ".//section[@aria-labelledby='others']")
    assert next(words(item) for item in thing.iter("del")) == "旧名"
    assert [words(item) for item in thing.iter("ins")] == ["新名"]


def test_the_numbers_are_those_of_the_difference(two: tuple[Server, Release, Release]) -> None:
    server, old, new = two
    difference = diff(old, new)
    caption = words(one(shown(two), ".//table/caption"))
    added, removed = len(difference.added), len(difference.removed)
    assert caption == f"{added} triples were added and {removed} removed."
    page = tree(fetch(server, f"/en/releases/{new.id}"))
    assert faults(page) == []
    assert f"{added} triples were added and {removed} removed" in words(page)
    listed = tree(fetch(server, "/en/releases/"))
    assert faults(listed) == []
    assert f"{added} triples added, {removed} removed" in words(listed)
    assert "the first" in words(listed.findall(".//tbody/tr")[-1])


def test_two_that_say_the_same(past: Past) -> None:
    page = tree(fetch(past.server, f"/en/releases/{past.ids[0]}..{past.ids[0]}"))
    assert faults(page) == []
    assert "Both say the same." in words(page)
    assert page.find(".//table") is None


def test_a_page_has_an_end(tmp_path: Path) -> None:
    publish(tmp_path, 'eid:thing\\/a rdfs:label "A"@en .\n')
    many = "".join(f'eid:thing\\/t{n} rdfs:label "T {n}"@en .\n' for n in range(MOST + 7))
    new = publish(tmp_path, many)
    with running(Settings(home=tmp_path, evaluators=1), new) as server:
        page = tree(fetch(server, f"/en/releases/{Registry(tmp_path).all()[1].id}..{new.id}"))
        assert len(page.findall(ENTITY)) == MOST
        warning = one(page, ".//p[@class='warning']")
        assert words(warning).startswith("8 more are not shown here.")
        text = fetch(server, next(iter(links(warning).values())))
        assert text.media_type == "text/plain"
        assert f"T {MOST + 6}" in text.body.decode()


def test_files_and_graphs_are_listed_with_their_meaning(complete: Server) -> None:
    for path in ("/en/download/", f"/en/releases/{complete.release.id}"):
        page = tree(fetch(complete, path))
        assert faults(page) == []
        text = words(page)
        assert "all named graphs" in text
        assert "What validation found, for people" in text
        digest = complete.release.manifest["files"]["graph.nq"]["sha256"]
        assert digest in text
        files = {link for link in links(page).values() if link.startswith(("/download/graph", "/releases/r"))}
        assert files


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_graph_shows_what_is_in_it(complete: Server, lang: str) -> None:
    page = tree(fetch(complete, f"/{lang}/graph/report-2012-2013"))
    assert faults(page) == []
    rows = {words(row[0]): words(row[1]) for row in page.findall(".//tbody/tr")}
    assert rows["qb:Observation"] == "82"
    for path in (f"/{lang}/graphs?default", f"/{lang}/catalog", f"/{lang}/.well-known/void"):
        other = tree(fetch(complete, path))
        assert [fault for fault in faults(other) if "no caption" not in fault] == []
        assert {
            fetch(complete, link).status for link in links(one(other, ".//nav[@class='data']")).values()
        } == {200}


def test_a_list_of_releases_in_a_page_is_made_anew_each_time(past: Past) -> None:
    """Past releases go without the data changing, so that the page must not be kept."""
    for path in ("/en/releases/", "/zh/datasets"):
        for _ in range(3):
            assert "cache;desc=hit" not in fetch(past.server, path).headers.get("server-timing", "")
    for _ in range(3):
        last = fetch(past.server, "/en/regions")
    assert "cache;desc=hit" in last.headers["server-timing"]
