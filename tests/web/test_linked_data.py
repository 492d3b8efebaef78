"""Linked data: names lead to documents, documents come in every format and view, and say what they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import DefaultGraph, parse
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic

from egov_kg.formats import RDF
from egov_kg.iris import BASE
from egov_kg.namespaces import expand
from egov_kg.publish.views import PROFILES
from egov_kg.release.build import build
from egov_kg.resources import Sources
from egov_kg.settings import Settings
from egov_kg.store.rdf_io import rdf_format
from support.releases import publish
from support.sources import ROOT
from support.strange import client_of

OBSERVATION = "id/observation/2012-2013-shaanxi-construction-cost"
DATASET = "id/dataset/report-2012-2013"
NAMES = [OBSERVATION, DATASET, "id/region/610000", "code/level", "code/level/county"]
OLD = (
    'eid:thing-one/a rdfs:label "one"@en .\n'
    'eid:thing-two/b rdfs:label "two"@en ; owl:deprecated true ; dcterms:isReplacedBy <{0}id/thing-one/a> .\n'
    'eid:thing-two/c rdfs:label "three"@en ; owl:deprecated true .'
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    home = tmp_path_factory.mktemp("home")
    build(Sources(ROOT), Settings(home), engine="shacl")
    with client_of(home) as made:
        yield made


def old(turtle: str) -> str:
    """Turtle has no local names with a slash."""
    return (
        turtle.format(BASE)
        .replace("eid:thing-one/a", f"<{BASE}id/thing-one/a>")
        .replace("eid:thing-two/b", f"<{BASE}id/thing-two/b>")
        .replace("eid:thing-two/c", f"<{BASE}id/thing-two/c>")
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("text/html", "html"),
        ("text/turtle", "ttl"),
        ("*/*", "ttl"),
        ("application/ld+json;q=0.9, text/html;q=0.8", "jsonld"),
        ("application/rdf+xml, text/turtle;q=0.5", "rdf"),
        ("text/html;q=0.1, application/n-quads;q=0.2", "nq"),
    ],
)
def test_a_name_leads_to_the_document_the_client_likes_best(
    client: FlaskClient, name: str, accept: str, suffix: str
) -> None:
    reply = client.get(f"/{name}", headers={"Accept": accept})
    assert reply.status_code == 303
    assert reply.headers["Location"] == (f"/en/{name}" if suffix == "html" else f"/doc/{name}.{suffix}")
    assert "Accept" in reply.headers["Vary"]
    assert client.get(reply.headers["Location"]).status_code == 200


@pytest.mark.parametrize("path", [f"/{OBSERVATION}", f"/doc/{OBSERVATION}", "/ontology", "/code/level"])
def test_nothing_acceptable_is_406(client: FlaskClient, path: str) -> None:
    reply = client.get(path, headers={"Accept": "image/png"})
    assert reply.status_code == 406
    assert "text/turtle" in reply.get_json()["available"]


def test_what_decides_the_document_is_passed_on(client: FlaskClient) -> None:
    reply = client.get(f"/{OBSERVATION}?lang=zh&_profile=schema&else=1", headers={"Accept": "text/turtle"})
    assert reply.headers["Location"] == f"/doc/{OBSERVATION}.ttl?_profile=schema&lang=zh"


@pytest.mark.parametrize("path", [f"/{OBSERVATION}", f"/doc/{OBSERVATION}", f"/doc/{OBSERVATION}.html"])
def test_readers_are_led_to_the_page_in_their_language(client: FlaskClient, path: str) -> None:
    reply = client.get(f"{path}?x=1", headers={"Accept": "text/html", "Accept-Language": "zh-CN"})
    assert (reply.status_code, reply.headers["Location"]) == (303, f"/zh/{OBSERVATION}?x=1")
    assert {"Accept", "Accept-Language"} <= set(reply.headers["Vary"].split(", "))
    asked = client.get(f"{path}?lang=en", headers={"Accept": "text/html", "Accept-Language": "zh-CN"})
    assert asked.headers["Location"] == f"/en/{OBSERVATION}"


@pytest.mark.parametrize("path", [*(f"/doc/{name}" for name in NAMES), "/ontology"])
def test_all_formats_say_the_same(client: FlaskClient, path: str) -> None:
    said = set()
    for syntax in RDF:
        reply = client.get(f"{path}.{syntax.suffix}")
        assert reply.status_code == 200
        assert reply.mimetype == syntax.media_type
        quads = list(parse(reply.data, rdf_format(syntax.name)))
        assert {quad.graph_name for quad in quads} == {DefaultGraph()}
        said.add(frozenset(quads))
    assert len(said) == 1  # no blank nodes, so isomorphic is equal
    assert len(next(iter(said))) > 5


def test_the_document_without_a_suffix_negotiates_in_place(client: FlaskClient) -> None:
    reply = client.get(f"/doc/{OBSERVATION}", headers={"Accept": "application/ld+json"})
    assert reply.status_code == 200
    assert reply.mimetype == "application/ld+json"
    assert reply.headers["Content-Location"] == f"/doc/{OBSERVATION}.jsonld"
    assert {"Accept", "Accept-Profile", "Accept-Language"} <= {
        v.strip() for v in reply.headers["Vary"].split(",")
    }


def test_a_document_says_what_it_is(client: FlaskClient) -> None:
    reply = client.get(f"/doc/{OBSERVATION}.ttl")
    links = reply.headers["Link"]
    assert f'<{BASE}{OBSERVATION}>; rel="cite-as"' in links
    assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in links
    assert f'</{DATASET}>; rel="collection"' in links
    assert '</.well-known/void>; rel="describedby"' in links
    assert f'</doc/{OBSERVATION}.jsonld>; rel="alternate"; type="application/ld+json"' in links
    assert reply.headers["ETag"]
    assert reply.headers["Last-Modified"]
    graph = Graph().parse(data=reply.data, format="turtle")
    document = URIRef(f"{BASE}doc/{OBSERVATION}")
    assert (document, URIRef(expand("foaf:primaryTopic")), URIRef(BASE + OBSERVATION)) in graph
    again = client.get(f"/doc/{OBSERVATION}.ttl", headers={"If-None-Match": reply.headers["ETag"]})
    assert again.status_code == 304
    other = client.get(f"/doc/{OBSERVATION}.nt", headers={"If-None-Match": reply.headers["ETag"]})
    assert other.status_code == 200


@pytest.mark.parametrize("profile", [one for one in PROFILES if one.token != "qb"], ids=lambda one: one.token)
def test_the_dataset_has_every_view(client: FlaskClient, profile: object) -> None:
    assert isinstance(profile, type(PROFILES[0]))
    by_header = client.get(
        f"/doc/{DATASET}", headers={"Accept": "text/turtle", "Accept-Profile": f"<{profile.uri}>"}
    )
    by_name = client.get(f"/doc/{DATASET}.ttl?_profile={profile.token}")
    assert by_header.headers["Content-Profile"] == by_name.headers["Content-Profile"] == f"<{profile.uri}>"
    graph = Graph().parse(data=by_header.data, format="turtle")
    assert isomorphic(graph, Graph().parse(data=by_name.data, format="turtle"))
    native = Graph().parse(data=client.get(f"/doc/{DATASET}.ttl").data, format="turtle")
    assert not isomorphic(graph, native)
    namespace = {
        "cube-link": "https://cube.link/",
        "schema": "https://schema.org/",
        "dcat": "http://www.w3.org/ns/dcat#",
    }
    assert any(str(predicate).startswith(namespace[profile.token]) for predicate in graph.predicates())
    assert f'profile="{profile.uri}"' in by_name.headers["Link"]


def test_a_view_that_a_resource_has_not(client: FlaskClient) -> None:
    reply = client.get("/doc/code/level.ttl?_profile=cube-link")
    assert reply.status_code == 406
    assert "qb" in reply.get_json()["available"]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("path", [*(f"/{name}" for name in NAMES), "/ontology", "/shape/ic-01"])
def test_pages_come_in_both_languages(client: FlaskClient, path: str, lang: str) -> None:
    reply = client.get(f"/{lang}{path}", headers={"Accept-Language": "fr"})
    assert reply.status_code == 200
    assert reply.headers["Content-Language"] == lang
    assert f'<html lang="{lang}">' in reply.text
    assert ("其他格式" in reply.text) is (lang == "zh")


@pytest.mark.parametrize(
    "path",
    [
        "/id/region/nothing",
        "/id/region/610000x",
        "/doc/id/region/nothing.ttl",
        "/doc/id/region/610000.xyz",
        "/doc/id/../../etc/passwd",
        "/doc/graph/regions",
        "/code/nothing",
        "/ontology.xyz",
        "/id/Region/610000",
        "/id/region/%3Cscript%3E",
        "/shape/nothing",
        "/problem/nothing",
    ],
)
def test_what_is_not_known_is_404(client: FlaskClient, path: str) -> None:
    reply = client.get(path)
    assert reply.status_code == 404
    assert reply.mimetype == "application/problem+json"
    assert reply.get_json()["detail_zh"]


def test_what_an_earlier_release_had_is_gone(tmp_path: Path) -> None:
    first = publish(tmp_path, old(OLD))
    publish(tmp_path, f'<{BASE}id/thing-one/z> rdfs:label "new"@en .')
    with client_of(tmp_path) as client:
        reply = client.get("/id/thing-one/a")
        assert reply.status_code == 410
        assert reply.get_json()["release"] == first.id
        assert client.get("/doc/id/thing-one/a.html").status_code == 410
        assert client.get("/id/thing-one/q").status_code == 404
        assert client.get("/id/thing-one/z").status_code == 303


def test_what_is_deprecated_points_on_or_is_gone(tmp_path: Path) -> None:
    publish(tmp_path, old(OLD))
    with client_of(tmp_path) as client:
        replaced = client.get("/id/thing-two/b")
        assert replaced.status_code == 301
        assert replaced.headers["Location"] == "/id/thing-one/a"
        assert client.get("/doc/id/thing-two/b.ttl").status_code == 200
        assert client.get("/id/thing-two/c").status_code == 410


def test_no_data_lead_to_another_host_or_break_the_head(tmp_path: Path) -> None:
    deceptive = f"<{BASE}/evil.example/x>"
    publish(
        tmp_path,
        old(
            'eid:thing-one/a rdfs:label "one" ; rdfs:seeAlso '
            + deceptive
            + " ; dcterms:isPartOf <http://\u4f8b.example/\u4e2d> .\n"
            + "eid:thing-two/b owl:deprecated true ; dcterms:isReplacedBy "
            + deceptive
            + " .\n"
        ),
    )
    with client_of(tmp_path) as client:
        page = client.get("/en/id/thing-one/a")
        assert 'rel="collection"' in page.headers["Link"]
        assert page.headers["Link"].isascii()
        assert b'href="//' not in page.data
        assert client.get("/id/thing-two/b").status_code == 410


@pytest.mark.parametrize("path", ["/shape/ic-01", "/problem/query-timeout"])
def test_definitions_dereference(client: FlaskClient, path: str) -> None:
    reply = client.get(path, headers={"Accept": "text/turtle"})
    graph = Graph().parse(data=reply.data, format="turtle")
    labels = list(graph.objects(URIRef(BASE + path[1:]), URIRef(expand("rdfs:label"))))
    assert {getattr(label, "language", None) for label in labels} == {"en", "zh"}
    assert client.get(f"{path}.html?lang=zh").headers["Location"] == f"/zh{path}"
    assert client.get(f"/zh{path}").status_code == 200


def test_every_problem_that_an_error_names_is_explained(client: FlaskClient) -> None:
    body = client.get("/id/region/nothing").get_json()
    assert client.get(body["type"].removeprefix(BASE.rstrip("/"))).status_code == 200
