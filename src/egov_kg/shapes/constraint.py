"""What a shape is made of: constraints, each of which says as SPARQL where it is broken.

Two questions are asked of every constraint. `found`: which values at which focus nodes are at fault? That is
for shapes whose results are reported. `fails`: is it broken at this node? That is for shapes within `sh:not`,
`sh:or`, `sh:node` and the like, of which only that is reported (SHACL, section 3.4.2). The second is an
expression, true or false, that never errs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from rdflib.term import Node

from egov_kg.shapes.scope import Scope

FOCUS = "?focus"
VALUE = "?value"
PATH = "?path"


class Pattern(NamedTuple):
    """Where a constraint is broken, as the rest of a group that binds `?focus` already.

    Attributes:
        where: triple patterns and filters.
        value: the variable that is `sh:value`; empty where the result has none.
        has_path: whether `?path` is bound to the result's own `sh:resultPath`.
        having: a condition on the solutions of one focus node, taken together.
    """

    where: str
    value: str = ""
    has_path: bool = False
    having: str = ""


class Constraint(ABC):
    """A constraint of a shape: one component with its parameters (SHACL, section 3.1)."""

    component: ClassVar[str]
    """The local name of its `sh:sourceConstraintComponent`."""

    @abstractmethod
    def found(self, path: str, scope: Scope) -> Iterator[Pattern]:
        """Where it is broken.

        Args:
            path: of the shape; empty for a node shape.
            scope: names of variables, and classes.

        Raises:
            NotCompiled: it has no query.
        """

    @abstractmethod
    def fails(self, node: str, path: str, scope: Scope) -> str:
        """Whether it is broken at a node, as an expression; raises as `found` does.

        Args:
            node: the variable of the focus node.
            path: of the shape; empty for a node shape.
            scope: names of variables, and classes.
        """


class ValueConstraint(Constraint):
    """A constraint that looks at each value node alone."""

    @abstractmethod
    def wrong(self, value: str, scope: Scope) -> str:
        """Whether a value breaks it, as an expression that never errs."""

    def found(self, path: str, scope: Scope) -> Iterator[Pattern]:
        """Every value that is wrong."""
        if path:
            yield Pattern(f"{FOCUS} {path} {VALUE} . FILTER({self.wrong(VALUE, scope)})", VALUE)
        else:
            yield Pattern(f"FILTER({self.wrong(FOCUS, scope)})", FOCUS)

    def fails(self, node: str, path: str, scope: Scope) -> str:
        """Whether there is a value that is wrong."""
        if not path:
            return self.wrong(node, scope)
        value = scope.fresh()
        return f"EXISTS {{ {node} {path} {value} . FILTER({self.wrong(value, scope)}) }}"


@dataclass(frozen=True, slots=True)
class Targets:
    """Where a shape is applied (SHACL, section 2.1.3)."""

    nodes: tuple[Node, ...] = ()
    classes: tuple[Node, ...] = ()
    subjects_of: tuple[Node, ...] = ()
    objects_of: tuple[Node, ...] = ()

    def __bool__(self) -> bool:
        return any((self.nodes, self.classes, self.subjects_of, self.objects_of))


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape or a property shape (SHACL, sections 2.2 and 2.3).

    Attributes:
        node: its name in the shapes graph.
        path: of a property shape, as a SPARQL property path; empty for a node shape.
        constraints: of a shape that is not deactivated.
        targets: where it is applied on its own account.
    """

    node: Node
    path: str
    constraints: tuple[Constraint, ...] = ()
    targets: Targets = field(default_factory=Targets)

    def fails(self, node: str, scope: Scope) -> str:
        """Whether a node does not conform, as an expression that never errs."""
        scope.admit(self.path)
        alone = [one for one in self.constraints if isinstance(one, ValueConstraint)]
        parts = [
            one.fails(node, self.path, scope)
            for one in self.constraints
            if not isinstance(one, ValueConstraint)
        ]
        if self.path and len(alone) > 1:  # the values are looked at once
            value = scope.fresh()
            wrong = any_of([one.wrong(value, scope) for one in alone])
            parts.append(f"EXISTS {{ {node} {self.path} {value} . FILTER({wrong}) }}")
        else:
            parts += [one.fails(node, self.path, scope) for one in alone]
        return any_of(parts)


def any_of(parts: list[str]) -> str:
    """A disjunction; of nothing, false."""
    return f"({' || '.join(parts)})" if parts else "false"


def all_of(parts: list[str]) -> str:
    """A conjunction; of nothing, true."""
    return f"({' && '.join(parts)})" if parts else "true"
