"""Periods as others write them: years, months and days, by datatype or by an authority's IRI."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from typing import Final

from egov_kg.imports.ours import Ours, Span
from egov_kg.imports.terms import LABEL, TYPE, XSD, TextGraph, bare, iri, literal, name, text_of

_AUTHORITIES: Final = (
    re.compile(r"https://ld\.admin\.ch/time/year/(\d{4})"),
    re.compile(r"http://reference\.data\.gov\.uk/id/(?:gregorian-)?year/(\d{4})"),
    re.compile(r"http://reference\.data\.gov\.uk/id/(?:gregorian-)?month/(\d{4}-\d\d)"),
    re.compile(r"http://reference\.data\.gov\.uk/id/(?:gregorian-)?day/(\d{4}-\d\d-\d\d)"),
    re.compile(r"http://dbpedia\.org/resource/(\d{4})"),
)
"""IRIs whose publishers say that they name a period, with what names it."""

_TYPES: Final = {f"{XSD}gYear": 4, f"{XSD}gYearMonth": 7, f"{XSD}date": 10}
_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_LAST_SEGMENT: Final = re.compile(r"(?:.*[/#])?(\d{4})")


def span_of(graph: TextGraph, member: str, role: str = "", codes: str = "") -> Span | None:
    """The first and the last day of what a member names; None where nothing says so.

    Args:
        graph: where the member may be described in OWL-Time.
        member: an IRI or a literal, as a term.
        role: `period` where something says that a literal is one, whatever its datatype.
        codes: `year` where the mapping says that a number, or the end of the IRI, is a year.
    """
    parts = text_of(member)
    text = parts.value if parts else bare(member)
    if parts and len(text) == _TYPES.get(parts.datatype, 0):
        return _span(text)
    if codes == "year" and (match := _LAST_SEGMENT.fullmatch(text)):
        return _span(match[1])
    if parts:
        return _span(text) if role == "period" else None
    for pattern in _AUTHORITIES:
        if match := pattern.fullmatch(text):
            return _span(match[1])
    days = [
        [
            day.value[:10]
            for instant in graph.objects(member, name(f"time:{edge}"))
            for value in graph.objects(instant, name("time:inXSDDate"))
            if (day := text_of(value)) and _span(day.value[:10])
        ]
        for edge in ("hasBeginning", "hasEnd")
    ]
    return (days[0][0], days[1][0]) if all(len(found) == 1 for found in days) else None


def _span(text: str) -> Span | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if not (year and month <= 12 and (not match[2] or month)):
        return None
    last = calendar.monthrange(year, month or 12)[1]
    if match[3] and not 1 <= day <= last:
        return None
    first_day, last_day = (day, day) if match[3] else (1, last)
    return f"{year:04}-{month or 1:02}-{first_day:02}", f"{year:04}-{month or 12:02}-{last_day:02}"


def period(graph: TextGraph, span: Span, ours: Ours, mint: Callable[[str, str], str]) -> str:
    """Our period of these days, else one that is made in the graph; as a term."""
    if own := ours.periods.get(span):
        return iri(own)
    begin, end = span
    en, zh = _words(begin, end)
    made = iri(mint("period", _slug(begin, end)))
    graph.add(made, TYPE, name("time:Interval"))
    graph.add(made, LABEL, literal(en, "en"))
    graph.add(made, LABEL, literal(zh, "zh"))
    for edge, day in (("hasBeginning", begin), ("hasEnd", end)):
        instant = iri(mint("period", f"{day}-instant"))
        graph.add(made, name(f"time:{edge}"), instant)
        graph.add(instant, TYPE, name("time:Instant"))
        graph.add(instant, name("time:inXSDDate"), literal(day, datatype=f"{XSD}date"))
        graph.add(instant, LABEL, literal(day, "en"))
        graph.add(instant, LABEL, literal(day, "zh"))
    return made


def _slug(begin: str, end: str) -> str:
    if begin[4:] == "-01-01" and end == f"{begin[:4]}-12-31":
        return begin[:4]
    return begin if begin == end else f"{begin}-{end}"


def _words(begin: str, end: str) -> tuple[str, str]:
    slug = _slug(begin, end)
    if len(slug) == 4:
        return slug, f"{slug}年"
    return (begin, begin) if begin == end else (f"{begin} to {end}", f"{begin}至{end}")
