"""Sentences about observations: what they must have in them, and how they read."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egov_kg import iris
from egov_kg.intervals import Interval, Language, Qualifier, format_value, from_qualifier
from egov_kg.publish import wording
from egov_kg.publish.derivations import read_derivations
from egov_kg.publish.observations import Nested, Observation, Place, Term
from egov_kg.publish.roles import is_pooled, is_stock
from egov_kg.store.snapshot import Snapshot

EXAMPLES: dict[str, tuple[str, str]] = {
    "extranet-coverage-county": (
        "The national e-government extranet coverage at county level in China was 71%. The report "
        "does not say when.",
        "在县级层面，国家电子政务外网覆盖率为 71%。报告未说明时间。",
    ),
    "extranet-local-departments": (
        "The report counts over 33,000 local departments connected to the national e-government "
        "extranet below the provincial level in China. The report does not say when. The wording can "
        "be read in more than one way.",
        "在全国省以下各级，接入国家电子政务外网的地方部门数超过 33,000。报告未说明时间。原文可作不止"
        "一种理解。",
    ),
    "saving-central-network-investment": (
        "For the national e-government extranet at central level in China, the one-off network "
        "investment saved amounted to 750 million yuan. The report does not say when. The report "
        "calls it a preliminary estimate. The figure is cumulative.",
        "在中央层面，国家电子政务外网的一次性网络建设投资节省额为 7.5 亿元。报告未说明时间。报告称其"
        "为初步测算。该值为累计值。",
    ),
    "saving-beijing-direct-benefit": (
        "For the Beijing government extranet, the direct benefit from construction and running cost "
        "saved amounted to 1.14 billion yuan since 2001. The figure is cumulative.",
        "2001年以来，北京市政务外网建设与运行经费节约的直接效益为 11.4 亿元。该值为累计值。",
    ),
    "shaanxi-construction-cycle": (
        "For the Shaanxi e-government public platform, the reduction of construction time was at "
        "least 70% on average. The report does not say when.",
        "陕西省电子政务公共平台的建设周期缩短比例平均不低于 70%。报告未说明时间。",
    ),
    "fujian-new-systems": (
        "The report counts 26 newly approved departmental business systems of Fujian at provincial "
        "level in 2012.",
        "2012年，在省级层面，福建省新审批的部门业务系统数为 26。",
    ),
    "business-database-county": (
        "The coverage of business databases at county level in China was about 50%. The report does "
        "not say when.",
        "在全国县级层面，业务数据库覆盖率约为 50%。报告未说明时间。",
    ),
    "main-business-mps": (
        "For the Ministry of Public Security, the informatisation coverage of main business was "
        "100%. The report does not say when.",
        "公安部的主要业务信息化覆盖率为 100%。报告未说明时间。",
    ),
    "main-business-prefecture-domains": (
        "In China, for main functional domains at prefecture level, such as development and reform, "
        "education, science and technology, the informatisation coverage of main business was 69%. "
        "The report does not say when. The wording can be read in more than one way.",
        "全国地市级发改、教育、科技等主要职能领域的主要业务信息化覆盖率为 69%。报告未说明时间。原文可"
        "作不止一种理解。",
    ),
    "provincial-departments-above-80": (
        "Over 50% of provincial departments in China were at or above 80% in informatisation "
        "coverage of main business. The report does not say when. The report says this in words, not "
        "in digits.",
        "全国省级部门中，主要业务信息化覆盖率不低于 80% 的占比超过 50%。报告未说明时间。报告以文字表"
        "述，未用数字。",
    ),
    "sub-provincial-departments-above-85": (
        "Over 60% of government departments of sub-provincial cities in China were at or above 85% "
        "in informatisation coverage of main business. The report does not say when. The wording can "
        "be read in more than one way.",
        "全国副省级城市政府部门中，主要业务信息化覆盖率不低于 85% 的占比超过 60%。报告未说明时间。原"
        "文可作不止一种理解。",
    ),
    "budget-disclosure": (
        "Among ministry websites in China, the share of websites that disclose budget and final "
        "accounts (fiscal budget 2012 and final accounts 2011) was 85% at the end of 2012. The "
        "wording can be read in more than one way.",
        "2012年底，部委网站中，公开预决算信息的网站比例为 "
        "85%（2012年财政预算与2011年财政决算）。原文可作不止一种理解。",
    ),
    "website-provincial": (
        "Among provincial governments in China, the share of local governments with a website of "
        "their own was 100% at the end of 2012, which the report says with a reservation. The report "
        "says this in words, not in digits. The wording can be read in more than one way.",
        "2012年底，全国省级政府中，地方政府网站建成率为 "
        "100%（原文语气有保留）。报告以文字表述，未用数字。原文可作不止一种理解。",
    ),
    "smart-portal-practice": (
        "For the smart government portal, the report counts over 2 years of practice in China. The "
        "report does not say when. The report says this in words, not in digits.",
        "智慧政府门户的实践探索年数超过 2 年。报告未说明时间。报告以文字表述，未用数字。",
    ),
    "served-websites": (
        "For the Network Government Research Center, State Information Center, the report counts "
        "nearly 400 government websites served in May 2013. The wording can be read in more than one "
        "way.",
        "2013年5月，就国家信息中心网络政府研究中心而言，得到服务的政府网站数接近 400。原文可作不止一种理解。",
    ),
    "utilisation-provincial": (
        "For surveyed government information resources at provincial level in China, the utilisation "
        "of information resources was at least 80% for each of them. The report does not say when. "
        "It is from the MIIT statistics of local information resources.",
        "在全国省级层面，纳入统计的政务信息资源开发利用率均不低于 80%。报告未说明时间。数据出自工信部"
        "地方信息资源统计。该值对每个成员分别成立。",
    ),
    "utilisation-sub-provincial-medical": (
        "For medical information in sub-provincial cities of China, the utilisation of information "
        "resources was 100%. The report does not say when. It is from the MIIT statistics of local "
        "information resources.",
        "在全国副省级城市，医疗信息资源开发利用率为 100%。报告未说明时间。数据出自工信部地方信息资源统计。",
    ),
    "shenzhen-hall-members": (
        "The report counts 34 member units of the Shenzhen microblog release hall. The report does "
        "not say when. The wording can be read in more than one way.",
        "深圳微博发布厅成员单位数为 34。报告未说明时间。原文可作不止一种理解。",
    ),
}
LANGUAGES: tuple[Language, ...] = ("en", "zh")


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_sentence_reads_so(observations: dict[str, Observation], name: str) -> None:
    english, chinese = EXAMPLES[name]
    assert wording.in_full(observations[name], "en") == english
    assert wording.in_full(observations[name], "zh") == chinese


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_two_observations_are_said_alike(observations: dict[str, Observation], lang: Language) -> None:
    said = [wording.statement(one, lang) for one in observations.values()]
    assert len(said) > 80
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_is_whole(observations: dict[str, Observation], lang: Language) -> None:
    """No empty slot, no doubled word, one stop at each end, a capital where English has one."""
    doubled = re.compile(r"\b(\w+) \1\b|(?P<two>[\u4e00-\u9fff]{3,})(?P=two)", re.IGNORECASE)
    for one in observations.values():
        for text in (wording.statement(one, lang), *wording.remarks(one, lang)):
            assert text.endswith("." if lang == "en" else "。")
            assert not re.search(r"[{}]|  |\(\)|（）| ,|，，|,,|None", text), text
            assert not doubled.search(text), text
            assert lang == "zh" or text[0].isupper(), text
            assert lang == "en" or not re.search(r"[A-Za-z]{2}", text), text


def said_figure(one: Observation, lang: Language) -> str:
    """How the figure must stand in the sentence."""
    bare = format_value(one.value, "exact", one.unit, lang)
    if one.qualifier == "hedged":
        return bare
    if lang == "zh" and one.qualifier == "about":
        return f"约为 {bare}"
    return one.phrase(lang)


@given(st.data(), st.sampled_from(list(Qualifier)), st.integers(1, 99), st.sampled_from(LANGUAGES))
@settings(max_examples=200)
def test_the_qualifier_is_never_left_out(
    observations: dict[str, Observation],
    data: st.DataObject,
    qualifier: Qualifier,
    value: int,
    lang: Language,
) -> None:
    one = observations[data.draw(st.sampled_from(sorted(observations)))]
    bounds = from_qualifier(qualifier, Decimal(value))
    one = replace(one, qualifier=str(qualifier), value=Decimal(value), bounds=bounds)
    text = wording.statement(one, lang)
    assert said_figure(one, lang).casefold() in text.casefold()
    reserved = "with a reservation" if lang == "en" else "原文语气有保留"
    assert (reserved in text) == (qualifier is Qualifier.HEDGED)


def test_flags_dates_and_status_are_said(observations: dict[str, Observation]) -> None:
    one = observations["extranet-coverage-county"]
    assert wording.remarks(one, "en") == ("The report does not say when.",)
    dated = replace(one, period=Term(iris.thing("period", "2012"), {"en": "2012", "zh": "2012年"}))
    assert wording.remarks(dated, "en") == ()
    assert wording.statement(dated, "en").endswith("was 71% in 2012.")
    assert wording.statement(dated, "zh").startswith("2012年，")
    assert wording.remarks(replace(dated, status="E"), "en") == ("It is an estimate.",)
    assert wording.remarks(replace(dated, status="P"), "zh") == ("该值为暂定值。",)
    flagged = replace(
        dated, flags=tuple(Term(iris.concept("flag", name), {}) for name in ("one-off", "per-year"))
    )
    assert wording.remarks(flagged, "en") == ("The figure is for each year.", "The amount occurs once only.")
    sampled = replace(dated, flags=(Term(iris.concept("flag", "sample-survey"), {}),))
    assert wording.remarks(sampled, "zh") == ("数据出自抽样统计。",)


@pytest.mark.parametrize(
    ("slug", "en"),
    [
        ("2012-03-2012-12", " in the period March to December 2012."),
        ("end-of-2012", " at the end of 2012."),
        ("since-2001", " since 2001."),
    ],
)
def test_a_period_has_its_preposition(observations: dict[str, Observation], slug: str, en: str) -> None:
    words = {
        "2012-03-2012-12": "March to December 2012",
        "end-of-2012": "End of 2012",
        "since-2001": "Since 2001",
    }
    period = Term(iris.thing("period", slug), {"en": words[slug]})
    one = replace(observations["extranet-coverage-county"], period=period)
    assert wording.statement(one, "en").endswith(en)


def made_up(**changes: object) -> Observation:
    """An observation of things that are not this project's."""
    foreign = Term("https://example.org/thing", {"en": "Some thing", "zh": "某物"})
    value = Decimal(12)
    one = Observation(
        iri="https://example.org/observation",
        words={},
        dataset="https://example.org/dataset",
        indicator=Term("https://example.org/indicator", {"en": "Reach", "zh": "通达率"}),
        area=Term("https://example.org/area", {"en": "Elsewhere", "zh": "别处"}),
        level=Term("https://example.org/level", {"en": "island", "zh": "岛级"}),
        subject=foreign,
        period=Term("https://example.org/autumn", {"en": "Autumn", "zh": "秋季"}),
        condition=Term(iris.concept("condition", "none"), {}),
        topic=Term("", {}),
        kind="coverage",
        direction="neutral",
        value=value,
        unit="PERCENT",
        unit_mult=0,
        reported="12",
        qualifier="exact",
        origin="digits",
        status="A",
        bounds=Interval(value, True, value, True),
        domain=Decimal(100),
        flags=(),
        completeness="",
        place=Place(Term("", {}), 1, 0, 2, ""),
    )
    return replace(one, **changes)  # type: ignore[arg-type]


def test_things_of_others_are_said_as_well() -> None:
    one = made_up()
    assert wording.statement(one, "en") == (
        "For some thing at the level of island in Elsewhere, the reach was 12% in the period Autumn."
    )
    assert wording.statement(one, "zh") == "秋季，在别处岛级，某物的通达率为 12%。"


def test_a_condition_says_whether_its_threshold_passes() -> None:
    indicator = Term("https://example.org/inner", {"en": "Depth", "zh": "深度"})
    nested = Nested(
        Term("https://example.org/lakes", {"en": "Lakes", "zh": "湖泊"}), indicator, Decimal(5), False, "YR"
    )
    one = made_up(nested=nested)
    assert "of lakes at the level of island in Elsewhere were above 5 years in depth" in wording.statement(
        one, "en"
    )
    assert "深度高于 5 年的占比为 12%" in wording.statement(one, "zh")
    nested = replace(nested, is_inclusive=True)
    assert "were at or above 5 years" in wording.statement(made_up(nested=nested), "en")


def test_a_derived_value_is_said_to_be_inferred(
    store: Snapshot, observations: dict[str, Observation]
) -> None:
    source = observations["extranet-coverage-county"]
    (derived,) = read_derivations(store, source.iri)
    assert wording.inferred(derived, "en") == (
        "Inferred, not reported: 2,011 to 2,039 of the 2,852 county-level units of 2012 (GB/T 2260). "
        "The report does not state this denominator. What it does say: " + wording.in_full(source, "en")
    )
    assert wording.inferred(derived, "zh").startswith("推算值，并非报告所载：2,011 至 2,039 个，")
    assert (derived,) == read_derivations(store, derived.iri)
    one, low = Decimal(1), Decimal(3)
    for bounds, text in (
        (Interval(low, True, low, True), ": 3 of the"),
        (Interval(low, True), ": at least 3 of the"),
        (Interval(None, False, low, True), ": at most 3 of the"),
        (Interval(), ": about 1 of the"),
    ):
        assert text in wording.inferred(replace(derived, bounds=bounds, value=one), "en")


def test_nothing_is_derived_from_what_no_rule_takes(
    store: Snapshot, observations: dict[str, Observation]
) -> None:
    assert read_derivations(store, observations["main-business-central"].iri) == ()


def test_what_is_counted_is_no_subject_and_a_pool_is_many(observations: dict[str, Observation]) -> None:
    assert {name for name, one in observations.items() if is_stock(one)} >= {
        "extranet-terminals",
        "digital-certificates",
    }
    pooled = {name for name, one in observations.items() if is_pooled(one)}
    assert pooled >= {"main-business-central", "main-business-prefecture-domains"}
    assert not pooled & {
        "main-business-mps",
        "website-central",
        "utilisation-provincial",
        "extranet-units-covered",
    }
