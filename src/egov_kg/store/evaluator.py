"""What one evaluating process does: shut every door behind itself, then answer queries until told to stop.

It is forked by `store.zygote` with the graph in memory, and talks over one socket, in the frames of
`store.frames`.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from typing import Any, Final, NoReturn

import pyoxigraph as ox

from egov_kg.errors import EgovError, EvaluatorCrashed, QueryOutOfMemory
from egov_kg.sparql.guard import QueryFacts
from egov_kg.sparql.protocol import Operation
from egov_kg.store.engine import Engine, Term, kind_of, write_answer
from egov_kg.store.frames import DATA, END, ERROR, HEADER, Frame, Wire
from egov_kg.store.rdf_io import CHUNK

_QUERIES: Final = 1_000
_PR_SET_PDEATHSIG: Final = 1


def serve(wire: Wire, engine: Engine, memory: int, parent: int) -> NoReturn:
    """Answer queries until the wire closes.

    Args:
        wire: to the service.
        engine: the graph, shared with the other evaluators until one of them writes to a page.
        memory: bytes that a query may allocate beyond what is there now.
        parent: the process to die with.
    """
    statm = os.open("/proc/self/statm", os.O_RDONLY) if sys.platform == "linux" else -1
    start = _size(statm)
    _lock_in(start + memory if statm >= 0 else 0, parent)
    served = 0
    while True:
        try:
            request = wire.receive()
            if request is None:
                os._exit(0)
            retire = _answer(wire, engine, request, memory)
            served += 1
            retire = retire or served >= _QUERIES or _size(statm) - start > memory // 4
            wire.send_json(END, {"retire": retire})
        except OSError:  # the service no longer listens
            os._exit(0)
        if retire:
            os._exit(0)


def _answer(wire: Wire, engine: Engine, frame: Frame, memory: int) -> bool:
    """Answer one query; whether this process should then end, because its state is in doubt."""
    request = frame.json()
    signal.setitimer(signal.ITIMER_REAL, request["timeout"])
    doubt = False
    error: EgovError | None = None
    try:
        operation = Operation(
            request["query"], tuple(request["default_graphs"]), tuple(request["named_graphs"])
        )
        bindings = {name: _term(text) for name, text in request["bindings"].items()}
        results = engine.evaluate(operation, bindings, _facts(request["facts"]))
        out = _Out(wire)
        out.send(HEADER, json.dumps({"kind": kind_of(results)}).encode())
        write_answer(results, request["media_type"], out)
        out.end()
    except EgovError as raised:
        error = raised
    except MemoryError:
        error, doubt = QueryOutOfMemory(*out_of_memory(memory), limit=memory), True
    except BaseException as raised:  # a panic of the engine is no Exception
        error, doubt = EvaluatorCrashed(f"The engine stopped: {raised}", f"引擎中止：{raised}"), True
    signal.setitimer(signal.ITIMER_REAL, 0)
    if error is not None:
        wire.send_json(ERROR, describe(error))
    return doubt


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

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._held += data
        while len(self._held) >= CHUNK:
            self.send(DATA, bytes(self._held[:CHUNK]))
            del self._held[:CHUNK]
        return len(data)

    def flush(self) -> None:
        pass

    def end(self) -> None:
        """Send the rest: a frame shorter than `CHUNK`, perhaps empty, is always the last."""
        self.send(DATA, bytes(self._held))

    def send(self, kind: bytes, payload: bytes) -> None:
        """Send a frame, or end the process when the service no longer listens."""
        try:
            self._wire.send(kind, payload)
        except OSError:
            os._exit(0)


def _lock_in(address_space: int, parent: int) -> None:
    """No files, no connections, no processes, no core dump; bounded memory; death with the parent."""
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
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_NOFILE: 0,
    }
    if address_space:
        limits[resource.RLIMIT_AS] = address_space
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))


def _size(statm: int) -> int:
    """Bytes of address space in use, or 0 where the system does not say."""
    if statm < 0:
        return 0
    return int(os.pread(statm, 64, 0).split()[0]) * resource.getpagesize()


def _facts(value: dict[str, Any]) -> QueryFacts:
    """Facts from their JSON form, in which tuples are lists."""
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in value.items()}
    return QueryFacts(**fields)


def _term(text: str) -> Term:
    """A term from its N-Triples form."""
    (quad,) = ox.parse(f"<x:s> <x:p> {text} .", ox.RdfFormat.N_TRIPLES)
    value = quad.object
    if not isinstance(value, ox.NamedNode | ox.Literal):
        raise TypeError(f"{text} cannot be bound")
    return value
