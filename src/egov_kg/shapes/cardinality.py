"""Cardinality constraints: `sh:minCount`, `sh:maxCount` (SHACL, section 4.2); counting values in SPARQL.

https://www.w3.org/TR/shacl/#core-components-count
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar, Final

from rdflib import SH

from egov_kg.shapes.constraint import FOCUS, Constraint, Pattern
from egov_kg.shapes.parameters import Parameters, count, needs_path
from egov_kg.shapes.scope import NotCompiled, Scope

MOST_TOLD_APART: Final = 5
"""Values of one node that a shape within another may count: each must be told from every other."""

Keep = Callable[[str], str]


def at_least(number: int, node: str, path: str, scope: Scope, keep: Keep | None = None) -> str:
    """Whether a node has so many values, as an expression that never errs.

    Args:
        number: of different values.
        node, path: whose values they are.
        scope: names of variables.
        keep: which values count, as an expression on one.

    Raises:
        NotCompiled: the number is above `MOST_TOLD_APART`.
    """
    if number == 0:
        return "true"
    if number > MOST_TOLD_APART:
        raise NotCompiled(
            f"a count of more than {MOST_TOLD_APART} within another shape",
            f"嵌套形状中超过 {MOST_TOLD_APART} 的计数",
        )
    values = [scope.fresh() for _ in range(number)]
    patterns = " . ".join(f"{node} {path} {value}" for value in values)
    tests = [f"!sameTerm({one}, {other})" for one, other in combinations(values, 2)]
    if keep:
        tests += [keep(value) for value in values]
    filters = f" . FILTER({' && '.join(tests)})" if tests else ""
    return f"EXISTS {{ {patterns}{filters} }}"


def fewer(number: int, path: str, scope: Scope, keep: Keep | None = None) -> Iterator[Pattern]:
    """The focus nodes with fewer values than a number."""
    if number > 0:
        yield Pattern(f"FILTER(!{at_least(1, FOCUS, path, scope, keep)})")
    if number > 1:  # not with OPTIONAL: with a path of any length in it, Virtuoso drops who has no value
        value = scope.fresh()
        which = f" . FILTER({keep(value)})" if keep else ""
        yield Pattern(f"{FOCUS} {path} {value}{which}", having=f"COUNT(DISTINCT {value}) < {number}")


def more(number: int, path: str, scope: Scope, keep: Keep | None = None) -> Iterator[Pattern]:
    """The focus nodes with more values than a number."""
    if number == 0:
        yield Pattern(f"FILTER({at_least(1, FOCUS, path, scope, keep)})")
    else:
        value = scope.fresh()
        which = f" . FILTER({keep(value)})" if keep else ""
        yield Pattern(f"{FOCUS} {path} {value}{which}", having=f"COUNT(DISTINCT {value}) > {number}")


@dataclass(frozen=True, slots=True)
class MinCount(Constraint):
    """`sh:minCount`: there are so many values, or more."""

    number: int
    component: ClassVar[str] = "MinCountConstraintComponent"

    def found(self, path: str, scope: Scope) -> Iterator[Pattern]:
        """The focus nodes with fewer."""
        return fewer(self.number, path, scope)

    def fails(self, node: str, path: str, scope: Scope) -> str:
        """Whether there are fewer."""
        return f"!{at_least(self.number, node, path, scope)}"


@dataclass(frozen=True, slots=True)
class MaxCount(Constraint):
    """`sh:maxCount`: there are so many values, or fewer."""

    number: int
    component: ClassVar[str] = "MaxCountConstraintComponent"

    def found(self, path: str, scope: Scope) -> Iterator[Pattern]:
        """The focus nodes with more."""
        return more(self.number, path, scope)

    def fails(self, node: str, path: str, scope: Scope) -> str:
        """Whether there are more."""
        return at_least(self.number + 1, node, path, scope)


def _min_count(given: Parameters) -> Iterable[Constraint]:
    needs_path(given)
    return [MinCount(count(given))]


def _max_count(given: Parameters) -> Iterable[Constraint]:
    needs_path(given)
    return [MaxCount(count(given))]


READERS: Final = {SH.minCount: _min_count, SH.maxCount: _max_count}
