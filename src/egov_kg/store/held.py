"""How a release lies in a remote engine, and which one an engine says that it holds.

::

    https://w3id.org/egov-kg/graph/<name>           the graphs of the release, under their own names
    https://w3id.org/egov-kg/store/<id>/default     the merge of its default graphs, as one graph
    https://w3id.org/egov-kg/store/<id>/<name>      graphs that a push has not put in place yet
    https://w3id.org/egov-kg/store                  which release this is, and what is known of each graph

The merge is kept, because engines count a triple once for each graph of a default graph that has it. The last
graph says nothing of a release while one is replaced by another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from egov_kg.errors import ReleaseError
from egov_kg.formats import JSON
from egov_kg.iris import BASE
from egov_kg.store.base import Row
from egov_kg.store.endpoint import Endpoint
from egov_kg.store.limits import Limits
from egov_kg.store.wire import converted

STATE: Final = f"{BASE}store"
"""The graph that says what is there, and the subject of what it says."""

NOTHING: Final = f"{STATE}#nothing"
"""A graph that no engine has: an empty default graph, or no named graphs, said so that all understand it."""

LIVE: Final = "live"
"""The role of a graph of the release that is held, and part of its default graph."""

APART: Final = "apart"
"""The role of a graph of the release that is held, and not part of its default graph."""

ABOUT_STATE: Final[Mapping[str, str | list[str]]] = {"default-graph-uri": NOTHING, "named-graph-uri": STATE}
"""The parameters of a query about that graph."""

_MOST_ROWS: Final = 100_000
_MOST_BYTES: Final = 64 * 1024 * 1024
_RQ: Final = Path(__file__).parent / "rq"


def read_query(name: str) -> str:
    """A query or an update of this room, by its name."""
    (path,) = _RQ.glob(f"{name}.r?")
    return path.read_text(encoding="utf-8")


def merged_graph(release: str) -> str:
    """The graph that is the default graph of a release."""
    return f"{STATE}/{release}/default"


def staged_graph(release: str, graph: str) -> str:
    """Where a graph waits until a release is put in place."""
    return f"{STATE}/{release}/{hashlib.sha256(graph.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Held:
    """What an engine says that it holds.

    Attributes:
        release: the id.
        graphs: its named graphs.
        defaults: those whose merge is its default graph.
        plain_truth: its JSON gives `true` as `true`; some engines write 1 there.
    """

    release: str
    graphs: frozenset[str]
    defaults: frozenset[str]
    plain_truth: bool


def held(endpoint: Endpoint, timeout: float) -> Held | None:
    """What an engine says that it holds; None where it holds no release, or is being given one.

    Raises:
        EgovError: as `Endpoint.query`.
    """
    rows = rows_of(endpoint, "held", ABOUT_STATE, timeout)
    if not rows:
        return None
    defaults, apart = (
        frozenset(str(row["graph"]) for row in rows if str(row["role"]) == role) for role in (LIVE, APART)
    )
    plain_truth = str(rows[0]["whole"]) == "true"
    return Held(str(rows[0]["release"]), defaults | apart, defaults, plain_truth)


def require_held(endpoint: Endpoint, release: str | None, timeout: float) -> Held:
    """What an engine holds, if it is the release that it should be.

    Args:
        endpoint: the engine.
        release: the id; None for whichever.
        timeout: seconds.

    Raises:
        ReleaseError: it is another, or none.
        EgovError: as `Endpoint.query`.
    """
    found = held(endpoint, timeout)
    if found is None:
        raise ReleaseError(
            f"The engine at {endpoint.place.url} holds no release: run `egov-kg push`.",
            f"{endpoint.place.url} 处的引擎中没有发布版本：请运行 `egov-kg push`。",
        )
    if release is not None and found.release != release:
        where, there = endpoint.place.url, found.release
        raise ReleaseError(
            f"The engine at {where} holds release {there}, and the one here is {release}. Run "
            f"`egov-kg push --release {release}`, or have the files of {there} here: build or restore it.",
            f"{where} 处的引擎中是发布版本 {there}，而此处是 {release}。请运行 "
            f"`egov-kg push --release {release}`，或在此处准备 {there} 的文件（构建或恢复）。",
        )
    return found


def rows_of(endpoint: Endpoint, name: str, form: Mapping[str, str | list[str]], timeout: float) -> list[Row]:
    """Solutions of a query of this room.

    Args:
        endpoint: whom to ask.
        name: of the query.
        form: what it is about, as parameters of the protocol.
        timeout: seconds.

    Raises:
        EgovError: as `Endpoint.query`.
    """
    from egov_kg.store.terms import to_rdflib

    limits = Limits(_MOST_ROWS, _MOST_BYTES)
    with endpoint.query(
        {**form, "query": read_query(name)},
        JSON.media_type,
        timeout,
        lambda incoming: converted(endpoint.place, incoming, JSON.media_type, limits),
    ) as file:
        results = ox.parse_query_results(file, ox.QueryResultsFormat.JSON)
        assert isinstance(results, ox.QuerySolutions)  # noqa: S101 - the queries are our own
        names = [variable.value for variable in results.variables]
        return [
            {one: to_rdflib(term) for one in names if (term := solution[one]) is not None}
            for solution in results
        ]
