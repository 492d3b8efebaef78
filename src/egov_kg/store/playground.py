"""A store that takes every kind of write and keeps nothing: empty in memory, gone at the end.

The graph is in the zygote that evaluators are forked from. A write is tried out in a child of it, and only
what that child has found is then done to the graph itself. Evaluators forked from an earlier state are
replaced at their next use; queries that are running go on with the state they began with.
"""

from __future__ import annotations

import logging
import math
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from egov_kg.errors import EvaluationError, ServiceBusy
from egov_kg.settings import Settings
from egov_kg.sparql.changes import Change
from egov_kg.store.attempts import Bounds, outcome
from egov_kg.store.base import Dataset
from egov_kg.store.changes import Load
from egov_kg.store.difference import net
from egov_kg.store.evaluators import Evaluators
from egov_kg.store.nursery import Child, Nursery
from egov_kg.store.tally import Tally

_DATASET: Final = Dataset(())
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Revision:
    """One state of a playground.

    Attributes:
        id: names exactly this content, and none of another playground.
        created: when it came to be, in UTC.
        all_graphs: triples by graph IRI; `""` is the default graph.
        size: bytes that it takes in memory, about.
        dataset: no list of graphs: the default graph is one like the others.
    """

    id: str
    created: datetime
    all_graphs: Mapping[str, int] = field(default_factory=dict)
    size: int = 0
    dataset: Dataset = _DATASET

    @property
    def graphs(self) -> dict[str, int]:
        """Triples by the IRI of a named graph."""
        return {iri: count for iri, count in self.all_graphs.items() if iri}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a write did.

    Attributes:
        before: the state that it was applied to.
        after: the state since; the same one where nothing changed.
        graphs: numbers of triples added and removed, by graph IRI (`""` is the default graph).
        created: a `GraphChange` made a graph that was not there.
    """

    before: Revision
    after: Revision
    graphs: Mapping[str, tuple[int, int]]
    created: bool


class PlaygroundStore(Evaluators):
    """Evaluators over a graph that changes. Safe to use from any number of threads; writes take turns.

    Args:
        settings: bounds of queries and writes; `write_memory` is also the size that the graph may have.
        tally: as for `Evaluators`.

    Attributes:
        revision: the state that queries are answered from.
    """

    def __init__(self, settings: Settings, tally: Tally | None = None) -> None:
        super().__init__(None, _DATASET, settings, tally)
        self.revision = _revision(0)
        self._number = 0
        self._writing = threading.Lock()
        self._listeners: list[Callable[[], None]] = []

    def on_revision(self, listener: Callable[[], None]) -> None:
        """Have `listener` called, in some thread, after each change of `revision`."""
        self._listeners.append(listener)

    def write(self, change: Change, load: Load, check: Callable[[Revision], None]) -> Outcome:
        """Apply a write, whole or not at all; the queries that begin after it see it.

        Args:
            change: the write.
            load: fetches the documents of LOAD.
            check: is shown the state that the write will be applied to, and may raise.

        Raises:
            EgovError: what `changes.apply` and `check` raise.
            QueryTimeout, QueryOutOfMemory, EvaluatorCrashed: the write needs too much.
            RequestTooLarge: the graph would become too large.
            ServiceBusy: other writes take too long.
            EvaluationError: the process that holds the graph is gone, and all data with it.
        """
        if not self._writing.acquire(timeout=self.settings.queue_timeout):
            wait = math.ceil(self.settings.queue_timeout)
            raise ServiceBusy(
                f"Other writes are at work. Try again in {wait} s.",
                f"其他写入正在进行。请在 {wait} 秒后重试。",
                retry_after=wait,
            )
        try:
            check(self.revision)
            done = self._write(self._running(), change, load)
        finally:
            self._writing.release()
        if done.after is not done.before:
            self._tell()
        return done

    def _write(self, nursery: Nursery, change: Change, load: Load) -> Outcome:
        before = self.revision
        # A write that takes everything out again needs room for all of it, twice: before and after.
        bounds = Bounds(self.settings.write_timeout, self.settings.write_memory + 4 * before.size)
        room = self.settings.write_memory - before.size
        try:
            child = nursery.attempt(bounds.timeout, bounds.memory, room)
        except EvaluationError:
            raise self._lost(nursery) from None
        status: list[int | None] = []

        def end() -> int | None:
            if not status:
                status.append(nursery.end(child))
            return status[0]

        try:
            found = outcome(child.wire, change, load, bounds, end)
            graphs = {iri: (added, removed) for iri, (added, removed) in found["graphs"].items()}
            if not found["changed"]:
                return Outcome(before, before, graphs, created=False)
            try:
                nursery.commit(child, bounds.timeout)
            except EvaluationError:
                raise self._lost(nursery) from None
        finally:
            child.wire.close()
            end()
        counts = net(graphs, before.all_graphs) | {
            iri: graphs.get(iri, (0, 0))[0] for iri in found["graphs_added"]
        }
        gone = set(found["graphs_removed"])
        self._number += 1
        self.revision = _revision(
            self._number,
            {iri: count for iri, count in sorted(counts.items()) if iri not in gone},
            max(0, before.size + found["growth"]),
        )
        return Outcome(before, self.revision, graphs, found["created"])

    def _usable(self, child: Child) -> bool:
        nursery = self._nursery
        return (
            super()._usable(child)
            and nursery is not None
            and child.nursery is nursery
            and child.generation == nursery.generation
        )

    def _running(self) -> Nursery:
        """The zygote, started now if there is none yet."""
        with self._lock:
            if self._closed:
                raise EvaluationError("The playground is closed.", "试验模式已结束。")
            if self._nursery is None:
                self._nursery = Nursery(None, self.dataset, self.settings, self.tally)
            return self._nursery

    def _fork(self) -> Child:
        nursery = self._running()
        try:
            return nursery.fork()
        except EvaluationError:
            raise self._lost(nursery) from None

    def _lost(self, nursery: Nursery) -> EvaluationError:
        """The zygote is gone: begin again with nothing, and say so; once, whoever finds out first."""
        with self._lock:
            first = self._nursery is nursery and not self._closed
            if first:
                self._nursery = None
                self._number += 1
                self.revision = _revision(self._number)
        if first:
            nursery.close()
            _log.critical(
                "The process that held the playground's data is gone, and all of them with it: it is empty. "
                "保存试验数据的进程已终止，数据全部丢失，现为空。"
            )
            self._tell()
        return EvaluationError(
            "The process that held the playground's data is gone, and all data with it. The playground is "
            "empty now: write them again.",
            "保存试验数据的进程已终止，数据全部丢失，现为空。请重新写入。",
        )

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


def _revision(number: int, graphs: Mapping[str, int] | None = None, size: int = 0) -> Revision:
    return Revision(f"p{number}-{secrets.token_hex(4)}", datetime.now(UTC), graphs or {}, size)
