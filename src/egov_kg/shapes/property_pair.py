"""Property pair constraints (SHACL, section 4.5).

They are `sh:equals`, `sh:disjoint`, `sh:lessThan` and `sh:lessThanOrEquals`.
https://www.w3.org/TR/shacl/#core-components-property-pairs
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from rdflib import SH, URIRef

from egov_kg.shapes.constraint import FOCUS, VALUE, Constraint, Pattern
from egov_kg.shapes.ordering import Operator, compares
from egov_kg.shapes.parameters import Parameters, needs_path
from egov_kg.shapes.scope import NotCompiled, Scope, term


@dataclass(frozen=True, slots=True)
class Equals(Constraint):
    """`sh:equals`: the values are those of another property, all of them."""

    other: URIRef
    component: ClassVar[str] = "EqualsConstraintComponent"

    def found(self, path: str, scope: Scope) -> Iterator[Pattern]:
        """Each value that only one of the two has."""
        other = term(self.other)
        if path:
            yield Pattern(f"{FOCUS} {path} {VALUE} . FILTER NOT EXISTS {{ {FOCUS} {other} {VALUE} }}", VALUE)
            yield Pattern(f"{FOCUS} {other} {VALUE} . FILTER NOT EXISTS {{ {FOCUS} {path} {VALUE} }}", VALUE)
        else:
            yield Pattern(f"FILTER NOT EXISTS {{ {FOCUS} {other} {FOCUS} }}", FOCUS)
            yield Pattern(f"{FOCUS} {other} {VALUE} . FILTER(!sameTerm({FOCUS}, {VALUE}))", VALUE)

    def fails(self, node: str, path: str, scope: Scope) -> str:
        """Whether there is a value that only one of the two has."""
        other, value, more = term(self.other), scope.fresh(), scope.fresh()
        if not path:
            return (
                f"(NOT EXISTS {{ {node} {other} {node} }} || "
                f"EXISTS {{ {node} {other} {value} . FILTER(!sameTerm({node}, {value})) }})"
            )
        return (
            f"(EXISTS {{ {node} {path} {value} . FILTER NOT EXISTS {{ {node} {other} {value} }} }} || "
            f"EXISTS {{ {node} {other} {more} . FILTER NOT EXISTS {{ {node} {path} {more} }} }})"
        )


@dataclass(frozen=True, slots=True)
class Disjoint(Constraint):
    """`sh:disjoint`: no value is one of another property."""

    other: URIRef
    component: ClassVar[str] = "DisjointConstraintComponent"

    def found(self, path: str, scope: Scope) -> Iterator[Pattern]:
        """Each value that both have."""
        other = term(self.other)
        if path:
            yield Pattern(f"{FOCUS} {path} {VALUE} . {FOCUS} {other} {VALUE}", VALUE)
        else:
            yield Pattern(f"FILTER EXISTS {{ {FOCUS} {other} {FOCUS} }}", FOCUS)

    def fails(self, node: str, path: str, scope: Scope) -> str:
        """Whether there is a value that both have."""
        other = term(self.other)
        if not path:
            return f"EXISTS {{ {node} {other} {node} }}"
        value = scope.fresh()
        return f"EXISTS {{ {node} {path} {value} . {node} {other} {value} }}"


@dataclass(frozen=True)
class LessThan(Constraint):
    """`sh:lessThan` and `sh:lessThanOrEquals`: each value is less than each of another property."""

    component: str  # type: ignore[misc]  # two components that differ in the operator
    operator: Operator
    other: URIRef

    def found(self, path: str, scope: Scope) -> Iterator[Pattern]:
        """Each value that is not less than some value of the other, or cannot be compared with it."""
        yield Pattern(self._pair(FOCUS, path, VALUE, scope), VALUE)

    def fails(self, node: str, path: str, scope: Scope) -> str:
        """Whether there is such a value."""
        return f"EXISTS {{ {self._pair(node, path, scope.fresh(), scope)} }}"

    def _pair(self, node: str, path: str, value: str, scope: Scope) -> str:
        other = scope.fresh()
        return (
            f"{node} {path} {value} . {node} {term(self.other)} {other} . "
            f"FILTER(!{compares(value, self.operator, other)})"
        )


def _properties(given: Parameters) -> list[URIRef]:
    found = [value for value in given.values if isinstance(value, URIRef)]
    if len(found) < len(given.values):
        raise NotCompiled(f"{given.name} without a property", f"{given.name} 的值不是属性")
    return found


def _equals(given: Parameters) -> Iterable[Constraint]:
    return [Equals(other) for other in _properties(given)]


def _disjoint(given: Parameters) -> Iterable[Constraint]:
    return [Disjoint(other) for other in _properties(given)]


def _less(name: str, operator: Operator) -> Callable[[Parameters], Iterable[Constraint]]:
    def read(given: Parameters) -> Iterable[Constraint]:
        needs_path(given)
        return [LessThan(f"{name}ConstraintComponent", operator, other) for other in _properties(given)]

    return read


READERS: Final = {
    SH.equals: _equals,
    SH.disjoint: _disjoint,
    SH.lessThan: _less("LessThan", "<"),
    SH.lessThanOrEquals: _less("LessThanOrEquals", "<="),
}
