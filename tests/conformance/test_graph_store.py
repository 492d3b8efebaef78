"""SPARQL 1.1 Graph Store HTTP Protocol: one test for each requirement, over real sockets."""

from __future__ import annotations

from urllib.parse import quote

import pyoxigraph as ox
import pytest

from support.writable import GRAPHS, STAGING, Writable

ONE, TWO, THREE, DEEP = STAGING
TURTLE = "@prefix e: <http://e/> . e:a e:p e:b ; e:q '城'@zh ."
LINES = {"<http://e/a> <http://e/p> <http://e/b> .", '<http://e/a> <http://e/q> "城"@zh .'}
FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
}


def at(graph: str) -> str:
    return f"/graphs?graph={quote(graph, safe='')}"


def put(service: Writable, target: str, body: str = TURTLE, content_type: str = "text/turtle") -> int:
    return service.ask("PUT", target, body, Content_Type=content_type).status


def test_4_1_and_4_2_a_graph_has_two_addresses(writing: Writable) -> None:
    assert put(writing, "/graph/some/where") in (200, 201, 204)
    assert writing.triples(DEEP) == LINES
    direct = writing.ask("GET", "/graph/some/where", Accept="application/n-triples")
    assert set(direct.body.decode().splitlines()) == LINES


@pytest.mark.parametrize(
    "query", ["", "?graph=", "?graph=relative", "?default&graph=a:b", "?graph=a:b&graph=a:c"]
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_4_2_exactly_one_graph_is_named(writing: Writable, method: str, query: str) -> None:
    reply = writing.ask(method, f"/graphs{query}", Content_Type="text/turtle")
    if (method, query) == ("GET", ""):  # the address of the store itself leads to what it holds
        assert (reply.status, reply.headers["location"]) == (303, "/en/datasets")
    else:
        assert reply.status == 400


@pytest.mark.parametrize("media_type", FORMATS)
def test_5_2_get_in_every_format(writing: Writable, media_type: str) -> None:
    put(writing, at(ONE))
    reply = writing.ask("GET", at(ONE), Accept=media_type)
    assert reply.status == 200
    assert reply.headers["content-type"].partition(";")[0] == media_type
    assert {f"{quad.triple} ." for quad in ox.parse(reply.body, FORMATS[media_type])} == LINES


def test_5_2_get_of_no_graph_and_in_no_format(writing: Writable) -> None:
    assert writing.ask("GET", at("http://e/nowhere")).status == 404
    assert writing.ask("GET", "/graph/nowhere").status == 404
    put(writing, at(ONE))
    assert writing.ask("GET", at(ONE), Accept="image/png").status == 406


def test_5_2_get_of_the_default_graph(writing: Writable) -> None:
    reply = writing.ask("GET", "/graphs?default", Accept="application/n-triples")
    assert reply.status == 200
    assert b"<https://w3id.org/egov-kg/id/region/110000>" in reply.body


def test_the_default_graph_is_written_to_where_it_is_a_graph_like_others(playing: Writable) -> None:
    assert playing.update("DROP ALL").status == 200
    assert put(playing, "/graphs?default") in (200, 201, 204)
    assert playing.triples("") == LINES
    more = "<http://e/x> <http://e/y> <http://e/z> ."
    assert playing.ask("POST", "/graphs?default", more, Content_Type="text/turtle").status in (200, 204)
    assert playing.triples("") == {*LINES, more}
    assert playing.ask("DELETE", "/graphs?default").status in (200, 204)
    assert playing.ask("GET", "/graphs?default").status == 200
    assert playing.triples("") == set()


def test_5_3_put_of_nothing_makes_an_empty_graph(playing: Writable) -> None:
    playing.update("DROP ALL")
    assert put(playing, at(ONE), "") == 201
    assert playing.ask("GET", at(ONE)).status == 200


def test_5_3_put_makes_a_graph_or_replaces_it(writing: Writable) -> None:
    writing.ask("DELETE", at(ONE))
    assert put(writing, at(ONE)) == 201
    assert put(writing, at(ONE), "<http://e/x> <http://e/y> <http://e/z> .") in (200, 204)
    assert writing.triples(ONE) == {"<http://e/x> <http://e/y> <http://e/z> ."}


def test_5_4_delete_removes_a_graph(writing: Writable) -> None:
    put(writing, at(TWO))
    assert writing.ask("DELETE", at(TWO)).status in (200, 204)
    assert writing.ask("GET", at(TWO)).status == 404
    assert writing.ask("DELETE", at(TWO)).status == 404


def test_5_5_post_merges(writing: Writable) -> None:
    writing.ask("DELETE", at(THREE))
    assert writing.ask("POST", at(THREE), TURTLE, Content_Type="text/turtle").status == 201
    more = "<http://e/x> <http://e/y> <http://e/z> ."
    assert writing.ask("POST", at(THREE), more, Content_Type="text/turtle").status in (200, 204)
    assert writing.triples(THREE) == {*LINES, more}


def test_5_5_post_to_the_store_makes_a_graph_with_a_new_name(writing: Writable) -> None:
    """The rules of the release apply to a graph that is not exempt: its things need labels."""
    body = (
        "<https://w3id.org/egov-kg/id/thing/minted> <http://www.w3.org/2000/01/rdf-schema#comment> 'x'@en ."
    )
    reply = writing.ask("POST", "/graphs", body, Content_Type="text/turtle")
    assert reply.status == 201, reply.body
    place = reply.headers["location"]
    assert place.startswith("/graph/g-")
    assert writing.ask("GET", place, Accept="application/n-triples").status == 200
    assert writing.ask("DELETE", place).status in (200, 204)


def test_5_6_head_is_get_without_a_body(writing: Writable) -> None:
    put(writing, at(ONE))
    got, head = writing.ask("GET", at(ONE)), writing.ask("HEAD", at(ONE))
    assert (head.status, head.body) == (200, b"")
    assert head.headers["etag"] == got.headers["etag"]
    assert head.headers["content-type"] == got.headers["content-type"]
    assert writing.ask("HEAD", at("http://e/nowhere")).status == 404


def test_5_7_patch_is_not_there(writing: Writable) -> None:
    for target in (at(ONE), "/graph/one", "/graphs"):
        reply = writing.ask("PATCH", target, "INSERT DATA {}", Content_Type="application/sparql-update")
        assert reply.status == 405
        assert {"GET", "PUT", "POST", "DELETE"} <= set(reply.headers["allow"].split(", "))


def test_relative_iris_are_resolved_against_the_graph(writing: Writable) -> None:
    put(writing, "/graph/one", "<a> <#p> <> .")
    assert writing.triples(ONE) == {f"<{GRAPHS}a> <{ONE}#p> <{ONE}> ."}


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/turtle", "<http://e/a> <http://e/b>", 400),
        ("application/rdf+xml", "<no-rdf", 400),
        ("application/ld+json", "{", 400),
        ("text/plain", TURTLE, 415),
        ("text/turtle; charset=utf-16", TURTLE, 415),
        ("application/n-quads", "<http://e/a> <http://e/b> 1 <http://e/other> .", 400),
        ("application/trig", "<http://e/g> { <http://e/a> <http://e/b> 1 }", 400),
    ],
)
def test_bodies_that_cannot_be_taken(writing: Writable, content_type: str, body: str, status: int) -> None:
    before = writing.triples(ONE)
    reply = writing.ask("PUT", at(ONE), body, Content_Type=content_type)
    assert reply.status == status, reply.body
    assert reply.json["detail_zh"]
    assert writing.triples(ONE) == before


@pytest.mark.parametrize("media_type", FORMATS)
def test_every_format_is_read(writing: Writable, media_type: str) -> None:
    triples = (quad.triple for quad in ox.parse(TURTLE, ox.RdfFormat.TURTLE))
    body = ox.serialize(triples, format=FORMATS[media_type])
    assert body is not None
    assert put(writing, at(ONE), body.decode(), media_type) in (200, 201, 204)
    assert writing.triples(ONE) == LINES


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_part_does_not_pass_for_the_whole(writing: Writable, method: str) -> None:
    """RFC 9110, section 14.5."""
    put(writing, at(ONE))
    fields = {"Content_Type": "text/turtle", "Content_Range": "bytes 0-3/40"}
    reply = writing.ask(method, at(ONE), "<http://e/x> <http://e/y> 1 .", **fields)
    assert (reply.status, reply.json["parameter"]) == (400, "Content-Range")
    assert writing.triples(ONE) == LINES
