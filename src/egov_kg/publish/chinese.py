"""The Chinese grammar of sentences about observations: see `egov_kg.publish.wording`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from egov_kg.intervals import format_value
from egov_kg.publish.observations import Observation
from egov_kg.publish.roles import is_body, is_share_of_subject, is_stock

_VERBS: Final[Mapping[str, str]] = {"exact": "为 ", "hedged": "为 ", "about": "约为 "}
"""By qualifier: the verb before a bare figure; other qualifiers are verbs themselves."""

_HEDGE: Final = "（原文语气有保留）"

_LEVELS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "national": ("", ()),
    "central": ("中央层面", ("中央", "部委")),
    "provincial": ("省级层面", ("省级",)),
    "sub-provincial-city": ("副省级城市", ("副省级",)),
    "prefecture": ("地市级层面", ("地市级", "地级")),
    "county": ("县级层面", ("县级",)),
    "below-province": ("省以下各级", ()),
    "total": ("", ()),
}
"""By notation: how a level is said, and the words by which a name says it already."""

_COUNTRY: Final = "cn"
_SHORTEST: Final = 4
"""Characters of a name that are no chance overlap with another."""

_LOOSE: Final = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")

REMARKS: Final[Mapping[str, tuple[str, str]]] = {
    "undated": ("报告未说明时间。", ""),
    "verbal": ("报告以文字表述，未用数字。", ""),
    "survey": ("数据出自{survey}。", ""),
    "sample-survey": ("数据出自抽样统计。", ""),
    "preliminary-estimate": ("报告称其为初步测算。", ""),
    "estimate": ("该值为估计值。", ""),
    "provisional": ("该值为暂定值。", ""),
    "cumulative": ("该值为累计值。", "累计"),
    "per-year": ("该值按年计。", "年"),
    "one-off": ("该数额只发生一次。", "一次性"),
    "each-member": ("该值对每个成员分别成立。", ""),
    "hedged-predicate": ("数字本身明确，但报告对所述之事有保留。", ""),
    "ambiguous": ("原文可作不止一种理解。", ""),
}
"""By flag, or other circumstance: what is said, unless the indicator's name has the word after it."""

RANGES: Final[Mapping[str, str]] = {
    "both": "{lower} 至 {upper}",
    "one": "{lower}",
    "lower": "不少于 {lower}",
    "upper": "不多于 {upper}",
    "none": "约 {value}",
}
INFERRED: Final = (
    "推算值，并非报告所载：{figure} 个，分母为“{denominator}”共 {size} 个；报告并未给出这一分母。"
    "报告所载：{given}"
)
STOP: Final = "。"
SPACE: Final = ""


def tight(text: str) -> str:
    """Text without the spaces that its parts have left between two Chinese characters."""
    return _LOOSE.sub("", text)


def statement(one: Observation) -> str:
    """The observation as one clause, without its remarks and without a full stop."""
    return tight(_statement(one))


def _statement(one: Observation) -> str:
    when = f"{one.period.name('zh')}，" if one.is_dated else ""
    figure, hedge = _figure(one), _HEDGE if one.qualifier == "hedged" else ""
    if one.nested is not None:
        nested = one.nested
        side = "不低于" if nested.is_inclusive else "高于"
        threshold = format_value(nested.threshold, "exact", nested.unit, "zh")
        subject = f"{nested.counted.name('zh')}中，"
        inner = nested.indicator.name("zh")
        return f"{when}{_where(one, subject)}{subject}{inner}{side} {threshold} 的占比{figure}{hedge}"
    subject, indicator = _parts(one)
    extra = f"（{one.subject.name('zh')}）" if one.published_on is not None else ""
    where = _where(one, subject + indicator)
    return f"{when}{where}{subject}{indicator}{_manner(one)}{figure}{extra}{hedge}"


def _figure(one: Observation) -> str:
    if one.qualifier in _VERBS:
        return _VERBS[one.qualifier] + format_value(one.value, "exact", one.unit, "zh")
    return one.phrase("zh")


def _parts(one: Observation) -> tuple[str, str]:
    """The subject with its particle, and the indicator."""
    if one.published_on is not None:
        return f"{one.published_on.name('zh')}中，", one.indicator.name("zh")
    subject, name = _joined(one)
    if not subject:
        return "", name
    if is_share_of_subject(one):
        return f"{subject}中，", name
    if "的" not in name:
        return f"{subject}的", name
    return (f"就{subject}而言，", name) if is_body(one) else (subject, name)


def _joined(one: Observation) -> tuple[str, str]:
    """Names of subject and indicator, the subject's empty where the indicator's can say both.

    What the subject ends with and the indicator names as well is said once: 国家电子政务外网 and
    政务外网覆盖率 are 国家电子政务外网覆盖率.
    """
    subject, indicator = one.subject.name("zh"), one.indicator.name("zh")
    if subject.removesuffix("系统") in indicator:
        return "", indicator
    for start in range(1, len(subject) - _SHORTEST + 1):
        tail = subject[start:]
        if indicator.startswith(tail) or (tail in indicator and not is_stock(one)):
            return "", indicator.replace(tail, subject, 1)
    return ("", indicator) if is_stock(one) else (subject, indicator)


def _where(one: Observation, said: str) -> str:
    """The area and the level, as far as the names have not said them."""
    if is_body(one):
        return ""
    phrase, words = _LEVELS.get(one.level.notation, (one.level.name("zh"), ()))
    if any(word in said for word in words):
        phrase = ""
    area = one.area.name("zh")
    if one.area.notation == _COUNTRY:
        is_plain = one.level.notation in ("central", "total") or said.startswith("国家")
        area = "" if is_plain else "全国"
        return area if area and not phrase else f"在{area}{phrase}，" if phrase else ""
    if area.rstrip("省市县区") in said:
        area = ""
    return f"在{area}{phrase}，" if area or phrase else ""


def _manner(one: Observation) -> str:
    flags = {flag.notation for flag in one.flags}
    return ("均" if "each-member" in flags else "") + ("平均" if "average" in flags else "")
