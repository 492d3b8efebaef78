"""The Store contract: two doors to one dataset.

- `select`, `ask`, `construct` give rdflib terms, for the package's own Python.
- `respond` gives bytes serialised by the engine, for HTTP and the command line.

One contract test runs against every implementation.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from egov_kg.sparql.protocol import Operation

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Identifier

Row = Mapping[str, "Identifier"]
"""One solution: variable name (without `?`) to term; unbound variables are absent."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a query sees when it names no graphs itself.

    Attributes:
        default_graphs: IRIs whose union is the default graph.
    """

    default_graphs: tuple[str, ...]


class Cancellation:
    """A client's word that it no longer waits for an answer. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = False
        self._callbacks: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        """Whether the client has left."""
        return self._cancelled

    def cancel(self) -> None:
        """Say that the client has left: every callback runs, in this thread, once."""
        with self._lock:
            self._cancelled = True
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def on_cancel(self, callback: Callable[[], None]) -> None:
        """Have `callback` run when the client leaves, or now if it has left already."""
        with self._lock:
            if not self._cancelled:
                self._callbacks.append(callback)
                return
        callback()


class Pieces(Protocol):
    """The pieces of an answer, which may be closed before its end.

    Attributes:
        kind: `bindings`, `boolean` or `graph`.
    """

    kind: str

    def __iter__(self) -> Iterator[bytes]:
        """Themselves."""
        ...

    def __next__(self) -> bytes:
        """The next piece."""
        ...

    def close(self) -> None:
        """Let go of the answer, read or not."""
        ...


class Selects(Protocol):
    """What answers SELECT queries of our own."""

    def select(
        self, query: str, bindings: Mapping[str, Identifier] | None = None, *, values: Sequence[Row] = ()
    ) -> list[Row]:
        """Solutions of a SELECT query.

        Args:
            query: trusted query text, from a `.rq` file.
            bindings: values for variables of the projection, bound by the engine, never formatted in.
            values: rows that the solutions are joined with, as by a VALUES block at the end of the query
                (SPARQL 1.1, section 10.2.2), where it has none of its own; all with the same variables.

        Raises:
            QuerySyntaxError: the text does not parse.
            EvaluationError: the engine failed.
        """
        ...


class Store(Selects, Protocol):
    """A dataset that answers SPARQL 1.1 queries."""

    def ask(self, query: str) -> bool:
        """The answer of an ASK query; raises as `select` does."""
        ...

    def construct(self, query: str) -> Graph:
        """The graph of a CONSTRUCT or DESCRIBE query; raises as `select` does."""
        ...

    def respond(
        self, operation: Operation, media_type: str, cancellation: Cancellation | None = None
    ) -> Iterator[bytes]:
        """The answer to an operation, serialised as `media_type`, in pieces.

        The first piece is evaluated before this returns, so that errors of the query itself are raised
        here; an error met later is raised from the iterator, after which the bytes so far are incomplete.

        Args:
            operation: the query and its dataset.
            media_type: of the answer, without parameters.
            cancellation: ends the evaluation when the client leaves, where the store can do so.

        Raises:
            QueryError: the query does not parse or may not run.
            EvaluationError: a deadline, a memory limit or the engine ended it.
        """
        ...

    def close(self) -> None:
        """Free processes and files. A closed store answers nothing."""
        ...
