"""Write the index of a release: one SQLite file, the same bytes for the same things."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from egov_kg.errors import ReleaseError
from egov_kg.match import pinyin
from egov_kg.match.fold import Folding, characters, grams, key
from egov_kg.match.kinds import KINDS
from egov_kg.match.schema import SEPARATOR, TABLES, Role
from egov_kg.match.things import FACETS, PINYIN, Name, Thing

_LONGEST_NEAR: Final = 64
_LONGEST_SOUND: Final = 64
_MOST_SYLLABLES: Final = 16

_NEAR: Final = frozenset((Role.LABEL, Role.ALTERNATIVE, Role.HIDDEN, Role.SPELT, Role.SOUND))


def prepare() -> None:
    """Load what every index needs, which takes longer than to write a small one."""
    characters()
    pinyin.prepare()


def write(things: Sequence[Thing], target: Path) -> None:
    """Make an index.

    Args:
        things: in the order in which equal hits are to be shown; see `things.read`.
        target: the file to make.

    Raises:
        ReleaseError: it cannot be written, or this SQLite has no full-text search.
    """
    target.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(target, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = OFF")
            database.execute("PRAGMA synchronous = OFF")
            database.executescript(TABLES)
            database.execute("BEGIN")
            _fill(database, things)
            database.execute("INSERT INTO inside (inside) VALUES ('optimize')")
            database.execute("INSERT INTO near (near) VALUES ('optimize')")
            database.execute("COMMIT")
            database.execute("VACUUM")
    except sqlite3.Error as error:
        raise ReleaseError(
            f"The search index {target.name} cannot be written ({error}); SQLite, here "
            f"{sqlite3.sqlite_version}, must have FTS5.",
            f"无法写入检索索引 {target.name}（{error}）；SQLite（现为 {sqlite3.sqlite_version}）须含 FTS5。",
        ) from error


def _fill(database: sqlite3.Connection, things: Sequence[Thing]) -> None:
    folding = Folding(characters())
    ids = {thing.iri: number for number, thing in enumerate(things, 1)}
    types = sorted({one for thing in things for one in thing.facts.get("type", ())})
    classes = {iri: number for number, iri in enumerate(types, 1)}
    database.executemany("INSERT INTO classes (iri, id) VALUES (?, ?)", classes.items())
    keys: list[tuple[int, str, int]] = []
    for number, thing in enumerate(things, 1):
        entry = _Entry(thing, folding)
        keys += [(role, text, number) for role, text in entry.found_by()]
        of = " ".join(str(classes[one]) for one in sorted(thing.facts.get("type", ())))
        labels = thing.label("zh"), thing.label("en")
        row = (number, thing.iri, thing.kind.name, *labels, of, ids.get(thing.within, 0))
        database.execute("INSERT INTO things VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        names = (
            (number, place, name.role, name.lang, name.text, " ".join(sounds))
            for place, (name, _, sounds) in enumerate(entry.names)
        )
        database.executemany("INSERT INTO names VALUES (?, ?, ?, ?, ?, ?)", names)
        words = (number, *entry.inside())
        database.execute("INSERT INTO inside (rowid, words, sounds) VALUES (?, ?, ?)", words)
    database.executemany("INSERT INTO keys VALUES (?, ?, ?)", sorted(keys))
    near = sorted({text for role, text, _ in keys if role in _NEAR and len(text) <= _LONGEST_NEAR})
    database.executemany("INSERT INTO near_keys VALUES (?, ?)", enumerate(near, 1))
    shared = ((number, " ".join(grams(folding.words(text)))) for number, text in enumerate(near, 1))
    database.executemany("INSERT INTO near (rowid, grams) VALUES (?, ?)", shared)
    database.executemany("INSERT INTO facets VALUES (?, ?, ?, ?, ?)", _facets(things, ids))
    database.executemany("INSERT INTO characters VALUES (?, ?)", characters().items())
    readings = pinyin.readings()
    database.executemany("INSERT INTO readings VALUES (?, ?)", readings.items())
    syllables = zip(pinyin.inventory(), strict=True)
    database.executemany("INSERT INTO syllables VALUES (?)", syllables)


class _Entry:
    """The names of a thing with what they are found by.

    Attributes:
        names: each name with its tokens and, where it is Chinese, how these are read.
    """

    def __init__(self, thing: Thing, folding: Folding) -> None:
        shown = sorted(name for name in thing.names if name.lang != PINYIN)
        self._romanised = sorted(name.text for name in thing.names if name.lang == PINYIN)
        self._english = [
            words[0] for name in shown if name.spoken == "en" and (words := folding.words(name.text))
        ]
        self.names = [(name, *self._read(name, folding)) for name in shown]

    def _read(self, name: Name, folding: Folding) -> tuple[list[str], list[str]]:
        if name.spoken == "en" or name.role == Role.CODE:
            return folding.words(name.text), []
        tokens = folding.tokens(name.text)
        words = [token.text for token in tokens]
        if not any(token.wide for token in tokens):
            return words, []
        return words, pinyin.syllables(name.text, tokens, self._romanised)

    def found_by(self) -> set[tuple[int, str]]:
        """What it is found by from its beginning, each with its role."""
        found = {(name.role, key(words)) for name, words, _ in self.names if words}
        for _, words, sounds in self.names:
            if 0 < len(sounds) <= _MOST_SYLLABLES:
                found.update(self._sounding(sounds))
                found.add((Role.INITIALS, pinyin.initials(words, sounds)))
        for text in self._romanised:
            found.update(self._sounding([text.replace("ü", "v")]))
        return found

    def _sounding(self, sounds: Sequence[str]) -> Iterator[tuple[int, str]]:
        for text in pinyin.spellings(sounds):
            spelt = any(len(word) > 1 and text.startswith(word) for word in self._english)
            yield Role.SPELT if spelt else Role.SOUND, text[:_LONGEST_SOUND]

    def inside(self) -> tuple[str, str]:
        """Words and syllables, in which anything can be found."""
        words = (" ".join(words) for _, words, _ in self.names)
        sounds = (" ".join(sounds) for _, _, sounds in self.names if sounds)
        return f" {SEPARATOR} ".join(words), f" {SEPARATOR} ".join(sounds)


def _facets(things: Sequence[Thing], ids: Mapping[str, int]) -> Iterator[tuple[str, str, str, str, bytes]]:
    """Every value of every facet, with its labels and the things that have it."""
    found: dict[tuple[str, str], list[int]] = {}
    for thing in things:
        for facet in FACETS:
            values: Iterable[str] = (thing.kind.name,) if facet == "kind" else thing.facts.get(facet, ())
            for value in values:
                found.setdefault((facet, value), []).append(ids[thing.iri])
    kinds = {kind.name: kind for kind in KINDS}
    for (facet, value), members in sorted(found.items()):
        if facet == "kind":
            zh, en = kinds[value].zh, kinds[value].en
        else:
            known = things[ids[value] - 1] if value in ids else None
            zh, en = (known.label("zh"), known.label("en")) if known else ("", "")
        yield facet, value, zh, en, bits(members)


def bits(members: Iterable[int]) -> bytes:
    """A set of small numbers, as bits in little-endian order."""
    found = bytearray()
    for number in members:
        place = number >> 3
        if place >= len(found):
            found.extend(bytes(place + 1 - len(found)))
        found[place] |= 1 << (number & 7)
    return bytes(found)
