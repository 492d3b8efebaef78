"""Clients that people use, against a real server: SPARQLWrapper, rdflib's SPARQLStore, Comunica, curl."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import QuerySolutions, Store
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, Unauthorized

from support import node
from support.service import EX, GRAPHS, Server
from support.writable import Writable

# rdflib's own code, and SPARQLWrapper's, use what rdflib has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")

LABELS = (
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    "SELECT ?s ?name WHERE { ?s rdfs:label ?name FILTER(LANG(?name) = 'zh') } ORDER BY ?s"
)
NAMES = ["甲", "乙", "丙"]
CONSTRUCT = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{GRAPHS}regions> {{ ?s ?p ?o }} }}"
FEDERATED = "SELECT ?s {{ SERVICE <{}> {{ ?s a <http://purl.org/linked-data/cube#Observation> }} }}"
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


class TestUpdates:
    def test_sparqlwrapper(self, playing: Writable) -> None:
        playing.update("DROP ALL")
        client = SPARQLWrapper(f"http://{playing.host}:{playing.port}/sparql")
        client.setMethod(POST)
        client.setQuery("INSERT DATA { <http://e/a> <http://e/b> '甲'@zh }")
        with pytest.raises(Unauthorized):
            client.query()
        client.addCustomHttpHeader("Authorization", f"Bearer {playing.token}")
        for how in ("urlencoded", POSTDIRECTLY):
            client.setRequestMethod(how)
            client.query().response.close()
        assert playing.triples("") == {'<http://e/a> <http://e/b> "甲"@zh .'}

    @pytest.mark.parametrize("autocommit", [True, False])
    def test_rdflib(self, playing: Writable, autocommit: bool) -> None:
        playing.update("DROP ALL")
        endpoint = f"http://{playing.host}:{playing.port}/sparql"
        fields = {"Authorization": f"Bearer {playing.token}"}
        store = SPARQLUpdateStore(endpoint, endpoint, autocommit=autocommit, headers=fields)
        graph = Graph(store, identifier=URIRef("http://e/g"))
        for number in range(50):
            graph.add((URIRef("http://e/a"), URIRef("http://e/b"), Literal(number)))
        store.commit()
        assert len(graph) == len(playing.triples("http://e/g")) == 50
        graph.update("DELETE { ?s ?p ?o } INSERT { ?s <http://e/c> ?o } WHERE { ?s ?p ?o FILTER(?o < 10) }")
        store.commit()
        assert len(list(graph.triples((None, URIRef("http://e/c"), None)))) == 10
        graph.remove((None, None, None))
        store.commit()
        assert len(graph) == 0


class TestDocuments:
    """rdflib's `parse` of an address, with the Accept header that it has for each format."""

    @pytest.mark.parametrize(
        "path", ["/code/level", "/doc/code/level", "/ontology", "/catalog", "/releases/", "/"]
    )
    @pytest.mark.parametrize("format_", [None, "turtle", "xml", "nt", "n3", "json-ld"])
    def test_one_graph(self, complete: Server, path: str, format_: str | None) -> None:
        graph = Graph().parse(f"{complete.url}{path}", format=format_)
        expected = Graph().parse(f"{complete.url}{path}", format="turtle")
        assert len(graph) == len(expected) > 0

    @pytest.mark.parametrize("name", ["graph.ttl", "graph.rdf", "cube.ttl", "schema.jsonld"])
    def test_downloads(self, complete: Server, name: str) -> None:
        assert len(Graph().parse(f"{complete.url}/download/{name}")) > 1_000

    def test_federation_from_rdflib(self, complete: Server) -> None:
        assert len(list(Graph().query(FEDERATED.format(complete.endpoint)))) > 50

    def test_federation_from_oxigraph(self, complete: Server) -> None:
        found = Store().query(FEDERATED.format(complete.endpoint))
        assert isinstance(found, QuerySolutions)
        assert len(list(found)) > 50


COMUNICA = """
const [package_, tasks, token] = process.argv.slice(1);
const {QueryEngine} = require(package_);
const engine = new QueryEngine();
const authorized = (url, init) => {
  init.headers = new Headers(init.headers);
  init.headers.set('Authorization', `Bearer ${token}`);
  return fetch(url, init);
};
const done = {
  rows: async (query, context) =>
    (await (await engine.queryBindings(query, context)).toArray()).map(row => row.get('name').value),
  ask: async (query, context) => await engine.queryBoolean(query, context),
  triples: async (query, context) => (await (await engine.queryQuads(query, context)).toArray()).length,
  update: async (query, context) => await engine.queryVoid(query, {...context, fetch: authorized}),
};
(async () => {
  const results = [];
  for (const [kind, query, ...sources] of JSON.parse(tasks)) results.push(await done[kind](query, {sources}));
  console.log(JSON.stringify(results));
})();
"""


def as_endpoint(url: str) -> dict[str, str]:
    """A source that Comunica need not look at to know what it is."""
    return {"type": "sparql", "value": url}


@pytest.mark.skipif(node.node() is None or node.modules() is None, reason=node.REASON)
class TestComunica:
    def run(self, *tasks: tuple[Any, ...], token: str = "") -> Any:
        """What comes of tasks: a kind, a query, its sources."""
        package = f"{node.modules()}/@comunica/query-sparql"
        command = [str(node.node()), "-e", COMUNICA, package, json.dumps(tasks), token]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def test_queries(self, server: Server) -> None:
        endpoint = as_endpoint(server.endpoint)
        assert self.run(
            ("rows", LABELS, endpoint),
            ("rows", LABELS, server.endpoint),
            ("ask", "ASK { ?s ?p '甲'@zh }", endpoint),
            ("triples", CONSTRUCT, endpoint),
        ) == [NAMES, NAMES, True, 9]

    def test_a_join_of_the_endpoint_with_a_document(self, complete: Server) -> None:
        level = "<http://www.w3.org/2004/02/skos/core#inScheme> <https://w3id.org/egov-kg/code/level>"
        concepts, uses = f"SELECT ?name {{ ?name {level} }}", f"SELECT ?name {{ ?c {level} . ?name ?p ?c }}"
        endpoint, document = as_endpoint(complete.endpoint), f"{complete.url}/code/level"
        listed, of_document, of_endpoint, of_both = self.run(
            ("rows", concepts, document),
            ("rows", uses, document),
            ("rows", uses, endpoint),
            ("rows", uses, endpoint, document),
        )
        assert len(listed) > 2
        assert of_document == []
        assert set(of_both) == set(of_endpoint) > set()

    def test_an_update(self, playing: Writable) -> None:
        endpoint = as_endpoint(f"http://{playing.host}:{playing.port}/sparql")
        updates = (
            "DROP ALL",
            "INSERT DATA { <http://e/a> <http://e/b> '甲'@zh, '乙'@zh }",
            "DELETE { ?s ?p '乙'@zh } WHERE { ?s ?p '乙'@zh }",
        )
        self.run(*(("update", update, endpoint) for update in updates), token=playing.token)
        assert playing.triples("") == {'<http://e/a> <http://e/b> "甲"@zh .'}


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
