"""The reported observations of something, as values: with bounds, names, flags and the place of the figure.

What pages, programs and citations say of a figure is made from these, and none loses its qualifier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from egov_kg.intervals import Interval, Language, Operator, Verdict, compare, format_value
from egov_kg.namespaces import expand
from egov_kg.publish.about import Words, in_language
from egov_kg.publish.figures import DIMENSIONS, notation
from egov_kg.publish.names import read_names
from egov_kg.publish.void import read_query

if TYPE_CHECKING:
    from rdflib.term import Identifier

    from egov_kg.store.base import Store

LEVELS: Final = (
    *("national", "central", "provincial", "sub-provincial-city"),
    *("prefecture", "county", "below-province", "total"),
)
"""Notations of `ecode:level`, in the order in which readers expect them."""


@dataclass(frozen=True, slots=True)
class Term:
    """A thing that an observation names.

    Attributes:
        iri: the thing.
        words: its names by language.
    """

    iri: str
    words: Words

    @property
    def notation(self) -> str:
        """The last part of its IRI: the code of a concept."""
        return notation(self.iri)

    def name(self, lang: str) -> str:
        """Its name in a language, else in another, else its notation."""
        return in_language(self.words, lang) or self.notation


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands in its source.

    Attributes:
        section: of the document.
        paragraph: in the section, from 1.
        start, end: in code points of the document, the end exclusive.
        span: the IRI of the span.
    """

    section: Term
    paragraph: int
    start: int
    end: int
    span: str


@dataclass(frozen=True, slots=True)
class Nested:
    """The condition of a nested share: what is counted, and what of it must pass which threshold.

    Attributes:
        counted: whose members are counted.
        indicator: what of them is compared with the threshold.
        threshold, unit: as the value and the unit of an observation.
        is_inclusive: whether the threshold itself passes.
    """

    counted: Term
    indicator: Term
    threshold: Decimal
    is_inclusive: bool
    unit: str


@dataclass(frozen=True, slots=True)
class Observation:
    """A reported observation.

    Attributes:
        iri: its IRI.
        words: its label by language.
        dataset: the IRI of its data set.
        indicator, area, level, subject, period, condition: its dimensions.
        topic: of its indicator.
        kind, direction: of its indicator: notations, empty where not said.
        value: in the base unit.
        unit: the local name of the QUDT unit: PERCENT, NUM, CCY_CNY or YR.
        unit_mult: the power of ten that the printed figure is in.
        reported: the figure as printed, without unit, sign or qualifier.
        qualifier: a notation of `ecode:qualifier`.
        origin: a notation of `ecode:value-origin`: digits or verbal.
        status: a code of `sdmx-code:obsStatus`: A, E or P.
        bounds: those that the source states.
        domain: the largest value that there can be, where logic sets one.
        flags: what else is said of the figure.
        completeness: `open` or `closed` where it is a member of a list, else empty.
        place: where the figure stands; None where nothing says so.
        survey: which the figure is from, where the source names one.
        published_on: the websites that a share of disclosure is a share of.
        nested: its condition in parts, where it has one.
        readings: how many ways there are to read it, the figure itself by the first; else 0.
    """

    iri: str
    words: Words
    dataset: str
    indicator: Term
    area: Term
    level: Term
    subject: Term
    period: Term
    condition: Term
    topic: Term
    kind: str
    direction: str
    value: Decimal
    unit: str
    unit_mult: int
    reported: str
    qualifier: str
    origin: str
    status: str
    bounds: Interval
    domain: Decimal | None
    flags: tuple[Term, ...]
    completeness: str
    place: Place | None
    survey: Term | None = None
    published_on: Term | None = None
    nested: Nested | None = None
    readings: int = 0

    def label(self, lang: str) -> str:
        """Its label in a language."""
        return in_language(self.words, lang) or notation(self.iri)

    def phrase(self, lang: Language) -> str:
        """The figure in words, with its qualifier: `over 33,000`, `约 80%`."""
        return format_value(self.value, self.qualifier, self.unit, lang)

    def verdict(self, op: Operator, threshold: Decimal) -> Verdict:
        """Whether it passes a threshold in its unit: certain, possible or excluded.

        Raises:
            UsageError: a threshold that is no finite number.
        """
        return compare(self.bounds, op, threshold, domain=self.domain)

    @property
    def has_condition(self) -> bool:
        """Whether it is a share of what passes a threshold."""
        return self.condition.notation != "none"

    @property
    def is_dated(self) -> bool:
        """Whether the source says when it held."""
        return self.period.notation != "not-stated"


def read_observations(store: Store, focus: str) -> tuple[Observation, ...]:
    """The reported observations of something that have a value, in the order of the source.

    Args:
        store: a release's graphs.
        focus: the IRI of an observation, or of what observations have: an indicator, region, level, subject,
            period, condition, qualifier, flag or data set; a topic or kind of indicators; a section.
    """
    from rdflib.term import URIRef

    rows = store.select(read_query("observations-of.rq"), {"focus": URIRef(focus)})
    names = read_names(store, (row["value"] for row in rows if str(row["property"]) in _NAMED))
    said: dict[str, dict[str, list[Identifier]]] = {}
    for row in rows:
        said.setdefault(str(row["observation"]), {}).setdefault(str(row["property"]), []).append(row["value"])
    found = [_observation(iri, facts, names) for iri, facts in said.items() if _PROPERTIES["value"] in facts]
    return tuple(sorted(found, key=lambda one: (one.place.start if one.place else 0, one.iri)))


_PROPERTIES: Final = {
    name: expand(curie)
    for name, curie in {
        "label": "rdfs:label",
        "dataset": "qb:dataSet",
        "topic": "egov:topic",
        "kind": "egov:indicatorKind",
        "direction": "egov:direction",
        "value": "sdmx-measure:obsValue",
        "unit": "sdmx-attribute:unitMeasure",
        "unit_mult": "sdmx-attribute:unitMult",
        "status": "sdmx-attribute:obsStatus",
        "reported": "egov:reportedValue",
        "qualifier": "egov:qualifier",
        "origin": "egov:valueOrigin",
        "lower": "egov:lowerBound",
        "lower_inclusive": "egov:lowerInclusive",
        "upper": "egov:upperBound",
        "upper_inclusive": "egov:upperInclusive",
        "domain": "egov:domainUpperBound",
        "flag": "egov:flag",
        "completeness": "egov:listCompleteness",
        "figure_span": "egov:figureSpan",
        "section": "egov:section",
        "paragraph": "egov:paragraph",
        "start": "oa:start",
        "end": "oa:end",
        "survey": "egov:survey",
        "reading": "egov:reading",
        "published_on": "egov:publishedOn",
        "counted": "egov:countedUnit",
        "inner": "egov:innerIndicator",
        "threshold": "egov:threshold",
        "threshold_inclusive": "egov:thresholdInclusive",
        "threshold_unit": "egov:thresholdUnit",
    }.items()
} | dict(DIMENSIONS)

_NAMED: Final = frozenset(
    _PROPERTIES[name]
    for name in (*DIMENSIONS, "topic", "flag", "section", "survey", "published_on", "counted", "inner")
)


def _observation(iri: str, facts: Mapping[str, list[Identifier]], names: Mapping[str, Words]) -> Observation:
    def every(name: str) -> list[Identifier]:
        return facts.get(_PROPERTIES[name], [])

    def text(name: str) -> str:
        return str(every(name)[0]) if every(name) else ""

    def code(name: str) -> str:
        return notation(text(name))

    def term(name: str) -> Term:
        return Term(text(name), names.get(text(name), {}))

    def bound(name: str) -> Decimal | None:
        return Decimal(text(name)) if every(name) else None

    return Observation(
        iri=iri,
        words={getattr(label, "language", None) or "": str(label) for label in every("label")},
        dataset=text("dataset"),
        **{name: term(name) for name in (*DIMENSIONS, "topic")},
        kind=code("kind"),
        direction=code("direction"),
        value=Decimal(text("value")),
        unit=code("unit"),
        unit_mult=int(text("unit_mult") or 0),
        reported=text("reported"),
        qualifier=code("qualifier"),
        origin=code("origin"),
        status=code("status").removeprefix("obsStatus-"),
        bounds=Interval(
            bound("lower"),
            text("lower_inclusive") == "true",
            bound("upper"),
            text("upper_inclusive") == "true",
        ),
        domain=bound("domain"),
        flags=tuple(Term(flag, names.get(flag, {})) for flag in sorted(map(str, every("flag")))),
        completeness=code("completeness"),
        place=Place(
            term("section"),
            int(text("paragraph") or 0),
            int(text("start")),
            int(text("end")),
            text("figure_span"),
        )
        if every("start")
        else None,
        survey=term("survey") if every("survey") else None,
        published_on=term("published_on") if every("published_on") else None,
        nested=Nested(
            term("counted"),
            term("inner"),
            Decimal(text("threshold")),
            text("threshold_inclusive") == "true",
            code("threshold_unit"),
        )
        if every("threshold")
        else None,
        readings=len(set(every("reading"))),
    )
