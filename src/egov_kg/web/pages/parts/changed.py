"""What changed between two releases, as a page shows it: facts first, each property before and after."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.release.diff import Change, Difference, EntityChange
from egov_kg.release.difference_text import figure_of, group_of, name_of, object_text
from egov_kg.settings import Language
from egov_kg.web import paged, time
from egov_kg.web.pages.parts.shown import Shown

MOST: Final = 300
"""Entities that the page shows; every other form has all."""

_MOST_VALUES: Final = 12
_TAGGED: Final = re.compile(r'"@[A-Za-z0-9-]+$')


@dataclass(frozen=True, slots=True)
class Property:
    """What became of one property.

    Attributes:
        name: the property.
        before, after: its values in the older and the newer release; as many as a page can show.
        more: how many are left out.
    """

    name: Shown
    before: Sequence[Shown]
    after: Sequence[Shown]
    more: int


@dataclass(frozen=True, slots=True)
class Entity:
    """What became of one entity.

    Attributes:
        name: the entity; where it was removed, its link leads to the older release.
        kind: `added`, `removed` or `changed`.
        figure: of an observation, its figure with the qualifier.
        properties: what changed in it; empty where all of it was added or removed.
    """

    name: Shown
    kind: str
    figure: str
    properties: Sequence[Property]


@dataclass(frozen=True, slots=True)
class Changed:
    """A difference for readers.

    Attributes:
        facts, others: entities in the order of their IRIs.
        numbers: of entities by group (`facts`, `others`, `spans`) and kind.
        left_out: how many entities are not among `facts` and `others`, for want of room.
    """

    facts: Sequence[Entity]
    others: Sequence[Entity]
    numbers: Mapping[str, Mapping[str, int]]
    left_out: int


def changed(difference: Difference, lang: Language) -> Changed:
    """A difference as a page shows it."""
    groups: dict[str, list[EntityChange]] = {"facts": [], "others": [], "spans": []}
    for entity in difference.entities:
        groups[group_of(entity)].append(entity)
    facts = groups["facts"][:MOST]
    others = groups["others"][: MOST - len(facts)]
    return Changed(
        facts=[_entity(one, difference, lang) for one in facts],
        others=[_entity(one, difference, lang) for one in others],
        numbers={name: Counter(one.kind for one in some) for name, some in groups.items()},
        left_out=len(groups["facts"]) + len(groups["others"]) - len(facts) - len(others),
    )


def _entity(one: EntityChange, difference: Difference, lang: Language) -> Entity:
    name = Shown(name_of(one.iri, difference, lang), href=_place(one, difference))
    figure = figure_of(one, lang)
    changes = one.changes if one.kind == "changed" else ()
    return Entity(
        name,
        one.kind,
        "" if figure in name.text else figure,
        [_property(change, difference, lang) for change in changes],
    )


def _property(change: Change, difference: Difference, lang: Language) -> Property:
    before, after = _readable(change.removed, lang), _readable(change.added, lang)
    return Property(
        Shown(name_of(change.predicate, difference, lang), href=paged.place(change.predicate)),
        [_value(term, difference, lang) for term in before[:_MOST_VALUES]],
        [_value(term, difference, lang) for term in after[:_MOST_VALUES]],
        max(0, len(before) - _MOST_VALUES) + max(0, len(after) - _MOST_VALUES),
    )


def _readable(terms: Sequence[str], lang: Language) -> Sequence[str]:
    """Of texts in several languages those in the reader's, if there is one; all of anything else."""
    own = [term for term in terms if term.endswith(f'"@{lang}')]
    return own if own and all(_TAGGED.search(term) for term in terms) else terms


def _place(one: EntityChange, difference: Difference) -> str:
    """Where to read of an entity: in the newer release, or in the older one if only that has it."""
    href = paged.place(one.iri)
    if not href.startswith("/"):
        return href
    release = difference.old if one.kind == "removed" else difference.new
    path, mark, part = href.partition("#")
    return f"{path}?{time.PARAMETER}={release}{mark}{part}"


def _value(term: str, difference: Difference, lang: Language) -> Shown:
    text = object_text(term, difference, lang)
    if term.startswith("<"):
        return Shown(text, href=paged.place(term[1:-1]))
    return Shown(text.removesuffix(f" ({lang})") if term.endswith(f'"@{lang}') else text)
