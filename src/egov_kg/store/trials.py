"""The zygote's part in the writes to a playground: a child tries each one out, and leaves a record.

What is then done to the graph that the evaluators are forked from is only to take out and put in the quads of
the record: no pattern is matched and no text of a client is read here, so that a hostile update can end
nothing but its own process.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from typing import IO, Any, Final, NoReturn

import pyoxigraph as ox

from egov_kg.errors import RequestTooLarge
from egov_kg.store.attempts import Bounds, attempt
from egov_kg.store.difference import Difference, iri_of
from egov_kg.store.frames import Wire

QUAD_BYTES: Final = 400
"""What a quad takes in memory beyond its length as N-Quads, about."""


class Trials:
    """The writes of one zygote.

    Args:
        store: the graph that the evaluators are forked from.

    Attributes:
        generation: how many writes it has seen.
    """

    def __init__(self, store: ox.Store) -> None:
        self.generation = 0
        self._store = store
        self._records: dict[int, IO[bytes]] = {}

    def record(self) -> IO[bytes]:
        """A file for the record of an attempt."""
        return tempfile.TemporaryFile()

    def run(self, wire: Wire, record: IO[bytes], request: dict[str, Any], parent: int) -> NoReturn:
        """Be the child that tries a write out.

        Args:
            wire: to the service.
            record: where to write the difference.
            request: `timeout`, `memory` and `room`, as `Nursery.attempt`.
            parent: the zygote.
        """

        def finish(step: Difference) -> dict[str, Any]:
            removed, added = _nquads(step.removed), _nquads(step.added)
            growth = len(added) - len(removed) + QUAD_BYTES * (len(step.added) - len(step.removed))
            if growth > max(0, request["room"]):
                raise _full(growth, request["room"])
            for _ in ox.parse(added, ox.RdfFormat.N_QUADS):
                pass  # what cannot be read has to fail here, and not in `commit`
            head = {
                "removed": len(removed),
                "graphs_added": [iri_of(graph) for graph in step.graphs_added],
                "graphs_removed": [iri_of(graph) for graph in step.graphs_removed],
            }
            record.write(json.dumps(head).encode() + b"\n" + removed + added)
            record.flush()
            return head | {"changed": bool(step), "growth": growth}

        bounds = Bounds(request["timeout"], request["memory"])
        attempt(wire, self._store, finish, bounds=bounds, parent=parent, union=False)

    def keep(self, pid: int, record: IO[bytes]) -> None:
        """Keep the record of a child until it is committed or dropped."""
        self._records[pid] = record

    def commit(self, pid: int) -> None:
        """Change the graph as a record says."""
        with self._records.pop(pid) as record:
            record.seek(0)
            head = json.loads(record.readline())
            for quad in ox.parse(record.read(head["removed"]), ox.RdfFormat.N_QUADS):
                self._store.remove(quad)
            # Not `bulk_extend`: it starts threads, and a process that has some must not fork.
            self._store.extend(ox.parse(record.read(), ox.RdfFormat.N_QUADS))
        for iri in head["graphs_removed"]:
            self._store.remove_graph(ox.NamedNode(iri))
        for iri in head["graphs_added"]:
            self._store.add_graph(ox.NamedNode(iri))
        self.generation += 1

    def forget(self) -> None:
        """Let go of all records, in a child that has nothing to do with them."""
        for record in self._records.values():
            record.close()
        self._records.clear()

    def drop(self, pid: int) -> None:
        """Forget the record of a child, if it has one."""
        if record := self._records.pop(pid, None):
            record.close()


def _nquads(quads: Iterable[ox.Quad]) -> bytes:
    return ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""


def _full(growth: int, room: int) -> RequestTooLarge:
    return RequestTooLarge(
        f"The playground is full: this write needs about {growth // 1024:,} KiB and {max(0, room) // 1024:,} "
        "KiB are left. Delete something first, or start it again with a larger EGOV_KG_WRITE_MEMORY_MB.",
        f"试验模式的存储已满：此次写入约需 {growth // 1024:,} KiB，仅剩 {max(0, room) // 1024:,} KiB。"
        "请先删除一些数据，或以更大的 EGOV_KG_WRITE_MEMORY_MB 重新启动。",
        limit=room,
    )
