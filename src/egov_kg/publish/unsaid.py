"""What an observation does not say: each thing follows from what its structure has, or lacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from egov_kg.intervals import Language, format_value
from egov_kg.publish.cards import Card
from egov_kg.publish.chinese import tight
from egov_kg.publish.observations import Observation
from egov_kg.publish.roles import is_pooled

_WORDS: Final[dict[str, dict[Language, str]]] = {
    "date": {"en": "When the figure held.", "zh": "数值的时间。"},
    "end": {"en": "When the period that the figure covers ended.", "zh": "统计期间的截止时间。"},
    "denominator": {
        "en": "What the share is a share of, as a number: the denominator.",
        "zh": "比例的分母，即总体的个数。",
    },
    "counted": {
        "en": "How many were counted, and how many of them pass the threshold.",
        "zh": "总共统计了多少个，其中多少个达到门槛。",
    },
    "above": {"en": "How far above {figure} it was.", "zh": "高出 {figure} 多少。"},
    "below": {"en": "How far below {figure} it was.", "zh": "比 {figure} 低多少。"},
    "tolerance": {
        "en": "How far from {figure} it may have been: “about” has no tolerance here.",
        "zh": "可能偏离 {figure} 多少：报告的“约”没有给出误差范围。",
    },
    "hedge": {
        "en": "Which are the exceptions that the reservation leaves room for.",
        "zh": "语气保留之处所容许的例外是哪些。",
    },
    "number": {
        "en": "A number: the report uses a word, read here as {figure}.",
        "zh": "具体数字：报告用的是文字，此处按 {figure} 理解。",
    },
    "spread": {
        "en": "How its members differ: this is one figure for all of them.",
        "zh": "各成员之间的差异：这是合并给出的一个数值。",
    },
    "method": {"en": "How the figure was collected.", "zh": "数值是如何收集的。"},
    "survey-method": {"en": "By which method the survey was made.", "zh": "该统计所用的方法。"},
    "sample": {"en": "How large the sample was, and how it was drawn.", "zh": "样本量与抽样方式。"},
    "estimate": {"en": "How the estimate was made.", "zh": "测算的方法。"},
    "list": {
        "en": "Which others have the same figure: the report leaves the list open.",
        "zh": "还有哪些对象具有同样的数值：报告的列举未穷尽。",
    },
    "reading": {
        "en": "Which of its readings is meant.",
        "zh": "原文究竟取哪一种含义。",
    },
}


def unsaid(one: Observation, card: Card, lang: Language) -> tuple[str, ...]:
    """What the source leaves open about a figure, as sentences.

    Args:
        one: the observation.
        card: what stands behind it.
        lang: the language.
    """
    figure = format_value(one.value, "exact", one.unit, lang)
    said = (_WORDS[name][lang].format(figure=figure) for name in _keys(one, card))
    return tuple(tight(text) for text in said)


def _keys(one: Observation, card: Card) -> Iterator[str]:
    flags = {flag.notation for flag in one.flags}
    if not one.is_dated:
        yield "date"
    if card.has_open_end:
        yield "end"
    if one.nested is not None:
        yield "counted"
    elif one.unit == "PERCENT":
        yield "denominator"
    match one.qualifier:
        case "over" | "at-least":
            yield "above"
        case "nearly" | "under" | "at-most":
            yield "below"
        case "about":
            yield "tolerance"
    if one.qualifier == "hedged" or "hedged-predicate" in flags:
        yield "hedge"
    if one.origin == "verbal" and one.qualifier not in ("exact", "hedged"):
        yield "number"
    if is_pooled(one):
        yield "spread"
    if one.survey is None:
        yield "method"
    elif card.method == "sample" or "sample-survey" in flags:
        yield "sample"
    else:
        yield "survey-method"
    if one.status == "E":
        yield "estimate"
    if one.completeness == "open":
        yield "list"
    if card.readings:
        yield "reading"
