"""Error pages: what happened in both languages, what was asked, and what to do about it."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from support.html import links, one, parse, words
from support.markup import faults
from support.past import Past
from support.service import BROWSER, Server, fetch


def problem(server: Server, path: str, status: int, lang: str = "en", **more: str) -> Element:
    reply = fetch(server, path, headers={**BROWSER, "Accept-Language": lang, **more})
    assert (reply.status, reply.media_type) == (status, "text/html"), reply.body[:400]
    page = parse(reply.body)
    assert faults(page) == []
    return page


@pytest.mark.parametrize(("lang", "other"), [("en", "zh"), ("zh", "en")])
def test_what_is_not_there_can_be_searched_for(past: Past, lang: str, other: str) -> None:
    page = problem(past.server, f"/{lang}/id/region/none-such_place", 404)
    assert page.get("lang") == lang
    assert words(page.find(f".//p[@lang='{other}']"))
    form = one(page, ".//form[@class='find large']")
    assert form.get("action") == f"/{lang}/search"
    assert one(form, "input").get("value") == "none such place"
    assert f"/{lang}/id/region/none-such_place" in words(one(page, ".//pre"))


@pytest.mark.parametrize(
    ("path", "shown", "guess"),
    [
        ("/en/%3Cscript%3Ealert(1)%3C/script%3E", "/en/%3Cscript%3Ealert%281%29%3C/script%3E", "script"),
        ("/en/" + "x" * 1500, "x" * 500, "x" * 80),
        ("/zh/id/region/%E9%99%95%E8%A5%BF", "/zh/id/region/%E9%99%95%E8%A5%BF", "陕西"),
        ("/en/id/region/a?q=%22%3E%3Cb%3E", "?q=%22%3E%3Cb%3E", "a"),
    ],
)
def test_whatever_was_asked_is_shown_as_text(past: Past, path: str, shown: str, guess: str) -> None:
    page = problem(past.server, path, 404)
    assert shown in words(one(page, ".//pre"))
    assert one(page, ".//form[@class='find large']/input").get("value") == guess


def test_no_link_leads_to_another_host(past: Past) -> None:
    page = problem(past.server, "//example.org/x", 404)
    assert not [link for link in links(page).values() if link.startswith("//")]


def test_a_wrong_parameter_is_named(past: Past) -> None:
    page = problem(past.server, "/en/releases/?page=none", 400)
    assert "Correct “page” in the address" in words(page)
    assert "/en/releases/?page=none" in words(one(page, ".//pre"))


def test_what_is_gone_leads_to_where_it_was(past: Past) -> None:
    page = problem(past.server, f"/en/releases/{past.ids[0][:3]}zzz", 404)
    assert words(one(page, ".//h1")) == "Not found"


def test_a_format_that_there_is_not(past: Past) -> None:
    reply = fetch(past.server, "/releases/", headers={"Accept": "image/png"})
    assert reply.status == 406


def test_a_write_without_a_token_is_told_so(past: Past) -> None:
    reply = fetch(past.server, "/graphs?default", method="PUT", body=b"", headers=BROWSER)
    assert reply.status in (401, 403)
    page = parse(reply.body)
    assert faults(page) == []
    assert "Reading needs no token." in words(page)
    assert words(one(page, ".//pre")).startswith("PUT /graphs")


def test_the_kind_of_problem_is_explained(past: Past) -> None:
    page = problem(past.server, "/en/nothing-here", 404)
    details = one(page, ".//details")
    link = next(iter(links(details).values()))
    assert link == "/en/problem/not-found"
    assert fetch(past.server, link).status == 200
