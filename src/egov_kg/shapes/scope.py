"""What every part of a query needs: variables that are free, the classes of the data, terms as text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import count
from typing import Final

from rdflib import XSD, Literal, URIRef
from rdflib.term import Identifier, Node

from egov_kg.store.terms import from_rdflib

_IRI: Final = re.compile("<[^>]*>")


class NotCompiled(Exception):
    """A construct of SHACL that has no query.

    Attributes:
        en, zh: what it is, as a part of a sentence.
    """

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en, self.zh = en, zh


class Hierarchy:
    """The classes of the data: SHACL instances (section 1.1) of a class are those of its subclasses, too.

    Read once and followed here, so that no query walks `rdfs:subClassOf*` for each node that it looks at.
    """

    def __init__(self, pairs: Iterable[tuple[Identifier, Identifier]] = ()) -> None:
        self._below: dict[Node, set[Node]] = defaultdict(set)
        for lower, upper in pairs:
            self._below[upper].add(lower)

    def below(self, class_: Node) -> list[URIRef]:
        """A class and all that are below it, by name; a blank node among them is passed through."""
        seen, waiting = {class_}, [class_]
        while waiting:
            for lower in self._below.get(waiting.pop(), ()):
                if lower not in seen:
                    seen.add(lower)
                    waiting.append(lower)
        return sorted(one for one in seen if isinstance(one, URIRef))


class Scope:
    """Names for variables, each given once, and the classes.

    Args:
        hierarchy: the classes of the data.
        names_nodes: whether the shape targets nodes by name, which need not be in the data.
    """

    def __init__(self, hierarchy: Hierarchy, *, names_nodes: bool = False) -> None:
        self._numbers = count()
        self._hierarchy = hierarchy
        self._names_nodes = names_nodes

    def admit(self, path: str) -> None:
        """See that a path can be followed.

        Raises:
            NotCompiled: it may have no step, and the node may not be in the data: such a path leads from
                the node to itself, which engines find only for nodes that they have.
        """
        if self._names_nodes and any(mark in _IRI.sub("", path) for mark in "*?"):
            raise NotCompiled(
                "sh:targetNode with sh:zeroOrMorePath or sh:zeroOrOnePath",
                "sh:targetNode 与 sh:zeroOrMorePath 或 sh:zeroOrOnePath 并用",
            )

    def fresh(self) -> str:
        """A variable that nothing else has."""
        return f"?v{next(self._numbers)}"

    def classes(self, class_: Node) -> list[str]:
        """A class and those below it, as SPARQL text."""
        return [term(one) for one in self._hierarchy.below(class_)]


def term(node: Node) -> str:
    """A term of the shapes graph as SPARQL text: written by the engine, so that none can break out.

    Raises:
        NotCompiled: a blank node, which no query can name, or an IRI that is none.
    """
    try:
        return str(from_rdflib(node))  # type: ignore[arg-type]
    except TypeError:
        raise NotCompiled("a blank node as a value", "以空白节点为值") from None
    except ValueError:
        raise NotCompiled(f"the ill-formed IRI {str(node)!r}", f"不合规的 IRI {str(node)!r}") from None


def iri_list(nodes: Iterable[Node]) -> str:
    """IRIs with commas between, for IN."""
    return ", ".join(term(node) for node in nodes)


def is_term(value: str, wanted: Node) -> str:
    """Whether a value is a certain term, as an expression that never errs.

    A literal as a term, and by its parts: not every engine finds both.
    """
    same = f"sameTerm({value}, {term(wanted)})"
    if not isinstance(wanted, Literal):
        return same
    text = f"isLiteral({value}) && str({value}) = {term(Literal(str(wanted)))}"
    if wanted.language:
        return f"({same} || ({text} && lcase(lang({value})) = {term(Literal(wanted.language.lower()))}))"
    datatype = term(wanted.datatype or XSD.string)
    return f'({same} || ({text} && lang({value}) = "" && datatype({value}) = {datatype}))'
