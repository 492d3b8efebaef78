"""Members of a cube in RDF: what the mapping says of them has to be so, and what it does not say is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.errors import ImportRefused
from egov_kg.imports.kinds import find_input
from egov_kg.imports.mapping import read_mapping
from egov_kg.imports.ours import Ours
from egov_kg.imports.work import Imported, ImportJob, make
from egov_kg.store.foreign import Bounds
from support.importing import CUBE, SAID

OURS = Ours(periods={("2012-01-01", "2012-12-31"): "https://w3id.org/egov-kg/id/period/2012"})
PERIOD = '[property."https://stats.example.org/year"]\nrole = "period"\n'
REF_PERIOD = "<http://purl.org/linked-data/sdmx/2009/dimension#refPeriod>"
OTHER = CUBE.replace("^^xsd:gYear", "").replace("rdfs:range xsd:gYear", "rdfs:range xsd:string")


def run(folder: Path, cube: str, mapping: str) -> tuple[Imported, str]:
    (folder / "cube.ttl").write_text(cube, encoding="utf-8")
    (folder / "map.toml").write_text(mapping, encoding="utf-8")
    target = folder / "out.nq"
    job = ImportJob(
        "cube", find_input(folder / "cube.ttl", None, ""), "cube.ttl", "", read_mapping(folder / "map.toml"),
        SAID, OURS, Bounds(1024**2, 10_000), "2026-11-27T05:00:00Z", False, target,
    )  # fmt: skip
    return make(job), target.read_text(encoding="utf-8")


def test_plain_years_are_periods_where_the_mapping_says_so(tmp_path: Path) -> None:
    made, lines = run(tmp_path, OTHER, PERIOD)
    assert f"o1> {REF_PERIOD} <https://w3id.org/egov-kg/id/period/2012> " in lines
    assert "1 of 2 periods are ours; intervals made for others: 1." in str(made.outcome)
    assert REF_PERIOD not in run(tmp_path, OTHER, "")[1]


def test_what_is_no_period_is_refused_with_its_observation(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as caught:
        run(tmp_path, OTHER.replace('"2020"', '"later"'), PERIOD)
    where = "https://stats.example.org/year of https://stats.example.org/o2: 'later': no period"
    assert caught.value.detail.startswith(where)
    assert "无法读作时间" in caught.value.detail_zh


def test_a_text_that_is_no_period_stays_as_published_where_only_the_property_says_so(tmp_path: Path) -> None:
    time = "rdfs:subPropertyOf <http://purl.org/linked-data/sdmx/2009/dimension#timePeriod> ; rdfs:range"
    cube = OTHER.replace("rdfs:range xsd:string", f"{time} xsd:string").replace('"2020"', '"later"')
    made, lines = run(tmp_path, cube, "")
    assert lines.count(REF_PERIOD) == 2
    assert f"o2> {REF_PERIOD}" not in lines
    assert '1 of 2 periods are ours (as published: "later").' in "".join(dict(made.outcome))
