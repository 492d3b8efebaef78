"""`/api/search`, `/api/suggest` and `/opensearch.xml`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest

from egov_kg import iris
from egov_kg.settings import Settings
from support.html import parse
from support.past import THING, Past
from support.releases import publish
from support.service import BROWSER, Server, fetch, running
from support.writable import Writable

SHAANXI = iris.thing("region", "610000")
PLACES = ("/api/search?q=a", "/api/suggest?q=a", "/opensearch.xml")
OPEN_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a release that has no index."""
    home = tmp_path_factory.mktemp("without")
    release = publish(home, 'eid:a\\/b rdfs:label "a"@en .')
    with running(Settings(home=home, evaluators=1), release) as server:
        yield server


def suggestions(server: Server, **parameters: str) -> list[Any]:
    """The lists of an answer."""
    reply = fetch(server, f"/api/suggest?{urlencode(parameters)}")
    assert (reply.status, reply.media_type) == (200, "application/x-suggestions+json")
    found: list[Any] = json.loads(reply.body)
    return found


class TestSearch:
    def test_a_hit(self, complete: Server) -> None:
        reply = fetch(complete, "/api/search", q="陝西", limit="1", headers={"Accept-Language": "zh"})
        assert (reply.status, reply.media_type) == (200, "application/json")
        assert reply.headers["content-language"] == "zh"
        (hit,) = reply.json["hits"]
        assert hit == {
            "iri": SHAANXI,
            "curie": "eid:region/610000",
            "url": f"{complete.url}/zh/id/region/610000",
            "label": {"zh": "陕西省", "en": "Shaanxi"},
            "kind": "region",
            "types": hit["types"],
            "within": {"zh": "中国", "en": "China"},
            "score": 95,
            "why": "short name",
            "matched": {"text": "陕西", "lang": "zh", "spans": [[0, 2]]},
        }
        assert "egov:Region" in hit["types"]
        assert fetch(complete, f"/zh/{hit['curie'].replace('eid:', 'id/')}").status == 200

    def test_a_page_of_hits_with_facets(self, complete: Server) -> None:
        whole = fetch(complete, "/api/search", q="陕西").json
        assert whole["total"] == whole["unfiltered"] == sum(one["count"] for one in whole["facets"]["kind"])
        kinds = {one["value"]: one["count"] for one in whole["facets"]["kind"]}
        part = fetch(complete, "/api/search", q="陕西", kind="observation", limit="2", offset="1").json
        assert (part["total"], part["limit"], part["offset"]) == (kinds["observation"], 2, 1)
        assert [hit["kind"] for hit in part["hits"]] == ["observation"] * 2
        selected = [one["value"] for one in part["facets"]["kind"] if "selected" in one]
        assert selected == ["observation"]

    @pytest.mark.parametrize("value", ["ecode:topic/network", iris.concept("topic", "network")])
    def test_a_value_as_curie_or_iri(self, complete: Server, value: str) -> None:
        found = fetch(complete, "/api/search", q="", topic=value).json
        (one,) = [one for one in found["facets"]["topic"] if one.get("selected")]
        assert (one["value"], one["count"]) == ("ecode:topic/network", found["total"])
        assert one["label"]["zh"]

    def test_several_values(self, complete: Server) -> None:
        found = fetch(complete, "/api/search", q="", kind=["indicator", "person"]).json
        assert {one["value"] for one in found["facets"]["kind"] if one.get("selected")} == {
            "indicator",
            "person",
        }

    def test_nothing_is_found(self, complete: Server) -> None:
        found = fetch(complete, "/api/search", q="Shaanxxi").json
        assert (found["hits"], found["total"]) == ([], 0)
        assert found["nearest"][0]["iri"] == SHAANXI
        narrowed = fetch(complete, "/api/search", q="Shaanxi", topic="ecode:topic/none").json
        assert (narrowed["total"], narrowed["unfiltered"] > 0, narrowed["nearest"]) == (0, True, [])

    @pytest.mark.parametrize("path", ["/{}/", "/{}/id/region/610000", "/{}/sparql", "/{}/nothing-here"])
    @pytest.mark.parametrize("lang", ["en", "zh"])
    def test_every_page_leads_to_it_in_its_language(self, complete: Server, path: str, lang: str) -> None:
        root = parse(fetch(complete, path.format(lang), headers=BROWSER).body)
        (link,) = [one for one in root.iter("link") if one.get("rel") == "search"]
        assert link.get("type") == "application/opensearchdescription+xml"
        assert link.get("title")
        found = ElementTree.fromstring(fetch(complete, link.get("href", "")).body)
        assert found.findtext(f"{OPEN_SEARCH}Language") == lang

    def test_revalidation(self, complete: Server) -> None:
        reply = fetch(complete, "/api/search", q="陕西")
        again = fetch(complete, "/api/search", q="陕西", headers={"If-None-Match": reply.headers["etag"]})
        assert (again.status, again.body) == (304, b"")
        tags = {
            fetch(complete, f"/api/search?{query}").headers["etag"]
            for query in (
                "q=a",
                "q=a&limit=1",
                "q=a&offset=1",
                "q=a&kind=region",
                "q=a&type=region",
                "q=a&lang=zh",
            )
        }
        assert len(tags) == 6

    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("limit=x", "limit"),
            ("limit=%C2%B2", "limit"),
            ("offset=-1", "offset"),
            ("offset=10001", "offset"),
            (f"q={'a' * 201}", "q"),
            (f"q={quote('市') * 201}", "q"),
            ("&".join(f"kind=k{n}" for n in range(21)), "kind"),
        ],
    )
    def test_bounds(self, complete: Server, query: str, parameter: str) -> None:
        reply = fetch(complete, f"/api/search?{query}")
        assert (reply.status, reply.json["parameter"]) == (400, parameter)
        assert reply.json["detail_zh"]

    @pytest.mark.parametrize(
        "query",
        [
            "q=%22",
            "q=%00",
            "q=%FF%FE",
            "q=a+OR+%22",
            "q=NEAR(a",
            "q=%ED%A0%80",
            "",
            "q=a&kind=",
            "q=a&type=%22",
        ],
    )
    def test_what_is_sent_is_never_an_error(self, complete: Server, query: str) -> None:
        assert fetch(complete, f"/api/search?{query}").status == 200
        assert fetch(complete, f"/api/suggest?{query}").status == 200


@pytest.mark.parametrize("query", ["q=a&kind=none", "q=a&type=none", "q=%22&area=", "kind=none&kind="])
def test_the_page_takes_any_value(complete: Server, query: str) -> None:
    assert fetch(complete, f"/en/search?{query}").status == 200


class TestSuggest:
    def test_four_lists(self, complete: Server) -> None:
        place = f"{complete.url}/zh/id/region"
        assert suggestions(complete, q="shan", lang="zh", limit="2") == [
            "shan",
            ["山西省", "上海市"],
            ["地区，中国", "地区，中国"],
            [f"{place}/140000", f"{place}/310000"],
        ]

    def test_in_english(self, complete: Server) -> None:
        found = suggestions(complete, q="610102")
        assert found[:3] == ["610102", ["Xincheng District"], ["Region, Xi'an"]]

    def test_nothing(self, complete: Server) -> None:
        assert suggestions(complete, q=" ") == ["", [], [], []]
        assert fetch(complete, "/api/suggest?limit=0").status == 400


class TestDescription:
    @pytest.mark.parametrize("lang", ["en", "zh"])
    def test_it_describes_what_there_is(self, complete: Server, lang: str) -> None:
        reply = fetch(complete, f"/opensearch.xml?lang={lang}")
        assert reply.media_type == "application/opensearchdescription+xml"
        root = ElementTree.fromstring(reply.body)
        assert root.findtext(f"{OPEN_SEARCH}Language") == lang
        name = root.findtext(f"{OPEN_SEARCH}ShortName") or ""
        assert 0 < len(name) <= 16  # OpenSearch 1.1, section 4.2
        urls = {one.get("type"): one.get("template", "") for one in root.iter(f"{OPEN_SEARCH}Url")}
        assert urls["text/html"] == f"{complete.url}/{lang}/search?q={{searchTerms}}"
        for media_type in ("application/json", "application/x-suggestions+json"):
            path = urls[media_type].removeprefix(complete.url).replace("{searchTerms}", quote("陕西"))
            answer = fetch(complete, re.sub(r"[^?&]+=\{\w+\?\}&?", "", path))
            assert (answer.status, answer.media_type) == (200, media_type)
            assert answer.headers["content-language"] == lang
        own = urls["application/opensearchdescription+xml"].removeprefix(complete.url)
        assert fetch(complete, own).body == reply.body

    def test_revalidation(self, complete: Server) -> None:
        tag = fetch(complete, "/opensearch.xml").headers["etag"]
        assert fetch(complete, "/opensearch.xml", headers={"If-None-Match": tag}).status == 304


class TestThePast:
    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_each_release_has_its_names(self, past: Past, number: int) -> None:
        release = past.ids[number - 1]
        found = fetch(past.server, "/api/search", q="north", asOf=release).json
        assert found["release"] == release
        assert [hit["label"]["en"] for hit in found["hits"]] == [f"North {number}"]
        assert found["hits"][0]["url"] == f"{past.server.url}/en/id/region/x1?asOf={release}"
        assert suggestions(past.server, q="北", lang="zh", asOf=release)[1] == [f"北{number}"]

    def test_the_current_one(self, past: Past) -> None:
        (hit,) = fetch(past.server, "/api/search", q="north").json["hits"]
        assert (hit["iri"], hit["label"]["zh"]) == (THING, "北3")
        assert hit["url"] == f"{past.server.url}/en/id/region/x1"


@pytest.mark.parametrize("place", PLACES)
class TestNoIndex:
    def test_a_playground_has_none(self, playing: Writable, place: str) -> None:
        reply = playing.ask("GET", place)
        assert reply.status == 404
        assert "playground" in reply.json["detail_en"]
        assert "试验模式" in reply.json["detail_zh"]

    def test_an_older_release_may_have_none(self, without: Server, place: str) -> None:
        reply = fetch(without, place)
        assert reply.status == 404
        assert "search index" in reply.json["detail_en"]
        assert "检索索引" in reply.json["detail_zh"]


def test_a_damaged_index_tells_nobody_where_it_is(tmp_path: Path) -> None:
    release = publish(tmp_path, 'eid:a\\/b rdfs:label "a"@en .', searchable=True)
    assert release.labels is not None
    with running(Settings(home=tmp_path, evaluators=1), release) as server:
        release.labels.write_bytes(b"no database")
        reply = fetch(server, "/api/search?q=a")
        assert (reply.status, reply.json["type"].rpartition("/")[2]) == (500, "release-error")
        assert str(tmp_path) not in reply.body.decode()
