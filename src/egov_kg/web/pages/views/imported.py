"""The first rows of an imported cube, as its page shows them."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from egov_kg import iris
from egov_kg.errors import ReleaseError
from egov_kg.imports.export import table_file
from egov_kg.namespaces import shrink
from egov_kg.publish.about import Words, in_language, other_language
from egov_kg.web import label_index, paged
from egov_kg.web.service import service

_ROWS: Final = 20
_COLUMNS: Final = 12
_LONGEST: Final = 120
_OBSERVATION: Final[Words] = {"en": "Observation", "zh": "观测值"}


@dataclass(frozen=True, slots=True)
class Preview:
    """Part of a table.

    Attributes:
        file: its name among the downloads.
        columns: what each column is called, by language.
        rows: of cells: what each is called, by language, and where it leads, perhaps nowhere.
        whole: whether these are all rows and columns.
    """

    file: str
    columns: Sequence[Words]
    rows: Sequence[Sequence[tuple[Words, str]]]
    whole: bool


def preview(graph: str) -> Preview | None:
    """The first rows of the table of an import; None where it has none.

    Raises:
        ReleaseError: the release has lost the table.
    """
    release = service().edition.release
    file = table_file(iris.import_name(graph))
    if not iris.import_name(graph) or file not in release.offered:
        return None
    path = release.path / file
    try:
        described = json.loads(path.with_name(f"{file}-metadata.json").read_bytes())
        with path.open(encoding="utf-8", newline="") as handle:
            reader = csv.reader(handle)
            head = next(reader)
            rows = list(islice(reader, _ROWS + 1))
    except (OSError, ValueError, StopIteration) as error:
        raise ReleaseError(
            f"{file} of release {release.id} cannot be read: run `egov-kg build`.",
            f"无法读取发布版本 {release.id} 的 {file}：请运行 `egov-kg build`。",
        ) from error
    columns = {one["name"]: one for one in described["tableSchema"]["columns"]}
    # The data set is the one of the page; a cube of its own is in the table that is taken away.
    kept = [place for place, name in enumerate(head) if name != "dataset"][:_COLUMNS]
    cells = {row[place] for row in rows for place in kept if _is_iri(row[place])}
    named = {str(column["propertyUrl"]) for column in columns.values() if "propertyUrl" in column}
    names = label_index.names(cells | named)
    return Preview(
        file,
        [_heading(columns.get(head[place], {}), head[place], names) for place in kept],
        [[_cell(row[place], names) for place in kept] for row in rows[:_ROWS]],
        len(rows) <= _ROWS and len(kept) == len(head) - 1,
    )


def _heading(column: Mapping[str, Any], name: str, names: Mapping[str, Words]) -> Words:
    titles = column.get("titles")
    given = titles if isinstance(titles, dict) else {}
    found = {lang: str(texts[0]) for lang, texts in given.items() if texts and lang != "und"}
    if name == "observation":
        return _OBSERVATION
    return found or names.get(str(column.get("propertyUrl"))) or {"": name}


def _cell(text: str, names: Mapping[str, Words]) -> tuple[Words, str]:
    if not _is_iri(text):
        return {"": text[:_LONGEST]}, ""
    return names.get(text) or {"": shrink(text)[:_LONGEST]}, paged.place(text)


def _is_iri(text: str) -> bool:
    return text.startswith(("http://", "https://")) and "|" not in text


def heading(words: Words, lang: str) -> tuple[str, str]:
    """What something is called, and the language of it where that is another one."""
    return in_language(words, lang), other_language(words, lang)
