"""What a write changes: the triples that it adds and removes, found while it is applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

GraphName = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


@dataclass(frozen=True, slots=True)
class Difference:
    """The step from one state of a store to the next.

    Attributes:
        added: quads that are there now and were not before.
        removed: quads that were there before.
        graphs_added: named graphs that exist now, empty ones among them.
        graphs_removed: named graphs that exist no more.
    """

    added: frozenset[ox.Quad]
    removed: frozenset[ox.Quad]
    graphs_added: frozenset[GraphName] = frozenset()
    graphs_removed: frozenset[GraphName] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.graphs_added or self.graphs_removed)

    def counts(self) -> dict[str, tuple[int, int]]:
        """Numbers of triples added and removed, by graph IRI (`""` is the default graph)."""
        added, removed = (
            Counter(iri_of(q.graph_name) for q in quads) for quads in (self.added, self.removed)
        )
        return {iri: (added[iri], removed[iri]) for iri in sorted(added.keys() | removed.keys())}


def iri_of(graph: GraphName) -> str:
    """A graph's IRI, empty for the default graph."""
    return "" if isinstance(graph, ox.DefaultGraph) else graph.value


class Watch:
    """Sees what happens to a store, as little of it as is needed.

    Who changes quads that it can name says so with `touch`; who cannot, with `touch_all`: then everything is
    compared with what was there when the watch was set.

    Args:
        store: in the state to compare with.
    """

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._graphs = frozenset(store.named_graphs())
        self._before = store.quads_for_pattern(None, None, None, None)  # reads the store as it is now
        self._was: dict[ox.Quad, bool] = {}
        self._all = False

    def touch(self, quads: Iterable[ox.Quad]) -> None:
        """Say which quads are about to be added or removed."""
        if not self._all:
            for quad in quads:
                if quad not in self._was:
                    self._was[quad] = quad in self._store

    def touch_all(self) -> None:
        """Say that any quad may change."""
        self._all = True

    def difference(self, *, default_graph: bool = True) -> Difference:
        """What has changed since the watch was set; to be asked once.

        Args:
            default_graph: whether the default graph counts.
        """
        if self._all:
            before, after = set(self._before), set(self._store)
            added, removed = after - before, before - after
        else:
            added = {quad for quad, was in self._was.items() if not was and quad in self._store}
            removed = {quad for quad, was in self._was.items() if was and quad not in self._store}
        if not default_graph:
            added, removed = _named(added), _named(removed)
        graphs = frozenset(self._store.named_graphs())
        return Difference(frozenset(added), frozenset(removed), graphs - self._graphs, self._graphs - graphs)


def _named(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    return {quad for quad in quads if not isinstance(quad.graph_name, ox.DefaultGraph)}


def net(counts: Mapping[str, tuple[int, int]], before: Mapping[str, int]) -> dict[str, int]:
    """Triples by graph after a change of `counts`."""
    after = dict(before)
    for iri, (added, removed) in counts.items():
        after[iri] = after.get(iri, 0) + added - removed
    return after
