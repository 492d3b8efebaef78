"""A query as a program: the same few lines for curl, Python and R that people would write themselves.

The texts are in `snippets/`; `static/js/workbench/snippets.js` fills in the same texts in the same way, for a
query that was changed in the browser. A test holds both to the same results.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

from egov_kg.formats import CSV, JSON, TURTLE
from egov_kg.sparql.protocol import GRAPH_FORMS, Form

Kind = Literal["rows", "boolean", "graph"]

LANGUAGES: Final[Mapping[str, str]] = {"curl": "curl", "python": "Python", "r": "R"}
"""Names by the beginnings of the files' names."""

_FOLDER: Final = Path(__file__).parent / "snippets"
_KINDS: Final[tuple[Kind, ...]] = ("rows", "boolean", "graph")
_ACCEPT: Final[Mapping[Kind, str]] = {
    "rows": CSV.media_type,
    "boolean": JSON.media_type,
    "graph": TURTLE.media_type,
}
_PLACE: Final = re.compile(r"@(endpoint|query)@")
# Controls (a terminal acts on them when they are pasted, and HTML has none), what turns the direction of text
# around, and what is no character.
_UNSEEN: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_DOUBLE: Final = re.compile(r'"(?="|\Z)')


def kind_of(form: Form | None) -> Kind:
    """What a query of a form answers."""
    if form == "ASK":
        return "boolean"
    return "graph" if form in GRAPH_FORMS else "rows"


@cache
def templates() -> Mapping[str, Mapping[Kind, str]]:
    """The texts by language and by what the query answers."""
    return {
        name: {kind: _read(name, kind).replace("@accept@", _accept(name, kind)) for kind in _KINDS}
        for name in LANGUAGES
    }


def snippets(endpoint: str, query: str, kind: Kind) -> dict[str, str]:
    """Programs that ask a query, by language.

    Args:
        endpoint: its address, perhaps with parameters.
        query: the text.
        kind: what it answers.
    """
    shown = visible(query)
    quoted = {
        "curl": {"endpoint": in_shell(endpoint), "query": in_shell(f"query={shown}")},
        "python": {"endpoint": in_double_quotes(endpoint), "query": in_python(shown)},
        "r": {"endpoint": in_double_quotes(endpoint), "query": in_double_quotes(shown)},
    }
    return {name: _filled(templates()[name][kind], quoted[name]) for name in LANGUAGES}


def visible(query: str) -> str:
    """The same query without characters that cannot be seen: as escapes (SPARQL 1.1, section 19.2)."""
    text = query.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04X}", text)


def in_shell(text: str) -> str:
    """A word of a POSIX shell (section 2.2.2)."""
    return "'" + text.replace("'", r"'\''") + "'"


def in_python(text: str) -> str:
    """A string of Python, on as many lines as the text has."""
    escaped = _DOUBLE.sub(r"\"", text.replace("\\", r"\\"))
    return f'"""\\\n{escaped}"""' if "\n" in text else in_double_quotes(text)


def in_double_quotes(text: str) -> str:
    """A string of R, or of Python where it is one line."""
    return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'


def _read(name: str, kind: Kind) -> str:
    path = _FOLDER / f"{name}.txt"
    return (path if path.is_file() else _FOLDER / f"{name}-{kind}.txt").read_text(encoding="utf-8")


def _accept(name: str, kind: Kind) -> str:
    header = f"Accept: {_ACCEPT[kind]}"
    return in_shell(header) if name == "curl" else header


def _filled(template: str, values: Mapping[str, str]) -> str:
    # In one go: what is filled in is not looked at again.
    return _PLACE.sub(lambda found: values[found[1]], template)
