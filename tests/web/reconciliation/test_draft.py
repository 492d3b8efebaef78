"""Version 1.0-draft of the Reconciliation Service API."""

from __future__ import annotations

from typing import Any

import pytest

from support.past import Past
from support.reconciliation import EXTENDED_10, MANIFEST_10, PROPOSED, RESULTS_10, SUGGESTED, send, valid
from support.service import Server, fetch

ROOT = "/reconcile/1.0"
GULOU = {
    "南京": "id/region/320106",
    "徐州": "id/region/320302",
    "福州": "id/region/350102",
    "开封": "id/region/410204",
}


def name(value: object, **more: object) -> dict[str, object]:
    return {"matchType": "name", "propertyValue": value, **more}


def having(property_: str, value: object, **more: object) -> dict[str, object]:
    return {"matchType": "property", "propertyId": property_, "propertyValue": value, **more}


def asked(server: Server, *conditions: object, path: str = ROOT, **more: object) -> list[Any]:
    """The candidates of one query."""
    reply = send(server, f"{path}/match", {"queries": [{"conditions": list(conditions), **more}]})
    (result,) = valid(reply, RESULTS_10)["results"]
    candidates: list[Any] = result["candidates"]
    return candidates


@pytest.mark.parametrize(("path", "lang"), [(ROOT, "en"), (f"/en{ROOT}", "en"), (f"/zh{ROOT}", "zh")])
def test_the_manifest(complete: Server, path: str, lang: str) -> None:
    reply = fetch(complete, path)
    found = valid(reply, MANIFEST_10)
    assert (found["lang"], reply.headers["content-language"]) == (lang, lang)
    address = found["view"]["url"].replace("{id}", "id%2Fregion%2F610000").removeprefix(complete.url)
    led = fetch(complete, address).headers["location"]
    assert led == f"{complete.url}/{lang}/id/region/610000"


class TestMatch:
    def test_results_come_in_the_order_of_the_queries(self, complete: Server) -> None:
        texts = ["MIIT", "陝西", "nothing like this", "Shanxi"]
        body = {"queries": [{"conditions": [name(text)], "limit": 1} for text in texts], "lang": "en"}
        reply = send(complete, f"{ROOT}/match", body)
        found = [each["candidates"][:1] for each in valid(reply, RESULTS_10)["results"]]
        firsts = [one[0]["id"] if one and one[0]["match"] else "" for one in found]
        assert firsts == ["id/organisation/miit", "id/region/610000", "", "id/region/140000"]
        assert reply.headers["cache-control"] == "no-store"

    def test_in_chinese(self, complete: Server) -> None:
        (one,) = asked(complete, name("Shaanxi"), path=f"/zh{ROOT}", type="region", limit=1)
        assert (one["name"], one["description"]) == ("陕西省", "地区，中国")
        assert {feature["id"]: feature["name"] for feature in one["features"]}["same-name"] == "名称相同"
        header = {"Accept-Language": "zh-CN"}
        body = {"queries": [{"conditions": [name("Shaanxi")]}]}
        reply = send(complete, f"{ROOT}/match", body, header)
        assert reply.json["results"][0]["candidates"][0]["name"] == "陕西省"

    def test_required(self, complete: Server) -> None:
        (one,) = asked(complete, name("鼓楼区"), having("within", "南京市", required=True))
        assert (one["id"], one["match"]) == (GULOU["南京"], True)
        assert not asked(complete, name("鼓楼区"), having("level", "province", required=True))
        assert asked(complete, name("鼓楼区", required=True), having("level", "province"))

    @pytest.mark.parametrize(
        ("quantifier", "agree"), [("any", ["南京", "福州"]), ("all", []), ("none", ["徐州", "开封"])]
    )
    def test_quantifiers(self, complete: Server, quantifier: str, agree: list[str]) -> None:
        places = having("within", ["南京", {"id": "id/region/350100"}], matchQuantifier=quantifier)
        found = asked(complete, name("鼓楼区"), places)
        assert {one["id"] for one in found if one["score"] == 100} == {GULOU[city] for city in agree}

    def test_qualifiers(self, complete: Server) -> None:
        def agreeing(qualifier: str) -> int:
            found = asked(complete, name("鼓楼区"), having("within", "江苏省", matchQualifier=qualifier))
            return sum(one["score"] == 100 for one in found)

        assert (agreeing("anywhere"), agreeing("direct")) == (2, 0)
        (within,) = fetch(complete, f"{ROOT}/suggest/property", prefix="within").json["result"]
        assert [one["id"] for one in within["matchQualifiers"]] == ["anywhere", "direct"]

    def test_without_a_name(self, complete: Server) -> None:
        (one,) = asked(complete, having("code", "610000"), type="region")
        assert (one["id"], one["match"], one["score"]) == ("id/region/610000", True, 100)

    def test_an_empty_cell_says_nothing(self, complete: Server) -> None:
        (one,) = asked(complete, name("610000"), having("within", [None, " "][1]), having("level", None))
        assert (one["id"], one["match"]) == ("id/region/610000", True)
        assert asked(complete, name("")) == []

    def test_no_queries(self, complete: Server) -> None:
        assert valid(send(complete, f"{ROOT}/match", {"queries": []}), RESULTS_10) == {"results": []}


@pytest.mark.parametrize("what", ["entity", "type", "property"])
def test_suggestions(complete: Server, what: str) -> None:
    path = f"{ROOT}/suggest/{what}"
    first = valid(fetch(complete, path, prefix="", limit="4"), SUGGESTED)["result"]
    assert valid(fetch(complete, path, prefix="", limit="2", offset="2"), SUGGESTED)["result"] == first[2:]


def test_extension(complete: Server) -> None:
    body = {"ids": [GULOU["南京"], "id/region/none"], "properties": [{"id": "within"}, {"id": "figure"}]}
    found = valid(send(complete, f"/zh{ROOT}/extend", body), EXTENDED_10)
    assert found["meta"][0] == {"id": "within", "name": "隶属"}
    assert found["rows"] == [
        {
            "id": GULOU["南京"],
            "properties": [
                {"id": "within", "values": [{"id": "id/region/320100", "name": "南京市"}]},
                {"id": "figure", "values": []},
            ],
        },
        {
            "id": "id/region/none",
            "properties": [{"id": "within", "values": []}, {"id": "figure", "values": []}],
        },
    ]
    proposed = valid(fetch(complete, f"{ROOT}/extend/propose", type="organisation"), PROPOSED)
    assert proposed["type"] == "organisation"
    assert "within" in {one["id"] for one in proposed["properties"]}


def test_texts_in_another_language_say_so(complete: Server) -> None:
    body = {"ids": ["id/region/610000"], "properties": [{"id": "name-zh"}, {"id": "name-en"}]}
    for lang, zh, en in (("en", {"lang": "zh"}, {}), ("zh", {}, {"lang": "en"})):
        (row,) = valid(send(complete, f"/{lang}{ROOT}/extend", body), EXTENDED_10)["rows"]
        assert [one["values"] for one in row["properties"]] == [
            [{"str": "陕西省"} | zh],
            [{"str": "Shaanxi"} | en],
        ]


def test_the_past(past: Past) -> None:
    body = {"queries": [{"conditions": [name("North 1")]}]}
    for id_, matches in ((past.ids[0], True), (past.ids[2], False)):
        (result,) = send(past.server, f"{ROOT}/match?asOf={id_}", body).json["results"]
        assert any(one["match"] for one in result["candidates"]) is matches
    view = fetch(past.server, ROOT, asOf=past.ids[0]).json["view"]["url"]
    assert view.endswith(f"/view?id={{id}}&asOf={past.ids[0]}")
