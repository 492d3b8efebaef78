"""`/openapi.json`: valid, complete, and true."""

from __future__ import annotations

import re

import pytest
from openapi_spec_validator import validate

from egov_kg.release.registry import Registry
from egov_kg.web.api_model import Operation
from egov_kg.web.api_table import OPERATIONS
from egov_kg.web.app import create_app
from egov_kg.web.editions import Editions
from egov_kg.web.paged import PAGE
from support.past import Past
from support.service import fetch

IMPLIED = {"HEAD", "OPTIONS"}
NEEDED = {
    "/graphs": "?default",
    "/reconcile/preview": "?id=id/region/x1",
    "/reconcile/view": "?id=id/region/x1",
    "/reconcile/1.0/preview": "?id=id/region/x1",
}
"""Query strings without which there is nothing to answer."""


def routes(past: Past) -> dict[str, set[str]]:
    """Path (as OpenAPI writes it) to methods, of every route of the application that is no page's."""
    app = create_app(past.settings, Editions(Registry(past.settings.home), past.settings))
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(PAGE):
            continue
        path = re.sub(r"<(?:\w+:)?(\w+?)_?>", r"{\1}", rule.rule)
        found.setdefault(path, set()).update(method.lower() for method in (rule.methods or set()) - IMPLIED)
    return found


def test_it_is_valid(past: Past) -> None:
    reply = fetch(past.server, "/openapi.json")
    assert reply.media_type == "application/json"
    validate(reply.json)
    assert reply.json["servers"] == [{"url": past.server.url}]
    broken = reply.json
    del broken["info"]["title"]
    with pytest.raises(Exception, match="title"):
        validate(broken)


def test_every_route_is_in_it_and_nothing_else(past: Past) -> None:
    described = {
        path: set(methods) for path, methods in fetch(past.server, "/openapi.json").json["paths"].items()
    }
    assert described == routes(past)


def test_every_variable_of_a_path_is_described(past: Past) -> None:
    document = fetch(past.server, "/openapi.json").json
    for path, methods in document["paths"].items():
        for operation in methods.values():
            named = {known.get("name") for known in operation["parameters"] if known.get("in") == "path"}
            assert named == set(re.findall(r"{(\w+)}", path)), path


def test_it_speaks_both_languages(past: Past) -> None:
    zh = fetch(past.server, "/openapi.json", headers={"Accept-Language": "zh"})
    assert zh.headers["content-language"] == "zh"
    en = fetch(past.server, "/openapi.json").json
    for path, methods in zh.json["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"] == operation["x-zh"] == en["paths"][path][method]["x-zh"]
            assert operation["summary"] != en["paths"][path][method]["summary"]
    tag = {"If-None-Match": zh.headers["etag"], "Accept-Language": "zh"}
    assert fetch(past.server, "/openapi.json", headers=tag).status == 304


def test_only_writing_needs_a_token() -> None:
    assert {one.method for one in OPERATIONS if one.writes} == {"put", "post", "delete", "patch"}


@pytest.mark.parametrize(
    "one", [one for one in OPERATIONS if one.method == "get" and "{" not in one.path], ids=lambda one: one.id
)
def test_what_a_route_gives_is_what_is_said(past: Past, one: Operation) -> None:
    reply = fetch(past.server, one.path + NEEDED.get(one.path, ""))
    assert str(reply.status) in one.statuses, reply.body
    assert reply.media_type in one.types or (reply.status == 303 and not reply.body)
