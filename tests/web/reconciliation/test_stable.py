"""Version 0.2 of the Reconciliation Service API, as OpenRefine speaks it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from egov_kg import iris
from support.past import Past
from support.reconciliation import (
    EXTENDED_02,
    FLYOUT,
    MANIFEST_02,
    PROPOSED,
    RESULTS_02,
    SUGGESTED,
    form,
    valid,
)
from support.service import Reply, Server, fetch

SHAANXI, GULOU = "id/region/610000", "id/region/320106"


def manifest(server: Server, path: str = "/reconcile") -> Any:
    return valid(fetch(server, path), MANIFEST_02)


def followed(server: Server, path: str) -> Reply:
    """What a reader gets at an address that may lead to another one of the service."""
    reply = fetch(server, path, headers={"Accept": "text/html"})
    if reply.status != 303:
        return reply
    return fetch(server, reply.headers["location"].removeprefix(server.url), headers={"Accept": "text/html"})


class TestManifest:
    @pytest.mark.parametrize(
        ("path", "name", "region"),
        [
            ("/reconcile", "(en)", "Region"),
            ("/en/reconcile", "(en)", "Region"),
            ("/zh/reconcile", "中文", "地区"),
        ],
    )
    def test_in_each_language(self, complete: Server, path: str, name: str, region: str) -> None:
        found = manifest(complete, path)
        assert name in found["name"]
        assert {one["id"]: one["name"] for one in found["defaultTypes"]}["region"] == region
        assert found["identifierSpace"] == iris.BASE
        for one in (*found["suggest"].values(), found["extend"]["propose_properties"]):
            assert one["service_url"] == f"{complete.url}{path}"

    def test_the_start_page_leads_there(self, complete: Server) -> None:
        assert (
            fetch(complete, "/", headers={"Accept": "application/json"}).json["reconciliation"]
            == "/reconcile"
        )

    def test_a_slash_too_much_and_the_language_of_the_header(self, complete: Server) -> None:
        reply = fetch(complete, "/reconcile/", headers={"Accept-Language": "zh"})
        assert "中文" in valid(reply, MANIFEST_02)["name"]
        assert reply.headers["content-language"] == "zh"
        assert "accept-language" in reply.headers["vary"].lower()

    def test_what_it_names_is_there(self, complete: Server) -> None:
        found = manifest(complete, "/zh/reconcile")
        own = complete.url
        for id_ in ("id%2Fregion%2F610000", "id/region/610000"):
            for template in (found["view"]["url"], found["preview"]["url"]):
                address = template.replace("{{id}}", id_).removeprefix(own)
                assert "陕西省" in followed(complete, address).body.decode()
        assert fetch(complete, found["logo"].removeprefix(own)).media_type == "image/svg+xml"
        assert fetch(complete, found["documentation"].removeprefix(own)).status == 200

    def test_what_it_leads_to_is_of_the_release_that_it_was_asked_of(self, past: Past) -> None:
        server, (id_, *_) = past.server, past.ids
        found = valid(fetch(server, "/en/reconcile", asOf=id_), MANIFEST_02)
        reply = form(server, f"/en/reconcile?asOf={id_}", queries={"q": {"query": "North 1"}})
        (one, *_) = valid(reply, RESULTS_02)["q"]["result"]
        for template in (found["view"]["url"], found["preview"]["url"]):
            address = template.replace("{{id}}", one["id"]).removeprefix(server.url)
            assert "North 1" in followed(server, address).body.decode()
            assert "North 1" not in followed(server, address.replace(f"&asOf={id_}", "")).body.decode()
        flyout = found["suggest"]["entity"]["flyout_service_path"].replace("${id}", one["id"])
        assert "North 1" in fetch(server, f"/en/reconcile{flyout}").body.decode()
        assert "asOf" not in json.dumps(manifest(server))


class TestView:
    def test_every_entity_that_is_suggested_can_be_viewed(self, complete: Server) -> None:
        found = valid(
            fetch(complete, "/zh/reconcile/suggest/entity", prefix="", type="code", limit="100"), SUGGESTED
        )
        foreign = [one["id"] for one in found["result"] if one["id"].startswith("http")]
        assert foreign
        for id_ in foreign:
            reply = fetch(complete, "/zh/reconcile/view", id=id_)
            assert (reply.status, reply.headers["location"]) == (303, id_)
        own = fetch(complete, "/zh/reconcile/view", id=SHAANXI)
        assert own.headers["location"] == f"{complete.url}/zh/{SHAANXI}"

    @pytest.mark.parametrize(
        ("id_", "status"), [("", 400), ("https://example.org/", 404), ("//example.org", 404)]
    )
    def test_it_leads_nowhere_else(self, complete: Server, id_: str, status: int) -> None:
        assert fetch(complete, "/reconcile/view", id=id_).status == status


class TestQueries:
    def test_the_answers_have_the_ids_of_the_queries_in_their_order(self, complete: Server) -> None:
        batch = {f"q{n}": {"query": text} for n, text in ((7, "MIIT"), (0, "陝西"), (3, "610000"), (1, "xx"))}
        found = valid(form(complete, queries=batch), RESULTS_02)
        assert list(found) == list(batch)
        matched = [[one["id"] for one in each["result"] if one["match"]] for each in found.values()]
        assert matched == [["id/organisation/miit"], [SHAANXI], [SHAANXI], []]

    def test_types_properties_and_limits(self, complete: Server) -> None:
        query = {
            "query": "鼓楼区",
            "type": ["region"],
            "limit": 2,
            "type_strict": "should",
            "properties": [
                {"pid": "within", "v": {"id": "id/region/320100", "name": "Nanjing"}},
                {"pid": "level", "v": ""},
            ],
        }
        (first, second) = valid(form(complete, "/zh/reconcile", queries={"q": query}), RESULTS_02)["q"][
            "result"
        ]
        assert (first["id"], first["name"], first["description"]) == (GULOU, "鼓楼区", "地区，南京市")
        assert (first["score"], first["match"], second["match"]) == (100, True, False)
        assert first["type"][0] == {"id": "region", "name": "地区"}
        features = {one["id"]: one["value"] for one in second["features"]}
        assert features["agrees:within"] is False
        assert "agrees:level" not in features  # an empty cell says nothing
        assert features["namesakes"] == 3

    @pytest.mark.parametrize("value", [610000, 610000.0, "610000", ["610000", ""]])
    def test_codes_as_tables_have_them(self, complete: Server, value: object) -> None:
        query = {"type": "region", "properties": [{"pid": "code", "v": value}]}
        (one,) = valid(form(complete, queries={"q": query}), RESULTS_02)["q"]["result"]
        assert (one["id"], one["match"]) == (SHAANXI, True)

    def test_by_get_with_a_tag(self, complete: Server) -> None:
        queries = json.dumps({"q": {"query": "Shanxi"}})
        reply = fetch(complete, "/reconcile", queries=queries)
        assert valid(reply, RESULTS_02)["q"]["result"][0]["id"] == "id/region/140000"
        assert reply.headers["etag"].startswith(f'W/"{complete.release.id}-')
        again = fetch(
            complete, "/reconcile", headers={"If-None-Match": reply.headers["etag"]}, queries=queries
        )
        assert (again.status, again.body) == (304, b"")
        posted = form(complete, queries=queries)
        assert posted.json == reply.json
        assert posted.headers["cache-control"] == "no-store"

    def test_an_empty_cell_takes_no_other_answer_away(self, complete: Server) -> None:
        batch = {
            "a": {"query": "MIIT"},
            "b": {"query": " ", "type": ""},
            "c": {"query": "", "properties": [{"pid": "code", "v": "610000"}]},
        }
        found = valid(form(complete, queries=batch), RESULTS_02)
        firsts = [one["result"][0]["id"] if one["result"] else "" for one in found.values()]
        assert firsts == ["id/organisation/miit", "", SHAANXI]

    def test_an_empty_batch(self, complete: Server) -> None:
        assert valid(form(complete, queries={}), RESULTS_02) == {}

    def test_the_past(self, past: Past) -> None:
        query = json.dumps({"q": {"query": "North 1", "type": "region"}})
        now = valid(form(past.server, queries=query), RESULTS_02)["q"]["result"]
        assert not any(one["match"] for one in now)
        for reply in (
            form(past.server, f"/reconcile?asOf={past.ids[0]}", queries=query),
            fetch(past.server, "/en/reconcile", queries=query, asOf=past.ids[0]),
        ):
            (one,) = valid(reply, RESULTS_02)["q"]["result"]
            assert (one["name"], one["match"]) == ("North 1", True)
            assert reply.headers["memento-datetime"]


class TestSuggestions:
    @pytest.mark.parametrize(
        ("what", "prefix", "id_", "name"),
        [
            ("entity", "陕", SHAANXI, "陕西省"),
            ("entity", "shaan", SHAANXI, "陕西省"),
            ("entity", SHAANXI, SHAANXI, "陕西省"),
            ("type", "地区", "region", "地区"),
            ("type", "egov:Plat", "egov:Platform", "平台"),
            ("property", "lev", "level", "地区级别"),
            ("property", "省级单位", "province", "省级单位"),
            ("property", "外网覆盖率", "code/indicator/extranet-coverage", "政务外网覆盖率"),
        ],
    )
    def test_by_names_and_ids(self, complete: Server, what: str, prefix: str, id_: str, name: str) -> None:
        found = valid(fetch(complete, f"/zh/reconcile/suggest/{what}", prefix=prefix), SUGGESTED)["result"]
        assert (found[0]["id"], found[0]["name"]) == (id_, name)
        flyout = valid(fetch(complete, f"/zh/reconcile/flyout/{what}", id=id_), FLYOUT)
        assert flyout["id"] == id_
        assert f"<strong>{name}</strong>" in flyout["html"]

    @pytest.mark.parametrize("what", ["entity", "type", "property"])
    def test_page_by_page(self, complete: Server, what: str) -> None:
        path = f"/reconcile/suggest/{what}"
        first = valid(fetch(complete, path, prefix="", limit="4"), SUGGESTED)["result"]
        rest = valid(fetch(complete, path, prefix="", limit="2", cursor="2"), SUGGESTED)["result"]
        assert len(first) == 4
        assert first[2:] == rest

    def test_of_a_type(self, complete: Server) -> None:
        path = "/reconcile/suggest/entity"
        for type_, kinds in (
            ("platform", {"platform"}),
            ("egov:Platform", {"platform"}),
            ("", {"region", "platform"}),
        ):
            found = valid(fetch(complete, path, prefix="Shaanxi", type=type_), SUGGESTED)["result"]
            assert {one["notable"][0]["id"] for one in found} == kinds
        assert fetch(complete, path, prefix="a", type="planet").status == 400

    def test_what_there_is_not(self, complete: Server) -> None:
        for path in ("suggest/colour", "flyout/colour", "flyout/type?id=planet", "flyout/entity?id=%3Cb%3E"):
            reply = fetch(complete, f"/reconcile/{path}")
            assert (reply.status, reply.media_type) == (404, "application/problem+json")
            assert reply.json["detail_zh"]


class TestExtension:
    def test_columns(self, complete: Server) -> None:
        ids = [SHAANXI, GULOU, "id/region/none", "no id"]
        wanted = ("within", "province", "level", "code", "name-zh", "name-en", "same-as")
        asked = {"ids": ids, "properties": [{"id": one} for one in wanted]}
        found = valid(form(complete, extend=asked), EXTENDED_02)
        assert [one["id"] for one in found["meta"]] == list(wanted)
        assert list(found["rows"]) == ids
        assert found["rows"][GULOU] == {
            "within": [{"id": "id/region/320100", "name": "Nanjing"}],
            "province": [{"id": "id/region/320000", "name": "Jiangsu"}],
            "level": [{"id": "code/region-level/county", "name": "county"}],
            "code": [{"str": "320106"}],
            "name-zh": [{"str": "鼓楼区"}],
            "name-en": [{"str": "Gulou District"}],
            "same-as": [],
        }
        assert found["rows"][SHAANXI]["same-as"] == [
            {"str": "http://www.wikidata.org/entity/Q47974"},
            {"str": "https://www.omg.org/spec/LCC/Countries/ISO3166-2-SubdivisionCodes-Adjunct/CN-SN"},
        ]
        assert not any(found["rows"]["id/region/none"].values())
        assert not any(found["rows"]["no id"].values())

    @pytest.mark.parametrize(
        ("path", "words", "over"),
        [("/en/reconcile", "over 30", "over 30"), ("/zh/reconcile", "超过 30", "超过30")],
    )
    def test_no_figure_without_its_qualifier(
        self, complete: Server, path: str, words: str, over: str
    ) -> None:
        asked = {
            "ids": [SHAANXI, "id/region/cn"],
            "properties": [
                {"id": "code/indicator/server-rooms-reduced"},
                {"id": "figure", "settings": {"limit": "1"}},
                {"id": "code/indicator/departments-above-threshold"},
            ],
        }
        found = valid(form(complete, path, extend=asked), EXTENDED_02)["rows"]
        rooms, figures, nested = found[SHAANXI].values()
        assert rooms == [{"str": words}]
        assert len(figures) == 1
        assert over in figures[0]["str"]
        assert nested == []
        several = [one["str"] for one in found["id/region/cn"]["code/indicator/departments-above-threshold"]]
        assert len(several) == len(set(several)) > 1
        assert all("80%" in one or "85%" in one for one in several)  # the threshold belongs to it

    def test_proposals(self, complete: Server) -> None:
        found = valid(fetch(complete, "/zh/reconcile/propose", type="region", limit="3"), PROPOSED)
        assert (found["type"], found["limit"]) == ("region", 3)
        assert [one["id"] for one in found["properties"]] == ["within", "province", "level"]
        of_class = valid(fetch(complete, "/reconcile/propose", type="egov:Indicator"), PROPOSED)["properties"]
        assert "unit" in {one["id"] for one in of_class}
        assert "level" not in {one["id"] for one in of_class}
        assert len(valid(fetch(complete, "/reconcile/propose"), PROPOSED)["properties"]) > 40
        assert fetch(complete, "/reconcile/propose", type="planet").status == 400
