"""A write tried out in a process of its own: what that process does, and how it is spoken to.

The process has the store in memory, a deadline, a memory limit and no network. It applies the write, writes
down what changed, and ends. Whoever started it sends the write, fetches what LOAD names, and learns the
outcome; nothing else is changed by an attempt that fails.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import pyoxigraph as ox

from egov_kg.errors import (
    EgovError,
    EvaluationError,
    EvaluatorCrashed,
    QueryOutOfMemory,
    QueryTimeout,
    SourceError,
)
from egov_kg.namespaces import PREFIXES
from egov_kg.sparql.changes import Change, Document, GraphChange, Update
from egov_kg.store.changes import Load, apply
from egov_kg.store.difference import Difference, Watch
from egov_kg.store.evaluator import describe, lock_in, size
from egov_kg.store.frames import DATA, END, ERROR, REQUEST, Frame, Wire
from egov_kg.store.nursery import revive

_LOAD: Final = b"L"
_GRACE: Final = 1.0
_FILE_BYTES: Final = 16 * 1024**3
_MOST_SHOWN: Final = 300
_TAGGED: Final = (f"{PREFIXES['rdf']}langString", f"{PREFIXES['rdf']}dirLangString")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an attempt may take.

    Attributes:
        timeout: seconds, from the moment that it has the write.
        memory: bytes that it may allocate, on Linux.
    """

    timeout: float
    memory: int


def attempt(
    wire: Wire,
    store: ox.Store,
    finish: Callable[[Difference], Mapping[str, Any]],
    *,
    bounds: Bounds,
    parent: int,
    union: bool,
    apart: Iterable[str] = (),
) -> NoReturn:
    """Be the process that applies one write: shut every door, apply it, say what came of it, end.

    Args:
        wire: to who started this process.
        store: the state before; nobody else sees what becomes of it.
        finish: writes the difference down, into files that are open already; what it returns is sent back.
        bounds: deadline and memory.
        parent: the process to die with.
        union: as for `changes.apply`.
        apart: as for `changes.apply`.
    """
    statm = os.open("/proc/self/statm", os.O_RDONLY) if sys.platform == "linux" else -1
    lock_in(size(statm) + bounds.memory if statm >= 0 else 0, parent, _FILE_BYTES)
    try:
        signal.setitimer(signal.ITIMER_REAL, bounds.timeout)
        change = _receive_change(wire)
        error: EgovError | None = None
        try:
            existed = _exists(store, change)
            watch = Watch(store)
            apply(store, change, union=union, load=_asking(wire), apart=tuple(apart), watch=watch)
            step = watch.difference(default_graph=not union)
            require_sound(step.added, triple_terms=not union)
            created = not existed and (_exists(store, change) if not union else bool(step.added))
            outcome = {"graphs": step.counts(), "existed": existed, "created": created, **finish(step)}
        except EgovError as raised:
            error = raised
        except MemoryError:
            error = _out_of_memory(bounds.memory)
        except BaseException as raised:  # a panic of the engine is no Exception
            error = EvaluatorCrashed(f"The engine stopped: {raised}", f"引擎中止：{raised}")
        if error is None:
            wire.send_json(END, outcome)
        else:
            wire.send_json(ERROR, describe(error))
    except OSError:  # who started this is gone
        pass
    finally:
        os._exit(0)


def require_sound(quads: Iterable[ox.Quad], *, triple_terms: bool) -> None:
    """Make sure that what a write adds can be written down and read again.

    Args:
        quads: what it adds; expressions such as STRDT can make what no syntax has.
        triple_terms: whether there may be triple terms (RDF 1.2), which JSON-LD and RDF/XML do not have.

    Raises:
        SourceError: the first that cannot; it names the quad.
    """
    for quad in quads:
        if isinstance(quad.object, ox.Triple) and not triple_terms:
            raise SourceError(
                f"{_shown(quad)} has a triple term (RDF 1.2): a release is published in syntaxes that have "
                "none. Say it with IRIs, as rdf:Statement does.",
                f"{_shown(quad)} 含有三元组项（RDF 1.2）：发布版本所用的语法中有些不支持它。"
                "请改用 IRI 表达，例如 rdf:Statement。",
            )
        if _literal(quad.object) in _TAGGED:
            raise SourceError(
                f"{_shown(quad)} has a literal of a type for texts with a language, and no language.",
                f"{_shown(quad)} 中字面量的类型要求语言标签，却没有语言标签。",
            )


def _literal(term: Any) -> str:
    """The datatype of a literal without a language, somewhere in a term; empty if there is none."""
    while isinstance(term, ox.Triple):
        term = term.object
    return term.datatype.value if isinstance(term, ox.Literal) and term.language is None else ""


def _shown(quad: ox.Quad) -> str:
    text = str(quad)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def outcome(
    wire: Wire, change: Change, load: Load, bounds: Bounds, end: Callable[[], int | None]
) -> dict[str, Any]:
    """Have a process attempt a write, and wait for what comes of it.

    Args:
        wire: to it.
        change: the write.
        load: fetches the documents of LOAD, in this process.
        bounds: as the process has them.
        end: ends the process, if it has not ended itself, and says how it ended, as `Popen.returncode`.

    Returns:
        What it found: `graphs` (triples added and removed by graph), `created`, `existed`, and what its
        `finish` returned.

    Raises:
        EgovError: what `changes.apply` raises.
        QueryTimeout, QueryOutOfMemory, EvaluatorCrashed: how the process ended.
    """
    deadline = time.monotonic() + bounds.timeout + _GRACE
    try:
        wire.socket.settimeout(bounds.timeout + _GRACE)
        _send_change(wire, change)
        while (frame := wire.receive(deadline)) is not None:
            if frame.kind == END:
                return frame.json()
            if frame.kind == ERROR:
                raise revive(frame.json())
            _answer_load(wire, frame, load)
    except OSError:  # it died, or is late: its status says which
        pass
    late = time.monotonic() >= deadline
    raise _died(end(), bounds, late=late)


def _answer_load(wire: Wire, frame: Frame, load: Load) -> None:
    try:
        document = load(frame.json()["url"])
    except EgovError as error:
        wire.send_json(ERROR, describe(error))
    else:
        wire.send_json(REQUEST, _head(document))
        wire.send(DATA, document.content)


def _asking(wire: Wire) -> Load:
    def load(url: str) -> Document:
        wire.send_json(_LOAD, {"url": url})
        frame = _next(wire)
        if frame.kind == ERROR:
            raise revive(frame.json())
        return Document(content=_next(wire).payload, **frame.json())

    return load


def _next(wire: Wire) -> Frame:
    frame = wire.receive()
    if frame is None:
        os._exit(0)
    return frame


def _head(document: Document) -> dict[str, Any]:
    return {"media_type": document.media_type, "base": document.base, "name": document.name}


def _send_change(wire: Wire, change: Change) -> None:
    if isinstance(change, Update):
        wire.send_json(
            REQUEST, {"text": change.text, "using": change.using, "using_named": change.using_named}
        )
        return
    heads = [_head(document) for document in change.documents]
    wire.send_json(REQUEST, {"action": change.action, "graph": change.graph, "documents": heads})
    for document in change.documents:
        wire.send(DATA, document.content)


def _receive_change(wire: Wire) -> Change:
    value = _next(wire).json()
    if "text" in value:
        return Update(value["text"], tuple(value["using"]), tuple(value["using_named"]))
    documents = tuple(Document(content=_next(wire).payload, **head) for head in value["documents"])
    return GraphChange(value["action"], value["graph"], documents)


def _exists(store: ox.Store, change: Change) -> bool:
    """Whether the graph of a Graph Store write is there; an update is about no graph in particular."""
    if not isinstance(change, GraphChange) or change.graph is None:
        return True
    try:
        return store.contains_named_graph(ox.NamedNode(change.graph))
    except ValueError:  # no IRI: `apply` says so
        return False


def _died(status: int | None, bounds: Bounds, *, late: bool) -> EvaluationError:
    if late or status == -signal.SIGALRM:
        return QueryTimeout(
            f"The write was not applied within {bounds.timeout:g} s, and nothing has changed. Split it into "
            "several, or make the patterns after WHERE more selective.",
            f"写入未能在 {bounds.timeout:g} 秒内完成，数据没有变化。请拆成多次写入，或使 WHERE 中的模式"
            "更具选择性。",
            limit=bounds.timeout,
        )
    if status == -signal.SIGABRT:
        return _out_of_memory(bounds.memory)
    how = "nobody knows how"
    if status is not None:
        how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
    return EvaluatorCrashed(
        f"The process that applied the write ended ({how}), and nothing has changed. If it does so again, "
        "the request is too deep or too large: simplify it.",
        f"执行写入的进程已中止（{how}），数据没有变化。若再次发生，说明请求过深或过大，请简化。",
    )


def _out_of_memory(limit: int) -> QueryOutOfMemory:
    mib = f"{limit / 1024**2:g} MiB"
    return QueryOutOfMemory(
        f"The write needed more than {mib} of memory, and nothing has changed. Split it into several.",
        f"写入所需内存超过 {mib}，数据没有变化。请拆成多次写入。",
        limit=limit,
    )
