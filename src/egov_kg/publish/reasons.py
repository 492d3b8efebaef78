"""Why a figure passes a threshold, does not, or may: the bound that decides, in words."""

from __future__ import annotations

from typing import Final

from egov_kg.intervals import Language, Qualifier, Verdict, format_value
from egov_kg.publish.observations import Observation
from egov_kg.publish.thresholds import Threshold

_QUALIFIERS: Final = {
    ("lower", False): Qualifier.OVER,
    ("lower", True): Qualifier.AT_LEAST,
    ("upper", False): Qualifier.UNDER,
    ("upper", True): Qualifier.AT_MOST,
}
_WORDS: Final[dict[str, dict[Language, str]]] = {
    "stated": {"en": "stated to be {bound}", "zh": "报告的表述为{bound}"},
    "domain": {"en": "no share is over {bound}", "zh": "比例不会超过 {bound}"},
    "about": {"en": "“about” states no bound", "zh": "“约”没有给出界限"},
    "hedged": {
        "en": "the report hedges it, and states no bound",
        "zh": "报告的说法有所保留，没有给出界限",
    },
    "open": {
        "en": "stated to be {bound}: that leaves both open",
        "zh": "报告的表述为{bound}，两种结果都有可能",
    },
}


def reason(threshold: Threshold, one: Observation, lang: Language) -> str:
    """What decides the answer, or why nothing does; empty where nothing was asked.

    Args:
        threshold: the question.
        one: the figure that it is asked of.
        lang: the language of the words.
    """
    verdict = threshold.verdict(one)
    if verdict is None:
        return ""
    if verdict is Verdict.POSSIBLE:
        key = one.qualifier if one.qualifier in ("about", "hedged") else "open"
        return _WORDS[key][lang].format(bound=one.phrase(lang))
    side, bound, inclusive = threshold.deciding(one)
    if bound is None:
        return ""
    is_exact = side == "domain" or one.bounds.is_point
    qualifier = Qualifier.EXACT if is_exact else _QUALIFIERS[side, inclusive]
    words = _WORDS["domain" if side == "domain" else "stated"][lang]
    return words.format(bound=format_value(bound, qualifier, one.unit, lang))
