"""One release's graph, read-only, evaluated in this process: for our own queries, never for a stranger's."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final

import pyoxigraph as ox

from egov_kg.errors import EvaluationError, ReleaseError
from egov_kg.sparql.protocol import Operation
from egov_kg.store.base import Cancellation, Dataset, Row
from egov_kg.store.engine import Engine, failures, in_default_graph, write_answer
from egov_kg.store.rdf_io import CHUNK, source_error

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Identifier

_SPOOL: Final = 8 * 1024 * 1024


def load(store: ox.Store, files: Iterable[Path], dataset: Dataset) -> None:
    """Load N-Quads files and put the union of the default graphs into the store's own default graph.

    The union is kept, not made per query: the engine's union of several graphs is slower, and no RDF merge.

    Raises:
        SourceError: a file that does not parse; nothing of it is loaded.
    """
    for path in files:
        try:
            store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
        except (SyntaxError, OSError, ValueError) as error:
            raise source_error(path, error) from None
    store.bulk_extend(in_default_graph(store, dataset.default_graphs))


def create(folder: Path, nquads: Path, dataset: Dataset) -> None:
    """Make the store folder of a snapshot: loaded, compacted, flushed and closed.

    Args:
        folder: the folder to make; it must not exist.
        nquads: what to load.
        dataset: its default graphs are merged into the store's default graph.

    Raises:
        SourceError: the file does not parse.
        ReleaseError: the folder exists already or cannot be written.
    """
    building = folder.with_name(folder.name + ".building")
    if folder.exists():
        raise ReleaseError(
            f"{folder} exists already: a snapshot is never overwritten.", f"{folder} 已存在：快照不可覆盖。"
        )
    shutil.rmtree(building, ignore_errors=True)
    try:
        store = ox.Store(str(building))
        load(store, [nquads], dataset)
        store.optimize()
        store.flush()
        store.backup(str(folder))
    except OSError as error:
        raise ReleaseError(f"{folder} cannot be written: {error}", f"无法写入 {folder}：{error}") from None
    finally:
        store = None  # type: ignore[assignment]  # closes it before its files go
        shutil.rmtree(building, ignore_errors=True)


class Snapshot:
    """A `Store` over pyoxigraph. Safe to use from several threads."""

    def __init__(self, store: ox.Store, dataset: Dataset) -> None:
        self.dataset = dataset
        self._engine: Engine | None = Engine(store)

    @classmethod
    def open(cls, folder: Path, dataset: Dataset) -> Snapshot:
        """Open a folder made by `create`, read-only; any number of processes may.

        Raises:
            ReleaseError: no snapshot there, or a damaged one.
        """
        if not folder.is_dir():
            raise ReleaseError(
                f"{folder} is not there: build the release again with `egov-kg build`.",
                f"{folder} 不存在：请用 `egov-kg build` 重新构建。",
            )
        try:
            return cls(ox.Store.read_only(str(folder)), dataset)
        except OSError as error:
            raise ReleaseError(f"{folder} cannot be opened: {error}", f"无法打开 {folder}：{error}") from None

    @classmethod
    def memory(cls, files: Iterable[Path], dataset: Dataset) -> Snapshot:
        """Load N-Quads files into memory.

        Raises:
            SourceError: a file that does not parse.
        """
        store = ox.Store()
        load(store, files, dataset)
        return cls(store, dataset)

    def add(self, lines: Iterable[bytes]) -> None:
        """Put more into the named graphs of a store in memory; the default graph stays as it is.

        Args:
            lines: N-Quads.

        Raises:
            SyntaxError: they do not parse.
        """
        self._open().store.bulk_load(input=b"".join(lines), format=ox.RdfFormat.N_QUADS)

    def set_apart(self, graph: str) -> None:
        """Take a graph out of the default graph of a store in memory.

        Args:
            graph: its IRI. Of its triples, those stay that another default graph has.
        """
        store = self._open().store
        others = tuple(iri for iri in self.dataset.default_graphs if iri != graph)
        names = [ox.NamedNode(iri) for iri in others]
        for quad in list(store.quads_for_pattern(None, None, None, ox.NamedNode(graph))):
            triple = (quad.subject, quad.predicate, quad.object)
            if not any(ox.Quad(*triple, name) in store for name in names):
                store.remove(ox.Quad(*triple))
        self.dataset = Dataset(others)

    def __len__(self) -> int:
        """Quads in the named graphs."""
        store = self._open().store
        return sum(
            1 for name in store.named_graphs() for _ in store.quads_for_pattern(None, None, None, name)
        )

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> Engine:
        if self._engine is None:
            raise EvaluationError("The snapshot is closed.", "快照已关闭。")
        return self._engine

    def select(
        self, query: str, bindings: Mapping[str, Identifier] | None = None, *, values: Sequence[Row] = ()
    ) -> list[Row]:
        """Solutions of a SELECT query; see `Store.select`."""
        from egov_kg.store.terms import from_rdflib, to_rdflib, values_block

        bound = {name: from_rdflib(term) for name, term in (bindings or {}).items()}
        results = self._open().evaluate(Operation(query + values_block(values)), bound)
        if not isinstance(results, ox.QuerySolutions):
            raise EvaluationError(
                "select() was given a query that is not SELECT.", "select() 需要 SELECT 查询。"
            )
        names = [variable.value for variable in results.variables]
        with failures():
            return [
                {name: to_rdflib(term) for name in names if (term := solution[name]) is not None}
                for solution in results
            ]

    def ask(self, query: str) -> bool:
        """The answer of an ASK query; see `Store.ask`."""
        results = self._open().evaluate(Operation(query))
        if not isinstance(results, ox.QueryBoolean):
            raise EvaluationError("ask() was given a query that is not ASK.", "ask() 需要 ASK 查询。")
        return bool(results)

    def construct(self, query: str) -> Graph:
        """The graph of a CONSTRUCT or DESCRIBE query; see `Store.construct`."""
        from egov_kg.store.terms import to_graph

        results = self._open().evaluate(Operation(query))
        if not isinstance(results, ox.QueryTriples):
            raise EvaluationError(
                "construct() was given a query that is neither CONSTRUCT nor DESCRIBE.",
                "construct() 需要 CONSTRUCT 或 DESCRIBE 查询。",
            )
        with failures():
            return to_graph(results)

    def respond(
        self,
        operation: Operation,
        media_type: str,
        cancellation: Cancellation | None = None,  # noqa: ARG002 - the engine cannot be stopped from here
    ) -> Iterator[bytes]:
        """The answer in pieces; see `Store.respond`. It is complete before the first piece comes."""
        results = self._open().evaluate(operation)
        file = SpooledTemporaryFile(max_size=_SPOOL)  # noqa: SIM115  # the iterator closes it
        try:
            write_answer(results, media_type, file)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return _read(file)

    def close(self) -> None:
        """Let the files go."""
        self._engine = None


def _read(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(CHUNK):
            yield piece
