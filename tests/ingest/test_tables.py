"""Reading tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.errors import NotFound, SourceError
from egov_kg.ingest.tables import read_table


def write(folder: Path, content: bytes) -> Path:
    path = folder / "table.csv"
    path.write_bytes(content)
    return path


def test_rows_are_stripped_and_a_byte_order_mark_is_no_part_of_the_header(tmp_path: Path) -> None:
    path = write(tmp_path, "\ufeffcode,name\n1, 甲 \n".encode())
    assert read_table(path, ("code", "name")) == [{"code": "1", "name": "甲"}]


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("code,label\n1,甲\n".encode(), 1, "the header is 'code,label'"),
        (b"", 1, "the header is ''"),
        (b"code,name\n1\n", 2, "1 fields, expected 2"),
        (b"code,name\n1,x\n2,\n", 3, "name is empty"),
        ("code,name\n1,甲\n".encode("gb18030"), 1, "not UTF-8"),
        (b'code,name\n1,"x\n', 2, "unexpected end of data"),
    ],
)
def test_a_broken_table_is_refused_with_its_line(
    tmp_path: Path, content: bytes, line: int, says: str
) -> None:
    path = write(tmp_path, content)
    with pytest.raises(SourceError) as error:
        read_table(path, ("code", "name"), required=["name"])
    assert says in error.value.detail
    assert error.value.detail_zh
    assert (error.value.extra["file"], error.value.extra["line"]) == (str(path), line)


def test_a_missing_table(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no table .*nothing\.csv"):
        read_table(tmp_path / "nothing.csv", ("code",))
