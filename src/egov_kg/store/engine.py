"""One query on a pyoxigraph store: its dataset, its errors, its answer as bytes.

Both doors use it: `Snapshot` in its own process, the evaluators in theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import IO, Final, Literal
from xml.parsers import expat

import pyoxigraph as ox

from egov_kg.errors import EvaluationError, NotAcceptable
from egov_kg.formats import CSV, JSON, RDF, RDFXML, TSV, XML
from egov_kg.namespaces import PREFIXES
from egov_kg.sparql.guard import QueryFacts, inspect
from egov_kg.sparql.protocol import Operation
from egov_kg.store.datasets import graphs_of, not_told
from egov_kg.store.limits import Bounded, Limits, at_most
from egov_kg.store.rdf_io import RDF_FORMATS, Writer, used_prefixes, write_rdf
from egov_kg.store.syntax_errors import syntax_error

Kind = Literal["bindings", "boolean", "graph"]
Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples | Iterator[ox.Triple]
Term = ox.NamedNode | ox.Literal

RESULT_TYPES: Final = {
    JSON.media_type: ox.QueryResultsFormat.JSON,
    XML.media_type: ox.QueryResultsFormat.XML,
    CSV.media_type: ox.QueryResultsFormat.CSV,
    TSV.media_type: ox.QueryResultsFormat.TSV,
}
"""Media types of the answers to SELECT and ASK."""

GRAPH_TYPES: Final = {syntax.media_type: RDF_FORMATS[syntax.name] for syntax in RDF}
"""Media types of the answers to CONSTRUCT and DESCRIBE."""

_SMALL: Final = 2_000
_XML: Final = (XML.media_type, RDFXML.media_type)


class Engine:
    """A store whose own default graph is the default graph of its queries."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self._disjoint: dict[tuple[ox.NamedNode, ...], bool] = {}

    def evaluate(
        self,
        operation: Operation,
        bindings: Mapping[str, Term] | None = None,
        facts: QueryFacts | None = None,
    ) -> Results:
        """Start a query.

        The dataset is, in this order (SPARQL 1.1 Protocol, section 2.1.4): that of the protocol, that of the
        query's FROM clauses, the store's. Where the first or second names only one kind of graph, the other
        kind is empty.

        Args:
            operation: the query and its dataset.
            bindings: values for variables of the projection.
            facts: what `guard.inspect` says of the query, if it is known already.

        Raises:
            QuerySyntaxError: with `line` and `column`.
            QueryError: several FROM, of which one cannot be resolved.
            UsageError: a graph of the protocol is no absolute IRI.
            EvaluationError: the engine failed.
        """
        facts = facts or inspect(operation.query)
        default, named, unresolved = graphs_of(operation, facts)
        store = self.store
        graphs: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = None
        if default is not None and named is not None:
            if len(default) > 1 and not self._are_disjoint(tuple(sorted(default, key=str))):
                store = self._merged(default, named)
                graphs = [ox.DefaultGraph()]
            else:
                graphs = list(default)
        substitutions: dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]
        substitutions = {ox.Variable(name): value for name, value in (bindings or {}).items()}
        try:
            with failures():
                results = store.query(
                    operation.query,
                    default_graph=graphs,
                    named_graphs=None if unresolved or named is None else list(named),
                    substitutions=substitutions or None,
                )
        except SyntaxError as error:
            raise syntax_error(operation.query, error) from None
        if unresolved and facts.merges:  # the engine would count a triple once for each graph that has it
            raise not_told()
        return results

    def parse(self, operation: Operation) -> None:
        """Find syntax errors, and evaluate nothing of the data.

        Raises:
            QuerySyntaxError: with `line` and `column`.
        """
        try:
            ox.Store().query(operation.query)
        except SyntaxError as error:
            raise syntax_error(operation.query, error) from None
        except (RuntimeError, ValueError, OSError):  # ASK evaluates at once; SERVICE finds no network here
            return

    def _are_disjoint(self, graphs: tuple[ox.NamedNode, ...]) -> bool:
        """Whether no triple is in two of the graphs: then their union needs no merging."""
        if graphs not in self._disjoint:
            store = self._merged(graphs, ())
            total = sum(1 for graph in graphs for _ in self._quads(graph))
            self._disjoint[graphs] = len(store) == total
        return self._disjoint[graphs]

    def _merged(self, default: Iterable[ox.NamedNode], named: Iterable[ox.NamedNode]) -> ox.Store:
        """A store whose default graph is an RDF merge (SPARQL 1.1 Query, section 13.1).

        The engine would give a triple once for each graph that has it, and count it as often.
        """
        store = ox.Store()
        # Not `bulk_extend`: it starts threads, which an evaluator may not.
        store.extend(in_default_graph(self.store, (graph.value for graph in default)))
        store.extend(quad for graph in named for quad in self._quads(graph))
        return store

    def _quads(self, graph: ox.NamedNode) -> Iterable[ox.Quad]:
        return self.store.quads_for_pattern(None, None, None, graph)


def in_default_graph(store: ox.Store, graphs: Iterable[str]) -> Iterator[ox.Quad]:
    """The triples of some named graphs, as quads of the default graph."""
    for iri in graphs:
        for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(iri)):
            yield ox.Quad(quad.subject, quad.predicate, quad.object)


def kind_of(results: Results) -> Kind:
    """What kind of answer a query has."""
    if isinstance(results, ox.QueryBoolean):
        return "boolean"
    return "bindings" if isinstance(results, ox.QuerySolutions) else "graph"


def write_answer(
    results: Results, media_type: str, out: Writer | IO[bytes], limits: Limits | None = None
) -> None:
    """Evaluate to the end, writing as rows come.

    Args:
        results: of `Engine.evaluate`, or read from another engine's answer.
        media_type: of the answer.
        out: where to.
        limits: how much there may be of it; as much as there is without them.

    Raises:
        ResultTooLarge: there is more than the limits allow.
        NotAcceptable: a media type that this kind of answer does not have, or that cannot carry this answer.
        EvaluationError: the engine failed.
    """
    wanted = media_type.partition(";")[0].strip().lower()
    types: Mapping[str, object] = GRAPH_TYPES if kind_of(results) == "graph" else RESULT_TYPES
    if wanted not in types:
        raise NotAcceptable(
            f"The answer to this form of query cannot be {media_type}; it can be {', '.join(types)}.",
            f"此类查询的结果不能是 {media_type}；可用：{'、'.join(types)}。",
            available=list(types),
        )
    bounded = Bounded(out, limits, wanted) if limits else out
    checked = _WellFormed(bounded) if wanted in _XML else None
    sink = checked or bounded
    try:
        with failures():
            if not isinstance(results, ox.QuerySolutions | ox.QueryBoolean):
                head = list(islice(results, _SMALL))
                prefixes = used_prefixes(head) if len(head) < _SMALL else PREFIXES
                triples: Iterable[ox.Triple] = chain(head, results)
                if limits:
                    triples = at_most(triples, limits.rows)
                _write_graph(triples, sink, GRAPH_TYPES[wanted], prefixes)
            else:
                results.serialize(sink, RESULT_TYPES[wanted])  # type: ignore[arg-type]
        if checked:
            checked.end()
    except _Unwritable as error:
        others = [name for name in types if name != wanted]
        raise NotAcceptable(
            f"{wanted} cannot carry this answer ({error}). Ask for another format: {', '.join(others)}.",
            f"{wanted} 无法表示此结果（{error}）。请改用其他格式：{'、'.join(others)}。",
            available=others,
        ) from None


class _Unwritable(Exception):
    """A syntax cannot carry an answer; the text says why."""


class _WellFormed:
    """Passes XML on, and stops at the first byte that makes it ill-formed.

    The engine writes control characters, and element names that are none, as they come; and a carriage
    return as itself, which an XML parser reads as a line feed.
    """

    def __init__(self, out: Writer | IO[bytes]) -> None:
        self._out = out
        self._parser = expat.ParserCreate(namespace_separator=" ")

    def write(self, data: bytes) -> int:
        text = bytes(data).replace(b"\r", b"&#13;")
        self._parse(text, last=False)
        self._out.write(text)
        return len(data)

    def flush(self) -> None:
        self._out.flush()

    def end(self) -> None:
        """Check that the document is whole."""
        self._parse(b"", last=True)

    def _parse(self, data: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            raise _Unwritable(
                "a character that XML does not have, or a property or class whose IRI does not end in an "
                f"XML name: {expat.ErrorString(error.code)}"
            ) from None


def _write_graph(
    triples: Iterable[ox.Triple], out: Writer | IO[bytes], syntax: ox.RdfFormat, prefixes: Mapping[str, str]
) -> None:
    try:
        write_rdf(triples, out, syntax, prefixes)
    except OSError as error:
        if error.errno is not None:  # the file's own trouble
            raise
        raise _Unwritable(str(error)) from None


class failures:  # noqa: N801 - it is used as a function is
    """Turns the engine's exceptions, and those of the file it writes to, into `EvaluationError`."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if error is not None and isinstance(error, RuntimeError | ValueError | OSError):
            raise EvaluationError(f"The engine could not go on: {error}", f"引擎无法继续：{error}") from None
