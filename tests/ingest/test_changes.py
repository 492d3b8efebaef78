"""Codes of other years, from their table to Turtle."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.ingest import changes
from egov_kg.ingest.changes import Change, read_changes
from egov_kg.resources import Sources, find_sources

from .test_regions import Triples, triples


@pytest.fixture(scope="module")
def regions() -> Triples:
    return triples(find_sources().data / "regions.ttl")


def test_making_the_files_again_gives_the_same_bytes(tmp_path: Path) -> None:
    made = changes.write_changes(Sources(tmp_path))
    root = find_sources().root
    assert len(made) == 4
    for path in made:
        assert path.read_bytes() == (root / path.relative_to(tmp_path)).read_bytes(), path.name


def test_every_change_leads_to_a_region_of_2012_with_the_name_that_it_had(regions: Triples) -> None:
    """The table of changes and that of regions are from the same ministry, by different hands."""
    found = read_changes()
    assert len(found) > 250
    followed = {change.new_code for change in found}
    for change in found:
        names = regions[change.region]["prefLabel"]
        if change.year <= changes.EDITION:
            assert change.code not in regions
            is_own = change.new_code == change.region
            assert not is_own or f'"{change.new_name}"@zh' in names, change
        else:
            assert change.new_code not in regions
            assert change.code in followed or f'"{change.name}"@zh' in names, change


def test_no_code_is_that_of_two_divisions() -> None:
    for scheme in changes.SCHEMES:
        codes = [change.other[0] for change in read_changes() if change.scheme == scheme]
        assert len(codes) == len(set(codes))


def test_a_region_that_changed_twice_has_both_codes() -> None:
    twice = [change for change in read_changes() if change.region == "632121"]
    assert [(change.year, *change.other) for change in twice] == [
        (2013, "630221", "平安县"),
        (2015, "630203", "平安区"),
    ]


@pytest.mark.parametrize(
    ("region", "en", "zh"),
    [
        ("110228", "In 2015 it became a district: ", "2015年密云县改设密云区，"),
        ("630203", "", ""),
        ("542300", "In 2014 it became a prefecture-level city: ", "2014年日喀则地区改设日喀则市，"),
        ("542322", "In 2014 the prefecture around it changed: ", "2014年南木林县的上级区划变更，"),
        ("371202", "In 2019 it got another name: ", "2019年莱城区更名为莱芜区，"),
        ("230703", "In 2019 it became a county: ", "2019年南岔区改设南岔县，"),
        ("520600", "In 2011 it became a prefecture-level city: ", "2011年铜仁地区改设铜仁市，"),
    ],
)
def test_what_happened_is_said(region: str, en: str, zh: str) -> None:
    said = [change.words for change in read_changes() if change.region == region]
    assert [(one["en"][: len(en)], one["zh"][: len(zh)]) for one in said] == ([(en, zh)] if en else [])


def test_the_code_that_is_not_that_of_2012_is_the_other() -> None:
    earlier = Change(2011, "522200", "铜仁地区", "520600", "铜仁市", "520600")
    later = Change(2015, "110228", "密云县", "110118", "密云区", "110228")
    assert (earlier.scheme, earlier.other) == ("gbt2260-earlier", ("522200", "铜仁地区"))
    assert (later.scheme, later.other) == ("gbt2260-later", ("110118", "密云区"))


def test_what_happened_begins_with_its_year() -> None:
    """A region's page has them in the order of these texts."""
    for change in read_changes():
        assert change.words["en"].startswith(f"In {change.year} ")
        assert change.words["zh"].startswith(f"{change.year}年")
