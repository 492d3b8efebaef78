"""What a SHACL engine says of a graph, in one form for all, so that two can be compared."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import pyshacl
from rdflib import SH, BNode, Graph
from rdflib.term import Node

from egov_kg.release.engines import _literals_as_written
from egov_kg.shapes.paths import path_text
from egov_kg.shapes.read import read_shapes
from egov_kg.shapes.run import run
from egov_kg.store.base import Dataset, Selects, Store
from egov_kg.store.rdf_io import parse_rdf
from egov_kg.store.snapshot import Snapshot
from egov_kg.store.terms import to_rdflib

GRAPH = "https://example.org/graph"
PREFIXES = """
@prefix ex: <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


CASES: Final = "https://example.org/case/"
_FILE: Final = Path(__file__).resolve().parents[1] / "data" / "shacl.trig"


def cases() -> tuple[Graph, dict[str, Graph]]:
    """The data of `tests/data/shacl.trig`, and its shapes graphs by name."""
    graphs: dict[str, Graph] = defaultdict(Graph)
    for quad in parse_rdf(_FILE):
        name = getattr(quad.graph_name, "value", "").removeprefix(CASES)
        graphs[name].add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    return graphs.pop(""), graphs


class Verdict(NamedTuple):
    """One validation result. Terms in N-Triples; every blank node is `[]`, as its label means nothing."""

    focus: str
    shape: str
    path: str
    component: str
    value: str


def turtle(text: str) -> Graph:
    """A graph of Turtle whose prefixes are declared already, with literals as written."""
    with _literals_as_written():
        return Graph().parse(data=PREFIXES + text, format="turtle")


def by_reference(data: Graph, shapes: Graph) -> set[Verdict]:
    """What pySHACL says."""
    with _literals_as_written():
        _, results, text = pyshacl.validate(
            data, shacl_graph=shapes, inplace=True, inference="none", advanced=False
        )
    assert isinstance(results, Graph), text
    return verdicts(results, shapes)


def verdicts(results: Graph, shapes: Graph) -> set[Verdict]:
    """The results of a `sh:ValidationReport`, without the details of one that is due to shapes within."""
    found = set()
    for result in results.objects(None, SH.result):
        path = results.value(result, SH.resultPath)
        shape = results.value(result, SH.sourceShape)
        assert shape is not None
        found.add(
            Verdict(
                shown(results.value(result, SH.focusNode)),
                name(shape),
                "" if path is None else path_text(results if (path, None, None) in results else shapes, path),
                str(results.value(result, SH.sourceConstraintComponent)).removeprefix(str(SH)),
                shown(results.value(result, SH.value)),
            )
        )
    return found


def by_queries(store: Selects, shapes: Graph) -> set[Verdict]:
    """What the shapes say as SPARQL, in a store."""
    outcome = run(store, read_shapes(shapes))
    assert not outcome.unlisted
    return {
        Verdict(shown(one.focus), name(one.shape), one.path, one.component, shown(one.value))
        for one in outcome.found
    }


def snapshot(data: Graph) -> Snapshot:
    """A store in memory."""
    text = ntriples(data).replace(" .\n", f" <{GRAPH}> .\n")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "data.nq"
        path.write_text(text, encoding="utf-8")
        return Snapshot.memory([path], Dataset((GRAPH,)))


def as_stored(store: Store) -> Graph:
    """The graph that a store has, with the forms of literals that it keeps."""
    with _literals_as_written():
        return store.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")


def shown(term: Node | None) -> str:
    """A term in N-Triples."""
    return "" if term is None else "[]" if isinstance(term, BNode) else term.n3()


def name(shape: Node) -> str:
    """A shape by its IRI, or by its label in the shapes graph."""
    return str(shape)


def ntriples(data: Graph) -> str:
    """A graph as N-Triples, with literals as written."""
    return "".join(f"{s.n3()} {p.n3()} {o.n3()} .\n" for s, p, o in data)
