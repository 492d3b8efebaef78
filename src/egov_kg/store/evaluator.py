"""What one evaluating process does: shut every door behind itself, then answer queries until told to stop.

It is forked by `store.zygote` with the graph in memory, and talks over one socket, in the frames of
`store.frames`.
"""

from __future__ import annotations

import ctypes
import marshal
import os
import resource
import signal
import sys
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, NoReturn

import pyoxigraph as ox

from egov_kg.errors import EgovError, EvaluatorCrashed, QueryOutOfMemory
from egov_kg.sparql.guard import QueryFacts
from egov_kg.sparql.protocol import Operation
from egov_kg.store.engine import Engine, Term, kind_of, write_answer
from egov_kg.store.frames import DATA, END, ERROR, HEADER, RETIRE, Wire, as_json
from egov_kg.store.limits import Limits
from egov_kg.store.rdf_io import CHUNK

_QUERIES: Final = 10_000
_PR_SET_PDEATHSIG: Final = 1
# A flat query of 100,000 characters can take 60 MiB; the system keeps 128 MiB of addresses free for it.
_STACK: Final = 112 * 1024 * 1024


class Request(NamedTuple):
    """One query for an evaluator, as it goes over the wire.

    Attributes:
        query: the text.
        default_graphs, named_graphs: of the `Operation`.
        bindings: values for variables, as N-Triples.
        media_type: of the answer, without parameters.
        timeout: seconds.
        rows, size: the `Limits` of the answer, in rows and bytes.
        parse: look for syntax errors only.
        facts: the fields of `QueryFacts`, in their order.
    """

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    bindings: dict[str, str]
    media_type: str
    timeout: float
    rows: int
    size: int
    parse: bool
    facts: tuple[Any, ...]

    @classmethod
    def of(
        cls,
        operation: Operation,
        bindings: Mapping[str, str],
        media_type: str,
        timeout: float,
        limits: Limits,
        facts: QueryFacts,
        *,
        parse: bool,
    ) -> Request:
        """A request made of what the service knows."""
        return cls(
            operation.query,
            operation.default_graphs,
            operation.named_graphs,
            dict(bindings),
            media_type,
            timeout,
            limits.rows,
            limits.bytes,
            parse,
            tuple(facts),
        )

    def written(self) -> bytes:
        """The payload of a `REQUEST`."""
        return marshal.dumps(tuple(self))

    @classmethod
    def read(cls, payload: bytes) -> Request:
        """A request from its payload, which comes from the service, never from a stranger."""
        return cls(*marshal.loads(payload))  # noqa: S302


def serve(wire: Wire, engine: Engine, memory: int, parent: int) -> NoReturn:
    """Answer queries until the wire closes.

    Args:
        wire: to the service.
        engine: the graph, shared with the other evaluators until one of them writes to a page.
        memory: bytes that a query may allocate beyond what is there now.
        parent: the process to die with.
    """
    statm = os.open("/proc/self/statm", os.O_RDONLY) if sys.platform == "linux" else -1
    start = size(statm)
    lock_in(start + memory if statm >= 0 else 0, parent)
    served = 0
    while True:
        try:
            frame = wire.receive()
            if frame is None:
                os._exit(0)
            retire, last = _answer(wire, engine, Request.read(frame.payload), memory)
            served += 1
            retire = retire or served >= _QUERIES or size(statm) - start > memory // 4
            wire.send_together([*last, (END, RETIRE if retire else b"")])
        except OSError:  # the service no longer listens
            os._exit(0)
        if retire:
            os._exit(0)


def _answer(
    wire: Wire, engine: Engine, request: Request, memory: int
) -> tuple[bool, list[tuple[bytes, bytes]]]:
    """Answer one query.

    Returns:
        Whether this process should then end, because its state is in doubt; and the frames that are left to
        send: a short answer goes out as one write.
    """
    signal.setitimer(signal.ITIMER_REAL, request.timeout)
    doubt = False
    error: EgovError | None = None
    last: list[tuple[bytes, bytes]] = []
    try:
        operation = Operation(request.query, request.default_graphs, request.named_graphs)
        bindings = {name: _term(text) for name, text in request.bindings.items()}
        if request.parse:
            engine.parse(operation)
            last = [(DATA, b"")]
        else:
            results = engine.evaluate(operation, bindings, QueryFacts(*request.facts))
            out = _Out(wire, (HEADER, kind_of(results).encode()))
            write_answer(results, request.media_type, out, Limits(request.rows, request.size))
            last = out.end()
    except EgovError as raised:
        error = raised
    except MemoryError:
        error, doubt = QueryOutOfMemory(*out_of_memory(memory), limit=memory), True
    except BaseException as raised:  # a panic of the engine is no Exception
        error, doubt = EvaluatorCrashed(f"The engine stopped: {raised}", f"引擎中止：{raised}"), True
    signal.setitimer(signal.ITIMER_REAL, 0)
    return doubt, last if error is None else [(ERROR, as_json(describe(error)))]


def out_of_memory(limit: int) -> tuple[str, str]:
    """What to say when a query reaches its memory limit, in both languages."""
    size = f"{limit / 1024**2:g} MiB"
    return (
        f"The query needed more than {size} of memory. Ask for less at a time: add FILTER or LIMIT, avoid "
        "ORDER BY and GROUP_CONCAT over everything, join patterns by shared variables.",
        f"查询所需内存超过 {size}。请缩小范围：加上 FILTER 或 LIMIT，避免对全部数据使用 ORDER BY 和 "
        "GROUP_CONCAT，并用共同的变量连接各模式。",
    )


def describe(error: EgovError) -> dict[str, Any]:
    """An error as JSON; `store.evaluators` makes it an error again."""
    return {
        "error": type(error).__name__,
        "detail": error.detail,
        "detail_zh": error.detail_zh,
        "extra": error.extra,
    }


class _Out:
    """The file that the engine writes to: full frames as they fill, the rest at the end."""

    def __init__(self, wire: Wire, header: tuple[bytes, bytes]) -> None:
        self._wire = wire
        self._first = [header]
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._held += data
        while len(self._held) >= CHUNK:
            self._send(bytes(self._held[:CHUNK]))
            del self._held[:CHUNK]
        return len(data)

    def flush(self) -> None:
        pass

    def end(self) -> list[tuple[bytes, bytes]]:
        """The frames left to send: one shorter than `CHUNK`, perhaps empty, is always the last."""
        return [*self._first, (DATA, bytes(self._held))]

    def _send(self, piece: bytes) -> None:
        try:
            self._wire.send_together([*self._first, (DATA, piece)])
        except OSError:  # the service no longer listens
            os._exit(0)
        self._first = []


def lock_in(address_space: int, parent: int, file_size: int = 0) -> None:
    """Shut every door: no files, connections, processes or core dump; bounded memory; death with the parent.

    Args:
        address_space: bytes that this process may come to have, 0 for no limit.
        parent: the process to die with.
        file_size: bytes that a file which is open already may come to have.
    """
    devnull = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(devnull, stream)
    os.close(devnull)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: file_size,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_NOFILE: 0,
    }
    if address_space:
        limits[resource.RLIMIT_AS] = address_space
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))
    _, most = resource.getrlimit(resource.RLIMIT_STACK)
    resource.setrlimit(
        resource.RLIMIT_STACK, (_STACK if most == resource.RLIM_INFINITY else min(_STACK, most), most)
    )


def size(statm: int) -> int:
    """Bytes of address space in use, or 0 where the system does not say."""
    if statm < 0:
        return 0
    return int(os.pread(statm, 64, 0).split()[0]) * resource.getpagesize()


def _term(text: str) -> Term:
    """A term from its N-Triples form."""
    (quad,) = ox.parse(f"<x:s> <x:p> {text} .", ox.RdfFormat.N_TRIPLES)
    value = quad.object
    if not isinstance(value, ox.NamedNode | ox.Literal):
        raise TypeError(f"{text} cannot be bound")
    return value
