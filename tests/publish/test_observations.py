"""Observations as values: what the graph says, with names, bounds and places, nothing lost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from egov_kg.intervals import Verdict, from_qualifier
from egov_kg.iris import concept, thing
from egov_kg.publish.observations import LEVELS, Observation, read_observations
from egov_kg.store.snapshot import Snapshot

DATASET = thing("dataset", "report-2012-2013")


@pytest.fixture(scope="module")
def everything(own_store: Snapshot) -> tuple[Observation, ...]:
    return read_observations(own_store, DATASET)


def test_they_are_those_of_the_table(
    own_rows: dict[str, dict[str, str]], everything: tuple[Observation, ...]
) -> None:
    assert {one.iri for one in everything} == set(own_rows)
    for one in everything:
        row = own_rows[one.iri]
        assert one.value == Decimal(row["value"])
        assert one.indicator.words == {"en": row["indicator_en"], "zh": row["indicator_zh"]}
        assert one.subject.words == {"en": row["subject_en"], "zh": row["subject_zh"]}
        assert one.qualifier == row["qualifier"].rpartition("/")[2]
        assert {flag.notation for flag in one.flags} == set(row["flags"].split())
        assert one.bounds.lower == (Decimal(row["lower"]) if row["lower"] else None)
        assert one.bounds.upper == (Decimal(row["upper"]) if row["upper"] else None)
        assert one.place is not None
        assert (one.place.start, one.place.end) == (int(row["source_start"]), int(row["source_end"]))


def test_bounds_are_those_of_the_qualifier(everything: tuple[Observation, ...]) -> None:
    for one in everything:
        assert one.bounds == from_qualifier(one.qualifier, one.value), one.iri


def test_they_come_in_the_order_of_the_source(everything: tuple[Observation, ...]) -> None:
    starts = [one.place.start for one in everything if one.place]
    assert starts == sorted(starts)


def test_every_level_has_its_place(everything: tuple[Observation, ...]) -> None:
    assert {one.level.notation for one in everything} <= set(LEVELS)


@pytest.mark.parametrize(
    ("focus", "has"),
    [
        (concept("indicator", "extranet-coverage"), lambda o, f: o.indicator.iri == f),
        (concept("topic", "network"), lambda o, f: o.topic.iri == f),
        (concept("level", "county"), lambda o, f: o.level.iri == f),
        (thing("region", "610000"), lambda o, f: o.area.iri == f),
        (concept("qualifier", "about"), lambda o, f: f.endswith(o.qualifier)),
        (thing("period", "not-stated"), lambda o, f: o.period.iri == f),
    ],
    ids=["indicator", "topic", "level", "region", "qualifier", "period"],
)
def test_of_something(
    own_store: Snapshot, everything: tuple[Observation, ...], focus: str, has: object
) -> None:
    assert callable(has)
    found = read_observations(own_store, focus)
    assert found
    assert found == tuple(one for one in everything if has(one, focus))


def test_of_a_section_and_of_itself(own_store: Snapshot, everything: tuple[Observation, ...]) -> None:
    one = everything[40]
    assert one.place is not None
    section = read_observations(own_store, one.place.section.iri)
    assert one in section
    assert {each.place.section.iri for each in section if each.place} == {one.place.section.iri}
    assert read_observations(own_store, one.iri) == (one,)


def test_of_nothing(own_store: Snapshot) -> None:
    assert read_observations(own_store, thing("region", "none")) == ()


def test_the_qualifier_is_never_lost(everything: tuple[Observation, ...]) -> None:
    about = next(one for one in everything if one.qualifier == "about" and one.unit == "PERCENT")
    assert about.phrase("en").startswith("about ")
    assert about.phrase("zh").startswith("约")
    assert about.verdict(">=", about.value) is Verdict.POSSIBLE
