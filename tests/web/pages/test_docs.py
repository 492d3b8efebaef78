"""The documentation: both languages have the same pages with the same parts, and what they say is so."""

from __future__ import annotations

import re
from decimal import Decimal

import html5rdf
import pytest

from egov_kg.intervals import compare, from_qualifier
from egov_kg.settings import Settings
from egov_kg.web.pages.docs import NAMES
from support.service import Server, fetch


def shape(server: Server, lang: str, name: str) -> list[tuple[str, str]]:
    """The elements of a page's text in order, with where its links lead."""
    reply = fetch(server, f"/{lang}/docs/{name}")
    assert (reply.status, reply.headers["content-language"]) == (200, lang)
    tree = html5rdf.HTMLParser(namespaceHTMLElements=False).parse(reply.body, transport_encoding="utf-8")
    article = tree.find(".//article")
    found = []
    for element in article.iter():
        if element.tag in ("h1", "h2", "p", "li", "tr", "td", "th", "pre", "dt", "dd", "img", "a"):
            place = element.get("href") or element.get("src") or ""
            found.append((element.tag, re.sub(r"^/(en|zh)/|lang=(en|zh)", "", place)))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_parts(complete: Server, name: str) -> None:
    english = shape(complete, "en", name)
    assert len(english) > 10

    def counted(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return sorted(found)

    assert counted(english) == counted(shape(complete, "zh", name))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_first_page_is_at_the_root(complete: Server, lang: str) -> None:
    root = fetch(complete, f"/{lang}/docs").body.decode()
    assert root.count('aria-current="page"') == 2  # in the navigation of the site, and in that of the pages
    assert f'href="/{lang}/docs/model"' in root


def test_what_is_not_there(complete: Server) -> None:
    reply = fetch(complete, "/zh/docs/none", headers={"Accept": "text/html"})
    assert reply.status == 404
    assert "uncertainty" in reply.body.decode()


@pytest.mark.parametrize(
    ("row", "qualifier"),
    [("exact", "exact"), ("over", "over"), ("at least", "at-least"), ("at most", "at-most"),
     ("nearly, under", "nearly"), ("nearly, under", "under"), ("about", "about"), ("hedged", "hedged")],
)  # fmt: skip
def test_the_answers_in_the_table_are_those_that_are_given(
    complete: Server, row: str, qualifier: str
) -> None:
    text = fetch(complete, "/en/docs/uncertainty").body.decode()
    match = re.search(rf'<th scope="row">{row}</th>.*?class="verdict (\w+)"', text, re.DOTALL)
    assert match is not None
    assert match[1] == compare(from_qualifier(qualifier, Decimal(70)), ">=", Decimal(70))


def test_the_limits_are_those_of_the_service(server: Server, settings: Settings) -> None:
    text = fetch(server, "/en/docs/limits").body.decode()
    assert f"{settings.query_length:,} characters" in text
    assert f"{settings.query_timeout:g} s" in text
