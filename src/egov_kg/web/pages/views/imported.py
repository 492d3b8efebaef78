"""The first rows of an imported cube, as its page shows them."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from egov_kg import iris
from egov_kg.errors import ReleaseError
from egov_kg.imports.export import table_file
from egov_kg.namespaces import shrink
from egov_kg.publish.about import Words, in_language, other_language
from egov_kg.web import paged
from egov_kg.web.service import service

_ROWS: Final = 20
_COLUMNS: Final = 12
_LONGEST: Final = 120


@dataclass(frozen=True, slots=True)
class Preview:
    """Part of a table.

    Attributes:
        file: its name among the downloads.
        columns: what each column is called, by language.
        rows: of cells: a text and where it leads, perhaps nowhere.
        whole: whether these are all rows and columns.
    """

    file: str
    columns: Sequence[Words]
    rows: Sequence[Sequence[tuple[str, str]]]
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
    titles = {one["name"]: one.get("titles", {}) for one in described["tableSchema"]["columns"]}
    # The data set is the one of the page; a cube of its own is in the table that is taken away.
    kept = [place for place, name in enumerate(head) if name != "dataset"][:_COLUMNS]
    return Preview(
        file,
        [_words(titles.get(head[place]), head[place]) for place in kept],
        [[_cell(row[place]) for place in kept] for row in rows[:_ROWS]],
        len(rows) <= _ROWS and len(kept) == len(head) - 1,
    )


def _words(titles: object, name: str) -> Words:
    if not isinstance(titles, dict):
        return {"": name}
    found = {lang: str(texts[0]) for lang, texts in titles.items() if texts and lang != "und"}
    return found or {"": name}


def _cell(text: str) -> tuple[str, str]:
    if text.startswith(("http://", "https://")) and "|" not in text:
        return shrink(text)[:_LONGEST], paged.place(text)
    return text[:_LONGEST], ""


def heading(words: Words, lang: str) -> tuple[str, str]:
    """What a column is called, and the language of it where that is another one."""
    return in_language(words, lang), other_language(words, lang)
