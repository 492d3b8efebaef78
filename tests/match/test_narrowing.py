"""Facets as sets of bits."""

from __future__ import annotations

from functools import reduce
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from egov_kg.match.index import bits
from egov_kg.match.narrowing import MOST_VALUES, narrowed
from support.names import open_index

SETS = st.sets(st.integers(0, 500))


def whole(members: set[int]) -> int:
    return int.from_bytes(bits(sorted(members)), "little")


@given(SETS)
def test_bits_are_a_set(members: set[int]) -> None:
    number = whole(members)
    assert number.bit_count() == len(members)
    assert {place for place in range(number.bit_length()) if number >> place & 1} == members


@given(SETS, st.dictionaries(st.sampled_from("abc"), SETS))
def test_every_facet_narrows_but_one(hits: set[int], filters: dict[str, set[int]]) -> None:
    made = {facet: whole(members) for facet, members in filters.items()}
    for but in "abcd":
        left = reduce(set.intersection, (members for facet, members in filters.items() if facet != but), hits)
        assert narrowed(whole(hits), made, but=but) == whole(left)


def test_of_many_values_those_with_most_hits_and_the_selected_are_shown(tmp_path: Path) -> None:
    lines = [f'eid:a\\/t{n} a <urn:x:C{min(n, 60):02d}> ; rdfs:label "thing"@en .' for n in range(1, 65)]
    index = open_index("\n".join(lines), tmp_path)
    shown = index.search("thing").facets["type"]
    assert (len(shown), shown[0].value, shown[0].count) == (MOST_VALUES, "urn:x:C60", 5)
    rare = index.search("thing", facets={"type": ["urn:x:C59"]}).facets["type"]
    assert [one.value for one in rare if one.selected] == ["urn:x:C59"]
    assert len(rare) == MOST_VALUES + 1
    index.close()
