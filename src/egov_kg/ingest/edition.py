"""Read what the audit needs of a dataset edition: its document, spans, facts and exclusions.

An edition is a folder below `data/ttl/` that describes an `egov:SourceDocument`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from egov_kg.errors import NotFound, SourceError
from egov_kg.namespaces import expand, shrink
from egov_kg.resources import Sources

TIGHT = ("figureSpan", "thresholdSpan", "periodSpan", "quantitySpan")
"""The properties, of `egov:`, whose span is the figure or word itself rather than the clause around it."""


class Graph:
    """Triples as text: what a subject has for a property, and who has a value."""

    def __init__(self) -> None:
        self._by_subject: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))

    def load(self, path: Path) -> None:
        """Add a Turtle file.

        Raises:
            SourceError: it does not parse, with file, line and column.
        """
        from egov_kg.store.rdf_io import parse_rdf

        for quad in parse_rdf(path):
            subject, value = getattr(quad.subject, "value", ""), getattr(quad.object, "value", "")
            self._by_subject[subject][quad.predicate.value].append(value)

    def subjects(self) -> list[str]:
        """Every subject, sorted."""
        return sorted(self._by_subject)

    def of_type(self, type_: str) -> list[str]:
        """The subjects of a class, given as prefix:name, sorted."""
        wanted, rdf_type = expand(type_), expand("rdf:type")
        return [name for name in self.subjects() if wanted in self._by_subject[name].get(rdf_type, ())]

    def values(self, subject: str, property_: str) -> list[str]:
        """The values of a property, given as prefix:name, sorted; IRIs and lexical forms as they are."""
        return sorted(self._by_subject.get(subject, {}).get(expand(property_), ()))

    def value(self, subject: str, property_: str) -> str:
        """The one value of a property; empty if there is none, the first if there are several."""
        return next(iter(self.values(subject, property_)), "")


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the report, as the edition records it.

    Attributes:
        iri: of the `oa:SpecificResource`.
        selector: IRI of its selector.
        start, end: code points, end exclusive; -1 where the edition has no number.
        section: IRI of its section.
        paragraph: from 1 in the section; -1 where the edition has no number.
        sha256: of the text between, as hexadecimal.
        document: IRI of the source.
    """

    iri: str
    selector: str
    start: int
    end: int
    section: str
    paragraph: int
    sha256: str
    document: str

    def covers(self, start: int, end: int) -> bool:
        """Whether a stretch of the report lies within."""
        return 0 <= self.start <= start and end <= self.end


@dataclass(frozen=True, slots=True)
class Edition:
    """A dataset edition.

    Attributes:
        name: its folder's name.
        document: IRI of the source document.
        sha256, code_points: of the report it was made from.
        graph: all that it and the shared files say.
        spans: by IRI.
        tight: for each property of `TIGHT`, pairs of node and span IRI, sorted.
    """

    name: str
    document: str
    sha256: str
    code_points: int
    graph: Graph
    spans: Mapping[str, Span]
    tight: Mapping[str, Sequence[tuple[str, str]]]

    def short(self, iri: str) -> str:
        """An IRI as prefix:name, for messages."""
        return shrink(iri)


def find_edition(sources: Sources, sha256: str) -> Edition:
    """The edition made from a report, found by the report's SHA-256; the only edition if none has it.

    Raises:
        NotFound: no edition, or several and none with that sum.
        SourceError: a file of an edition does not parse.
    """
    editions = list(read_editions(sources))
    for one in editions:
        if one.sha256 == sha256:
            return one
    if len(editions) == 1:
        return editions[0]
    known = ", ".join(f"{one.name} ({one.sha256[:12]})" for one in editions) or "none"
    raise NotFound(
        f"No dataset edition was made from a report with SHA-256 {sha256}; known: {known}.",
        f"没有由 SHA-256 为 {sha256} 的报告生成的数据集版本；已知：{known}。",
    )


def read_editions(sources: Sources) -> Iterable[Edition]:
    """The editions, by name.

    Raises:
        SourceError: a file does not parse, or a folder describes two source documents.
    """
    shared = [path for path in sorted(sources.data.glob("*.ttl")) if path.name != "regions.ttl"]
    for folder in sorted(path for path in sources.data.iterdir() if path.is_dir()):
        graph = Graph()
        for path in sorted(folder.glob("*.ttl")):
            graph.load(path)
        documents = graph.of_type("egov:SourceDocument")
        if not documents:
            continue
        if len(documents) > 1:
            raise SourceError(
                f"{folder} describes {len(documents)} source documents; an edition has one.",
                f"{folder} 描述了 {len(documents)} 个源文档；一个版本只有一个。",
                file=str(folder),
            )
        for path in shared:
            graph.load(path)
        yield _edition(folder.name, documents[0], graph)


def _edition(name: str, document: str, graph: Graph) -> Edition:
    spans = {iri: _span(graph, iri) for iri in graph.of_type("oa:SpecificResource")}
    tight = {
        name: sorted((node, span) for node in graph.subjects() for span in graph.values(node, f"egov:{name}"))
        for name in TIGHT
    }
    sha256, count = graph.value(document, "egov:sha256"), _number(graph.value(document, "egov:codePoints"))
    return Edition(name, document, sha256, count, graph, spans, tight)


def _span(graph: Graph, iri: str) -> Span:
    selector = graph.value(iri, "oa:hasSelector")
    return Span(
        iri,
        selector,
        _number(graph.value(selector, "oa:start")),
        _number(graph.value(selector, "oa:end")),
        graph.value(iri, "egov:section"),
        _number(graph.value(iri, "egov:paragraph")),
        graph.value(iri, "egov:spanSha256"),
        graph.value(iri, "oa:hasSource"),
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else -1
