"""IC-12 in linear time finds what its definition says: observations that share a value of every dimension."""

from __future__ import annotations

from itertools import combinations

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from support.rules import CHECKS

HEAD = """
@prefix qb: <http://purl.org/linked-data/cube#> .
<urn:d> qb:structure <urn:s> . <urn:s> qb:component <urn:c1> , <urn:c2> .
<urn:c1> qb:dimension <urn:a> ; qb:componentProperty <urn:a> . <urn:c2> qb:dimension <urn:b> .
<urn:a> a qb:DimensionProperty . <urn:b> a qb:DimensionProperty .
"""
VALUES = st.sets(st.sampled_from(["1", '"1"', '"1"@en', '"a"', "<urn:x>"]), max_size=2)
OBSERVATIONS = st.lists(st.tuples(VALUES, VALUES), min_size=2, max_size=5)


@given(OBSERVATIONS)
def test_duplicates_are_those_that_share_a_value_of_every_dimension(
    observations: list[tuple[set[str], set[str]]],
) -> None:
    text = HEAD
    for number, values in enumerate(observations):
        text += f"<urn:o{number}> qb:dataSet <urn:d> .\n"
        for dimension, members in zip("ab", values, strict=True):
            text += "".join(f"<urn:o{number}> <urn:{dimension}> {member} .\n" for member in members)
    store = ox.Store()
    store.load(text.encode(), format=ox.RdfFormat.TURTLE)
    found = {
        term.value
        for row in store.query(CHECKS["ic-12"].query)  # type: ignore[union-attr]
        for term in (row["node"], row["value"])
    }
    expected = {
        f"urn:o{number}"
        for (one, (a, b)), (other, (c, d)) in combinations(enumerate(observations), 2)
        if a & c and b & d
        for number in (one, other)
    }
    assert bool(found) == bool(expected)
    assert found <= expected
