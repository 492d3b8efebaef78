"""Shape-based constraints: `sh:node`, `sh:property`, `sh:qualifiedValueShape` (SHACL, section 4.7).

https://www.w3.org/TR/shacl/#core-components-shape
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from rdflib import SH
from rdflib.term import Node

from egov_kg.shapes.cardinality import at_least, fewer, more
from egov_kg.shapes.constraint import Constraint, Pattern, Shape, ValueConstraint, all_of
from egov_kg.shapes.parameters import Parameters, companion, count, needs_path, ordered, single, truth
from egov_kg.shapes.scope import NotCompiled, Scope


@dataclass(frozen=True, slots=True)
class NodeShape(ValueConstraint):
    """`sh:node`: each value conforms to a node shape."""

    shape: Shape
    component: ClassVar[str] = "NodeConstraintComponent"

    def wrong(self, value: str, scope: Scope) -> str:
        """Whether it does not conform."""
        return self.shape.fails(value, scope)


@dataclass(frozen=True, slots=True)
class PropertyShape(ValueConstraint):
    """`sh:property`: each value conforms to a property shape, whose own results are the results."""

    shape: Shape
    component: ClassVar[str] = "PropertyConstraintComponent"

    def wrong(self, value: str, scope: Scope) -> str:
        """Whether it does not conform."""
        return self.shape.fails(value, scope)


@dataclass(frozen=True, slots=True)
class _Qualified(Constraint):
    """How many values conform to a shape and, where that is asked, to no sibling of it."""

    number: int
    shape: Shape
    siblings: tuple[Shape, ...]

    def _keep(self, value: str, scope: Scope) -> str:
        others = [sibling.fails(value, scope) for sibling in self.siblings]
        return all_of([f"!{self.shape.fails(value, scope)}", *others])


@dataclass(frozen=True, slots=True)
class QualifiedMin(_Qualified):
    """`sh:qualifiedMinCount`: so many values conform, or more."""

    component: ClassVar[str] = "QualifiedMinCountConstraintComponent"

    def found(self, path: str, scope: Scope) -> Iterator[Pattern]:
        """The focus nodes where fewer do."""
        return fewer(self.number, path, scope, lambda value: self._keep(value, scope))

    def fails(self, node: str, path: str, scope: Scope) -> str:
        """Whether fewer do."""
        return f"!{at_least(self.number, node, path, scope, lambda value: self._keep(value, scope))}"


@dataclass(frozen=True, slots=True)
class QualifiedMax(_Qualified):
    """`sh:qualifiedMaxCount`: so many values conform, or fewer."""

    component: ClassVar[str] = "QualifiedMaxCountConstraintComponent"

    def found(self, path: str, scope: Scope) -> Iterator[Pattern]:
        """The focus nodes where more do."""
        return more(self.number, path, scope, lambda value: self._keep(value, scope))

    def fails(self, node: str, path: str, scope: Scope) -> str:
        """Whether more do."""
        return at_least(self.number + 1, node, path, scope, lambda value: self._keep(value, scope))


def _node(given: Parameters) -> Iterable[Constraint]:
    shapes = [given.read_shape(value) for value in given.values]
    if any(shape.path for shape in shapes):
        raise NotCompiled("sh:node with a property shape", "sh:node 指向属性形状")
    return [NodeShape(shape) for shape in shapes]


def _property(given: Parameters) -> Iterable[Constraint]:
    shapes = [given.read_shape(value) for value in given.values]
    if not all(shape.path for shape in shapes):
        raise NotCompiled("sh:property without sh:path", "sh:property 所指形状没有 sh:path")
    return [PropertyShape(shape) for shape in shapes]


def _qualified(given: Parameters) -> Iterable[Constraint]:
    needs_path(given)
    value = single(given)
    shape = given.read_shape(value)
    apart = truth(companion(given, SH.qualifiedValueShapesDisjoint), "sh:qualifiedValueShapesDisjoint")
    siblings = tuple(given.read_shape(one) for one in _siblings(given, value)) if apart else ()
    for parameter, make in ((SH.qualifiedMinCount, QualifiedMin), (SH.qualifiedMaxCount, QualifiedMax)):
        if (number := companion(given, parameter)) is not None:
            yield make(count(given.of(parameter, number)), shape, siblings)


def _siblings(given: Parameters, own: Node) -> list[Node]:
    """The other `sh:qualifiedValueShape` of the shapes that this property shape is part of."""
    graph = given.graph
    return ordered(
        {
            other
            for parent in graph.subjects(SH.property, given.shape)
            for part in graph.objects(parent, SH.property)
            for other in graph.objects(part, SH.qualifiedValueShape)
            if other != own
        }
    )


READERS: Final = {SH.node: _node, SH.property: _property, SH.qualifiedValueShape: _qualified}
