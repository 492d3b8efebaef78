"""What makes figures that stand side by side hard to compare: which of their features differ, and how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.intervals import Language
from egov_kg.publish.comparisons import Comparison, nature
from egov_kg.publish.observations import Observation

Group = Sequence[Observation]

_DIFFER: Final[dict[str, dict[Language, str]]] = {
    "unit": {"en": "Units differ.", "zh": "单位不同。"},
    "definition": {
        "en": "Definitions differ: these are different indicators.",
        "zh": "定义不同：这是不同的指标。",
    },
    "counted": {"en": "What is measured differs.", "zh": "统计对象不同。"},
    "condition": {"en": "The thresholds behind the shares differ.", "zh": "比例所依据的阈值不同。"},
    "amount": {"en": "The kinds of amount differ.", "zh": "数额的性质不同。"},
    "qualifier": {
        "en": "Qualifiers differ: some figures are bounds, some are not.",
        "zh": "限定词不同：有的数值只是界限，有的不是。",
    },
    "period": {"en": "Periods differ.", "zh": "时间不同。"},
    "direction": {"en": "What is better differs.", "zh": "指标的优劣方向不同。"},
    "survey": {"en": "Surveys differ.", "zh": "调查不同。"},
}
_SOME: Final[dict[str, dict[Language, tuple[str, str]]]] = {
    "undated": {
        "en": (
            "{number} of {total} has no stated date: they may be of different times.",
            "{number} of {total} have no stated date: they may be of different times.",
        ),
        "zh": ("{total} 个数值中有 {number} 个未说明时间：它们可能属于不同时间。",) * 2,
    },
    "ambiguous": {
        "en": ("{number} of {total} can be read in more than one way.",) * 2,
        "zh": ("{total} 个数值中有 {number} 个可以有不止一种读法。",) * 2,
    },
    "estimate": {
        "en": (
            "{number} of {total} is a preliminary estimate.",
            "{number} of {total} are preliminary estimates.",
        ),
        "zh": ("{total} 个数值中有 {number} 个是初步测算。",) * 2,
    },
}
"""For one figure and for several."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A feature that differs between figures that stand side by side.

    Attributes:
        feature: `unit`, `definition`, `counted`, `condition`, `amount`, `qualifier`, `period`, `direction`
            or `survey`.
        values: what they have, with the numbers of figures, the most frequent first.
    """

    feature: str
    values: tuple[tuple[str, int], ...]

    def sentence(self, lang: Language) -> str:
        """What differs, without the values."""
        return _DIFFER[self.feature][lang]


@dataclass(frozen=True, slots=True)
class Note:
    """What some of the figures have.

    Attributes:
        feature: `undated`, `ambiguous` or `estimate`.
        number: of figures that have it.
        total: of figures.
    """

    feature: str
    number: int
    total: int

    def sentence(self, lang: Language) -> str:
        """What some of the figures have, and how many of how many."""
        one, several = _SOME[self.feature][lang]
        words = one if self.number == 1 else several
        return words.format(number=f"{self.number:,}", total=f"{self.total:,}")


def differences(comparison: Comparison, lang: Language) -> tuple[Difference, ...]:
    """The features that differ within what a reader compares: each row of levels, else all figures."""
    whole = comparison.by != "levels"
    groups = [comparison.figures] if whole else [line.figures for line in comparison.lines]
    found = (Difference(name, _values(groups, read(lang))) for name, read in _FEATURES.items())
    return tuple(one for one in found if one.values)


def notes(comparison: Comparison) -> tuple[Note, ...]:
    """What is to be borne in mind of some of the figures, though they may have it in common."""
    figures = {one.iri: one for one in comparison.figures}.values()
    found = (Note(name, sum(map(has, figures)), len(figures)) for name, has in _NOTES.items())
    return tuple(one for one in found if one.number)


def _is(flag: str) -> Callable[[Observation], bool]:
    return lambda one: any(known.notation == flag for known in one.flags)


def _definition(lang: Language) -> Callable[[Observation], str]:
    return lambda one: one.indicator.name(lang)


def _counted(lang: Language) -> Callable[[Observation], str]:
    return lambda one: (one.nested.counted if one.nested else one.subject).name(lang)


_FEATURES: Final[dict[str, Callable[[Language], Callable[[Observation], str]]]] = {
    "unit": lambda _: lambda one: one.unit,
    "definition": _definition,
    "counted": _counted,
    "condition": lambda lang: lambda one: one.condition.name(lang),
    "amount": lambda lang: lambda one: ", ".join(flag.name(lang) for flag in nature(one)),
    "qualifier": lambda _: lambda one: one.qualifier,
    "period": lambda lang: lambda one: one.period.name(lang),
    "direction": lambda _: lambda one: one.direction,
    "survey": lambda lang: lambda one: one.survey.name(lang) if one.survey else "",
}


_NOTES: Final[dict[str, Callable[[Observation], bool]]] = {
    "undated": lambda one: not one.is_dated,
    "ambiguous": _is("ambiguous"),
    "estimate": _is("preliminary-estimate"),
}


def _values(groups: Iterable[Group], read: Callable[[Observation], str]) -> tuple[tuple[str, int], ...]:
    """The values of a feature in the groups within which it differs."""
    concerned: dict[str, Observation] = {}
    for group in groups:
        if len({read(one) for one in group}) > 1:
            concerned.update((one.iri, one) for one in group)
    counted = Counter(read(one) for one in concerned.values())
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))
