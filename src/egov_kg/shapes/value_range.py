"""Value range constraints (SHACL, section 4.3).

They are `sh:minExclusive`, `sh:minInclusive`, `sh:maxExclusive` and `sh:maxInclusive`.
A value that cannot be compared is at fault. https://www.w3.org/TR/shacl/#core-components-range
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from rdflib import SH
from rdflib.term import Literal

from egov_kg.shapes.constraint import Constraint, ValueConstraint
from egov_kg.shapes.ordering import Operator, compares_with
from egov_kg.shapes.parameters import Parameters, single
from egov_kg.shapes.scope import NotCompiled, Scope


@dataclass(frozen=True)
class Range(ValueConstraint):
    """One of the four: a comparison that holds for each value."""

    component: str  # type: ignore[misc]  # four components that differ in the operator
    operator: Operator
    bound: Literal

    def wrong(self, value: str, scope: Scope) -> str:
        """Whether the comparison is false, or cannot be made."""
        return f"!{compares_with(value, self.operator, self.bound)}"


def _range(name: str, operator: Operator) -> Callable[[Parameters], Iterable[Constraint]]:
    def read(given: Parameters) -> Iterable[Constraint]:
        bound = single(given)
        if not isinstance(bound, Literal) or bound.language:
            raise NotCompiled(f"{given.name} without a typed literal", f"{given.name} 的值不是带类型的字面量")
        return [Range(f"{name}ConstraintComponent", operator, bound)]

    return read


READERS: Final = {
    SH.minExclusive: _range("MinExclusive", ">"),
    SH.minInclusive: _range("MinInclusive", ">="),
    SH.maxExclusive: _range("MaxExclusive", "<"),
    SH.maxInclusive: _range("MaxInclusive", "<="),
}
