"""The English grammar of sentences about observations: see `egov_kg.publish.wording`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from egov_kg.intervals import format_value
from egov_kg.publish.observations import Observation, Term
from egov_kg.publish.roles import is_body, is_share_of_subject, is_stock, type_of

_FRAMES: Final[Mapping[str, str]] = {
    "PERCENT": "{before}{subject}the {indicator} was {figure}{manner}{when}{hedge}",
    "CCY_CNY": "{before}{subject}the {indicator} amounted to {figure}{manner}{when}{hedge}",
    "NUM": "{before}{subject}the report counts {figure} {indicator}{manner}{when}{hedge}",
    "YR": "{before}{subject}the report counts {figure} of {indicator}{manner}{when}{hedge}",
}
"""By unit; shares of what passes a threshold have one of their own."""

_NESTED: Final = "{figure} of {counted} were {side} {threshold} in {inner}{when}{hedge}"
_HEDGE: Final = ", which the report says with a reservation"

_LEVELS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "national": ("nationwide", ("nationwide",)),
    "central": ("at central level", ("central", "ministr")),
    "provincial": ("at provincial level", ("provincial",)),
    "sub-provincial-city": ("in sub-provincial cities", ("sub-provincial",)),
    "prefecture": ("at prefecture level", ("prefecture",)),
    "county": ("at county level", ("county",)),
    "below-province": ("below the provincial level", ()),
    "total": ("", ()),
}
"""By notation: how a level is said, and the words by which a name says it already."""

_WITH_ARTICLE: Final = frozenset(("network", "platform", "organisation", "hall", "project", "idea"))

_PERIODS: Final = (
    (re.compile(r"end-of-.+"), "at the {}"),
    (re.compile(r"since-.+"), "{}"),
    (re.compile(r"\d{4}(-\d\d)?"), "in {}"),
    (re.compile(r".*"), "in the period {}"),
)
"""By notation: the preposition of a period."""

REMARKS: Final[Mapping[str, tuple[str, str]]] = {
    "undated": ("The report does not say when.", ""),
    "verbal": ("The report says this in words, not in digits.", ""),
    "survey": ("It is from the {survey}.", ""),
    "sample-survey": ("It is from a sample survey.", ""),
    "preliminary-estimate": ("The report calls it a preliminary estimate.", ""),
    "estimate": ("It is an estimate.", ""),
    "provisional": ("It is provisional.", ""),
    "cumulative": ("The figure is cumulative.", "cumulative"),
    "per-year": ("The figure is for each year.", "per year"),
    "one-off": ("The amount occurs once only.", "one-off"),
    "hedged-predicate": ("The figure is plain; what the report says of it has a reservation.", ""),
    "ambiguous": ("The wording can be read in more than one way.", ""),
}
"""By flag, or other circumstance: what is said, unless the indicator's name has the word after it."""

RANGES: Final[Mapping[str, str]] = {
    "both": "{lower} to {upper}",
    "one": "{lower}",
    "lower": "at least {lower}",
    "upper": "at most {upper}",
    "none": "about {value}",
}
INFERRED: Final = (
    "Inferred, not reported: {figure} of the {size} {denominator}. "
    "The report does not state this denominator. What it does say: {given}"
)
STOP: Final = "."
SPACE: Final = " "


def statement(one: Observation) -> str:
    """The observation as one clause, without its remarks and without a full stop."""
    figure, hedge = one.phrase("en"), ""
    if one.qualifier == "hedged":
        figure, hedge = format_value(one.value, "exact", one.unit, "en"), _HEDGE
    when = f" {_when(one.period)}" if one.is_dated else ""
    if one.nested is not None:
        counted = one.nested.counted
        text = _NESTED.format(
            figure=figure,
            counted=_named(counted, one) + _where(one, counted.name("en")),
            side="at or above" if one.nested.is_inclusive else "above",
            threshold=format_value(one.nested.threshold, "exact", one.nested.unit, "en"),
            inner=lowered(one.nested.indicator.name("en")),
            when=when,
            hedge=hedge,
        )
        return capitalised(text)
    before, subject, indicator = _parts(one)
    text = _FRAMES[one.unit].format(
        before=before,
        subject=subject,
        indicator=indicator,
        figure=figure,
        manner=_manner(one),
        when=when,
        hedge=hedge,
    )
    return capitalised(text)


def _parts(one: Observation) -> tuple[str, str, str]:
    """What stands before the sentence, the subject with its preposition, and the indicator."""
    area, name = one.area.name("en"), one.indicator.name("en")
    if one.published_on is not None:
        extra = f" ({lowered(one.subject.name('en'), area)})"
        where = _where(one, one.published_on.name("en"))
        return "", f"among {_named(one.published_on, one)}{where}, ", lowered(name) + extra
    subject, name = _joined(one)
    if one.unit == "YR":
        name = name.removeprefix("Years of ")
    where = _where(one, f"{subject} {name}")
    name = lowered(name, area)
    if not subject:
        return "", "", name + where
    before = f"{'among' if is_share_of_subject(one) else 'for'} {_named(one.subject, one)}"
    if one.unit in ("NUM", "YR"):
        return "", f"{before}, ", name + where
    if where and "," in before:
        return f"{where.strip()}, ", f"{before}, ", name
    return "", f"{before}{where}, ", name


def _joined(one: Observation) -> tuple[str, str]:
    """Names of subject and indicator, the subject's empty where the indicator's can say both.

    What one of them ends with and the other names as well is said once: "national extranet" and "extranet
    coverage" are "national extranet coverage".
    """
    subject, indicator = one.subject.name("en"), one.indicator.name("en")
    inner, outer = subject.casefold(), indicator.casefold()
    if outer in inner:
        return "", subject
    if inner.removesuffix(" systems") in outer or is_stock(one):
        return "", indicator
    words = inner.split()
    for start in range(1, len(words)):
        tail = " ".join(words[start:])
        if outer.startswith(f"{tail} "):
            return "", f"{subject}{indicator[len(tail) :]}"
    if (last := _LAST_NOUN.fullmatch(indicator)) and _is_in(last["noun"].casefold().split(), words):
        return "", f"{last['head']} the {lowered(subject, one.area.name('en'))}"
    return subject, indicator


_LAST_NOUN: Final = re.compile(r"(?P<head>.*) (?:a|an|the) (?P<noun>.*)")


def _is_in(some: list[str], words: list[str]) -> bool:
    """Whether words stand in this order among others, and both end the same."""
    rest = iter(words)
    return some[-1:] == words[-1:] and all(word in rest for word in some)


def _named(term: Term, one: Observation) -> str:
    type_ = type_of(term)
    name = term.name("en")
    if type_ not in ("organisation", "hall"):
        name = lowered(name, one.area.name("en"))
    return f"the {name}" if type_ in _WITH_ARTICLE else name


def _where(one: Observation, said: str) -> str:
    """The level and the area, as far as the names have not said them."""
    if is_body(one):
        return ""
    phrase, words = _LEVELS.get(one.level.notation, (f"at the level of {one.level.name('en')}", ()))
    level = "" if any(word in said.casefold() for word in words) else phrase
    area = one.area.name("en")
    if one.level.notation == "national" or area.casefold() in said.casefold():
        return f" {level}" if level else ""
    place = f"{'of' if level.startswith('in ') else 'in'} {area}"
    return f" {level} {place}" if level else f" {place}"


def _when(period: Term) -> str:
    template = next(text for form, text in _PERIODS if form.fullmatch(period.notation))
    name = period.name("en")
    return template.format(name if template.startswith("in ") else lowered(name))


def _manner(one: Observation) -> str:
    flags = {flag.notation for flag in one.flags}
    return (" on average" if "average" in flags else "") + (
        " for each of them" if "each-member" in flags else ""
    )


def lowered(text: str, keep: str = "") -> str:
    """A name within a sentence: it begins in lower case, unless it begins with `keep` or an abbreviation."""
    is_kept = keep and text.startswith(keep)
    return text if is_kept or text[1:2].isupper() else text[:1].lower() + text[1:]


def capitalised(text: str) -> str:
    """A sentence with its first letter in upper case."""
    return text[:1].upper() + text[1:]
