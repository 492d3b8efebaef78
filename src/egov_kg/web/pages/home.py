"""The start page: JSON for programs at `/`, RDF elsewhere, and a page for readers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, jsonify, request, url_for

from egov_kg.formats import DOCUMENT, HTML, RDF
from egov_kg.iris import LICENCE, concept
from egov_kg.publish.observations import Observation, Term, read_observations
from egov_kg.publish.thresholds import Threshold
from egov_kg.release.registry import Release
from egov_kg.sparql.queries import find_question
from egov_kg.web import tags
from egov_kg.web.kept import Kept
from egov_kg.web.paged import PAGE, negotiated, page
from egov_kg.web.pages.figures import tiles
from egov_kg.web.pages.parts import shown_query
from egov_kg.web.service import service

_TOPICS: Final = Path(__file__).parent / "rq" / "topics.rq"
_EXAMPLE: Final = concept("indicator", "main-business-coverage")
_THRESHOLD: Final = Threshold("gte", "80", Decimal(80))
_SHOWN: Final = (
    "main-business-at-least-80",
    "pilots-platforms-and-outcomes",
    "levels-compared",
    "savings-ranked-by-region",
    "nested-threshold-shares",
    "microblog-halls",
)

blueprint = Blueprint("home", __name__)


@blueprint.route("/", methods=["GET"])
@blueprint.route(f"{PAGE}/", methods=["GET"])
def start() -> Response:
    """What there is here."""
    here = service()
    offers = (DOCUMENT, HTML, *RDF) if isinstance(here.release, Release) else (DOCUMENT, HTML)
    syntax = negotiated(offers)
    if syntax == HTML:
        return _page()
    if syntax.kind == "rdf":
        return _described()
    facts = {
        "endpoint": url_for("sparql.endpoint"),
        "release": here.release.id,
        "created": here.release.created.isoformat(),
        "triples": sum(here.release.graphs.values()),
        "graphs": dict(here.release.graphs),
        "counts": here.counts,
        "license": LICENCE,
        "reconciliation": url_for("reconciliation.stable"),
        "health": url_for("operations.health"),
    }
    known = tags.tag(here.release.id, "start", syntax.media_type)
    response = tags.revalidated(known, lambda: jsonify(facts))
    response.vary.update(("Accept", "Accept-Language"))
    return response


def _page() -> Response:
    here = service()
    if not isinstance(here.release, Release):
        return page("pages/playground.html", graphs=dict(here.release.graphs))
    questions = [find_question(here.questions, name) for name in _SHOWN if here.questions]
    return page(
        "pages/home.html",
        release=here.release,
        counts=here.counts,
        topics=_topics.get(here.release.id),
        tiles=tiles.tiles(),
        map_svg=tiles.picture(),
        questions=[(question, shown_query.link(question.text)) for question in questions],
        questions_count=len(here.questions),
        threshold=_THRESHOLD,
        example=Term(_EXAMPLE, {}),
        verdicts=_THRESHOLD.counts(_example.get(here.release.id)),
    )


def _described() -> Response:
    kept = request.query_string.decode("latin-1")
    response = Response(status=303)
    response.headers["Location"] = url_for("discovery.void") + (f"?{kept}" if kept else "")
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update(("Accept", "Accept-Language"))
    return response


def _read_topics() -> tuple[tuple[Term, int, int], ...]:
    """Each topic with its numbers of indicators and observations, the largest first."""
    found = []
    for row in service().store.select(_TOPICS.read_text(encoding="utf-8")):
        words = {lang: str(row[f"topic_{lang}"]) for lang in ("en", "zh") if f"topic_{lang}" in row}
        numbers = (int(str(row["indicators"])), int(str(row["observations"])))
        found.append((Term(str(row["topic"]), words), *numbers))
    return tuple(found)


def _read_example() -> tuple[Observation, ...]:
    return read_observations(service().store, _EXAMPLE)


_topics: Final = Kept(_read_topics)
_example: Final = Kept(_read_example)
