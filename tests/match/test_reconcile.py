"""What names are taken for: the table of names that matters most, and laws that hold for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from egov_kg import iris
from egov_kg.errors import UsageError
from egov_kg.match.conditions import Condition, Quantifier, Value
from egov_kg.match.labels import LabelIndex
from egov_kg.match.properties import DIRECT, PROPERTIES
from egov_kg.match.query import LONGEST
from egov_kg.match.reconcile import Candidate, Names, Question, Reconciler
from support.names import open_index

SHAANXI, SHANXI = iris.thing("region", "610000"), iris.thing("region", "140000")
XIAN, MIIT = iris.thing("region", "610100"), iris.thing("organisation", "miit")
GULOU = {
    "南京": iris.thing("region", "320106"),
    "徐州": iris.thing("region", "320302"),
    "福州": iris.thing("region", "350102"),
    "开封": iris.thing("region", "410204"),
}


@pytest.fixture(scope="module")
def reconciler(names: LabelIndex) -> Reconciler:
    """Over the project's own data."""
    return Reconciler(names)


def condition(property_: str, *values: str, quantifier: Quantifier = "any", qualifier: str = "") -> Condition:
    given_ = tuple(Value(one, one if "/" in one else "") for one in values)
    return Condition(PROPERTIES[property_], given_, quantifier, qualifier)


def asked(reconciler: Reconciler, text: str, *types: str, **conditions: str) -> tuple[Candidate, ...]:
    said = tuple(condition(name.replace("_", "-"), value) for name, value in conditions.items())
    return reconciler.candidates(Question((Names((text,)),) if text else (), types, said))


def matched(found: tuple[Candidate, ...]) -> list[str]:
    return [one.hit.iri for one in found if one.match]


@pytest.mark.parametrize(
    ("text", "iri", "score"),
    [
        ("工信部", MIIT, 98),
        ("MIIT", MIIT, 98),
        ("工业和信息化部", MIIT, 100),
        ("陕西省", SHAANXI, 100),
        ("陕西", SHAANXI, 98),
        ("陝西", SHAANXI, 98),
        ("陝西省", SHAANXI, 100),
        ("Shaanxi", SHAANXI, 100),
        ("SHAANXI", SHAANXI, 100),
        ("shaanxi", SHAANXI, 100),
        ("Shaanxi Province", SHAANXI, 98),
        ("610000", SHAANXI, 98),
        ("CN-SN", SHAANXI, 98),
        ("id/region/610000", SHAANXI, 98),
        ("region:610000", SHAANXI, 98),
        (SHAANXI, SHAANXI, 98),
        ("Shanxi", SHANXI, 100),
        ("山西", SHANXI, 98),
        ("西安巿", XIAN, 100),
        ("北京市", iris.thing("region", "110000"), 100),
    ],
)
def test_what_is_meant_beyond_doubt(reconciler: Reconciler, text: str, iri: str, score: float) -> None:
    found = asked(reconciler, text)
    assert matched(found) == [iri]
    assert (found[0].hit.iri, found[0].score, found[0].match) == (iri, score, True)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("shanxi", SHANXI),  # the pinyin of both
        ("SHANXI", SHANXI),
        ("shanxisheng", SHANXI),
        ("Shaanix", SHAANXI),
        ("Shaanxxi", SHAANXI),
        ("陕西省份", SHAANXI),
        ("gongxinbu", MIIT),
        ("工信布", MIIT),
        ("西安", XIAN),  # 西安区 is called so as well, twice
        ("Xi'an", XIAN),
        ("6100", SHAANXI),
        ("朝阳", iris.thing("region", "211300")),
        ("吉林", iris.thing("region", "220000")),
        ("Hainan", iris.thing("region", "460000")),
        ("鼓楼区", GULOU["南京"]),
        ("鼓楼", GULOU["南京"]),
        ("Gulou District", GULOU["南京"]),
        ("Chaoyang District", iris.thing("region", "110105")),
    ],
)
def test_what_is_likely_and_not_certain(reconciler: Reconciler, text: str, first: str) -> None:
    found = asked(reconciler, text, "region", "organisation")
    assert not matched(found)
    assert found[0].hit.iri == first


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("密云区", "110228"),
        ("110118", "110228"),
        ("上党区", "140421"),
        ("铜仁地区", "520600"),
        ("522200", "520600"),
    ],
)
@pytest.mark.parametrize("type_", ["region", ""])
def test_a_region_is_meant_by_what_it_was_called_in_other_years(
    reconciler: Reconciler, text: str, code: str, type_: str
) -> None:
    found = asked(reconciler, text, *filter(None, [type_]))
    assert matched(found) == [iris.thing("region", code)]
    assert found[0].score == 98


def test_a_name_of_another_year_that_another_region_had_in_2012_is_in_doubt(reconciler: Reconciler) -> None:
    found = asked(reconciler, "永定区", "region")
    assert [one.hit.iri for one in found[:2]] == [
        iris.thing("region", "430802"),
        iris.thing("region", "350822"),
    ]
    assert matched(found) == []


@pytest.mark.parametrize("text", ["Shanxi", "shanxi", "山西", "山西省", "140000", "shanxisheng"])
def test_shaanxi_is_never_taken_for_shanxi(reconciler: Reconciler, text: str) -> None:
    found = asked(reconciler, text, "region")
    assert SHAANXI not in matched(found)
    scores = {one.hit.iri: one.score for one in found}
    assert scores[SHANXI] >= scores.get(SHAANXI, 0.0)


@pytest.mark.parametrize("text", ["Shaanxi", "shaanxi", "陕西", "陕西省", "610000", "陝西"])
def test_nor_shanxi_for_shaanxi(reconciler: Reconciler, text: str) -> None:
    found = asked(reconciler, text, "region")
    assert [one.hit.iri for one in found if one.score >= 80] == [SHAANXI]


class TestNamesakes:
    @pytest.mark.parametrize("city", GULOU)
    @pytest.mark.parametrize("text", ["鼓楼区", "鼓楼", "Gulou District"])
    def test_a_place_decides(self, reconciler: Reconciler, text: str, city: str) -> None:
        found = asked(reconciler, text, "region", within=city)
        assert (found[0].hit.iri, matched(found)) == (GULOU[city], [GULOU[city]])
        assert {one.hit.iri for one in found[:4]} == set(GULOU.values())
        assert found[0].score > found[1].score
        assert [one.features.namesakes for one in found[:4]] == [3] * 4

    def test_a_province_does_not_where_it_has_two(self, reconciler: Reconciler) -> None:
        for name in ("within", "province"):
            found = asked(reconciler, "鼓楼区", **{name: "江苏"})
            assert not matched(found)
            assert {one.hit.iri for one in found[:2]} == {GULOU["南京"], GULOU["徐州"]}
            assert matched(asked(reconciler, "鼓楼区", **{name: "Fujian"})) == [GULOU["福州"]]

    def test_a_level_decides_between_levels_only(self, reconciler: Reconciler) -> None:
        assert matched(asked(reconciler, "朝阳", level="prefecture")) == [iris.thing("region", "211300")]
        assert not matched(asked(reconciler, "朝阳区", level="county"))
        assert not matched(asked(reconciler, "鼓楼", level="county"))

    def test_a_code_decides(self, reconciler: Reconciler) -> None:
        assert matched(asked(reconciler, "鼓楼区", code="410204")) == [GULOU["开封"]]

    def test_the_other_language_does_not_where_it_is_the_same(self, reconciler: Reconciler) -> None:
        assert not matched(asked(reconciler, "鼓楼区", name_en="Gulou District"))
        assert matched(asked(reconciler, "Suzhou City", name_zh="苏州市")) == [iris.thing("region", "320500")]

    def test_what_does_not_agree_is_no_match(self, reconciler: Reconciler) -> None:
        found = asked(reconciler, "陕西省", within="朝阳市")
        assert not matched(found)
        assert (found[0].hit.iri, found[0].score) == (SHAANXI, 60)
        assert found[0].features.values()["agrees:within"] is False

    def test_a_type_rules_others_out(self, tmp_path: Path) -> None:
        index = open_index(
            'eid:a\\/x a egov:Region ; rdfs:label "North"@en .'
            'eid:b\\/x a egov:BodyGroup ; rdfs:label "North"@en .',
            tmp_path,
        )
        small = Reconciler(index)
        assert len(asked(small, "North")) == 2
        assert not matched(asked(small, "North"))
        assert matched(asked(small, "North", "group")) == [f"{iris.BASE}id/b/x"]
        assert matched(asked(small, "North", "egov:Region")) == [f"{iris.BASE}id/a/x"]
        assert len(asked(small, "North", "egov:Region", "group")) == 2
        index.close()


class TestConditions:
    def test_without_a_name(self, reconciler: Reconciler) -> None:
        assert matched(asked(reconciler, "", "region", code="610000")) == [SHAANXI]
        found = asked(reconciler, "", "region", within="陕西省", level="prefecture")
        assert len(found) == 10
        assert not matched(found)
        assert {one.hit.within["zh"] for one in found} == {"陕西省"}
        assert {one.score for one in found} == {100}

    @pytest.mark.parametrize("value", ["陕西", "Shaanxi", "610000", "id/region/610000", SHAANXI])
    def test_a_place_by_any_of_its_names(self, reconciler: Reconciler, value: str) -> None:
        assert matched(asked(reconciler, "新城区", "region", within="西安市")) == [
            iris.thing("region", "610102")
        ]
        assert matched(asked(reconciler, "新城区", "region", within=value)) == [
            iris.thing("region", "610102")
        ]

    def test_directly(self, reconciler: Reconciler) -> None:
        direct = condition("within", "江苏", qualifier=DIRECT)
        assert not any(
            agrees
            for one in reconciler.candidates(Question((Names(("鼓楼区",)),), (), (direct,)))
            for _, agrees in one.features.agreements
        )

    @pytest.mark.parametrize(
        ("quantifier", "agrees"), [("any", {"南京", "福州"}), ("all", set()), ("none", {"徐州", "开封"})]
    )
    def test_quantifiers(self, reconciler: Reconciler, quantifier: Quantifier, agrees: set[str]) -> None:
        within = condition("within", "南京", "福州", quantifier=quantifier)
        found = reconciler.candidates(Question((Names(("鼓楼区",)),), (), (within,)))
        assert {one.hit.iri for one in found if one.features.share == 1} == {GULOU[city] for city in agrees}

    def test_what_is_required_leaves_out(self, reconciler: Reconciler) -> None:
        within = Condition(PROPERTIES["within"], (Value("南京"),), required=True)
        found = reconciler.candidates(Question((Names(("鼓楼区",)),), (), (within,)))
        assert [one.hit.iri for one in found] == [GULOU["南京"]]

    def test_what_nobody_knows_counts_a_half(self, reconciler: Reconciler) -> None:
        (first, *_) = asked(reconciler, "工信部", within="中国")
        assert first.features.agreements == (("within", None),)
        assert (first.score, first.match) == (78.4, True)


class TestNames:
    def test_several(self, reconciler: Reconciler) -> None:
        either = reconciler.candidates(Question((Names(("陕西", "Shanxi")),)))
        assert {one.hit.iri for one in either[:2]} == {SHAANXI, SHANXI}
        assert not matched(either)
        both = reconciler.candidates(Question((Names(("陕西", "Shaanxi"), "all"),)))
        assert [one.hit.iri for one in both if one.score > 80] == [SHAANXI]

    def test_one_that_it_must_not_have(self, reconciler: Reconciler) -> None:
        question = Question((Names(("Shanxi",)), Names(("山西",), "none")), ("region",))
        assert SHANXI not in {one.hit.iri for one in reconciler.candidates(question)}

    def test_nothing_is_asked(self, reconciler: Reconciler) -> None:
        assert reconciler.candidates(Question(())) == ()
        assert reconciler.candidates(Question((Names(("   ",)),))) == ()
        assert reconciler.candidates(Question((Names(("市" * (LONGEST + 1),)),))) == ()

    def test_a_type_that_there_is_not(self, reconciler: Reconciler) -> None:
        with pytest.raises(UsageError, match=r"no type 'planet'; there are .*region"):
            asked(reconciler, "x", "planet")

    def test_facts_are_no_candidates(self, reconciler: Reconciler) -> None:
        for text in ("陕西", "覆盖率", "coverage", "Shaanxi"):
            kinds = {one.hit.kind for one in asked(reconciler, text)}
            assert kinds.isdisjoint({"observation", "statement", "class", "property", "span"})


TEXTS = st.one_of(
    st.text(max_size=LONGEST),
    st.text("陕山西省市区县鼓楼朝阳 aSxhni'-", max_size=12),
    st.sampled_from(("Shanxi", "鼓楼区", '"', "a OR", "\x00", "\ud800", "id/region/610000", "eid:")),
)
PLACES = st.one_of(st.none(), st.sampled_from(("陕西", "南京", "id/region/320100", "nowhere")))


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS, place=PLACES, limit=st.integers(1, 50))
def test_laws(reconciler: Reconciler, text: str, place: str | None, limit: int) -> None:
    conditions = (condition("within", place),) if place else ()
    found = reconciler.candidates(Question((Names((text,)),), (), conditions, limit))
    assert len(found) <= limit
    assert all(0 <= one.score <= 100 for one in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert len({one.hit.iri for one in found}) == len(found)
    assert len(matched(found)) <= 1
    if not conditions:  # nothing goes before what is called so
        alike = [one.features.how for one in found]
        assert "label" not in alike[alike.count("label") :]
        assert all(one.features.how in ("label", "other", "code", "stem") for one in found if one.match)


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_name_finds_its_thing(names: LabelIndex, reconciler: Reconciler, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, 3_000))
    (hit,) = names.things((number,), "zh")
    if not reconciler.types.scope().has(number):
        return
    label = data.draw(st.sampled_from(sorted(hit.labels.values())))
    found = reconciler.candidates(Question((Names((label,)),), limit=50))
    mine = next(one for one in found if one.hit.iri == hit.iri)
    assert mine.score == found[0].score == 100
    assert matched(found) in ([], [hit.iri])
