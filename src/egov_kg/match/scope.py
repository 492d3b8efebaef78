"""What names in tables may mean: the types of things that are reconciled, and searches narrowed to some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.errors import UsageError
from egov_kg.match.kinds import KINDS as EVERY_KIND
from egov_kg.match.labels import LabelIndex
from egov_kg.match.narrowing import Value
from egov_kg.match.properties import KINDS
from egov_kg.namespaces import PREFIXES, expand, shrink

_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Type:
    """What things can be: a kind, or a class of things of one.

    Attributes:
        id: as clients write it.
        labels: by language.
        kind: the kind that a class belongs to; empty of a kind.
        count: things that are of it.
    """

    id: str
    labels: Mapping[str, str]
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Some things, and how a search is narrowed to them.

    Attributes:
        things: as bits.
        facets: what leaves these in a search, and perhaps others.
    """

    things: int
    facets: Mapping[str, Sequence[str]]

    def has(self, number: int) -> bool:
        """Whether a thing is among them."""
        return bool(self.things >> number & 1)


class Types:
    """The types of an index: kinds of things, and classes.

    Args:
        index: the index.

    Attributes:
        all: types that are offered, by id: kinds, then classes of things of one kind, the largest first.
    """

    def __init__(self, index: LabelIndex) -> None:
        self._kinds = {name: one.things for name, one in index.values("kind").items() if name in KINDS}
        self._every = union(self._kinds.values())
        classes = index.values("type")
        self._classes = {iri: one.things & self._every for iri, one in classes.items()}
        self.all: Mapping[str, Type] = {
            one.id: one for one in (*self._of_kinds(), *self._of_classes(classes))
        }

    def scope(self, types: Sequence[str] = ()) -> Scope:
        """The things that have any of some types; without one all that have a type here.

        Args:
            types: kinds, or classes as `prefix:name` or IRI.

        Raises:
            UsageError: there is no such type.
        """
        if not types:
            return Scope(self._every, {"kind": sorted(self._kinds)})
        kinds = [one for one in types if one in self._kinds]
        classes = [_iri(one) for one in types if one not in self._kinds]
        for one in classes:
            if one not in self._classes:
                known = ", ".join(self._kinds)
                raise UsageError(
                    f"There is no type {one[:_SHOWN]!r}; there are {known}, and classes (prefix:name, IRI).",
                    f"没有类型 {one[:_SHOWN]!r}：可用 {known}，以及写作“前缀:名称”或 IRI 的类。",
                    parameter="type",
                )
        things = union((*(self._kinds[one] for one in kinds), *(self._classes[one] for one in classes)))
        if classes and kinds:
            return Scope(things, {"kind": sorted(self._kinds)})
        return Scope(things, {"type": classes, "kind": sorted(self._kinds)} if classes else {"kind": kinds})

    def _of_kinds(self) -> list[Type]:
        return [
            Type(one.name, {"en": one.en, "zh": one.zh}, "", self._kinds[one.name].bit_count())
            for one in EVERY_KIND
            if one.name in self._kinds
        ]

    def _of_classes(self, classes: Mapping[str, Value]) -> list[Type]:
        found = []
        for iri, things in self._classes.items():
            kind = next((name for name, one in self._kinds.items() if things and one | things == one), "")
            if kind and classes[iri].labels:  # what several kinds are says little of a thing
                found.append(Type(shrink(iri), classes[iri].labels, kind, things.bit_count()))
        return sorted(found, key=lambda one: (-one.count, one.id))


def union(sets: Iterable[int]) -> int:
    """Sets of things, as bits, in one."""
    found = 0
    for one in sets:
        found |= one
    return found


def _iri(type_: str) -> str:
    return expand(type_) if type_.partition(":")[0] in PREFIXES else type_
