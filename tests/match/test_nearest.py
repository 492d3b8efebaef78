"""Names that are nearly what was typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg import iris
from egov_kg.match.fold import Folding, characters
from egov_kg.match.labels import LabelIndex
from egov_kg.match.nearest import alike
from egov_kg.match.query import parse
from egov_kg.match.ranking import NEAREST
from support.names import open_index

FOLDING = Folding(characters())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Shaanxxi", iris.thing("region", "610000")),
        ("shaan xi", iris.thing("region", "610000")),
        ("Chongqinq", iris.thing("region", "500000")),
        ("extranet coverge", iris.concept("indicator", "extranet-coverage")),
        ("coverage extranett", iris.concept("indicator", "extranet-coverage")),
        ("mnistry of industry", iris.thing("organisation", "miit")),
        ("工信布", iris.thing("organisation", "miit")),
        ("工业与信息化部", iris.thing("organisation", "miit")),
        ("重青", iris.thing("region", "500000")),
        ("电子征务外网", iris.thing("network", "national-extranet")),
    ],
)
def test_one_mistake(names: LabelIndex, text: str, expected: str) -> None:
    assert names.search(text).total == 0
    hits = names.nearest(text)
    assert hits[0].iri == expected
    assert all(hit.why == "near" and 0 < hit.score <= NEAREST for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_shaanxi_and_shanxi_are_two(names: LabelIndex) -> None:
    found = {hit.iri: hit.score for hit in names.nearest("Shaanxxi")}
    assert found[iris.thing("region", "610000")] > found[iris.thing("region", "140000")]
    both = [hit.iri for hit in names.nearest("陕希")]
    assert both == [iris.thing("region", "140000"), iris.thing("region", "610000")]


@pytest.mark.parametrize("text", ["", "!!", "qqqq", "龘靐齉", "\ud800"])
def test_nothing_is_near(names: LabelIndex, text: str) -> None:
    assert names.nearest(text) == ()


def test_the_number_of_hits(names: LabelIndex) -> None:
    assert len(names.nearest("Shaanxxi", limit=1)) == 1
    many = names.nearest("Xing'ann County", limit=100)
    assert len({hit.iri for hit in many}) == len(many)


def test_a_name_by_its_sound(tmp_path: Path) -> None:
    index = open_index('eid:a\\/b rdfs:label "吕梁"@zh , "Lüliang"@en .', tmp_path)
    (hit,) = index.nearest("旅粮")
    assert (hit.matched.text, hit.why) == ("吕梁", "near")
    index.close()


@pytest.mark.parametrize(
    ("text", "nearer", "farther"),
    [
        ("extranet coverge", "extranet coverage", "over"),
        ("extranet coverge", "extranet coverage", "extranet coverage 71 national e government extranet"),
        ("mnistry of industry", "ministry of industry and information technology", "ministry of agriculture"),
        ("tranport", "transport", "tran"),
        ("信息化复盖率", "信息化覆盖率", "信息化"),
        ("工信布", "工信部", "工布江达县"),
    ],
)
def test_what_is_nearer(text: str, nearer: str, farther: str) -> None:
    query = parse(text, FOLDING)
    assert 100 >= alike(query, nearer) > alike(query, farther) >= 0


def test_the_same_is_nearest() -> None:
    assert alike(parse("shaanxi", FOLDING), "shaanxi") == 100
