"""All the pages of the project's own data: no link is dead, every page is sound, all formats say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

import html5rdf
import pytest
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from egov_kg.formats import RDF
from support.crawler import Crawler, faults
from support.service import Server

STARTS = ("/", "/sitemap.xml", "/robots.txt", "/openapi.json", "/catalog", "/.well-known/void", "/ontology")
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")  # rdflib's own use

NAMES = {"ntriples": "nt", "jsonld": "json-ld", "rdfxml": "xml"}
"""What rdflib calls those syntaxes that it has another name for."""


@pytest.fixture(scope="module")
def crawled(complete: Server) -> Iterator[Crawler]:
    with closing(Crawler(complete.port, most=1)) as crawler:
        crawler.crawl(*STARTS)
        yield crawler


def test_no_link_is_dead_and_every_page_is_sound(crawled: Crawler) -> None:
    assert crawled.faults == []
    assert len(crawled.pages) > 150


@pytest.mark.parametrize(
    "path",
    ["/en/releases/", "/zh/download/", "/en/sparql", "/en/catalog", "/zh/.well-known/void", "/en/ontology",
     "/ontology/0.1.0", "/openapi.json", "/sitemap.xml", "/download/graph.jsonld",
     "/en/code/adequacy-scale", "/zh/regions", "/en/datasets", "/zh/docs", "/doc/code/adequacy-scale.ttl"],
)  # fmt: skip
def test_one_gets_everywhere_by_links(crawled: Crawler, path: str) -> None:
    assert any(re.fullmatch(re.escape(path) + r"(\?.*)?", seen) for seen in crawled.pages)


def test_all_formats_of_a_document_carry_the_same_graph(crawled: Crawler) -> None:
    found = (re.fullmatch(r"/en/((?:id|code)/[^.?]+?)", path) for path in crawled.pages)
    documents = {
        re.sub(r"[^/]+$", "", match[1]): f"/doc/{match[1]}"
        for match in found
        if match and not match[1].endswith("/neighbourhood")
    }
    assert len(documents) > 30  # one of each type and of each code list
    for path in (*documents.values(), "/catalog", "/.well-known/void", "/sparql"):
        graphs = []
        for syntax in RDF:
            status, headers, body = crawled.get(path, syntax.media_type)
            assert (status, headers["content-type"].split(";")[0]) == (200, syntax.media_type)
            graphs.append(parsed(body, NAMES.get(syntax.name, syntax.name)))
        assert len(graphs[0]) > 0
        assert all(isomorphic(graphs[0], other) for other in graphs[1:]), path


def parsed(body: bytes, name: str) -> Graph:
    """A document as a graph, whatever graph of a dataset its triples are in."""
    if name not in ("trig", "nquads"):
        return Graph().parse(data=body, format=name)
    dataset, graph = Dataset(), Graph()
    dataset.parse(data=body, format=name)
    for subject, predicate, object_, _ in dataset.quads():
        graph.add((subject, predicate, object_))
    return graph


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<p id=a><p id=a>", "id a 2 times"),
        ("<input name=q>", "input q without a label"),
        ("<a href='#x'>x</a>", "#x leads nowhere"),
        ("<a href='/y'></a>", "a link without words to /y"),
        ("<h4>x</h4>", "h1 before h4"),
        ("<table><tr><td>x</table>", "a table without headings"),
    ],
)
def test_the_crawler_finds_faults(body: str, fault: str) -> None:
    def found(inside: str) -> list[str]:
        text = (
            "<!doctype html><html lang=en><title>t</title><header></header>"
            f"<main><h1>t</h1>{inside}</main><footer></footer>"
        )
        tree = html5rdf.HTMLParser(namespaceHTMLElements=False).parse(text)
        return list(faults([one for one in tree.iter() if isinstance(one.tag, str)], "en"))

    assert found("") == []
    assert fault in found(body)
