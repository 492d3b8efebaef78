"""The terminals of SPARQL 1.1 (section 19.8): words told from strings, IRIs and comments.

A query that the engine accepts is read here as the engine reads it, with one exception that no tokenizer can
decide: in `(?a <x>` the `<` may open an IRI or be an operator. It is read as an IRI, and the token is marked
`doubtful` when the other reading would move the border of a string or a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple, cast

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
    [\x20\t\r\n]*+(?:\#[^\r\n]*+[\x20\t\r\n]*+)*+
    (?:
      (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]++|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*+>)
    | (?P<literal>
          \"\"\"(?:[^"\\]++|\\.|"(?!""))*+(?:\"\"\"|\\?\Z) | \'\'\'(?:[^'\\]++|\\.|'(?!''))*+(?:\'\'\'|\\?\Z)
        | "(?:[^"\\\r\n]++|\\[^\r\n])*+"? | '(?:[^'\\\r\n]++|\\[^\r\n])*+'?
        | (?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?
        | @[A-Za-z]+(?:-[A-Za-z0-9]+)*
      )
    | (?P<variable>[?$][{_PN_CHARS}]+)
    | (?P<name>_:[{_PN_CHARS}](?:[{_PN_CHARS}.]*[{_PN_CHARS}])?|:{_LOCAL})
    | (?P<word>[{_PN_BASE}][{_PN_CHARS}]*+(?:\.++[{_PN_CHARS}]++)*+(?P<local>:{_LOCAL})?)
    | (?P<punctuation>\^\^|&&|\|\||<=|>=|!=|.)
    | (?P<end>\Z)
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_OPENING: Final = frozenset("{([")
_CLOSING: Final = frozenset("})]")
_PIECE: Final = re.compile(r"\.+|[^.]+")

_token: Final = tuple.__new__
"""Makes a `Token` of all its fields in half the time that its own constructor takes."""


class Token(NamedTuple):
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
    depth = parentheses = 0
    operand = False
    for match in _TOKEN.finditer(query):
        group = cast("Kind | Literal['end']", match.lastgroup)
        text, start = match[group], match.start(group)
        if group == "punctuation":
            if text in _CLOSING:
                depth = max(0, depth - 1)
                parentheses -= text == ")"
            yield _token(Token, ("punctuation", text, start, depth, False))
            if text in _OPENING:
                depth += 1
                parentheses += text == "("
            operand = text in (")", "]")
            continue
        if group == "end":
            return
        if group == "word":
            if match["local"] is not None:
                yield _token(Token, ("name", text, start, depth, False))
            elif "." in text:
                # A dot may be inside a prefix, but without a prefix it ends a triple.
                for piece in _PIECE.finditer(text):
                    kind: Kind = "punctuation" if piece[0][0] == "." else "word"
                    yield _token(Token, (kind, piece[0], start + piece.start(), depth, False))
            else:
                yield _token(Token, ("word", text, start, depth, False))
        elif group == "iri":
            either = operand and parentheses > 0 and ("#" in text or "'" in text)
            yield _token(Token, ("iri", text, start, depth, either))
        else:
            doubtful = group == "literal" and _is_open(text)
            yield _token(Token, (group, text, start, depth, doubtful))
        operand = True


def _is_open(literal: str) -> bool:
    """Whether it is a string that has no end."""
    quote = literal[:3] if literal[:3] in ('"""', "'''") else literal[:1]
    return quote[0] in "\"'" and (len(literal) < 2 * len(quote) or not literal.endswith(quote))


def place(query: str, offset: int) -> tuple[int, int]:
    """Line and column (both from 1) of an offset."""
    before = query[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
