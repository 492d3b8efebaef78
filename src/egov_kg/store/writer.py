"""A write applied to the graph of a release, in a process that does nothing else: `python -m
egov_kg.store.writer`.

The release is not changed: the outcome is two files, of the triples that the write adds and removes.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import pyoxigraph as ox

from egov_kg.errors import EgovError
from egov_kg.iris import BASE
from egov_kg.sparql.changes import Change
from egov_kg.store.attempts import Bounds, attempt, outcome
from egov_kg.store.base import Dataset
from egov_kg.store.changes import Load
from egov_kg.store.difference import Difference
from egov_kg.store.evaluator import describe
from egov_kg.store.frames import ERROR, HEADER, REQUEST, Wire
from egov_kg.store.nursery import revive
from egov_kg.store.rdf_io import sorted_nquads
from egov_kg.store.snapshot import load

GENID: Final = f"{BASE}id/genid/"
"""Where the IRIs of what was a blank node begin (RDF 1.1 Concepts, section 3.5)."""

_LOAD_SECONDS: Final = 600.0


@dataclass(frozen=True, slots=True)
class WriteJob:
    """A write, and what it is to be applied to.

    Attributes:
        nquads: the graph of a release.
        default_graphs: IRIs of the graphs whose merge is the default graph; graphs that the write makes join
            them, all others stay apart.
        change: the write.
        target: a folder that exists; two files are made in it.
        load: fetches the documents of LOAD, in this process.
        timeout: seconds for applying the write.
        memory: bytes that applying it may allocate, on Linux.
    """

    nquads: Path
    default_graphs: tuple[str, ...]
    change: Change
    target: Path
    load: Load
    timeout: float
    memory: int


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What a write changes.

    Attributes:
        added: a file of canonical N-Quads, sorted: quads that are new.
        removed: another, of quads that are gone.
        graphs: numbers of triples added and removed, by graph IRI; graphs that do not change are absent.
        created: a `GraphChange` makes a graph that was not there.
        existed: the graph of a `GraphChange` was there; True for an update.
    """

    added: Path
    removed: Path
    graphs: Mapping[str, tuple[int, int]]
    created: bool
    existed: bool


def write(job: WriteJob) -> WriteResult:
    """Apply a write in a process of its own; safe to call from several threads.

    Blank nodes in what is added become IRIs below `GENID`, the same node the same IRI.

    Raises:
        EgovError: what `changes.apply` raises.
        QueryTimeout, QueryOutOfMemory, EvaluatorCrashed: how the process ended.
        SourceError: the graph of the release does not parse.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "egov_kg.store.writer", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    wire = Wire(ours)

    def end() -> int:
        process.kill()
        return process.wait()

    bounds = Bounds(job.timeout, job.memory)
    try:
        with suppress(OSError):  # it died: `outcome` finds out how
            wire.send_json(
                REQUEST,
                {
                    "nquads": str(job.nquads),
                    "default_graphs": job.default_graphs,
                    "target": str(job.target),
                    "timeout": job.timeout,
                    "memory": job.memory,
                    "parent": os.getpid(),
                },
            )
            if (frame := wire.receive(time.monotonic() + _LOAD_SECONDS)) and frame.kind == ERROR:
                raise revive(frame.json())
        found = outcome(wire, job.change, job.load, bounds, end)
    finally:
        wire.close()
        end()
    graphs = {iri: (added, removed) for iri, (added, removed) in found["graphs"].items()}
    return WriteResult(*_files(job.target), graphs, found["created"], found["existed"])


def _files(target: Path) -> tuple[Path, Path]:
    return target / "added.nq", target / "removed.nq"


def main(descriptor: int) -> None:
    """Be the process: load the graph, then apply the one write that comes."""
    wire = Wire(socket.socket(fileno=descriptor))
    setup = wire.receive()
    if setup is None:
        return
    job = setup.json()
    store = ox.Store()
    try:
        load(store, [Path(job["nquads"])], Dataset(()))  # `apply` merges what is read
    except EgovError as error:
        wire.send_json(ERROR, describe(error))
        return
    wire.send_json(HEADER, {})
    original = Path(job["nquads"]).open("rb")  # noqa: SIM115 - later on, no file can be opened here
    files = [path.open("wb", buffering=0) for path in _files(Path(job["target"]))]

    def finish(step: Difference) -> dict[str, Any]:
        removed = _as_written(step.removed, original)
        for file, quads in zip(files, (_skolemised(step.added), removed), strict=True):
            view = memoryview(sorted_nquads(quads))
            while view:
                view = view[file.write(view) or 0 :]
        return {}

    merged = set(job["default_graphs"])
    attempt(
        wire,
        store,
        finish,
        bounds=Bounds(job["timeout"], job["memory"]),
        parent=job["parent"],
        union=True,
        apart=[graph.value for graph in store.named_graphs() if graph.value not in merged],
    )


def _as_written(removed: frozenset[ox.Quad], nquads: IO[bytes]) -> Iterable[ox.Quad]:
    """The quads of a file that were removed, with its lexical forms: a store has `85` for `85.0`."""
    if not removed:
        return
    gone = ox.Store()
    gone.extend(removed)
    yield from (quad for quad in ox.parse(nquads, ox.RdfFormat.N_QUADS) if quad in gone)


def _skolemised(quads: Iterable[ox.Quad]) -> Iterable[ox.Quad]:
    """Quads with IRIs for blank nodes."""
    names: dict[str, ox.NamedNode] = {}

    def term(value: Any) -> Any:
        if isinstance(value, ox.BlankNode):
            return names.setdefault(value.value, ox.NamedNode(GENID + uuid.uuid4().hex))
        if isinstance(value, ox.Triple):
            return ox.Triple(term(value.subject), value.predicate, term(value.object))
        return value

    for quad in quads:
        yield ox.Quad(term(quad.subject), quad.predicate, term(quad.object), term(quad.graph_name))


if __name__ == "__main__":
    main(int(sys.argv[1]))
