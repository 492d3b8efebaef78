"""The flat table: its promised columns, its values, its types."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from egov_kg import iris
from egov_kg.errors import ReleaseError
from egov_kg.publish.columns import COLUMNS, TABLE
from egov_kg.publish.table import rows, write_csv, write_parquet
from egov_kg.release.build import build
from egov_kg.release.registry import Release
from egov_kg.settings import Settings
from egov_kg.store.snapshot import Snapshot
from support.releases import publish
from support.sources import EDITION, ROOT, make_sources, observation

PROMISED = """
observation, indicator, indicator_zh, indicator_en, area_code, area_zh, area_en, level, subject,
subject_zh, subject_en, condition, condition_zh, condition_en, period, period_start, period_end, value,
unit, unit_mult, reported_value, qualifier, lower, lower_inclusive, upper, upper_inclusive, flags,
source_section, source_start, source_end, graph
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    root = tmp_path_factory.mktemp("table")
    return build(make_sources(root / "sources"), Settings(root / "home"), engine="shacl")


@pytest.fixture(scope="module")
def table(release: Release) -> dict[str, dict[str, str]]:
    with (release.path / "observations.csv").open(encoding="utf-8", newline="") as handle:
        found = {row["observation"].rpartition("/")[2]: row for row in csv.DictReader(handle)}
    assert len(found) == 5
    return found


def test_the_columns_are_those_promised(release: Release) -> None:
    assert tuple(name.strip() for name in PROMISED.split(",")) == COLUMNS
    header = (release.path / "observations.csv").read_text("utf-8").splitlines()[0]
    assert header == ",".join(COLUMNS)


def test_a_row_says_everything_about_its_observation(table: dict[str, dict[str, str]]) -> None:
    assert table["exact"] == {
        "observation": iris.thing("observation", "exact"),
        "indicator": iris.concept("indicator", "coverage"),
        "indicator_zh": "覆盖率",
        "indicator_en": "Coverage",
        "area_code": "cn",
        "area_zh": "地区 cn",
        "area_en": "Region cn",
        "level": "county",
        "subject": iris.thing("network", "one"),
        "subject_zh": "网络一",
        "subject_en": 'Network, "one"',
        "condition": iris.concept("condition", "none"),
        "condition_zh": "无",
        "condition_en": "none",
        "period": iris.thing("period", "end-of-2012"),
        "period_start": "2012-12-31",
        "period_end": "2012-12-31",
        "value": "71",
        "unit": "PERCENT",
        "unit_mult": "0",
        "reported_value": "71",
        "qualifier": "exact",
        "lower": "71",
        "lower_inclusive": "true",
        "upper": "71",
        "upper_inclusive": "true",
        "flags": "",
        "source_section": iris.thing("section", "report-test-one"),
        "source_start": "10",
        "source_end": "14",
        "graph": iris.graph(EDITION),
    }


def test_what_is_not_stated_is_empty(table: dict[str, dict[str, str]]) -> None:
    over, hedged = table["over"], table["hedged"]
    assert (over["lower"], over["lower_inclusive"]) == ("60", "false")
    assert (over["upper"], over["upper_inclusive"]) == ("", "")
    assert {hedged[name] for name in ("lower", "lower_inclusive", "upper", "upper_inclusive")} == {""}
    assert table["about"]["period"] == iris.thing("period", "not-stated")
    assert (table["about"]["period_start"], table["about"]["period_end"]) == ("", "")
    assert (table["amount"]["period_start"], table["amount"]["period_end"]) == ("2010-01-01", "")


def test_flags_are_joined_in_order_and_amounts_are_exact(table: dict[str, dict[str, str]]) -> None:
    assert table["hedged"]["flags"] == "average one-off"
    assert table["amount"]["value"] == "12500000000.5"
    assert table["amount"]["area_code"] == "110000"


def test_parquet_has_the_same_rows_with_types(release: Release, table: dict[str, dict[str, str]]) -> None:
    parquet = pyarrow.parquet.read_table(release.path / "observations.parquet")
    assert tuple(parquet.column_names) == COLUMNS
    typed: dict[str, dict[str, Any]] = {
        row["observation"].rpartition("/")[2]: row for row in parquet.to_pylist()
    }
    assert typed.keys() == table.keys()
    amount = typed["amount"]
    assert amount["value"] == Decimal("12500000000.5")
    assert amount["period_start"] == date(2010, 1, 1)
    assert amount["period_end"] is None
    assert typed["exact"]["lower_inclusive"] is True
    assert typed["over"]["lower_inclusive"] is False
    assert typed["over"]["upper"] is None
    assert (typed["exact"]["source_start"], typed["exact"]["source_end"]) == (10, 14)
    for name, row in table.items():
        for column in COLUMNS:
            cell = typed[name][column]
            text = "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell)
            if isinstance(cell, Decimal):
                assert cell == Decimal(row[column])
            else:
                assert text == row[column], (name, column)


def test_parquet_says_what_it_is(own: Release) -> None:
    schema = pyarrow.parquet.read_schema(own.path / "observations.parquet")
    about = {key.decode(): value.decode() for key, value in schema.metadata.items()}
    assert about["licence"] == iris.LICENCE
    assert about["release"] == own.id
    assert own.id in about["citation_zh"]
    assert about["title_zh"] != about["title_en"] != ""
    for column in TABLE:
        described = schema.field(column.name).metadata
        assert described[b"description_zh"].decode() == column.zh
        assert described[b"description_en"].decode() == column.en


def test_an_observation_with_two_values_is_refused_by_name(tmp_path: Path) -> None:
    body = observation("twice", "5") + f"<{iris.thing('observation', 'twice')}> egov:reportedValue '6' ."
    release = publish(tmp_path, body)
    store = Snapshot.memory([release.nquads], release.dataset)
    with pytest.raises(ReleaseError, match=r"observation/twice> has two values for reported_value"):
        list(rows(store))


def test_derived_values_are_not_in_the_table(release: Release, table: dict[str, dict[str, str]]) -> None:
    assert not [name for name in table if "derived" in name]
    assert not [row for row in table.values() if row["graph"] == iris.graph("derived")]


def test_a_value_that_does_not_fit_is_refused_and_not_rounded(tmp_path: Path) -> None:
    source, target = tmp_path / "o.csv", tmp_path / "o.parquet"
    row = dict.fromkeys(COLUMNS, "")
    write_csv(iter([{**row, "observation": "urn:a", "value": "1." + "0" * 18 + "1"}]), source)
    with pytest.raises(ReleaseError, match="do not fit"):
        write_parquet(source, target, {})


@pytest.mark.parametrize(
    ("column", "text"), [("value", "many"), ("unit_mult", "1.5"), ("period_start", "2012-02-30")]
)
def test_a_value_of_another_kind_is_refused_by_name(column: str, text: str, tmp_path: Path) -> None:
    source = tmp_path / "o.csv"
    row = {**dict.fromkeys(COLUMNS, ""), "observation": "urn:a", "value": "1"}
    write_csv(iter([{**row, column: text}]), source)
    with pytest.raises(ReleaseError, match=f"<urn:a> has '{text}' for {column}") as caught:
        write_parquet(source, tmp_path / "o.parquet", {})
    assert "urn:a" in caught.value.detail_zh


def test_more_rows_than_a_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("egov_kg.publish.table._BATCH_ROWS", 3)
    row = dict.fromkeys(COLUMNS, "")
    write_csv(({**row, "observation": f"urn:{n}", "value": str(n)} for n in range(8)), tmp_path / "o.csv")
    write_parquet(tmp_path / "o.csv", tmp_path / "o.parquet", {})
    values = pyarrow.parquet.read_table(tmp_path / "o.parquet").column("value").to_pylist()
    assert values == [Decimal(n) for n in range(8)]


def test_the_projects_own_observations_are_all_in_the_table(tmp_path: Path) -> None:
    from egov_kg.release.sources import read_sources
    from egov_kg.resources import Sources
    from egov_kg.store.base import Dataset

    said = read_sources(Sources(ROOT))
    file = tmp_path / "said.nq"
    file.write_bytes(b"".join(sorted(line for lines in said.lines.values() for line in lines)))
    with Snapshot.memory([file], Dataset(tuple(said.lines))) as store:
        found = [row["observation"] for row in rows(store)]
    values = "<http://purl.org/linked-data/sdmx/2009/measure#obsValue>"
    wanted = {
        line.split(b" ")[0].decode()[1:-1]
        for graph, lines in said.lines.items()
        if graph != iris.graph("derived")
        for line in lines
        if line.split(b" ")[1].decode() == values
    }
    assert sorted(wanted) == found
    assert len(found) > 50
