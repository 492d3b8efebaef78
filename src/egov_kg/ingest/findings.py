"""What an audit finds: gaps, and what became of each candidate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["bound", "excluded", "lexical", "gap"]


@dataclass(frozen=True, slots=True)
class Gap:
    """One place where the edition and the report do not agree.

    Attributes:
        check: the check that found it (a key of `audit.CHECKS`).
        where: the node (as prefix:name), or the code points of the report, `start-end`.
        en, zh: what is wrong and what would mend it. Never more of the report than a figure or a word.
    """

    check: str
    where: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one candidate.

    Attributes:
        start, end: its code points, end exclusive.
        section, paragraph: where it stands.
        kind: `text.Kind`, as a word.
        printed: the figure or word.
        status: bound to facts, excluded or lexical with a reason, or a gap.
        by: the nodes that bind or exclude it, as prefix:name, sorted.
        reason_en, reason_zh: why it is no fact, for excluded and lexical ones.
    """

    start: int
    end: int
    section: int
    paragraph: int
    kind: str
    printed: str
    status: Status
    by: tuple[str, ...] = ()
    reason_en: str = ""
    reason_zh: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One check and its outcome.

    Attributes:
        name: its key in `audit.CHECKS`.
        en, zh: its title.
        examined: how many things it looked at.
        gaps: how many it found.
    """

    name: str
    en: str
    zh: str
    examined: int
    gaps: int
