"""What a release has to link with: the regions, what others call them, their codes; the periods."""

from __future__ import annotations

import pytest

from egov_kg.imports.ours import Ours, read_ours
from egov_kg.iris import BASE
from egov_kg.release.registry import Registry
from egov_kg.store.snapshot import Snapshot
from support.cli import Built

REGION = f"{BASE}id/region/"
LCC = "https://www.omg.org/spec/LCC/Countries/"


@pytest.fixture(scope="module")
def ours(built: Built) -> Ours:
    release = Registry(built.home).current()
    with Snapshot.open(release.store, release.dataset) as store:
        return read_ours(store)


@pytest.mark.parametrize(
    ("iri", "region"),
    [
        (f"{REGION}610000", "610000"),
        ("http://www.wikidata.org/entity/Q47974", "610000"),
        (f"{LCC}ISO3166-2-SubdivisionCodes-Adjunct/CN-SN", "610000"),
        (f"{LCC}ISO3166-1-CountryCodes-Adjunct/CN", "cn"),
        ("http://publications.europa.eu/resource/authority/country/CHN", "cn"),
    ],
)
def test_what_others_call_a_region(ours: Ours, iri: str, region: str) -> None:
    assert ours.region(iri) == REGION + region


@pytest.mark.parametrize(
    "iri",
    [
        "https://example.org/region/610000",
        f"{LCC}UN-M49-RegionCodes/EasternAsia",
        f"{BASE}code/gbt2260-later/110118",
    ],
)
def test_what_is_nearly_the_same_or_around_it_is_not_it(ours: Ours, iri: str) -> None:
    assert ours.region(iri) == ""


@pytest.mark.parametrize(
    ("system", "code", "region"),
    [
        ("gbt2260", "610000", "610000"),
        ("iso3166-2", "CN-SN", "610000"),
        ("iso3166-1-alpha-2", "CN", "cn"),
        ("iso3166-1-alpha-3", "CHN", "cn"),
        ("un-m49", "156", "cn"),
    ],
)
def test_codes(ours: Ours, system: str, code: str, region: str) -> None:
    assert ours.codes[system, code] == REGION + region


def test_periods(ours: Ours) -> None:
    assert ours.periods["2012-01-01", "2012-12-31"] == f"{BASE}id/period/2012"
