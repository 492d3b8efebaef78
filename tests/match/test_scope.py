"""Types, and things narrowed to them; identifiers."""

from __future__ import annotations

import pytest

from egov_kg import iris
from egov_kg.match.identifiers import resolved, shortened
from egov_kg.match.kinds import KINDS as EVERY_KIND
from egov_kg.match.labels import LabelIndex
from egov_kg.match.properties import KINDS, PROPERTIES
from egov_kg.match.scope import Types
from egov_kg.match.things import FACETS


def test_types_of_the_project(names: LabelIndex) -> None:
    types = Types(names).all
    kinds = [one.id for one in types.values() if not one.kind]
    assert kinds == [kind.name for kind in EVERY_KIND if kind.name in KINDS]
    assert types["region"].count > 3_219
    assert (types["egov:Platform"].kind, types["egov:Platform"].labels["zh"]) == ("platform", "平台")
    assert all(one.labels for one in types.values())
    assert "skos:Concept" not in types  # of several kinds
    assert "qb:Observation" not in types


def test_narrowed(names: LabelIndex) -> None:
    types = Types(names)
    region, both = types.scope(("region",)), types.scope(("region", "egov:Platform"))
    platform = types.scope((iris.term("Platform"),))
    assert both.things == region.things | platform.things
    assert region.things & platform.things == 0
    assert types.scope().things & both.things == both.things
    for scope in (region, platform):
        hits = names.search("", facets=scope.facets, limit=100).hits
        assert all(scope.has(hit.number) for hit in hits)


def test_properties_are_of_kinds_and_facets_that_there_are() -> None:
    for one in PROPERTIES.values():
        assert set(one.kinds) <= KINDS
        assert not one.facet or one.facet in FACETS
        assert (one.how == "facet") is bool(one.facet)
        assert one.name("zh") != one.name("en")
        assert one.about("zh") != one.about("en")


@pytest.mark.parametrize("iri", [iris.thing("region", "610000"), iris.concept("topic", "network"), "urn:x:1"])
def test_identifiers_lead_back(iri: str) -> None:
    assert resolved(shortened(iri)) == iri
    assert resolved(iri) == iri


def test_an_identifier_with_a_prefix() -> None:
    assert resolved("eid:region/610000") == iris.thing("region", "610000")
    assert resolved("陕西") == "陕西"
