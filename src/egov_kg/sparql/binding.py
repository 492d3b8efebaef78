"""Values for the variables of a query, written into it: for engines that take nothing but text.

The values are terms that an engine wrote, so that none can break out; where they go is found by the terminals
of the query, never by searching its text.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from egov_kg.errors import EvaluationError
from egov_kg.sparql.prologue import Prologue
from egov_kg.sparql.tokens import Token, tokens


def with_values(query: str, values: Mapping[str, str]) -> str:
    """The query with values for some of its variables, as VALUES blocks (SPARQL 1.1, section 10.2).

    A block is the first thing in the group of the query, and of each query within it that hands the variable
    on: so a value is known to the filters, aggregates and limits of these, too.

    Args:
        query: a SELECT query that parses.
        values: terms in N-Triples syntax by the name of their variable, without `?`.

    Raises:
        EvaluationError: the query does not project a variable.
    """
    return _inserted(query, _insertions(list(tokens(query)), values))


def with_rows(query: str, rows: Sequence[Mapping[str, str]]) -> str:
    """The query joined with rows of values: a VALUES block as the first thing in its outermost group.

    Not all engines know one at the end of a query (section 10.2.2).

    Args:
        query: a SELECT query that parses.
        rows: as the values of `with_values`, all with the same variables; none change nothing.
    """
    terminals = list(tokens(query))
    position = Prologue().read(terminals)
    return _inserted(query, _block(terminals, _opening(terminals, position), rows)) if rows else query


def projected(query: str) -> tuple[str, ...]:
    """The variables that a SELECT query gives, in order, without `?`; none of `SELECT *`.

    Args:
        query: one that parses.
    """
    terminals = list(tokens(query))
    position = Prologue().read(terminals)
    depth = terminals[position].depth
    head = terminals[position : _opening(terminals, position)]
    return tuple(
        token.text[1:]
        for before, token in pairwise(head)
        if token.kind == "variable" and (token.depth == depth or _is_word(before, "AS"))
    )


def _inserted(query: str, insertions: Iterable[tuple[int, str]]) -> str:
    parts, end = [], 0
    for at, text in sorted(insertions):
        parts += [query[end:at], text]
        end = at
    return "".join([*parts, query[end:]])


def _insertions(terminals: Sequence[Token], values: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """What goes where: offsets in the query, and text."""
    around = [(-1, frozenset(values))]  # the groups of queries that are open: their depth, what they know
    position = 0
    while position < len(terminals):
        token = terminals[position]
        position += 1
        if token.text == "}" and token.depth == around[-1][0]:
            around.pop()
        if not _is_word(token, "SELECT"):
            continue
        opening = _opening(terminals, position)
        head = [one for one in terminals[position:opening] if one.depth == token.depth]
        known = around[-1][1]
        if not any(one.text == "*" for one in head):
            known &= {one.text[1:] for one in head if one.kind == "variable"}
        if len(around) == 1 and (missing := sorted(values.keys() - known)):
            raise EvaluationError(
                f"The query does not have {', '.join(missing)} in its projection: it cannot be bound.",
                f"查询的投影中没有 {'、'.join(missing)}，无法绑定取值。",
            )
        around.append((token.depth, known))
        if known:
            yield from _block(terminals, opening, [{name: values[name] for name in values if name in known}])
        position = opening + 1


def _opening(terminals: Sequence[Token], position: int) -> int:
    """Where the group of the query begins that begins at a position, or a little before."""
    depth = terminals[position].depth
    return next(
        at
        for at in range(position, len(terminals))
        if terminals[at].text == "{" and terminals[at].depth == depth
    )


def _block(
    terminals: Sequence[Token], opening: int, rows: Sequence[Mapping[str, str]]
) -> Iterator[tuple[int, str]]:
    names = " ".join(f"?{name}" for name in rows[0])
    lines = [f"({' '.join(row[name] for name in rows[0])})" for row in rows]
    if len(rows[0]) > 1:  # Virtuoso loses rows of several columns
        each = (f"{{ VALUES ({names}) {{ {line} }} }}" for line in lines)
        block = f" {' UNION '.join(each)} "
    else:
        block = f" VALUES ({names}) {{ {' '.join(lines)} }} "
    start, depth = terminals[opening].start + 1, terminals[opening].depth
    if not _is_word(terminals[opening + 1], "SELECT"):
        yield start, block
        return
    # A group may be a query, but then it is nothing else besides.
    closing = next(one for one in terminals[opening + 1 :] if one.text == "}" and one.depth == depth)
    yield start, f"{block}{{"
    yield closing.start, "}"


def bound(text: str, terms: Mapping[str, str]) -> str:
    """A text with terms in the place of variables.

    It need not be SPARQL before: an update may have a variable where only a graph's IRI may stand.

    Args:
        text: of a query or an update, trusted.
        terms: in N-Triples syntax by the name of their variable, without `?`.
    """
    parts, end = [], 0
    for token in tokens(text):
        if token.kind == "variable" and token.text[1:] in terms:
            parts += [text[end : token.start], terms[token.text[1:]]]
            end = token.start + len(token.text)
    return "".join([*parts, text[end:]])


def without_dataset(query: str) -> str:
    """The query without its FROM and FROM NAMED clauses (section 13.2); lines stay where they are.

    For engines that add the dataset of the protocol to that of the query, and should let it replace it.

    Args:
        query: one that parses.
    """
    terminals = list(tokens(query))
    position = Prologue().read(terminals)
    parts, end = [], 0
    while position < len(terminals):
        if _is_word(terminals[position], "FROM") and not terminals[position].depth:
            last = position + (2 if _is_word(terminals[position + 1], "NAMED") else 1)
            stop = terminals[last].start + len(terminals[last].text)
            start = terminals[position].start
            parts += [query[end:start], "".join(c if c in "\r\n" else " " for c in query[start:stop])]
            position, end = last, stop
        position += 1
    return "".join([*parts, query[end:]])


def with_graphs(query: str, known: Container[str], other: str) -> str:
    """The query with another graph wherever GRAPH names one by its IRI that is not known.

    Virtuoso has one triple in a graph that is neither in its dataset nor there.

    Args:
        query: one that parses.
        known: IRIs of graphs.
        other: the IRI to name instead.
    """
    terminals = list(tokens(query))
    prologue = Prologue()
    prologue.read(terminals)
    parts, end = [], 0
    for before, token in pairwise(terminals):
        if _is_word(before, "GRAPH") and token.kind in ("iri", "name") and prologue.iri(token) not in known:
            parts += [query[end : token.start], f"<{other}>"]
            end = token.start + len(token.text)
    return "".join([*parts, query[end:]])


def _is_word(token: Token, word: str) -> bool:
    return token.kind == "word" and token.text.upper() == word
