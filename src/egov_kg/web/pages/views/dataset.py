"""The page of a data set: how much is in it, and where it can be taken away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from egov_kg.namespaces import shrink
from egov_kg.publish.void import WHOLE
from egov_kg.web.documents import Document
from egov_kg.web.pages.known.holdings import Dataset, Holdings, holdings
from egov_kg.web.pages.parts import embedded
from egov_kg.web.pages.views import imported
from egov_kg.web.service import service


def view(document: Document) -> Mapping[str, Any] | None:
    """What the page of a data set shows besides; None for one that is no part of the release."""
    iri = document.about.iri
    found = holdings()
    own = _named(found, iri)
    if own is None and iri != WHOLE:
        return None
    graphs = service().release.graphs
    where = [own.graph] if own else sorted(graphs)
    return {
        "folded": False,  # the page is that of anything, with more in it
        "where": [(one, shrink(one), graphs.get(one, 0), found.of_graph(one)) for one in where],
        "datasets": [] if own else found.datasets,
        "has_figures": any(found.contents.get(one, {}).get("observations") for one in where),
        "embedded": embedded.dataset(document.about),
        "imported": own if own and own.source else None,
        "preview": imported.preview(own.graph) if own and own.source else None,
        "heading": imported.heading,
    }


def _named(found: Holdings, iri: str) -> Dataset | None:
    return next((one for one in found.datasets if one.term.iri == iri), None)
