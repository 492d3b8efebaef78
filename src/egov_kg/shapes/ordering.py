"""Which of two literals is less, told in SPARQL so that what cannot be compared is neither.

An engine may give any answer where the recommendation says error (SPARQL 1.1 Query, section 17.3), so both
sides are asked for their datatypes before they are compared.
"""

from __future__ import annotations

from typing import Final, Literal

from rdflib import XSD
from rdflib.term import Literal as RdfLiteral

from egov_kg.shapes.scope import iri_list, term

Operator = Literal["<", "<=", ">", ">="]

NUMERIC: Final = frozenset(
    XSD[name]
    for name in (
        "integer", "decimal", "float", "double", "byte", "short", "int", "long", "unsignedByte",
        "unsignedShort", "unsignedInt", "unsignedLong", "nonNegativeInteger", "positiveInteger",
        "nonPositiveInteger", "negativeInteger",
    )
)  # fmt: skip
"""The datatypes whose values are numbers (SPARQL 1.1 Query, section 17.1)."""

_ORDERED: Final = (XSD.string, XSD.boolean, XSD.dateTime, XSD.date, XSD.time)


def compares(one: str, operator: Operator, other: str) -> str:
    """Whether a comparison of two variables is true, as an expression that never errs."""
    alike = (
        f'(lang({one}) = "" && lang({other}) = "" && datatype({one}) = datatype({other})'
        f" && datatype({one}) IN ({iri_list(_ORDERED)}))"
    )
    numbers = f"(isNumeric({one}) && isNumeric({other}))"
    return (
        f"COALESCE(isLiteral({one}) && isLiteral({other}) && ({numbers} || {alike})"
        f" && {one} {operator} {other}, false)"
    )


def compares_with(value: str, operator: Operator, bound: RdfLiteral) -> str:
    """Whether a comparison of a variable with a literal is true, as an expression that never errs."""
    if bound.datatype in NUMERIC:
        kind = f"isNumeric({value})"
    else:
        datatype = term(bound.datatype or XSD.string)
        kind = f'isLiteral({value}) && lang({value}) = "" && datatype({value}) = {datatype}'
    return f"COALESCE({kind} && {value} {operator} {term(bound)}, false)"
