"""The mapping file: what a steward says of an import, for people to review; see docs/importing.md.

Nothing is guessed: what the file does not say and no link tells stays as it was published.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from egov_kg import iris
from egov_kg.errors import UsageError
from egov_kg.imports.terms import is_iri
from egov_kg.namespaces import PREFIXES, expand

ROLES: Final = ("area", "period", "dimension", "measure", "attribute")
"""What a property or column can be said to be; `area` and `period` are dimensions."""

CODES: Final = ("iso3166-1-alpha-2", "iso3166-1-alpha-3", "iso3166-2", "un-m49", "gbt2260", "year")
"""Systems of codes that members can be looked up by."""

_LANGUAGES: Final = ("en", "zh")
_MOST_BYTES: Final = 4 * 1024 * 1024
_TABLES: Final = ("dataset", "property", "column", "member", "unit")
_PROPERTY_KEYS: Final = ("role", "codes", "unit", "qualifier", "label")
_COLUMN_KEYS: Final = (*_PROPERTY_KEYS, "property", "datatype", "value", "language", "name_of")
_DATASET_KEYS: Final = ("title", "description", "licence", "publisher", "source")


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a property or a column.

    Attributes:
        role: one of `ROLES`, or empty.
        codes: one of `CODES`, or empty: how its values are looked up.
        unit: IRI of the unit of a measure, or empty.
        qualifier: `exact` where each value is certain as it stands, or empty: nothing is said.
        label: by language.
        column: of a column: `property` (IRI), `datatype`, `value` (a template), `language`, `name_of` (the
            column whose members it names); absent where not said.
    """

    role: str = ""
    codes: str = ""
    unit: str = ""
    qualifier: str = ""
    label: AnyMapping[str, str] = field(default_factory=dict)
    column: AnyMapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """`dimension`, `measure` or `attribute`, or empty."""
        return "dimension" if self.role in ("area", "period") else self.role


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping file.

    Attributes:
        dataset: title and description by language, licence, publisher and source, where said.
        properties: by IRI.
        columns: by name.
        members: our own thing for a published IRI or literal.
        units: IRI of a unit for a published IRI or literal.
        sha256: of the file, in hexadecimal; empty where there is none.
    """

    dataset: AnyMapping[str, Any] = field(default_factory=dict)
    properties: AnyMapping[str, About] = field(default_factory=dict)
    columns: AnyMapping[str, About] = field(default_factory=dict)
    members: AnyMapping[str, str] = field(default_factory=dict)
    units: AnyMapping[str, str] = field(default_factory=dict)
    sha256: str = ""

    def of(self, property_: str) -> About:
        """What is said of a property."""
        return self.properties.get(property_) or _NOTHING


_NOTHING: Final = About()


def read_mapping(path: Path) -> Mapping:
    """The mapping in a file.

    Raises:
        UsageError: it is no TOML, or says what is not known, with the place.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{path}: cannot be read: {reason}.", f"{path}：无法读取：{reason}。") from None
    if len(data) > _MOST_BYTES:
        raise UsageError(
            f"{path} has more than 4 MiB: a mapping file is short.", f"{path} 超过 4 MiB：映射文件应当简短。"
        )
    try:
        tables = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: no TOML: {error}.", f"{path}：不是合法的 TOML：{error}。") from None
    reader = _Reader(path)
    reader.known(tables, _TABLES, "")
    return Mapping(
        dataset=reader.dataset(reader.table(tables, "dataset")),
        properties={
            reader.iri(key, "property"): reader.about(value, _PROPERTY_KEYS, f"property.{key}")
            for key, value in reader.table(tables, "property").items()
        },
        columns={
            key: reader.about(value, _COLUMN_KEYS, f"column.{key}")
            for key, value in reader.table(tables, "column").items()
        },
        members={
            reader.expanded(key): reader.own(value, f"member.{key}")
            for key, value in reader.table(tables, "member").items()
        },
        units={
            reader.expanded(key): reader.iri(value, f"unit.{key}")
            for key, value in reader.table(tables, "unit").items()
        },
        sha256=hashlib.sha256(data).hexdigest(),
    )


class _Reader:
    """Takes the tables apart and says where something is wrong."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def wrong(self, where: str, en: str, zh: str) -> UsageError:
        return UsageError(f"{self._path}: {where}: {en}", f"{self._path}：{where}：{zh}")

    def known(self, table: AnyMapping[str, Any], keys: tuple[str, ...], where: str) -> None:
        for key in table:
            if key not in keys:
                place = f"{where}.{key}".lstrip(".")
                raise self.wrong(
                    place, f"unknown; known are {', '.join(keys)}.", f"未知；可用的有 {'、'.join(keys)}。"
                )

    def table(self, tables: AnyMapping[str, Any], key: str) -> AnyMapping[str, Any]:
        found = tables.get(key, {})
        if not isinstance(found, dict):
            raise self.wrong(key, "has to be a table.", "须为表（table）。")
        return found

    def text(self, value: Any, where: str) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(where, "has to be a text that is not empty.", "须为非空文本。")
        return value

    def expanded(self, text: str) -> str:
        prefix, colon, rest = text.partition(":")
        return expand(text) if colon and prefix in PREFIXES and not rest.startswith("//") else text

    def iri(self, value: Any, where: str) -> str:
        found = self.expanded(self.text(value, where))
        if not is_iri(found):
            raise self.wrong(where, f"{found!r} is no absolute IRI.", f"{found!r} 不是绝对 IRI。")
        return found

    def own(self, value: Any, where: str) -> str:
        found = self.iri(value, where)
        try:
            iris.parse(found)
        except UsageError as error:
            raise self.wrong(where, error.detail, error.detail_zh) from None
        return found

    def one_of(self, value: Any, choices: tuple[str, ...], where: str) -> str:
        if value not in choices:
            raise self.wrong(
                where,
                f"{value!r} is none of {', '.join(choices)}.",
                f"{value!r} 不是 {'、'.join(choices)} 之一。",
            )
        return str(value)

    def words(self, value: Any, where: str) -> dict[str, str]:
        """A text by language: a table with en and zh, or one of them."""
        if not isinstance(value, dict):
            raise self.wrong(
                where, "write one text for each language: .en and .zh.", "请按语言分别给出：.en 与 .zh。"
            )
        self.known(value, _LANGUAGES, where)
        return {lang: self.text(text, f"{where}.{lang}") for lang, text in value.items()}

    def dataset(self, table: AnyMapping[str, Any]) -> dict[str, Any]:
        self.known(table, _DATASET_KEYS, "dataset")
        found: dict[str, Any] = {}
        for key, value in table.items():
            where = f"dataset.{key}"
            if key in ("title", "description"):
                found[key] = self.words(value, where)
            else:
                found[key] = self.text(value, where) if key == "publisher" else self.iri(value, where)
        return found

    def about(self, table: Any, keys: tuple[str, ...], where: str) -> About:
        if not isinstance(table, dict):
            raise self.wrong(where, "has to be a table.", "须为表（table）。")
        self.known(table, keys, where)

        def choice(key: str, choices: tuple[str, ...]) -> str:
            return self.one_of(table[key], choices, f"{where}.{key}") if key in table else ""

        column = {
            key: self.text(table[key], f"{where}.{key}")
            for key in ("datatype", "value", "language", "name_of")
            if key in table
        }
        if "property" in table:
            column["property"] = self.iri(table["property"], f"{where}.property")
        return About(
            role=choice("role", ROLES),
            codes=choice("codes", CODES),
            unit=self.iri(table["unit"], f"{where}.unit") if "unit" in table else "",
            qualifier=choice("qualifier", ("exact",)),
            label=self.words(table["label"], f"{where}.label") if "label" in table else {},
            column=column,
        )
