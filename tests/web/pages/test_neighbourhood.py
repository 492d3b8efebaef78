"""Neighbourhoods: at most forty links, fairly shared, and what is left out is said and can be reached."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.web.pages.neighbourhood import MOST, shares
from support.html import one, tree, words
from support.service import Server, fetch
from support.strange import strange

__all__ = ["strange"]

PLACES = (
    "id/region/610000",
    "id/region/cn",
    "id/network/national-extranet",
    "id/span/report-2012-2013-0795-0835",
    "id/dataset/report-2012-2013",
    "code/level",
    "code/region",
    "code/level/county",
    "code/review-state/reviewed",
)


@given(sizes=st.lists(st.integers(0, 120), max_size=60), most=st.integers(0, 60))
def test_shares_are_fair_and_use_all_there_is(sizes: list[int], most: int) -> None:
    found = shares(sizes, most)
    assert sum(found) == min(most, sum(sizes))
    assert all(0 <= has <= size for has, size in zip(found, sizes, strict=True))
    wanting = [has for has, size in zip(found, sizes, strict=True) if has < size]
    if wanting:  # who wants more has at most one less than anybody
        assert min(wanting) >= max(found) - 1


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_there_are_at_most_forty_and_the_rest_is_counted(complete: Server, name: str, lang: str) -> None:
    page = tree(fetch(complete, f"/{lang}/{name}/neighbourhood"))
    bundles = page.findall(".//section[@data-direction]")
    shown = [a for bundle in bundles for a in bundle.findall("./ul/li/a")]
    assert 0 < len(shown) <= MOST
    total = sum(int(words(bundle.find("./h3/span")).replace(",", "")) for bundle in bundles)
    left = 0
    for bundle in bundles:
        count = int(words(bundle.find("./h3/span")).replace(",", ""))
        here = len(bundle.findall("./ul/li"))
        more = bundle.findall("./p/a")
        assert bool(more) == (here < count)
        if more:
            left += count - here
            assert str(count - here) in words(more[0]).replace(",", "")
            reply = fetch(complete, more[0].get("href", "").partition("#")[0])
            assert reply.status == 200
            assert (fragment := more[0].get("href", "").partition("#")[2]) == "" or (
                f'id="{fragment}"' in reply.body.decode()
            )
    assert len(shown) + left == total
    if lang == "en":
        lead = words(page.find(".//p[@class='lead']")).replace(",", "")
        if left:
            assert lead.startswith(f"{MOST} of {total} links")
            assert f"{left} are left out" in lead
        else:
            assert lead.startswith(f"Its {total} link")


def test_each_link_leads_on(complete: Server) -> None:
    page = tree(fetch(complete, "/en/id/platform/shaanxi-platform/neighbourhood"))
    for anchor in page.findall(".//section[@data-direction]/ul/li/a"):
        href, iri = anchor.get("href", ""), anchor.get("data-node", "")
        if "/ontology#" in iri:
            assert href == iri.replace("https://w3id.org/egov-kg", "/en")
        else:
            assert href == iri.replace("https://w3id.org/egov-kg", "/en") + "/neighbourhood"
            assert fetch(complete, href).status == 200


def test_both_directions_are_there(complete: Server) -> None:
    page = tree(fetch(complete, "/en/id/platform/shaanxi-platform/neighbourhood"))
    found = {
        (bundle.get("data-direction"), bundle.get("data-property"))
        for bundle in page.findall(".//section[@data-direction]")
    }
    assert {("out", "operated in"), ("out", "type"), ("in", "resource used"), ("in", "subject")} <= found


def test_the_drawing_needs_a_script_and_the_list_none(complete: Server) -> None:
    page = tree(fetch(complete, "/en/id/region/610000/neighbourhood"))
    around = one(page, ".//div[@id='neighbourhood']")
    assert around.find(".//svg") is None
    assert len(around.findall(".//a[@data-node]")) > 20
    scripts = [script.get("src", "") for script in page.iter("script")]
    assert bool(around.get("data-library")) == any("neighbourhood.js" in src for src in scripts)


@pytest.mark.parametrize(
    "path", ["id/region/999999", "id/region/UPPER", "code/none", "code/level/none", "ontology"]
)
def test_what_is_not_there_has_none(complete: Server, path: str) -> None:
    assert fetch(complete, f"/en/{path}/neighbourhood").status == 404


def test_a_name_that_is_markup_stays_text(strange: FlaskClient) -> None:
    text = strange.get("/en/id/thing/odd/neighbourhood").text
    assert "<script>alert" not in text
    assert 'href="javascript:' not in text
    assert 'href=""' not in text
    assert '<span data-node="urn:x:y">' in text
