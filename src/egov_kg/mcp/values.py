"""Observations as the tools give them: structured, and as lines of text. Neither ever lacks the qualifier."""

from __future__ import annotations

from decimal import Decimal

from rdflib.term import URIRef

from egov_kg.intervals import Interval, Language
from egov_kg.mcp.models import Bound, Judged, Named, Place, Value
from egov_kg.mcp.source import Source
from egov_kg.namespaces import expand
from egov_kg.publish import observations, wording
from egov_kg.publish.citations import TEXT
from egov_kg.publish.cited import address, cited
from egov_kg.publish.derivations import read_derivations
from egov_kg.publish.describe import Description, Fact
from egov_kg.publish.observations import Observation, Term


def named(term: Term, lang: Language) -> Named:
    """A term with its label in a language."""
    return Named(iri=term.iri, code=term.notation, label=term.name(lang))


def place(one: observations.Place, lang: Language) -> Place:
    """A place in the source."""
    return Place(
        section=named(one.section, lang),
        paragraph=one.paragraph,
        start=one.start,
        end=one.end,
        span=one.span,
    )


def value(one: Observation, source: Source, lang: Language) -> Value:
    """A figure, whole."""
    return Value(
        iri=one.iri,
        sentence=wording.statement(one, lang),
        remarks=list(wording.remarks(one, lang)),
        figure=one.phrase(lang),
        qualifier=one.qualifier,
        value=float(one.value),
        reported=one.reported,
        unit=one.unit,
        lower=_bound(one.bounds.lower, one.bounds.lower_inclusive),
        upper=_bound(one.bounds.upper, one.bounds.upper_inclusive),
        largest=None if one.domain is None else float(one.domain),
        indicator=named(one.indicator, lang),
        area=named(one.area, lang),
        level=named(one.level, lang),
        subject=named(one.subject, lang),
        period=named(one.period, lang),
        condition=named(one.condition, lang),
        flags=[named(flag, lang) for flag in one.flags],
        source=None if one.place is None else place(one.place, lang),
        citation=citation(_described(one), source, lang),
        release=source.release.id,
    )


def judged(figure: Value, verdict: str | None, reason: str) -> Judged:
    """A figure with its answer to a threshold."""
    return Judged.model_validate({**figure.model_dump(), "verdict": verdict, "reason": reason})


def inferred(iri: str, source: Source, lang: Language) -> list[str]:
    """A derived value in words that say that it is inferred; none where a thing is no derived value."""
    found = read_derivations(source.store, iri)
    return [wording.inferred(one, lang) for one in found if one.iri == iri]


def citation(what: Description, source: Source, lang: Language) -> str:
    """How to cite a thing of the release, in a line."""
    return (
        cited(
            what,
            source.about,
            lang=lang,
            issued=source.release.created.date(),
            url=address(source.root, what.iri, source.release.id),
        )
        .written(TEXT)
        .strip()
    )


def line(one: Value) -> str:
    """A figure as text: the sentence and its reservations, the qualifier with its bounds, the IRI."""
    said = " ".join((one.sentence, *one.remarks))
    answer = f" => {one.verdict} ({one.reason})" if isinstance(one, Judged) and one.verdict else ""
    return f"- {said}{answer}\n  [{one.qualifier}; {one.figure}; {bounds(one)}] <{one.iri}>"


def bounds(one: Value) -> str:
    """The bounds that the source states, in mathematical notation: `(70, +∞)`."""

    def decimal(bound: Bound | None) -> Decimal | None:
        return None if bound is None else Decimal(str(bound.value)).normalize() + 0

    lower, upper = one.lower, one.upper
    return str(
        Interval(
            decimal(lower),
            lower is not None and lower.inclusive,
            decimal(upper),
            upper is not None and upper.inclusive,
        )
    )


def _bound(number: Decimal | None, inclusive: bool) -> Bound | None:
    return None if number is None else Bound(value=float(number), inclusive=inclusive)


def _described(one: Observation) -> Description:
    """As much of an observation as a citation needs, without asking for it again."""
    facts = (
        Fact(one.iri, expand("rdf:type"), URIRef(expand("qb:Observation"))),
        Fact(one.iri, expand("qb:dataSet"), URIRef(one.dataset)),
    )
    return Description(one.iri, facts, (), more=False, labels={one.iri: one.words})
