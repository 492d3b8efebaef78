"""What kind of thing a file is, by its name and by what is in it, and which files belong to it."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Literal

from egov_kg import formats
from egov_kg.errors import NotFound, UsageError

Kind = Literal["cube", "cube-link", "rdf", "csvw", "csv"]
KINDS: Final[tuple[Kind, ...]] = ("cube", "cube-link", "rdf", "csvw", "csv")
"""What can be imported: a Data Cube, a cube of cube.link, any RDF, a table with or without CSVW metadata."""

_PIECE: Final = 1024 * 1024
_TABLES: Final = (".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class Input:
    """Files to import.

    Attributes:
        files: the data; several where they came in pages.
        syntax: name of an RDF syntax; empty for a table.
        metadata: CSVW metadata of a table, or None.
    """

    files: tuple[Path, ...]
    syntax: str
    metadata: Path | None = None

    @property
    def is_tsv(self) -> bool:
        """Whether it is a table with tabs."""
        return self.files[0].name.lower().removesuffix(".gz").endswith(".tsv")

    def sha256(self) -> str:
        """The SHA-256 of the files as they are, one after the other, in hexadecimal."""
        digest = hashlib.sha256()
        for path in self.files:
            with path.open("rb") as handle:
                while piece := handle.read(_PIECE):
                    digest.update(piece)
        return digest.hexdigest()


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, uncompressed as they are read."""
    with path.open("rb") as plain:
        if path.suffix == ".gz":
            with gzip.GzipFile(fileobj=plain) as packed:
                yield packed  # type: ignore[misc]
        else:
            yield plain


def find_input(path: Path, metadata: Path | None, kind: str) -> Input:
    """The data that a path names, with the metadata that go with it.

    Metadata of a table are looked for as CSVW says (Model for Tabular Data, section 5):
    `<file>-metadata.json`, then `csv-metadata.json` in the folder. Where the path is that of metadata, the
    table is the file in the same folder that they name.

    Args:
        path: the data, or CSVW metadata; may be gzipped.
        metadata: metadata of a table that lie elsewhere, or None.
        kind: one of `KINDS` that it is taken as; empty to find out.

    Raises:
        NotFound: there is no such file.
        UsageError: no kind of file that is known, or a table that is taken as RDF.
    """
    for one in (path, *([metadata] if metadata else [])):
        if not one.is_file():
            raise NotFound(f"{one} is not a file.", f"{one} 不是文件。")
    plain = path.with_suffix("") if path.suffix == ".gz" else path
    suffix = plain.suffix.lower()
    if suffix == ".json" and kind in ("", "csvw") and (table := _table_of(path)):
        return Input((table,), "", path)
    if suffix in _TABLES and kind not in ("", "csvw", "csv"):
        raise UsageError(
            f"{path.name} is a table, no RDF: leave out --as, or take it as csv or csvw.",
            f"{path.name} 是表，不是 RDF：请去掉 --as，或用 csv、csvw。",
        )
    if suffix in _TABLES or kind in ("csvw", "csv"):
        beside = (path.with_name(f"{plain.name}-metadata.json"), path.with_name("csv-metadata.json"))
        found = metadata or next((one for one in beside if one.is_file()), None)
        return Input((path,), "", None if kind == "csv" else found)
    syntax = formats.find(suffix.removeprefix("."), formats.RDF)
    if syntax is None:
        known = ", ".join(f".{one.suffix}" for one in formats.RDF)
        raise UsageError(
            f"{path.name}: no kind of file that is known by its suffix. RDF ends in {known}, a table in "
            ".csv or "
            ".tsv, its metadata in -metadata.json; each may end in .gz besides.",
            f"{path.name}：无法由后缀判断文件类型。RDF 的后缀为 {known}，表为 .csv 或 .tsv，其元数据以 "
            "-metadata.json 结尾；均可另加 .gz。",
        )
    return Input((path,), syntax.name)


def _table_of(path: Path) -> Path | None:
    """The table that CSVW metadata describe; None where a file is no such metadata."""
    try:
        document = json.loads(path.read_bytes()[: 4 * 1024 * 1024])
        table = document["tables"][0] if "tables" in document else document
        if "tableSchema" not in {**document, **table}:
            return None
        url = str(table["url"])
    except (ValueError, KeyError, IndexError, TypeError, RecursionError, OSError):
        return None
    # Of a path or an address the last part counts: nothing outside of the folder is opened.
    found = path.with_name(url.rpartition("/")[2] or "-")
    if not found.is_file():
        raise NotFound(
            f"{path.name} describes {url}, which does not lie beside it.",
            f"{path.name} 描述的 {url} 不在同一目录。",
        )
    return found
