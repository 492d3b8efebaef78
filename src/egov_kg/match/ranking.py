"""In which order things are found: one look-up after the other, the best reason first.

| score | reason |
|---|---|
| 100 | a label, or the IRI, is what was typed |
| 95 | another name or a code is |
| 85, 80 | pinyin is; the English name begins so as well, or not |
| 75, 70 | a label begins so; another name, a code or the IRI does |
| 65, 60 | pinyin begins so, as above |
| 58 | the initials of the syllables are so, or begin so |
| 50 | a name has all of it in a row |
| 45 | the names have all the words |
| 40 | the names have words that begin with them |
| 30 | as before, some in pinyin |
| below 30 | nothing was found, and a name is nearly so |

Among things of one score, those of the lowest number come first: the order in which they were put in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from egov_kg.match.fold import is_wide
from egov_kg.match.hits import Why
from egov_kg.match.query import Phrase, Query, Syllabary
from egov_kg.match.schema import Role

How = Literal["iri", "whole", "start", "sound", "initials", "row", "words", "begun", "inside", "all"]
"""How a name fits: `explain` marks what of it does."""

NEAREST: Final = 29.0
"""The score of a name that is nearly what was typed: it is less than that of anything found."""

_LAST: Final = "\U0010ffff"
_WHOLE: Final = "SELECT DISTINCT thing FROM keys WHERE role IN (?, ?, ?) AND key = ? ORDER BY thing"
_START: Final = (
    "SELECT DISTINCT thing FROM keys WHERE role IN (?, ?, ?) AND key >= ? AND key < ? ORDER BY thing"
)
_INSIDE: Final = "SELECT rowid FROM inside WHERE inside MATCH ? ORDER BY rowid"
_IRI: Final = "SELECT id FROM things WHERE iri = ?"
_IRIS: Final = "SELECT id FROM things WHERE iri >= ? AND iri < ? ORDER BY id"
_ALL: Final = "SELECT id FROM things ORDER BY id"

_OTHER: Final = (Role.ALTERNATIVE, Role.HIDDEN, Role.CODE)


@dataclass(frozen=True, slots=True)
class Tier:
    """One look-up.

    Attributes:
        score: of what it finds.
        why: the reason; of other names and codes, `explain` says which it was.
        how: how names fit.
        roles: of the keys that fit.
        sql: gives numbers of things in their order.
        parameters: its values.
        readings: the syllables that are looked for, by the letters that are read so.
    """

    score: int
    why: Why
    how: How
    sql: str
    parameters: tuple[str | int, ...] = ()
    roles: tuple[Role, ...] = ()
    readings: tuple[tuple[str, tuple[Phrase, ...]], ...] = ()


def tiers(query: Query, syllabary: Syllabary) -> Iterator[Tier]:
    """The look-ups for a query, best first. A thing counts where it is found first."""
    if not query.text:
        yield Tier(0, "all", "all", _ALL)
        return
    for iri in query.iris:
        yield Tier(100, "code", "iri", _IRI, (iri,))
    if query.phrase:
        yield from _beginnings(query)
    for iri in query.iris:
        yield Tier(70, "code", "iri", _IRIS, (iri, iri + _LAST))
    if query.phrase:
        yield from _insides(query, syllabary)


def _beginnings(query: Query) -> Iterator[Tier]:
    yield _whole(100, "exact", query.key, Role.LABEL)
    yield _whole(95, "short name", query.key, *_OTHER)
    if query.letters:
        yield _whole(85, "pinyin", query.letters, Role.SPELT)
        yield _whole(80, "pinyin", query.letters, Role.SOUND)
    yield _start(75, "prefix", query.key, Role.LABEL)
    yield _start(70, "prefix", query.key, *_OTHER)
    if query.letters:
        yield _start(65, "pinyin", query.letters, Role.SPELT)
        yield _start(60, "pinyin", query.letters, Role.SOUND)
        # Two letters begin the initials of nearly anything.
        if len(query.letters) == 2:
            yield _whole(58, "pinyin", query.letters, Role.INITIALS)
        elif len(query.letters) > 2:
            yield _start(58, "pinyin", query.letters, Role.INITIALS)


def _insides(query: Query, syllabary: Syllabary) -> Iterator[Tier]:
    yield Tier(50, "part", "row", _INSIDE, (f"words : {_quoted(query.phrase)}",))
    if len(query.words) > 1:
        yield Tier(45, "part", "words", _INSIDE, (f"words : ({_all(map(_quoted, query.words))})",))
    yield Tier(40, "part", "begun", _INSIDE, (f"words : ({_all(map(_begun, query.words))})",))
    letters = {query.letters, *(word[0] for word in query.words if word[0].isascii() and word[0].isalpha())}
    readings = {one: tuple(syllabary.split(one)) for one in sorted(letters) if one}
    if any(readings.values()):
        asked = _all(_sounding(word, readings.get(word[0], ())) for word in query.words)
        whole = _any(f"sounds : {_begun(one)}" for one in readings.get(query.letters, ()))
        expression = f"({asked}) OR {whole}" if whole else asked
        yield Tier(30, "pinyin", "inside", _INSIDE, (expression,), readings=tuple(readings.items()))


def _whole(score: int, why: Why, key: str, *roles: Role) -> Tier:
    how: How = "whole" if roles[0] <= Role.CODE else "initials" if roles[0] == Role.INITIALS else "sound"
    return Tier(score, why, how, _WHOLE, (*_three(roles), key), roles)


def _start(score: int, why: Why, key: str, *roles: Role) -> Tier:
    how: How = "start" if roles[0] <= Role.CODE else "initials" if roles[0] == Role.INITIALS else "sound"
    return Tier(score, why, how, _START, (*_three(roles), key, key + _LAST), roles)


def _three(roles: tuple[Role, ...]) -> tuple[int, ...]:
    """One to three roles, as many as the look-ups have places for."""
    return tuple(map(int, (*roles, *roles, *roles)[:3]))


def _quoted(phrase: Phrase) -> str:
    """A phrase in the language of FTS5: tokens are letters and digits, so that nothing in it can end it."""
    return f'"{" ".join(phrase)}"'


def _begun(phrase: Phrase) -> str:
    """The same, of whose last word the end may be missing."""
    return _quoted(phrase) if is_wide(phrase[-1]) else f"{_quoted(phrase)} *"


def _sounding(word: Phrase, readings: Iterable[Phrase]) -> str:
    sounds = (f"sounds : {_begun(one)}" for one in readings)
    return f"({_any((f'words : {_begun(word)}', *sounds))})"


def _all(parts: Iterable[str]) -> str:
    return " AND ".join(parts)


def _any(parts: Iterable[str]) -> str:
    return " OR ".join(parts)
