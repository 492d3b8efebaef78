"""The catalogue of a release in two connected parts, as its users ask for them.

- `describe_catalogue(store) -> rdflib.Graph`: DCAT, for harvesters that read DCAT-AP 3.0.1.
- `describe_void(store) -> rdflib.Graph`: VoID, for `/.well-known/void`.

Both are functions of the store alone and take tens of milliseconds: keep the answer for as long as the
release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from egov_kg.namespaces import PREFIXES, expand
from egov_kg.publish.void import read_query

if TYPE_CHECKING:
    from rdflib import Graph

    from egov_kg.store.base import Store

_SPDX = "http://spdx.org/rdf/terms#"


def describe_catalogue(store: Store) -> Graph:
    """The DCAT part: the catalogue, its datasets, distributions and services, and all that these refer to.

    Args:
        store: a whole release, with its catalogue graph.

    Raises:
        EvaluationError: the store failed.
    """
    from rdflib import Literal, URIRef
    from rdflib.namespace import XSD

    graph = _named(store.construct(read_query("dcat.rq")))
    graph.bind("spdx", _SPDX)
    # The engine gives every kind of integer as xsd:integer; DCAT 3, section 6.8.12, names this one.
    size = URIRef(expand("dcat:byteSize"))
    for distribution, value in list(graph.subject_objects(size)):
        graph.set((distribution, size, Literal(str(value), datatype=XSD.nonNegativeInteger)))
    return graph


def describe_void(store: Store) -> Graph:
    """The VoID part: the whole, each named graph with its statistics, the linksets and their targets.

    Args:
        store: a whole release, with its catalogue graph.

    Raises:
        EvaluationError: the store failed.
    """
    return _named(store.construct(read_query("void.rq")))


def _named(graph: Graph) -> Graph:
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph
