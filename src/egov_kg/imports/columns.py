"""The columns of a table: what its CSVW metadata and the mapping file say of them.

Specification: Metadata Vocabulary for Tabular Data (W3C, 2015), sections 5.6 (columns), 5.9 (dialects), 5.11
(datatypes). A part of it: one table at a time, no foreign keys, no transformations. What would change the
values and is not understood is an error, never left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from egov_kg.errors import ImportRefused
from egov_kg.imports.cells import Cell, datatype
from egov_kg.imports.mapping import About, Mapping
from egov_kg.namespaces import PREFIXES, expand

_MOST_BYTES: Final = 4 * 1024 * 1024
_MOST_COLUMNS: Final = 1_000
ENCODINGS: Final = ("utf-8", "utf-16", "iso-8859-1", "windows-1252", "gb18030", "gbk")
"""Those that the dialect of a table may name."""
_KINDS: Final = {
    PREFIXES["sdmx-dimension"]: "dimension",
    PREFIXES["sdmx-measure"]: "measure",
    PREFIXES["sdmx-attribute"]: "attribute",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        name: by which templates and the mapping know it.
        titles: what its head may say.
        predicate: IRI of its property; empty for one that is made for the import.
        cell: how its values are read.
        about_url, value_url: templates, or empty.
        lang: of its text.
        separator: between the values of a cell, or empty.
        required: whether each row has a value.
        default: the value of an empty cell.
        suppressed: whether it makes no triples.
        said: what the mapping says of it.
    """

    name: str
    titles: tuple[str, ...]
    predicate: str
    cell: Cell
    about_url: str = ""
    value_url: str = ""
    lang: str = ""
    separator: str = ""
    required: bool = False
    default: str = ""
    suppressed: bool = False
    said: About = field(default_factory=About)

    @property
    def kind(self) -> str:
        """`dimension`, `measure` or `attribute` of a cube, or empty."""
        if self.said.kind:
            return self.said.kind
        return next((kind for start, kind in _KINDS.items() if self.predicate.startswith(start)), "")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written (section 5.9)."""

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    header: bool = True
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """What is known of a table before it is read.

    Attributes:
        columns: in the order of the file where the metadata have them; else empty, and the head of the file
            says.
        said: what the mapping says of columns, by name.
        dialect: how it is written.
        lang: of what the metadata say themselves, such as the titles of columns.
        words: what the metadata say of the data set, as `dataset` of a mapping.
    """

    columns: tuple[Column, ...]
    said: AnyMapping[str, About]
    dialect: Dialect = field(default_factory=Dialect)
    lang: str = ""
    words: AnyMapping[str, Any] = field(default_factory=dict)


def read_metadata(path: Path, mapping: Mapping) -> Table:
    """The table that CSVW metadata describe.

    Raises:
        ImportRefused: they are no such metadata, describe several tables, or ask for what is not understood.
    """
    try:
        with path.open("rb") as handle:
            data = handle.read(_MOST_BYTES + 1)
        document = json.loads(data.decode("utf-8")) if len(data) <= _MOST_BYTES else None
    except (OSError, ValueError, RecursionError) as error:
        raise _wrong(path, f"cannot be read as JSON ({error})", f"无法作为 JSON 读取（{error}）") from None
    if document is None:
        raise _wrong(path, "has more than 4 MiB", "超过 4 MiB")
    if not isinstance(document, dict):
        raise _wrong(path, "is no JSON object", "不是 JSON 对象")
    table = document
    if isinstance(document.get("tables"), list):
        if len(document["tables"]) != 1 or not isinstance(document["tables"][0], dict):
            raise _wrong(path, "describes several tables: import them one by one", "描述了多个表：请逐一导入")
        table = {**document, **document["tables"][0]}
    schema = table.get("tableSchema", {})
    listed = schema.get("columns") if isinstance(schema, dict) else None
    if not isinstance(listed, list) or not 0 < len(listed) <= _MOST_COLUMNS:
        raise _wrong(path, "has no tableSchema with columns", "没有带 columns 的 tableSchema")
    columns = tuple(
        _column(path, number, one, {**_inherited(table), **_inherited(schema)}, mapping)
        for number, one in enumerate(listed, 1)
        if not (isinstance(one, dict) and one.get("virtual"))
    )
    lang = _text(table, "lang") or _context_language(document)
    return Table(columns, mapping.columns, _dialect(path, table.get("dialect", {})), lang, _words(table))


def headed(names: list[str], table: Table) -> tuple[Column, ...]:
    """The columns that the head of a file names, as the mapping describes them."""
    return tuple(_mapped(name, (name,), {}, table.said.get(name, About())) for name in names)


def _mapped(name: str, titles: tuple[str, ...], keys: AnyMapping[str, Any], said: About) -> Column:
    url = said.column.get("property") or _expanded(_text(keys, "propertyUrl"))
    return Column(
        name=name,
        titles=titles,
        predicate=url,
        cell=datatype(said.column.get("datatype") or keys.get("datatype", "string"), keys.get("null", "")),
        about_url=_expanded(_text(keys, "aboutUrl")),
        value_url=said.column.get("value") or _expanded(_text(keys, "valueUrl")),
        lang=said.column.get("language") or _text(keys, "lang"),
        separator=_text(keys, "separator"),
        required=keys.get("required") is True,
        default=_text(keys, "default"),
        suppressed=keys.get("suppressOutput") is True,
        said=said,
    )


def _column(path: Path, number: int, one: Any, inherited: AnyMapping[str, Any], mapping: Mapping) -> Column:
    if not isinstance(one, dict):
        raise _wrong(path, f"column {number} is no object", f"第 {number} 列不是对象")
    keys = {**inherited, **one}
    titles = _titles(one.get("titles"))
    name = _text(one, "name") or (titles[0] if titles else f"_col.{number}")
    try:
        return _mapped(name, titles or (name,), keys, mapping.columns.get(name, About()))
    except ImportRefused as error:
        raise _wrong(path, f"column {name}: {error.detail}", f"列 {name}：{error.detail_zh}") from None


def _inherited(holder: AnyMapping[str, Any]) -> dict[str, Any]:
    keys = (
        "aboutUrl",
        "propertyUrl",
        "valueUrl",
        "datatype",
        "null",
        "lang",
        "separator",
        "required",
        "default",
    )
    return {key: holder[key] for key in keys if key in holder}


def _titles(value: Any) -> tuple[str, ...]:
    if isinstance(value, dict):
        return tuple(text for found in value.values() for text in _titles(found))
    found = value if isinstance(value, list) else [value]
    return tuple(text for text in found if isinstance(text, str))


def _context_language(document: AnyMapping[str, Any]) -> str:
    context = document.get("@context")
    parts = context if isinstance(context, list) else []
    return next((_text(part, "@language") for part in parts if isinstance(part, dict)), "")


def _dialect(path: Path, keys: Any) -> Dialect:
    if not isinstance(keys, dict):
        raise _wrong(path, "its dialect is no object", "dialect 不是对象")
    encoding = str(keys.get("encoding", "utf-8")).lower()
    if encoding not in ENCODINGS:
        raise _wrong(
            path,
            f"encoding {encoding!r} is none of {', '.join(ENCODINGS)}",
            f"编码 {encoding!r} 不是 {'、'.join(ENCODINGS)} 之一",
        )
    delimiter, quote = str(keys.get("delimiter", ",")), str(keys.get("quoteChar", '"'))
    skip = keys.get("skipRows", 0)
    rows = keys.get("headerRowCount", 1 if keys.get("header", True) else 0)
    if len(delimiter) != 1 or len(quote) != 1 or rows not in (0, 1) or not isinstance(skip, int) or skip < 0:
        raise _wrong(
            path,
            "its dialect needs a delimiter and a quoteChar of one character, and at most one row of headings",
            "dialect 的 delimiter 与 quoteChar 须为单个字符，表头至多一行",
        )
    return Dialect(encoding, delimiter, quote, bool(rows), skip)


def _words(table: AnyMapping[str, Any]) -> dict[str, Any]:
    """Title, licence, publisher and source, from the Dublin Core terms of the metadata."""
    found: dict[str, Any] = {}
    names = {"title": "title", "description": "description", "license": "licence", "publisher": "publisher"}
    for term, key in {**names, "source": "source"}.items():
        for prefix in ("dc", "dcterms", "dct"):
            value = table.get(f"{prefix}:{term}")
            for one in value if isinstance(value, list) else [value]:
                _take(found, key, one)
    return found


def _take(found: dict[str, Any], key: str, one: Any) -> None:
    lang = "en"
    if isinstance(one, dict):
        lang = str(one.get("@language", "en"))
        one = one.get("@value", one.get("@id"))
    if isinstance(one, str) and one.strip():
        if key in ("title", "description"):
            found.setdefault(key, {}).setdefault(lang, one)
        else:
            found.setdefault(key, one)


def _text(holder: AnyMapping[str, Any], key: str) -> str:
    value = holder.get(key, "")
    return value if isinstance(value, str) else ""


def _expanded(template: str) -> str:
    prefix, colon, rest = template.partition(":")
    return expand(template) if colon and prefix in PREFIXES and not rest.startswith("//") else template


def _wrong(path: Path, en: str, zh: str) -> ImportRefused:
    return ImportRefused(f"{path.name}: {en}.", f"{path.name}：{zh}。", file=path.name)
