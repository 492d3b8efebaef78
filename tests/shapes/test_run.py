"""Running: what is asked of a store, how much of it, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import pytest

from egov_kg.errors import EvaluationError, ResultTooLarge
from egov_kg.shapes.read import read_shapes
from egov_kg.shapes.run import run
from egov_kg.store.base import Row
from egov_kg.store.snapshot import Snapshot
from support.shacl import snapshot, turtle

if TYPE_CHECKING:
    from rdflib.term import Identifier

SHAPES = "ex:s sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:nodeKind sh:IRI ; sh:minLength 3 ] ."
DATA = "".join(f"ex:n{number} a ex:C ; ex:p {number} .\n" for number in range(50))


class Watched:
    """A store that notes what it is asked, and refuses answers of more rows than it allows."""

    def __init__(self, inner: Snapshot, allowed: int = 10_000) -> None:
        self.inner, self.allowed = inner, allowed
        self.asked: list[str] = []

    def select(
        self, query: str, bindings: Mapping[str, Identifier] | None = None, *, values: Sequence[Row] = ()
    ) -> list[Row]:
        self.asked.append(query)
        rows = self.inner.select(query, bindings, values=values)
        if len(rows) > self.allowed:
            raise ResultTooLarge("too large", "过大")
        return rows


@pytest.fixture(scope="module")
def inner() -> Iterator[Snapshot]:
    with snapshot(turtle(DATA)) as made:
        yield made


def test_constraints_go_together_in_one_query(inner: Snapshot) -> None:
    store = Watched(inner)
    outcome = run(store, read_shapes(turtle(SHAPES)))
    assert len(store.asked) == 2  # the classes, and both constraints
    assert len(outcome.found) == 100
    assert outcome.unlisted == {}
    assert all("LIMIT" not in query for query in store.asked[1:])


@pytest.mark.parametrize("most", [1, 7, 49, 50])
def test_no_more_is_fetched_than_asked_for_and_the_rest_is_counted(inner: Snapshot, most: int) -> None:
    outcome = run(Watched(inner), read_shapes(turtle(SHAPES)), most)
    assert len(outcome.found) == 2 * most
    rest = 2 * (50 - most)
    assert sum(outcome.unlisted.values()) == rest
    assert [str(shape) for shape in outcome.unlisted] == (["https://example.org/s"] if rest else [])


def test_an_answer_too_large_together_is_asked_for_in_parts(inner: Snapshot) -> None:
    store = Watched(inner, allowed=60)
    assert len(run(store, read_shapes(turtle(SHAPES)), 1_000).found) == 100
    with pytest.raises(ResultTooLarge):
        run(Watched(inner, allowed=40), read_shapes(turtle(SHAPES)), 1_000)


class Cutting(Watched):
    """An endpoint that cuts answers and does not say so."""

    def select(
        self, query: str, bindings: Mapping[str, Identifier] | None = None, *, values: Sequence[Row] = ()
    ) -> list[Row]:
        return super().select(query, bindings, values=values)[: self.allowed]


def test_an_answer_that_is_cut_in_silence_hides_no_constraint(inner: Snapshot) -> None:
    outcome = run(Cutting(inner, allowed=20), read_shapes(turtle(SHAPES)), 20)
    assert {one.component for one in outcome.found} == {
        "NodeKindConstraintComponent",
        "MinLengthConstraintComponent",
    }
    assert sum(outcome.unlisted.values()) == 60


def test_many_constraints_are_several_queries(inner: Snapshot) -> None:
    shapes = "".join(f"ex:s{n} sh:targetClass ex:C ; sh:hasValue ex:n{n} .\n" for n in range(45))
    store = Watched(inner)
    assert len(run(store, read_shapes(turtle(shapes))).found) == 45 * 49
    assert len(store.asked) == 1 + 3


class Endless(Watched):
    def select(
        self, query: str, bindings: Mapping[str, Identifier] | None = None, *, values: Sequence[Row] = ()
    ) -> list[Row]:
        return [{}] * 100_001


def test_too_many_classes_are_an_error(inner: Snapshot) -> None:
    with pytest.raises(EvaluationError, match="rdfs:subClassOf"):
        run(Endless(inner), read_shapes(turtle(SHAPES)))


def test_classes_in_a_circle_are_one() -> None:
    data = "ex:A rdfs:subClassOf ex:B . ex:B rdfs:subClassOf ex:A , [] . ex:x a ex:A . ex:y a ex:B ."
    with snapshot(turtle(data)) as store:
        shapes = read_shapes(turtle("ex:s sh:targetClass ex:A ; sh:nodeKind sh:Literal ."))
        assert {str(one.focus)[-1] for one in run(store, shapes).found} == {"x", "y"}
