"""`/api/terms`: what can be completed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from egov_kg.namespaces import PREFIXES
from support.past import Past
from support.service import Server, fetch


def terms(server: Server, **parameters: str) -> list[dict[str, Any]]:
    """The terms of an answer."""
    reply = fetch(server, f"/api/terms?{urlencode(parameters)}")
    assert reply.status == 200
    found: list[dict[str, Any]] = reply.json["terms"]
    return found


def test_a_class(past: Past) -> None:
    (found,) = [one for one in terms(past.server, kind="class") if one["curie"] == "egov:Region"]
    assert found["label"] == {"en": "Region", "zh": "地区"}
    assert found["comment"] == {"en": "A place."}
    assert found["count"] == 1


def test_what_is_used_but_not_declared(past: Past) -> None:
    found = {one["curie"]: one["count"] for one in terms(past.server, kind="property")}
    assert found["skos:notation"] == 1
    assert found["rdfs:label"] == 6


def test_a_code_list(past: Past) -> None:
    (found,) = terms(past.server, kind="codelist")
    assert (found["curie"], found["count"]) == ("ecode:level", 1)


def test_a_code_has_a_name_that_can_stand_in_a_query(past: Past) -> None:
    reply = fetch(past.server, "/api/terms", kind="code").json
    (found,) = reply["terms"]
    assert (found["iri"], found["curie"]) == ("https://w3id.org/egov-kg/code/level/one", "c-level:one")
    assert reply["prefixes"] == PREFIXES | {"c-level": "https://w3id.org/egov-kg/code/level/"}
    query = f"PREFIX c-level: <{reply['prefixes']['c-level']}> ASK {{ c-level:one a ?class }}"
    assert fetch(past.server, query=query).json["boolean"] is True


@pytest.mark.parametrize("wanted", ["陕西", "shaanxi", "region:610000"])
def test_a_region_is_found_by_either_name_and_by_its_code(complete: Server, wanted: str) -> None:
    found = [one for one in terms(complete, q=wanted, kind="code") if one["curie"] == "region:610000"]
    assert [one["label"] for one in found] == [{"en": "Shaanxi", "zh": "陕西省"}]
    assert found[0]["count"] > 0


@pytest.mark.parametrize(
    ("wanted", "first"),
    [("reg", "egov:Region"), ("REGION", "egov:Region"), ("地", "egov:Region"), ("notat", "skos:notation")],
)
def test_names_that_begin_so_come_first(past: Past, wanted: str, first: str) -> None:
    assert terms(past.server, q=wanted)[0]["curie"] == first


def test_a_name_that_there_is_not(past: Past) -> None:
    reply = fetch(past.server, "/api/terms", q="no such name").json
    assert (reply["terms"], reply["total"], reply["prefixes"]) == ([], 0, PREFIXES)


@pytest.mark.parametrize(
    ("name", "value"),
    [("limit", "0"), ("limit", "x"), ("limit", "1001"), ("limit", "-1"), ("kind", "x"), ("limit", "")],
)
def test_bad_parameters(past: Past, name: str, value: str) -> None:
    reply = fetch(past.server, f"/api/terms?{urlencode({name: value})}")
    assert (reply.status, reply.json["parameter"]) == (400, name)


def test_the_limit_and_the_past(past: Past) -> None:
    assert len(terms(past.server, limit="1")) == 1
    old = fetch(past.server, "/api/terms", asOf=past.ids[0])
    assert old.json["release"] == past.ids[0]
    assert old.headers["etag"] != fetch(past.server, "/api/terms").headers["etag"]
    assert (
        fetch(
            past.server,
            "/api/terms",
            headers={"If-None-Match": fetch(past.server, "/api/terms").headers["etag"]},
        ).status
        == 304
    )


def test_the_project_s_own(complete: Server) -> None:
    (value,) = [one for one in terms(complete, q="egov:lowerBound") if one["curie"] == "egov:lowerBound"]
    assert value["kind"] == "property"
    assert value["count"] > 0
    assert set(value["label"]) == {"en", "zh"}
    assert len(terms(complete, kind="codelist", limit="1000")) > 20
