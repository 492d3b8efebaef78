"""`/graphs` and `/graph/<name>`: conditions, uploads, pages, and who may write."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from egov_kg.release.build import build
from egov_kg.release.registry import Registry
from egov_kg.release.tokens import Tokens
from egov_kg.release.writes import Author, ReleaseWriter
from egov_kg.settings import Settings
from egov_kg.sparql.changes import Update
from egov_kg.web.app import create_app
from egov_kg.web.editions import Editions
from support.sources import make_sources
from support.writable import GRAPHS, STAGING, WRITE_BYTES, Writable

ONE, TWO, THREE, _ = STAGING
TURTLE = "<http://e/a> <http://e/p> <http://e/b> ."


def at(graph: str) -> str:
    return f"/graphs?graph={quote(graph, safe='')}"


def form(*parts: tuple[str, str, str]) -> tuple[bytes, str]:
    """A body of multipart/form-data (RFC 7578): name, headers and content of each part."""
    body = b""
    for disposition, media_type, content in parts:
        head = f"Content-Disposition: form-data; {disposition}\r\n"
        head += f"Content-Type: {media_type}\r\n" if media_type else ""
        body += f"--border\r\n{head}\r\n{content}\r\n".encode()
    return body + b"--border--\r\n", "multipart/form-data; boundary=border"


def test_several_files_make_one_graph(writing: Writable) -> None:
    body, content_type = form(
        ('name="a"; filename="a.ttl"', "text/turtle", "<http://e/1> <http://e/p> _:x ."),
        ('name="a"; filename="b.nt"', "", "<http://e/2> <http://e/p> _:x ."),
        (
            'name="c"; filename="c.jsonld"',
            "application/octet-stream",
            '{"@id": "http://e/3", "http://e/p": "三"}',
        ),
    )
    assert writing.ask("PUT", at(ONE), body, Content_Type=content_type).status in (200, 201)
    lines = writing.triples(ONE)
    assert {line.split(" ")[0] for line in lines} == {"<http://e/1>", "<http://e/2>", "<http://e/3>"}
    # Blank nodes of two files are two nodes, whatever they are called.
    assert len({line.split(" ")[2] for line in lines}) == 3


@pytest.mark.parametrize(
    ("parts", "status", "words"),
    [
        ([('name="a"; filename="a.ttl"', "text/turtle", "<a>")], 400, "a.ttl"),
        ([('name="a"; filename="a.xlsx"', "", "x")], 415, "a.xlsx"),
        ([('name="a"; filename="a.ttl"', "image/png", TURTLE)], 415, "image/png"),
        ([('name="a"', "text/turtle", TURTLE)], 400, "file name"),
        ([], 400, "no file"),
    ],
)
def test_uploads_that_cannot_be_taken(
    writing: Writable, parts: list[tuple[str, str, str]], status: int, words: str
) -> None:
    body, content_type = form(*parts)
    before = writing.triples(ONE)
    reply = writing.ask("PUT", at(ONE), body, Content_Type=content_type)
    assert reply.status == status, reply.body
    assert words in reply.json["detail_en"]
    assert writing.triples(ONE) == before


def test_a_mistake_in_a_body_has_a_place(writing: Writable) -> None:
    reply = writing.ask("PUT", at(ONE), "<http://e/a>\n<http://e/b> ?", Content_Type="text/turtle")
    assert (reply.status, reply.json["line"], reply.json["column"]) == (400, 2, 14)


def test_create_only_and_replace_only(writing: Writable) -> None:
    writing.ask("DELETE", at(TWO))
    assert writing.ask("PUT", at(TWO), TURTLE, Content_Type="text/turtle", If_Match="*").status == 412
    assert writing.ask("PUT", at(TWO), TURTLE, Content_Type="text/turtle", If_None_Match="*").status == 201
    assert writing.ask("PUT", at(TWO), "", Content_Type="text/turtle", If_None_Match="*").status == 412
    assert writing.triples(TWO) == {TURTLE}
    assert writing.ask("PUT", at(TWO), TURTLE, Content_Type="text/turtle", If_Match="*").status == 200


def test_a_graph_read_before_is_replaced_only_as_it_was(writing: Writable) -> None:
    writing.ask("PUT", at(TWO), TURTLE, Content_Type="text/turtle")
    tag = writing.ask("GET", at(TWO)).headers["etag"]
    other = "<http://e/a> <http://e/p> 2 ."
    assert writing.ask("PUT", at(TWO), other, Content_Type="text/turtle", If_Match=tag).status == 200
    assert writing.ask("DELETE", at(TWO), If_Match=tag).status == 412
    assert writing.ask("GET", at(TWO)).headers["etag"] != tag


def test_what_is_told_of_a_write(writing: Writable) -> None:
    writing.ask("DELETE", at(TWO))
    made = writing.ask("PUT", "/graph/two", TURTLE, Content_Type="text/turtle")
    assert made.json["graphs"] == {TWO: {"added": 1, "removed": 0}}
    assert made.headers["location"] == "/graph/two"
    assert "etag" not in made.headers
    merged = writing.ask("POST", at(TWO), TURTLE, Content_Type="text/turtle", Prefer="return=minimal")
    assert (merged.status, merged.body) == (204, b"")


def test_revalidation_costs_no_body(writing: Writable) -> None:
    writing.ask("PUT", at(TWO), TURTLE, Content_Type="text/turtle")
    first = writing.ask("GET", at(TWO), Accept="text/turtle")
    again = writing.ask("GET", at(TWO), Accept="text/turtle", If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    other = writing.ask("GET", at(TWO), Accept="application/n-triples", If_None_Match=first.headers["etag"])
    assert other.status == 200


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_graph_has_a_page(writing: Writable, language: str) -> None:
    writing.ask("PUT", at(TWO), TURTLE, Content_Type="text/turtle")
    page = writing.ask("GET", f"/{language}/graph/two").body.decode()
    assert f'<html lang="{language}">' in page
    assert TWO in page
    for name in ("turtle", "jsonld"):
        assert f"/graphs?graph={quote(TWO, safe='')}&amp;format={name}" in page
    turtle = writing.ask("GET", f"{at(TWO)}&format=ntriples", Accept="text/html,*/*;q=0.8")
    assert turtle.body.decode().strip() == TURTLE


def test_the_default_graph_of_a_release_is_only_read(writing: Writable) -> None:
    for method in ("PUT", "POST", "DELETE"):
        reply = writing.ask(method, "/graphs?default", TURTLE, Content_Type="text/turtle")
        assert reply.status == 405
        assert reply.headers["allow"] == "GET, HEAD, OPTIONS"
    assert writing.ask("GET", "/en/graphs?default").status == 200
    led = writing.ask("GET", "/graphs?default", Accept="text/html")
    assert (led.status, led.headers["location"]) == (303, "/en/graphs?default=")


def test_what_is_computed_is_not_written_to(writing: Writable) -> None:
    before = writing.triples(f"{GRAPHS}derived")
    assert before
    for method in ("PUT", "POST", "DELETE"):
        assert writing.ask(method, "/graph/derived", TURTLE, Content_Type="text/turtle").status == 403
    assert writing.triples(f"{GRAPHS}derived") == before


def test_a_body_may_be_as_long_as_the_setting_says(writing: Writable) -> None:
    long = f"<http://e/a> <http://e/p> '{'x' * 2_000_000}' ."
    assert writing.ask("PUT", at(ONE), long, Content_Type="text/turtle").status in (200, 201)
    assert writing.update(f"INSERT DATA {{ GRAPH <{TWO}> {{ {long} }} }}").status == 200
    for method in ("PUT", "POST"):
        reply = writing.ask(method, at(ONE), long * 3, Content_Type="text/turtle")
        assert (reply.status, reply.json["limit"]) == (413, WRITE_BYTES)
    assert writing.update(f"INSERT DATA {{ GRAPH <{TWO}> {{ {long * 3} }} }}").status == 413
    for graph in (ONE, TWO):
        writing.ask("DELETE", at(graph))


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_who_may_write(writing: Writable, method: str) -> None:
    assert writing.ask("PUT", at(ONE), TURTLE, Content_Type="text/turtle").status in (200, 201)
    before = writing.triples(ONE)
    for token, status in (("", 401), ("x", 401), (writing.narrow, 403)):
        body = f"<http://e/{method}> <http://e/p> 1 ." if method != "DELETE" else None
        reply = writing.ask(method, at(ONE), body, token=token, Content_Type="text/turtle")
        assert reply.status == status, (token, reply.body)
        assert reply.headers["www-authenticate"].startswith("Bearer ")
    assert writing.triples(ONE) == before


def test_options_name_the_methods(writing: Writable) -> None:
    for target in ("/graphs", "/graph/one"):
        reply = writing.ask("OPTIONS", target)
        assert {"GET", "HEAD", "PUT", "POST", "DELETE"} <= set(reply.headers["allow"].split(", "))


def test_names_that_make_no_iri(writing: Writable) -> None:
    assert writing.ask("GET", "/graph/a%20b").status == 404
    assert writing.ask("PUT", "/graph/a%3Eb", TURTLE, Content_Type="text/turtle").status == 404


def test_a_graph_of_another_name_than_ours(writing: Writable) -> None:
    """The rules of the release hold there as well: a thing that is mentioned has to be known."""
    elsewhere = "http://other.example/图"
    body = "<http://other.example/a> <http://www.w3.org/2000/01/rdf-schema#comment> 'x'@en ."
    reply = writing.ask("PUT", at(elsewhere), body, Content_Type="text/turtle")
    assert reply.status == 201, reply.body
    assert "location" not in reply.headers
    assert len(writing.triples(elsewhere)) == 1
    assert writing.ask("GET", at(elsewhere)).headers["link"].endswith('>; rel="cite-as"')
    assert writing.ask("DELETE", at(elsewhere)).status == 200
    assert GRAPHS not in elsewhere


def test_conditions_are_about_the_current_release_whoever_wrote_it(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "home", evaluators=1)
    sources = make_sources(tmp_path / "sources")
    build(sources, settings)
    secret = Tokens(settings.home).create("any", ["*"])[1]
    elsewhere = ReleaseWriter(settings, sources)
    author = Author("00000000", "another process", ("*",), "", "")
    editions = Editions(Registry(settings.home), settings)
    try:
        editions.refresh()  # and nobody tells it of what comes after
        client = create_app(settings, editions, writer=ReleaseWriter(settings, sources)).test_client()
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "text/turtle"}
        target = "/graphs?graph=urn:new"

        def send(method: str, **condition: str) -> TestResponse:
            fields = {name.replace("_", "-"): value for name, value in condition.items()}
            # Buffered, so that the answer is closed and its edition given back.
            return client.open(target, method=method, data=TURTLE, headers=headers | fields, buffered=True)

        def create() -> None:
            elsewhere.write(Update("INSERT DATA { GRAPH <urn:new> { <urn:s> <urn:p> 1 } }"), author)

        create()
        refused = send("PUT", If_None_Match="*")
        assert refused.status_code == 412
        assert b"already" in refused.data
        assert send("DELETE").status_code == 200
        create()
        assert send("DELETE").status_code == 200
        create()
        replaced = send("PUT", If_Match="*")
        assert replaced.status_code == 200
    finally:
        editions.close()
