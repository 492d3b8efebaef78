"""`/en/datasets`: what there is, what it covers and lacks, how it was checked, how to take it away."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from egov_kg.namespaces import shrink
from egov_kg.web import citing, listing
from egov_kg.web.paged import PAGE, page
from egov_kg.web.pages.figures import tiles
from egov_kg.web.pages.known import checks, history
from egov_kg.web.pages.known.holdings import holdings
from egov_kg.web.pages.known.queries import query
from egov_kg.web.pages.parts import embedded, shown_query
from egov_kg.web.service import service

_RECENT: Final = 5

blueprint = Blueprint("datasets", __name__)


@blueprint.route(f"{PAGE}/datasets", methods=["GET"])
def overview() -> Response:
    """What the release holds."""
    listing.registry()
    release, found = service().edition.release, holdings()
    recent, total = listing.page(1)
    units = tiles.tiles()
    return page(
        "pages/datasets.html",
        release=release,
        holdings=found,
        triples=sum(release.graphs.values()),
        graphs=[(iri, shrink(iri), triples, found.of_graph(iri)) for iri, triples in release.graphs.items()],
        absent=sum(one.facts is None for one in units),
        units=len(units),
        checked=checks.checked(),
        rules=checks.rules(),
        downloads=listing.by_format(listing.downloads(release))[0],
        releases=history.with_changes(recent, total, _RECENT)[:_RECENT],
        queries={
            name: shown_query.link(query(name)) for name in ("indicator-levels", "topic-sections", "gaps")
        },
        coverage_csv=shown_query.answer(query("indicator-levels"), "csv"),
        cited=citing.whole(),
        embedded=embedded.whole(),
    )
