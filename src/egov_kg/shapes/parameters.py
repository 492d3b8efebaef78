"""What a component is given to read its parameters from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from rdflib import RDF, XSD, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from egov_kg.namespaces import shrink
from egov_kg.shapes.scope import NotCompiled

if TYPE_CHECKING:
    from egov_kg.shapes.constraint import Shape


_TRUTHS: Final = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Parameters:
    """The values of one parameter of a shape.

    Attributes:
        graph: the shapes graph.
        shape: the shape.
        parameter: the property, such as `sh:minCount`.
        values: in a fixed order.
        read_shape: gives the shape of a node.
        has_path: whether the shape is a property shape.
    """

    graph: Graph
    shape: Node
    parameter: URIRef
    values: Sequence[Node]
    read_shape: Callable[[Node], Shape]
    has_path: bool

    def of(self, parameter: URIRef, *values: Node) -> Parameters:
        """The values of another parameter of the shape."""
        return replace(self, parameter=parameter, values=values)

    @property
    def name(self) -> str:
        """The parameter with its prefix."""
        return shrink(str(self.parameter))


def ordered(nodes: Iterable[Node]) -> list[Node]:
    """Nodes in an order that is the same each time."""
    return sorted(nodes, key=str)


def single(given: Parameters) -> Node:
    """The one value of a parameter that has at most one.

    Raises:
        NotCompiled: there are several.
    """
    if len(given.values) != 1:
        raise NotCompiled(f"several values of {given.name}", f"{given.name} 有多个值")
    return given.values[0]


def count(given: Parameters) -> int:
    """The one value, a whole number from 0.

    Raises:
        NotCompiled: it is none.
    """
    value = single(given)
    if isinstance(value, Literal) and value.datatype == XSD.integer and str(value).isdecimal():
        return int(value)
    raise NotCompiled(f"{given.name} {value}, which is no count", f"{given.name} 取值 {value} 不是计数")


def flag(given: Parameters) -> bool:
    """The one value, true or false.

    Raises:
        NotCompiled: it is neither.
    """
    return truth(single(given), given.name)


def truth(value: Node | None, name: str) -> bool:
    """What a value of a property that is true or false says; nothing says false.

    Raises:
        NotCompiled: it is neither.
    """
    if value is None:
        return False
    if (
        isinstance(value, Literal)
        and value.datatype == XSD.boolean
        and str(value) in ("true", "false", "1", "0")
    ):
        return str(value) in ("true", "1")
    raise NotCompiled(f"{name} {value}, which is neither true nor false", f"{name} 取值 {value} 既非真也非假")


def members(graph: Graph, node: Node, name: str) -> list[Node]:
    """The members of a list.

    Raises:
        NotCompiled: it is no well-formed list.
    """
    if node != RDF.nil and (node, RDF.first, None) not in graph:
        raise NotCompiled(f"{name} without a list", f"{name} 的值不是列表")
    try:
        return list(Collection(graph, node))
    except ValueError:
        raise NotCompiled(f"{name} with a list that leads into itself", f"{name} 的列表首尾相接") from None


def needs_path(given: Parameters) -> None:
    """Refuse a parameter that only a property shape may have.

    Raises:
        NotCompiled: the shape is a node shape.
    """
    if not given.has_path:
        raise NotCompiled(f"{given.name} at a node shape", f"节点形状上的 {given.name}")


def companion(given: Parameters, parameter: URIRef) -> Node | None:
    """The value of another parameter of the same component.

    Raises:
        NotCompiled: there are several.
    """
    values = ordered(given.graph.objects(given.shape, parameter))
    if len(values) > 1:
        name = shrink(str(parameter))
        raise NotCompiled(f"several values of {name}", f"{name} 有多个值")
    return values[0] if values else None
