"""The tile map as a picture: all units, shaded as on pages, with the meaning of its shades and its source."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from egov_kg.web.pages import maps
from egov_kg.web.pages.figures import lettering
from support.html import SVG, tree, words
from support.past import Past
from support.service import Reply, Server, fetch

LANGUAGES = pytest.mark.parametrize("lang", ["en", "zh"])


def picture(reply: Reply) -> Element:
    assert reply.status == 200, reply.body[:500]
    assert reply.headers["content-type"] == "image/svg+xml"
    return ElementTree.fromstring(reply.body)


def tiles(root: Element) -> dict[str, tuple[str, str]]:
    """The name of each tile with what it says, and its colour."""
    found = {}
    for group in root.findall(f".//{SVG}g[@id]"):
        name, _, said = words(group.find(f"{SVG}title")).partition(": ")
        box = group.find(f"{SVG}rect")
        assert box is not None
        found[name] = (said, box.get("fill", ""))
    return found


def link(server: Server, page: str) -> str:
    """Where a page has its map as a picture."""
    (found,) = [
        a.get("href", "") for a in tree(fetch(server, page)).iter("a") if "/map.svg" in a.get("href", "")
    ]
    return found


def frames(root: Element) -> set[str]:
    """The tiles that have a frame."""
    return {
        group.get("id", "")
        for group in root.findall(f".//{SVG}g[@id]")
        for box in group.findall(f"{SVG}rect[@stroke-width]")
    }


@LANGUAGES
@pytest.mark.parametrize("page", ["regions", "code/indicator/saving-line-rent-per-year"])
def test_it_says_what_the_map_of_its_page_says(complete: Server, lang: str, page: str) -> None:
    root = tree(fetch(complete, f"/{lang}/{page}"))
    (link,) = [a for a in root.iter("a") if a.get("href", "").startswith(f"/{lang}/map.svg")]
    assert link.get("download", "").endswith(".svg")
    shown = tiles(picture(fetch(complete, link.get("href", ""))))
    expected = {}
    for anchor in root.findall(".//ul[@class='tiles']/li/a"):
        name, said = re.split(": |：", words(anchor.find("./span[@class='quiet']")), maxsplit=1)
        number = re.match(r"\d+", said)
        expected[name] = (number[0] if number else said, anchor.get("class", ""))
    assert {name: said for name, (said, _) in shown.items()} == {
        name: said for name, (said, _) in expected.items()
    }
    assert len(shown) == 34
    for name, (_, fill) in shown.items():
        assert (fill == "url(#hatch)") == (expected[name][1] == "s0")
    assert len({fill for _, fill in shown.values()}) == len({shade for _, shade in expected.values()})


def test_it_stands_by_itself(complete: Server) -> None:
    root = picture(fetch(complete, "/en/map.svg"))
    text = words(root)
    for part in (complete.release.id, "report on e-government 2012-2013", "CC BY 4.0", "that is not zero"):
        assert part in text
    ids = {element.get("id") for element in root.iter()}
    assert set(root.get("aria-labelledby", "").split()) <= ids
    assert "not in this source: " in words(root.find(f"{SVG}desc"))
    assert not [e for e in root.iter() if e.tag in (f"{SVG}style", f"{SVG}script") or "style" in e.attrib]
    assert "--" not in str(maps.colours())
    assert {element.get("fill") for element in root.iter(f"{SVG}rect")} <= {
        "url(#hatch)",
        *maps.colours().values(),
    }


@LANGUAGES
@pytest.mark.parametrize(("code", "framed"), [("610000", "CN-SN"), ("440305", "CN-GD")])
def test_a_region_has_a_frame_on_its_map(complete: Server, lang: str, code: str, framed: str) -> None:
    root = picture(fetch(complete, link(complete, f"/{lang}/id/region/{code}")))
    assert frames(root) == {framed}
    assert tiles(root) == tiles(picture(fetch(complete, f"/{lang}/map.svg")))


@LANGUAGES
def test_a_pilot_has_those_that_took_part_on_its_map(complete: Server, lang: str) -> None:
    page = f"/{lang}/id/pilot/cloud-platform-2012"
    root = picture(fetch(complete, link(complete, page)))
    assert frames(root) == {"CN-FJ", "CN-HI", "CN-SN"}
    dark = {name for name, (_, fill) in tiles(root).items() if fill != "url(#hatch)"}
    shown = tree(fetch(complete, page)).findall(".//ul[@class='tiles small']/li/a[@class='s4']")
    assert dark == {anchor.get("title") for anchor in shown}
    assert len(dark) == 3
    assert "not in this source" not in words(root)


def test_its_letters_stay_inside(complete: Server) -> None:
    for path in (
        "/en/map.svg",
        "/zh/map.svg",
        "/en/map.svg?pilot=cloud-platform-2012",
        "/en/map.svg?indicator=saving-infrastructure-share",
    ):
        root = picture(fetch(complete, path))
        lines = root.findall(f"{SVG}text")
        assert lines
        for line in lines:
            assert lettering.width(line.text or "", 18) <= float(root.get("width", "0"))


@pytest.mark.parametrize(
    "asked",
    [
        "indicator=nothing",
        "indicator=extranet-coverage",
        "indicator=%3Cx%3E",
        "region=999999",
        "region=cn",
        "pilot=nothing",
    ],
)
def test_what_has_no_map_is_not_found(complete: Server, asked: str) -> None:
    reply = fetch(complete, f"/en/map.svg?{asked}")
    assert reply.status == 404
    assert reply.media_type == "application/problem+json"


def test_an_earlier_state_has_its_own(past: Past) -> None:
    earlier = fetch(past.server, f"/en/map.svg?asOf={past.ids[0]}")
    assert past.ids[0] in words(picture(earlier))
    tag = fetch(past.server, "/en/map.svg").headers["etag"]
    assert tag != earlier.headers["etag"]
    assert fetch(past.server, "/en/map.svg", headers={"If-None-Match": tag}).status == 304


def test_lines_are_broken_between_words_and_between_ideographs() -> None:
    assert list(lettering.wrapped("one two three", 7 * 7)) == ["one two", "three"]
    assert list(lettering.wrapped("一二三四，五", 13 * 3)) == ["一二三", "四，五"]
    assert list(lettering.wrapped("unbreakable", 10)) == ["unbreakable"]
    assert list(lettering.wrapped("", 10)) == []
