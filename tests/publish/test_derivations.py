"""Derived values by what they are about: the same whichever way one asks."""

from __future__ import annotations

from egov_kg import iris
from egov_kg.publish.derivations import read_derivations
from egov_kg.publish.observations import Observation
from egov_kg.store.snapshot import Snapshot

EXTRANET = iris.concept("indicator", "extranet-coverage")


def test_those_of_an_indicator_are_those_of_its_observations(
    store: Snapshot, observations: dict[str, Observation]
) -> None:
    found = read_derivations(store, EXTRANET)
    inputs = [one for one in observations.values() if one.indicator.iri == EXTRANET]
    assert len(found) == len(inputs) == 2
    single = [derived for one in inputs for derived in read_derivations(store, one.iri)]
    assert found == tuple(sorted(single, key=lambda one: one.iri))


def test_inputs_that_are_known_are_not_read_again(
    store: Snapshot, observations: dict[str, Observation]
) -> None:
    known = list(observations.values())
    for derived in read_derivations(store, EXTRANET, known):
        assert derived.inputs
        assert all(any(one is other for other in known) for one in derived.inputs)


def test_an_indicator_without_any_has_none(store: Snapshot) -> None:
    assert read_derivations(store, iris.concept("indicator", "website-establishment")) == ()
