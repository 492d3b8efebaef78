"""`/cite/`: forms, languages, what is not there, and how pages lead to it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from support.past import Past
from support.service import Server, fetch
from support.writable import Writable

OBSERVATION = "/cite/id/observation/2012-2013-extranet-coverage-county"
MEDIA_TYPES = {
    "txt": "text/plain",
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "json": "application/vnd.citationstyles.csl+json",
}


@pytest.mark.parametrize("suffix", MEDIA_TYPES)
def test_a_form_has_its_media_type_and_a_tag(complete: Server, suffix: str) -> None:
    reply = fetch(complete, f"{OBSERVATION}.{suffix}")
    assert (reply.status, reply.media_type) == (200, MEDIA_TYPES[suffix])
    assert "71%" in reply.body.decode().replace("\\%", "%")
    assert reply.headers["cache-control"] == "private, no-cache"
    assert reply.headers["content-language"] == "en"
    assert 'rel="describes"' in reply.headers["link"]
    again = fetch(complete, f"{OBSERVATION}.{suffix}", headers={"If-None-Match": reply.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_it_says_the_release_the_place_and_today(complete: Server) -> None:
    (item,) = json.loads(fetch(complete, f"{OBSERVATION}.json").body)
    id_ = complete.release.id
    assert item["version"] == id_
    assert item["URL"] == f"{complete.url}/id/observation/2012-2013-extranet-coverage-county?asOf={id_}"
    assert (
        fetch(complete, item["URL"].removeprefix(complete.url), headers={"Accept": "text/turtle"}).status
        == 303
    )
    today = datetime.now(UTC).date()
    assert item["accessed"]["date-parts"] == [[today.year, today.month, today.day]]
    assert item["container-title"] == "The state of e-government in China, 2012-2013"


def test_it_speaks_the_language_of_the_client(complete: Server) -> None:
    for asked in ({"headers": {"Accept-Language": "zh-CN,en;q=0.5"}}, {"lang": "zh"}):
        reply = fetch(complete, f"{OBSERVATION}.txt", **asked)
        assert reply.headers["content-language"] == "zh"
        assert "[DS/OL]" in reply.body.decode()
    assert "Accept-Language" in reply.headers["vary"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/cite/id/dataset/egov-kg.txt", "Knowledge graph of e-government in China (release"),
        ("/cite/id/dataset/report-2012-2013.txt", "[Data set]. In Knowledge graph of e-government in China."),
        ("/cite/id/dataset/derived.txt", "Derived values (release"),
        ("/cite/code/indicator/extranet-coverage.txt", "Extranet coverage (release"),
        ("/cite/id/region/610000.txt", "[Data entry]. In Knowledge graph"),
        ("/cite/code/topic.txt", "[Data entry]"),
    ],
)
def test_whatever_has_a_document_can_be_cited(complete: Server, path: str, words: str) -> None:
    assert words in fetch(complete, path).body.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/cite/id/observation/none-such.bib",
        "/cite/id/region/610000",
        "/cite/id/region/610000.pdf",
        "/cite/id/region/610000.",
        "/cite/.bib",
        "/cite/graph/regions.bib",
        "/cite/id/region/../../etc/passwd.txt",
        "/cite/https://example.org/x.bib",
        "/cite/id/region/%E5%8C%97.bib",
        "/cite/id/region/x%0D%0Ay.bib",
    ],
)
def test_what_is_not_there_is_said_not_to_be(complete: Server, path: str) -> None:
    reply = fetch(complete, path)
    assert reply.status == 404
    assert reply.json["detail_zh"]


def test_an_earlier_state_is_cited_as_what_it_was(past: Past) -> None:
    first, last = past.ids[0], past.ids[-1]
    for asked, id_, title in (({"asOf": first}, first, "North 1"), ({}, last, "North 3")):
        (item,) = json.loads(fetch(past.server, f"/cite/id/region/x1.json?{urlencode(asked)}").body)
        assert (item["version"], item["title"]) == (id_, title)
        assert item["URL"].endswith(f"?asOf={id_}")


def test_a_page_leads_to_its_citations(complete: Server) -> None:
    reply = fetch(complete, "/en/id/observation/2012-2013-extranet-coverage-county")
    for suffix in ("bib", "ris", "json"):
        link = f'<{OBSERVATION}.{suffix}>; rel="describedby"; type="{MEDIA_TYPES[suffix]}"'
        assert link in reply.headers["link"]
    assert 'rel="cite-as"' in reply.headers["link"]
    assert "/cite/" not in fetch(complete, "/en/problem/not-found").headers["link"]


def test_a_playground_cites_nothing(playing: Writable) -> None:
    assert playing.ask("GET", "/cite/id/dataset/egov-kg.bib").status == 404
