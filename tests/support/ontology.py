"""Reading the ontology, its code lists and data for tests, and closing them under the OWL 2 RL rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from owlrl import OWLRL_Semantics
from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, SKOS
from rdflib.term import Node

ROOT = Path(__file__).resolve().parents[2]
ONTOLOGY = ROOT / "ontology"
BASE = "https://w3id.org/egov-kg/"
EGOV = BASE + "ontology#"
DOCUMENT = URIRef(BASE + "ontology")

CODE_LISTS = sorted((ONTOLOGY / "codelists").glob("*.ttl"))
ALIGNMENTS = sorted((ONTOLOGY / "alignments").glob("*.ttl"))
PUBLISHED = [ONTOLOGY / "egov.ttl", *CODE_LISTS, *ALIGNMENTS]
CONTEXT = ONTOLOGY / "examples" / "context.ttl"
EXAMPLES = sorted(p for p in (ONTOLOGY / "examples").glob("*.ttl") if p != CONTEXT)

# Properties of text alone: no rule of OWL 2 RL draws anything from them but more text.
_ANNOTATIONS = {
    RDFS.label, RDFS.comment, RDFS.isDefinedBy, RDFS.seeAlso, SKOS.prefLabel, SKOS.altLabel,
    SKOS.definition, SKOS.note, SKOS.notation, DCTERMS.title, DCTERMS.description,
}  # fmt: skip


@cache
def read(path: Path) -> Graph:
    """A Turtle file as a graph: not to be changed, for it is shared."""
    graph = Graph()
    graph.parse(path, format="turtle")
    return graph


def union(paths: Iterable[Path]) -> Graph:
    """Several Turtle files as one new graph."""
    graph = Graph()
    for path in paths:
        for triple in read(path):
            graph.add(triple)
    return graph


@dataclass(frozen=True)
class Closure:
    """A graph with all that the OWL 2 RL rules add to it, and the contradictions they found."""

    graph: Graph
    errors: tuple[str, ...]

    def types(self, node: Node) -> set[Node]:
        """Every class that the node is a member of, stated or inferred."""
        return set(self.graph.objects(node, RDF.type))


def close(graph: Graph) -> Closure:
    """The OWL 2 RL closure of a graph (OWL 2 Profiles, section 4.3), text left out."""
    closed = Graph()
    for triple in graph:
        if triple[1] not in _ANNOTATIONS:
            closed.add(triple)
    rules = OWLRL_Semantics(closed, False, False, False)
    rules.closure()
    nothing = [f"{node} is in owl:Nothing" for node in closed.subjects(RDF.type, OWL.Nothing)]
    return Closure(closed, (*rules.error_messages, *nothing))


def languages(graph: Graph, node: Node, predicate: URIRef) -> list[str]:
    """The language tags of the non-empty values of a property, sorted."""
    return sorted(
        str(value.language)
        for value in graph.objects(node, predicate)
        if isinstance(value, Literal) and value.language and str(value).strip()
    )


def own_terms() -> dict[str, URIRef]:
    """The declared `egov:` terms by their local names."""
    return {
        str(node)[len(EGOV) :]: node
        for node in set(read(ONTOLOGY / "egov.ttl").subjects(RDF.type))
        if isinstance(node, URIRef) and node.startswith(EGOV)
    }


# A dot ends a sentence or a statement: it is no part of a name here, though Turtle allows it inside one.
_TERM = re.compile(
    r"(?<![\w-])egov:([A-Za-z][A-Za-z0-9-]*)|https://w3id\.org/egov-kg/ontology#([A-Za-z][A-Za-z0-9-]*)"
)


def terms_in(text: str) -> Iterator[str]:
    """The local names of the `egov:` terms in a text, prefixed or in full, in strings too."""
    for match in _TERM.finditer(text):
        yield match[1] or match[2]
