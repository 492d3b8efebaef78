"""What may be the same, and what may not."""

from __future__ import annotations

import pytest

from egov_kg.links.score import EXACT, LEAST, Candidate, candidates
from egov_kg.links.things import Reader, Thing

OURS = (
    ("our:sx", "gbt2260", "140000"),
    ("our:sx", "iso3166-2", "CN-SX"),
    ("our:sx", "zh", "山西省"),
    ("our:sx", "en", "Shanxi"),
    ("our:sn", "gbt2260", "610000"),
    ("our:sn", "iso3166-2", "CN-SN"),
    ("our:sn", "zh", "陕西省"),
    ("our:sn", "en", "Shaanxi"),
    ("our:bj-cy", "gbt2260", "110105"),
    ("our:bj-cy", "zh", "朝阳区"),
    ("our:bj-cy", "en", "Chaoyang District"),
    ("our:bj-cy", "parent-zh", "北京市"),
    ("our:cc-cy", "gbt2260", "220104"),
    ("our:cc-cy", "zh", "朝阳区"),
    ("our:cc-cy", "en", "Chaoyang District"),
    ("our:cc-cy", "parent-zh", "长春市"),
    ("our:bt", "gbt2260", "150200"),
    ("our:bt", "zh", "包头市"),
    ("our:bt", "en", "Baotou"),
    ("our:bt", "parent-zh", "内蒙古自治区"),
)
CODES = ("gbt2260", "iso3166-2")


def things(*rows: tuple[str, str, str]) -> dict[str, Thing]:
    reader = Reader()
    for row in rows:
        reader.add(*row)
    return reader.things


def found(*rows: tuple[str, str], codes: tuple[str, ...] = CODES) -> list[Candidate]:
    theirs = things(*(("http://x/1", field, value) for field, value in rows))
    return candidates(things(*OURS), theirs, codes)


def pairs(some: list[Candidate]) -> list[tuple[str, str]]:
    return [(one.ours.iri, one.predicate) for one in some]


def test_a_code_and_a_name_are_an_exact_match() -> None:
    assert pairs(found(("gbt2260", "150200"), ("zh", "包頭市"), ("en", "BAOTOU"))) == [
        ("our:bt", "skos:exactMatch")
    ]
    assert pairs(found(("gbt2260", "150200000000"))) == [("our:bt", "skos:closeMatch")]
    assert pairs(found(("gbt2260", "61"), ("zh", "陕西省"))) == [("our:sn", "skos:exactMatch")]


@pytest.mark.parametrize(
    "rows",
    [
        [("gbt2260", "140000"), ("zh", "陕西省"), ("en", "Shaanxi")],
        [("iso3166-2", "CN-SN"), ("zh", "山西省"), ("en", "Shanxi")],
        [("gbt2260", "610000"), ("iso3166-2", "CN-SX"), ("zh", "陕西省")],
        [("en", "Shanxi")],
        [("zh", "陝西"), ("en", "Shenxi")],
    ],
)
def test_shaanxi_is_never_shanxi(rows: list[tuple[str, str]]) -> None:
    assert found(*rows) == []


def test_each_province_is_found_by_its_own_names_alone() -> None:
    assert pairs(found(("zh", "陝西省"), ("en", "Shaanxi"))) == [("our:sn", "skos:closeMatch")]
    assert pairs(found(("zh", "山西省"), ("en", "Shanxi"))) == [("our:sx", "skos:closeMatch")]


def test_a_name_that_several_places_have_needs_the_place_it_is_in() -> None:
    name = [("zh", "朝阳区"), ("en", "Chaoyang District")]
    assert found(*name) == []
    assert pairs(found(*name, ("parent-zh", "长春市"))) == [("our:cc-cy", "skos:closeMatch")]
    assert found(*name, ("parent-zh", "汕头市")) == []


def test_a_code_of_a_system_that_is_not_trusted_proves_nothing() -> None:
    assert found(("gbt2260", "150200"), codes=()) == []
    assert found(("code", "150200"), ("en", "Lodi"), codes=()) == []


def test_what_ended_before_is_less_likely_and_says_why() -> None:
    (now,) = found(("gbt2260", "150200"), ("zh", "包头市"))
    (then,) = found(("gbt2260", "150200"), ("zh", "包头市"), ("until", "1954"))
    assert now.score >= EXACT > then.score >= LEAST
    assert ("ended in 1954", "已于 1954 年撤销") in then.why


def test_of_several_candidates_the_best_alone_is_exact() -> None:
    theirs = things(
        ("http://x/1", "gbt2260", "150200"),
        ("http://x/1", "zh", "包头市"),
        ("http://x/2", "gbt2260", "150200"),
    )
    first, second = candidates(things(*OURS), theirs, CODES)
    assert (first.theirs.iri, first.predicate, first.rivals) == ("http://x/1", "skos:exactMatch", 0)
    assert (second.theirs.iri, second.predicate, second.rivals) == ("http://x/2", "skos:closeMatch", 1)


def test_the_same_thing_is_no_candidate() -> None:
    assert candidates(things(*OURS), things(*OURS), CODES) == []
