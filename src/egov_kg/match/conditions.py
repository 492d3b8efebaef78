"""Conditions of a query: whether what is known of a thing agrees with a value. Asked of the index alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from egov_kg.match.called import How
from egov_kg.match.identifiers import resolved
from egov_kg.match.labels import LabelIndex
from egov_kg.match.properties import DIRECT, PROPERTIES, Property
from egov_kg.match.query import LONGEST
from egov_kg.match.scope import union
from egov_kg.match.scoring import SAME

Quantifier = Literal["any", "all", "none"]
QUANTIFIERS: Final[tuple[Quantifier, ...]] = ("any", "all", "none")
"""How many of the values of a condition have to agree."""

_DEEPEST: Final = 16
_NAMES: Final = frozenset[How]((*SAME, "stem"))
_CODES: Final = frozenset[How](("code",))

Agreement = Callable[[int], bool | None]
"""Whether a thing, by its number, agrees; None where nothing is known of it."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value that was given: a text, or a thing by its identifier.

    Attributes:
        text: as given, or what the thing is called.
        identifier: empty of a text.
    """

    text: str
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """What is said of the thing that is looked for.

    Attributes:
        property: which of its properties.
        values: what it is like.
        quantifier: how many of the values have to agree.
        qualifier: of `properties.QUALIFIERS`, or empty.
        required: whether what does not agree, or is not known to, is left out.
    """

    property: Property
    values: tuple[Value, ...]
    quantifier: Quantifier = "any"
    qualifier: str = ""
    required: bool = False


class Comparison:
    """What values are compared with: the facets of an index, and what lies in what.

    Args:
        index: the index.

    Raises:
        QueryTimeout, ReleaseError: it cannot be read.
    """

    def __init__(self, index: LabelIndex) -> None:
        self._called = index.called
        self.iris, self._within = index.outline()
        self._numbers = {iri: number for number, iri in enumerate(self.iris)}
        facets = {one.facet: index.values(one.facet) for one in PROPERTIES.values() if one.facet}
        self._having = {
            facet: {value: known.things for value, known in values.items()}
            for facet, values in facets.items()
        }
        self._known = {facet: union(having.values()) for facet, having in self._having.items()}

    def number(self, iri: str) -> int:
        """The number of a thing in the index; 0 if it is not there."""
        return self._numbers.get(iri, 0)

    def having(self, facet: str, iri: str) -> list[str]:
        """The values of a facet that a thing has."""
        number = self.number(iri)
        return sorted(value for value, things in self._having[facet].items() if things >> number & 1)

    def agreement(self, condition: Condition) -> Agreement:
        """How to tell whether a thing agrees with a condition.

        Raises:
            QueryTimeout, ReleaseError: the index cannot be asked.
        """
        each = [self._one(condition, value) for value in condition.values]

        def agrees(number: int) -> bool | None:
            found = [one(number) for one in each]
            if condition.quantifier == "all":
                return None if None in found and False not in found else all(found)
            if any(found):
                return condition.quantifier == "any"
            return None if None in found else condition.quantifier == "none"

        return agrees

    def _one(self, condition: Condition, value: Value) -> Agreement:
        how, facet = condition.property.how, condition.property.facet
        meant = self._meant(value, _CODES if how == "code" else _NAMES)
        if how == "place":
            return lambda number: self._lies_in(number, meant, condition.qualifier == DIRECT)
        if how == "facet":
            having = union(self._having[facet].get(self.iris[one], 0) for one in meant)
            known = self._known[facet]
            return lambda number: bool(having >> number & 1) if known >> number & 1 else None
        return lambda number: number in meant

    def _meant(self, value: Value, hows: frozenset[How]) -> frozenset[int]:
        """The things that a value means: one by its identifier, else all that are called so."""
        if value.identifier:
            return frozenset((self.number(resolved(value.identifier)),)) - {0}
        text = value.text.strip()
        if not text or len(text) > LONGEST:
            return frozenset()
        return frozenset(number for number, one in self._called(text).items() if one.how in hows)

    def _lies_in(self, number: int, meant: frozenset[int], direct: bool) -> bool | None:
        above = self._within[number]
        if not above:
            return None
        for _ in range(1 if direct else _DEEPEST):
            if above in meant:
                return True
            above = self._within[above]
            if not above:
                break
        return False
