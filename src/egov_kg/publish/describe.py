"""What a release says of one resource, for its document.

A description is the resource's own triples from every named graph, what refers to it, and the labels a reader
needs; of a code list also its members, of the ontology all its terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from egov_kg import iris
from egov_kg.iris import LICENCE
from egov_kg.namespaces import PREFIXES
from egov_kg.publish.about import in_language
from egov_kg.publish.void import WHOLE, read_query

if TYPE_CHECKING:
    from rdflib.term import Identifier

    from egov_kg.store.base import Store

REFERENCES: Final = 500
"""How many references to a resource a description has at most."""

Labels = Mapping[str, Mapping[str, str]]
"""IRI to language (`""` for none) to label."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One triple, its terms in rdflib's form.

    Attributes:
        subject, predicate: IRIs.
        value: its object.
        graphs: the IRIs of the graphs that have it, where that was asked.
    """

    subject: str
    predicate: str
    value: Identifier
    graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of a resource.

    Attributes:
        iri: the resource.
        facts: its triples, and for a code list or the ontology those of its parts.
        references: triples that have it as their object.
        more: there are more references than `REFERENCES`.
        labels: of everything that the triples name.
        own: those of the facts that have it as their subject.
    """

    iri: str
    facts: tuple[Fact, ...]
    references: tuple[Fact, ...]
    more: bool
    labels: Labels
    own: tuple[Fact, ...] = field(init=False, repr=False, compare=False)
    _by_predicate: Mapping[str, tuple[Identifier, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        own = tuple(fact for fact in self.facts if fact.subject == self.iri)
        values: dict[str, tuple[Identifier, ...]] = {}
        for fact in own:
            values[fact.predicate] = (*values.get(fact.predicate, ()), fact.value)
        object.__setattr__(self, "own", own)
        object.__setattr__(self, "_by_predicate", values)

    def values(self, predicate: str) -> tuple[Identifier, ...]:
        """The resource's values of a property."""
        return self._by_predicate.get(predicate, ())

    def label(self, lang: str, iri: str | None = None) -> str:
        """The label of a term (of the resource, if none is named), as `about.in_language` chooses it."""
        return in_language(self.labels.get(iri or self.iri, {}), lang)

    def triples(self, document: str) -> Iterator[str]:
        """Everything as canonical N-Triples lines, with what makes it a document of its own.

        Args:
            document: the IRI of the document that carries them.
        """
        from egov_kg.store.terms import from_rdflib

        for fact in (*self.facts, *self.references):
            yield f"<{fact.subject}> <{fact.predicate}> {from_rdflib(fact.value)} .\n"
        for predicate, value in (
            (PREFIXES["rdf"] + "type", PREFIXES["foaf"] + "Document"),
            (PREFIXES["foaf"] + "primaryTopic", self.iri),
            (PREFIXES["dcterms"] + "license", LICENCE),
            (PREFIXES["dcterms"] + "isPartOf", WHOLE),
        ):
            yield f"<{document}> <{predicate}> <{value}> .\n"


def describe(store: Store, iri: str, *, alone: bool = False) -> Description | None:
    """The description of a resource, or None where nothing is said of it.

    Args:
        store: a release's graphs.
        iri: the resource.
        alone: leave out what refers to it and the members of a code list, which may be many.

    Raises:
        EvaluationError: the store did not answer.
    """
    from rdflib.term import URIRef

    bound = {"resource": URIRef(iri)}
    graphs: dict[tuple[str, Identifier], list[str]] = {}
    for row in store.select(read_query("describe-facts.rq"), bound):
        graphs.setdefault((str(row["predicate"]), row["object"]), []).append(str(row["graph"]))
    if not graphs:
        return None
    facts = [Fact(iri, *said, tuple(sorted(where))) for said, where in graphs.items()]
    labels: dict[str, dict[str, str]] = {}
    if alone:
        _read_labels(labels, store, bound, facts)
        return Description(iri, tuple(facts), (), more=False, labels=labels)
    references: dict[tuple[str, str], Fact] = {}
    for row in store.select(read_query("describe-references.rq"), bound):
        subject, predicate = str(row["subject"]), str(row["predicate"])
        references[subject, predicate] = Fact(subject, predicate, URIRef(iri))
        _add(labels, subject, row.get("label"))
    more = len(references) > REFERENCES
    if not more:
        facts += [
            Fact(str(row["member"]), str(row["predicate"]), row["object"])
            for row in store.select(read_query("describe-members.rq"), bound)
        ]
    _read_labels(labels, store, bound, facts)
    return Description(iri, tuple(facts), tuple(references.values())[:REFERENCES], more, labels)


def describe_ontology(store: Store) -> Description:
    """The description of the ontology with all its terms; raises as `describe` does."""
    facts = tuple(
        Fact(str(row["subject"]), str(row["predicate"]), row["object"])
        for row in store.select(read_query("describe-ontology.rq"))
    )
    labels: dict[str, dict[str, str]] = {}
    _own_labels(labels, facts)
    return Description(iris.BASE + "ontology", facts, (), more=False, labels=labels)


def _read_labels(
    labels: dict[str, dict[str, str]], store: Store, bound: Mapping[str, Identifier], facts: Iterable[Fact]
) -> None:
    for row in store.select(read_query("describe-labels.rq"), bound):
        _add(labels, str(row["term"]), row["label"])
    _own_labels(labels, facts)


def _own_labels(labels: dict[str, dict[str, str]], facts: Iterable[Fact]) -> None:
    named = {PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "prefLabel", PREFIXES["dcterms"] + "title"}
    for fact in facts:
        if fact.predicate in named:
            _add(labels, fact.subject, fact.value)


def _add(labels: dict[str, dict[str, str]], iri: str, label: Identifier | None) -> None:
    if label is not None:
        labels.setdefault(iri, {}).setdefault(getattr(label, "language", None) or "", str(label))
