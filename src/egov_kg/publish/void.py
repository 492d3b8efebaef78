"""Statistics of the named graphs: as values, as JSON, and as VoID.

Specification: Describing Linked Datasets with the VoID Vocabulary (W3C Note, 2011), sections 4 and 4.4.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from egov_kg import iris
from egov_kg.errors import UsageError
from egov_kg.namespaces import PREFIXES, expand, shrink

if TYPE_CHECKING:
    from rdflib.term import Identifier, URIRef

    from egov_kg.store.base import Store

    Triple = tuple[URIRef, URIRef, Identifier]

WHOLE: Final = iris.thing("dataset", "egov-kg")
"""The dataset that all graphs are part of; described by hand in `data/ttl/catalogue/`."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class GraphStatistics:
    """Counts of one named graph.

    Attributes:
        graph: its IRI.
        triples, subjects, objects: how many, the last two distinct.
        classes: instances by class IRI.
        properties: triples by property IRI.
    """

    graph: str
    triples: int
    subjects: int
    objects: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """The same as JSON values, terms as `prefix:name` where a prefix fits."""
        return {
            "triples": self.triples,
            "subjects": self.subjects,
            "objects": self.objects,
            "classes": {shrink(term): count for term, count in self.classes.items()},
            "properties": {shrink(term): count for term, count in self.properties.items()},
        }


def statistics(store: Store) -> tuple[GraphStatistics, ...]:
    """Count every named graph of a store, in the order of the graphs' IRIs."""
    classes, properties = _counts(store, "void-classes.rq"), _counts(store, "void-properties.rq")
    return tuple(
        GraphStatistics(
            graph=str(row["graph"]),
            triples=int(row["triples"]),
            subjects=int(row["subjects"]),
            objects=int(row["objects"]),
            classes=classes.get(str(row["graph"]), {}),
            properties=properties.get(str(row["graph"]), {}),
        )
        for row in store.select(read_query("void-graphs.rq"))
    )


def describe(graphs: Sequence[GraphStatistics]) -> Iterator[Triple]:
    """VoID triples: each graph is a subset of the whole, with its class and property partitions."""
    from rdflib.term import Literal, URIRef

    def fact(subject: str, predicate: str, value: str | int) -> Triple:
        object_: Identifier = Literal(value) if isinstance(value, int) else URIRef(value)
        return URIRef(subject), URIRef(expand(predicate)), object_

    yield fact(WHOLE, "void:triples", sum(one.triples for one in graphs))
    for one in graphs:
        name = _graph_name(one.graph)
        # What is made of a table's columns is of no vocabulary, and described in the import's graph alone.
        properties = {
            term: count for term, count in one.properties.items() if not term.startswith(PREFIXES["eid"])
        }
        yield fact(WHOLE, "void:subset", one.graph)
        yield fact(one.graph, "rdf:type", expand("void:Dataset"))
        for text, lang in ((f"Named graph {name}", "en"), (f"命名图 {name}", "zh")):
            yield URIRef(one.graph), URIRef(expand("rdfs:label")), Literal(text, lang=lang)
        yield fact(one.graph, "void:triples", one.triples)
        yield fact(one.graph, "void:distinctSubjects", one.subjects)
        yield fact(one.graph, "void:distinctObjects", one.objects)
        yield fact(one.graph, "void:classes", len(one.classes))
        yield fact(one.graph, "void:properties", len(one.properties))
        for vocabulary in sorted({_namespace(term) for term in (*one.classes, *properties)} - {""}):
            yield fact(one.graph, "void:vocabulary", vocabulary)
        for kind, counts, counted in (
            ("class", one.classes, "void:entities"),
            ("property", properties, "void:triples"),
        ):
            for term, count in counts.items():
                partition = iris.thing("partition", f"{name}-{kind}-{_slug(term)}")
                yield fact(one.graph, f"void:{kind}Partition", partition)
                yield fact(partition, "rdf:type", expand("void:Dataset"))
                yield fact(partition, f"void:{kind}", term)
                yield fact(partition, counted, count)


def links(store: Store) -> Iterator[Triple]:
    """VoID triples: how many links each linkset has, counted as its description says (VoID, section 5)."""
    from rdflib.term import Literal, URIRef

    for row in store.select(read_query("void-linksets.rq")):
        linkset = URIRef(str(row["linkset"]))
        yield URIRef(WHOLE), URIRef(expand("void:subset")), linkset
        for predicate in ("triples", "distinctSubjects", "distinctObjects"):
            yield linkset, URIRef(expand(f"void:{predicate}")), Literal(int(row[predicate]))


def read_query(name: str) -> str:
    """The text of one of this package's queries."""
    return files("egov_kg.publish").joinpath("rq", name).read_text("utf-8")


def _counts(store: Store, query: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row in store.select(read_query(query)):
        found.setdefault(str(row["graph"]), {})[str(row["term"])] = int(row["count"])
    return found


def _graph_name(graph: str) -> str:
    """The name of one of our own graphs; of another, one that nothing else has."""
    try:
        return iris.parse(graph).slug
    except UsageError:
        return f"other-{hashlib.sha256(graph.encode()).hexdigest()[:12]}"


def _namespace(term: str) -> str:
    return max((iri for iri in PREFIXES.values() if term.startswith(iri)), key=len, default="")


def _slug(term: str) -> str:
    """`egov:HallLeadership` -> `egov-hall-leadership-<hash>`; the hash tells apart what only case does."""
    words = _NO_SLUG.sub("-", _CAMEL.sub("-", shrink(term)).lower()).strip("-")
    return f"{words}-{hashlib.sha256(term.encode()).hexdigest()[:6]}"
