"""Updates at `/sparql`: who may write, under which condition, and what they are told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from egov_kg.release.audit import Audit
from egov_kg.release.registry import Registry
from egov_kg.release.tokens import Tokens
from egov_kg.release.writes import ReleaseWriter
from egov_kg.resources import find_sources
from egov_kg.settings import Settings
from egov_kg.web.app import create_app
from egov_kg.web.editions import Editions
from support.service import publish
from support.writable import GRAPHS, STAGING, Writable

ONE, TWO, *_ = STAGING
UPDATE = "application/sparql-update"
SH = "http://www.w3.org/ns/shacl#"
BREAKING = (
    "DELETE WHERE { GRAPH <https://w3id.org/egov-kg/graph/report-test> "
    "{ ?s <https://w3id.org/egov-kg/ontology#qualifier> ?o } }"
)


def insert(value: str, graph: str = ONE) -> str:
    return f"INSERT DATA {{ GRAPH <{graph}> {{ <http://e/update> <http://e/p> '{value}' }} }}"


def test_without_a_token_it_is_asked_for(writing: Writable) -> None:
    reply = writing.update(insert("x"), token="")
    assert reply.status == 401
    assert reply.headers["www-authenticate"] == 'Bearer realm="egov-kg"'
    assert "egov-kg token create" in reply.json["detail_en"]


@pytest.mark.parametrize("header", ["Basic eDp5", "Digest x", "bearer", "", "Token x"])
def test_another_scheme_is_no_token(writing: Writable, header: str) -> None:
    reply = writing.update(insert("x"), token="", Authorization=header)
    assert reply.status == 401
    assert reply.headers["www-authenticate"].startswith('Bearer realm="egov-kg"')


@pytest.mark.parametrize("secret", ["x", "egovkg_00000000_" + "A" * 43, "a b", "a,b", "\u00e9"])
def test_a_token_that_is_not_known(writing: Writable, secret: str) -> None:
    reply = writing.update(insert("x"), token=secret)
    assert reply.status == 401
    assert 'error="invalid_token"' in reply.headers["www-authenticate"]
    assert secret not in reply.json["detail"].split() or secret == "x"


def test_a_token_in_the_url_does_not_count(writing: Writable) -> None:
    assert writing.update(insert("x"), f"?access_token={writing.token}", token="").status == 401


def test_a_token_that_does_not_reach_the_graph(writing: Writable) -> None:
    before = writing.triples(ONE)
    reply = writing.update(insert("beyond"), token=writing.narrow)
    assert reply.status == 403
    assert 'error="insufficient_scope"' in reply.headers["www-authenticate"]
    assert writing.narrow.encode() not in reply.body
    assert writing.triples(ONE) == before


def test_what_a_write_did(writing: Writable) -> None:
    writing.ask("DELETE", "/graph/one")
    reply = writing.update(insert("told") + ";" + insert("told", TWO))
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.json["graphs"][ONE] == {"added": 1, "removed": 0}
    assert reply.json["before"] != reply.json["release"]
    assert reply.headers["etag"] == f'"{reply.json["release"]}"'
    assert f"/releases/{reply.json['release']}" in reply.headers["link"]
    assert reply.headers["cache-control"] == "no-store"
    again = writing.update(insert("told"))
    assert (again.json["graphs"], again.json["release"]) == ({}, again.json["before"])


def test_the_writer_reads_its_own_write(writing: Writable) -> None:
    release = writing.update(insert("own")).json["release"]
    assert writing.ask("GET", "/", Accept="application/json").json["release"] == release


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_for_people(writing: Writable, language: str) -> None:
    reply = writing.update(insert(f"page {language}"), f"?lang={language}", Accept="text/html")
    assert reply.status == 200
    assert reply.headers["content-language"] == language
    assert ONE in reply.body.decode()
    assert ("已写入" in reply.body.decode()) is (language == "zh")


@pytest.mark.parametrize(
    "headers", [{"Prefer": "return=minimal"}, {"Accept": "application/sparql-results+xml"}]
)
def test_nothing_for_who_wants_nothing(writing: Writable, headers: dict[str, str]) -> None:
    reply = writing.update(insert("minimal"), **headers)
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["etag"].startswith('"r')


def test_if_match(writing: Writable) -> None:
    current = writing.update(insert("first")).headers["etag"]
    answer = writing.ask("GET", "/sparql?query=ASK%7B%7D").headers["etag"]
    for tag in ('"r000000000000"', 'W/"r000000000000-0123456789abcdef"', '"x", "y"', "nonsense", ""):
        refused = writing.update(insert("never"), If_Match=tag)
        assert refused.status == 412, tag
        assert refused.json["release"] == current.strip('"')
    assert answer.startswith('W/"' + current.strip('"'))
    assert writing.update(insert("second"), If_Match=f'"other", {answer}').status == 200
    assert writing.update(insert("third"), If_Match=current).status == 412
    assert writing.update(insert("fourth"), If_Match="*").status == 200


def test_data_that_break_a_rule_are_refused_with_the_report(writing: Writable) -> None:
    before = writing.ask("GET", "/", Accept="application/json").json["release"]
    reply = writing.update(BREAKING)
    assert reply.status == 422
    assert reply.json["violations"] >= 1
    assert "qualifier" in reply.json["report"]
    turtle = writing.update(BREAKING, Accept="text/turtle, application/problem+json;q=0.5")
    assert (turtle.status, turtle.headers["content-type"]) == (422, "text/turtle; charset=utf-8")
    conforms = [
        quad.object.value
        for quad in ox.parse(turtle.body, ox.RdfFormat.TURTLE)
        if quad.predicate.value == f"{SH}conforms"
    ]
    assert conforms == ["false"]
    assert writing.ask("GET", "/", Accept="application/json").json["release"] == before


def test_too_deep_an_update_is_refused_before_it_is_tried(writing: Writable) -> None:
    reply = writing.update(f"INSERT {{ }} WHERE {{ {'{' * 100}{'}' * 100} }}")
    assert reply.status == 400
    assert reply.json["type"].endswith("/query-too-complex")


def test_many_flat_brackets_are_not_deep(writing: Writable) -> None:
    assert writing.update(insert("(" * 500 + "{" * 500)).status == 200


def test_service_is_refused(writing: Writable) -> None:
    text = (
        f"INSERT {{ GRAPH <{ONE}> {{ ?s ?p ?o }} }} WHERE {{ SERVICE <http://127.0.0.1:1/> {{ ?s ?p ?o }} }}"
    )
    assert writing.update(text).status == 403


def test_the_default_graph_of_a_release_is_not_written_to(writing: Writable) -> None:
    reply = writing.update("INSERT DATA { <http://e/a> <http://e/b> 1 }")
    assert reply.status == 400
    assert "union" in reply.json["detail_en"]


def test_a_syntax_error_has_its_place_in_the_whole_request(writing: Writable) -> None:
    reply = writing.update(f"{insert('x')} ;\n\n  INSERT DATA {{ GRAPH <{ONE}> {{\n ! }} }}")
    assert (reply.status, reply.json["line"], reply.json["column"]) == (400, 4, 2)


def test_pages_of_other_sites_may_write(writing: Writable) -> None:
    reply = writing.ask(
        "OPTIONS", "/sparql", Origin="https://e.example", Access_Control_Request_Method="POST"
    )
    allowed = reply.headers["access-control-allow-headers"].lower().replace(" ", "").split(",")
    assert {"authorization", "if-match", "content-type"} <= set(allowed)
    methods = reply.headers["access-control-allow-methods"].replace(" ", "").split(",")
    assert {"PUT", "POST", "DELETE", "PATCH"} <= set(methods)
    shown = reply.headers["access-control-expose-headers"].lower().replace(" ", "").split(",")
    assert {"etag", "location", "www-authenticate", "link", "retry-after", "memento-datetime"} <= set(shown)


@pytest.fixture(params=["no writer", "no token"])
def read_only(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FlaskClient]:
    settings = Settings(tmp_path, evaluators=1)
    publish(tmp_path)
    editions = Editions(Registry(tmp_path), settings)
    writer = ReleaseWriter(settings, find_sources()) if request.param == "no token" else None
    try:
        editions.refresh()
        yield create_app(settings, editions, writer=writer).test_client()
    finally:
        editions.close()


def test_a_service_without_tokens_is_read_only(read_only: FlaskClient, tmp_path: Path) -> None:
    reply = read_only.post("/sparql", data=insert("x"), content_type=UPDATE)
    assert reply.status_code == 403
    found = json.loads(reply.data)
    assert found["type"].endswith("/update-forbidden")
    assert "egov-kg token create" in found["detail_en"]
    assert "egov-kg token create" in found["detail_zh"]
    assert read_only.put("/graph/one", data="", content_type="text/turtle").status_code == 403


def test_a_token_made_later_counts_at_once(tmp_path: Path) -> None:
    settings = Settings(tmp_path, evaluators=1)
    publish(tmp_path)
    editions = Editions(Registry(tmp_path), settings)
    try:
        editions.refresh()
        client = create_app(settings, editions, writer=ReleaseWriter(settings, find_sources())).test_client()
        assert client.post("/sparql", data="", content_type=UPDATE).status_code == 403
        Tokens(tmp_path).create("later", [f"{GRAPHS}*"])
        assert client.post("/sparql", data="", content_type=UPDATE).status_code == 401
    finally:
        editions.close()


def test_strangers_are_not_told_where_the_home_folder_is(tmp_path: Path) -> None:
    settings = Settings(tmp_path, evaluators=1)
    publish(tmp_path)
    (tmp_path / "building").write_text("no folder")
    secret = Tokens(tmp_path).create("any", ["*"])[1]
    editions = Editions(Registry(tmp_path), settings)
    try:
        editions.refresh()
        client = create_app(settings, editions, writer=ReleaseWriter(settings, find_sources())).test_client()
        headers = {"Authorization": f"Bearer {secret}"}
        for accept in ("application/json", "text/html"):
            reply = client.post(
                "/sparql", data=insert("x"), content_type=UPDATE, headers={**headers, "Accept": accept}
            )
            assert reply.status_code == 500
            assert b"EGOV_KG_HOME" in reply.data
            assert str(tmp_path).encode() not in reply.data
    finally:
        editions.close()


@pytest.mark.parametrize(
    ("proxies", "told"), [(("127.0.0.0/8",), "203.0.113.9"), (("192.0.2.0/24",), "127.0.0.1")]
)
def test_the_log_has_the_client_and_not_a_proxy_that_is_trusted(
    tmp_path: Path, proxies: tuple[str, ...], told: str
) -> None:
    settings = Settings(tmp_path, evaluators=1, trusted_proxies=proxies)
    publish(tmp_path)
    secret = Tokens(tmp_path).create("any", ["*"])[1]
    editions = Editions(Registry(tmp_path), settings)
    try:
        editions.refresh()
        client = create_app(settings, editions, writer=ReleaseWriter(settings, find_sources())).test_client()
        headers = {"Authorization": f"Bearer {secret}", "X-Forwarded-For": "203.0.113.9"}
        reply = client.post("/sparql", data="NONSENSE", content_type=UPDATE, headers=headers)
        assert reply.status_code == 400
        (attempt,) = Audit(tmp_path).attempts()
        assert (attempt.client, attempt.outcome) == (told, "refused")
    finally:
        editions.close()
