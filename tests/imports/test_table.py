"""Tables: with CSVW metadata, with a mapping file, and with what is wrong in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from egov_kg.errors import EgovError, ImportRefused, UsageError
from egov_kg.imports.kinds import find_input
from egov_kg.imports.mapping import Mapping, read_mapping
from egov_kg.imports.ours import Ours
from egov_kg.imports.work import Imported, ImportJob, make
from egov_kg.store.foreign import Bounds
from support.importing import AREA, INDEX, MAP, METADATA

BASE = "https://w3id.org/egov-kg/"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
CHINA = f"{BASE}id/region/cn"
OURS = Ours(
    regions=frozenset({CHINA}),
    codes={("iso3166-1-alpha-3", "CHN"): CHINA},
    periods={("2012-01-01", "2012-12-31"): f"{BASE}id/period/2012"},
)
SAID = {"licence": "https://e.org/l", "publisher": "Invented Institute", "source": "https://e.org/index/"}


def run(
    folder: Path, text: str = INDEX, metadata: Any = None, mapping: str = "", *, bounds: Bounds | None = None
) -> tuple[Imported, str]:
    path = folder / "index.csv"
    path.write_text(text, encoding="utf-8")
    if metadata is not None:
        path.with_name("index.csv-metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    said = Mapping()
    if mapping:
        (folder / "map.toml").write_text(mapping, encoding="utf-8")
        said = read_mapping(folder / "map.toml")
    target = folder / "out.nq"
    bounds = bounds or Bounds(1024**2, 10_000)
    job = ImportJob(
        "index", find_input(path, None, ""), path.name, "", said, SAID, OURS, bounds,
        "2026-11-27T05:00:00Z", False, target,
    )  # fmt: skip
    return make(job), target.read_text(encoding="utf-8")


def refused(folder: Path, *args: Any, **more: Any) -> EgovError:
    with pytest.raises(EgovError) as caught:
        run(folder, *args, **more)
    assert caught.value.detail_zh
    return caught.value


def test_a_table_that_a_mapping_describes_is_a_cube(tmp_path: Path) -> None:
    made, lines = run(tmp_path, mapping=MAP)
    assert (made.kind, made.observations) == ("csv", 3)
    row = f"<{BASE}id/observation/import-index-1>"
    assert f"{row} <http://purl.org/linked-data/sdmx/2009/dimension#refArea> <{CHINA}> " in lines
    assert (
        f"{row} <http://purl.org/linked-data/sdmx/2009/dimension#refPeriod> <{BASE}id/period/2012> " in lines
    )
    assert f'{row} <{BASE}id/property/import-index-iso> "CHN" ' in lines
    area = f"<{BASE}id/area/import-index-xaa>"
    assert f'{area} <http://www.w3.org/2000/01/rdf-schema#label> "Freedonia"@en ' in lines
    assert f'{row} <{BASE}ontology#lowerBound> "0.4"^^<http://www.w3.org/2001/XMLSchema#decimal> ' in lines
    assert (
        f'<{BASE}id/property/import-index-score> <http://www.w3.org/2000/01/rdf-schema#label> "得分"@zh '
        in lines
    )
    assert "Values that the mapping declares exact: 3." in dict(made.outcome)


PERIODS = MAP.replace('role = "period"\ncodes = "year"', 'role = "period"')
REF_PERIOD = "http://purl.org/linked-data/sdmx/2009/dimension#refPeriod"


@pytest.mark.parametrize("datatype", ["string", "gYear", "integer"])
def test_years_are_periods_without_codes(tmp_path: Path, datatype: str) -> None:
    made, lines = run(tmp_path, mapping=PERIODS.replace('"period"', f'"period"\ndatatype = "{datatype}"'))
    row = f"{BASE}id/observation/import-index-"
    assert f"<{row}1> <{REF_PERIOD}> <{BASE}id/period/2012> " in lines
    assert f"<{row}3> <{REF_PERIOD}> <{BASE}id/period/import-index-2014> " in lines
    assert "eid:property/import-index-year: 1 of 2 periods are ours; intervals made for others: 1." in dict(
        made.outcome
    )


def test_months_and_days_are_periods_of_their_own(tmp_path: Path) -> None:
    _, lines = run(
        tmp_path,
        INDEX.replace("2014", "2014-02").replace("XAA,Freedonia,2012", "XAA,F,2012-03-15"),
        mapping=PERIODS,
    )
    row = f"{BASE}id/observation/import-index-"
    assert f"<{row}2> <{REF_PERIOD}> <{BASE}id/period/import-index-2012-03-15> " in lines
    assert f"<{row}3> <{REF_PERIOD}> <{BASE}id/period/import-index-2014-02-01-2014-02-28> " in lines


@pytest.mark.parametrize("mapping", [MAP, PERIODS])
@pytest.mark.parametrize("value", ["later", "2012-13", "2012 Q1"])
def test_what_is_no_period_is_refused_with_its_row_and_column(
    tmp_path: Path, mapping: str, value: str
) -> None:
    error = refused(tmp_path, INDEX.replace("2014", value), mapping=mapping)
    assert error.extra["report"].startswith(f"row 3, year: '{value}': no period that can be read: write 2012")
    assert error.extra["report_zh"].startswith(f"第 3 行，year：'{value}'：无法读作时间")
    member = f'[member]\n"{value}" = "{BASE}id/period/2012"\n'
    _, lines = run(tmp_path, INDEX.replace("2014", value), mapping=mapping + member)
    assert f"<{BASE}id/observation/import-index-3> <{REF_PERIOD}> <{BASE}id/period/2012> " in lines


def test_the_outcome_tells_ours_from_what_was_made(tmp_path: Path) -> None:
    made, _ = run(tmp_path, INDEX + "XXX,Sylvania,2012,0.5\n", mapping=MAP)
    english = "eid:property/import-index-iso: 1 of 3 areas are ours; concepts made for other codes: 2."
    chinese = "eid:property/import-index-iso：3 个地区中有 1 个为本图谱所有；为其他代码新建的概念：2 个。"
    assert dict(made.outcome)[english] == chinese


@pytest.mark.parametrize(("system", "good", "bad"), [
    ("iso3166-1-alpha-2", "XA", "XAA"), ("iso3166-1-alpha-3", "XAA", "xaa"), ("iso3166-2", "CN-SN", "CNSN"),
    ("un-m49", "008", "8"), ("gbt2260", "610000", "61000O"),
])  # fmt: skip
def test_a_code_without_the_form_of_its_system_is_refused(
    tmp_path: Path, system: str, good: str, bad: str
) -> None:
    mapping = MAP.replace("iso3166-1-alpha-3", system)
    text = "iso,country,year,score\n{},Freedonia,2012,0.75\n"
    assert run(tmp_path, text.format(good), mapping=mapping)[0].observations == 1
    error = refused(tmp_path, text.format(bad), mapping=mapping)
    assert error.extra["report"].startswith(f"row 1, iso: '{bad}': no code of {system}, which is ")
    assert error.extra["report_zh"].startswith(f"第 1 行，iso：'{bad}'：不是 {system} 代码")


def test_a_table_with_metadata_is_what_they_say(tmp_path: Path) -> None:
    """Dimensions by their standard properties; the base of relative IRIs is the source."""
    made, lines = run(tmp_path, metadata=METADATA, mapping=AREA)
    assert (made.kind, made.observations) == ("csvw", 3)
    assert made.said.titles == {"en": "Invented readiness index"}
    assert '<https://e.org/index/score/XAA/2014> <https://e.org/def/iso> "XAA" ' in lines
    assert f"{BASE}code/qualifier/" not in lines
    assert "No qualifier is stated for the values: none is called certain." in dict(made.outcome)


def test_a_property_that_is_made_of_a_column_is_described_if_it_is_said(tmp_path: Path) -> None:
    described = f"<{BASE}id/property/import-index-country> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    assert described not in run(tmp_path, mapping=MAP)[1]  # there the column names members
    _, cube = run(tmp_path, metadata=METADATA, mapping=AREA)
    rows = {"url": "index.csv", "tableSchema": {"columns": METADATA["tableSchema"]["columns"][:2]}}
    made, things = run(tmp_path, "iso,country\nXAA,Freedonia\n", metadata=rows)
    assert made.observations == 0
    for lines in (cube, things):
        assert f"{described} <http://www.w3.org/1999/02/22-rdf-syntax-ns#Property> " in lines
        assert f'<{BASE}id/property/import-index-country> <{RDFS}label> "country"' in lines


def test_a_table_that_nothing_describes_is_refused_with_what_to_do(tmp_path: Path) -> None:
    error = refused(tmp_path)
    assert isinstance(error, UsageError)
    assert "index.csv-metadata.json" in error.detail
    assert "[column.NAME]" in error.detail


def test_wrong_values_are_named_by_row_and_column_up_to_a_number(tmp_path: Path) -> None:
    bad = INDEX + "".join(f"XAB,Sylvania,{2000 + n % 10},1,{n}\n" for n in range(3))
    bad += "XAB,Sylvania,20x4,0.5\nXAB,Sylvania,2013,1.5\nXAB,Sylvania,2014,\n" + "A,B,2015,many\n" * 30
    error = refused(tmp_path, bad, METADATA)
    assert isinstance(error, ImportRefused)
    assert error.detail.startswith("index.csv has 36 wrong values")
    report = error.extra["report"].splitlines()
    assert report[0] == "row 4, whole row: '': 5 cells instead of 4"
    assert report[3:6] == [
        "row 7, year: '20x4': no gYear",
        "row 8, score: '1.5': not within 0..1",
        "row 9, score: '': a value is needed",
    ]
    assert report[-1] == "... and 16 more"
    assert error.extra["report_zh"].splitlines()[-1] == "……另有 16 处"


@pytest.mark.parametrize(
    ("base", "format_", "text", "wanted"),
    [
        ("decimal", {"decimalChar": ",", "groupChar": "."}, "1.234,5", "1234.5"),
        ("date", "dd.MM.yyyy", "29.02.2012", "2012-02-29"),
        ("boolean", "Y|N", "Y", "true"),
    ],
)
def test_formats_are_put_into_the_form_of_xml_schema(
    tmp_path: Path, base: str, format_: Any, text: str, wanted: str
) -> None:
    column = {"name": "a", "propertyUrl": "https://e.org/a", "datatype": {"base": base, "format": format_}}
    metadata = {"url": "index.csv", "tableSchema": {"columns": [column]}}
    _, lines = run(tmp_path, f'a\n"{text}"\n', metadata)
    assert f'<https://e.org/a> "{wanted}"^^<http://www.w3.org/2001/XMLSchema#{base}> ' in lines
    assert "no " in refused(tmp_path, "a\n31.02.201x\n", metadata).extra["report"]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"dialect": {"encoding": "utf-7"}}, "encoding"),
        ({"dialect": {"delimiter": "ab"}}, "delimiter"),
        ({"tables": [{}, {}]}, "several tables"),
        ({"tableSchema": {}}, "columns"),
        ({"tableSchema": {"columns": [{"name": "iso", "datatype": "hexBinary"}]}}, "hexBinary"),
        ({"tableSchema": {"columns": [{"name": "iso"}, {"name": "else"}]}}, "its metadata have iso, else"),
    ],
)
def test_metadata_that_are_not_understood_are_refused(
    tmp_path: Path, change: dict[str, Any], word: str
) -> None:
    assert word in refused(tmp_path, INDEX, {**METADATA, **change}).detail


def test_a_table_is_read_no_further_than_its_bounds(tmp_path: Path) -> None:
    many = "iso,country,year,score\n" + "".join(f"C{n},Name,2012,0.5\n" for n in range(5_000))
    assert (
        "more than 1,000 triples" in refused(tmp_path, many, METADATA, bounds=Bounds(1024**2, 1_000)).detail
    )
    assert "MiB" in refused(tmp_path, many, METADATA, bounds=Bounds(2_000, 10_000)).detail


@pytest.mark.parametrize("text", ['a,b\n"x,y\n', "iso,country,year,score\n\x00,,,\n", "iso\xff"])
def test_what_is_no_csv_is_refused(tmp_path: Path, text: str) -> None:
    assert "index.csv" in refused(tmp_path, text, METADATA).detail


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[columns.iso]", "columns: unknown"),
        ("[column.iso]\nrole = \"areas\"", "column.iso.role"),
        ("[column.iso]\nqualifier = \"certain\"", "column.iso.qualifier"),
        ("[member]\n\"CHN\" = \"https://e.org/china\"", "member.CHN"),
        ("[property.\"no iri\"]\nrole = \"area\"", "no absolute IRI"),
        ("[dataset]\ntitle = \"x\"", "dataset.title"),
        ("a = ", "no TOML"),
        ("[column.nothing]\nrole = \"area\"", "does not have: nothing"),
    ],
)  # fmt: skip
def test_a_mapping_that_says_what_is_not_known_is_refused_at_its_place(
    tmp_path: Path, text: str, word: str
) -> None:
    assert word in refused(tmp_path, INDEX, METADATA, text).detail
