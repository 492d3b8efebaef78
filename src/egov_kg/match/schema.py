"""The tables of an index, and how one is opened."""

from __future__ import annotations

import sqlite3
from enum import IntEnum
from pathlib import Path
from typing import Final
from urllib.parse import quote

VERSION: Final = 1
"""Of the tables, kept as SQLite's `user_version`."""

SEPARATOR: Final = "│"
"""Between the names of a thing: no token of a query, so that no phrase runs from one name into the next."""


class Role(IntEnum):
    """What a key is to its thing: the first four are those of names, in their order."""

    LABEL = 0
    ALTERNATIVE = 1
    HIDDEN = 2
    CODE = 3
    SPELT = 4
    """Pinyin that the thing's English name begins with as well."""
    SOUND = 5
    """Other pinyin."""
    INITIALS = 6
    """The first letters of the syllables."""


TABLES: Final = f"""
PRAGMA application_id = 0x65676F76;
PRAGMA user_version = {VERSION};
CREATE TABLE things (
  id INTEGER PRIMARY KEY,  -- in the order in which equal hits are shown
  iri TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL,
  types TEXT NOT NULL,  -- numbers of classes, with blanks between
  within INTEGER NOT NULL  -- what it is part of, 0 if that is not known
);
CREATE TABLE classes (id INTEGER PRIMARY KEY, iri TEXT NOT NULL);
CREATE TABLE names (
  thing INTEGER NOT NULL, place INTEGER NOT NULL, role INTEGER NOT NULL, lang TEXT NOT NULL,
  text TEXT NOT NULL, sounds TEXT NOT NULL,  -- of each token, with blanks between; empty if it is not Chinese
  PRIMARY KEY (thing, place)
) WITHOUT ROWID;
CREATE TABLE keys (
  role INTEGER NOT NULL, key TEXT NOT NULL, thing INTEGER NOT NULL, PRIMARY KEY (role, key, thing)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE inside USING fts5 (words, sounds, content='', columnsize=0, tokenize='ascii');
CREATE TABLE near_keys (id INTEGER PRIMARY KEY, key TEXT NOT NULL);
CREATE VIRTUAL TABLE near USING fts5 (grams, content='', columnsize=0, detail='none', tokenize='ascii');
CREATE VIRTUAL TABLE near_grams USING fts5vocab (near, 'row');
CREATE TABLE facets (
  facet TEXT NOT NULL, value TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL,
  things BLOB NOT NULL,  -- one bit for each thing, little-endian
  PRIMARY KEY (facet, value)
) WITHOUT ROWID;
CREATE TABLE characters (written TEXT PRIMARY KEY, meant TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE readings (character TEXT PRIMARY KEY, readings TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE syllables (syllable TEXT PRIMARY KEY) WITHOUT ROWID;
"""
"""Full-text tables are given tokens with blanks between: their tokenizer takes whatever is not ASCII, and
letters and digits that are, as they come."""


def connect(path: Path) -> sqlite3.Connection:
    """Open an index read-only. The connection may be used from any thread, by one at a time.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    # What never changes needs no locks, which a read-only file system may not even have.
    uri = f"file:{quote(str(path))}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
