"""What a release is, in words: for the head of every file that people take away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from egov_kg import iris
from egov_kg.namespaces import expand
from egov_kg.publish.void import WHOLE, read_query

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

    from egov_kg.store.base import Store

Words = Mapping[str, str]
"""Language tag (`zh`, `en`) to text; a language that nothing is said in is absent."""

LANGUAGES: Final = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Work:
    """A dataset, a document or somebody.

    Attributes:
        iri: its IRI.
        title: its name.
        description: what it is.
        issued: the date of its publication, ISO 8601, empty if not said.
        publisher: who publishes it; the same as the whole's where that is not said.
        creators: who made it.
        sources: what it is made from.
        temporal: the time that it is about, first and last day as an interval of ISO 8601; empty if not said.
        spatial: the places that it is about.
    """

    iri: str
    title: Words
    description: Words
    issued: str
    publisher: str
    creators: tuple[Work, ...]
    sources: tuple[Work, ...]
    temporal: str = ""
    spatial: tuple[Work, ...] = ()

    def name(self, language: str) -> str:
        """Its name in a language, else in another, else its IRI."""
        return in_language(self.title, language) or self.iri


@dataclass(frozen=True, slots=True)
class About:
    """A release in words.

    Attributes:
        release: its id.
        whole: all of it as a dataset.
        publisher: who publishes it.
        keywords: by language.
        datasets: the data sets of observations, by IRI.
    """

    release: str
    whole: Work
    publisher: Work
    keywords: Mapping[str, tuple[str, ...]]
    datasets: Mapping[str, Work]

    @property
    def temporal(self) -> str:
        """The time that the whole is about: what it says itself, else that of its data sets together."""
        said = [work.temporal.split("/") for work in self.datasets.values() if work.temporal]
        together = f"{min(one[0] for one in said)}/{max(one[1] for one in said)}" if said else ""
        return self.whole.temporal or together

    def citation(self, language: str) -> str:
        """How to cite the release, in Chinese or English."""
        who, what = self.publisher.name(language), self.whole.name(language)
        if language == "zh":
            return f"{who}：《{what}》，发布版本 {self.release}，{WHOLE}，CC BY 4.0。"
        return f"{who}: {what}. Release {self.release}. {WHOLE}. CC BY 4.0."

    def to_text(self) -> dict[str, str]:
        """The same as short texts by name, for formats whose metadata are pairs of strings."""
        words = {
            f"{name}_{language}": in_language(text, language)
            for name, text in (("title", self.whole.title), ("description", self.whole.description))
            for language in LANGUAGES
        }
        return {
            **{name: text for name, text in words.items() if text},
            **{f"citation_{language}": self.citation(language) for language in LANGUAGES},
            "licence": iris.LICENCE,
            "identifier": WHOLE,
            "release": self.release,
        }


def read_about(store: Store, release: str) -> About:
    """Read what the data say of themselves.

    Args:
        store: the release's graphs.
        release: its id.
    """
    graph = store.construct(read_query("about.rq"))
    whole = _work(graph, WHOLE)
    datasets = {iri: _work(graph, iri) for iri in sorted(_subjects(graph, expand("qb:DataSet")))}
    keywords = {
        language: tuple(sorted(words))
        for language, words in _texts(graph, WHOLE, "dcat:keyword").items()
        if language in LANGUAGES
    }
    return About(release, whole, _work(graph, whole.publisher or WHOLE), keywords, datasets)


def in_language(words: Words, language: str) -> str:
    """The text in a language, else in English, else in another one, else nothing."""
    return words.get(language) or words.get("en") or next((words[other] for other in sorted(words)), "")


def other_language(words: Words, language: str) -> str:
    """The language that `in_language` gives a text in, where it is not the one asked for; else empty."""
    text = in_language(words, language)
    return "" if words.get(language) else next((one for one, said in words.items() if said == text), "")


def _work(graph: Graph, iri: str) -> Work:
    publisher = _links(graph, iri, "dcterms:publisher")
    return Work(
        iri=iri,
        title=_words(graph, iri, ("dcterms:title", "foaf:name", "rdfs:label")),
        description=_words(graph, iri, ("dcterms:description",)),
        issued=next(iter(sorted(_texts(graph, iri, "dcterms:issued").get("", ()))), ""),
        publisher=publisher[0] if publisher else "",
        creators=tuple(_someone(graph, one) for one in _links(graph, iri, "dcterms:creator")),
        sources=tuple(_source(graph, one) for one in _links(graph, iri, "prov:wasDerivedFrom")),
        temporal=_temporal(graph, iri),
        spatial=tuple(_someone(graph, one) for one in _links(graph, iri, "dcterms:spatial")),
    )


def _temporal(graph: Graph, iri: str) -> str:
    """Of several periods, from the first day of all to the last."""
    periods = _links(graph, iri, "dcterms:temporal")
    first, last = (
        [day for one in periods for day in _texts(graph, one, name).get("", ())]
        for name in ("dcat:startDate", "dcat:endDate")
    )
    return f"{min(first)}/{max(last)}" if first and last else ""


def _source(graph: Graph, iri: str) -> Work:
    # Not what that was made from in turn: somebody's data may go round in a circle.
    creators = tuple(_someone(graph, one) for one in _links(graph, iri, "dcterms:creator"))
    return Work(iri, _someone(graph, iri).title, {}, "", "", creators, ())


def _someone(graph: Graph, iri: str) -> Work:
    title = _words(graph, iri, ("dcterms:title", "foaf:name", "rdfs:label"))
    return Work(iri, title, {}, "", "", (), ())


def _words(graph: Graph, iri: str, properties: Iterable[str]) -> Words:
    found: dict[str, str] = {}
    for name in properties:
        for language, texts in _texts(graph, iri, name).items():
            if language in LANGUAGES:
                found.setdefault(language, min(texts))
    return found


def _texts(graph: Graph, iri: str, name: str) -> dict[str, list[str]]:
    from rdflib import Literal, URIRef

    found: dict[str, list[str]] = {}
    for value in graph.objects(URIRef(iri), URIRef(expand(name))):
        if isinstance(value, Literal):
            found.setdefault((value.language or "").partition("-")[0], []).append(str(value))
    return found


def _links(graph: Graph, iri: str, name: str) -> list[str]:
    from rdflib import URIRef

    return _iris(graph.objects(URIRef(iri), URIRef(expand(name))))


def _subjects(graph: Graph, class_: str) -> list[str]:
    from rdflib import RDF, URIRef

    return _iris(graph.subjects(RDF.type, URIRef(class_)))


def _iris(nodes: Iterable[Node]) -> list[str]:
    from rdflib import URIRef

    return sorted(str(node) for node in nodes if isinstance(node, URIRef))
