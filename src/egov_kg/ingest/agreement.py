"""Audit: does each fact say what its figure says, and does each say where it is from?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from egov_kg.ingest.edition import Edition
from egov_kg.ingest.findings import Gap
from egov_kg.ingest.numerals import find_numerals, fold
from egov_kg.ingest.text import Candidate, Kind
from egov_kg.namespaces import expand

_MONEY = expand("unit:CCY_CNY")
_PERCENT = expand("unit:PERCENT")
_YEARS = expand("unit:YR")
_SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_AFTER_FIGURE = re.compile(r"\s*(?P<word>thousand|million|billion|trillion|per ?cent)\b")
_FIGURES = frozenset({Kind.FIGURE, Kind.UNIVERSAL, Kind.PARTIAL})


def check_figures(edition: Edition, found: Sequence[Candidate]) -> Iterator[Gap]:
    """Reported value, value, multiplier, unit, origin and qualifier are those of the figure."""
    for node, iri in edition.tight["figureSpan"]:
        if iri not in edition.spans:
            continue
        span = edition.spans[iri]
        within = [one for one in found if one.kind in _FIGURES and span.covers(one.start, one.end)]
        reported = _plain(edition.graph.value(node, "egov:reportedValue"))
        same = [one for one in within if _plain(one.printed) == reported]
        if not same:
            there = ", ".join(one.printed for one in within) or "no figure"
            yield _gap(
                edition,
                node,
                f"egov:reportedValue is {reported!r}, but at {span.start}-{span.end} stands {there}",
                f"egov:reportedValue 为“{reported}”，但 {span.start}-{span.end} 处是 {there}",
            )
            continue
        for name, said, stated in _differences(edition, node, same[0]):
            yield _gap(
                edition,
                node,
                f"{name} is {said or 'missing'}, the figure says {stated}",
                f"{name} 为 {said or '空'}，而原文为 {stated}",
            )
        if not _inside_source(edition, node, iri):
            en, zh = "its figure lies outside the span it is derived from", "数值不在其来源片段之内"
            yield _gap(edition, node, en, zh)


def check_labels(edition: Edition) -> Iterator[Gap]:
    """Every label of an observation holds its figure, in digits or, where the source words it, as worded.

    A label reads "name: figure (what else tells it apart)"; what stands before the colon is not searched, so
    that the threshold in a name ("... at least 80%: over 50%") does not pass for the figure. A label that is
    missing is not for this check but for the shapes.
    """
    graph = edition.graph
    for node in graph.of_type("qb:Observation"):
        value = _decimal(graph.value(node, "sdmx-measure:obsValue"))
        percent = graph.value(node, "sdmx-attribute:unitMeasure") == _PERCENT
        verbal = _notation(graph.value(node, "egov:valueOrigin")) == "verbal"
        reported = graph.value(node, "egov:reportedValue")
        for label in graph.values(node, "rdfs:label"):
            stated = re.split(r"[:：]", label, maxsplit=1)[-1]
            if verbal and reported and reported in stated:
                continue
            if value is None or (value, percent) not in _stated(stated):
                wanted = f"{value:f}".removesuffix(".0") if value is not None else "none"
                wanted += "%" if percent else ""
                yield Gap(
                    "labels",
                    edition.short(node),
                    f"the label {label!r} does not hold its figure, {wanted}; mend the label or the fact",
                    f"标签“{label}”不含其数值 {wanted}；请改正标签或事实",
                )


def _stated(text: str) -> set[tuple[Decimal, bool]]:
    """The numbers of a label in base units, each with whether it is a share in percent."""
    found = set()
    for one in find_numerals(text):
        after = _AFTER_FIGURE.match(fold(text), one.end)
        word = after["word"] if after else ""
        if one.value is not None:
            number = one.value.scaleb(one.power + _SCALES.get(word, 0))
            found.add((number, one.percent or word.startswith("per")))
    return found


def check_thresholds(edition: Edition, found: Sequence[Candidate]) -> Iterator[Gap]:
    """The threshold of each condition, and whether it is inclusive, are those of the text."""
    for node, iri in edition.tight["thresholdSpan"]:
        if iri not in edition.spans:
            continue
        span = edition.spans[iri]
        within = [one for one in found if one.kind in _FIGURES and span.covers(one.start, one.end)]
        threshold = _decimal(edition.graph.value(node, "egov:threshold"))
        same = [one for one in within if one.number is not None and one.number == threshold]
        if not same:
            there = ", ".join(one.printed for one in within) or "no figure"
            yield Gap(
                "thresholds",
                edition.short(node),
                f"egov:threshold is {threshold}, but at {span.start}-{span.end} stands {there}",
                f"egov:threshold 为 {threshold}，但 {span.start}-{span.end} 处是 {there}",
            )
            continue
        inclusive = "false" if "over" in same[0].qualifiers or "under" in same[0].qualifiers else "true"
        said = edition.graph.value(node, "egov:thresholdInclusive")
        if said not in (inclusive, {"true": "1", "false": "0"}[inclusive]):
            yield Gap(
                "thresholds",
                edition.short(node),
                f"egov:thresholdInclusive is {said or 'missing'}, the wording says {inclusive}",
                f"egov:thresholdInclusive 为 {said or '空'}，而原文为 {inclusive}",
            )


def check_provenance(edition: Edition) -> Iterator[Gap]:
    """Every observation has its figure's span and a clause it is derived from; every statement a clause,
    which holds its quantity word."""
    graph = edition.graph
    for node in sorted({*graph.of_type("qb:Observation"), *graph.of_type("egov:ThresholdShareObservation")}):
        yield from _without(edition, node, "egov:figureSpan")
        yield from _without(edition, node, "prov:wasDerivedFrom")
    for node in (one for one in graph.subjects() if "/id/statement/" in one):
        yield from _without(edition, node, "prov:wasDerivedFrom")
    for node, iri in edition.tight["quantitySpan"]:
        if iri in edition.spans and not _inside_source(edition, node, iri):
            en, zh = "its quantity word lies outside the span it is derived from", "数量词不在其来源片段之内"
            yield Gap("provenance", edition.short(node), en, zh)


def _without(edition: Edition, node: str, property_: str) -> Iterator[Gap]:
    if not edition.graph.values(node, property_):
        en, zh = f"has no {property_}; say which span states it", f"没有 {property_}；请指明陈述它的片段"
        yield Gap("provenance", edition.short(node), en, zh)


def _differences(edition: Edition, node: str, figure: Candidate) -> Iterator[tuple[str, str, str]]:
    """Property, what the edition says, and what the figure says, where they differ."""
    graph = edition.graph
    value = graph.value(node, "sdmx-measure:obsValue")
    if figure.number is not None and _decimal(value) != figure.number:
        yield "sdmx-measure:obsValue", value, f"{figure.number:f}"
    power = graph.value(node, "sdmx-attribute:unitMult")
    if power != str(figure.power):
        yield "sdmx-attribute:unitMult", power, str(figure.power)
    unit, wanted = graph.value(node, "sdmx-attribute:unitMeasure"), _unit(figure)
    if unit != wanted and not (wanted == "" and unit not in (_PERCENT, _MONEY, _YEARS)):
        yield "sdmx-attribute:unitMeasure", edition.short(unit), edition.short(wanted) or "a number of things"
    origin = _notation(graph.value(node, "egov:valueOrigin"))
    if origin != ("digits" if figure.digits else "verbal"):
        yield "egov:valueOrigin", origin, "digits" if figure.digits else "verbal"
    qualifier = _notation(graph.value(node, "egov:qualifier"))
    if figure.qualifiers and qualifier not in figure.qualifiers:
        yield "egov:qualifier", qualifier, " or ".join(figure.qualifiers)


def _unit(figure: Candidate) -> str:
    """The unit a figure is printed in; empty for a number of things."""
    if figure.percent:
        return _PERCENT
    return {"元": _MONEY, "年": _YEARS}.get(figure.unit, "")


def _inside_source(edition: Edition, node: str, figure: str) -> bool:
    inner = edition.spans[figure]
    sources = [edition.spans.get(iri) for iri in edition.graph.values(node, "prov:wasDerivedFrom")]
    return any(span is not None and span.covers(inner.start, inner.end) for span in sources)


def _gap(edition: Edition, node: str, en: str, zh: str) -> Gap:
    return Gap("figures", edition.short(node), en, zh)


def _notation(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]


def _plain(text: str) -> str:
    return re.sub(r"[\s\u00a0,，]", "", text)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
