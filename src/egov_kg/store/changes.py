"""Writes applied to a store: SPARQL 1.1 Update (section 3) and the Graph Store Protocol (section 5).

This runs in a process of its own that has no network: LOAD asks whoever started it for the document, and
SERVICE is refused. After an error the store is half changed: that process throws it away.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from egov_kg.errors import (
    EgovError,
    NotFound,
    QueryForbidden,
    UnsupportedMediaType,
    UsageError,
)
from egov_kg.sparql import guard
from egov_kg.sparql.changes import Change, Document, GraphChange, Update
from egov_kg.sparql.tokens import tokens
from egov_kg.sparql.updates import Graphs, UpdateOperation, operations, with_using
from egov_kg.store.difference import GraphName, Watch
from egov_kg.store.engine import GRAPH_TYPES, in_default_graph
from egov_kg.store.rdf_io import source_error
from egov_kg.store.update_errors import default_is_union, problems

Load = Callable[[str], Document]
"""Fetches what LOAD names."""

_DEFAULT: Final = ox.DefaultGraph()
_READERS: Final = frozenset(("MODIFY", "DELETE WHERE", "ADD", "COPY", "MOVE"))


def apply(
    store: ox.Store,
    change: Change,
    *,
    union: bool,
    load: Load,
    apart: Collection[str] = (),
    watch: Watch | None = None,
) -> None:
    """Apply a write.

    Args:
        store: what to change; after an error its content is in doubt.
        change: one update request, or one write of the Graph Store Protocol.
        union: the default graph is the merge of the named graphs, as in a release: it can be read and not
            written. It is made before each operation that may read it, if named graphs have changed since;
            what the store's default graph has before and after does not count.
        load: fetches the documents of LOAD.
        apart: IRIs of named graphs that the merge does not have.
        watch: learns what changes.

    Raises:
        QuerySyntaxError: with `line` and `column` in the request.
        QueryForbidden: SERVICE.
        UsageError: the default graph of a `union` is to be changed; a graph is created that exists, or
            dropped or cleared though it does not.
        NotFound: a graph is deleted that does not exist.
        SourceError: a document does not parse; with `file`, and `line` and `column` where known.
        UnsupportedMediaType: a document in no RDF syntax.
        EgovError: what `load` raises, unless the operation is SILENT.
        EvaluationError: the engine failed.
    """
    applier = _Applier(store, watch or Watch(store), load, union, frozenset(apart))
    if isinstance(change, Update):
        applier.update(change)
    else:
        applier.graph_change(change)


class _Applier:
    """One write on its way into a store."""

    def __init__(self, store: ox.Store, watch: Watch, load: Load, union: bool, apart: frozenset[str]) -> None:
        self._store, self._watch, self._load = store, watch, load
        self._union, self._apart = union, apart
        self._merge_is_old = union

    def update(self, change: Update) -> None:
        """Apply the operations of a request, one after the other (Update, section 3)."""
        text = with_using(change.text, change.using, change.using_named)
        if guard.asks_service(text):
            raise QueryForbidden(
                "An update cannot use SERVICE here: ask the other endpoint yourself, and write its values "
                "with INSERT DATA.",
                "此处的更新不能使用 SERVICE：请自行查询另一端点，再用 INSERT DATA 写入其结果。",
            )
        for operation in operations(text):
            if self._union:
                self._refuse_default(operation)
                if self._merge_is_old and operation.kind in _READERS:
                    self._merge_again()
            with problems(operation):
                self._apply(operation)
            self._merge_is_old = True

    def graph_change(self, change: GraphChange) -> None:
        """Apply a PUT, POST or DELETE of a graph."""
        if change.graph is None and self._union:
            raise default_is_union()
        graph = _DEFAULT if change.graph is None else _named_node(change.graph)
        if change.action == "delete":
            if not isinstance(graph, ox.DefaultGraph) and not self._store.contains_named_graph(graph):
                raise NotFound(f"There is no graph <{graph.value}>.", f"没有图 <{graph.value}>。")
            self._watch.touch(self._quads(graph))
            if isinstance(graph, ox.DefaultGraph):
                self._store.clear_graph(graph)
            else:
                self._store.remove_graph(graph)
            return
        quads = [quad for document in change.documents for quad in _parsed(document, graph)]
        self._watch.touch(quads)
        if change.action == "put":
            self._watch.touch(self._quads(graph))
            self._store.clear_graph(graph)
        if not isinstance(graph, ox.DefaultGraph):
            self._store.add_graph(graph)
        self._store.extend(quads)

    def _apply(self, operation: UpdateOperation) -> None:
        match operation.kind:
            case "INSERT DATA":
                data = ox.Store()
                data.update(operation.text)
                self._watch.touch(data)
                for graph in data.named_graphs():
                    self._store.add_graph(graph)
                self._store.extend(data)
            case "DELETE DATA":
                ox.Store().update(operation.text)  # blank nodes are an error in it, and not in what follows
                data = ox.Store()
                data.update(_as_insert(operation))
                self._watch.touch(data)
                self._store.update(operation.text)
            case "LOAD":
                self._load_document(operation)
            case "MODIFY" | "DELETE WHERE":
                self._watch.touch_all()
                self._store.update(operation.text)
                self._drop_unnameable()
            case _:
                self._touch_graphs(operation)
                self._store.update(operation.text)

    def _load_document(self, operation: UpdateOperation) -> None:
        """LOAD (section 3.1.4)."""
        try:
            quads = list(_parsed(self._load(operation.document), _target(operation.target)))
        except EgovError:
            if operation.silent:
                return
            raise
        self._watch.touch(quads)
        if operation.target is not None and operation.target.which == "graph":
            self._store.add_graph(ox.NamedNode(operation.target.iri))
        self._store.extend(quads)

    def _drop_unnameable(self) -> None:
        """Take out what went to graphs that are blank nodes: none is named so (section 3.1.3)."""
        for graph in list(self._store.named_graphs()):
            if isinstance(graph, ox.BlankNode):
                self._store.remove_graph(graph)

    def _touch_graphs(self, operation: UpdateOperation) -> None:
        """Name the quads that a management operation (section 3.2) may change."""
        target, source = operation.target, operation.source
        if target is None or target.which in ("named", "all"):
            self._watch.touch_all()
            return
        if operation.kind in ("CLEAR", "DROP", "COPY", "MOVE"):
            self._watch.touch(self._quads(_target(target)))
        if source is not None:
            into = _target(target)
            moved = list(self._quads(_target(source)))
            self._watch.touch(ox.Quad(q.subject, q.predicate, q.object, into) for q in moved)
            if operation.kind == "MOVE":
                self._watch.touch(moved)

    def _quads(self, graph: GraphName) -> Iterable[ox.Quad]:
        return self._store.quads_for_pattern(None, None, None, graph)

    def _merge_again(self) -> None:
        names = (iri for graph in self._store.named_graphs() if (iri := graph.value) not in self._apart)
        self._store.clear_graph(_DEFAULT)
        self._store.extend(in_default_graph(self._store, names))
        self._merge_is_old = False

    def _refuse_default(self, operation: UpdateOperation) -> None:
        target, source = operation.target, operation.source
        writes_default = (
            (target is not None and target.which == "default")
            or (operation.kind == "MOVE" and source is not None and source.which == "default")
            or (target is None and _writes_outside_graphs(operation))
        )
        if writes_default:
            raise default_is_union(f"Line {operation.line}: ", f"第 {operation.line} 行：")


def _writes_outside_graphs(operation: UpdateOperation) -> bool:
    """Whether the quads that are inserted or deleted include some outside of GRAPH, without a WITH."""
    template = in_graph = False
    for token in tokens(operation.body):
        word = token.text.upper() if token.kind == "word" else ""
        if token.depth == 0:
            if word == "WITH":
                return False
            template = (template or word in ("INSERT", "DELETE")) and (
                operation.kind == "DELETE WHERE" or word not in ("WHERE", "USING")
            )
        elif token.depth == 1 and template:
            if word == "GRAPH":
                in_graph = True
            elif token.text in ("{", "}"):
                in_graph = False
            elif token.text != "." and not in_graph:
                return True
    return False


def _as_insert(operation: UpdateOperation) -> str:
    """DELETE DATA as the INSERT DATA of the same quads."""
    declarations = operation.text[: -len(operation.body)]
    return declarations + "INSERT" + operation.body[len("DELETE") :]


def _target(graphs: Graphs | None) -> ox.NamedNode | ox.DefaultGraph:
    return _DEFAULT if graphs is None or graphs.which == "default" else ox.NamedNode(graphs.iri)


def _named_node(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        raise UsageError(
            f"{iri!r} is not an absolute IRI: it cannot name a graph.",
            f"{iri!r} 不是绝对 IRI，不能作为图名。",
        ) from None


def _parsed(document: Document, graph: ox.NamedNode | ox.DefaultGraph) -> Iterator[ox.Quad]:
    """The triples of a document in a graph; its blank nodes are new ones."""
    syntax = GRAPH_TYPES.get(document.media_type)
    if syntax is None:
        what = document.media_type or "of no media type"
        what_zh = document.media_type or "未知"
        raise UnsupportedMediaType(
            f"{document.name or 'The body'} is {what}; RDF is taken as {', '.join(GRAPH_TYPES)}.",
            f"{document.name or '请求体'} 的类型为 {what_zh}；可接受的 RDF 类型：{'、'.join(GRAPH_TYPES)}。",
            supported=list(GRAPH_TYPES),
        )
    try:
        for quad in ox.parse(
            document.content,
            syntax,
            base_iri=document.base or None,
            without_named_graphs=True,
            rename_blank_nodes=True,
        ):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)
    except (SyntaxError, ValueError) as error:
        raise source_error(document.name or "body", error) from None
