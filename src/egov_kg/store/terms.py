"""rdflib terms to pyoxigraph terms and back: the only place where the two meet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pyoxigraph as ox

from egov_kg.namespaces import PREFIXES

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Identifier

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


def to_rdflib(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Identifier:
    """An rdflib term with the engine's lexical form.

    Raises:
        TypeError: a triple term (RDF 1.2), which rdflib does not have.
    """
    from rdflib.term import BNode, Literal, URIRef

    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.Literal):
        if term.language is not None:
            return Literal(term.value, lang=term.language)
        if term.datatype.value == _XSD_STRING:
            return Literal(term.value)
        return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    raise TypeError(f"rdflib has no counterpart of {term}")


def from_rdflib(term: Identifier) -> ox.NamedNode | ox.Literal:
    """A pyoxigraph term.

    Raises:
        TypeError: neither an IRI nor a literal; a blank node names nothing outside its own graph.
    """
    from rdflib.term import Literal, URIRef

    if isinstance(term, URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, Literal):
        if term.language:
            return ox.Literal(str(term), language=term.language)
        return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype or _XSD_STRING)))
    raise TypeError(f"Only an IRI or a literal can be bound, not {term!r}")


def to_graph(triples: Iterable[ox.Triple]) -> Graph:
    """An rdflib graph with the project's prefixes.

    Raises:
        TypeError: a triple term (RDF 1.2), which rdflib does not have.
    """
    from rdflib import Graph

    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    for triple in triples:
        graph.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))
    return graph
