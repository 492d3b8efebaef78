"""rdflib terms to pyoxigraph terms and back: the only place where the two meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


def values_block(rows: Sequence[Mapping[str, Identifier]]) -> str:
    """A VALUES block (SPARQL 1.1, section 10.2.2) on a line of its own; nothing for no rows.

    Terms are written by the engine, as N-Triples, so that none can break out.

    Args:
        rows: variable name (without `?`) to term, all with the variables of the first.

    Raises:
        TypeError: a term that is neither an IRI nor a literal.
        ValueError: an IRI that is none.
    """
    if not rows:
        return ""
    names = list(rows[0])
    lines = (" ".join(row[name] for name in names) for row in as_text(rows))
    head = " ".join(f"?{name}" for name in names)
    return f"\nVALUES ({head}) {{ {' '.join(f'({line})' for line in lines)} }}\n"


def as_text(rows: Sequence[Mapping[str, Identifier]]) -> list[dict[str, str]]:
    """Rows with their terms as N-Triples, so that none can break out of a query.

    Raises:
        TypeError: a term that is neither an IRI nor a literal.
        ValueError: an IRI that is none.
    """
    return [{name: str(from_rdflib(term)) for name, term in row.items()} for row in rows]


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
