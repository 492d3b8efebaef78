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
Observations = list[tuple[set[str], set[str]]]
NAMED = ["1", '"1"', '"1"@en', '"a"', "<urn:x>"]
BLANK = ["_:x", "_:y"]


def observations(members: list[str]) -> st.SearchStrategy[Observations]:
    values = st.sets(st.sampled_from(members), max_size=2)
    return st.lists(st.tuples(values, values), min_size=2, max_size=5)


@given(observations(NAMED))
def test_duplicates_are_those_that_share_a_value_of_every_dimension(some: Observations) -> None:
    found, expected = duplicates(some)
    assert bool(found) == bool(expected)
    assert found <= expected


@given(observations(NAMED[-2:] + BLANK))
def test_blank_nodes_are_alike_only_to_themselves(some: Observations) -> None:
    """The project has none; that they are there is another rule's to say."""
    found, expected = duplicates(some)
    assert found <= expected


def duplicates(observations: Observations) -> tuple[set[str], set[str]]:
    """The observations that the query finds, and those that the definition does."""
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
    return found, expected
