"""The terminals of SPARQL 1.1 (section 19.8): words told from strings, IRIs and comments.

A query that the engine accepts is read here as the engine reads it, with one exception that no tokenizer can
decide: in `(?a <x>` the `<` may open an IRI or be an operator. It is read as an IRI, and the token is marked
`doubtful` when the other reading would move the border of a string or a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, cast

Kind = Literal["word", "variable", "iri", "name", "literal", "punctuation"]

_PN_BASE: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PN_CHARS: Final = _PN_BASE + "_0-9\u00b7\u0300-\u036f\u203f-\u2040-"
_PLX: Final = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL: Final = rf"(?:(?:[{_PN_CHARS}:]|{_PLX})(?:(?:[{_PN_CHARS}.:]|{_PLX})*(?:[{_PN_CHARS}:]|{_PLX}))?)?"

# Every alternative that starts takes what it scanned: so no text costs more than time in proportion to it.
_TOKEN: Final = re.compile(
    rf"""
      (?P<space>[\x20\t\r\n]+|\#[^\r\n]*)
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*+>)
    | (?P<literal>
          \"\"\"(?:[^"\\]|\\.|"(?!""))*+(?:\"\"\"|\\?\Z) | \'\'\'(?:[^'\\]|\\.|'(?!''))*+(?:\'\'\'|\\?\Z)
        | "(?:[^"\\\r\n]|\\[^\r\n])*+"? | '(?:[^'\\\r\n]|\\[^\r\n])*+'?
        | (?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?
        | @[A-Za-z]+(?:-[A-Za-z0-9]+)*
      )
    | (?P<variable>[?$][{_PN_CHARS}]+)
    | (?P<name>_:[{_PN_CHARS}](?:[{_PN_CHARS}.]*[{_PN_CHARS}])?|:{_LOCAL})
    | (?P<word>[{_PN_BASE}](?:\.*+[{_PN_CHARS}]++)*+(?P<local>:{_LOCAL})?)
    | (?P<punctuation>\^\^|&&|\|\||<=|>=|!=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PIECE: Final = re.compile(r"\.+|[^.]+")


@dataclass(frozen=True, slots=True)
class Token:
    """One terminal.

    Attributes:
        kind: what it is; `name` is a prefixed name or a blank node label.
        text: as written.
        start: its offset in the query, in code points from 0.
        depth: brackets `{`, `(` and `[` open around it.
        doubtful: an IRI that may be an operator followed by a string or comment, or a string without an end.
    """

    kind: Kind
    text: str
    start: int
    depth: int
    doubtful: bool = False


def tokens(query: str) -> Iterator[Token]:
    """The terminals of a query, without white space and comments.

    Text that is no terminal comes out as single characters of punctuation: the engine will refuse it.
    """
    depth = 0
    operand = False
    parentheses = 0
    for kind, text, start, open_ended in _terminals(query):
        if text in ("}", ")", "]"):
            depth = max(0, depth - 1)
            parentheses -= text == ")"
        either = kind == "iri" and operand and parentheses > 0 and ("#" in text or "'" in text)
        yield Token(kind, text, start, depth, either or open_ended)
        if text in ("{", "(", "["):
            depth += 1
            parentheses += text == "("
        operand = kind != "punctuation" or text in (")", "]")


def _terminals(query: str) -> Iterator[tuple[Kind, str, int, bool]]:
    """Kind, text, start, and whether it is a string that has no end."""
    for match in _TOKEN.finditer(query):
        group, text, start = match.lastgroup, match[0], match.start()
        if group == "space":
            continue
        if match["local"] is not None:
            yield "name", text, start, False
        elif group == "word":
            # A dot may be inside a prefix, but without a prefix it ends a triple.
            for piece in _PIECE.finditer(text):
                dots = piece[0][0] == "."
                yield "punctuation" if dots else "word", piece[0], start + piece.start(), False
        elif group == "literal":
            quote = text[:3] if text[:3] in ('"""', "'''") else text[:1]
            quoted = quote[0] in "\"'"
            whole = len(text) >= 2 * len(quote) and text.endswith(quote)
            yield "literal", text, start, quoted and not whole
        else:
            yield cast(Kind, group), text, start, False


def place(query: str, offset: int) -> tuple[int, int]:
    """Line and column (both from 1) of an offset."""
    before = query[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
