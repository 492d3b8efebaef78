"""SPARQL-based constraints: `sh:sparql` with `sh:select` (SHACL, section 5).

https://www.w3.org/TR/shacl/#sparql-constraints
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from rdflib import OWL, SH, Graph
from rdflib.term import Literal, Node

from egov_kg.shapes.constraint import FOCUS, PATH, VALUE, Constraint, Pattern
from egov_kg.shapes.parameters import Parameters, truth
from egov_kg.shapes.scope import NotCompiled, Scope
from egov_kg.shapes.select_text import SelectText, select_text


@dataclass(frozen=True, slots=True)
class Sparql(Constraint):
    """`sh:sparql`: a query has no solution."""

    select: SelectText
    component: ClassVar[str] = "SPARQLConstraintComponent"

    def found(self, path: str, scope: Scope) -> Iterator[Pattern]:
        """Its solutions; without `?value`, the focus node of a node shape is at fault (section 5.3.2)."""
        results = self.select.results
        group = self.select.group(FOCUS, path, {"value": VALUE, "path": PATH}, scope)
        value = VALUE if "value" in results else "" if path else FOCUS
        yield Pattern(group, value, has_path="path" in results)

    def fails(self, node: str, path: str, scope: Scope) -> str:
        """Whether it has one."""
        return f"EXISTS {{ {self.select.group(node, path, {}, scope)} }}"


def _sparql(given: Parameters) -> Iterable[Constraint]:
    graph = given.graph
    for node in given.values:
        if truth(graph.value(node, SH.deactivated), "sh:deactivated"):
            continue
        texts = list(graph.objects(node, SH.select))
        if len(texts) != 1 or not isinstance(texts[0], Literal):
            raise NotCompiled("sh:sparql without one sh:select", "没有唯一 sh:select 的 sh:sparql")
        yield Sparql(select_text(str(texts[0]), _prefixes(graph, node)))


def _prefixes(graph: Graph, node: Node) -> dict[str, str]:
    """The prefixes of `sh:prefixes` and of what that imports (section 5.2.1)."""
    found: dict[str, str] = {}
    waiting, seen = list(graph.objects(node, SH.prefixes)), set[Node]()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        waiting += graph.objects(one, OWL.imports)
        for declaration in graph.objects(one, SH.declare):
            prefix, namespace = graph.value(declaration, SH.prefix), graph.value(declaration, SH.namespace)
            if found.setdefault(str(prefix), str(namespace)) != str(namespace):
                raise NotCompiled(f"two namespaces for the prefix {prefix}", f"前缀 {prefix} 有两个命名空间")
    return found


READERS: Final = {SH.sparql: _sparql}
