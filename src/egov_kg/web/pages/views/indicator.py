"""The view of an indicator: what it is, each figure that the source has of it, a chart, a map, thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from egov_kg.intervals import Qualifier, format_value
from egov_kg.namespaces import PREFIXES
from egov_kg.publish.comparisons import ordered
from egov_kg.publish.derivations import Derivation, read_derivations
from egov_kg.publish.figures import notation
from egov_kg.publish.observations import Nested, Observation, Term
from egov_kg.publish.reasons import reason
from egov_kg.publish.void import read_query
from egov_kg.publish.wording import inferred
from egov_kg.release.registry import Release
from egov_kg.web.documents import Document
from egov_kg.web.i18n import gettext, number
from egov_kg.web.kept import Kept
from egov_kg.web.pages.figures import charts, tiles
from egov_kg.web.pages.figures.threshold import asked
from egov_kg.web.pages.known.observed import observations
from egov_kg.web.pages.parts import embedded, shown_query
from egov_kg.web.responses import language
from egov_kg.web.service import service

_EGOV: Final = PREFIXES["egov"]
_ABOUT: Final = ("topic", "indicatorKind", "indicatorUnit", "direction", "populationUnit")
_FLAGS: Final = Path(__file__).parent / "rq" / "flags.rq"


def view(document: Document) -> Mapping[str, Any] | None:
    """What the page of an indicator has besides what every resource's page has; nothing in a playground."""
    if not isinstance(service().release, Release):
        return None
    lang, iri = language(), document.about.iri
    figures = ordered(observations(iri), lang)
    shown = charts.rows(figures, lang)[: charts.MOST]
    threshold = asked()
    title = document.about.label(lang)
    return {
        "definition": _words(document, PREFIXES["skos"] + "definition"),
        "about": {name: _term(document, _EGOV + name) for name in _ABOUT},
        "unit": figures[0].unit if figures else "",
        "rows": shown,
        "total": len(figures),
        "notation": notation(iri),
        "different": charts.varying(figures),
        "columns": charts.columns(figures),
        "constant": charts.constant(figures),
        "most": charts.most(figures),
        "flags": _flags(figures),
        "flag_meanings": _meanings.get(service().release.id),
        "threshold": threshold,
        "reason": reason,
        "counts": threshold.counts(figures),
        "beside": charts.beside,
        "chart": charts.chart(title, shown, lang, asked=threshold.value is not None),
        "tiles": (places := tiles.of_figures(figures)),
        "map_svg": tiles.picture(indicator=notation(iri)) if places else "",
        "map_name": f"{notation(iri)}-map",
        "conditions": _conditions(figures),
        "condition_words": condition_words,
        "beyond": _beyond(document),
        "derivations": read_derivations(service().store, iri, figures),
        "derived_range": derived_range,
        "inferred": inferred,
        "query": shown_query.link(read_query("observations-of.rq"), focus=iri),
        "csv": shown_query.answer(read_query("observations.rq"), "csv", indicator=iri),
        "embedded": embedded.figures(figures),
    }


def _term(document: Document, predicate: str) -> Term | None:
    values = document.about.values(predicate)
    if not values:
        return None
    iri = str(values[0])
    return Term(iri, document.about.labels.get(iri, {}))


def _words(document: Document, predicate: str) -> Mapping[str, str]:
    return {getattr(value, "language", None) or "": str(value) for value in document.about.values(predicate)}


def _flags(figures: Sequence[Observation]) -> list[Term]:
    """The flags that some of the figures have, each once."""
    found = {flag.iri: flag for one in figures for flag in one.flags}
    return [found[iri] for iri in sorted(found)]


def _conditions(figures: Sequence[Observation]) -> list[Observation]:
    """A figure for each condition of a nested share that there is."""
    return list({one.condition.iri: one for one in figures if one.nested is not None}.values())


def _beyond(document: Document) -> list[Term]:
    """The conditions of nested shares whose threshold is one of this indicator."""
    found = {one.subject for one in document.about.references if one.predicate == _EGOV + "innerIndicator"}
    return [Term(iri, document.about.labels.get(iri, {})) for iri in sorted(found)]


def condition_words(nested: Nested) -> str:
    """The condition of a nested share, in words: what is counted, of what, and what it must pass."""
    lang = language()
    bound = format_value(
        nested.threshold, Qualifier.AT_LEAST if nested.is_inclusive else Qualifier.OVER, nested.unit, lang
    )
    return gettext(
        "the share of: %(counted)s, whose value of “%(indicator)s” is %(bound)s",
        counted=nested.counted.name(lang),
        indicator=nested.indicator.name(lang),
        bound=bound,
    )


def derived_range(derived: Derivation) -> str:
    """What follows, in words: `2,011 to 2,039`, `at least 2,568`."""
    lower, upper = derived.bounds.lower, derived.bounds.upper
    if lower is not None and upper is not None and lower != upper:
        return gettext("%(lower)s to %(upper)s", lower=number(lower), upper=number(upper))
    known = upper if lower is None else lower
    one_sided = Qualifier.AT_MOST if lower is None else Qualifier.AT_LEAST
    qualifier = Qualifier.EXACT if lower == upper else one_sided
    return format_value(derived.value if known is None else known, qualifier, derived.unit, language())


def _read_meanings() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in service().store.select(_FLAGS.read_text(encoding="utf-8")):
        words = found.setdefault(str(row["flag"]), {})
        words[getattr(row["meaning"], "language", None) or ""] = str(row["meaning"])
    return found


_meanings: Final = Kept(_read_meanings)
