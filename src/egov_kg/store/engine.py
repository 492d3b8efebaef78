"""One query on a pyoxigraph store: its dataset, its errors, its answer as bytes.

Both doors use it: `Snapshot` in its own process, the evaluators in theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import IO, Final, Literal
from xml.parsers import expat

import pyoxigraph as ox

from egov_kg.errors import EvaluationError, NotAcceptable, QueryError, UsageError
from egov_kg.namespaces import PREFIXES
from egov_kg.sparql.guard import QueryFacts, inspect
from egov_kg.sparql.protocol import Operation
from egov_kg.store.rdf_io import Writer, used_prefixes, write_rdf
from egov_kg.store.syntax_errors import syntax_error

Kind = Literal["bindings", "boolean", "graph"]
Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
Term = ox.NamedNode | ox.Literal

RESULT_TYPES: Final[dict[str, ox.QueryResultsFormat]] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
"""Media types of the answers to SELECT and ASK."""

GRAPH_TYPES: Final[dict[str, ox.RdfFormat]] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}
"""Media types of the answers to CONSTRUCT and DESCRIBE."""

_SMALL: Final = 2_000
_XML: Final = ("application/sparql-results+xml", "application/rdf+xml")


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
        default: Sequence[ox.NamedNode] | None = None
        named: Sequence[ox.NamedNode] | None = None
        unresolved = False
        if operation.default_graphs or operation.named_graphs:
            default, named = (
                _protocol_graphs(operation.default_graphs),
                _protocol_graphs(operation.named_graphs),
            )
        elif facts.has_dataset_clause:
            default, named = _clause_graphs(facts.default_graphs), _clause_graphs(facts.named_graphs)
            unresolved = default is None or named is None
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
            raise syntax_error(operation.query, error, facts) from None
        if unresolved and facts.merges:  # the engine would count a triple once for each graph that has it
            raise QueryError(
                "A graph of FROM or FROM NAMED cannot be told from the way it is written. Write each as an "
                "absolute IRI, of at most 2,048 characters, and name at most 1,000.",
                "无法确定 FROM 或 FROM NAMED 所指的图。请将其写成绝对 IRI（不超过 2,048 个字符），"
                "且不超过 1,000 个。",
            )
        return results

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


def write_answer(results: Results, media_type: str, out: Writer | IO[bytes]) -> None:
    """Evaluate to the end, writing as rows come.

    Raises:
        NotAcceptable: a media type that this kind of answer does not have, or that cannot carry this answer.
        EvaluationError: the engine failed.
    """
    wanted = media_type.partition(";")[0].strip().lower()
    types: Mapping[str, object] = GRAPH_TYPES if isinstance(results, ox.QueryTriples) else RESULT_TYPES
    if wanted not in types:
        raise NotAcceptable(
            f"The answer to this form of query cannot be {media_type}; it can be {', '.join(types)}.",
            f"此类查询的结果不能是 {media_type}；可用：{'、'.join(types)}。",
            available=list(types),
        )
    checked = _WellFormed(out) if wanted in _XML else None
    sink = checked or out
    try:
        with failures():
            if isinstance(results, ox.QueryTriples):
                head = list(islice(results, _SMALL))
                prefixes = used_prefixes(head) if len(head) < _SMALL else PREFIXES
                _write_graph(chain(head, results), sink, GRAPH_TYPES[wanted], prefixes)
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


@contextmanager
def failures() -> Iterator[None]:
    """Turn the engine's exceptions, and those of the file it writes to, into `EvaluationError`."""
    try:
        yield
    except (RuntimeError, ValueError, OSError) as error:
        raise EvaluationError(f"The engine could not go on: {error}", f"引擎无法继续：{error}") from None
