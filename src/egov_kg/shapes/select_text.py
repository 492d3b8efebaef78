"""The SELECT query of a SPARQL-based constraint, read so that it can stand as a part of another query.

Specification: SHACL, section 5.2.1 and appendix A: `$this` is bound before the query is evaluated. Here the
query is joined with the focus nodes instead, which is the same as long as no nested group asks for `$this` in
an expression without binding it, and as long as nothing cuts or groups the solutions; what does is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rdflib import URIRef

from egov_kg.shapes.scope import NotCompiled, Scope, term
from egov_kg.sparql.prologue import Prologue
from egov_kg.sparql.tokens import Token, tokens

_REFUSED: Final = frozenset(
    (
        "MINUS",
        "VALUES",
        "SERVICE",
        "FROM",
        "GROUP",
        "HAVING",
        "LIMIT",
        "OFFSET",
        "GRAPH",
        "CONSTRUCT",
        "ASK",
        "DESCRIBE",
    )
)
_UNKNOWN: Final = frozenset(("shapesGraph", "currentShape", "failure"))


@dataclass(frozen=True, slots=True)
class SelectText:
    """The WHERE clause of a query, cut where its variables are.

    Attributes:
        pieces: text, and between two of them a variable: text, variable, text ... text.
        results: which of `value` and `path` the query gives.
    """

    pieces: tuple[str, ...]
    results: frozenset[str]

    def group(self, focus: str, path: str, kept: dict[str, str], scope: Scope) -> str:
        """The content of the group for a focus node.

        Args:
            focus: the variable that `$this` becomes.
            path: what `$PATH` becomes.
            kept: names of variables to what they become; all others become new ones.
            scope: names of variables.

        Raises:
            NotCompiled: it has `$PATH`, and there is no path.
        """
        if "PATH" in self.pieces[1::2] and not path:
            raise NotCompiled("$PATH at a node shape", "节点形状中的 $PATH")
        names = {"this": focus, "PATH": path, **kept}
        written = []
        for position, piece in enumerate(self.pieces):
            if position % 2:
                if piece not in names:
                    names[piece] = scope.fresh()
                piece = names[piece]
            written.append(piece)
        return "".join(written)


def select_text(query: str, prefixes: dict[str, str]) -> SelectText:
    """Read a query.

    Args:
        query: the text of `sh:select`.
        prefixes: those that `sh:prefixes` declares.

    Raises:
        NotCompiled: it is no SELECT query with one WHERE clause, or has what cannot stand in another query.
    """
    terminals = list(tokens(query))
    prologue = Prologue(prefixes=dict(prefixes))
    at = prologue.read(terminals)
    for token in terminals[at:]:
        if token.kind == "word" and token.text.upper() in _REFUSED:
            raise _refused(token.text.upper())
        if token.kind == "variable" and token.text[1:] in _UNKNOWN:
            raise _refused(token.text)
        if token.doubtful:
            raise _refused(token.text[:40])
    if at >= len(terminals) or terminals[at].text.upper() != "SELECT":
        raise NotCompiled("an sh:select that is no SELECT query", "不是 SELECT 查询的 sh:select")
    opening = next((n for n in range(at, len(terminals)) if terminals[n].text == "{"), len(terminals))
    closing = _closing(terminals, opening)
    head, body, tail = terminals[at + 1 : opening], terminals[opening + 1 : closing], terminals[closing + 1 :]
    if any(token.text.upper() == "SELECT" for token in body if token.kind == "word"):
        raise _refused("SELECT ... { SELECT")
    if tail and tail[0].text.upper() != "ORDER":
        raise _refused(tail[0].text)
    _check_this(body)
    given, binds = _projection(head)
    if "*" in given:
        given = {token.text[1:] for token in body if token.kind == "variable"}
    content = [*_pieces(body, prologue)]
    for expression, name in binds:
        content += [" BIND(", *_pieces(expression, prologue), " AS ", (name,), ")"]
    return SelectText(_alternating(content), frozenset(given & {"value", "path"}))


def _refused(what: str) -> NotCompiled:
    return NotCompiled(f"sh:select with {what}", f"sh:select 中的 {what}")


def _closing(terminals: Sequence[Token], opening: int) -> int:
    for position in range(opening + 1, len(terminals)):
        if terminals[position].text == "}" and terminals[position].depth == terminals[opening].depth:
            return position
    raise NotCompiled("an sh:select without a WHERE clause", "没有 WHERE 子句的 sh:select")


def _check_this(body: Sequence[Token]) -> None:
    """Refuse `$this` in an expression of a nested group: it is bound there only before evaluation."""
    groups: list[str] = []
    parentheses = 0
    before = ""
    for token in body:
        if token.text == "{":
            groups.append("EXISTS" if before == "EXISTS" else "other")
            parentheses, before = 0, ""
            continue
        if token.text == "}":
            if groups:
                groups.pop()
            parentheses = 0
        elif token.text in "()" and token.kind == "punctuation":
            parentheses += 1 if token.text == "(" else -1
        elif token.kind == "variable" and token.text[1:] == "this" and parentheses > 0:
            first = next((kind for kind in groups), "EXISTS")
            if first != "EXISTS":
                raise _refused("$this in an expression of a nested group")
        if token.kind == "word":
            before = token.text.upper()


def _projection(head: Sequence[Token]) -> tuple[set[str], list[tuple[Sequence[Token], str]]]:
    """The names that are given, and the expressions among them with theirs."""
    names: set[str] = set()
    binds = []
    position = 0
    while position < len(head):
        token = head[position]
        if token.kind == "variable":
            names.add(token.text[1:])
        elif token.text == "*":
            names.add("*")
        elif token.text == "(":
            end = next(
                n for n in range(position, len(head)) if head[n].text == ")" and head[n].depth == token.depth
            )
            name = head[end - 1]
            if (
                name.kind != "variable"
                or head[end - 2].text.upper() != "AS"
                or name.text[1:] in ("this", "PATH")
            ):
                raise _refused("(... AS $this)")
            names.add(name.text[1:])
            binds.append((head[position + 1 : end - 2], name.text[1:]))
            position = end
        elif token.text.upper() not in ("DISTINCT", "REDUCED", "WHERE"):
            raise _refused(token.text)
        position += 1
    return names, binds


def _pieces(terminals: Sequence[Token], prologue: Prologue) -> Iterator[str | tuple[str]]:
    """Text and, as tuples, names of variables; names with prefixes are written out."""
    end = terminals[0].start if terminals else 0
    for token in terminals:
        if token.start > end:
            yield " "
        end = token.start + len(token.text)
        if token.kind == "variable":
            yield (token.text[1:],)
        elif token.kind == "name" and token.text.startswith("_:"):
            yield (token.text,)  # in a query, a label is a variable that cannot be named elsewhere
        elif token.kind in ("name", "iri"):
            iri = prologue.iri(token)
            if iri is None:
                raise NotCompiled(
                    f"sh:select with the unknown {token.text}", f"sh:select 中未知的 {token.text}"
                )
            yield term(URIRef(iri))
        else:
            yield token.text


def _alternating(content: Sequence[str | tuple[str]]) -> tuple[str, ...]:
    """Text, variable, text, variable ... text."""
    pieces = [""]
    for one in content:
        if isinstance(one, tuple):
            pieces += [one[0], ""]
        else:
            pieces[-1] += one
    return tuple(pieces)
