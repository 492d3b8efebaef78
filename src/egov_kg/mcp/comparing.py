"""The tool that puts figures side by side, with what makes them hard to compare said first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from mcp.types import CallToolResult
from pydantic import Field

from egov_kg.errors import UsageError
from egov_kg.intervals import Language, Verdict
from egov_kg.mcp.choosing import find
from egov_kg.mcp.figures import Lang
from egov_kg.mcp.models import Compared, Difference, Line
from egov_kg.mcp.source import Source
from egov_kg.mcp.telling import answered, told
from egov_kg.mcp.values import judged, line, named, value
from egov_kg.publish import comparisons, differences
from egov_kg.publish.comparisons import Comparison
from egov_kg.publish.observations import Observation, Term
from egov_kg.publish.reasons import reason
from egov_kg.publish.thresholds import Threshold, read_condition

MOST: Final = 12
"""Indicators or areas that are compared at most."""

_FIGURES: Final = 200

Several = Annotated[list[str] | None, Field(max_length=MOST, description="IRIs, codes or exact names.")]


class Comparing:
    """`compare`.

    Args:
        source: the release.
    """

    def __init__(self, source: Source) -> None:
        self._source = source

    def compare(
        self,
        indicators: Several = None,
        areas: Several = None,
        levels: Several = None,
        threshold: Annotated[
            str | None, Field(max_length=60, description="Such as '>= 80' or '< 1.2 billion'.")
        ] = None,
        unit: Annotated[
            str | None, Field(description="Of the threshold; by default the unit that most figures have.")
        ] = None,
        lang: Lang = "en",
    ) -> Annotated[CallToolResult, Compared]:
        """Compare one indicator by level, several indicators, or several areas; with a threshold if you like.

        Figures are intervals, so a threshold has three answers: certain, possible, excluded. Say the
        `warnings` before you compare: units, periods, definitions or qualifiers that differ.
        """
        with told():
            comparison = self._comparison(indicators or (), areas or (), levels or (), lang)
            asked = read_condition(threshold) if threshold else None
            answer = self._compared(comparison, asked, unit, lang)
        text = [
            *(f"! {one.sentence} ({_counts(one.values)})" for one in answer.warnings),
            *(f"! {note}" for note in answer.notes),
            *([f"{answer.threshold}: {_counts(answer.counts)}"] if asked else []),
        ]
        for one in answer.lines:
            text += [f"## {one.about.label}"] if one.about else []
            text += [*map(line, one.values), *([one.highest] if one.highest else [])]
        return answered(answer, "\n".join(text))

    def _comparison(
        self, indicators: Sequence[str], areas: Sequence[str], levels: Sequence[str], lang: Language
    ) -> Comparison:
        source = self._source
        if areas and not indicators:
            iris = [find(source, "area", one, lang) for one in areas]
            figures = [one for iri in iris for one in source.observations(iri) if one.area.iri == iri]
            return comparisons.of_regions(self._some(figures), [self._area(iri) for iri in iris], lang)
        if not indicators:
            raise UsageError(
                "Name indicators to compare, or areas: find_indicator has their codes.",
                "请给出要比较的指标或地区：可用 find_indicator 查找指标代码。",
            )
        wanted = [find(source, "indicator", one, lang) for one in indicators]
        kept = {find(source, "level", one, lang) for one in levels}
        inside = {find(source, "area", one, lang) for one in areas}
        figures = [
            one
            for iri in dict.fromkeys(wanted)
            for one in source.observations(iri)
            if one.indicator.iri == iri
            and (not kept or one.level.iri in kept)
            and (not inside or one.area.iri in inside)
        ]
        make = comparisons.of_levels if len(set(wanted)) == 1 else comparisons.of_indicators
        return make(self._some(figures), lang)

    def _some(self, figures: Sequence[Observation]) -> Sequence[Observation]:
        if not figures:
            raise UsageError(
                "The source has no figure of what is to be compared. That is no zero.",
                "来源中没有所要比较的数值。这不等于零。",
            )
        if len(figures) > _FIGURES:
            raise UsageError(
                f"These are {len(figures)} figures; at most {_FIGURES} are compared: name fewer, or levels.",
                f"共有 {len(figures)} 个数值，最多比较 {_FIGURES} 个：请减少对象或限定层级。",
            )
        return figures

    def _area(self, iri: str) -> Term:
        found = (one.area for one in self._source.observations(iri))
        return next((area for area in found if area.iri == iri), Term(iri, {}))

    def _compared(
        self, comparison: Comparison, asked: Threshold | None, unit: str | None, lang: Language
    ) -> Compared:
        figures = comparison.figures
        units = [name for name, _ in Counter(one.unit for one in figures).most_common()]
        if unit and unit not in units:
            raise UsageError(
                f"No figure here is in {unit}; there are {', '.join(units)}.",
                f"此处没有以 {unit} 为单位的数值；有 {'、'.join(units)}。",
            )
        chosen = unit or units[0]
        concerned = {one.iri for one in figures if one.unit == chosen} if asked else set()
        unlike = {one.iri: one for one in figures}
        counted = Counter(asked.verdict(unlike[iri]) for iri in concerned) if asked else Counter()
        nothing = {"en": "not said", "zh": "未说明"}[lang]
        return Compared(
            release=self._source.release.id,
            by=comparison.by,
            threshold=asked.phrase(chosen, lang) if asked else "",
            counts={verdict.value: counted[verdict] for verdict in Verdict} if asked else {},
            warnings=[
                Difference(
                    feature=one.feature,
                    sentence=one.sentence(lang),
                    values={text or nothing: count for text, count in one.values},
                )
                for one in differences.differences(comparison, lang)
            ],
            notes=[note.sentence(lang) for note in differences.notes(comparison)],
            lines=[self._line(one, comparison, asked, concerned, lang) for one in comparison.lines],
        )

    def _line(
        self,
        one: comparisons.Line,
        comparison: Comparison,
        asked: Threshold | None,
        concerned: set[str],
        lang: Language,
    ) -> Line:
        values = []
        for figure in one.figures:
            told_of = asked if figure.iri in concerned else None
            verdict = told_of.verdict(figure) if told_of else None
            why = reason(told_of, figure, lang) if told_of else ""
            values.append(judged(value(figure, self._source, lang), verdict, why))
        return Line(
            about=named(one.head, lang) if one.head else None,
            values=values,
            highest=_highest(one, comparison.columns, lang),
        )


def _counts(values: Mapping[str, int]) -> str:
    return "; ".join(f"{name}: {count}" for name, count in values.items())


def _highest(one: comparisons.Line, columns: Sequence[Term], lang: Language) -> str:
    found = comparisons.highest(one)
    if found is None:
        return ""
    names = ("、" if lang == "zh" else ", ").join(columns[place].name(lang) for place in found.columns)
    if found.are_equal:
        return {"en": f"All are equal: {names}.", "zh": f"全部相等：{names}。"}[lang]
    if found.verdict is Verdict.CERTAIN:
        return {"en": f"Certainly the highest: {names}.", "zh": f"肯定最高：{names}。"}[lang]
    return {
        "en": f"Which is the highest is not settled; it may be any of: {names}.",
        "zh": f"最高者不能确定，可能是：{names}。",
    }[lang]
