"""`/sparql` over real sockets: negotiation, problem documents, caching, CORS, methods, odd requests."""

from __future__ import annotations

import csv
import io
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from xml.etree import ElementTree

import pytest

from egov_kg.settings import Settings
from support.service import EX, GRAPHS, SLOW_QUERY, Server, browse, exchange, fetch, head_of

ROWS = f"SELECT ?row ?n WHERE {{ ?row <{EX}number> ?n FILTER(?n < 2) }} ORDER BY ?n"
ASK = f"ASK {{ <{EX}alpha> ?p ?o }}"
TRIPLE = f"CONSTRUCT {{ <{EX}a> <{EX}b> 1 }} WHERE {{}}"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class TestNegotiation:
    @pytest.mark.parametrize(
        ("accept", "content_type"),
        [
            (None, "application/sparql-results+json"),
            ("*/*", "application/sparql-results+json"),
            ("application/sparql-results+xml", "application/sparql-results+xml"),
            ("text/csv", "text/csv; charset=utf-8"),
            ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
            ("application/json", "application/json"),
            ("text/xml", "text/xml; charset=utf-8"),
            ("application/sparql-results+json;q=0.1, text/csv;q=0.2", "text/csv; charset=utf-8"),
        ],
    )
    @pytest.mark.parametrize("query", [ROWS, ASK])
    def test_results(self, server: Server, query: str, accept: str | None, content_type: str) -> None:
        reply = fetch(server, query=query, headers={"Accept": accept} if accept else {})
        assert (reply.status, reply.headers["content-type"]) == (200, content_type)
        assert "Accept" in reply.headers["vary"]
        if "json" in content_type:
            assert set(reply.json) == {"head", "results" if query == ROWS else "boolean"}
        elif "xml" in content_type:
            assert ElementTree.fromstring(reply.body).tag.endswith("}sparql")
        elif query == ASK:
            assert reply.body.strip() == b"true"
        else:
            delimiter = "," if "csv" in content_type else "\t"
            rows = list(csv.reader(io.StringIO(reply.body.decode()), delimiter=delimiter))
            assert [row[1] for row in rows[1:]] == ["0", "1"]

    def test_what_a_graph_cannot_be(self, server: Server) -> None:
        reply = fetch(server, query=TRIPLE, headers={"Accept": "text/csv"})
        assert reply.status == 406
        assert reply.json["type"].endswith("/problem/not-acceptable")
        assert "text/turtle" in reply.json["available"]
        assert fetch(server, query=ROWS, headers={"Accept": "text/turtle"}).status == 406

    def test_a_format_in_the_url(self, server: Server) -> None:
        assert fetch(server, query=ROWS, format="csv").media_type == "text/csv"
        as_browser = fetch(server, query=ROWS, output="xml", headers={"Accept": BROWSER})
        assert as_browser.media_type == "application/sparql-results+xml"
        strict = fetch(
            server, query=ROWS, format="csv", headers={"Accept": "application/sparql-results+json"}
        )
        assert strict.media_type == "application/sparql-results+json"


class TestDataset:
    COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"

    def count(self, server: Server, query: str = COUNT, **graphs: Any) -> int:
        (row,) = fetch(server, query=query, **graphs).json["results"]["bindings"]
        return int(row["n"]["value"])

    def test_by_default_all_but_the_derived_graph(self, server: Server) -> None:
        assert self.count(server) == sum(server.release.graphs.values()) - 1

    def test_graphs_named_by_the_protocol(self, server: Server) -> None:
        regions, derived = f"{GRAPHS}regions", f"{GRAPHS}derived"
        assert self.count(server, default_graph_uri=regions) == 9
        assert self.count(server, default_graph_uri=[regions, derived]) == 10
        assert self.count(server, named_graph_uri=regions) == 0
        in_graphs = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
        assert self.count(server, in_graphs, named_graph_uri=regions) == 9

    def test_the_protocol_overrides_the_query(self, server: Server) -> None:
        query = f"SELECT (COUNT(*) AS ?n) FROM <{GRAPHS}report> WHERE {{ ?s ?p ?o }}"
        assert self.count(server, query) == 4
        assert self.count(server, query, default_graph_uri=f"{GRAPHS}regions") == 9


class TestProblems:
    def test_a_syntax_error_has_a_place(self, server: Server) -> None:
        reply = fetch(server, query="SELECT *\nWHERE { ?s ?p }")
        assert (reply.status, reply.media_type) == (400, "application/problem+json")
        problem = reply.json
        assert problem["type"] == "https://w3id.org/egov-kg/problem/query-syntax"
        assert (problem["line"], problem["column"]) == (2, 15)
        assert problem["status"] == 400
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", problem["instance"])
        assert reply.headers["cache-control"] == "no-store"

    def test_the_place_counts_in_code_points(self, server: Server) -> None:
        problem = fetch(server, query="SELECT * WHERE { ?s ?p '中文字' ?q }").json
        assert (problem["line"], problem["column"]) == (1, 30)

    @pytest.mark.parametrize(
        ("accept_language", "lang"),
        [
            (None, "en"),
            ("zh-CN,en;q=0.5", "zh"),
            ("en,zh;q=0.9", "en"),
            ("fr, zh;q=0.1", "zh"),
            ("zh;q=0", "en"),
        ],
    )
    def test_in_the_client_s_language(self, server: Server, accept_language: str | None, lang: str) -> None:
        headers = {"Accept-Language": accept_language} if accept_language else {}
        reply = fetch(server, query="nonsense", headers=headers)
        problem = reply.json
        assert reply.headers["content-language"] == lang
        assert problem["title"] == problem[f"title_{lang}"]
        assert problem["detail"] == problem[f"detail_{lang}"]
        assert problem["detail_en"].isascii()
        assert not problem["detail_zh"].isascii()

    def test_for_a_browser_as_a_page_that_keeps_the_query(self, server: Server) -> None:
        query = "SELECT <script>alert(1)</script>"
        reply = browse(server, query=query)
        page = reply.body.decode()
        assert (reply.status, reply.media_type) == (400, "text/html")
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page

    @pytest.mark.parametrize(
        ("query", "status", "slug"),
        [
            ("SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403, "query-forbidden"),
            ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", 403, "update-forbidden"),
            ("LOAD <http://127.0.0.1:9/>", 403, "update-forbidden"),
            ("ASK " + "{" * 3000 + "}" * 3000, 400, "query-too-complex"),
            ("ASK {} #" + "x" * 30_000, 400, "query-too-complex"),
            ("SELECT ?x WHERE { ?x unknown:y 1 }", 400, "query-syntax"),
            (SLOW_QUERY, 503, "query-timeout"),
        ],
        ids=["SERVICE", "INSERT", "LOAD", "deep", "long", "prefix", "slow"],
    )
    def test_what_may_not_run(self, server: Server, query: str, status: int, slug: str) -> None:
        reply = fetch(server, query=query)
        assert (reply.status, reply.json["type"].rpartition("/")[2]) == (status, slug)
        assert ("retry-after" in reply.headers) == (status == 503)
        assert fetch(server, query="ASK {}").json["boolean"] is True

    def test_a_client_s_own_timeout(self, server: Server) -> None:
        reply = fetch(server, query=SLOW_QUERY, timeout="0.3")
        assert (reply.status, reply.json["limit"]) == (503, 0.3)

    def test_when_all_evaluators_are_at_work(self, server: Server, settings: Settings) -> None:
        with ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(lambda _: fetch(server, query=SLOW_QUERY), range(8)))
        kinds = [reply.json["type"].rpartition("/")[2] for reply in replies]
        assert set(kinds) == {"query-timeout", "service-busy"}
        assert all(int(reply.headers["retry-after"]) >= 1 for reply in replies)
        assert fetch(server, query="ASK {}").status == 200

    def test_a_body_too_long(self, server: Server, settings: Settings) -> None:
        body = b"query=" + b"x" * (12 * settings.query_length + 70_000)
        head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        kind = b"Content-Type: application/x-www-form-urlencoded\r\n"
        length = b"Content-Length: %d\r\n\r\n" % len(body)
        status, _, content = head_of(exchange(server.port, head + kind + length + body))
        assert status == 413
        assert b"request-too-large" in content


class TestMethods:
    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
    def test_others_are_refused(self, server: Server, method: str) -> None:
        reply = fetch(server, method=method, query="ASK {}")
        assert (reply.status, reply.media_type) == (405, "application/problem+json")
        assert set(reply.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}

    def test_head_is_get_without_a_body(self, server: Server) -> None:
        with_body, without = fetch(server, query=ROWS), fetch(server, method="HEAD", query=ROWS)
        assert (without.status, without.body) == (200, b"")
        for name in ("content-type", "etag", "vary", "cache-control"):
            assert without.headers[name] == with_body.headers[name]
        assert fetch(server, method="HEAD", query="nonsense").status == 400

    def test_preflight(self, server: Server) -> None:
        asks = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
        reply = fetch(server, method="OPTIONS", headers=asks)
        assert reply.status == 200
        assert reply.headers["access-control-allow-origin"] == "*"
        assert "POST" in reply.headers["access-control-allow-methods"]
        allowed = reply.headers["access-control-allow-headers"].lower().split(", ")
        assert {"*", "authorization", "content-type"} <= set(allowed)
        assert set(reply.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}

    @pytest.mark.parametrize("query", [ROWS, "nonsense", SLOW_QUERY])
    def test_every_answer_may_be_read_from_elsewhere(self, server: Server, query: str) -> None:
        assert fetch(server, query=query).headers["access-control-allow-origin"] == "*"


class TestCaching:
    def test_an_answer_is_as_old_as_its_release(self, server: Server) -> None:
        first = fetch(server, query=ROWS)
        assert re.fullmatch(rf'W/"{server.release.id}-[0-9a-f]{{16}}"', first.headers["etag"])
        assert first.headers["cache-control"] == "no-cache"
        again = fetch(server, query=ROWS, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status, again.body) == (304, b"")
        for name in ("etag", "vary", "cache-control"):
            assert again.headers[name] == first.headers[name]
        one_of_two = {"If-None-Match": f'"x", {first.headers["etag"]}'}
        assert fetch(server, query=ROWS, headers=one_of_two).status == 304
        assert fetch(server, query=ROWS, headers={"If-None-Match": 'W/"r000000000000"'}).status == 200

    def test_the_timeout_makes_no_other_answer(self, server: Server) -> None:
        tag = fetch(server, query=ROWS).headers["etag"]
        assert fetch(server, query=ROWS, timeout="1").headers["etag"] == tag

    def test_not_where_it_may_change(self, server: Server) -> None:
        tag = {"If-None-Match": fetch(server, query=ROWS).headers["etag"]}
        reply = fetch(server, query="SELECT (NOW() AS ?t) WHERE {}", headers=tag)
        assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")
        assert "etag" not in reply.headers
        assert "etag" not in fetch(server, query="nonsense").headers

    def test_every_answer_has_a_tag_of_its_own(self, server: Server) -> None:
        regions = f"{GRAPHS}regions"
        asked: list[dict[str, Any]] = [
            {"query": ROWS},
            {"query": ROWS + " "},
            {"query": ROWS, "headers": {"Accept": "text/csv"}},
            {"query": ROWS, "default_graph_uri": regions},
            {"query": ROWS, "named_graph_uri": regions},
            {"query": ROWS, "default_graph_uri": [regions, f"{GRAPHS}many"]},
            {},
            {"headers": {"Accept": "application/rdf+xml"}},
            {"headers": {"Host": "elsewhere.example"}},
        ]
        tags = [fetch(server, **one).headers["etag"] for one in asked]
        assert len(set(tags)) == len(tags)

    @pytest.mark.parametrize("tag", ["*", "of another query", "of the release"])
    @pytest.mark.parametrize(
        ("query", "accept", "status"),
        [
            ("SELECT * WHERE { ?s ?p }", "*/*", 400),
            ("LOAD <urn:x>", "*/*", 403),
            (ROWS, "image/png", 406),
            (SLOW_QUERY, "*/*", 503),
        ],
        ids=["syntax", "update", "format", "slow"],
    )
    def test_never_in_place_of_an_error(
        self, server: Server, query: str, accept: str, status: int, tag: str
    ) -> None:
        known = {
            "*": "*",
            "of another query": fetch(server, query=ROWS).headers["etag"],
            "of the release": f'W/"{server.release.id}"',
        }
        reply = fetch(server, query=query, headers={"Accept": accept, "If-None-Match": known[tag]})
        assert reply.status == status

    def test_the_service_description(self, server: Server) -> None:
        first = fetch(server)
        known = {"If-None-Match": first.headers["etag"]}
        again = fetch(server, headers=known)
        assert (again.status, again.body) == (304, b"")
        assert fetch(server, headers={"If-None-Match": "*"}).body == first.body
        assert fetch(server, headers={**known, "Accept": "text/csv"}).status == 400


class TestOddRequests:
    def ask(self, server: Server, head: str, body: bytes = b"") -> tuple[int, bytes]:
        request = head.encode("latin-1") + b"\r\nConnection: close\r\n\r\n" + body
        status, _, content = head_of(exchange(server.port, request))
        return status, content

    @pytest.mark.parametrize(
        ("head", "status"),
        [
            ("GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x", 200),
            ("GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nAccept: \xff\xfe", 200),
            ("GET /sparql?query=ASK%7B%7D&x=%ff HTTP/1.1\r\nHost: x", 400),
            ("GET /sparql?query=%00ASK HTTP/1.1\r\nHost: x", 400),
            ("GET /sparql?&&&= HTTP/1.1\r\nHost: x", 400),
            ("GET /%ff%fe%00 HTTP/1.1\r\nHost: x", 404),
            ("GET /../../etc/passwd HTTP/1.1\r\nHost: x", 404),
            ("GET /static/../app.py HTTP/1.1\r\nHost: x", 404),
            ("GET /static/%2e%2e/app.py HTTP/1.1\r\nHost: x", 404),
            ('GET /sparql HTTP/1.1\r\nHost: a<b>"c', 400),
            ("POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 0", 415),
            ("FOO /sparql HTTP/1.1\r\nHost: x", 501),
            ("nonsense", 400),
        ],
    )
    def test_have_an_answer(self, server: Server, head: str, status: int) -> None:
        assert self.ask(server, head)[0] == status
        assert fetch(server, "/health").status == 200

    def test_two_requests_on_one_connection(self, server: Server) -> None:
        one = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n"
        received = exchange(server.port, one + b"\r\n" + one + b"Connection: close\r\n\r\n")
        assert received.count(b"HTTP/1.1 200 OK") == 2
        assert received.count(b'"boolean":true') == 2

    def test_a_header_with_an_underscore_is_not_taken_for_another(self, server: Server) -> None:
        head = (
            'GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nIf_None_Match: W/"' + server.release.id + '"'
        )
        assert self.ask(server, head)[0] == 200
