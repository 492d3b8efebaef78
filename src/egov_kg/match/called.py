"""Which things have a text for a name: what is evidence that they are meant, and what only sounds so."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from typing import Final, Literal

from egov_kg.match.query import Query
from egov_kg.match.schema import Role

How = Literal["label", "other", "code", "stem", "sound"]
"""How a thing is called so, the strongest first:

- `label`: a label is the text, but for case, width, marks, punctuation and traditional characters;
- `other`: another of its names is;
- `code`: a notation or its IRI is;
- `stem`: a name is the text and what kind of division it is: 鼓楼 of 鼓楼区;
- `sound`: the text is how a Chinese name is read, without tones: no evidence, since others sound the same.
"""

_ROLES: Final[dict[int, How]] = {
    Role.LABEL: "label",
    Role.ALTERNATIVE: "other",
    Role.HIDDEN: "other",
    Role.CODE: "code",
    Role.SPELT: "sound",
    Role.SOUND: "sound",
}
_MOST: Final = 2_000
_LAST: Final = "\U0010ffff"
_STEM: Final = re.compile(
    r"省|市|区|县|州|盟|旗|地区|林区|特区|矿区|特别行政区"
    r"|(?:\w{1,4}族|各族|蒙古|维吾尔|哈萨克|柯尔克孜)*自治[区州县旗]"
    r"| (?:province|municipality|city|district|county|prefecture|league|banner|region|area)"
    r"|(?: \w+){0,6} (?:administrative|autonomous|special|forestry|mining)"
    r" (?:region|prefecture|county|banner|district|area)"
)

_WHOLE: Final = "SELECT role, thing FROM keys WHERE role IN (0, 1, 2, 3) AND key = ? LIMIT ?"
_SOUND: Final = "SELECT role, thing FROM keys WHERE role IN (4, 5) AND key = ? LIMIT ?"
_BEGUN: Final = "SELECT key, thing FROM keys WHERE role IN (0, 1) AND key > ? AND key < ? LIMIT ?"
_IRI: Final = "SELECT id FROM things WHERE iri = ?"
_WRITTEN: Final = "SELECT 1 FROM names WHERE thing = ? AND text = ?"


@dataclass(frozen=True, slots=True)
class Called:
    """A thing that is called so.

    Attributes:
        how: the strongest way in which it is.
        as_written: a name is the text to the letter, case and all.
    """

    how: How
    as_written: bool = False


def called(database: sqlite3.Connection, query: Query) -> dict[int, Called]:
    """The things that have a text for a name, by their numbers; at most some thousands.

    Args:
        database: an index.
        query: the text.
    """
    found: dict[int, Called] = {}
    if query.phrase:
        for role, thing in sorted(database.execute(_WHOLE, (query.key, _MOST))):
            if thing not in found:
                written = database.execute(_WRITTEN, (thing, query.text)).fetchone() is not None
                found[thing] = Called(_ROLES[role], written)
    for iri in query.iris:
        for (thing,) in database.execute(_IRI, (iri,)):
            found.setdefault(thing, Called("code", True))
    if len(query.key) > 1:
        bounds = (query.key, query.key + _LAST, _MOST)
        for key, thing in database.execute(_BEGUN, bounds):
            if _STEM.fullmatch(key, len(query.key)):
                found.setdefault(thing, Called("stem"))
    if query.letters:
        for _, thing in database.execute(_SOUND, (query.letters, _MOST)):
            found.setdefault(thing, Called("sound"))
    return found
