"""The card of an observation: what it says, how sure, from where, and what it leaves open."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from egov_kg.intervals import Interval, format_value
from egov_kg.namespaces import expand
from egov_kg.publish import wording
from egov_kg.publish.cards import read_card
from egov_kg.publish.derivations import read_derivations
from egov_kg.publish.figures import DIMENSIONS
from egov_kg.publish.observations import Observation
from egov_kg.publish.reasons import reason
from egov_kg.publish.unsaid import unsaid
from egov_kg.publish.void import read_query
from egov_kg.release.registry import Release
from egov_kg.web.documents import Document
from egov_kg.web.i18n import gettext
from egov_kg.web.pages.figures import charts
from egov_kg.web.pages.figures.threshold import asked
from egov_kg.web.pages.known.observed import observations
from egov_kg.web.pages.parts import embedded, shown_query
from egov_kg.web.pages.parts.properties import Group, anchor
from egov_kg.web.pages.parts.shown import term, value
from egov_kg.web.responses import language
from egov_kg.web.service import service

_PARTS: Final = tuple(
    map(
        expand,
        (
            "sdmx-attribute:unitMeasure",
            "egov:qualifier",
            "egov:valueOrigin",
            "sdmx-attribute:obsStatus",
            "egov:listCompleteness",
            "egov:survey",
            "egov:publishedOn",
            "egov:reviewState",
            "qb:dataSet",
        ),
    )
)
_HEADROOM: Final = Decimal(4) / 3


def reported(document: Document) -> Mapping[str, Any] | None:
    """What the card of a reported observation shows; None where it has no value to show."""
    one = _own(document.about.iri, [str(value) for value in document.about.values(expand("egov:indicator"))])
    if one is None:
        return None
    lang, store, threshold = language(), service().store, asked()
    others = [other for other in observations(one.indicator.iri) if other.iri != one.iri]
    card = read_card(store, one)
    return {
        "one": one,
        "sentence": wording.statement(one, lang),
        "remarks": wording.remarks(one, lang),
        "unsaid": unsaid(one, card, lang),
        "card": card,
        "most": one.domain or one.value * _HEADROOM,
        "stated": interval(one.bounds),
        "possible": interval(one.bounds if one.domain is None else one.bounds.within(one.domain)),
        "bounds": bounds(one),
        "threshold": threshold,
        "verdict": threshold.verdict(one),
        "reason": reason(threshold, one, lang),
        "unit_sign": unit_sign(one.unit),
        "dimensions": dimensions(document),
        "others": others,
        "columns": charts.columns(others),
        "constant": charts.constant(others),
        "derived": [(one, wording.inferred(one, lang)) for one in read_derivations(store, one.iri, (one,))],
        "validation": validation(),
        "embedded": embedded.figures((one,)),
        "mentions": (),  # the card has its own table of them
        **data("observations-of.rq", document),
    }


def derived(document: Document) -> Mapping[str, Any] | None:
    """What the card of a derived observation shows; None where it cannot be read as one."""
    found = read_derivations(service().store, document.about.iri)
    if not found:
        return None
    return {
        "one": found[0],
        "sentence": wording.inferred(found[0], language()),
        "figure": format_value(found[0].value, "exact", found[0].unit, language()),
        "stated": interval(found[0].bounds),
        "dimensions": dimensions(document),
        "validation": validation(),
        **data("derivations-of.rq", document),
    }


def _own(iri: str, indicators: list[str]) -> Observation | None:
    """The observation, found among those of its indicator, which the card shows as well."""
    for focus in (*indicators, iri):
        for one in observations(focus):
            if one.iri == iri:
                return one
    return None


def dimensions(document: Document) -> list[Group]:
    """The dimensions and attributes of an observation, in the order of the structure."""
    about, lang = document.about, language()
    found = ((name, about.values(name)) for name in (*DIMENSIONS.values(), *_PARTS))
    return [
        Group(term(about, name, lang), anchor(name), tuple(value(about, one, lang) for one in values), 0)
        for name, values in found
        if values
    ]


def interval(one: Interval) -> str:
    """Bounds in mathematical notation, without trailing zeros: `(60, 100]`, `[3, +∞)`."""

    def plain(value: Decimal | None) -> Decimal | None:
        return None if value is None else value.normalize() + 0

    return str(Interval(plain(one.lower), one.lower_inclusive, plain(one.upper), one.upper_inclusive))


def bounds(one: Observation) -> tuple[str, ...]:
    """The bounds in words: what is stated below and above, and what logic adds."""
    lang, stated = language(), one.bounds

    def said(value: Decimal, qualifier: str) -> str:
        return format_value(value, qualifier, one.unit, lang)

    found = []
    if stated.is_point and stated.lower is not None:
        return (gettext("Stated: exactly %(figure)s.", figure=said(stated.lower, "exact")),)
    if stated.lower is not None:
        words = said(stated.lower, "at-least" if stated.lower_inclusive else "over")
        found.append(gettext("Stated: %(figure)s. No upper bound is stated.", figure=words))
    if stated.upper is not None:
        words = said(stated.upper, "at-most" if stated.upper_inclusive else "under")
        found.append(gettext("Stated: %(figure)s. No lower bound is stated.", figure=words))
    if stated.lower is None and stated.upper is None:
        found.append(gettext("No bound is stated."))
    if one.domain is not None and stated.upper is None:
        found.append(gettext("By logic: not over %(figure)s.", figure=said(one.domain, "exact")))
    return tuple(found)


def unit_sign(unit: str) -> str:
    """What stands behind a number of a unit where one is typed."""
    signs = {"PERCENT": "%", "CCY_CNY": gettext("yuan"), "YR": gettext("years")}
    return signs.get(unit, "")


def data(query: str, document: Document) -> dict[str, Any]:
    """Where the data of a card can be had: the query that read them, and its answer.

    Args:
        query: the name of its file.
        document: of the observation.
    """
    text, focus = read_query(query), document.about.iri
    return {
        "query": shown_query.link(text, focus=focus),
        "data_links": [("CSV", shown_query.answer(text, "csv", focus=focus)), (gettext("Cite"), "#cite")],
    }


def validation() -> Mapping[str, Any]:
    """What the release at hand says of its validation; empty for a playground."""
    release = service().release
    return release.manifest.get("validation") or {} if isinstance(release, Release) else {}
