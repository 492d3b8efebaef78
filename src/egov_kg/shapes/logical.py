"""Logical constraints: `sh:not`, `sh:and`, `sh:or`, `sh:xone` (SHACL, section 4.6).

https://www.w3.org/TR/shacl/#core-components-logical
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

from rdflib import SH

from egov_kg.shapes.constraint import Constraint, Shape, ValueConstraint, all_of, any_of
from egov_kg.shapes.parameters import Parameters, members
from egov_kg.shapes.scope import NotCompiled, Scope

MOST_ALTERNATIVES: Final = 8
"""Members that a list of `sh:xone` may have: each stands in the query once for every other."""


@dataclass(frozen=True, slots=True)
class Not(ValueConstraint):
    """`sh:not`: no value conforms to a shape."""

    shape: Shape
    component: ClassVar[str] = "NotConstraintComponent"

    def wrong(self, value: str, scope: Scope) -> str:
        """Whether it conforms."""
        return f"!{self.shape.fails(value, scope)}"


@dataclass(frozen=True, slots=True)
class And(ValueConstraint):
    """`sh:and`: each value conforms to all shapes."""

    shapes: tuple[Shape, ...]
    component: ClassVar[str] = "AndConstraintComponent"

    def wrong(self, value: str, scope: Scope) -> str:
        """Whether it breaks one."""
        return any_of([shape.fails(value, scope) for shape in self.shapes])


@dataclass(frozen=True, slots=True)
class Or(ValueConstraint):
    """`sh:or`: each value conforms to a shape of some."""

    shapes: tuple[Shape, ...]
    component: ClassVar[str] = "OrConstraintComponent"

    def wrong(self, value: str, scope: Scope) -> str:
        """Whether it breaks all."""
        return all_of([shape.fails(value, scope) for shape in self.shapes])


@dataclass(frozen=True, slots=True)
class Xone(ValueConstraint):
    """`sh:xone`: each value conforms to exactly one shape of some."""

    shapes: tuple[Shape, ...]
    component: ClassVar[str] = "XoneConstraintComponent"

    def wrong(self, value: str, scope: Scope) -> str:
        """Whether there is none that it alone conforms to.

        In AND and OR: not every engine takes EXISTS as a number.
        """
        if len(self.shapes) > MOST_ALTERNATIVES:
            raise NotCompiled(
                f"sh:xone of more than {MOST_ALTERNATIVES} shapes",
                f"超过 {MOST_ALTERNATIVES} 个形状的 sh:xone",
            )
        alone = [
            all_of(
                [
                    f"!{shape.fails(value, scope)}" if shape is chosen else shape.fails(value, scope)
                    for shape in self.shapes
                ]
            )
            for chosen in self.shapes
        ]
        return f"!{any_of(alone)}"


def _not(given: Parameters) -> Iterable[Constraint]:
    return [Not(given.read_shape(value)) for value in given.values]


def _of_list(
    make: Callable[[tuple[Shape, ...]], Constraint],
) -> Callable[[Parameters], Iterable[Constraint]]:
    def read(given: Parameters) -> Iterable[Constraint]:
        lists = [members(given.graph, value, given.name) for value in given.values]
        if not all(lists):
            raise NotCompiled(f"{given.name} with an empty list", f"{given.name} 的空列表")
        return [make(tuple(given.read_shape(one) for one in nodes)) for nodes in lists]

    return read


READERS: Final = {SH["not"]: _not, SH["and"]: _of_list(And), SH["or"]: _of_list(Or), SH.xone: _of_list(Xone)}
