"""What a remote engine says of graphs that were pushed to it, and the updates that change what it says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from rdflib.term import Identifier, Literal, URIRef

from egov_kg.errors import ReleaseError
from egov_kg.sparql.binding import bound
from egov_kg.store.endpoint import Endpoint
from egov_kg.store.held import ABOUT_STATE, NOTHING, read_query, rows_of
from egov_kg.store.terms import from_rdflib

MERGED: Final = "merged"
"""The role of the merge of the default graphs."""

STAGED: Final = "staged"
"""The role of a graph that waits to be put in place."""


class Known(NamedTuple):
    """What is known of one graph in an engine.

    Attributes:
        graph: its IRI there.
        role: `live`, `apart`, `merged` or `staged`.
        target: the IRI of the release's graph that it is, or will be.
        digest: of the file that it was made from.
        parts: how many pieces of that file it has.
    """

    graph: str
    role: str
    target: str
    digest: str
    parts: int


def known(endpoint: Endpoint, timeout: float) -> dict[str, Known]:
    """What an engine says of its graphs, by their IRI.

    Raises:
        EgovError: as `Endpoint.query`.
    """
    rows = rows_of(endpoint, "pushed", ABOUT_STATE, timeout)
    told = [{name: str(term) for name, term in row.items()} for row in rows]
    return {
        one["graph"]: Known(one["graph"], one["role"], one["target"], one["digest"], int(one["parts"]))
        for one in told
    }


def size(endpoint: Endpoint, graph: str, timeout: float) -> int:
    """How many triples a graph of an engine has; none where there is no such graph.

    Raises:
        EgovError: as `Endpoint.query`.
    """
    form = {"default-graph-uri": graph, "named-graph-uri": NOTHING}
    (row,) = rows_of(endpoint, "size", form, timeout)
    return int(str(row["triples"]))


def require_size(endpoint: Endpoint, graph: str, wanted: int, timeout: float) -> None:
    """See that a graph has as many triples as it should.

    Raises:
        ReleaseError: it has more or fewer.
        EgovError: as `Endpoint.query`.
    """
    found = size(endpoint, graph, timeout)
    if found != wanted:
        raise ReleaseError(
            f"The engine has {found:,} triples in {graph}, and was given {wanted:,}. Does somebody else "
            "write to it? Look into it, and push again.",
            f"引擎的图 {graph} 中有 {found:,} 个三元组，而发送了 {wanted:,} 个。是否有其他人在写入？"
            "请检查后重新推送。",
        )


def mark(one: Known) -> str:
    """The update after which this is what is known of a graph."""
    return update(
        "mark",
        graph=URIRef(one.graph),
        role=Literal(one.role),
        target=URIRef(one.target),
        digest=Literal(one.digest),
        parts=Literal(one.parts),
    )


def swap(release: str, graphs: Iterable[Known], staged: Iterable[Known], gone: Iterable[str]) -> str:
    """The one update that puts a release in place.

    Args:
        release: its id.
        graphs: what there will be.
        staged: which of it waits elsewhere.
        gone: graphs that go.
    """
    return " ;\n".join(
        (
            update("unpoint"),
            *(update("move", staged=URIRef(one.graph), target=URIRef(one.target)) for one in staged),
            *(update("drop", graph=URIRef(graph)) for graph in gone),
            update("forget"),
            *(mark(one) for one in graphs),
            update("point", release=Literal(release)),
        )
    )


def update(name: str, **terms: Identifier) -> str:
    """An update of the store's room, with terms for its variables."""
    return bound(read_query(name), {key: str(from_rdflib(term)) for key, term in terms.items()})
