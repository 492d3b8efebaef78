"""`/en/compare`: levels, indicators or regions side by side, with what makes them hard to compare."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from flask import Blueprint, Response, request

from egov_kg.formats import CSV, JSONLD, TURTLE
from egov_kg.publish import comparisons, differences
from egov_kg.publish.comparisons import Comparison
from egov_kg.publish.observations import Observation
from egov_kg.publish.reasons import reason
from egov_kg.publish.thresholds import Threshold
from egov_kg.publish.void import read_query
from egov_kg.web import listing
from egov_kg.web.i18n import gettext, ngettext
from egov_kg.web.paged import PAGE, page
from egov_kg.web.pages.figures import charts, chosen, panels
from egov_kg.web.pages.figures.chosen import Chosen
from egov_kg.web.pages.figures.threshold import asked
from egov_kg.web.pages.known.measured import Catalogue, catalogue
from egov_kg.web.pages.known.observed import observations
from egov_kg.web.pages.parts import embedded, shown_query
from egov_kg.web.responses import language

_LONGEST_UNIT: Final = 16
_NAMED: Final = 4

blueprint = Blueprint("compare", __name__)


@blueprint.route(f"{PAGE}/compare", methods=["GET"])
def compare() -> Response:
    """What was chosen, side by side; examples where nothing was."""
    listing.registry()
    wanted, known = chosen.asked(), catalogue()
    context: dict[str, Any] = {
        "chosen": wanted,
        "known": known,
        "regions": chosen.regions(),
        "examples": chosen.examples(known),
        "most_chosen": chosen.MOST,
        "comparison": None if wanted.is_empty else side_by_side(wanted),
    }
    if context["comparison"] is not None and context["comparison"].figures:
        context |= _shown(wanted, known, context["comparison"])
    return page("pages/compare.html", **context)


def side_by_side(wanted: Chosen) -> Comparison:
    """The figures of what was chosen, `charts.MOST` of each at most."""
    lang = language()
    terms = [one.term for one in (wanted.regions or wanted.indicators)]
    figures = [one for term in terms for one in observations(term.iri)[: charts.MOST]]
    if wanted.by == "regions":
        return comparisons.of_regions(figures, terms, lang)
    kept = [one for one in figures if not wanted.levels or one.level.notation in wanted.levels]
    return (comparisons.of_levels if wanted.by == "levels" else comparisons.of_indicators)(kept, lang)


def _shown(wanted: Chosen, known: Catalogue, comparison: Comparison) -> dict[str, Any]:
    lang, figures, threshold = language(), comparison.figures, asked()
    units = [unit for unit, _ in Counter(one.unit for one in figures).most_common()]
    given = request.args.get("unit", "")[:_LONGEST_UNIT]
    unit = given if given in units else next(iter(units), "")
    drawn = panels.drawing(comparison, lang)
    title = _title(wanted)

    def applies(one: Observation) -> Threshold | None:
        return threshold if threshold.value is not None and one.unit == unit else None

    return {
        "title": title,
        "units": units,
        "unit": unit,
        "threshold": threshold,
        "applies": applies,
        "counts": threshold.counts(one for one in figures if one.unit == unit),
        "reason": reason,
        "highest": [comparisons.highest(line) for line in comparison.lines],
        "differences": differences.differences(comparison, lang),
        "notes": differences.notes(comparison),
        "most": {name: charts.most(one for one in figures if one.unit == name) for name in units},
        "drawn": drawn,
        "beside": charts.beside,
        "chart": panels.chart(title, comparison, drawn, lang, asked="" if threshold.value is None else unit),
        "embedded": embedded.figures(figures),
        **_sources(wanted, known),
    }


def _title(wanted: Chosen) -> str:
    lang = language()
    names = [one.term.name(lang) for one in (wanted.regions or wanted.indicators)]
    count = len(names)
    if wanted.by == "levels":
        return gettext("%(name)s by level", name=names[0])
    if count == 1:
        return names[0]
    if wanted.by == "indicators":
        return ngettext("%(num)s indicator side by side", "%(num)s indicators side by side", count)
    if count <= _NAMED:
        return gettext("%(names)s side by side", names=gettext(", ").join(names))
    return ngettext("%(num)s region side by side", "%(num)s regions side by side", count)


def _sources(wanted: Chosen, known: Catalogue) -> dict[str, Any]:
    """Where the figures can be had: the very query, a table, and themselves as linked data."""
    focus = [one.term.iri for one in (wanted.regions or wanted.indicators)]
    if wanted.by == "regions":
        table, bound = "figures.rq", {"area": focus}
    else:
        table, bound = "observations.rq", {"indicator": focus}
    if wanted.levels:
        bound["level"] = [known.levels[name].iri for name in wanted.levels]
    described = read_query("observations-described.rq")
    found = [
        (syntax.media_type, name, shown_query.answer(text, syntax.name, **bound))
        for syntax, name, text in (
            (CSV, "CSV", read_query(table)),
            (JSONLD, "JSON-LD", described),
            (TURTLE, "Turtle", described),
        )
    ]
    return {
        "query": shown_query.link(read_query("observations-of.rq"), focus=focus),
        "data_links": [(name, href) for _, name, href in found],
        "alternates": [(media_type, href) for media_type, _, href in found],
    }
