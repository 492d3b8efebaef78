"""The SERVICE clauses of a query (SPARQL 1.1 Federated Query, section 2): what each asks of whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from egov_kg.errors import QueryForbidden
from egov_kg.sparql.guard import inspect
from egov_kg.sparql.prologue import Prologue
from egov_kg.sparql.tokens import Token, place, tokens


@dataclass(frozen=True, slots=True)
class ServiceClause:
    """One SERVICE clause.

    Attributes:
        start, end: where it stands in the query, in code points: `query[start:end]` is the clause.
        line, column: of its start, from 1.
        endpoint: the absolute IRI.
        silent: whether a failure counts as a solution without bindings (section 2.3).
        query: `SELECT *` over its pattern, with the declarations of the whole query before it.
        variables: names that occur in the pattern.
    """

    start: int
    end: int
    line: int
    column: int
    endpoint: str
    silent: bool
    query: str
    variables: frozenset[str]


def service_clauses(query: str) -> tuple[ServiceClause, ...]:
    """The SERVICE clauses of a query that parses, in its order.

    Raises:
        QueryForbidden: an endpoint is a variable or no absolute IRI, one clause stands inside another, or the
            query is written so that a clause cannot be told for certain.
    """
    terminals = list(tokens(query))
    prologue = Prologue()
    first = prologue.read(terminals)
    declarations = query[: terminals[first].start] if first < len(terminals) else query
    found: list[ServiceClause] = []
    position = first
    while position < len(terminals):
        if not _is(terminals[position], "SERVICE"):
            position += 1
            continue
        clause, position = _clause(query, terminals, position, prologue, declarations)
        found.append(clause)
    rest = query
    for clause in reversed(found):
        rest = f"{rest[: clause.start]}{{}}{rest[clause.end :]}"
    if inspect(rest).has_service:  # engines also take SERVICESILENT<x>, and more
        raise QueryForbidden(
            "A SERVICE clause cannot be told from the way it is written: write it as SERVICE <iri> { ... }, "
            "with blanks between.",
            "无法辨认某个 SERVICE 子句：请写成 SERVICE <iri> { ... }，并以空格分隔。",
        )
    return tuple(found)


def _clause(
    query: str, terminals: Sequence[Token], at: int, prologue: Prologue, declarations: str
) -> tuple[ServiceClause, int]:
    """The clause whose keyword is at a position, and the position of what follows it."""
    start = terminals[at].start
    line, column = place(query, start)
    position = at + 1
    silent = position < len(terminals) and _is(terminals[position], "SILENT")
    position += silent
    named = terminals[position] if position < len(terminals) else None
    endpoint = prologue.iri(named)
    opening = terminals[position + 1] if position + 1 < len(terminals) else None
    if endpoint is None or opening is None or opening.text != "{":
        written = named.text[:100] if named else ""
        raise QueryForbidden(
            f"Line {line}, column {column}: SERVICE needs an endpoint written as an absolute IRI, not "
            f"{written!r}: which endpoints are asked must be known before the query runs.",
            f"第 {line} 行第 {column} 列：SERVICE 的端点须写成绝对 IRI，而不是 {written!r}："
            "执行查询之前就须知道要访问哪些端点。",
            line=line,
            column=column,
        )
    closing = position + 2
    variables: set[str] = set()
    while closing < len(terminals) and not (
        terminals[closing].text == "}" and terminals[closing].depth == opening.depth
    ):
        token = terminals[closing]
        if token.kind == "variable":
            variables.add(token.text[1:])
        closing += 1
    end = terminals[closing].start + 1 if closing < len(terminals) else len(query)
    asked = f"{declarations}SELECT * WHERE {query[opening.start : end]}"
    if inspect(asked).has_service:
        raise QueryForbidden(
            f"Line {line}, column {column}: there is a SERVICE inside this SERVICE. Put them side by side.",
            f"第 {line} 行第 {column} 列：此 SERVICE 内还有 SERVICE。请将它们并列。",
            line=line,
            column=column,
        )
    clause = ServiceClause(start, end, line, column, endpoint, silent, asked, frozenset(variables))
    return clause, closing + 1


def _is(token: Token, word: str) -> bool:
    return token.kind == "word" and token.text.upper() == word
