"""One answer of an evaluator, as an iterator of bytes that gives its evaluator back exactly once."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from queue import SimpleQueue
from typing import Final

from egov_kg.errors import EvaluationError, EvaluatorCrashed, QueryOutOfMemory, QueryTimeout
from egov_kg.settings import Settings
from egov_kg.store.evaluator import out_of_memory
from egov_kg.store.frames import DATA, END, ERROR, HEADER, Wire
from egov_kg.store.nursery import Child, revive
from egov_kg.store.rdf_io import CHUNK

_GRACE: Final = 1.0


class Lease:
    """The right to one evaluator for one query.

    The reader of the answer holds it; the pool takes it back from a reader that sleeps past its deadline.

    Attributes:
        child: the evaluator.
        timeout: seconds that the query may take; the evaluator itself ends then.
        deadline: on the monotonic clock, a little later: who has not ended by then is ended.
    """

    def __init__(
        self,
        slots: SimpleQueue[Child | None],
        leases: dict[int, Lease],
        number: int,
        child: Child,
        timeout: float,
    ) -> None:
        self.child, self.timeout = child, timeout
        self.deadline = time.monotonic() + timeout + _GRACE
        self._slots, self._leases, self._number = slots, leases, number
        leases[number] = self

    def take(self) -> bool:
        """Whether it is for the caller to end the lease: true once, whoever asks first. Takes no lock."""
        return self._leases.pop(self._number, None) is not None

    def revoke(self) -> None:
        """End the evaluation, unless it has ended: its reader gets an error."""
        if self.take():
            self.child.nursery.end(self.child)
            self.child.nursery.tally.end("left")
            self.give_back(None)

    def give_back(self, child: Child | None) -> None:
        """Fill the slot again, with the same evaluator or none. Takes no lock that a finalizer could meet."""
        self._slots.put(child)


class Answer(Iterator[bytes]):
    """The pieces of one answer as they come; closing it early ends the evaluation.

    Attributes:
        kind: `bindings`, `boolean` or `graph`, once `start` has returned.
        orphaned: the evaluator died with the process that had forked it, before it took up the query.
    """

    def __init__(self, lease: Lease, settings: Settings) -> None:
        self.kind = ""
        self.orphaned = False
        self._lease, self._settings = lease, settings
        self._wire = lease.child.wire
        self._ready: bytes | None = None
        self._done = False

    @property
    def done(self) -> bool:
        """Whether its evaluator is free again."""
        return self._done

    @property
    def has_ready(self) -> bool:
        """Whether the next piece has been read already."""
        return self._ready is not None

    @property
    def wire(self) -> Wire:
        """What the answer comes through: ready to read where there is a next piece, or an error."""
        return self._wire

    @property
    def deadline(self) -> float:
        """On the monotonic clock: reading past it ends the evaluation."""
        return self._lease.deadline

    def start(self) -> None:
        """Read up to the first piece; a short answer is read to its end, which frees the evaluator."""
        self._ready = self._read() or None

    def __next__(self) -> bytes:
        if self._ready is not None:
            piece, self._ready = self._ready, None
            return piece
        if not self._done and (piece := self._read()):
            return piece
        raise StopIteration

    def close(self) -> None:
        """Let go of the answer, read or not. What is not evaluated yet never will be."""
        self._ready = None
        if self._done:
            return
        self._done = True
        self._wire.close()
        if self._lease.take():
            self._lease.child.nursery.end(self._lease.child)
            self._lease.child.nursery.tally.end("left")
            self._lease.give_back(None)

    def __del__(self) -> None:
        # It may run in the middle of anything, so it waits for nobody: who gets the slot ends the child.
        if not self._done:
            self._wire.close()
            if self._lease.take():
                self._lease.child.used_up = True
                self._lease.give_back(self._lease.child)

    def _read(self) -> bytes:
        """The next piece; with the last one, the evaluator is free again."""
        piece = b""
        while True:
            try:
                frame = self._wire.receive(self._lease.deadline)
            except TimeoutError:
                frame = None
            if frame is None:
                raise self._died()
            if frame.kind == HEADER:
                self.kind = frame.payload.decode("ascii", "replace")
            elif frame.kind == DATA:
                piece = frame.payload
                if len(piece) == CHUNK:
                    return piece
            elif frame.kind == ERROR:
                error = revive(frame.json())
                end = self._wire.receive(self._lease.deadline)
                self._free(retire=end is None or bool(end.payload))
                raise error
            elif frame.kind == END:
                self._free(retire=bool(frame.payload))
                return piece

    def _free(self, *, retire: bool) -> None:
        self._done = True
        self._lease.child.used_up = retire
        if self._lease.take():
            self._lease.give_back(self._lease.child)
        else:
            self._wire.close()

    def _died(self) -> EvaluationError:
        late = time.monotonic() >= self._lease.deadline
        self._done = True
        self._wire.close()
        if not self._lease.take():
            return _timeout(self._lease.timeout)
        status = self._lease.child.nursery.end(self._lease.child)
        self._lease.give_back(None)
        self.orphaned = status is None and not self.kind
        tally = self._lease.child.nursery.tally
        if status == -signal.SIGALRM or (status == -signal.SIGKILL and late):
            tally.end("timeout")
            return _timeout(self._lease.timeout)
        if status == -signal.SIGABRT:
            tally.end("memory")
            limit = self._settings.query_memory
            return QueryOutOfMemory(*out_of_memory(limit), limit=limit)
        tally.end("crash")
        how = "nobody knows how" if status is None else _name(status)
        return EvaluatorCrashed(
            f"The process that evaluated the query ended ({how}). Other queries are not affected; if "
            "this one does it again, it is too deep or too large: simplify it.",
            f"执行该查询的进程已中止（{how}）。其他查询不受影响；若再次发生，说明查询过深或过大，请简化。",
        )


def _timeout(limit: float) -> QueryTimeout:
    return QueryTimeout(
        f"The query did not end within {limit:g} s. Put selective patterns first and OPTIONAL last, join "
        "patterns by shared variables, and ask for less at a time.",
        f"查询未能在 {limit:g} 秒内完成。请把选择性强的模式放在前面、OPTIONAL 放在最后，"
        "用共同的变量连接各模式，并缩小查询范围。",
        limit=limit,
    )


def _name(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"exit status {status}"
