"""The SPARQL service description (SPARQL 1.1 Service Description, section 3) of the endpoint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

from egov_kg.errors import UsageError
from egov_kg.formats import RDF, RESULTS, Syntax
from egov_kg.iris import LICENCE
from egov_kg.namespaces import PREFIXES
from egov_kg.release.registry import Release
from egov_kg.sparql.protocol import is_absolute_iri

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
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


def describe(endpoint: str, release: Release, syntax: Syntax) -> bytes:
    """The description of an endpoint that serves a release.

    Args:
        endpoint: the URL the client used, without a query string.
        release: the release served.
        syntax: the RDF syntax to write.

    Raises:
        UsageError: the endpoint is no absolute URL (a malformed Host header).
    """
    if not is_absolute_iri(endpoint) or not urlsplit(endpoint).netloc:
        raise UsageError(
            "The Host header is malformed: the URL of this endpoint cannot be told.",
            "Host 头有误：无法得知本端点的 URL。",
        )
    # Imported here: the RDF library is not needed to answer queries.
    from egov_kg.store.rdf_io import serialize

    lines = (f"{s} {p} {o} .\n" for s, p, o in _triples(endpoint, release))
    with TemporaryDirectory() as folder:
        file = Path(folder) / "description.nq"
        file.write_text("".join(lines), encoding="utf-8")
        return b"".join(serialize(file, syntax.name))


def _triples(endpoint: str, release: Release) -> Iterator[tuple[str, str, str]]:
    service, dataset, default = _iri(endpoint), _iri(f"{endpoint}#dataset"), _iri(f"{endpoint}#default-graph")
    a = _iri(PREFIXES["rdf"] + "type")
    label, triples = _iri(PREFIXES["rdfs"] + "label"), _iri(PREFIXES["void"] + "triples")
    yield service, a, _sd("Service")
    yield service, _sd("endpoint"), service
    yield service, _sd("supportedLanguage"), _sd("SPARQL11Query")
    for syntax in (*RESULTS, *RDF):
        yield service, _sd("resultFormat"), _iri(_FORMATS + _FORMAT_NAMES[syntax.name])
    yield service, label, '"Knowledge graph of e-government in China 2012-2013"@en'
    yield service, label, '"中国电子政务知识图谱 2012-2013"@zh'
    yield service, _iri(PREFIXES["dcterms"] + "license"), _iri(LICENCE)
    yield service, _sd("defaultDataset"), dataset
    yield dataset, a, _sd("Dataset")
    yield dataset, _iri(PREFIXES["dcterms"] + "identifier"), json.dumps(release.id)
    yield dataset, _sd("defaultGraph"), default
    yield default, a, _sd("Graph")
    note = _iri(PREFIXES["rdfs"] + "comment")
    yield default, note, '"The union of all named graphs but the derived one."@en'
    yield default, note, '"除推算图以外所有命名图的并集。"@zh'
    for iri, count in release.graphs.items():
        name = iri.rpartition("/")[2]
        named, graph = _iri(f"{endpoint}#named-graph-{name}"), _iri(f"{endpoint}#graph-{name}")
        yield dataset, _sd("namedGraph"), named
        yield named, a, _sd("NamedGraph")
        yield named, _sd("name"), _iri(iri)
        yield named, _sd("graph"), graph
        yield graph, a, _sd("Graph")
        yield graph, triples, f'"{count}"^^<{PREFIXES["xsd"]}integer>'


def _iri(text: str) -> str:
    return f"<{text}>"


def _sd(name: str) -> str:
    return _iri(_SD + name)
