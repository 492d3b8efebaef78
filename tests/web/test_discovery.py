"""VoID, the data catalogue, robots.txt and the sitemap."""

from __future__ import annotations

from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from rdflib import RDF, Dataset, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, VOID

from egov_kg.publish.void import WHOLE
from egov_kg.settings import Settings
from support.past import Past
from support.releases import publish
from support.service import Server, browse, fetch, running

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
SYNTAXES = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
}
DATASETS = {"application/trig": "trig", "application/n-quads": "nquads"}
PATHS = ("/.well-known/void", "/catalog")


def graph(server: Server, path: str, accept: str = "application/n-triples") -> Graph:
    """A description, parsed."""
    reply = fetch(server, path, headers={"Accept": accept})
    assert (reply.status, reply.media_type) == (200, accept)
    return Graph().parse(data=reply.body, format=SYNTAXES[accept])


class TestBoth:
    @pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
    @pytest.mark.parametrize("path", PATHS)
    def test_the_same_in_every_syntax(self, complete: Server, path: str) -> None:
        first = graph(complete, path)
        assert len(first) > 100
        for accept in SYNTAXES:
            assert isomorphic(graph(complete, path, accept), first)
        for accept, format_ in DATASETS.items():
            found = Dataset().parse(
                data=fetch(complete, path, headers={"Accept": accept}).body, format=format_
            )
            assert isomorphic(found.graph(URIRef("urn:x-rdflib:default")), first)

    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize(("lang", "word"), [("en", "Other formats"), ("zh", "其他格式")])
    def test_a_page(self, complete: Server, path: str, lang: str, word: str) -> None:
        reply = browse(complete, path, lang=lang)
        assert word in reply.body.decode()
        assert reply.headers["content-language"] == lang

    @pytest.mark.parametrize("path", PATHS)
    def test_revalidation(self, complete: Server, path: str) -> None:
        tag = fetch(complete, path).headers["etag"]
        assert fetch(complete, path, headers={"If-None-Match": tag}).status == 304
        assert fetch(complete, path, headers={"Accept": "image/png"}).status == 406

    def test_nothing_is_said_at_a_bad_host(self, complete: Server) -> None:
        assert fetch(complete, "/catalog", headers={"Host": 'a<b>"c'}).status == 400


class TestVoid:
    def test_its_figures_are_those_of_the_data(self, complete: Server) -> None:
        found = graph(complete, PATHS[0])
        for iri, count in complete.release.graphs.items():
            if not iri.endswith("/catalogue"):
                assert found.value(URIRef(iri), VOID.triples) == Literal(count)
        assert (URIRef(WHOLE), VOID.sparqlEndpoint, URIRef(complete.endpoint)) in found


class TestCatalog:
    def test_the_service_is_in_it_at_its_own_address(self, complete: Server) -> None:
        found, endpoint = graph(complete, PATHS[1]), URIRef(complete.endpoint)
        (catalogue,) = found.subjects(RDF.type, DCAT.Catalog)
        assert (catalogue, DCAT.service, endpoint) in found
        assert (endpoint, DCAT.endpointURL, endpoint) in found
        assert (endpoint, DCAT.servesDataset, URIRef(WHOLE)) in found

    def test_its_downloads_are_there(self, complete: Server) -> None:
        urls = {str(url) for url in graph(complete, PATHS[1]).objects(None, DCAT.downloadURL)}
        assert urls
        for url in urls:
            path = url.removeprefix("https://w3id.org/egov-kg")
            assert fetch(complete, path, method="HEAD").status == 200, path


class TestRobots:
    def test_documents_are_open_and_queries_closed(self, past: Past) -> None:
        parser = RobotFileParser()
        text = fetch(past.server, "/robots.txt").body.decode()
        parser.parse(text.splitlines())
        for path, allowed in (
            ("/", True),
            ("/doc/id/region/cn", True),
            ("/sparql?query=x", False),
            ("/graphs?default", False),
        ):
            assert parser.can_fetch("any", path) is allowed, path
        assert parser.site_maps() == [f"{past.server.url}/sitemap.xml"]


class TestSitemap:
    def test_every_document_is_there(self, past: Past) -> None:
        reply = fetch(past.server, "/sitemap.xml")
        root = ElementTree.fromstring(reply.body)
        places = [place.text or "" for place in root.iter(f"{SITEMAP}loc")]
        assert [place.removeprefix(past.server.url) for place in places] == [
            f"/{lang}/{path}"
            for path in ("code/level", "code/level/one", "id/observation/x1", "id/region/x1")
            for lang in ("en", "zh")
        ]
        for place in places:
            assert fetch(past.server, place.removeprefix(past.server.url)).status == 200
        for url in root.iter(f"{SITEMAP}url"):
            assert {link.get("hreflang") for link in url.iter(LINK)} == {"zh", "en"}
            for link in url.iter(LINK):
                assert (
                    fetch(past.server, (link.get("href") or "").removeprefix(past.server.url)).status == 200
                )
        tag = {"If-None-Match": reply.headers["etag"]}
        assert fetch(past.server, "/sitemap.xml", headers=tag).status == 304

    def test_of_the_project(self, complete: Server) -> None:
        root = ElementTree.fromstring(fetch(complete, "/sitemap.xml").body)
        places = [place.text or "" for place in root.iter(f"{SITEMAP}loc")]
        assert len(places) == len(set(places)) > 3000
        assert {place.split("/")[5] for place in places} >= {"observation", "statement", "region", "dataset"}
        for place in places[:: len(places) // 20]:
            assert fetch(complete, place.removeprefix(complete.url), method="HEAD").status == 200, place

    def test_one_of_several(self, past: Past) -> None:
        assert fetch(past.server, "/sitemap-1.xml").status == 200
        for number in ("0", "2", "x"):
            assert fetch(past.server, f"/sitemap-{number}.xml").status == 404

    def test_more_than_one_may_hold(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        home = tmp_path_factory.mktemp("many")
        count = 25_001
        things = "".join(f"eid:region\\/n{number} a egov:Region .\n" for number in range(count))
        release = publish(home, things)
        with running(Settings(home=home, evaluators=1), release) as server:
            index = ElementTree.fromstring(fetch(server, "/sitemap.xml").body)
            parts = [place.text or "" for place in index.iter(f"{SITEMAP}loc")]
            assert parts == [f"{server.url}/sitemap-{number}.xml" for number in (1, 2)]
            sizes = []
            for part in parts:
                body = fetch(server, part.removeprefix(server.url)).body
                assert len(body) < 50_000_000
                sizes.append(len(list(ElementTree.fromstring(body).iter(f"{SITEMAP}url"))))
            assert sizes == [50_000, 2]
