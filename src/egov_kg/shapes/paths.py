"""Property paths: from SHACL (section 2.3.1) to SPARQL 1.1 (section 9)."""

from __future__ import annotations

from typing import Final

from rdflib import RDF, SH, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from egov_kg.store.terms import from_rdflib

_REPEATED: Final = ((SH.zeroOrMorePath, "*"), (SH.oneOrMorePath, "+"), (SH.zeroOrOnePath, "?"))


class NotAPath(ValueError):
    """A node that is no well-formed path."""


def path_text(graph: Graph, node: Node, above: frozenset[Node] = frozenset()) -> str:
    """A SHACL path as a SPARQL property path, with every IRI in angle brackets.

    Args:
        graph: has the path.
        node: the path.
        above: nodes that this path is a part of.

    Raises:
        NotAPath: it is not well-formed, or leads into itself.
    """
    if isinstance(node, URIRef) and node != RDF.nil:
        return str(from_rdflib(node))
    if node in above:
        raise NotAPath(node)
    above |= {node}
    if (inverse := graph.value(node, SH.inversePath)) is not None:
        text = path_text(graph, inverse, above)
        # `^` binds closer than `/`.
        return f"^({text})" if (inverse, RDF.first, None) in graph else f"^{text}"
    if (options := graph.value(node, SH.alternativePath)) is not None:
        return f"({'|'.join(path_text(graph, part, above) for part in _members(graph, options))})"
    for term, mark in _REPEATED:
        if (inner := graph.value(node, term)) is not None:
            return f"({path_text(graph, inner, above)}){mark}"
    return "/".join(path_text(graph, part, above) for part in _members(graph, node))


def _members(graph: Graph, node: Node) -> list[Node]:
    try:
        members = list(Collection(graph, node))
    except ValueError:  # a list that leads into itself
        raise NotAPath(node) from None
    if len(members) < 2:
        raise NotAPath(node)
    return members
