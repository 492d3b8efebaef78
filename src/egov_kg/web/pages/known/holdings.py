"""What a release holds, counted: its data sets and graphs, what its figures cover and what they lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from egov_kg.publish.about import Words, in_language, other_language
from egov_kg.publish.observations import LEVELS, Term
from egov_kg.web.kept import Kept
from egov_kg.web.pages.known.queries import query
from egov_kg.web.service import service

if TYPE_CHECKING:
    from egov_kg.store.base import Row

KINDS: Final = ("observations", "statements", "named", "regions", "codes", "spans", "links")
"""What is counted in a graph, in the order to show it."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set of the release.

    Attributes:
        term: its IRI and title.
        description: by language.
        graph: the named graph that it is in.
        licence: its licence and the name of it.
        source: of an import, where it is from; else empty.
        publisher: of an import, who publishes it.
    """

    term: Term
    description: Words
    graph: str
    licence: Term
    source: str = ""
    publisher: Term | None = None

    def title_language(self, lang: str) -> str:
        """The language of its title, where there is none in the reader's; else empty."""
        return other_language(self.term.words, lang)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Numbers of figures by two terms.

    Attributes:
        columns: terms, in order.
        groups: rows, grouped by a term: each is a term and its numbers by the IRI of the column.
    """

    columns: Sequence[Term]
    groups: Sequence[tuple[Term, Sequence[tuple[Term, Mapping[str, int]]]]]

    def total(self, column: Term) -> int:
        """The sum of a column."""
        return sum(numbers.get(column.iri, 0) for _, rows in self.groups for _, numbers in rows)


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a release holds.

    Attributes:
        datasets: those of the report first, then the larger ones; imports last.
        contents: by graph, how many of each of `KINDS`.
        levels: indicators, by topic, and levels.
        sections: topics and sections of the source.
        gaps: what the figures leave open, by name (`gaps.rq`), and `all`.
    """

    datasets: Sequence[Dataset]
    contents: Mapping[str, Mapping[str, int]]
    levels: Matrix
    sections: Matrix
    gaps: Mapping[str, int]

    def of_graph(self, graph: str) -> list[tuple[str, int]]:
        """What is in a graph: each kind that there is, with how many."""
        found = self.contents.get(graph, {})
        return [(kind, found[kind]) for kind in KINDS if found.get(kind)]


def holdings() -> Holdings:
    """What the release at hand holds."""
    return _holdings.get(service().release.id)


def _read() -> Holdings:
    store = service().store
    contents: dict[str, dict[str, int]] = {}
    for row in store.select(query("contents")):
        if "graph" in row:
            contents.setdefault(str(row["graph"]), {})[str(row["kind"])] = int(str(row["things"]))
    gaps = {str(row["gap"]): int(str(row["figures"])) for row in store.select(query("gaps")) if "gap" in row}
    return Holdings(
        datasets=sorted(_datasets(store.select(query("datasets"))), key=lambda one: _rank(one, contents)),
        contents=contents,
        levels=_levels(store.select(query("indicator-levels"))),
        sections=_sections(store.select(query("topic-sections"))),
        gaps=gaps,
    )


def _datasets(rows: Sequence[Row]) -> tuple[Dataset, ...]:
    found: dict[str, _Words] = {}
    for row in rows:
        one = found.setdefault(str(row["dataset"]), _Words(row))
        for words, name in (
            (one.titles, "title"),
            (one.descriptions, "description"),
            (one.licences, "licence_name"),
            (one.publishers, "publisher_name"),
        ):
            if name in row:
                words[getattr(row[name], "language", None) or ""] = str(row[name])
    return tuple(one.dataset() for one in found.values())


class _Words:
    """What is said of a data set, gathered row by row."""

    def __init__(self, row: Row) -> None:
        self._row = {name: str(value) for name, value in row.items()}
        self.titles: dict[str, str] = {}
        self.descriptions: dict[str, str] = {}
        self.licences: dict[str, str] = {}
        self.publishers: dict[str, str] = {}

    def dataset(self) -> Dataset:
        iri, graph = self._row["dataset"], self._row["graph"]
        licence = Term(self._row.get("licence", ""), self.licences)
        source = self._row.get("source", "")
        publisher = Term(self._row["publisher"], self.publishers) if source else None
        return Dataset(Term(iri, self.titles), self.descriptions, graph, licence, source, publisher)


def _rank(one: Dataset, contents: Mapping[str, Mapping[str, int]]) -> tuple[bool, int, int, str]:
    found = contents.get(one.graph, {})
    return bool(one.source), -found.get("spans", 0), -found.get("named", 0), one.term.iri


def _levels(rows: Sequence[Row]) -> Matrix:
    topics: dict[str, Term] = {}
    indicators: dict[str, dict[str, Term]] = {}
    numbers: dict[str, dict[str, int]] = {}
    levels: dict[str, Term] = {}
    for row in rows:
        topic, indicator, level = (_term(row, name) for name in ("topic", "indicator", "level"))
        topics[topic.iri] = topic
        indicators.setdefault(topic.iri, {})[indicator.iri] = indicator
        numbers.setdefault(indicator.iri, {})[level.iri] = int(str(row["figures"]))
        levels[level.iri] = level
    known = {name: place for place, name in enumerate(LEVELS)}
    columns = sorted(levels.values(), key=lambda one: (known.get(one.notation, len(known)), one.iri))
    groups = [
        (topics[iri], [(one, numbers[one.iri]) for one in sorted(indicators[iri].values(), key=_by_name)])
        for iri in sorted(topics)
    ]
    return Matrix(columns, groups)


def _sections(rows: Sequence[Row]) -> Matrix:
    sections: dict[str, tuple[int, Term]] = {}
    topics: dict[str, Term] = {}
    numbers: dict[str, dict[str, int]] = {}
    for row in rows:
        topic, section = _term(row, "topic"), _term(row, "section")
        first = int(str(row["first"]))
        sections[section.iri] = min(
            sections.get(section.iri, (first, section)), (first, section), key=lambda x: x[0]
        )
        topics[topic.iri] = topic
        numbers.setdefault(topic.iri, {})[section.iri] = int(str(row["figures"]))
    columns = [section for _, section in sorted(sections.values(), key=lambda one: (one[0], one[1].iri))]
    order = {section.iri: place for place, section in enumerate(columns)}
    ranked = sorted(topics.values(), key=lambda one: (min(order[iri] for iri in numbers[one.iri]), one.iri))
    return Matrix(columns, [(one, [(one, numbers[one.iri])]) for one in ranked])


def _term(row: Row, name: str) -> Term:
    words = {lang: str(row[f"{name}_{lang}"]) for lang in ("en", "zh") if f"{name}_{lang}" in row}
    return Term(str(row[name]), words)


def _by_name(one: Term) -> str:
    return in_language(one.words, "en")


_holdings: Final = Kept(_read)
