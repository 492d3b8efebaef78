"""From shapes to queries: for each constraint whose results are reported, one SELECT of what breaks it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rdflib import RDF
from rdflib.term import Node

from egov_kg.shapes.constraint import FOCUS, VALUE, Pattern, Shape, Targets
from egov_kg.shapes.read import unsupported
from egov_kg.shapes.scope import Hierarchy, NotCompiled, Scope, term
from egov_kg.shapes.shape_based import PropertyShape


@dataclass(frozen=True, slots=True)
class Branch:
    """One query, or a part of one: all that breaks one constraint of a shape.

    Attributes:
        root: the shape with targets that leads here.
        shape: the shape that has the constraint, the `sh:sourceShape`.
        component: the local name of the `sh:sourceConstraintComponent`.
        path: the `sh:resultPath`, as a SPARQL property path, unless each solution has its own.
        pattern: which variables the solutions have.
        where: what the query asks for.
    """

    root: Node
    shape: Node
    component: str
    path: str
    pattern: Pattern
    where: str

    def select(self, number: int, most: int | None = None) -> str:
        """The query: a SELECT of `?rule`, `?focus` and, where they are given, `?value` and `?path`.

        Args:
            number: what `?rule` is.
            most: solutions to give; all without it.
        """
        names = FOCUS
        if self.pattern.value == VALUE:
            names += f" {VALUE}"
        if self.pattern.has_path:
            names += " ?path"
        groups = f" GROUP BY {FOCUS} HAVING ({self.pattern.having})" if self.pattern.having else ""
        limit = "" if most is None else f" LIMIT {most}"
        return f"SELECT DISTINCT ({number} AS ?rule) {names} WHERE {{ {self.where} }}{groups}{limit}"


def compile_shapes(shapes: Sequence[Shape], hierarchy: Hierarchy) -> tuple[Branch, ...]:
    """All queries of some shapes.

    Args:
        shapes: those with targets.
        hierarchy: the classes of the data.

    Raises:
        ShapeUnsupported: a construct without a query.
    """
    found: list[Branch] = []
    for shape in shapes:
        try:
            scope = Scope(hierarchy, names_nodes=bool(shape.targets.nodes))
            found += _branches(shape, shape, (), scope)
        except NotCompiled as error:
            raise unsupported(shape.node, error) from None
    return tuple(found)


def _branches(root: Shape, shape: Shape, steps: tuple[str, ...], scope: Scope) -> Iterator[Branch]:
    """The queries of a shape that is reached by the steps from the focus nodes of its root."""
    scope.admit(shape.path)
    for constraint in shape.constraints:
        if isinstance(constraint, PropertyShape):
            further = (*steps, shape.path) if shape.path else steps
            yield from _branches(root, constraint.shape, further, scope)
            continue
        for pattern in constraint.found(shape.path, scope):
            where = f"{_focus(root.targets, steps, scope)} {pattern.where}"
            yield Branch(root.node, shape.node, constraint.component, shape.path, pattern, where)


def _focus(targets: Targets, steps: tuple[str, ...], scope: Scope) -> str:
    """A group that binds `?focus`."""
    names = [*(scope.fresh() for _ in steps), FOCUS]
    walk = [f"{names[n]} {step} {names[n + 1]} ." for n, step in enumerate(steps)]
    return " ".join([_targets(targets, names[0], scope), *walk])


def _targets(targets: Targets, focus: str, scope: Scope) -> str:
    """A group that binds a variable to the focus nodes (SHACL, section 2.1.3)."""
    options = []
    if targets.nodes:
        options.append(f"VALUES {focus} {{ {' '.join(term(node) for node in targets.nodes)} }}")
    classes = dict.fromkeys(text for class_ in targets.classes for text in scope.classes(class_))
    options += [f"{focus} {term(RDF.type)} {class_} ." for class_ in classes]
    options += [f"{focus} {term(one)} {scope.fresh()} ." for one in targets.subjects_of]
    options += [f"{scope.fresh()} {term(one)} {focus} ." for one in targets.objects_of]
    return options[0] if len(options) == 1 else " UNION ".join(f"{{ {option} }}" for option in options)
