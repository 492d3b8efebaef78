"""What a search gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Why = Literal["exact", "short name", "code", "pinyin", "prefix", "part", "near", "all"]
"""Why something was found:

- `exact`: a label is what was typed, but for case, width, marks, punctuation and traditional characters;
- `short name`: another of its names is;
- `code`: a notation or its IRI is, or begins so;
- `pinyin`: a Chinese name is read so, begins so, or has these initials;
- `prefix`: a name begins so;
- `part`: every word is somewhere in its names;
- `near`: nothing was found, and a name is nearly so;
- `all`: nothing was typed.
"""

Span = tuple[int, int]
"""Code points of a text, the end exclusive."""


@dataclass(frozen=True, slots=True)
class Matched:
    """The name that was found.

    Attributes:
        text: as it is written; empty where it is not for readers.
        lang: its language tag, empty if it has none.
        spans: what of it fits.
    """

    text: str
    lang: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found.

    Attributes:
        number: of the thing in its index.
        iri: of the thing.
        labels: its labels by language, `zh` and `en` as far as there are; else one in another, which is `und`
            where none is said.
        kind: a name in `kinds.KINDS`.
        types: IRIs of its classes.
        within: labels of what it is part of, by language.
        score: 0 to 100, the same for all hits that were found for the same reason; see `ranking`.
        why: the reason.
        matched: the name that was found.
    """

    number: int
    iri: str
    labels: Mapping[str, str]
    kind: str
    types: tuple[str, ...]
    within: Mapping[str, str]
    score: float
    why: Why
    matched: Matched


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet.

    Attributes:
        value: an IRI; of the facet `kind`, a name in `kinds.KINDS`.
        labels: by language, `zh` and `en` as far as there are.
        count: things that have it, with what is selected in the other facets.
        selected: whether the search is narrowed to it.
    """

    value: str
    labels: Mapping[str, str]
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits.

    Attributes:
        hits: best first; equal ones by kind, then by IRI.
        total: how many there are with what is selected.
        unfiltered: how many there are whatever is selected.
        facets: values by facet, those with most hits first, selected ones in any case.
        ignored: words beyond those that count.
    """

    hits: tuple[Hit, ...]
    total: int
    unfiltered: int
    facets: Mapping[str, tuple[FacetValue, ...]]
    ignored: tuple[str, ...]
