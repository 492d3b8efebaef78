"""SPARQL 1.1 Service Description, held to its text: each statement is tried at the endpoint itself.

The names follow the sections of the specification.
"""

from __future__ import annotations

import pytest
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import VOID
from rdflib.term import Node

from egov_kg.formats import NTRIPLES
from egov_kg.release.registry import Registry
from egov_kg.web.editions import State
from egov_kg.web.service_description import Facts, describe
from support.past import Past
from support.service import Server, fetch

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")
MEDIA_TYPES = {
    "SPARQL_Results_JSON": "application/sparql-results+json",
    "SPARQL_Results_XML": "application/sparql-results+xml",
    "SPARQL_Results_CSV": "text/csv",
    "SPARQL_Results_TSV": "text/tab-separated-values",
    "Turtle": "text/turtle",
    "N-Triples": "application/n-triples",
    "JSON-LD": "application/ld+json",
    "RDF_XML": "application/rdf+xml",
    "TriG": "application/trig",
    "N-Quads": "application/n-quads",
}
"""Of the IRIs that W3C's list of unique URIs for file formats has."""


def description(server: Server) -> Graph:
    """What the endpoint says of itself."""
    return Graph().parse(data=fetch(server).body, format="turtle")


def ask(server: Server, query: str) -> bool:
    """An answer of the endpoint."""
    return bool(fetch(server, query=query).json["boolean"])


def count(server: Server, pattern: str) -> int:
    """How many solutions a pattern has."""
    query = f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}"
    return int(fetch(server, query=query).json["results"]["bindings"][0]["n"]["value"])


class TestAccess:
    """Section 2: dereferencing the endpoint without a query gives RDF that describes it."""

    @pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
    def test_by_negotiation_at_the_endpoint(self, complete: Server) -> None:
        first = description(complete)
        for accept, format_ in {
            "application/rdf+xml": "xml",
            "application/ld+json": "json-ld",
            "application/n-triples": "nt",
        }.items():
            reply = fetch(complete, headers={"Accept": accept})
            assert reply.media_type == accept
            assert isomorphic(Graph().parse(data=reply.body, format=format_), first)

    def test_of_a_past_state(self, past: Past) -> None:
        for id_ in past.ids:
            found = Graph().parse(data=fetch(past.server, asOf=id_).body, format="turtle")
            dataset = found.value(URIRef(past.server.endpoint), SD.defaultDataset)
            assert id_ in {str(value) for value in found.objects(dataset)}


class TestService:
    """Sections 3.1.1 and 3.2.1: exactly one service, and its endpoint is this one."""

    def test_one_service_with_one_endpoint(self, complete: Server) -> None:
        found = description(complete)
        assert list(found.subject_objects(SD.endpoint)) == [
            (URIRef(complete.endpoint), URIRef(complete.endpoint))
        ]
        assert list(found.subjects(RDF.type, SD.Service)) == [URIRef(complete.endpoint)]

    def test_every_term_is_the_vocabulary_s(self, complete: Server) -> None:
        known = {
            "Service",
            "Dataset",
            "Graph",
            "NamedGraph",
            "endpoint",
            "supportedLanguage",
            "SPARQL11Query",
            "SPARQL11Update",
            "resultFormat",
            "inputFormat",
            "feature",
            "UnionDefaultGraph",
            "BasicFederatedQuery",
            "defaultEntailmentRegime",
            "entailmentRegime",
            "defaultDataset",
            "defaultGraph",
            "namedGraph",
            "name",
            "graph",
        }
        used = {
            str(term).removeprefix(SD)
            for triple in description(complete)
            for term in triple
            if str(term).startswith(SD)
        }
        assert used <= known
        assert {"Service", "defaultDataset", "namedGraph"} <= used


class TestLanguages:
    """Section 3.4.1: supported languages are understood, others are not."""

    def test_what_is_supported(self, complete: Server) -> None:
        languages = set(description(complete).objects(None, SD.supportedLanguage))
        assert SD.SPARQL11Query in languages
        assert ask(complete, "ASK {}")
        headers = {"Content-Type": "application/sparql-update"}
        reply = fetch(complete, method="POST", body=b"INSERT DATA {}", headers=headers)
        assert (SD.SPARQL11Update in languages) is (reply.status == 401)
        assert reply.status in (401, 403)


class TestResultFormats:
    """Section 3.2.5: each result format is really given."""

    def test_each_is_given(self, complete: Server) -> None:
        found = {
            str(iri).removeprefix(FORMATS) for iri in description(complete).objects(None, SD.resultFormat)
        }
        assert found == set(MEDIA_TYPES)
        for name in found:
            query = "SELECT * {}" if name.startswith("SPARQL") else "CONSTRUCT {} WHERE {}"
            reply = fetch(complete, query=query, headers={"Accept": MEDIA_TYPES[name]})
            assert (reply.status, reply.media_type) == (200, MEDIA_TYPES[name])


class TestFeatures:
    """Section 3.2.7: a feature is stated where the endpoint has it, and only there."""

    def test_union_default_graph(self, complete: Server, past: Past) -> None:
        for server in (complete, past.server):
            stated = (URIRef(server.endpoint), SD.feature, SD.UnionDefaultGraph) in description(server)
            union = count(server, "{ SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } }")
            assert stated is (count(server, "?s ?p ?o") == union)

    def test_federated_query(self, complete: Server) -> None:
        assert (None, SD.feature, SD.BasicFederatedQuery) not in description(complete)
        query = "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
        assert fetch(complete, query=query).status == 403

    def test_uris_are_not_dereferenced(self, complete: Server) -> None:
        assert (None, SD.feature, SD.DereferencesURIs) not in description(complete)
        assert not ask(complete, f"ASK FROM <{complete.url}/ontology> {{ ?s ?p ?o }}")

    @pytest.mark.parametrize("switched_on", [False, True])
    def test_what_settings_change(self, past: Past, switched_on: bool) -> None:
        release: State = Registry(past.settings.home).current()
        facts = Facts("http://e/sparql", release, writable=switched_on, federated=switched_on)
        found = Graph().parse(data=describe(facts, NTRIPLES), format="nt")
        service = URIRef("http://e/sparql")
        assert ((service, SD.feature, SD.BasicFederatedQuery) in found) is switched_on
        assert ((service, SD.supportedLanguage, SD.SPARQL11Update) in found) is switched_on
        assert bool(list(found.objects(service, SD.inputFormat))) is switched_on


class TestDataset:
    """Sections 3.2.9 to 3.2.14: the default dataset has these graphs, and they have these sizes."""

    def test_every_named_graph_is_there(self, complete: Server) -> None:
        found = description(complete)
        dataset = found.value(URIRef(complete.endpoint), SD.defaultDataset)
        names = {found.value(named, SD.name): named for named in found.objects(dataset, SD.namedGraph)}
        rows = fetch(complete, query="SELECT DISTINCT ?g { GRAPH ?g {} }").json["results"]["bindings"]
        assert {str(name) for name in names} == {row["g"]["value"] for row in rows}
        for name, named in names.items():
            graph: Node | None = found.value(named, SD.graph)
            pattern = f"GRAPH <{name}> {{ ?s ?p ?o }}"
            assert int(str(found.value(graph, VOID.triples))) == count(complete, pattern)
            if str(name).endswith("/regions"):
                subjects = count(complete, f"{{ SELECT DISTINCT ?s {{ {pattern} }} }}")
                assert int(str(found.value(graph, VOID.distinctSubjects))) == subjects

    def test_the_default_graph_is_described(self, complete: Server) -> None:
        found = description(complete)
        dataset = found.value(URIRef(complete.endpoint), SD.defaultDataset)
        default = found.value(dataset, SD.defaultGraph)
        assert (default, RDF.type, SD.Graph) in found
