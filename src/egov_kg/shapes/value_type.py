"""Value type constraints: `sh:class`, `sh:datatype`, `sh:nodeKind` (SHACL, section 4.1).

https://www.w3.org/TR/shacl/#core-components-value-type
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

from rdflib import RDF, SH
from rdflib.term import Node

from egov_kg.shapes.constraint import Constraint, ValueConstraint
from egov_kg.shapes.datatypes import has_form
from egov_kg.shapes.parameters import Parameters, single
from egov_kg.shapes.scope import NotCompiled, Scope, term

_KINDS: Final[dict[Node, tuple[str, ...]]] = {
    SH.IRI: ("isIRI",),
    SH.BlankNode: ("isBlank",),
    SH.Literal: ("isLiteral",),
    SH.BlankNodeOrIRI: ("isBlank", "isIRI"),
    SH.BlankNodeOrLiteral: ("isBlank", "isLiteral"),
    SH.IRIOrLiteral: ("isIRI", "isLiteral"),
}


@dataclass(frozen=True, slots=True)
class ClassOf(ValueConstraint):
    """`sh:class`: each value is an instance of a class."""

    class_: Node
    component: ClassVar[str] = "ClassConstraintComponent"

    def wrong(self, value: str, scope: Scope) -> str:
        """Whether no type of it is the class or below it."""
        classes = scope.classes(self.class_)
        if len(classes) == 1:
            return f"NOT EXISTS {{ {value} {term(RDF.type)} {classes[0]} }}"
        type_ = scope.fresh()
        return (
            f"NOT EXISTS {{ {value} {term(RDF.type)} {type_} . FILTER({type_} IN ({', '.join(classes)})) }}"
        )


@dataclass(frozen=True, slots=True)
class Datatype(ValueConstraint):
    """`sh:datatype`: each value is a literal of a datatype, and has a form of it."""

    datatype: Node
    component: ClassVar[str] = "DatatypeConstraintComponent"

    def wrong(self, value: str, scope: Scope) -> str:
        """Whether it is of another datatype, or ill-typed."""
        if self.datatype == RDF.langString:
            return f'!(isLiteral({value}) && lang({value}) != "")'
        # Some engines give xsd:string as the datatype of a literal with a language.
        untagged = f'lang({value}) = ""'
        return (
            f"!(isLiteral({value}) && {untagged} && datatype({value}) = {term(self.datatype)}"
            f" && {has_form(value, str(self.datatype))})"
        )


@dataclass(frozen=True, slots=True)
class NodeKind(ValueConstraint):
    """`sh:nodeKind`: each value is an IRI, a literal, a blank node, or one of two of them."""

    tests: tuple[str, ...]
    component: ClassVar[str] = "NodeKindConstraintComponent"

    def wrong(self, value: str, scope: Scope) -> str:
        """Whether it is none of them."""
        return f"!({' || '.join(f'{test}({value})' for test in self.tests)})"


def _class(given: Parameters) -> Iterable[Constraint]:
    return [ClassOf(value) for value in given.values]


def _datatype(given: Parameters) -> Iterable[Constraint]:
    return [Datatype(single(given))]


def _node_kind(given: Parameters) -> Iterable[Constraint]:
    value = single(given)
    if value not in _KINDS:
        raise NotCompiled(f"the sh:nodeKind {value}", f"sh:nodeKind 取值 {value}")
    return [NodeKind(_KINDS[value])]


READERS: Final = {SH["class"]: _class, SH.datatype: _datatype, SH.nodeKind: _node_kind}
"""Parameter to what reads its values; so in each module of components."""
