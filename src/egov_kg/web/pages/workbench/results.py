"""The rows of a query's answer as a page shows them: names instead of IRIs, numbers that line up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, Literal

from egov_kg.namespaces import PREFIXES, shrink
from egov_kg.settings import Language
from egov_kg.store.excerpt import Cell, Excerpt
from egov_kg.web import paged
from egov_kg.web.service import service

LONGEST: Final = 600
"""Characters of a value that are shown."""

_QUERY: Final = Path(__file__).parent / "rq" / "labels.rq"
_MOST_NAMED: Final = 1_000
_LONG: Final = 24
# HTML has no such characters.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_XSD: Final = PREFIXES["xsd"]
_PLAIN: Final = ("", _XSD + "string", PREFIXES["rdf"] + "langString")
_NUMBERS: Final = frozenset(
    f"{_XSD}{name}"
    for name in (
        *("decimal", "double", "float", "integer", "long", "int", "short", "byte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)

Names = Mapping[str, tuple[str, str]]
"""IRI to the name shown for it, and the language of that."""


@dataclass(frozen=True, slots=True)
class Value:
    """A term as it is shown.

    Attributes:
        kind: what it is; `number` is a literal of a numeric datatype.
        text: a name, or what the term is written with, at most `LONGEST` characters.
        lang: the language of the text; empty where it is none.
        tagged: the literal itself has that language, so it is said.
        href: where it leads; empty if nowhere.
        title: what the text does not tell: the IRI behind a name, a datatype.
        cut: the text is only the beginning.
    """

    kind: Literal["iri", "literal", "number", "blank", "triple"]
    text: str
    lang: str = ""
    tagged: bool = False
    href: str = ""
    title: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: of its variable.
        is_number: all of its values are numbers.
        is_long: some of its values are long texts.
    """

    name: str
    is_number: bool
    is_long: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as they are shown; None stands where a variable is unbound."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value | None, ...], ...]


def table(part: Excerpt, lang: Language, *, named: bool) -> Table:
    """The rows of a part of an answer.

    Args:
        part: rows of terms.
        lang: the reader's language.
        named: show names instead of IRIs.

    Raises:
        EvaluationError: the names could not be asked for.
    """
    iris = (cell.text for row in part.rows for cell in row if cell is not None and cell.kind == "iri")
    names = names_of(iris, lang) if named else {}
    rows = tuple(tuple(None if cell is None else _value(cell, names) for cell in row) for row in part.rows)
    columns = (_column(name, [row[place] for row in rows]) for place, name in enumerate(part.names))
    return Table(tuple(columns), rows)


def names_of(iris: Iterable[str], lang: Language) -> Names:
    """The names that the data have for some things, in a language if there is one in it; asked for at once.

    Raises:
        EvaluationError: as the store raises it.
    """
    from rdflib.term import URIRef

    wanted = list(islice(dict.fromkeys(iris), _MOST_NAMED))
    if not wanted:
        return {}
    text = _QUERY.read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = {}
    for row in service().store.select(text, values=[{"thing": URIRef(iri)} for iri in wanted]):
        name = row["name"]
        words = found.setdefault(str(row["thing"]), {})
        tag = getattr(name, "language", None) or ""
        words[tag] = min(str(name), words.get(tag, str(name)))
    best = {
        thing: next(tag for tag in (lang, "", *sorted(words)) if tag in words)
        for thing, words in found.items()
    }
    return {thing: (found[thing][tag], tag) for thing, tag in best.items()}


def _column(name: str, values: Sequence[Value | None]) -> Column:
    there = [value for value in values if value is not None]
    kinds = {value.kind for value in there}
    return Column(name, kinds == {"number"}, any(len(value.text) > _LONG for value in there))


def _value(cell: Cell, names: Names) -> Value:
    if cell.kind == "iri":
        name, lang = names.get(cell.text, ("", ""))
        text, cut = _short(name or shrink(cell.text))
        title = cell.text if text != cell.text else ""
        return Value("iri", text, lang, href=paged.place(cell.text), title=title, cut=cut)
    text, cut = _short(f"_:{cell.text}" if cell.kind == "blank" else cell.text)
    if cell.kind != "literal":
        return Value(cell.kind, text, cut=cut)
    if cell.datatype in _NUMBERS:
        return Value("number", text, title=shrink(cell.datatype), cut=cut)
    title = "" if cell.datatype in _PLAIN else shrink(cell.datatype)
    return Value("literal", text, cell.lang, tagged=bool(cell.lang), title=title, cut=cut)


def _short(text: str) -> tuple[str, bool]:
    text = _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04X}", text[: LONGEST + 1])
    return (text, False) if len(text) <= LONGEST else (text[: LONGEST - 1] + "…", True)
