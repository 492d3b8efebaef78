"""Clients that people use, against a real server: SPARQLWrapper, rdflib's SPARQLStore, curl."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from support.service import EX, GRAPHS, Server

# rdflib's own code, and SPARQLWrapper's, use what rdflib has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")

LABELS = (
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    "SELECT ?s ?name WHERE { ?s rdfs:label ?name FILTER(LANG(?name) = 'zh') } ORDER BY ?s"
)
NAMES = ["甲", "乙", "丙"]
CONSTRUCT = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{GRAPHS}regions> {{ ?s ?p ?o }} }}"
CURL = shutil.which("curl")


def wrapper(server: Server, query: str, format_: str, method: str = "GET", how: str = "urlencoded") -> Any:
    client = SPARQLWrapper(server.endpoint)
    client.setQuery(query)
    client.setReturnFormat(format_)
    client.setMethod(method)
    client.setRequestMethod(how)
    client.setTimeout(30)
    return client


def converted(client: Any) -> Any:
    result = client.query()
    try:
        return result.convert()
    finally:
        result.response.close()


class TestSPARQLWrapper:
    @pytest.mark.parametrize(
        ("method", "how"), [("GET", "urlencoded"), (POST, "urlencoded"), (POST, POSTDIRECTLY)]
    )
    def test_select_as_json(self, server: Server, method: str, how: str) -> None:
        answer = converted(wrapper(server, LABELS, JSON, method, how))
        assert [row["name"]["value"] for row in answer["results"]["bindings"]] == NAMES

    def test_select_as_xml(self, server: Server) -> None:
        document = converted(wrapper(server, LABELS, XML))
        assert [node.firstChild.data for node in document.getElementsByTagName("literal")] == NAMES

    @pytest.mark.parametrize(("format_", "separator"), [(CSV, ","), (TSV, "\t")])
    def test_select_as_text(self, server: Server, format_: str, separator: str) -> None:
        lines = converted(wrapper(server, LABELS, format_)).decode().splitlines()
        assert [name.strip("?") for name in lines[0].split(separator)] == ["s", "name"]
        assert [line.split(separator)[1].removesuffix("@zh").strip('"') for line in lines[1:]] == NAMES

    def test_ask(self, server: Server) -> None:
        assert converted(wrapper(server, f"ASK {{ <{EX}alpha> ?p ?o }}", JSON))["boolean"] is True
        assert converted(wrapper(server, f"ASK {{ <{EX}omega> ?p ?o }}", JSON))["boolean"] is False

    @pytest.mark.parametrize("format_", [RDFXML, TURTLE, N3, JSONLD, XML])
    def test_construct(self, server: Server, format_: str) -> None:
        answer = converted(wrapper(server, CONSTRUCT, format_))
        graph = answer if isinstance(answer, Graph) else Graph().parse(data=answer, format="turtle")
        assert len(graph) == 9
        assert (URIRef(f"{EX}alpha"), None, Literal("甲", lang="zh")) in graph

    def test_describe(self, server: Server) -> None:
        graph = converted(wrapper(server, f"DESCRIBE <{EX}alpha>", RDFXML))
        assert len(graph) == 3

    def test_a_syntax_error_is_its_own_exception(self, server: Server) -> None:
        # The client keeps the response open inside the exception's cause; so it is read here without it.
        with pytest.raises(QueryBadFormed, match="query-syntax") as caught:
            wrapper(server, "SELECT * WHERE {", JSON).query()
        cause = caught.value.__context__
        assert cause is not None
        cause.close()  # type: ignore[attr-defined]


class TestSPARQLStore:
    @pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
    @pytest.mark.parametrize("format_", ["xml", "json", "csv", "tsv"])
    def test_select(self, server: Server, method: Any, format_: str) -> None:
        store = SPARQLStore(server.endpoint, method=method, returnFormat=format_)
        assert [str(row.name) for row in Graph(store).query(LABELS)] == NAMES  # type: ignore[union-attr]

    def test_triples_length_and_membership(self, server: Server) -> None:
        graph = Graph(SPARQLStore(server.endpoint), identifier=URIRef(f"{GRAPHS}regions"))
        names = {str(name) for name in graph.objects(URIRef(f"{EX}alpha"), None) if isinstance(name, Literal)}
        assert names == {"Alpha", "甲"}
        assert (URIRef(f"{EX}beta"), None, None) in graph
        assert (URIRef(f"{EX}omega"), None, None) not in graph

    def test_ask_and_construct(self, server: Server) -> None:
        graph = Graph(SPARQLStore(server.endpoint))
        assert graph.query(f"ASK {{ <{EX}alpha> ?p ?o }}").askAnswer is True
        assert len(list(graph.query(CONSTRUCT))) == 9


@pytest.mark.skipif(CURL is None, reason="curl is not installed")
class TestCurl:
    def curl(self, *arguments: str, input_: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        command = [str(CURL), "--silent", "--show-error", "--globoff", "--max-time", "30", *arguments]
        return subprocess.run(command, input=input_, capture_output=True, check=False)

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--get", "--data-urlencode", f"query={LABELS}"],
            ["--data-urlencode", f"query={LABELS}"],
            ["-H", "Content-Type: application/sparql-query", "--data-binary", LABELS],
            [
                "-H",
                "Content-Type: application/sparql-query",
                "-H",
                "Transfer-Encoding: chunked",
                "-d",
                LABELS,
            ],
        ],
        ids=["GET", "POST form", "POST direct", "POST chunked"],
    )
    def test_select(self, server: Server, arguments: Sequence[str]) -> None:
        done = self.curl("--fail", *arguments, server.endpoint)
        assert done.returncode == 0, done.stderr
        rows = json.loads(done.stdout)["results"]["bindings"]
        assert [row["name"]["value"] for row in rows] == NAMES

    def test_chinese_typed_into_a_url(self, server: Server) -> None:
        query = "ASK{?s ?p '甲'@zh}".replace(" ", "%20")
        assert json.loads(self.curl(f"{server.endpoint}?query={query}").stdout)["boolean"] is True

    @pytest.mark.parametrize(
        ("media_type", "format_"),
        [
            ("text/turtle", "turtle"),
            ("application/n-triples", "nt"),
            ("application/rdf+xml", "xml"),
            ("application/ld+json", "json-ld"),
            ("application/trig", "trig"),
            ("application/n-quads", "nquads"),
        ],
    )
    def test_every_rdf_syntax_carries_the_same_graph(
        self, server: Server, media_type: str, format_: str, tmp_path: Path
    ) -> None:
        file = tmp_path / "answer"
        done = self.curl(
            "--fail", "-H", f"Accept: {media_type}", "-o", str(file), "-w", "%{content_type}",
            "--data-urlencode", f"query={CONSTRUCT}", server.endpoint,
        )  # fmt: skip
        assert done.stdout.decode().split(";")[0] == media_type
        expected = Graph().parse(data=self.curl("-d", "", "--get", "--data-urlencode", f"query={CONSTRUCT}",
                                                server.endpoint).stdout, format="turtle")  # fmt: skip
        if format_ in ("trig", "nquads"):
            from rdflib import Dataset

            dataset = Dataset()
            dataset.parse(data=file.read_bytes(), format=format_)
            found = Graph()
            for subject, predicate, object_, _ in dataset.quads():
                found.add((subject, predicate, object_))
        else:
            found = Graph().parse(data=file.read_bytes(), format=format_)
        assert len(found) == 9
        assert isomorphic(found, expected)

    def test_a_broken_off_answer_is_an_error(self, server: Server) -> None:
        from support.service import BREAKING_QUERY

        done = self.curl("-o", "/dev/null", "--data-urlencode", f"query={BREAKING_QUERY}", server.endpoint)
        assert done.returncode == 18, done.stderr  # CURLE_PARTIAL_FILE
