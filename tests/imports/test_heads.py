"""Heads of tables: what is wrong with them, and what to do about it."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest

from egov_kg.errors import ImportRefused, UsageError
from egov_kg.imports.columns import Table, read_metadata
from egov_kg.imports.kinds import find_input
from egov_kg.imports.mapping import About, Mapping
from egov_kg.imports.table import TableReader
from egov_kg.store.foreign import Bounds

SAID = {"地区": About(), "year": About()}
TEXT = "地区,year\n北京,2012\n"


def read(content: bytes, table: Table) -> TableReader:
    def mint(kind: str, rest: str) -> str:
        return f"https://e.org/{kind}/{rest}"

    reader = TableReader(table, "x.csv", "<https://e.org/>", mint, Bounds(1024**2, 1_000), ())
    reader.read(BytesIO(content), "")
    return reader


def refused(content: bytes, table: Table) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        read(content, table)
    return caught.value


def described(folder: Path, **dialect: str) -> Table:
    """The table with the metadata that docs/importing.md shows."""
    columns = [{"name": name} for name in SAID]
    path = folder / "x.csv-metadata.json"
    path.write_text(json.dumps({"url": "x.csv", "dialect": dialect, "tableSchema": {"columns": columns}}))
    return read_metadata(path, Mapping(columns=SAID))


@pytest.mark.parametrize("content", [b"", b"\n", b",,\n"])
def test_an_empty_file_is_called_so(content: bytes) -> None:
    error = refused(content, Table((), SAID))
    assert (error.detail, error.detail_zh) == (
        "x.csv is empty: its first row has to name its columns.",
        "x.csv 为空：首行须为各列的名称。",
    )


def test_columns_of_one_name_are_not_called_an_empty_file() -> None:
    assert (
        "each column needs a name of its own; they are a, a." in refused(b"a,a\n1,2\n", Table((), {})).detail
    )


@pytest.mark.parametrize(("delimiter", "shown"), [(";", ";"), ("\t", "\\t"), ("|", "|")])
def test_another_delimiter_is_a_matter_of_the_metadata(tmp_path: Path, delimiter: str, shown: str) -> None:
    content = TEXT.replace(",", delimiter).encode()
    for table in (Table((), SAID), described(tmp_path)):
        error = refused(content, table)
        for said in (error.detail, error.detail_zh):
            assert f'"dialect": {{"delimiter": "{shown}"}}' in said
            assert "x.csv-metadata.json" in said
    assert read(content, described(tmp_path, delimiter=delimiter)).rows == 1
    assert "dialect" not in refused(TEXT.replace("year", "years").encode(), Table((), SAID)).detail


def test_another_encoding_is_a_matter_of_the_metadata(tmp_path: Path) -> None:
    content = TEXT.encode("gbk")
    error = refused(content, Table((), SAID))
    for said in (error.detail, error.detail_zh):
        assert '"dialect": {"encoding": "gb18030"}' in said
        assert "utf-8, utf-16, iso-8859-1, windows-1252, gb18030, gbk" in said
    assert read(content, described(tmp_path, encoding="gb18030")).rows == 1


@pytest.mark.parametrize("kind", ["rdf", "cube", "cube-link"])
def test_a_table_is_no_rdf(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(UsageError, match=r"x\.csv is a table, no RDF: leave out --as") as caught:
        find_input(path, None, kind)
    assert "是表，不是 RDF" in caught.value.detail_zh
    assert find_input(path, None, "csv").files == (path,)
