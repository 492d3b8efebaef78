"""Audit: is every numeral and quantity word bound to a fact, or left out with a reason?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from egov_kg.ingest.edition import Edition, Span
from egov_kg.ingest.findings import Gap, Row
from egov_kg.ingest.text import Candidate, Kind

_WORDS = frozenset({Kind.UNIVERSAL, Kind.PARTIAL, Kind.DISTRIBUTIVE, Kind.RATE})
_TIMES = frozenset({"年", "个月", "月", "日", "天", "小时"})
_BY_FLAG = frozenset({Kind.RATE, Kind.DISTRIBUTIVE})


def rows(edition: Edition, found: Sequence[Candidate]) -> list[Row]:
    """What became of each candidate.

    A candidate is bound by a tight span that covers it and is of a kind that can state it: a time by
    `egov:periodSpan`, a figure by `egov:figureSpan` or `egov:thresholdSpan`, a word by those or
    `egov:quantitySpan`. A rate (每年) is also bound by the flag of a fact derived from its clause, and a
    distributive word (都) by the flag `each-member`, or by the list that it sums up.
    """
    tight = _tight(edition)
    excluded = [
        (node, span)
        for node in edition.graph.of_type("egov:SourceExclusion")
        for span in _spans(edition, node, "egov:excludedSpan")
    ]
    flagged = _flagged(edition)
    return [_row(edition, one, tight, excluded, flagged) for one in found]


def check_coverage(table: Sequence[Row]) -> Iterator[Gap]:
    """Every candidate is bound, excluded or lexical."""
    for row in table:
        if row.status == "gap":
            where = f"section {row.section}, paragraph {row.paragraph}"
            yield Gap(
                "coverage",
                f"{row.start}-{row.end}",
                f"{row.printed!r} ({row.kind}; {where}) is bound to no fact and not excluded; bind it with a "
                "figure, threshold, period or quantity span, or exclude it with a reason",
                f"“{row.printed}”（{row.kind}；第 {row.section} 节第 {row.paragraph} 段）既未绑定到事实，"
                "也未排除；请用数值、阈值、时间或数量片段绑定，或说明排除理由",
            )


def check_tightness(edition: Edition, found: Sequence[Candidate]) -> Iterator[Gap]:
    """A tight span holds one figure or word with its qualifiers and unit; a period's span only times."""
    real = [one for one in found if one.kind is not Kind.LEXICAL and one.kind not in _BY_FLAG]
    for property_, pairs in edition.tight.items():
        for iri in sorted({span for _, span in pairs} & edition.spans.keys()):
            span = edition.spans[iri]
            within = [one for one in real if span.covers(one.start, one.end)]
            if property_ == "periodSpan":
                others = [one for one in within if not _is_time(one)]
                problem = ("a figure that is no time", "不是时间的数值") if others else None
            elif len(within) != 1:
                problem = (
                    f"{len(within)} figures or words instead of one",
                    f"{len(within)} 个数值或数量词，应为一个",
                )
            else:
                problem = _loose(span, within[0])
            if problem:
                where, (en, zh) = edition.short(iri), problem
                yield Gap("tightness", where, f"egov:{property_}: holds {en}", f"egov:{property_}：包含{zh}")


def _loose(span: Span, one: Candidate) -> tuple[str, str] | None:
    allowed = one.outer_end + len(one.unit) + 1
    if span.start >= one.outer_start and span.end <= allowed:
        return None
    return (
        f"more than {one.printed!r} with its qualifiers ({one.outer_start}-{one.outer_end})",
        f"多于“{one.printed}”及其限定词（{one.outer_start}-{one.outer_end}）的内容",
    )


def _is_time(one: Candidate) -> bool:
    return one.kind in (Kind.TIME, Kind.ORDINAL) or one.unit in _TIMES


def _can_state(property_: str, one: Candidate) -> bool:
    if property_ == "periodSpan":
        return _is_time(one)
    if property_ == "quantitySpan":
        return one.kind in _WORDS or one.value is None
    return one.kind is not Kind.TIME


def _spans(edition: Edition, node: str, property_: str) -> Iterator[Span]:
    for iri in edition.graph.values(node, property_):
        if iri in edition.spans:
            yield edition.spans[iri]


def _tight(edition: Edition) -> list[tuple[str, str, Span]]:
    return [
        (property_, node, edition.spans[iri])
        for property_, pairs in edition.tight.items()
        for node, iri in pairs
        if iri in edition.spans
    ]


def _flagged(edition: Edition) -> dict[str, list[tuple[str, Span]]]:
    """The facts with each flag, and their clauses; a fact of a list counts as flagged each-member."""
    found: dict[str, list[tuple[str, Span]]] = defaultdict(list)
    for node in edition.graph.subjects():
        flags = [iri.rsplit("/", 1)[-1] for iri in edition.graph.values(node, "egov:flag")]
        if edition.graph.values(node, "egov:listCompleteness"):
            flags.append("each-member")
        for span in _spans(edition, node, "prov:wasDerivedFrom") if flags else ():
            for flag in flags:
                found[flag].append((node, span))
    return found


def _row(
    edition: Edition,
    one: Candidate,
    tight: Sequence[tuple[str, str, Span]],
    excluded: Sequence[tuple[str, Span]],
    flagged: dict[str, list[tuple[str, Span]]],
) -> Row:
    def row(status: str, nodes: set[str], en: str = "", zh: str = "") -> Row:
        by = tuple(sorted(edition.short(node) for node in nodes))
        place = (one.start, one.end, one.section, one.paragraph)
        return Row(*place, one.kind.value, one.printed, status, by, en, zh)  # type: ignore[arg-type]

    if one.kind is Kind.LEXICAL:
        return row("lexical", set(), one.reason_en, one.reason_zh)
    nodes = {node for name, node, span in tight if span.covers(one.start, one.end) and _can_state(name, one)}
    if not nodes and one.flag:
        nodes = {node for node, span in flagged.get(one.flag, ()) if span.covers(one.start, one.end)}
    if nodes:
        return row("bound", nodes)
    for node, span in excluded:
        reason = edition.graph.value(node, "egov:exclusionReason").rsplit("/", 1)[-1]
        if reason and span.covers(one.start, one.end):
            return row("excluded", {node}, reason, reason)
    return row("gap", set())
