"""A pool of processes that answer strangers' queries, so that no query can hurt the service.

Each query has a deadline and a memory limit, no files and no network. An evaluator that dies is replaced,
and its query gets an error that says why. `docs/decisions/20261122-evaluators.md` has the reasons.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final, Self

from egov_kg.errors import EvaluationError, EvaluatorCrashed, ServiceBusy
from egov_kg.settings import Settings
from egov_kg.sparql import guard
from egov_kg.sparql.guard import QueryFacts
from egov_kg.sparql.protocol import Operation
from egov_kg.store import federation
from egov_kg.store.addresses import check_lists
from egov_kg.store.answer import Answer, Lease
from egov_kg.store.base import Cancellation, Dataset
from egov_kg.store.evaluator import Request
from egov_kg.store.frames import REQUEST
from egov_kg.store.limits import Limits
from egov_kg.store.nursery import Child, Nursery
from egov_kg.store.tally import Tally
from egov_kg.store.trusted import Trusted

_SLICE: Final = 0.25


class Evaluators(Trusted):
    """A `Store` whose queries run in child processes. Safe to use from any number of threads.

    Args:
        nquads: the release's graph; None for an empty one.
        dataset: what a query sees that names no graphs.
        settings: deadline, memory, number of processes, time to wait for one.
        tally: counts the processes, for several pools together; one of its own by default.

    Attributes:
        tally: as given.
    """

    def __init__(
        self, nquads: Path | None, dataset: Dataset, settings: Settings, tally: Tally | None = None
    ) -> None:
        check_lists(settings.service_allow, settings.load_allow)
        self.tally = tally or Tally()
        self.nquads, self.dataset, self.settings = nquads, dataset, settings
        self._limits = Limits(settings.result_rows, settings.result_bytes)
        self._slots: SimpleQueue[Child | None] = SimpleQueue()
        for _ in range(settings.evaluators):
            self._slots.put(None)
        self._leases: dict[int, Lease] = {}
        self._numbers = count()
        self._lock = threading.Lock()
        self._nursery: Nursery | None = None
        self._closed = False
        self._owner = os.getpid()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Load the graph now, and fork every evaluator, rather than at the first query.

        Raises:
            ReleaseError: the graph is missing or does not parse.
            EvaluationError: the processes cannot be started.
            ServiceBusy: an evaluator is at work.
        """
        children: list[Child] = []
        try:
            for _ in range(self.settings.evaluators):
                children.append(self._take(0))
        finally:
            for child in children:
                self._slots.put(child)

    @property
    def zygote(self) -> int | None:
        """The process that forks the evaluators, if it runs."""
        return self._nursery.pid if self._nursery else None

    @property
    def busy(self) -> int:
        """Evaluators at work, or whose answer is being read."""
        return max(0, self.settings.evaluators - self._slots.qsize())

    @property
    def closed(self) -> bool:
        """Whether new queries are refused."""
        return self._closed

    def respond(
        self,
        operation: Operation,
        media_type: str,
        cancellation: Cancellation | None = None,
        *,
        wait: float | None = None,
    ) -> Answer:
        """The answer in pieces; see `Store.respond`.

        Args:
            operation: the query and its dataset.
            media_type: of the answer, without parameters.
            cancellation: ends the evaluation when the client leaves.
            wait: seconds to wait for a free evaluator, instead of `queue_timeout`.

        Raises:
            QueryTooComplex, QueryForbidden, UpdateForbidden: `guard.check` says so, or `federation.expand`.
            UpstreamFailed: an endpoint that SERVICE names was of no use.
            ResultTooLarge: past the bound on rows or bytes.
            QuerySyntaxError: with `line` and `column`.
            NotAcceptable: a media type that this form of query does not have, or that cannot carry its
                answer.
            UsageError: a graph of the operation is no absolute IRI.
            QueryTimeout, QueryOutOfMemory, EvaluatorCrashed: how the evaluation ended.
            ServiceBusy: no evaluator came free in time.
            ReleaseError: the graph had to be loaded anew and could not be.
        """
        facts = guard.check(operation.query, self.settings)
        if facts.has_service:
            # Nobody is asked for a query that does not parse; and only the whole query tells where it fails.
            self.parse(operation, facts, wait=wait)
            operation = federation.expand(operation, self.settings)
        return self._run(operation, media_type, facts=facts, cancellation=cancellation, wait=wait)

    def parse(self, operation: Operation, facts: QueryFacts, *, wait: float | None = None) -> None:
        """Find syntax errors of a query that `guard.check` let pass, and evaluate nothing of the data.

        Raises:
            QuerySyntaxError, EvaluationError: as `respond`.
        """
        self._run(operation, "", facts=facts, wait=wait, parse=True).close()

    def close(self, wait: float = 0.0) -> None:
        """End every process. Queries that are still running end with an error.

        Args:
            wait: seconds to let running queries finish first; new ones are refused at once.
        """
        self._closed = True
        deadline = time.monotonic() + wait
        for _ in range(self.settings.evaluators):
            try:
                child = self._slots.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                break
            if child is not None:
                child.wire.close()
        with self._lock:
            nursery, self._nursery = self._nursery, None
        if nursery is not None:
            nursery.close()

    def read(self, query: str, media_type: str, values: Mapping[str, str]) -> bytes:
        """The whole answer to a trusted query, with values for variables as N-Triples."""
        return b"".join(self._run(Operation(query), media_type, values))

    def _run(
        self,
        operation: Operation,
        media_type: str,
        values: Mapping[str, str] | None = None,
        *,
        facts: QueryFacts | None = None,
        cancellation: Cancellation | None = None,
        wait: float | None = None,
        parse: bool = False,
    ) -> Answer:
        facts = facts or guard.inspect(operation.query)
        for last in (False, True):
            child = self._take(self.settings.queue_timeout if wait is None else wait)
            answer = self._asked(child, operation, media_type, values or {}, facts, cancellation, parse=parse)
            try:
                answer.start()
            except EvaluatorCrashed:
                if last or not answer.orphaned:
                    raise
            else:
                break
        return answer

    def begin(
        self, operation: Operation, media_type: str, facts: QueryFacts, cancellation: Cancellation
    ) -> Answer | None:
        """Hand a query to an evaluator that is idle, without waiting for one or for the answer.

        Args:
            operation: the query and its dataset.
            media_type: of the answer, without parameters.
            facts: what `guard.check` said of the query.
            cancellation: ends the evaluation when the client leaves.

        Returns:
            The answer, to be started when there is something to read; None if no evaluator is idle, or it
            would have to be forked: `respond` does that, and waits.
        """
        try:
            child = self._slots.get_nowait()
        except Empty:
            return None
        if child is None or self._closed or not self._usable(child):
            self._slots.put(child)
            return None
        return self._asked(child, operation, media_type, {}, facts, cancellation)

    def _asked(
        self,
        child: Child,
        operation: Operation,
        media_type: str,
        values: Mapping[str, str],
        facts: QueryFacts,
        cancellation: Cancellation | None,
        *,
        parse: bool = False,
    ) -> Answer:
        timeout = min(self.settings.query_timeout, operation.timeout or self.settings.query_timeout)
        request = Request.of(operation, values, media_type, timeout, self._limits, facts, parse=parse)
        lease = Lease(self._slots, self._leases, next(self._numbers), child, timeout)
        answer = Answer(lease, self.settings)
        if cancellation is not None:
            cancellation.on_cancel(lease.revoke)
        with suppress(OSError):  # it died: `start` finds out how
            child.wire.send(REQUEST, request.written())
        return answer

    def _usable(self, child: Child) -> bool:
        return not child.used_up and not child.wire.has_something()

    def _take(self, wait: float) -> Child:
        """An idle evaluator, forked now if there is none."""
        if os.getpid() != self._owner:
            raise EvaluationError(
                "This process is a fork of the one that made the evaluators: make them after the fork.",
                "当前进程由创建查询进程池的进程派生：请在派生之后再创建。",
            )
        child = self._slot(time.monotonic() + wait)
        if child is not None:
            if self._usable(child):
                return child
            child.wire.close()
            child.nursery.end(child)
            self.tally.end("worn")
        try:
            return self._fork()
        except BaseException:
            self._slots.put(None)
            raise

    def _slot(self, deadline: float) -> Child | None:
        while not self._closed:
            try:
                return self._slots.get(timeout=max(0.0, min(_SLICE, deadline - time.monotonic())))
            except Empty:
                self.expire()
            if time.monotonic() >= deadline and self._slots.empty():
                wait = math.ceil(self.settings.queue_timeout)
                raise ServiceBusy(
                    f"All {self.settings.evaluators} evaluators are at work. Try again in {wait} s.",
                    f"全部 {self.settings.evaluators} 个查询进程都在工作。请在 {wait} 秒后重试。",
                    retry_after=wait,
                )
        raise EvaluationError("The evaluators are closed.", "查询进程池已关闭。")

    def expire(self) -> None:
        """Take evaluators back from readers that stopped reading: their deadline has passed."""
        now = time.monotonic()
        for lease in list(self._leases.values()):
            if now >= lease.deadline:
                lease.revoke()

    def _fork(self) -> Child:
        with self._lock:
            if self._closed:
                raise EvaluationError("The evaluators are closed.", "查询进程池已关闭。")
            if self._nursery is not None:
                try:
                    return self._nursery.fork()
                except EvaluationError:
                    self._nursery.close()
                    self._nursery = None
            self._nursery = Nursery(self.nquads, self.dataset, self.settings, self.tally)
            return self._nursery.fork()
