"""The door of a `Store` for the package's own queries, where answers come as bytes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from egov_kg.errors import EvaluationError
from egov_kg.store.base import Row

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Identifier

_JSON: Final = "application/sparql-results+json"
_TSV: Final = "text/tab-separated-values"
_N_TRIPLES: Final = "application/n-triples"


class Trusted(ABC):
    """`select`, `ask` and `construct` made of answers that are read whole."""

    @abstractmethod
    def read(self, query: str, media_type: str, values: Mapping[str, str]) -> bytes:
        """The whole answer to a trusted query, with values for variables as N-Triples."""

    def joined(self, query: str, rows: Sequence[Row]) -> str:
        """The text of a query whose solutions are joined with rows of values."""
        from egov_kg.store.terms import values_block

        return query + values_block(rows)

    def select(
        self, query: str, bindings: Mapping[str, Identifier] | None = None, *, values: Sequence[Row] = ()
    ) -> list[Row]:
        """Solutions of a SELECT query; see `Store.select`."""
        from egov_kg.store.terms import as_text

        (bound,) = as_text([bindings or {}])
        head, end, rest = self.read(self.joined(query, values), _TSV, bound).decode().partition("\n")
        if not end:
            raise EvaluationError(
                "select() was given a query that is not SELECT.", "select() 需要 SELECT 查询。"
            )
        names = [name[1:] for name in head.split("\t")]
        rows = [line.split("\t") for line in rest.split("\n")[:-1]]
        terms = _terms({cell for row in rows for cell in row if cell})
        return [{name: terms[cell] for name, cell in zip(names, row, strict=True) if cell} for row in rows]

    def ask(self, query: str) -> bool:
        """The answer of an ASK query; see `Store.ask`."""
        results = ox.parse_query_results(self.read(query, _JSON, {}), ox.QueryResultsFormat.JSON)
        if not isinstance(results, ox.QueryBoolean):
            raise EvaluationError("ask() was given a query that is not ASK.", "ask() 需要 ASK 查询。")
        return bool(results)

    def construct(self, query: str) -> Graph:
        """The graph of a CONSTRUCT or DESCRIBE query; see `Store.construct`."""
        from egov_kg.store.terms import to_graph

        data = self.read(query, _N_TRIPLES, {})
        return to_graph(quad.triple for quad in ox.parse(data, ox.RdfFormat.N_TRIPLES))


def _terms(cells: Collection[str]) -> dict[str, Identifier]:
    """The terms that cells of SPARQL 1.1 Query Results TSV stand for, each read once.

    Most terms of an answer come many times, and reading one costs more than looking it up.
    """
    from egov_kg.store.terms import to_rdflib

    column = "".join(f"{line}\n" for line in ("?term", *cells))
    parsed = ox.parse_query_results(column, ox.QueryResultsFormat.TSV)
    assert isinstance(parsed, ox.QuerySolutions)  # noqa: S101 - it has a header
    return {cell: to_rdflib(row[0]) for cell, row in zip(cells, parsed, strict=True)}
