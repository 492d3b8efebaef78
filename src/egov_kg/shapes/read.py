"""Shapes graphs, read: from RDF to `Shape`, with everything that has no query refused (SHACL, section 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from rdflib import RDF, RDFS, SH, Graph, URIRef
from rdflib.term import Node

from egov_kg.errors import ShapeUnsupported
from egov_kg.namespaces import shrink
from egov_kg.shapes import (
    cardinality,
    logical,
    other,
    property_pair,
    shape_based,
    sparql_based,
    string_based,
    value_range,
    value_type,
)
from egov_kg.shapes.constraint import Constraint, Shape, Targets
from egov_kg.shapes.parameters import Parameters, ordered, truth
from egov_kg.shapes.paths import NotAPath, path_text
from egov_kg.shapes.scope import NotCompiled

_MODULES: Final = (
    value_type, cardinality, value_range, string_based, property_pair, logical, shape_based, other,
    sparql_based,
)  # fmt: skip
_READERS: Final[dict[Node, Callable[[Parameters], Iterable[Constraint]]]] = {
    parameter: read for module in _MODULES for parameter, read in module.READERS.items()
}
_TARGETS: Final = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
# Properties that say something about a shape, or belong to a parameter that is read.
_PLAIN: Final = frozenset(
    (
        *_TARGETS, SH.path, SH.deactivated, SH.severity, SH.message, SH.flags, SH.ignoredProperties,
        SH.qualifiedMinCount, SH.qualifiedMaxCount, SH.qualifiedValueShapesDisjoint,
        SH.name, SH.description, SH.order, SH.group, SH.defaultValue,
    )
)  # fmt: skip
_DEEPEST: Final = 16


def read_shapes(graph: Graph) -> tuple[Shape, ...]:
    """The shapes that have targets, by name, with all that they are made of.

    Raises:
        ShapeUnsupported: a shape that leads into itself, is not well-formed, or has what has no query.
    """
    return _Reader(graph).all()


def unsupported(shape: object, error: NotCompiled) -> ShapeUnsupported:
    """The error that names a shape and what it has."""
    name = shrink(str(shape))
    return ShapeUnsupported(
        f"The shape {name} cannot be run as SPARQL: it has {error.en}. Validate with --engine pyshacl, or "
        "write the shape without that.",
        f"形状 {name} 无法转为 SPARQL 执行：含有{error.zh}。请改用 --engine pyshacl 校验，或改写该形状。",
        shape=str(shape),
        construct=error.en,
    )


class _Reader:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._read: dict[Node, Shape] = {}
        self._open: list[Node] = []
        declared = set(graph.objects(None, SH.parameter))
        self._custom = {path for one in declared for path in graph.objects(one, SH.path)}
        classes = set(graph.transitive_subjects(RDFS.subClassOf, RDFS.Class))
        self._classes = {node for class_ in classes for node in graph.subjects(RDF.type, class_)}

    def all(self) -> tuple[Shape, ...]:
        graph = self._graph
        found = {node for target in (*_TARGETS, SH.target) for node in graph.subjects(target, None)}
        kinds = (SH.NodeShape, SH.PropertyShape)
        found |= {node for kind in kinds for node in graph.subjects(RDF.type, kind) if node in self._classes}
        shapes = []
        for node in ordered(found):
            try:
                shapes.append(self._shape(node))
            except NotCompiled as error:
                raise unsupported(self._named(node), error) from None
        return tuple(shapes)

    def _named(self, root: Node) -> Node:
        """The innermost shape that was being read and has a name."""
        return next((one for one in reversed(self._open) if isinstance(one, URIRef)), root)

    def _shape(self, node: Node) -> Shape:
        if node in self._open:
            raise NotCompiled("a shape that leads into itself (recursion)", "自我引用（递归）的形状")
        if len(self._open) >= _DEEPEST:
            raise NotCompiled(
                f"more than {_DEEPEST} shapes within one another", f"超过 {_DEEPEST} 层嵌套的形状"
            )
        if node not in self._read:
            self._open.append(node)
            self._read[node] = self._made(node)
            self._open.pop()
        return self._read[node]

    def _made(self, node: Node) -> Shape:
        graph = self._graph
        paths = list(graph.objects(node, SH.path))
        try:
            path = path_text(graph, paths[0]) if paths else ""
        except (NotAPath, ValueError):
            raise NotCompiled("an sh:path that is not well-formed", "不合规的 sh:path") from None
        if len(paths) > 1:
            raise NotCompiled("several values of sh:path", "多个 sh:path")
        inactive = graph.value(node, SH.deactivated)
        if truth(inactive, "sh:deactivated"):
            return Shape(node, path)
        constraints: list[Constraint] = []
        for parameter in ordered(set(graph.predicates(node, None))):
            read = _READERS.get(parameter)
            if read is not None:
                values = ordered(graph.objects(node, parameter))
                given = Parameters(graph, node, URIRef(str(parameter)), values, self._shape, bool(path))
                constraints += read(given)
            elif parameter in self._custom or (
                str(parameter).startswith(str(SH)) and parameter not in _PLAIN
            ):
                name = shrink(str(parameter))
                raise NotCompiled(name, f" {name}")
        return Shape(node, path, tuple(constraints), self._targets(node))

    def _targets(self, node: Node) -> Targets:
        graph = self._graph
        nodes, classes, subjects, objects = (tuple(ordered(graph.objects(node, one))) for one in _TARGETS)
        implicit = (node,) if node in self._classes and node not in classes else ()
        for one in (*classes, *subjects, *objects, *implicit):
            if not isinstance(one, URIRef):
                raise NotCompiled("a target that is no IRI", "不是 IRI 的目标")
        return Targets(nodes, (*classes, *implicit), subjects, objects)
