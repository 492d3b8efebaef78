"""Each construct of SHACL by itself: a shape, a graph, and what two engines say of it.

In the manner of the W3C test suite (data-shapes-test-suite/tests/core); the cases, in
`tests/data/shacl.trig`, are our own.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rdflib import Graph

from egov_kg.store.snapshot import Snapshot
from support.shacl import as_stored, by_queries, by_reference, cases, snapshot, turtle

DATA, CASES = cases()
CONFORM = {"target-none-in-the-data", "deactivated", "sparql-deactivated"}
# pySHACL compares values of different kinds by an order of its own, where SPARQL has none. To the
# recommendation, which asks whether `<` is true, they are all at fault.
BEYOND_THE_REFERENCE = {
    "date-is-no-number": ("ex:two", "ex:p", "sh:maxInclusive 400", '"2012-02-29"'),
    "languages-have-no-order": ("ex:three", "ex:label", "sh:lessThan ex:high", '"a"@en'),
    "iris-have-no-order": ("ex:four", "rdf:type", "sh:lessThan ex:next", "<https://example.org/Thing>"),
}


@pytest.fixture(scope="module")
def store() -> Iterator[Snapshot]:
    with snapshot(DATA) as made:
        yield made


@pytest.fixture(scope="module")
def stored(store: Snapshot) -> Graph:
    return as_stored(store)


@pytest.mark.parametrize("case", CASES)
def test_queries_say_what_the_reference_says(case: str, store: Snapshot, stored: Graph) -> None:
    found = by_queries(store, CASES[case])
    assert found == by_reference(stored, CASES[case])
    assert bool(found) == (case not in CONFORM)


@pytest.mark.parametrize("case", BEYOND_THE_REFERENCE)
def test_what_cannot_be_compared_is_at_fault(case: str, store: Snapshot, stored: Graph) -> None:
    focus, path, constraint, value = BEYOND_THE_REFERENCE[case]
    shapes = turtle(f"ex:s sh:targetNode {focus} ; sh:property [ sh:path {path} ; {constraint} ] .")
    missed = by_queries(store, shapes) - by_reference(stored, shapes)
    assert any(one.value.startswith(value) for one in missed)
