"""Things that may be the same, ours and others', in one form: their codes, names and what they are in."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from egov_kg.errors import UpstreamFailed
from egov_kg.match.fold import Folding, characters, key

if TYPE_CHECKING:
    from egov_kg.store.base import Store

LANGUAGES: Final = ("zh", "en")
_REGIONS: Final = Path(__file__).parent / "rq" / "regions.rq"
_COLUMNS: Final = ("item", "field", "value")
_DIGITS: Final = re.compile(r"(\d{2}|\d{4}|\d{6})(?:0{3}|0{6})?")
_LONGEST: Final = 300
"""Code points of a value that are taken: a name, not an essay."""


@dataclass(slots=True)
class Thing:
    """What is known of a thing.

    Attributes:
        iri: its IRI.
        labels: a name by language, as written.
        names: all names by language, folded as `match` folds them.
        parents: names of what it is in, folded, in either language.
        codes: by system of codes.
        links: IRIs that it is linked with already.
        until: the year in which it ended; 0 if it did not, or nobody says so.
    """

    iri: str
    labels: dict[str, str] = field(default_factory=dict)
    names: dict[str, set[str]] = field(default_factory=dict)
    parents: set[str] = field(default_factory=set)
    codes: dict[str, set[str]] = field(default_factory=dict)
    links: set[str] = field(default_factory=set)
    until: int = 0


class Reader:
    """Gathers rows of `item`, `field` and `value` into things."""

    def __init__(self) -> None:
        self._folding = Folding(characters())
        self.things: dict[str, Thing] = {}

    def add(self, item: str, field_: str, value: str) -> None:
        """Take in a row; a field that is not known is passed over."""
        thing = self.things.setdefault(item, Thing(item))
        value = " ".join(value.split())[:_LONGEST]
        if not value:
            return
        if field_ in LANGUAGES:
            thing.labels.setdefault(field_, value)
            thing.names.setdefault(field_, set()).add(self._folded(value))
        elif field_.startswith("parent-"):
            thing.parents.add(self._folded(value))
        elif field_ == "gbt2260":
            if match := _DIGITS.fullmatch(value):
                thing.codes.setdefault(field_, set()).add(match[1].ljust(6, "0"))
        elif field_ in ("iso3166-2", "code"):
            thing.codes.setdefault(field_, set()).add(value.upper())
        elif field_ == "link":
            thing.links.add(value)
        elif field_ == "until" and value.lstrip("-").isdigit():
            thing.until = int(value[:5])

    def _folded(self, text: str) -> str:
        return key(self._folding.words(text))


def read_ours(store: Store) -> Mapping[str, Thing]:
    """The regions of a release, by IRI.

    Args:
        store: its graphs.
    """
    reader = Reader()
    for row in store.select(_REGIONS.read_text(encoding="utf-8")):
        reader.add(*(str(row[name]) for name in _COLUMNS))
    return reader.things


def read_theirs(pages: Iterable[Path], endpoint: str) -> Mapping[str, Thing]:
    """What an endpoint answered, by IRI; what has no http IRI is left out.

    Args:
        pages: CSV files with the columns `item`, `field` and `value`.
        endpoint: its address, for messages.

    Raises:
        UpstreamFailed: an answer that has other columns or is no CSV.
    """
    reader = Reader()
    for page in pages:
        with page.open(encoding="utf-8-sig", newline="", errors="replace") as handle:
            try:
                rows = csv.DictReader(handle)
                if not set(_COLUMNS) <= set(rows.fieldnames or ()):
                    raise _strange(endpoint, f"{', '.join(rows.fieldnames or ('nothing',))}"[:200])
                for row in rows:
                    item, field_, value = (row[name] or "" for name in _COLUMNS)
                    if item.startswith(("http://", "https://")) and not re.search(r'[\s<>"{}|\\^`]', item):
                        reader.add(item, field_, value)
            except csv.Error as error:
                raise _strange(endpoint, str(error)) from error
    return reader.things


def _strange(endpoint: str, found: str) -> UpstreamFailed:
    return UpstreamFailed(
        f"{endpoint} answered, but not with a table of item, field and value: {found}. "
        "Is it a SPARQL endpoint that can answer in CSV?",
        f"{endpoint} 的回答不是含 item、field、value 三列的表：{found}。"
        "请确认它是可返回 CSV 的 SPARQL 端点。",
    )
