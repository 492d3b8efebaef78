"""Descriptions: everything that is said of a resource, and what refers to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import URIRef

from egov_kg import iris
from egov_kg.iris import BASE
from egov_kg.namespaces import expand
from egov_kg.publish.describe import REFERENCES, describe, describe_ontology
from egov_kg.store.base import Dataset
from egov_kg.store.snapshot import Snapshot

LABEL = expand("rdfs:label")
GRAPH, OTHER = iris.graph("one"), iris.graph("derived")
THING, SCHEME, BUSY = (BASE + path for path in ("id/thing/a", "code/list", "id/thing/busy"))


def quads() -> Iterator[str]:
    yield f'<{THING}> <{LABEL}> "thing"@en <{GRAPH}> .'
    yield f'<{THING}> <{LABEL}> "物"@zh <{GRAPH}> .'
    yield f"<{THING}> <{BASE}ontology#kind> <{SCHEME}/x> <{OTHER}> ."
    yield f'<{SCHEME}> <{LABEL}> "list" <{GRAPH}> .'
    yield f"<{SCHEME}/x> <{expand('skos:inScheme')}> <{SCHEME}> <{GRAPH}> ."
    yield f'<{SCHEME}/x> <{LABEL}> "x"@en <{GRAPH}> .'
    yield f'<{BUSY}> <{LABEL}> "busy"@en <{GRAPH}> .'
    for number in range(REFERENCES + 1):
        yield f"<{BASE}id/other/n{number}> <{BASE}ontology#to> <{BUSY}> <{GRAPH}> ."
    yield f'<{BASE}ontology#kind> <{LABEL}> "kind"@en <{iris.graph("ontology")}> .'
    yield f'<http://example.org/term> <{LABEL}> "not ours"@en <{iris.graph("ontology")}> .'


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    file = tmp_path_factory.mktemp("describe") / "graph.nq"
    file.write_text("".join(f"{line}\n" for line in quads()), encoding="utf-8")
    return Snapshot.memory([file], Dataset((GRAPH, iris.graph("ontology"))))


def test_facts_come_from_every_graph(store: Snapshot) -> None:
    found = describe(store, THING)
    assert found is not None
    assert found.values(f"{BASE}ontology#kind") == (URIRef(f"{SCHEME}/x"),)
    assert (found.label("zh"), found.label("en")) == ("物", "thing")
    assert found.label("fr") == "thing"
    assert found.label("en", f"{SCHEME}/x") == "x"
    assert found.label("en", f"{BASE}ontology#kind") == "kind"
    assert not found.references


def test_a_code_list_comes_with_its_members(store: Snapshot) -> None:
    found = describe(store, SCHEME)
    assert found is not None
    assert {fact.subject for fact in found.facts} == {SCHEME, f"{SCHEME}/x"}
    assert [fact.subject for fact in found.references] == [f"{SCHEME}/x"]


def test_references_are_bounded_and_it_says_so(store: Snapshot) -> None:
    found = describe(store, BUSY)
    assert found is not None
    assert len(found.references) == REFERENCES
    assert found.more


def test_nothing_is_said_of_what_is_only_referred_to_or_unknown(store: Snapshot) -> None:
    assert describe(store, f"{BASE}id/nothing/x") is None


def test_the_ontology_has_its_own_terms_only(store: Snapshot) -> None:
    found = describe_ontology(store)
    assert {fact.subject for fact in found.facts} == {f"{BASE}ontology#kind"}


def test_the_document_describes_itself(store: Snapshot, tmp_path: Path) -> None:
    found = describe(store, THING)
    assert found is not None
    lines = set(found.triples(f"{BASE}doc/id/thing/a"))
    assert f"<{BASE}doc/id/thing/a> <{expand('foaf:primaryTopic')}> <{THING}> .\n" in lines
    assert f'<{THING}> <{LABEL}> "物"@zh .\n' in lines
