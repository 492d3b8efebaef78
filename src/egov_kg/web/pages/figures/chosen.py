"""What a comparison is to be of, as its URL says; what cannot be had is left out and said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, cast, get_args

from flask import request

from egov_kg.publish.comparisons import By
from egov_kg.publish.observations import Term
from egov_kg.web.i18n import gettext, ngettext
from egov_kg.web.kept import Kept
from egov_kg.web.pages.known.measured import Catalogue, Measured, catalogue
from egov_kg.web.pages.known.queries import query
from egov_kg.web.service import service

MOST: Final = 12
"""Indicators or regions that are compared at most."""

_LONGEST: Final = 80
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Region:
    """A region that has figures.

    Attributes:
        term: the region.
        figures: how many it has.
    """

    term: Term
    figures: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """What to compare.

    Attributes:
        by: what stands side by side.
        indicators, regions: chosen, in the order of the URL.
        levels: those that the comparison is kept to, by notation; none for all.
        messages: what was wrong with the URL, in the reader's language.
    """

    by: By
    indicators: tuple[Measured, ...] = ()
    regions: tuple[Region, ...] = ()
    levels: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to compare."""
        return not (self.regions if self.by == "regions" else self.indicators)

    def parameters(self) -> dict[str, list[str]]:
        """The same as parameters of a URL."""
        found: dict[str, list[str]] = {
            "by": [self.by],
            "indicator": [one.term.notation for one in self.indicators],
            "region": [one.term.notation for one in self.regions],
            "level": list(self.levels),
        }
        return {name: values for name, values in found.items() if values}

    def without(self, notation: str) -> dict[str, list[str]]:
        """The parameters without an indicator or a region."""
        return replace(
            self,
            indicators=tuple(one for one in self.indicators if one.term.notation != notation),
            regions=tuple(one for one in self.regions if one.term.notation != notation),
        ).parameters()


def asked() -> Chosen:
    """What the request's URL asks for: `by=`, and any number of `indicator=`, `level=` and `region=`."""
    known, here, messages = catalogue(), regions(), list[str]()
    by = _by(messages)
    indicators = _several(
        "indicator", {one.term.notation: one for one in known.indicators if one.figures}, messages
    )
    found = _several("region", here, messages)
    levels = _several("level", known.levels, messages)
    if by == "levels" and len(indicators) > 1:
        messages.append(gettext("Levels are compared of one indicator: the first was taken."))
    return Chosen(
        by,
        _indicators(by, indicators),
        tuple(here[name] for name in found) if by == "regions" else (),
        tuple(name for name in known.levels if name in levels) if by != "regions" else (),
        tuple(messages),
    )


def _indicators(by: By, names: tuple[str, ...]) -> tuple[Measured, ...]:
    known = {one.term.notation: one for one in catalogue().indicators}
    if by == "regions":
        return ()
    return tuple(known[name] for name in (names[:1] if by == "levels" else names))


def _by(messages: list[str]) -> By:
    given = request.args.get("by", "")[:_LONGEST]
    if given in get_args(By):
        return cast("By", given)
    if given:
        messages.append(
            gettext("“%(value)s” is no way to compare: levels, indicators or regions are.", value=given)
        )
    if any(request.args.getlist("region")):
        return "regions"
    return "indicators" if len(set(filter(None, request.args.getlist("indicator")))) > 1 else "levels"


def _several(name: str, known: Mapping[str, object], messages: list[str]) -> tuple[str, ...]:
    """The values of a parameter that are known, each once, at most `MOST`."""
    given = dict.fromkeys(value for value in request.args.getlist(name) if value)
    found = [value for value in given if value in known]
    unknown = [value[:_LONGEST] for value in given if value not in known]
    sentence = {
        "indicator": gettext("This source has no figure of the indicator “%(value)s”: it was left out."),
        "region": gettext("This source has no figure about the region “%(value)s”: it was left out."),
        "level": gettext("There is no level “%(value)s”: it was left out."),
    }[name]
    messages += [sentence % {"value": value} for value in unknown[:_SHOWN]]
    if len(unknown) > _SHOWN:
        rest = len(unknown) - _SHOWN
        messages.append(ngettext("%(num)s more value is unknown.", "%(num)s more values are unknown.", rest))
    if len(found) > MOST:
        messages.append(
            gettext("At most %(most)s can be compared: the first %(most)s were taken.", most=MOST)
        )
    return tuple(found[:MOST])


def regions() -> Mapping[str, Region]:
    """The regions that have figures, by code."""
    return _regions.get(service().release.id)


def _read() -> Mapping[str, Region]:
    words: dict[str, dict[str, str]] = {}
    counts: dict[str, int] = {}
    for row in service().store.select(query("regions-with-figures")):
        iri, label = str(row["region"]), row["label"]
        words.setdefault(iri, {})[getattr(label, "language", None) or ""] = str(label)
        counts[iri] = int(str(row["figures"]))
    found = [Region(Term(iri, words[iri]), counts[iri]) for iri in sorted(words)]
    return {one.term.notation: one for one in found}


_regions: Final = Kept(_read)


def examples(known: Catalogue) -> list[tuple[str, dict[str, list[str]]]]:
    """Comparisons to begin with: what they show, and their parameters; those that this release has."""
    has = {one.term.notation for one in known.indicators if one.figures}
    here = regions()
    found = [
        (
            gettext("Reach of the extranet by level"),
            {"by": ["levels"], "indicator": ["extranet-coverage"]},
        ),
        (
            gettext("Use of information resources by category and level"),
            {"by": ["levels"], "indicator": ["information-resource-utilisation"]},
        ),
        (
            gettext("Online services of central departments"),
            {"by": ["indicators"], "indicator": ["online-query-provision", "online-application-provision"]},
        ),
        (
            gettext("Websites, extranet and vertical systems by level"),
            {
                "by": ["indicators"],
                "indicator": [
                    "regional-website-establishment",
                    "extranet-coverage",
                    "vertical-system-coverage",
                ],
            },
        ),
        (
            gettext("Savings by region"),
            {"by": ["regions"], "region": ["110000", "360000", "440300", "610000"]},
        ),
    ]
    return [
        (title, wanted)
        for title, wanted in found
        if has.issuperset(wanted.get("indicator", ())) and set(here).issuperset(wanted.get("region", ()))
    ]
