"""The SPARQL service description (SPARQL 1.1 Service Description, section 3) of the endpoint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from egov_kg import iris
from egov_kg.errors import UsageError
from egov_kg.formats import RDF, RESULTS, Syntax
from egov_kg.iris import LICENCE
from egov_kg.namespaces import expand
from egov_kg.release.registry import Release
from egov_kg.store import dumps
from egov_kg.web.editions import State

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_SIMPLE: Final = "http://www.w3.org/ns/entailment/Simple"
_FORMAT_NAMES: Final = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
    "trig": "TriG",
    "nquads": "N-Quads",
}


_TEXTS: Final = {
    "service": ("Knowledge graph of e-government in China 2012-2013", "中国电子政务知识图谱 2012-2013"),
    "union": ("The union of all named graphs.", "所有命名图的并集。"),
    "some": (
        "The union of the named graphs but those with derived values and those in staging.",
        "除推算图与暂存图以外各命名图的并集。",
    ),
    "own": ("A graph of its own.", "独立的图。"),
}
_COUNTED: Final = {
    "subjects": "void:distinctSubjects",
    "objects": "void:distinctObjects",
    "classes": "void:classes",
    "properties": "void:properties",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to say of an endpoint.

    Attributes:
        endpoint: its URL.
        state: what it serves.
        writable: whether it takes updates.
        federated: whether some endpoints may be named in SERVICE.
    """

    endpoint: str
    state: State
    writable: bool
    federated: bool

    @property
    def is_union(self) -> bool:
        """Whether the default graph is the union of all named graphs, no more and no less."""
        return set(self.state.dataset.default_graphs) == set(self.state.graphs)


def describe(facts: Facts, syntax: Syntax) -> bytes:
    """The description in an RDF syntax."""
    lines = (f"{s} {p} {o} .\n" for s, p, o in (*_service(facts), *_dataset(facts)))
    return dumps.written(lines, syntax.name)


def _service(facts: Facts) -> Iterator[tuple[str, str, str]]:
    service = _iri(facts.endpoint)
    yield service, _term("rdf:type"), _sd("Service")
    yield service, _sd("endpoint"), service
    yield service, _sd("supportedLanguage"), _sd("SPARQL11Query")
    if facts.writable:
        yield service, _sd("supportedLanguage"), _sd("SPARQL11Update")
        for syntax in RDF:
            yield service, _sd("inputFormat"), _iri(_FORMATS + _FORMAT_NAMES[syntax.name])
    for syntax in (*RESULTS, *RDF):
        yield service, _sd("resultFormat"), _iri(_FORMATS + _FORMAT_NAMES[syntax.name])
    if facts.is_union:
        yield service, _sd("feature"), _sd("UnionDefaultGraph")
    if facts.federated:
        yield service, _sd("feature"), _sd("BasicFederatedQuery")
    yield service, _sd("defaultEntailmentRegime"), _iri(_SIMPLE)
    yield from _texts(service, "rdfs:label", "service")
    yield service, _term("dcterms:license"), _iri(LICENCE)
    yield service, _sd("defaultDataset"), _iri(f"{facts.endpoint}#dataset")


def _dataset(facts: Facts) -> Iterator[tuple[str, str, str]]:
    endpoint, state = facts.endpoint, facts.state
    dataset, default = _iri(f"{endpoint}#dataset"), _iri(f"{endpoint}#default-graph")
    yield dataset, _term("rdf:type"), _sd("Dataset")
    yield dataset, _term("dcterms:identifier"), json.dumps(state.id)
    yield dataset, _sd("defaultGraph"), default
    yield default, _term("rdf:type"), _sd("Graph")
    kind = "own" if not isinstance(state, Release) else "union" if facts.is_union else "some"
    yield from _texts(default, "rdfs:comment", kind)
    counted = _statistics(state)
    for iri, count in state.graphs.items():
        name = _name(iri)
        named, graph = _iri(f"{endpoint}#named-graph-{name}"), _iri(f"{endpoint}#graph-{name}")
        yield dataset, _sd("namedGraph"), named
        yield named, _term("rdf:type"), _sd("NamedGraph")
        yield named, _sd("name"), _iri(iri)
        yield named, _sd("entailmentRegime"), _iri(_SIMPLE)
        yield named, _sd("graph"), graph
        yield graph, _term("rdf:type"), _sd("Graph")
        yield graph, _term("void:triples"), _number(count)
        for key, value in counted.get(iri, {}).items():
            if key in _COUNTED:
                yield graph, _term(_COUNTED[key]), _number(value if isinstance(value, int) else len(value))


def _statistics(state: State) -> Mapping[str, Mapping[str, Any]]:
    """The statistics of each graph that the release was published with, by IRI."""
    if not isinstance(state, Release) or "statistics.json" not in state.manifest["files"]:
        return {}
    try:
        graphs = json.loads((state.path / "statistics.json").read_bytes())["graphs"]
    except (OSError, ValueError, KeyError):
        return {}
    return graphs if isinstance(graphs, dict) else {}


def _name(iri: str) -> str:
    """The end of a named graph's IRI, or a digest where it is not one of ours."""
    try:
        return iris.parse(iri).slug
    except UsageError:
        return hashlib.sha256(iri.encode()).hexdigest()[:16]


def _texts(subject: str, predicate: str, name: str) -> Iterator[tuple[str, str, str]]:
    for text, lang in zip(_TEXTS[name], ("en", "zh"), strict=True):
        yield subject, _term(predicate), f'"{text}"@{lang}'


def _number(value: int) -> str:
    return f'"{value}"^^{_term("xsd:integer")}'


def _term(curie: str) -> str:
    return _iri(expand(curie))


def _iri(text: str) -> str:
    return f"<{text}>"


def _sd(name: str) -> str:
    return _iri(_SD + name)
