"""How pages and forms keep to a past state, and what a playground says of the past."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest

from support.past import VALUE_QUERY, Past
from support.playground import playground
from support.service import browse, fetch


@pytest.mark.parametrize(("lang", "words"), [("en", "an earlier state"), ("zh", "以前的状态")])
def test_a_page_says_that_it_is_of_the_past(past: Past, lang: str, words: str) -> None:
    for path in ("/", "/sparql", "/doc/id/region/x1", "/catalog"):
        text = browse(past.server, path, asOf=past.ids[0], lang=lang).body.decode()
        assert words in text, path
        assert f'href="/{lang}/releases/{past.ids[0]}' in text
        assert f'href="/{lang}/sparql?asOf={past.ids[0]}' in text
        assert words not in browse(past.server, path, lang=lang).body.decode()


def test_the_form_and_its_links_ask_the_same_state_again(past: Past) -> None:
    target = "/sparql?" + urlencode({"query": VALUE_QUERY, "asOf": past.ids[0]})
    text = browse(past.server, target).body.decode()
    assert f'name="asOf" value="{past.ids[0]}"' in text
    (link,) = re.findall(r'href="([^"]*format=csv)"', text)
    assert fetch(past.server, link.replace("&amp;", "&")).body == b"n\r\n1\r\n"


def test_the_form_of_an_error_does_too(past: Past) -> None:
    target = "/sparql?" + urlencode({"query": "ASK {", "asOf": past.ids[0]})
    reply = browse(past.server, target)
    assert reply.status == 400
    assert f'name="asOf" value="{past.ids[0]}"' in reply.body.decode()


def test_a_playground_has_no_past(tmp_path: Path) -> None:
    with playground(tmp_path) as server:
        for path in (
            "/?asOf=2026-01-01",
            "/sparql?query=ASK%7B%7D&asOf=r1",
            "/releases/",
            "/releases/current",
            "/releases/a..b",
            "/releases/timemap",
            "/releases/r1/graph.nq",
            "/download/graph.nq",
        ):
            reply = server.send("GET", path)
            assert reply.status == 404, path
            assert str(tmp_path) not in reply.body.decode()
            assert "试验模式" in reply.json["detail_zh"]
        for path in (
            "/catalog",
            "/.well-known/void",
            "/sitemap.xml",
            "/api/terms",
            "/sparql",
            "/openapi.json",
        ):
            assert server.send("GET", path).status == 200, path
