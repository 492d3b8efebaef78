"""Which graphs of an endpoint are asked: engines differ in what they take where a query names none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from importlib.resources import files
from typing import Final

from egov_kg import iris
from egov_kg.client.endpoint import Endpoint
from egov_kg.errors import NotFound
from egov_kg.namespaces import expand

_REPORTED: Final = expand("qb:Observation")
_DERIVED_CLASS: Final = expand("egov:DerivedObservation")
_DERIVED: Final = iris.graph("derived")


def read_query(name: str) -> str:
    """The text of one of the client's own queries."""
    return files("egov_kg.client").joinpath("rq", f"{name}.rq").read_text("utf-8")


def with_default(endpoint: Endpoint, default: Iterable[str]) -> Endpoint:
    """The endpoint with some graphs as its default graph; these and the derived one can be named."""
    chosen = tuple(dict.fromkeys(default))
    return replace(endpoint, default_graphs=chosen, named_graphs=tuple(dict.fromkeys((*chosen, _DERIVED))))


def with_dataset(endpoint: Endpoint) -> Endpoint:
    """The endpoint with the dataset that this project's queries are written for.

    Its default graph is the union of all graphs but the derived one. Where it is that already, as of this
    project's service, nothing is added to the requests; elsewhere they name the graphs.

    Raises:
        NotFound: it has none of this project's graphs.
    """
    found = endpoint.table(read_query("graphs"))
    graphs = sorted({row["graph"] for row in found} - {""})
    shown = {row["class"] for row in found}
    if not graphs:
        raise NotFound(
            f"{endpoint.url} has no graph of this project. Load graph.nq of a release, which has them all.",
            f"{endpoint.url} 中没有本项目的图。请载入某一发布版本的 graph.nq，其中有全部命名图。",
        )
    if _REPORTED in shown and _DERIVED_CLASS not in shown:
        return endpoint
    return with_default(endpoint, (graph for graph in graphs if graph != _DERIVED))
