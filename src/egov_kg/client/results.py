"""SPARQL 1.1 Query Results JSON, read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from egov_kg.namespaces import expand

if TYPE_CHECKING:
    from rdflib.term import Identifier

_TRUTH: Final = {"1": "true", "0": "false"}
_BOOLEAN: Final = expand("xsd:boolean")
# rdflib parses these, which takes a time that grows with the square of their length.
_MARKUP: Final = frozenset(map(expand, ("rdf:HTML", "rdf:XMLLiteral")))


@dataclass(frozen=True, slots=True)
class Term:
    """A term as an answer has it (section 3.2.2), not looked into.

    Attributes:
        kind: `uri`, `bnode` or `literal`.
        value: the IRI, the label or the lexical form; of a truth value `true` or `false`.
        datatype: its IRI, empty where none is given.
        language: its tag, likewise.
    """

    kind: str
    value: str
    datatype: str = ""
    language: str = ""

    def to_rdflib(self) -> Identifier:
        """The same for rdflib.

        Raises:
            ValueError: rdflib knows no such language.
        """
        from rdflib.term import BNode, Literal, URIRef

        if self.kind == "uri":
            return URIRef(self.value)
        if self.kind == "bnode":
            return BNode(self.value)
        if self.language:
            return Literal(self.value, lang=self.language)
        datatype = URIRef(self.datatype) if self.datatype and self.datatype not in _MARKUP else None
        return Literal(self.value, datatype=datatype, normalize=False)


Solution = Mapping[str, Term]


def read_solutions(body: bytes) -> tuple[list[str], list[Solution]]:
    """The variables of an answer (section 3.1.1) and its solutions (section 3.2).

    Raises:
        ValueError, LookupError, TypeError, AttributeError, RecursionError: it is no such answer.
    """
    answer = json.loads(body)
    names = [_text(name) for name in answer["head"]["vars"]]
    rows: list[Solution] = [
        {name: _term(one) for name, one in solution.items()} for solution in answer["results"]["bindings"]
    ]
    return names, rows


def texts(names: Sequence[str], solutions: Iterable[Solution]) -> list[dict[str, str]]:
    """Solutions as text, empty where nothing is bound.

    Args:
        names: the variables.
        solutions: by variable.
    """
    return [{name: one[name].value if name in one else "" for name in names} for one in solutions]


def _term(one: Mapping[str, Any]) -> Term:
    value = _text(one["value"])
    match one["type"]:
        case "uri" | "bnode" as kind:
            return Term(kind, value)
        case "literal" | "typed-literal":  # what the last one is called in answers of before 2013
            datatype = _text(one.get("datatype", ""))
            if datatype == _BOOLEAN:  # some engines write these as 1 and 0
                value = _TRUTH.get(value, value)
            return Term("literal", value, datatype, _text(one.get("xml:lang", "")))
        case other:
            raise ValueError(f"a term is of the type {other!r}")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
