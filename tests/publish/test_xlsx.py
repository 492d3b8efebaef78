"""The workbook, read back by another library."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from egov_kg.publish.about import About
from egov_kg.publish.columns import COLUMNS, TABLE
from egov_kg.publish.figures import Figures
from egov_kg.publish.table import cell
from egov_kg.publish.xlsx import write_xlsx
from egov_kg.release.registry import Release


@pytest.fixture
def about(own_figures: Figures) -> About:
    return own_figures.about


def sheets(path: Path) -> list[Worksheet]:
    book: Workbook = load_workbook(path)
    return list(book.worksheets)


def row(**values: str) -> dict[str, str]:
    return {**dict.fromkeys(COLUMNS, ""), "observation": "urn:a", "value": "1", **values}


def test_the_figures_are_those_of_the_table(own: Release, own_rows: dict[str, dict[str, str]]) -> None:
    figures = sheets(own.path / "observations.xlsx")[0]
    lines = list(figures.iter_rows(values_only=True))
    assert lines[0] == COLUMNS
    assert len(lines) == len(own_rows) + 1
    for line in lines[1:]:
        wanted = own_rows[str(line[0])]
        for column, found in zip(TABLE, line, strict=True):
            value = cell(wanted[column.name], column.kind)
            if isinstance(value, Decimal):
                assert isinstance(found, int | float), column.name
                assert Decimal(str(found)) == value
            elif column.kind == "date":
                assert (found.date() if isinstance(found, datetime.datetime) else found) == value
            else:
                assert (type(found), found) == (type(value), value), column.name


def test_a_reader_finds_a_fixed_header_filters_and_widths(own: Release) -> None:
    figures, columns, about = sheets(own.path / "observations.xlsx")
    assert figures.freeze_panes == "B2"
    assert figures.auto_filter.ref == figures.dimensions
    assert all(figures.column_dimensions[letter].width >= 10 for letter in ("A", "B", "F"))
    explained = list(columns.iter_rows(min_row=2, values_only=True))
    assert [(line[0], line[1], line[2]) for line in explained] == [(c.name, c.zh, c.en) for c in TABLE]
    text = "\n".join(str(value) for line in about.iter_rows(values_only=True) for value in line if value)
    for wanted in ("https://creativecommons.org/licenses/by/4.0/", own.id, "CC BY 4.0"):
        assert wanted in text


def test_nothing_is_a_formula_or_a_link(about: About, tmp_path: Path) -> None:
    target = tmp_path / "o.xlsx"
    texts = ("=1+1", "+1", "-1", "@SUM(A1)", "{=A1}", "http://example.org/", "007", "mailto:a@example.org")
    write_xlsx([row(subject_en=text) for text in texts], about, target)
    figures = sheets(target)[0]
    position = COLUMNS.index("subject_en") + 1
    for number, text in enumerate(texts, start=2):
        found = figures.cell(number, position)
        assert (found.data_type, found.value, found.hyperlink) == ("s", text, None)


def test_what_a_cell_cannot_hold_is_kept_as_far_as_it_can(about: About, tmp_path: Path) -> None:
    target = tmp_path / "o.xlsx"
    write_xlsx([row(subject_en="a" * 40_000, period_start="1899-12-31")], about, target)
    figures = sheets(target)[0]
    text = figures.cell(2, COLUMNS.index("subject_en") + 1).value
    assert isinstance(text, str)
    assert len(text) == 32_767
    assert text.endswith("… [CSV]")
    assert figures.cell(2, COLUMNS.index("period_start") + 1).value == "1899-12-31"


def test_the_same_table_makes_the_same_bytes(about: About, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_xlsx([row(subject_zh="政务外网")], about, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
