"""What the page of data sets says of a release is what the release has."""

from __future__ import annotations

from collections import Counter
from xml.etree.ElementTree import Element

import pytest

from egov_kg.publish.observations import Observation
from egov_kg.release.rules import load_checks, load_shapes
from egov_kg.resources import find_sources
from support.html import embedded, links, one, tree, words
from support.markup import faults
from support.observed import observations, store
from support.past import Past
from support.service import Server, fetch
from support.writable import Writable

__all__ = ["observations", "store"]


def page(server: Server, lang: str = "en", **asked: str) -> Element:
    found = tree(fetch(server, f"/{lang}/datasets", **asked))  # type: ignore[arg-type]
    assert faults(found) == []
    return found


def section(root: Element, name: str) -> Element:
    return one(root, f".//section[@aria-labelledby='{name}']")


def rows(root: Element) -> list[list[str]]:
    """The words of each cell of each row of a table's bodies."""
    return [[words(cell) for cell in row] for row in root.findall(".//tbody/tr")]


def test_it_lists_the_data_sets_with_their_licence_and_contents(complete: Server) -> None:
    found = section(page(complete), "sets").findall("article")
    titles = [words(one(article, "h3")) for article in found]
    assert titles[0] == "The state of e-government in China, 2012-2013"
    assert set(titles) == {
        "The state of e-government in China, 2012-2013",
        "Administrative divisions of China at county level and above, 2012",
        "Derived values",
    }
    assert "82 figures" in words(found[0])
    assert "375 places in the report" in words(found[0])
    assert "https://creativecommons.org/licenses/by/4.0/" in links(found[0]).values()
    for article in found:
        for name, link in links(article).items():
            if link.startswith("/"):
                assert fetch(complete, link).status == 200, name


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_matrices_count_every_figure_once(
    complete: Server, observations: dict[str, Observation], lang: str
) -> None:
    by_level, by_section = section(page(complete, lang), "coverage").findall(".//table")
    levels = [words(cell) for cell in by_level.findall("thead/tr/th")][1:-1]
    expected = Counter((one.indicator.name(lang), one.level.name(lang)) for one in observations.values())
    cells = {
        (row[0], level): int(number)
        for row in rows(by_level)
        for level, number in zip(levels, row[1:-1], strict=False)
        if number.isdecimal()
    }
    assert cells == expected
    total = [words(cell) for cell in by_level.findall("tfoot/tr/*")]
    assert total[-1] == str(len(observations))
    sections = [words(cell) for cell in by_section.findall("thead/tr/th")][1:-1]
    placed = Counter(
        (one.topic.name(lang), one.place.section.name(lang)) for one in observations.values() if one.place
    )
    assert {
        (row[0], name): int(number)
        for row in rows(by_section)
        for name, number in zip(sections, row[1:-1], strict=True)
        if number.isdecimal()
    } == placed


def test_what_is_missing_is_counted_from_the_data(
    complete: Server, observations: dict[str, Observation]
) -> None:
    found = {row[0]: int(row[1]) for row in rows(one(section(page(complete), "gaps"), ".//table"))}
    every = list(observations.values())
    bounds = [one.bounds for one in every]
    assert list(found.values()) == [
        sum(not one.is_dated for one in every),
        sum(one.survey is None for one in every),
        sum(one.unit == "PERCENT" for one in every),
        sum(one.completeness == "open" for one in every),
        sum(one.lower is not None and one.upper is None for one in bounds),
        sum(any(flag.notation == "ambiguous" for flag in one.flags) for one in every),
        sum(one.lower is None and one.upper is None for one in bounds),
    ]
    assert min(found.values()) > 0


def test_the_rules_are_all_there_with_their_findings(complete: Server) -> None:
    found = section(page(complete), "checks")
    sources = find_sources()
    names = {check.iri.rpartition("/")[2] for check in load_checks(sources)}
    names |= {iri.rpartition("/")[2] for iri in load_shapes(sources).rules}
    shown = rows(found)
    assert {row[0] for row in shown} == names
    assert {row[2] for row in shown} == {"0"}
    manifest = complete.release.manifest["validation"]
    assert words(one(found, "dl")).endswith(f"Rules checked{manifest['rules']}Findings0 SHACL enginepyshacl")
    for name in ("validation-report.ttl", "validation-report.txt"):
        assert fetch(complete, links(found)[name]).status == 200


def test_every_format_can_be_had_from_it(complete: Server) -> None:
    found = section(page(complete), "downloads")
    files = complete.release.manifest["files"]
    offered = {link.rpartition("/")[2] for link in links(found).values() if link.startswith("/download/")}
    assert {
        "graph.ttl",
        "observations.csv",
        "observations.xlsx",
        "observations.parquet",
        "cube.ttl",
    } <= offered
    assert offered <= set(files)
    labels = {cell.get("aria-label") for cell in found.iter("a")} - {None}
    assert {"graph.nq.gz", "graph.nq.zst"} <= labels


def test_it_says_what_it_is_to_search_engines_and_how_to_cite_it(complete: Server) -> None:
    found = page(complete)
    assert embedded(found)["@graph"][0]["@type"] == "Dataset"
    box = one(found, ".//details[@id='cite']")
    assert "Knowledge graph of e-government in China" in words(one(box, ".//textarea[@id='cite-text']"))
    assert {fetch(complete, link).status for link in links(box).values()} == {200}


def test_a_release_without_figures_says_so(past: Past) -> None:
    found = page(past.server)
    assert "This release has no figures." in words(section(found, "coverage"))
    assert "Of 1 figure:" in words(section(found, "gaps"))
    assert "province-level" not in words(section(found, "gaps"))
    listed = rows(one(section(found, "releases"), ".//table"))
    assert [row[0].split()[0] for row in listed] == list(reversed(past.ids))
    assert listed[0][0].endswith("current")
    assert "3 triples added, 3 removed" in listed[0][4]
    assert listed[-1][4] == "the first"


def test_an_earlier_state_is_shown_as_it_was(past: Past) -> None:
    first = past.ids[0]
    found = page(past.server, asOf=first)
    assert first in words(one(found, ".//p[@class='lead']"))
    links_of_graphs = links(section(found, "graphs")).values()
    assert all(f"asOf={first}" in link for link in links_of_graphs)


def test_a_playground_has_no_data_sets(playing: Writable) -> None:
    assert playing.ask("GET", "/en/datasets").status == 404


@pytest.mark.parametrize(
    ("path", "words_"),
    [
        ("/en/id/dataset/report-2012-2013", "82 figures"),
        ("/zh/id/dataset/regions-2012", "3,221 个地区"),
        ("/en/id/dataset/derived", "4 figures"),
        ("/en/id/dataset/egov-kg", "Data sets in it"),
    ],
)
def test_a_data_set_has_a_page_that_leads_back(complete: Server, path: str, words_: str) -> None:
    found = tree(fetch(complete, path))
    assert faults(found) == []
    assert words_ in words(found)
    assert f"{path[:3]}/datasets#downloads" in links(found).values()


def test_a_data_set_of_others_has_the_plain_page(complete: Server) -> None:
    """What regions were made from is a dcat:Dataset, too, and none of this release."""
    assert fetch(complete, "/en/id/dataset/none-such").status == 404
