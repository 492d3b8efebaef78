"""SPARQL 1.1 Protocol, section 2.2: the update operation, over real sockets."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from support.writable import STAGING, Writable

ONE, TWO, *_ = STAGING
FORM = "application/x-www-form-urlencoded"
UPDATE = "application/sparql-update"


def insert(subject: str, graph: str = ONE) -> str:
    return f"INSERT DATA {{ GRAPH <{graph}> {{ <http://e/{subject}> <http://e/p> 1 }} }}"


def is_there(service: Writable, subject: str, graph: str = ONE) -> bool:
    return any(line.startswith(f"<http://e/{subject}> ") for line in service.triples(graph))


def test_2_2_1_post_with_url_encoded_parameters(playing: Writable) -> None:
    reply = playing.ask("POST", "/sparql", urlencode({"update": insert("form")}), Content_Type=FORM)
    assert 200 <= reply.status < 300
    assert is_there(playing, "form")


def test_2_2_2_post_directly(playing: Writable) -> None:
    reply = playing.ask("POST", "/sparql", insert("direct"), Content_Type=UPDATE)
    assert 200 <= reply.status < 300
    assert is_there(playing, "direct")


def test_2_2_an_update_is_utf_8(playing: Writable) -> None:
    text = f"INSERT DATA {{ GRAPH <{ONE}> {{ <http://e/utf8> <http://e/p> '电子政务' }} }}"
    assert playing.ask("POST", "/sparql", text, Content_Type=f"{UPDATE}; charset=UTF-8").status == 200
    assert '<http://e/utf8> <http://e/p> "电子政务" .' in playing.triples(ONE)


def test_2_2_3_using_graph_uri_names_what_patterns_match(playing: Writable) -> None:
    playing.update(insert("used", TWO))
    text = f"INSERT {{ GRAPH <{ONE}> {{ ?s <http://e/copied> ?o }} }} WHERE {{ ?s <http://e/p> ?o }}"
    parameters = {"update": text, "using-graph-uri": TWO}
    assert playing.ask("POST", "/sparql", urlencode(parameters), Content_Type=FORM).status == 200
    copied = {line for line in playing.triples(ONE) if "<http://e/copied>" in line}
    assert copied == {line.replace("/p>", "/copied>") for line in playing.triples(TWO) if "/p>" in line}


def test_2_2_3_using_named_graph_uri_names_what_graph_matches(playing: Writable) -> None:
    playing.update(insert("one") + ";" + insert("two", TWO))
    text = f"INSERT {{ GRAPH <{ONE}> {{ ?g <http://e/seen> 1 }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    reply = playing.update(text, "?" + urlencode({"using-named-graph-uri": TWO}))
    assert reply.status == 200
    assert {line for line in playing.triples(ONE) if "/seen>" in line} == {
        f'<{TWO}> <http://e/seen> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .'
    }


@pytest.mark.parametrize("name", ["using-graph-uri", "using-named-graph-uri"])
@pytest.mark.parametrize(
    "text",
    [
        f"WITH <{ONE}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
        f"DELETE {{ GRAPH <{ONE}> {{ ?s ?p ?o }} }} USING <{ONE}> WHERE {{ ?s ?p ?o }}",
        f"DELETE {{ GRAPH <{ONE}> {{ ?s ?p ?o }} }} USING NAMED <{ONE}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    ],
)
def test_2_2_3_graphs_named_twice_are_an_error(playing: Writable, name: str, text: str) -> None:
    before = playing.triples(ONE)
    assert playing.update(text, "?" + urlencode({name: ONE})).status == 400
    assert playing.triples(ONE) == before


@pytest.mark.parametrize(
    ("method", "target", "content_type", "body", "status"),
    [
        ("GET", "/sparql?update=CLEAR+ALL", "", "", 405),
        ("PUT", "/sparql", UPDATE, "CLEAR ALL", 405),
        ("POST", "/sparql", FORM, "update=CLEAR+ALL&update=CLEAR+ALL", 400),
        ("POST", "/sparql", FORM, "update=CLEAR+ALL&query=ASK%7B%7D", 400),
        ("POST", "/sparql?query=ASK%7B%7D", UPDATE, "CLEAR ALL", 400),
        ("POST", "/sparql?update=CLEAR+ALL", UPDATE, "CLEAR ALL", 400),
        ("POST", "/sparql?update=CLEAR+ALL", FORM, "", 400),
        ("POST", "/sparql", UPDATE, "CLEAR EVERYTHING", 400),
        ("POST", "/sparql", UPDATE, "ASK {}", 400),
        ("POST", "/sparql", FORM, "update=ASK+%7B%7D", 400),
        ("POST", "/sparql", "text/plain", "CLEAR ALL", 415),
        ("POST", "/sparql", f"{UPDATE}; charset=utf-16", "CLEAR ALL", 415),
        ("POST", "/sparql?using-graph-uri=relative", UPDATE, "CLEAR ALL", 400),
    ],
)
def test_2_2_malformed_requests(
    playing: Writable, method: str, target: str, content_type: str, body: str, status: int
) -> None:
    headers = {"Content_Type": content_type} if content_type else {}
    reply = playing.ask(method, target, body or None, **headers)
    assert reply.status == status, reply.body
    assert status != 405 or "POST" in reply.headers["allow"]


def test_2_2_4_success_is_2xx_and_failure_4xx(playing: Writable) -> None:
    assert playing.update(insert("ok")).status == 200
    assert playing.update("").status == 200
    assert playing.update("INSERT DATA {").status == 400
