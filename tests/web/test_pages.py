"""The start page, the query form, `/health` and the service description."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, RDFS, VOID

from support.service import EX, GRAPHS, Reply, Server, exchange, fetch, head_of

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
VOID_ELEMENTS = {"meta", "link", "br", "input"}


class Page(HTMLParser):
    """A page's elements, links and text; unbalanced tags are an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID_ELEMENTS:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def values(self, tag: str, name: str) -> list[str]:
        return [value for tag_, name_, value in self.attributes if (tag_, name_) == (tag, name)]


def page(reply: Reply) -> Page:
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    return Page(reply.body.decode())


class TestStart:
    def test_for_programs(self, server: Server) -> None:
        facts = fetch(server, "/").json
        assert facts["release"] == server.release.id
        assert facts["endpoint"] == "/sparql"
        assert facts["triples"] == sum(server.release.graphs.values())
        assert facts["counts"] == {"observations": 2, "statements": 0, "regions": 3}

    @pytest.mark.parametrize("lang", ["en", "zh"])
    def test_for_readers(self, server: Server, lang: str) -> None:
        reply = fetch(server, "/", headers={**BROWSER, "Accept-Language": lang})
        found = page(reply)
        assert found.values("html", "lang") == [lang]
        assert reply.headers["content-language"] == lang
        assert server.release.id in found.words
        assert server.endpoint in found.words
        assert ("观测值" in found.words) == (lang == "zh")
        other = "zh" if lang == "en" else "en"
        switched = fetch(server, "/?lang=" + other, headers={**BROWSER, "Accept-Language": lang})
        shown = page(switched)
        assert shown.values("html", "lang") == [other]
        links = [urlsplit(link) for link in shown.values("a", "href")]
        led = [parse_qs(link.query)["lang"] for link in links if link.path == "/sparql"]
        assert len(led) >= 6  # the endpoint twice, and examples: whoever chose a language keeps it
        assert led == [[other]] * len(led)

    def test_every_own_link_leads_somewhere(self, server: Server) -> None:
        found = page(fetch(server, "/", headers=BROWSER))
        links = found.values("a", "href") + found.values("link", "href")
        own = {
            link if link.startswith("/") else "/" + link for link in links if "://" not in link.split("?")[0]
        }
        assert len(own) >= 4
        for link in own:
            assert fetch(server, link, headers=BROWSER).status == 200, link

    def test_examples_carry_no_header(self, server: Server) -> None:
        links = page(fetch(server, "/", headers=BROWSER)).values("a", "href")
        queries = [parse_qs(urlsplit(link).query).get("query", [""])[0] for link in links]
        shown = [query for query in queries if query]
        assert len(shown) >= 4
        for query in shown:
            assert query.startswith(("PREFIX", "SELECT", "ASK", "CONSTRUCT", "DESCRIBE")), query

    @pytest.mark.parametrize(
        "path", ["/", "/sparql", "/nothing-here", f"/sparql?query=DESCRIBE+%3C{EX}alpha%3E"]
    )
    def test_pages_run_no_script(self, server: Server, path: str) -> None:
        reply = fetch(server, path, headers=BROWSER)
        policy = reply.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert reply.headers["x-content-type-options"] == "nosniff"
        found = page(reply)
        assert not {"script", "style", "iframe"} & set(found.tags)
        assert not [name for _, name, _ in found.attributes if name == "style" or name.startswith("on")]
        assert fetch(server, found.values("link", "href")[0]).media_type == "text/css"

    def test_a_page_that_is_not_there(self, server: Server) -> None:
        reply = fetch(server, "/nothing-here")
        assert (reply.status, reply.media_type) == (404, "application/problem+json")
        assert reply.json["type"].endswith("/problem/not-found")


class TestForm:
    def test_without_a_query(self, server: Server) -> None:
        found = page(fetch(server, headers=BROWSER))
        assert found.values("form", "action") == ["/sparql"]
        assert found.values("textarea", "name") == ["query"]

    def test_a_table_of_rows(self, server: Server) -> None:
        query = f"SELECT ?s ?name WHERE {{ ?s <{RDFS.label}> ?name }} ORDER BY ?name"
        found = page(fetch(server, query=query, headers=BROWSER))
        assert found.tags.count("tr") == 7
        assert f"{EX}alpha" in found.values("a", "href")
        assert '"甲"@zh' in found.words
        (csv_link,) = [link for link in found.values("a", "href") if link.endswith("format=csv")]
        assert fetch(server, "/sparql" + csv_link, headers=BROWSER).media_type == "text/csv"

    @pytest.mark.parametrize("query", ["ASK { ?s ?p ?o }", "ASK {"], ids=["answered", "refused"])
    def test_asks_the_same_dataset_again(self, server: Server, query: str) -> None:
        graphs = [f"{GRAPHS}regions", f"{GRAPHS}report"]
        asked = {"default-graph-uri": graphs, "named-graph-uri": graphs[:1], "timeout": ["1.5"]}
        target = "/sparql?" + urlencode({"query": query, **asked}, doseq=True)
        reply = fetch(server, target, headers=BROWSER)
        found = page(reply)
        names, values = found.values("input", "name"), found.values("input", "value")
        sent = [pair for pair in zip(names, values, strict=True) if pair[0] != "lang"]
        assert sent == [(name, value) for name, values in asked.items() for value in values]
        if reply.status == 200:
            links = [link for link in found.values("a", "href") if "format=" in link]
            assert len(links) == 4
            for link in links:
                assert {name: parse_qs(link[1:])[name] for name in asked} == asked

    def test_does_not_repeat_a_parameter_that_was_refused(self, server: Server) -> None:
        target = f"/sparql?query=ASK+%7B%7D&timeout=soon&default-graph-uri={GRAPHS}regions"
        reply = fetch(server, target, headers=BROWSER)
        assert reply.status == 400
        assert page(reply).values("input", "name") == ["lang", "default-graph-uri"]

    def test_a_query_keeps_its_first_empty_line(self, server: Server) -> None:
        body = fetch(server, query="\nASK {}", headers=BROWSER).body.decode()
        assert "required>\n\nASK {}</textarea>" in body  # HTML drops the first of them

    def test_no_rows_and_one_row_without_values(self, server: Server) -> None:
        none = page(fetch(server, query="SELECT ?x WHERE { ?x <urn:none> ?y }", headers=BROWSER))
        assert none.tags.count("tr") == 1
        unbound = page(fetch(server, query="SELECT ?x WHERE {}", headers=BROWSER))
        assert unbound.tags.count("tr") == 2

    @pytest.mark.parametrize(("query", "word"), [("ASK {}", "true"), ("ASK { <urn:a> ?p ?o }", "false")])
    def test_an_answer_of_one_word(self, server: Server, query: str, word: str) -> None:
        found = page(fetch(server, query=query, headers=BROWSER))
        assert word in found.words.split()
        assert "table" not in found.tags

    def test_a_graph(self, server: Server) -> None:
        found = page(fetch(server, query=f"DESCRIBE <{EX}alpha>", headers=BROWSER))
        assert "pre" in found.tags
        assert "甲" in found.words

    def test_a_long_answer_is_cut_and_says_so(self, server: Server) -> None:
        found = page(fetch(server, query=f"SELECT * WHERE {{ ?row <{EX}number> ?n }}", headers=BROWSER))
        assert found.tags.count("tr") == 501
        assert "beginning only" in found.words

    def test_markup_in_the_data_stays_text(self, server: Server) -> None:
        query = (
            "SELECT ('<img src=x>' AS ?a) (IRI('http://x/\"onclick=y') AS ?b) (IRI('javascript:z') AS ?c) {}"
        )
        found = page(fetch(server, query=query, headers=BROWSER))
        assert "img" not in found.tags
        assert not [link for link in found.values("a", "href") if link.startswith("javascript")]


class TestHealth:
    def test_while_queries_are_answered(self, server: Server) -> None:
        reply = fetch(server, "/health")
        assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")
        assert reply.json == {"status": "ok", "release": server.release.id}


class TestServiceDescription:
    def graph(self, server: Server, accept: str, format_: str) -> Graph:
        reply = fetch(server, headers={"Accept": accept})
        assert (reply.status, reply.media_type) == (200, accept)
        return Graph().parse(data=reply.body, format=format_)

    def test_says_what_the_service_is(self, server: Server) -> None:
        graph = Graph().parse(data=fetch(server).body, format="turtle")
        service = URIRef(server.endpoint)
        assert (service, RDF.type, SD.Service) in graph
        assert graph.value(service, SD.endpoint) == service
        assert len(set(graph.objects(service, SD.resultFormat))) == 10
        dataset = graph.value(service, SD.defaultDataset)
        names = {str(graph.value(named, SD.name)) for named in graph.objects(dataset, SD.namedGraph)}
        assert names == set(server.release.graphs)
        (regions,) = graph.subjects(SD.name, URIRef(f"{GRAPHS}regions"))
        count = graph.value(graph.value(regions, SD.graph), VOID.triples)
        assert count == Literal(9)

    @pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
    def test_is_the_same_in_every_syntax(self, server: Server) -> None:
        turtle = self.graph(server, "text/turtle", "turtle")
        for accept, format_ in {
            "application/n-triples": "nt",
            "application/rdf+xml": "xml",
            "application/ld+json": "json-ld",
        }.items():
            assert isomorphic(self.graph(server, accept, format_), turtle)

    def test_is_not_for_clients_that_want_rows(self, server: Server) -> None:
        reply = fetch(server, headers={"Accept": "application/sparql-results+json"})
        assert reply.status == 400
        assert "query" in reply.json["detail"]

    def test_needs_to_know_its_own_url(self, server: Server) -> None:
        bad = b'GET /sparql HTTP/1.1\r\nHost: a<b>"c\r\nConnection: close\r\n\r\n'
        assert head_of(exchange(server.port, bad))[0] == 400
