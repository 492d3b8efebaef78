"""The page of a named graph: what is in it, by class, and how to take it away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from egov_kg.formats import RDF
from egov_kg.namespaces import shrink
from egov_kg.release.registry import Release
from egov_kg.web import licences
from egov_kg.web.kept import Kept
from egov_kg.web.pages.known.holdings import holdings
from egov_kg.web.pages.known.queries import query
from egov_kg.web.pages.parts import shown_query
from egov_kg.web.service import service


def context(graph: str | None) -> dict[str, Any]:
    """What the page of a graph shows.

    Args:
        graph: its IRI; None for the default graph.
    """
    here = service()
    counted = isinstance(here.release, Release) and graph is not None
    return {
        "graph": graph or "",
        "name": shrink(graph) if graph else "",
        "triples": here.release.graphs.get(graph or "", 0),
        "union": graph is None,
        "licence": licences.of_import((graph,)) if counted and graph else "",
        "contents": holdings().of_graph(graph) if counted and graph else [],
        "classes": _classes.get(here.release.id).get(graph, ()) if counted and graph else (),
        "query": shown_query.link(query("graph-classes"), graph=graph) if graph else "",
        "formats": [(syntax.name, syntax.media_type) for syntax in RDF],
    }


def _read() -> Mapping[str, Sequence[tuple[str, str, int]]]:
    """Of each graph, its classes: IRI, CURIE and the number of things."""
    found: dict[str, list[tuple[str, str, int]]] = {}
    for row in service().store.select(query("graph-classes")):
        if "class" in row:
            iri = str(row["class"])
            found.setdefault(str(row["graph"]), []).append((iri, shrink(iri), int(str(row["things"]))))
    return found


_classes: Final = Kept(_read)
