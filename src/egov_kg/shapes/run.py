"""Shapes checked where the data are: in the store itself, by queries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final

from rdflib.term import Identifier, Node

from egov_kg.errors import EvaluationError, ResultTooLarge
from egov_kg.shapes.compile import Branch, compile_shapes
from egov_kg.shapes.constraint import FOCUS, Shape
from egov_kg.shapes.scope import Hierarchy
from egov_kg.store.base import Row, Selects

MOST_CLASSES: Final = 100_000
"""Statements of `rdfs:subClassOf` that data may have."""

_MOST_TOGETHER: Final = 20
_LONGEST: Final = 24_000


@dataclass(frozen=True, slots=True)
class Found:
    """One validation result (SHACL, section 3.6.2).

    Attributes:
        focus: `sh:focusNode`.
        value: `sh:value`, None where there is none.
        path: `sh:resultPath` as a SPARQL property path, empty where there is none.
        shape: `sh:sourceShape`.
        component: the local name of `sh:sourceConstraintComponent`.
        root: the shape with targets that led there.
    """

    focus: Identifier
    value: Identifier | None
    path: str
    shape: Node
    component: str
    root: Node


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found.

    Attributes:
        found: the results.
        unlisted: how many results of a shape with targets are not among them, where there are.
    """

    found: tuple[Found, ...]
    unlisted: dict[Node, int]


def run(store: Selects, shapes: Sequence[Shape], most: int | None = None) -> Outcome:
    """Check the default graph of a store.

    Args:
        store: what is asked.
        shapes: those with targets, of `read_shapes`.
        most: results of one constraint to fetch; all without it.

    Raises:
        ShapeUnsupported: a construct without a query; no shape has been run then.
        EvaluationError: the store failed, or has too many classes.
    """
    branches = compile_shapes(shapes, _hierarchy(store))
    found: list[Found] = []
    unlisted: dict[Node, int] = {}
    for batch in _batches(branches):
        rows = _rows(store, batch, most)
        if rows is None:
            rows = [
                row
                for number, branch in enumerate(batch)
                for row in store.select(branch.select(number, most))
            ]
        for number, branch in enumerate(batch):
            own = [row for row in rows if int(row["rule"]) == number]
            found += (_found(branch, row) for row in own)
            if most is not None and len(own) >= most and (more := _count(store, branch) - len(own)) > 0:
                unlisted[branch.root] = unlisted.get(branch.root, 0) + more
    return Outcome(tuple(dict.fromkeys(found)), unlisted)


def _hierarchy(store: Selects) -> Hierarchy:
    text = resources.files(__package__).joinpath("rq", "subclasses.rq").read_text("utf-8")
    rows = store.select(text)
    if len(rows) > MOST_CLASSES:
        raise EvaluationError(
            f"The data have more than {MOST_CLASSES} statements of rdfs:subClassOf. Validate them in parts.",
            f"数据中的 rdfs:subClassOf 超过 {MOST_CLASSES} 条。请分批校验。",
        )
    return Hierarchy((row["class"], row["above"]) for row in rows)


def _batches(branches: Sequence[Branch]) -> Iterator[list[Branch]]:
    """Queries that go together: a round trip for each would take longer than most of them."""
    batch: list[Branch] = []
    length = 0
    for branch in branches:
        if batch and (len(batch) >= _MOST_TOGETHER or length + len(branch.where) > _LONGEST):
            yield batch
            batch, length = [], 0
        batch.append(branch)
        length += len(branch.where)
    if batch:
        yield batch


def _rows(store: Selects, batch: Sequence[Branch], most: int | None) -> list[Row] | None:
    """The answer to several queries at once; None where it is so long that an endpoint might have cut it."""
    try:
        rows = store.select(_together(batch, most))
    except ResultTooLarge:
        if len(batch) == 1:
            raise
        return None
    return None if most is not None and len(rows) >= most and len(batch) > 1 else rows


def _together(batch: Sequence[Branch], most: int | None) -> str:
    if len(batch) == 1:
        return batch[0].select(0, most)
    parts = (f"{{ {branch.select(number, most)} }}" for number, branch in enumerate(batch))
    return f"SELECT * WHERE {{ {' UNION '.join(parts)} }}"


def _count(store: Selects, branch: Branch) -> int:
    (row,) = store.select(f"SELECT (COUNT(*) AS ?number) WHERE {{ {{ {branch.select(0)} }} }}")
    return int(row["number"])


def _found(branch: Branch, row: Row) -> Found:
    value = row["focus"] if branch.pattern.value == FOCUS else row.get("value")
    path = row["path"].n3() if branch.pattern.has_path and "path" in row else branch.path
    return Found(row["focus"], value, path, branch.shape, branch.component, branch.root)
