"""Kinds of things, and which come first."""

from __future__ import annotations

import pytest

from egov_kg import iris
from egov_kg.match.kinds import KINDS, kind_of, rank
from egov_kg.namespaces import expand

ABOVE = {expand("egov:PlatformUse"): {expand("egov:PlatformUse"), expand("egov:Statement")}}


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        (["skos:Concept", "egov:Indicator"], "indicator"),
        (["skos:Concept", "dcterms:Location", "egov:Region"], "region"),
        (["egov:PlatformUse"], "statement"),
        (["qb:Observation"], "observation"),
        (["skos:Concept"], "code"),
        (["egov:NothingKnown"], "other"),
        ([], "other"),
    ],
)
def test_the_kind_of_a_thing(types: list[str], expected: str) -> None:
    assert kind_of([expand(one) for one in types], ABOVE).name == expected


def test_every_kind_has_names_and_a_place() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert all(kind.en and kind.zh for kind in KINDS)
    ranks = {rank(kind, ()) for kind in KINDS}
    assert len(ranks) == len(KINDS)


def test_the_order_of_equal_hits() -> None:
    def place(name: str, level: str = "") -> int:
        kind = next(kind for kind in KINDS if kind.name == name)
        return rank(kind, [iris.concept("region-level", level)] if level else [])

    assert (
        place("indicator")
        < place("region", "province")
        < place("organisation")
        < place("region", "prefecture")
        < place("observation")
        < place("region", "county")
        < place("code")
        < place("span")
    )
    assert place("region", "country") == place("region", "other") == place("region", "province")
