"""SPARQL 1.1 Protocol, held to its text: one row per requirement of sections 2.1 and 2.2.

The names and cases follow the sections; requests are raw bytes over a real socket. Updates are refused with
403 throughout, which the Protocol leaves to the service (section 2.2: it defines what an update request looks
like, not that one be granted).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import pytest

from support.service import EX, GRAPHS, Server, exchange, head_of

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
JSON = "application/sparql-results+json"
ASK = "ASK {}"
FOUND, MISSING = f"ASK {{ <{EX}alpha> ?p ?o }}", f"ASK {{ <{EX}omega> ?p ?o }}"
IN_GRAPH = f"ASK {{ GRAPH <{GRAPHS}regions> {{ ?s ?p ?o }} }}"
REGIONS, REPORT = f"{GRAPHS}regions", f"{GRAPHS}report"


@dataclass(frozen=True)
class Case:
    """A request and what must come back.

    Attributes:
        section: of the SPARQL 1.1 Protocol.
        says: the requirement in words of our own.
        status: the statuses that satisfy it.
        answer: for ASK queries, the boolean; otherwise a media type or None.
    """

    section: str
    says: str
    method: str = "GET"
    url: list[tuple[str, str]] = field(default_factory=list)
    content_type: str | None = None
    body: bytes = b""
    accept: str | None = None
    status: tuple[int, ...] = (200,)
    answer: bool | str | None = None

    def request(self) -> bytes:
        target = "/sparql" + (f"?{urlencode(self.url)}" if self.url else "")
        lines = [f"{self.method} {target} HTTP/1.1", "Host: localhost", "Connection: close"]
        lines += [f"Accept: {self.accept}"] if self.accept else []
        lines += [f"Content-Type: {self.content_type}"] if self.content_type else []
        lines += [f"Content-Length: {len(self.body)}"] if self.method in ("POST", "PUT") else []
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def post(pairs: list[tuple[str, str]]) -> bytes:
    return urlencode(pairs).encode()


CASES = [
    # 2.1: the three bindings of the query operation
    Case("2.1.1", "GET: the query percent-encoded in the URL", url=[("query", FOUND)], answer=True),
    Case("2.1.1", "GET: no match is false, not an error", url=[("query", MISSING)], answer=False),
    Case(
        "2.1.1",
        "GET: parameters in any order",
        url=[("default-graph-uri", REGIONS), ("query", FOUND)],
        answer=True,
    ),
    Case("2.1.1", "GET: unknown parameters do no harm", url=[("query", ASK), ("utm", "x")], answer=True),
    Case(
        "2.1.2", "POST form: the query in the body", "POST", [], FORM, post([("query", FOUND)]), answer=True
    ),
    Case(
        "2.1.2",
        "POST form: with a charset",
        "POST",
        [],
        f"{FORM};charset=UTF-8",
        post([("query", ASK)]),
        answer=True,
    ),
    Case("2.1.2", "POST form: + is a space", "POST", [], FORM, b"query=ASK+%7B%7D", answer=True),
    Case("2.1.3", "POST direct: the body is the query", "POST", [], QUERY, FOUND.encode(), answer=True),
    Case(
        "2.1.3",
        "POST direct: the query is UTF-8",
        "POST",
        [],
        QUERY,
        "ASK { ?s ?p '甲'@zh }".encode(),
        answer=True,
    ),
    # 2.1: refused requests
    Case("2.1", "no query", url=[("default-graph-uri", REGIONS)], status=(400,)),
    Case("2.1", "two queries in a URL", url=[("query", ASK), ("query", ASK)], status=(400,)),
    Case(
        "2.1",
        "two queries in a form",
        "POST",
        [],
        FORM,
        post([("query", ASK), ("query", ASK)]),
        status=(400,),
    ),
    Case("2.1", "form without a query", "POST", [], FORM, b"", status=(400,)),
    Case("2.1", "a method without an operation", "PUT", [("query", ASK)], status=(405,)),
    Case(
        "2.1.2", "form of another media type", "POST", [], "text/plain", post([("query", ASK)]), status=(415,)
    ),
    Case("2.1.2", "form without Content-Type", "POST", [], None, post([("query", ASK)]), status=(400, 415)),
    Case("2.1.3", "direct without Content-Type", "POST", [], None, ASK.encode(), status=(400, 415)),
    Case(
        "2.1.3",
        "direct in another charset",
        "POST",
        [],
        f"{QUERY}; charset=UTF-16",
        ASK.encode("utf-16"),
        status=(400, 415),
    ),
    Case("2.1.3", "direct that is not UTF-8", "POST", [], QUERY, ASK.encode("utf-16"), status=(400,)),
    # 2.1.4: the RDF dataset
    Case("2.1.4", "one default graph", url=[("query", FOUND), ("default-graph-uri", REGIONS)], answer=True),
    Case(
        "2.1.4", "another default graph", url=[("query", FOUND), ("default-graph-uri", REPORT)], answer=False
    ),
    Case(
        "2.1.4",
        "default graphs are merged",
        url=[("query", FOUND), ("default-graph-uri", REPORT), ("default-graph-uri", REGIONS)],
        answer=True,
    ),
    Case(
        "2.1.4",
        "a default graph that does not exist is empty",
        url=[("query", "ASK { ?s ?p ?o }"), ("default-graph-uri", "urn:none")],
        answer=False,
    ),
    Case("2.1.4", "a named graph", url=[("query", IN_GRAPH), ("named-graph-uri", REGIONS)], answer=True),
    Case(
        "2.1.4",
        "other named graphs are not there",
        url=[("query", IN_GRAPH), ("named-graph-uri", REPORT)],
        answer=False,
    ),
    Case(
        "2.1.4",
        "named graphs alone leave the default graph empty",
        url=[("query", FOUND), ("named-graph-uri", REGIONS)],
        answer=False,
    ),
    Case(
        "2.1.4",
        "a default graph alone leaves no named graphs",
        url=[("query", IN_GRAPH), ("default-graph-uri", REGIONS)],
        answer=False,
    ),
    Case(
        "2.1.4",
        "in a form",
        "POST",
        [],
        FORM,
        post([("query", FOUND), ("default-graph-uri", REPORT)]),
        answer=False,
    ),
    Case(
        "2.1.4",
        "in the URL of a direct POST",
        "POST",
        [("default-graph-uri", REPORT)],
        QUERY,
        FOUND.encode(),
        answer=False,
    ),
    Case(
        "2.1.4",
        "full: default and named",
        url=[
            ("query", f"ASK {{ <{EX}observation-1> ?p ?o . GRAPH ?g {{ <{EX}alpha> ?q ?r }} }}"),
            ("default-graph-uri", REPORT),
            ("named-graph-uri", REGIONS),
        ],
        answer=True,
    ),
    Case(
        "2.1.4",
        "FROM of the query where the protocol is silent",
        url=[("query", f"ASK FROM <{REPORT}> {{ <{EX}alpha> ?p ?o }}")],
        answer=False,
    ),
    Case(
        "2.1.4",
        "the protocol's dataset overrides FROM",
        url=[("query", f"ASK FROM <{REPORT}> {{ <{EX}alpha> ?p ?o }}"), ("default-graph-uri", REGIONS)],
        answer=True,
    ),
    Case(
        "2.1.4",
        "the protocol's dataset overrides FROM NAMED",
        url=[
            ("query", f"ASK FROM NAMED <{REGIONS}> {{ GRAPH ?g {{ <{EX}alpha> ?p ?o }} }}"),
            ("named-graph-uri", REPORT),
        ],
        answer=False,
    ),
    # 2.1.5, 2.1.6: content negotiation and successes
    Case("2.1.6", "SELECT: results", url=[("query", "SELECT * {} ")], accept=f"{JSON}", answer=JSON),
    Case(
        "2.1.6",
        "SELECT: XML",
        url=[("query", "SELECT * {}")],
        accept="application/sparql-results+xml",
        answer="application/sparql-results+xml",
    ),
    Case("2.1.6", "SELECT: CSV", url=[("query", "SELECT * {}")], accept="text/csv", answer="text/csv"),
    Case(
        "2.1.6",
        "SELECT: TSV",
        url=[("query", "SELECT * {}")],
        accept="text/tab-separated-values",
        answer="text/tab-separated-values",
    ),
    Case(
        "2.1.6",
        "ASK: results",
        url=[("query", ASK)],
        accept="application/sparql-results+xml",
        answer="application/sparql-results+xml",
    ),
    Case(
        "2.1.6",
        "CONSTRUCT: a graph",
        url=[("query", "CONSTRUCT { <urn:a> <urn:b> 1 } {}")],
        accept="application/rdf+xml",
        answer="application/rdf+xml",
    ),
    Case(
        "2.1.6",
        "DESCRIBE: a graph",
        url=[("query", f"DESCRIBE <{EX}alpha>")],
        accept="text/turtle",
        answer="text/turtle",
    ),
    Case("2.1.6", "nothing that the client accepts", url=[("query", ASK)], accept="image/png", status=(406,)),
    # 2.1.7: failures
    Case("2.1.7", "a query that is no SPARQL", url=[("query", "ASK {")], status=(400,)),
    Case("2.1.7", "an update where a query belongs", url=[("query", "CLEAR ALL")], status=(400, 403)),
    # 2.2: the update operation is not granted
    Case("2.2", "update by GET is no update request", url=[("update", "CLEAR ALL")], status=(400, 405)),
    Case("2.2.1", "update as a form", "POST", [], FORM, post([("update", "CLEAR ALL")]), status=(403,)),
    Case("2.2.2", "update direct", "POST", [], UPDATE, b"CLEAR ALL", status=(403,)),
    Case(
        "2.2",
        "two updates",
        "POST",
        [],
        FORM,
        post([("update", "CLEAR ALL"), ("update", "CLEAR ALL")]),
        status=(400, 403),
    ),
    Case(
        "2.2.2",
        "an update as a query body",
        "POST",
        [],
        QUERY,
        b"INSERT DATA { <urn:a> <urn:b> 1 }",
        status=(400, 403),
    ),
    Case(
        "2.2.3",
        "with using-graph-uri",
        "POST",
        [("using-graph-uri", REGIONS)],
        UPDATE,
        b"CLEAR ALL",
        status=(403,),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.section} {case.says}" for case in CASES])
def test_requirement(server: Server, case: Case) -> None:
    status, headers, body = head_of(exchange(server.port, case.request()))
    assert status in case.status, body
    if isinstance(case.answer, bool):
        assert headers["content-type"] == JSON
        assert (b'"boolean":true' in body) is case.answer
    elif isinstance(case.answer, str):
        assert headers["content-type"].split(";")[0] == case.answer
    else:
        assert headers["content-type"] == "application/problem+json"
    if status == 405:
        assert "GET" in headers["allow"]
        assert "POST" in headers["allow"]
    if status == 415:
        assert headers["accept-post"] == f"{FORM}, {QUERY}, {UPDATE}"


def test_no_update_changed_anything(server: Server) -> None:
    target = quote("ASK { ?s <urn:b> ?o }")
    request = f"GET /sparql?query={target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    assert b'"boolean":false' in head_of(exchange(server.port, request))[2]


def test_the_table_is_not_empty_of_any_section() -> None:
    sections = {case.section for case in CASES}
    assert sections >= {"2.1.1", "2.1.2", "2.1.3", "2.1.4", "2.1.6", "2.1.7", "2.2.1", "2.2.2"}
