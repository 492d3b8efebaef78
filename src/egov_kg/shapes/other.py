"""Other constraints: `sh:closed`, `sh:hasValue`, `sh:in` (SHACL, section 4.8).

https://www.w3.org/TR/shacl/#core-components-others
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from rdflib import SH, URIRef
from rdflib.term import Node

from egov_kg.shapes.constraint import FOCUS, PATH, VALUE, Constraint, Pattern, ValueConstraint, any_of
from egov_kg.shapes.parameters import Parameters, companion, flag, members, single
from egov_kg.shapes.scope import Scope, iri_list, is_term, term


@dataclass(frozen=True, slots=True)
class Closed(Constraint):
    """`sh:closed`: each value has only the properties of the shape, and those it ignores."""

    allowed: tuple[URIRef, ...]
    component: ClassVar[str] = "ClosedConstraintComponent"

    def found(self, path: str, scope: Scope) -> Iterator[Pattern]:
        """Every other property, with its object."""
        node = scope.fresh() if path else FOCUS
        reached = f"{FOCUS} {path} {node} . " if path else ""
        yield Pattern(f"{reached}{self._other(node, PATH, VALUE)}", VALUE, has_path=True)

    def fails(self, node: str, path: str, scope: Scope) -> str:
        """Whether there is another property."""
        value = scope.fresh() if path else node
        reached = f"{node} {path} {value} . " if path else ""
        return f"EXISTS {{ {reached}{self._other(value, scope.fresh(), scope.fresh())} }}"

    def _other(self, node: str, property_: str, object_: str) -> str:
        known = f" . FILTER({property_} NOT IN ({iri_list(self.allowed)}))" if self.allowed else ""
        return f"{node} {property_} {object_}{known}"


@dataclass(frozen=True, slots=True)
class HasValue(Constraint):
    """`sh:hasValue`: one of the values is this."""

    wanted: Node
    component: ClassVar[str] = "HasValueConstraintComponent"

    def found(self, path: str, scope: Scope) -> Iterator[Pattern]:
        """The focus nodes without it."""
        yield Pattern(f"FILTER({self.fails(FOCUS, path, scope)})")

    def fails(self, node: str, path: str, scope: Scope) -> str:
        """Whether it is missing."""
        if path:
            return f"NOT EXISTS {{ {node} {path} {term(self.wanted)} }}"
        return f"!{is_term(node, self.wanted)}"


@dataclass(frozen=True, slots=True)
class In(ValueConstraint):
    """`sh:in`: each value is a member of a list."""

    options: tuple[Node, ...]
    component: ClassVar[str] = "InConstraintComponent"

    def wrong(self, value: str, scope: Scope) -> str:
        """Whether it is none of them; a literal is one only as the same term, not as an equal number."""
        iris = [one for one in self.options if isinstance(one, URIRef)]
        known = [f"(isIRI({value}) && {value} IN ({iri_list(iris)}))"] if iris else []
        known += [is_term(value, one) for one in self.options if one not in iris]
        return f"!{any_of(known)}"


def _closed(given: Parameters) -> Iterable[Constraint]:
    if not flag(given):
        return []
    graph = given.graph
    paths = {
        path
        for part in graph.objects(given.shape, SH.property)
        for path in graph.objects(part, SH.path)
        if isinstance(path, URIRef)
    }
    ignored = companion(given, SH.ignoredProperties)
    if ignored is not None:
        paths |= {URIRef(str(one)) for one in members(graph, ignored, "sh:ignoredProperties")}
    return [Closed(tuple(sorted(paths)))]


def _has_value(given: Parameters) -> Iterable[Constraint]:
    return [HasValue(value) for value in given.values]


def _in(given: Parameters) -> Iterable[Constraint]:
    return [In(tuple(members(given.graph, single(given), given.name)))]


READERS: Final = {SH.closed: _closed, SH.hasValue: _has_value, SH["in"]: _in}
