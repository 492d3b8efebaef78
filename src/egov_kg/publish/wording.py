"""What an observation says, as a sentence in either language, made from its structure alone.

A table of frames by unit, and what the dimensions, the qualifier and the flags add to them: the wording of
the source plays no part, and the qualifier is never left out. Names that overlap are said once.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from types import ModuleType
from typing import Final

from egov_kg.intervals import Language, format_value
from egov_kg.publish import chinese, english
from egov_kg.publish.derivations import Derivation
from egov_kg.publish.observations import Observation

_GRAMMARS: Final[dict[Language, ModuleType]] = {"en": english, "zh": chinese}
_FLAGS: Final = (
    "preliminary-estimate",
    "cumulative",
    "per-year",
    "one-off",
    "each-member",
    "hedged-predicate",
    "ambiguous",
)
"""Flags in the order in which they are remarked upon. Others are in the sentence itself."""


def statement(one: Observation, lang: Language) -> str:
    """What is measured, of whom, where, when, and the figure with its qualifier: a sentence."""
    grammar = _GRAMMARS[lang]
    return f"{grammar.statement(one)}{grammar.STOP}"


def remarks(one: Observation, lang: Language) -> tuple[str, ...]:
    """What the sentence leaves to say: no date, an estimate, a reservation, several readings. Sentences."""
    known, name = _GRAMMARS[lang].REMARKS, one.indicator.name(lang).casefold()
    survey = one.survey.name(lang) if one.survey else ""
    found = (known[key] for key in _circumstances(one) if key in known)
    return tuple(text.format(survey=survey) for text, word in found if not word or word not in name)


def in_full(one: Observation, lang: Language) -> str:
    """The sentence and the remarks."""
    space: str = _GRAMMARS[lang].SPACE
    return space.join((statement(one, lang), *remarks(one, lang)))


def inferred(derived: Derivation, lang: Language) -> str:
    """A derived value as a sentence that begins by saying that it was inferred."""
    grammar = _GRAMMARS[lang]

    def said(value: Decimal | None, unit: str = derived.unit) -> str:
        return "" if value is None else format_value(value, "exact", unit, lang)

    lower, upper = said(derived.bounds.lower), said(derived.bounds.upper)
    if lower and upper:
        kind = "one" if lower == upper else "both"
    else:
        kind = "lower" if lower else "upper" if upper else "none"
    text: str = grammar.INFERRED.format(
        figure=grammar.RANGES[kind].format(lower=lower, upper=upper, value=said(derived.value)),
        size=said(derived.size, "NUM"),
        denominator=derived.denominator.name(lang),
        given=grammar.SPACE.join(in_full(one, lang) for one in derived.inputs),
    )
    return text


def _circumstances(one: Observation) -> Iterator[str]:
    flags = {flag.notation for flag in one.flags}
    if not one.is_dated:
        yield "undated"
    if one.origin == "verbal":
        yield "verbal"
    if one.survey is not None:
        yield "survey"
    elif "sample-survey" in flags:
        yield "sample-survey"
    if one.status == "E" and "preliminary-estimate" not in flags:
        yield "estimate"
    if one.status == "P":
        yield "provisional"
    for flag in _FLAGS:
        if flag in flags and not (flag == "hedged-predicate" and one.qualifier == "hedged"):
            yield flag
