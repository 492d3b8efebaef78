"""Which graphs a query is about: those of the protocol, else of its FROM clauses, else the store's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph as ox

from egov_kg.errors import QueryError, UsageError
from egov_kg.sparql.guard import QueryFacts
from egov_kg.sparql.protocol import Operation


class Graphs(NamedTuple):
    """The graphs that a query is about.

    Attributes:
        default: what its default graph is the merge of; None for the store's own.
        named: what GRAPH reaches; None for all of the store's.
        unresolved: a graph of its FROM clauses cannot be told from the way it is written.
    """

    default: tuple[ox.NamedNode, ...] | None = None
    named: tuple[ox.NamedNode, ...] | None = None
    unresolved: bool = False


def graphs_of(operation: Operation, facts: QueryFacts) -> Graphs:
    """The graphs of a query (SPARQL 1.1 Protocol, section 2.1.4).

    Where the protocol, or else the query, names only one kind of graph, the other kind is empty.

    Raises:
        UsageError: a graph of the protocol is no absolute IRI.
    """
    if operation.default_graphs or operation.named_graphs:
        return Graphs(_protocol_graphs(operation.default_graphs), _protocol_graphs(operation.named_graphs))
    if not facts.has_dataset_clause:
        return Graphs()
    default, named = _clause_graphs(facts.default_graphs), _clause_graphs(facts.named_graphs)
    return Graphs(default, named, default is None or named is None)


def not_told() -> QueryError:
    """The error of FROM clauses that would have to be merged and cannot be told."""
    return QueryError(
        "A graph of FROM or FROM NAMED cannot be told from the way it is written. Write each as an "
        "absolute IRI, of at most 2,048 characters, and name at most 1,000.",
        "无法确定 FROM 或 FROM NAMED 所指的图。请将其写成绝对 IRI（不超过 2,048 个字符），"
        "且不超过 1,000 个。",
    )


def _protocol_graphs(iris: Iterable[str]) -> tuple[ox.NamedNode, ...]:
    graphs: dict[ox.NamedNode, None] = {}
    for iri in iris:
        try:
            graphs[ox.NamedNode(iri)] = None
        except ValueError:
            raise UsageError(
                f"default-graph-uri and named-graph-uri take absolute IRIs; {iri!r} is none.",
                f"default-graph-uri 和 named-graph-uri 须为绝对 IRI；{iri!r} 不是。",
            ) from None
    return tuple(graphs)


def _clause_graphs(iris: Iterable[str] | None) -> tuple[ox.NamedNode, ...] | None:
    """None where one is unknown or no IRI: the engine then says what it thinks of it, and where."""
    try:
        return None if iris is None else tuple(ox.NamedNode(iri) for iri in iris)
    except ValueError:
        return None
