"""The search page: hits, facets as links, nearest names, paging; whatever is typed."""

from __future__ import annotations

import html
import re
from urllib.parse import quote, urlencode

import pytest

from support.service import Server, fetch
from support.writable import Writable


def page(server: Server, lang: str = "en", **parameters: str | list[str]) -> str:
    reply = fetch(server, f"/{lang}/search?{urlencode(parameters, doseq=True)}")
    assert reply.status == 200
    return reply.body.decode()


def hits(text: str) -> list[str]:
    """Where the hits lead, in their order."""
    found: list[str] = re.findall(r'<li><a href="/(?:en|zh)(/[^"?]*)', text.partition('<ol class="hits">')[2])
    return found


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Shaanxi", "/id/region/610000"),
        ("陕西", "/id/region/610000"),
        ("陝西", "/id/region/610000"),
        ("shanxi", "/id/region/140000"),
        ("610000", "/id/region/610000"),
        ("extranet coverage", "/code/indicator/extranet-coverage"),
    ],
)
def test_what_is_called_so_comes_first(complete: Server, typed: str, first: str) -> None:
    for lang in ("en", "zh"):
        assert hits(page(complete, lang, q=typed))[0] == first


def test_what_fits_is_marked(complete: Server) -> None:
    assert "<mark>Extranet</mark> coverage</a>" in page(complete, q="extranet")


def test_facets_narrow_and_widen(complete: Server) -> None:
    text = page(complete, q="陕西")
    match = re.search(
        r'<a href="([^"]*kind=observation[^"]*)" rel="nofollow">\w+</a> <span class="count">(\d+)', text
    )
    assert match is not None
    narrowed = fetch(complete, html.unescape(match[1])).body.decode()
    assert f"{match[2]} things found" in narrowed
    assert all(place.startswith("/id/observation/") for place in hits(narrowed))
    back = re.search(r'<a href="([^"]*)" aria-current="true"', narrowed)
    assert back is not None
    assert hits(fetch(complete, html.unescape(back[1])).body.decode()) == hits(text)


def test_a_choice_that_leaves_nothing_says_so(complete: Server) -> None:
    text = page(complete, q="Shaanxi", kind="property")
    assert hits(text) == []
    assert "leaves them out" in text
    assert 'href="/en/search?q=Shaanxi"' in text


def test_the_nearest_names_where_nothing_is_called_so(complete: Server) -> None:
    text = page(complete, q="shanxee")
    assert "Did you mean" in text
    assert {"/id/region/610000", "/id/region/140000"} <= set(hits(text))


def test_pages_of_hits(complete: Server) -> None:
    first = page(complete, q="county")
    match = re.search(r'href="([^"]*)" rel="next"', first)
    assert match is not None
    second = fetch(complete, html.unescape(match[1])).body.decode()
    assert len(hits(first)) == len(hits(second)) == 20
    assert not set(hits(first)) & set(hits(second))
    assert 'rel="prev"' in second
    assert fetch(complete, "/en/search?q=county&page=0").status == 400


@pytest.mark.parametrize(
    "typed",
    ["<script>alert(1)</script>", '" onfocus="x', "a" * 5000, "%00", "' OR 1=1 --", "NEAR(a b)", "陕*"],
)
def test_whatever_is_typed_stays_text(complete: Server, typed: str) -> None:
    reply = fetch(complete, f"/zh/search?q={quote(typed)}")
    assert reply.status in (200, 400)
    text = reply.body.decode()
    assert "<script>alert" not in text
    assert 'onfocus="x' not in text


def test_nothing_typed_shows_everything(complete: Server) -> None:
    text = page(complete)
    assert "things found" in text
    assert len(hits(text)) == 20


def test_a_playground_has_no_search(playing: Writable) -> None:
    assert playing.ask("GET", "/en/search?q=a").status == 404
