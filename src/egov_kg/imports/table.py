"""A table as triples: row by row, within bounds, with every wrong value named by its row and column.

Specification: Generating RDF from Tabular Data on the Web (W3C, 2015), section 6, in its minimal mode. A
table with columns that are dimensions or measures becomes a cube of RDF Data Cube: a row is an observation.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Container, Iterator
from typing import IO, Final
from urllib.parse import quote

from egov_kg.errors import ImportRefused
from egov_kg.imports.cells import WrongValueError
from egov_kg.imports.columns import Column, Dialect, Table
from egov_kg.imports.cube import DATASET, OBSERVATION, STRUCTURE
from egov_kg.imports.heads import columns_of, undecodable
from egov_kg.imports.mapping import About
from egov_kg.imports.members import require_member
from egov_kg.imports.terms import LABEL, TYPE, TextGraph, iri, is_iri, literal, name
from egov_kg.store.foreign import LONGEST_TERM, BoundedReader, Bounds, too_many

MOST_ERRORS: Final = 20
"""Wrong values that are named; of others it is told how many they are."""

_VARIABLE: Final = re.compile(r"\{([+#]?)([^{}]+)\}")
_TYPES: Final = {
    "dimension": name("qb:DimensionProperty"),
    "measure": name("qb:MeasureProperty"),
    "attribute": name("qb:AttributeProperty"),
}
_NO_SLUG: Final = re.compile(r"[^a-z0-9]+")
Mint = Callable[[str, str], str]


class TableReader:
    """Reads one table into a graph.

    Args:
        table: what is known of it.
        file: its name, for messages.
        dataset: the data set that its observations are of, as a term.
        mint: makes an IRI of a kind of thing and a word.
        bounds: how much it may be.
        mapped: the values that the mapping names as something of ours.
    """

    def __init__(
        self, table: Table, file: str, dataset: str, mint: Mint, bounds: Bounds, mapped: Container[str]
    ) -> None:
        self._table, self._file, self._dataset, self._mint, self._bounds = table, file, dataset, mint, bounds
        self._mapped = mapped
        self._errors: list[tuple[int, str, str, WrongValueError]] = []
        self._more = 0
        self.graph = TextGraph()
        self.names: dict[tuple[str, str], str] = {}
        """The name of a member, by the property and the member it names, as terms."""
        self.said: dict[str, About] = {}
        """What the mapping says of columns, by their property as a term."""
        self.rows = 0

    def read(self, source: IO[bytes], base: str) -> None:
        """Take in all rows.

        Args:
            source: the bytes of the file.
            base: the IRI that relative ones are resolved against; empty for none.

        Raises:
            ImportRefused: it is too large, no CSV, has other columns than described, or has wrong values.
        """
        reader = BoundedReader(source, self._file, self._bounds.bytes)
        dialect = self._table.dialect
        text = io.TextIOWrapper(
            io.BufferedReader(reader),
            encoding="utf-8-sig" if dialect.encoding == "utf-8" else dialect.encoding,
            newline="",
        )
        try:
            self._rows(_rows_of(text, dialect), base)
        except UnicodeDecodeError as error:
            raise reader.error or undecodable(error, self.rows, self._table, self._file) from None
        except csv.Error as error:
            raise reader.error or ImportRefused(
                f"{self._file}, after row {self.rows}: {error}: is it CSV in {dialect.encoding}?",
                f"{self._file} 第 {self.rows} 行之后：{error}。是否为 {dialect.encoding} 编码的 CSV？",
                file=self._file,
            ) from None
        if self._errors:
            raise self._refusal()
        if not self.rows:
            raise ImportRefused(f"{self._file} has no rows.", f"{self._file} 没有数据行。", file=self._file)

    def _rows(self, rows: Iterator[list[str]], base: str) -> None:
        head = next(rows, []) if self._table.dialect.header else []
        columns = columns_of(head, self._table, self._file)
        is_cube = {"dimension", "measure"} <= {column.kind for column in columns}
        properties = {column.name: self._property(column) for column in columns}
        self.said = {properties[column.name]: column.said for column in columns}
        if is_cube:
            self._structure(columns, properties)
        self._describe(columns, properties, is_cube)
        for cells in rows:
            if not any(cells):
                continue
            self.rows += 1
            if len(cells) != len(columns):
                wrong = WrongValueError(
                    f"{len(cells)} cells instead of {len(columns)}",
                    f"有 {len(cells)} 个单元格，应为 {len(columns)} 个",
                )
                self._note("", "", wrong)
                continue
            self._row(
                dict(zip((column.name for column in columns), cells, strict=True)),
                columns,
                properties,
                base,
                is_cube,
            )
            if len(self.graph) > self._bounds.triples:
                raise too_many(self._file, self._bounds.triples)

    def _property(self, column: Column) -> str:
        if column.predicate:
            return iri(_filled(column.predicate, {}, self.rows))
        slug = _NO_SLUG.sub("-", column.name.lower()).strip("-")
        return iri(self._mint("property", slug or hashlib.sha256(column.name.encode()).hexdigest()[:12]))

    def _structure(self, columns: tuple[Column, ...], properties: dict[str, str]) -> None:
        graph, structure = self.graph, iri(self._mint("structure", "1"))
        graph.add(self._dataset, TYPE, name("qb:DataSet"))
        graph.add(self._dataset, STRUCTURE, structure)
        graph.add(structure, TYPE, name("qb:DataStructureDefinition"))
        for number, column in enumerate(columns, 1):
            if not column.kind or column.suppressed:
                continue
            property_, component = properties[column.name], iri(self._mint("component", str(number)))
            graph.add(structure, name("qb:component"), component)
            graph.add(component, TYPE, name("qb:ComponentSpecification"))
            graph.add(component, name(f"qb:{column.kind}"), property_)
            graph.add(property_, TYPE, _TYPES[column.kind])
            range_ = name("rdfs:Resource") if column.value_url else iri(column.cell.datatype)
            graph.add(property_, name("rdfs:range"), range_)

    def _describe(self, columns: tuple[Column, ...], properties: dict[str, str], is_cube: bool) -> None:
        """Say what properties are called, and of those that are made, that they are some."""
        for column in columns:
            property_ = properties[column.name]
            if not column.predicate and _is_said(column):
                self.graph.add(property_, TYPE, name("rdf:Property"))
            elif not is_cube:
                continue
            labels = column.said.label or {self._table.lang: column.titles[0]}
            for lang, text in labels.items():
                self.graph.add(property_, LABEL, literal(text, lang))

    def _row(
        self,
        row: dict[str, str],
        columns: tuple[Column, ...],
        properties: dict[str, str],
        base: str,
        is_cube: bool,
    ) -> None:
        own = iri(self._mint("observation" if is_cube else "row", str(self.rows)))
        values: dict[str, list[str]] = {}
        for column in columns:
            subject = self._resolved(_filled(column.about_url, row, self.rows), base, column) or own
            if is_cube and column.kind:
                own = subject
            values[column.name] = found = self._values(column, row, base)
            if _is_said(column):
                for value in found:
                    self.graph.add(subject, properties[column.name], value)
        if is_cube:
            self.graph.add(own, TYPE, OBSERVATION)
            self.graph.add(own, DATASET, self._dataset)
        for column in columns:
            of = column.said.column.get("name_of", "")
            for member in values.get(of, ()):
                for text in values[column.name]:
                    self.names[properties[of], member] = text

    def _values(self, column: Column, row: dict[str, str], base: str) -> list[str]:
        text = row[column.name] or column.default
        if text in column.cell.nulls:
            if column.required or column.kind in ("dimension", "measure"):
                self._note(column.name, text, WrongValueError("a value is needed", "此处须有值"))
            return []
        if column.value_url:
            target = self._resolved(_filled(column.value_url, row, self.rows), base, column)
            return [target] if target else []
        found = []
        for part in text.split(column.separator) if column.separator else [text]:
            try:
                value = column.cell.read(part, column.lang)
                require_member(self.graph, value, column.said, self._mapped)
                found.append(value)
            except WrongValueError as error:
                self._note(column.name, part, error)
        return found

    def _resolved(self, url: str, base: str, column: Column) -> str:
        """A filled template as a term; empty for an empty one."""
        if not url:
            return ""
        whole = url if is_iri(url) else base + url
        if not base and whole == url and not is_iri(url):
            whole = ""
        if not is_iri(whole):
            self._note(
                column.name,
                url,
                WrongValueError(
                    "no absolute IRI: give the address of the table with --source",
                    "不是绝对 IRI：请用 --source 给出表的地址",
                ),
            )
            return ""
        return iri(whole)

    def _note(self, column: str, value: str, error: WrongValueError) -> None:
        if len(self._errors) < MOST_ERRORS:
            self._errors.append((self.rows, column, value[:80], error))
        else:
            self._more += 1

    def _refusal(self) -> ImportRefused:
        en = [f"row {row}, {column or 'whole row'}: {value!r}: {e}" for row, column, value, e in self._errors]
        zh = [f"第 {row} 行，{column or '整行'}：{value!r}：{e.zh}" for row, column, value, e in self._errors]
        if self._more:
            en.append(f"... and {self._more:,} more")
            zh.append(f"……另有 {self._more:,} 处")
        total = len(self._errors) + self._more
        return ImportRefused(
            f"{self._file} has {total:,} wrong values; nothing was imported.",
            f"{self._file} 中有 {total:,} 处错误的值，未导入任何内容。",
            file=self._file,
            report="\n".join(en),
            report_zh="\n".join(zh),
        )


def _is_said(column: Column) -> bool:
    """Whether the values of a column are values of its property."""
    return not column.suppressed and "name_of" not in column.said.column


def _rows_of(text: IO[str], dialect: Dialect) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_TERM)
    rows = csv.reader(text, delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True)
    for _ in range(dialect.skip):
        next(rows, None)
    return rows


def _filled(template: str, row: dict[str, str], number: int) -> str:
    """A URI template (RFC 6570, levels 1 and 2) with the values of a row."""

    def value(match: re.Match[str]) -> str:
        operator, variable = match.groups()
        text = str(number) if variable == "_row" else row.get(variable, "")
        safe = ":/?#[]@!$&'()*+,;=" if operator else ""
        return ("#" if operator == "#" else "") + quote(text, safe=safe + "-._~")

    return _VARIABLE.sub(value, template)
