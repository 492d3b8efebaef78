"""What holds at every address of the service: other origins, bad input, frames, playgrounds."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from egov_kg.web.reconciliation.reading import MOST_CANDIDATES, MOST_IDS, MOST_QUERIES
from support.reconciliation import form, send
from support.service import Server, fetch
from support.writable import Writable

ADDRESSES = {
    "/reconcile": "GET",
    "/zh/reconcile": "POST",
    "/reconcile/suggest/entity?prefix=a": "GET",
    "/reconcile/flyout/type?id=region": "GET",
    "/reconcile/preview?id=id/region/610000": "GET",
    "/reconcile/view?id=id/region/610000": "GET",
    "/reconcile/propose?type=region": "GET",
    "/reconcile/1.0": "GET",
    "/en/reconcile/1.0/match": "POST",
    "/reconcile/1.0/suggest/type?prefix=": "GET",
    "/reconcile/1.0/preview?id=id/region/610000": "GET",
    "/reconcile/1.0/extend": "POST",
    "/reconcile/1.0/extend/propose?type=region": "GET",
}


@pytest.mark.parametrize(("path", "method"), ADDRESSES.items())
def test_any_origin_may_ask(complete: Server, path: str, method: str) -> None:
    origin = {"Origin": "https://refine.example"}
    preflight = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "content-type"}
    allowed = fetch(complete, path, method="OPTIONS", headers=origin | preflight)
    assert allowed.status == 200
    assert allowed.headers["access-control-allow-origin"] == "*"
    assert method in allowed.headers["access-control-allow-methods"]
    assert "Content-Type" in allowed.headers["access-control-allow-headers"]
    body = b"{" if method == "POST" else None  # errors can be read as well
    reply = fetch(complete, path, method=method, body=body, headers=origin)
    assert reply.status == (415 if method == "POST" else 303 if "/view" in path else 200)
    assert reply.headers["access-control-allow-origin"] == "*"


class TestPreview:
    @pytest.mark.parametrize("path", ["/zh/reconcile/preview", "/zh/reconcile/1.0/preview"])
    def test_a_frame_of_another_origin_may_show_it(self, complete: Server, path: str) -> None:
        reply = fetch(complete, path, id="id/region/610000")
        assert (reply.status, reply.media_type, reply.headers["content-language"]) == (200, "text/html", "zh")
        policy = reply.headers["content-security-policy"]
        assert "frame-ancestors *" in policy
        assert "script-src" not in policy
        assert "default-src 'none'" in policy
        text = reply.body.decode()
        assert len(reply.body) < 8_000
        for shown in ("陕西省", "Shaanxi", "610000", "超过30", f"{complete.url}/zh/id/region/610000"):
            assert shown in text
        assert "<script" not in text
        again = fetch(complete, path, id="id/region/610000", headers={"If-None-Match": reply.headers["etag"]})
        assert again.status == 304

    def test_nothing_else_may_be_shown_so(self, complete: Server) -> None:
        for path in (
            "/reconcile",
            "/en/id/region/610000",
            "/reconcile/preview",
            "/reconcile/preview?id=none",
        ):
            assert "frame-ancestors 'none'" in fetch(complete, path).headers["content-security-policy"]

    @pytest.mark.parametrize(
        ("id_", "status"), [("", 400), ("none", 404), ("<b>", 404), ("\x00", 404), ("a" * 9000, 404)]
    )
    def test_whose(self, complete: Server, id_: str, status: int) -> None:
        reply = fetch(complete, "/reconcile/preview", id=id_)
        assert (reply.status, reply.media_type) == (status, "application/problem+json")
        assert (
            b"<b>" not in fetch(complete, "/reconcile/preview", id=id_, headers={"Accept": "text/html"}).body
        )

    def test_names_are_no_markup(self, complete: Server) -> None:
        for path in ("/reconcile/preview", "/reconcile/flyout/entity"):
            reply = fetch(complete, path, id="id/observation/2012-2013-shaanxi-server-rooms")
            assert reply.status == 200


DEEP = "[" * 100_000
QUERIES: list[Any] = [
    ("{", 400),
    ("", 400),
    ("null", 400),
    ("[]", 400),
    ("[1]", 400),
    ('"text"', 400),
    (DEEP, 400),
    ('{"q":' + "[" * 900 + "]" * 900 + "}", 400),
    ('{"q": NaN}', 400),
    ('{"q": ' + "9" * 5000 + "}", 400),
    ('{"q": {"query": "\\ud800"}}', 400),
    ('{"\\ud800": {"query": "a"}}', 400),
    ('{"q": null}', 400),
    ('{"q": {}}', 400),
    ('{"q": {"query": ""}}', 200),
    ('{"q": {"query": "a", "properties": [{"pid": "code"}]}}', 400),
    ('{"q": {"query": 5}}', 400),
    ('{"q": {"query": "a", "limit": 0}}', 400),
    ('{"q": {"query": "a", "limit": -1}}', 400),
    ('{"q": {"query": "a", "limit": 1.5}}', 400),
    ('{"q": {"query": "a", "limit": true}}', 400),
    ('{"q": {"query": "a", "limit": "3"}}', 400),
    ('{"q": {"query": "a", "limit": 1e300}}', 200),
    ('{"q": {"query": "a", "type": "planet"}}', 400),
    ('{"q": {"query": "a", "type": ["region", 3]}}', 400),
    ('{"q": {"query": "a", "type": [{"id": "region"}]}}', 200),
    ('{"q": {"query": "a", "type": [{"Id": "region"}]}}', 400),
    ('{"q": {"query": "a", "type": {"id": ""}}}', 400),
    ('{"q": {"query": "a", "type_strict": "maybe"}}', 400),
    ('{"q": {"query": "a", "colour": "red"}}', 400),
    ('{"q": {"query": "a", "properties": {}}}', 200),
    ('{"q": {"query": "a", "properties": {"a": 1}}}', 400),
    ('{"q": {"query": "a", "properties": ["within"]}}', 400),
    ('{"q": {"query": "a", "properties": [{"pid": "colour", "v": "red"}]}}', 400),
    ('{"q": {"query": "a", "properties": [{"pid": "figure", "v": "1"}]}}', 400),
    ('{"q": {"query": "a", "properties": [{"pid": "within", "v": {"name": "x"}}]}}', 400),
    ('{"q": {"query": "a", "properties": [{"pid": "within", "v": [[1]]}]}}', 400),
    ('{"q": {"query": "a", "properties": [{"pid": "within", "v": {"id": "<x> } DROP"}}]}}', 200),
    (json.dumps({"q": {"query": "a", "properties": [{"pid": "code", "v": "1"}] * 11}}), 400),
    (json.dumps({"q": {"query": "a", "properties": [{"pid": "code", "v": ["1"] * 21}]}}), 400),
    (json.dumps({"q": {"query": "市" * 201}}), 200),
    (json.dumps({"q": {"query": "市" * 2001}}), 400),
    (json.dumps({"q": {"query": "a\x00\x1b\x7f\u202e\ufeff\n"}}), 200),
    (json.dumps({"q": {"query": "'; DROP TABLE keys; -- \" NEAR( OR *"}}), 200),
    (json.dumps({"\x00<script>": {"query": "a"}}), 200),
    (json.dumps({str(n): {"query": "a"} for n in range(MOST_QUERIES + 1)}), 413),
]


@pytest.mark.parametrize(("text", "status"), QUERIES, ids=[text[:50] for text, _ in QUERIES])
def test_bad_batches(complete: Server, text: str, status: int) -> None:
    reply = form(complete, queries=text)
    assert reply.status == status, reply.body
    if status != 200:
        assert reply.media_type == "application/problem+json"
        assert reply.json["detail_en"] != reply.json["detail_zh"]


BODIES: list[Any] = [
    ("match", b"", 400),
    ("match", b"\xff\xfe", 400),
    ("match", DEEP.encode(), 400),
    ("match", [], 400),
    ("match", {}, 400),
    ("match", {"queries": {}}, 400),
    ("match", {"queries": [1]}, 400),
    ("match", {"queries": [{"conditions": []}]}, 400),
    ("match", {"queries": [{"type": "region"}]}, 400),
    ("match", {"queries": [{"conditions": [{"propertyValue": "a"}]}]}, 400),
    ("match", {"queries": [{"conditions": [{"matchType": "colour", "propertyValue": "a"}]}]}, 400),
    ("match", {"queries": [{"conditions": [{"matchType": "property", "propertyValue": "a"}]}]}, 400),
    ("match", {"queries": [{"conditions": [{"matchType": "name"}]}]}, 400),
    ("match", {"queries": [{"conditions": [{"matchType": "name", "propertyValue": "a", "v": 1}]}]}, 400),
    ("match", {"queries": [{"conditions": [{"matchType": "name", "propertyValue": ["a"] * 9}]}]}, 400),
    (
        "match",
        {"queries": [{"conditions": [{"matchType": "name", "propertyValue": "a", "required": 1}]}]},
        400,
    ),
    (
        "match",
        {"queries": [{"type": ["region"], "conditions": [{"matchType": "name", "propertyValue": "a"}]}]},
        400,
    ),
    (
        "match",
        {
            "queries": [
                {"conditions": [{"matchType": "name", "propertyValue": "a", "matchQuantifier": "some"}]}
            ]
        },
        400,
    ),
    (
        "match",
        {
            "queries": [
                {"conditions": [{"matchType": "name", "propertyValue": "a", "matchQualifier": "exact"}]}
            ]
        },
        400,
    ),
    (
        "match",
        {"queries": [{"conditions": [{"matchType": "name", "propertyValue": "a"}]}] * (MOST_QUERIES + 1)},
        413,
    ),
    ("extend", {}, 400),
    ("extend", {"ids": [], "properties": []}, 200),
    ("extend", {"ids": ["a"], "properties": [{"id": "colour"}]}, 400),
    ("extend", {"ids": [1], "properties": []}, 400),
    (
        "extend",
        {"ids": ["<x> } DROP", "urn:a b", "\x00"], "properties": [{"id": "within"}, {"id": "figure"}]},
        200,
    ),
    ("extend", {"ids": [f"id/region/{n}" for n in range(MOST_IDS + 1)], "properties": [{"id": "code"}]}, 400),
    ("extend", {"ids": ["a"], "properties": [{"id": "code"}] * 21}, 400),
    ("extend", {"ids": ["a"], "properties": [{"id": "code", "settings": {"limit": -1}}]}, 400),
    ("extend", {"ids": ["a"], "properties": [{"id": "code", "settings": []}]}, 200),
    ("extend", {"ids": ["a"], "properties": [{"id": "code", "settings": [1]}]}, 400),
]


@pytest.mark.parametrize(
    ("path", "body", "status"), BODIES, ids=[f"{one[0]} {one[1]!s:.60}" for one in BODIES]
)
def test_bad_documents(complete: Server, path: str, body: object, status: int) -> None:
    reply = send(complete, f"/reconcile/1.0/{path}", body)
    assert reply.status == status, reply.body
    if status != 200:
        assert reply.json["detail_en"] != reply.json["detail_zh"]


def test_bad_requests(complete: Server) -> None:
    assert form(complete).status == 400
    assert form(complete, queries="{}", extend="{}").status == 400
    assert fetch(complete, "/reconcile?queries={}&queries={}").status == 400
    assert fetch(complete, "/reconcile?queries=%FF").status == 400
    assert fetch(complete, "/reconcile", queries="{}", callback="alert").json["parameter"] == "callback"
    assert fetch(complete, "/reconcile/1.0/match").status == 405
    huge = form(complete, queries=json.dumps({"q": {"query": "a" * 2_000_000}}))
    assert huge.status == 413
    for query in ("limit=0", "limit=101", "limit=x", "offset=-1", "cursor=10001"):
        assert fetch(complete, f"/reconcile/suggest/entity?{query}").status == 400
    for text in ("%00", "%22", quote("市" * 201), "%ED%A0%80"):
        assert fetch(complete, f"/reconcile/suggest/entity?prefix={text}").status == 200


def test_more_than_there_may_be_is_cut(complete: Server) -> None:
    found = form(complete, queries={"q": {"query": "xin", "type": "region", "limit": 10_000}}).json["q"][
        "result"
    ]
    assert 10 < len(found) <= MOST_CANDIDATES


def test_a_playground_has_none(playing: Writable) -> None:
    for path in ("/reconcile", "/reconcile/1.0", "/reconcile/suggest/entity?prefix=a"):
        assert playing.ask("GET", path, token="").status == 404
