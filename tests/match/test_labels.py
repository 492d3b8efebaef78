"""Search: what is found, in which order, why; suggestions; facets; bounds; many threads; hostile texts."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from egov_kg import iris
from egov_kg.errors import QueryTimeout, ReleaseError, UsageError
from egov_kg.match.hits import Hit
from egov_kg.match.labels import DEEPEST, MOST, LabelIndex
from egov_kg.match.query import LONGEST
from egov_kg.match.things import FACETS
from egov_kg.settings import Language
from support.names import open_index

SHAANXI, SHANXI = iris.thing("region", "610000"), iris.thing("region", "140000")
MIIT = iris.thing("organisation", "miit")

HOSTILE = st.one_of(
    st.text(max_size=LONGEST),
    st.text("\"'*()^:-+ {}ANDORNEAR\\市a1\x00", max_size=60),
    st.text("市政a1 ", max_size=LONGEST),
    st.sampled_from(
        ('"', "a OR", "NEAR(", "words : a", "* *", "a*", "'; DROP TABLE keys; --", "\ud800", "a\x00b")
    ),
)


def first(index: LabelIndex, text: str, lang: Language = "en") -> Hit:
    return index.search(text, lang=lang).hits[0]


def marked(hit: Hit) -> list[str]:
    return [hit.matched.text[start:end] for start, end in hit.matched.spans]


@pytest.mark.parametrize(
    ("text", "iri", "score", "why", "what"),
    [
        ("工信部", MIIT, 95, "short name", ["工信部"]),
        ("MIIT", MIIT, 95, "short name", ["MIIT"]),
        ("miit", MIIT, 95, "short name", ["MIIT"]),
        ("ＭＩＩＴ", MIIT, 95, "short name", ["MIIT"]),
        ("工业和信息化部", MIIT, 100, "exact", ["工业和信息化部"]),
        ("gongxinbu", MIIT, 80, "pinyin", ["工信部"]),
        ("gxb", MIIT, 58, "pinyin", ["工信部"]),
        ("ministry industry information", MIIT, 45, "part", ["Ministry", "Industry", "Information"]),
        ("min ind inf", MIIT, 40, "part", ["Min", "Ind", "Inf"]),
        ("陕西", SHAANXI, 95, "short name", ["陕西"]),
        ("陝西", SHAANXI, 95, "short name", ["陕西"]),
        ("陝西省", SHAANXI, 100, "exact", ["陕西省"]),
        ("Shaanxi", SHAANXI, 100, "exact", ["Shaanxi"]),
        ("SHAANXI  province", SHAANXI, 95, "short name", ["Shaanxi Province"]),
        ("610000", SHAANXI, 95, "code", ["610000"]),
        ("cn-sn", SHAANXI, 95, "code", ["CN-SN"]),
        ("eid:region/610000", SHAANXI, 100, "code", []),
        (SHAANXI, SHAANXI, 100, "code", []),
        ("shanxi", SHANXI, 100, "exact", ["Shanxi"]),
        ("shanxisheng", SHANXI, 85, "pinyin", ["山西省"]),
        ("重庆", iris.thing("region", "500000"), 95, "short name", ["重庆"]),
        ("chongqing", iris.thing("region", "500000"), 100, "exact", ["Chongqing"]),
        ("Xi'an", iris.thing("region", "610100"), 100, "exact", ["Xi'an"]),
        ("xi an", iris.thing("region", "610100"), 85, "pinyin", ["西安"]),
        ("lvliang", iris.thing("region", "141100"), 80, "pinyin", ["吕梁"]),
        ("Lüliang", iris.thing("region", "141100"), 85, "pinyin", ["吕梁"]),
        ("政务外网覆盖率", iris.concept("indicator", "extranet-coverage"), 100, "exact", ["政务外网覆盖率"]),
        ("extranet cov", iris.concept("indicator", "extranet-coverage"), 75, "prefix", ["Extranet cov"]),
        (
            "extranet-coverage",
            iris.concept("indicator", "extranet-coverage"),
            100,
            "exact",
            ["Extranet coverage"],
        ),
    ],
)
def test_what_comes_first(
    names: LabelIndex, text: str, iri: str, score: int, why: str, what: list[str]
) -> None:
    hit = first(names, text)
    assert (hit.iri, hit.score, hit.why, marked(hit)) == (iri, score, why, what)


def test_a_mistyped_character_finds_what_was_meant(names: LabelIndex) -> None:
    wrong, right = names.search("地巿级"), names.search("地市级")
    assert wrong == right
    assert right.total > 0


def test_shaanxi_is_not_shanxi(names: LabelIndex) -> None:
    found = {hit.iri: hit.score for hit in names.search("shanxi", limit=MOST).hits}
    assert found[SHANXI] > found[SHAANXI] > 0
    assert SHANXI not in {hit.iri for hit in names.search("shaanxi", limit=MOST).hits}
    assert SHANXI not in {hit.iri for hit in names.search("陕西", limit=MOST).hits}
    assert SHAANXI not in {hit.iri for hit in names.search("山西", limit=MOST).hits}


@pytest.mark.parametrize(
    "text", ["市", "政务", "coverage", "s", "shan", "6100", "信息 系统", "网 platform", ""]
)
def test_hits_are_in_order(names: LabelIndex, text: str) -> None:
    found = names.search(text, limit=MOST)
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert len({hit.iri for hit in found.hits}) == len(found.hits) == min(MOST, found.total)


def test_equal_hits_are_in_order_of_kind_and_iri(names: LabelIndex) -> None:
    equal = [hit for hit in names.search("朝阳区", limit=MOST).hits if hit.score == 100]
    assert len(equal) > 1
    assert [hit.iri for hit in equal] == sorted(hit.iri for hit in equal)
    kinds = [hit.kind for hit in names.search("信息化", limit=MOST).hits if hit.score == 50]
    assert kinds.index("indicator") < kinds.index("organisation") < kinds.index("observation")


def test_a_hit_says_what_it_is(names: LabelIndex) -> None:
    hit = first(names, "610102")
    assert hit.labels == {"zh": "新城区", "en": "Xincheng District"}
    assert (hit.kind, hit.within["zh"], iris.term("Region") in hit.types) == ("region", "西安市", True)


@pytest.mark.parametrize(("lang", "text"), [("zh", "政务外网覆盖率"), ("en", "Extranet coverage")])
def test_the_language_chooses_between_names_that_fit_as_well(
    names: LabelIndex, lang: Language, text: str
) -> None:
    hit = first(names, "ecode:indicator/extranet-coverage", lang)
    assert hit.matched.text == text


def test_words_of_both_languages(names: LabelIndex) -> None:
    found = names.search("陕西 platform")
    assert found.total > 0
    assert all("陕西" in hit.labels["zh"] and "latform" in hit.labels["en"] for hit in found.hits)
    assert names.search("陕西 platform hainan").total == 0


def test_a_phrase_does_not_run_from_one_name_into_the_next(tmp_path: Path) -> None:
    index = open_index('eid:a\\/b rdfs:label "甲乙"@zh , "one two"@en ; skos:altLabel "丙丁"@zh .', tmp_path)
    assert [index.search(text).total for text in ("甲乙", "乙丙", "two one", "丁 one")] == [1, 0, 1, 1]
    assert index.search("乙丙丁").total == 0
    index.close()


def test_what_is_hidden_is_found_and_not_shown(tmp_path: Path) -> None:
    index = open_index('eid:a\\/b rdfs:label "right"@en ; skos:hiddenLabel "wrong"@en .', tmp_path)
    hit = first(index, "wrong")
    assert (hit.score, hit.why, hit.labels["en"]) == (95, "short name", "right")
    assert (hit.matched.text, hit.matched.spans) == ("", ())
    index.close()


def test_a_name_without_language_and_a_class_without_prefix(tmp_path: Path) -> None:
    index = open_index('<urn:x:a> a <urn:x:C> ; rdfs:label "plain" , "schlicht"@de .', tmp_path)
    hit = first(index, "schlicht")
    assert (hit.types, hit.kind, hit.matched.lang) == (("urn:x:C",), "other", "de")
    assert hit.labels == {"und": "plain"}
    assert first(index, "urn:x:a").score == 100
    index.close()


def test_what_is_called_in_another_language_alone_is_called_so(tmp_path: Path) -> None:
    names = 'rdfs:label "Agrigento"@it ; skos:altLabel "Girgenti"@it .'
    index = open_index(f"<urn:x:a> {names}", tmp_path)
    hit = first(index, "girgenti")
    assert (hit.labels, hit.matched.text) == ({"it": "Agrigento"}, "Girgenti")
    assert index.labels(["urn:x:a", "urn:x:b"]) == {"urn:x:a": {"it": "Agrigento"}}
    index.close()


class TestSuggestions:
    @pytest.mark.parametrize(
        "text",
        ["市", "陕", "shan", "s", "政务外网", "coverage ext", "6100", "eid:region/61", "shanxi", "zzz"],
    )
    @pytest.mark.parametrize("limit", [1, 3, 10, 50])
    def test_they_are_the_first_hits(self, names: LabelIndex, text: str, limit: int) -> None:
        assert names.suggest(text, limit=limit) == names.search(text, limit=limit).hits

    def test_none_for_nothing(self, names: LabelIndex) -> None:
        assert names.suggest(" ") == ()


class TestFacets:
    def test_counts_add_up(self, names: LabelIndex) -> None:
        found = names.search("陕西")
        assert set(found.facets) == set(FACETS)
        assert sum(one.count for one in found.facets["kind"]) == found.total == found.unfiltered

    def test_a_facet_narrows_the_others_and_not_itself(self, names: LabelIndex) -> None:
        kind = {"kind": ["observation"]}
        whole, part = names.search("陕西"), names.search("陕西", facets=kind)
        assert 0 < part.total < whole.total == part.unfiltered
        assert {hit.kind for hit in part.hits} == {"observation"}
        counted = {one.value: (one.count, one.selected) for one in part.facets["kind"]}
        assert counted == {one.value: (one.count, one.value == "observation") for one in whole.facets["kind"]}
        assert sum(one.count for one in part.facets["qualifier"]) == part.total

    def test_each_count_is_what_selecting_it_gives(self, names: LabelIndex) -> None:
        selected = {"topic": [iris.concept("topic", "network")]}
        found = names.search("", facets=selected)
        for facet in ("kind", "populationLevel", "qualifier", "area"):
            for one in found.facets[facet]:
                assert names.search("", facets={**selected, facet: [one.value]}).total == one.count

    def test_any_of_several_values_will_do(self, names: LabelIndex) -> None:
        counted = {one.value: one.count for one in names.search("陕西").facets["kind"]}
        both = names.search("陕西", facets={"kind": ["observation", "region"]})
        assert both.total == counted["observation"] + counted["region"]

    def test_all_in_an_area(self, names: LabelIndex) -> None:
        found = names.search("", facets={"area": [SHAANXI]}, limit=MOST)
        assert {SHAANXI, iris.thing("region", "610100")} <= {hit.iri for hit in found.hits}
        assert SHANXI not in {hit.iri for hit in found.hits}

    def test_a_value_that_there_is_not(self, names: LabelIndex) -> None:
        found = names.search("陕西", facets={"topic": ["urn:none"]})
        assert (found.total, found.unfiltered > 0) == (0, True)
        assert [(one.value, one.count, one.selected) for one in found.facets["topic"] if one.selected] == [
            ("urn:none", 0, True)
        ]


class TestPages:
    def test_they_follow_one_another(self, names: LabelIndex) -> None:
        whole = names.search("政务外网", limit=MOST).hits
        parts = [names.search("政务外网", limit=7, offset=offset).hits for offset in range(0, len(whole), 7)]
        assert tuple(hit for part in parts for hit in part) == whole
        assert names.search("政务外网", offset=DEEPEST).hits == ()

    @pytest.mark.parametrize(("limit", "offset"), [(0, 0), (MOST + 1, 0), (1, -1), (1, DEEPEST + 1)])
    def test_the_bounds(self, names: LabelIndex, limit: int, offset: int) -> None:
        with pytest.raises(UsageError) as caught:
            names.search("a", limit=limit, offset=offset)
        assert caught.value.extra["parameter"] in ("limit", "offset")

    def test_too_long_too_many_and_unknown(self, names: LabelIndex) -> None:
        for ask in (names.search, names.suggest, names.nearest):
            with pytest.raises(UsageError, match="201 characters"):
                ask("市" * (LONGEST + 1))
        with pytest.raises(UsageError, match="no facet"):
            names.search("a", facets={"colour": ["red"]})
        with pytest.raises(UsageError, match="at most 20"):
            names.search("a", facets={"kind": [str(n) for n in range(21)]})


class TestHostileTexts:
    @given(text=HOSTILE)
    @hypothesis_settings(
        deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def test_no_text_is_an_error(self, names: LabelIndex, text: str) -> None:
        found = names.search(text)
        assert names.suggest(text, limit=20) == (found.hits if text.strip() else ())
        for hit in (*found.hits, *names.nearest(text)):
            ends = [place for span in hit.matched.spans for place in span]
            assert ends == sorted(ends)
            assert all(0 <= place <= len(hit.matched.text) for place in ends)
            assert ends or hit.why not in ("exact", "short name", "prefix", "part")

    @given(data=st.data())
    @hypothesis_settings(deadline=None, max_examples=40)
    def test_every_name_and_every_part_of_it_finds_its_thing(
        self, names: LabelIndex, data: st.DataObject
    ) -> None:
        """A label as it is comes first; from any character on it is still found."""
        count = names.search("").total
        place = data.draw(st.integers(0, min(count, DEEPEST) - 1))
        (thing,) = names.search("", limit=1, offset=place).hits
        label = data.draw(st.sampled_from(sorted(thing.labels.values())))[:LONGEST]
        same = names.search(label, limit=MOST)
        assert thing.iri in {hit.iri for hit in same.hits if hit.score == same.hits[0].score}
        start = data.draw(st.integers(0, len(label) - 1))
        end = data.draw(st.integers(start + 1, len(label)))
        part = thing.labels["zh"][start:end]
        if any(one.isalnum() for one in part) and not any(one.isascii() for one in thing.labels["zh"]):
            narrow = {facet: [value] for facet, value in (("kind", thing.kind),)}
            every = [
                hit.iri
                for offset in range(0, names.search(part, facets=narrow).total, MOST)
                for hit in names.search(part, facets=narrow, limit=MOST, offset=offset).hits
            ]
            assert thing.iri in every


class TestManyThreads:
    def test_they_get_the_same_answers(self, names: LabelIndex) -> None:
        texts = ["市", "陕西", "coverage", "shan", "Shaanxxi", "", "政务外网", "6100"] * 2
        alone = [(names.search(text), names.nearest(text)) for text in texts]
        gate = threading.Barrier(16)

        def work(number: int) -> bool:
            gate.wait()
            return all(
                (names.search(text), names.nearest(text)) == expected
                for text, expected in list(zip(texts, alone, strict=True))[number % 2 :: 2]
            )

        with ThreadPoolExecutor(16) as pool:
            assert all(pool.map(work, range(16)))

    def test_what_was_closed_in_the_middle_is_no_leak(self, tmp_path: Path) -> None:
        index = open_index('eid:a\\/b rdfs:label "one"@en .', tmp_path)
        index.close()
        assert index.search("one").total == 1
        assert not index._connections.idle


class TestFailures:
    def test_it_ends_in_time(self, names: LabelIndex) -> None:
        hurried = LabelIndex(names._connections.path, seconds=1e-9)
        with pytest.raises(QueryTimeout) as caught:
            hurried.search("")
        assert caught.value.extra == {"limit": 1e-9}
        hurried.close()

    def test_a_file_that_is_not_there_or_no_index(self, tmp_path: Path, names: LabelIndex) -> None:
        with pytest.raises(ReleaseError, match="egov-kg build"):
            LabelIndex.open(tmp_path / "none.sqlite")
        (tmp_path / "text").write_text("no database, but long enough to be read as one" * 100)
        with pytest.raises(ReleaseError, match="text"):
            LabelIndex.open(tmp_path / "text")
        shutil.copy(names._connections.path, tmp_path / "other")
        with sqlite3.connect(tmp_path / "other") as database:
            database.execute("PRAGMA user_version = 99")
        database.close()
        with pytest.raises(ReleaseError, match="version 99"):
            LabelIndex.open(tmp_path / "other")
