"""The start page, the query form, `/health` and the service description."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import OWL, RDF, VOID

from support.service import BROWSER, EX, GRAPHS, Reply, Server, browse, exchange, fetch, head_of

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID_ELEMENTS = {"meta", "link", "br", "input", "rect", "stop"}


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
        led = fetch(server, "/?x=1", headers={**BROWSER, "Accept-Language": lang})
        assert (led.status, led.headers["location"]) == (303, f"/{lang}/?x=1")
        assert {"Accept", "Accept-Language"} <= set(led.headers["vary"].split(", "))
        reply = fetch(server, f"/{lang}/", headers={"Accept": "*/*", "Accept-Language": "fr"})
        found = page(reply)
        assert found.values("html", "lang") == [lang]
        assert reply.headers["content-language"] == lang
        assert server.release.id in found.words
        assert ("量化事实" in found.words) == (lang == "zh")
        other = "zh" if lang == "en" else "en"
        assert f"/{other}/?x=1" in page(fetch(server, f"/{lang}/?x=1")).values("a", "href")

    def test_every_own_link_leads_somewhere(self, server: Server) -> None:
        found = page(browse(server, "/"))
        links = found.values("a", "href") + found.values("link", "href")
        own = {
            link if link.startswith("/") else "/" + link for link in links if "://" not in link.split("?")[0]
        }
        assert len(own) >= 4
        for link in own:
            assert browse(server, link).status == 200, link

    def test_examples_carry_no_header(self, server: Server) -> None:
        links = page(browse(server, "/")).values("a", "href")
        queries = [parse_qs(urlsplit(link).query).get("query", [""])[0] for link in links]
        shown = [query for query in queries if query]
        assert len(shown) >= 4
        for query in shown:
            assert query.startswith(("PREFIX", "SELECT", "ASK", "CONSTRUCT", "DESCRIBE")), query

    @pytest.mark.parametrize(
        "path", ["/", "/sparql", "/nothing-here", f"/sparql?query=DESCRIBE+%3C{EX}alpha%3E"]
    )
    def test_nothing_is_inline(self, server: Server, path: str) -> None:
        reply = browse(server, path)
        policy = reply.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "img-src 'self' blob:;" in policy
        assert reply.headers["x-content-type-options"] == "nosniff"
        found = page(reply)
        assert not {"style", "iframe"} & set(found.tags)
        kinds = found.values("script", "type")
        data = [kind for kind in kinds if kind.endswith("json")]
        assert found.tags.count("script") == len(found.values("script", "src")) + len(data)
        assert not [name for _, name, _ in found.attributes if name == "style" or name.startswith("on")]
        (style, *_) = [link for link in found.values("link", "href") if ".css" in link]
        reply = fetch(server, style)
        assert reply.media_type == "text/css"
        assert "immutable" in reply.headers["cache-control"]  # its address names its content
        assert "immutable" not in fetch(server, style.split("?")[0]).headers["cache-control"]

    def test_a_page_that_is_not_there(self, server: Server) -> None:
        reply = fetch(server, "/nothing-here")
        assert (reply.status, reply.media_type) == (404, "application/problem+json")
        assert reply.json["type"].endswith("/problem/not-found")


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


class TestStartForClientsOfRDF:
    @pytest.mark.parametrize(
        ("accept", "found"),
        [
            ("text/turtle", "text/turtle"),
            ("application/rdf+xml, text/n3;q=0.9, */*;q=0.1", "application/rdf+xml"),
            ("application/ld+json", "application/ld+json"),
        ],
    )
    def test_they_are_led_to_what_describes_the_data(self, complete: Server, accept: str, found: str) -> None:
        reply = fetch(complete, "/?lang=zh", headers={"Accept": accept})
        assert (reply.status, reply.headers["location"]) == (303, "/.well-known/void?lang=zh")
        assert "Accept" in reply.headers["vary"]
        assert fetch(complete, reply.headers["location"], headers={"Accept": accept}).media_type == found

    @pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json, text/turtle"])
    def test_others_are_not(self, server: Server, accept: str) -> None:
        assert fetch(server, "/", headers={"Accept": accept}).media_type == "application/json"


def test_the_version_of_the_ontology_leads_to_it(complete: Server) -> None:
    version = next(iter(Graph().parse(f"{complete.url}/ontology").objects(None, OWL.versionIRI)))
    path = "/" + str(version).removeprefix("https://w3id.org/egov-kg/")
    reply = fetch(complete, path + "?lang=zh")
    assert (reply.status, reply.headers["location"]) == (303, "/ontology?lang=zh")
    assert fetch(complete, path + ".9").status == 404


@pytest.mark.parametrize(("method", "path", "status"), [("TRACE", "/", 405), ("DELETE", "/ontology", 405),
                                                        ("GET", "/nothing", 404)])  # fmt: skip
def test_a_wrong_method_or_path_matters_more_than_the_state_asked(
    server: Server, method: str, path: str, status: int
) -> None:
    assert fetch(server, f"{path}?asOf=", method=method).status == status
    assert fetch(server, f"{path}?asOf=never", method=method).status == status
