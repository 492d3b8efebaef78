"""What a stranger's query may ask, and how much: decided from its terminals, before an engine sees it.

This is the first of two fences. The second is the process that evaluates: it can open no file and no
connection, and its time and memory end. Syntax errors are left to the engine, which knows where they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from egov_kg.errors import QueryForbidden, QueryTooComplex, UpdateForbidden
from egov_kg.settings import Settings
from egov_kg.sparql.protocol import Form
from egov_kg.sparql.tokens import Token, place, tokens

_FORMS: Final[dict[str, Form]] = {
    "SELECT": "SELECT",
    "ASK": "ASK",
    "CONSTRUCT": "CONSTRUCT",
    "DESCRIBE": "DESCRIBE",
}
_UPDATES: Final = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "ADD", "MOVE", "COPY", "CREATE", "WITH")
)
_SERVICE_ANYWHERE: Final = re.compile(r"(?<![\w:?$/.#-])SERVICE(?![\w:-])", re.IGNORECASE)
_PREFIX_OPERATORS: Final = frozenset("!+-^")


@dataclass(frozen=True, slots=True)
class QueryFacts:
    """What the terminals of a query say about it.

    Attributes:
        form: the query form, or None for an update or a text that starts with neither.
        is_update: it starts as a SPARQL Update request does.
        has_dataset_clause: it has FROM or FROM NAMED of its own.
        default_graphs, named_graphs: the IRIs of FROM and FROM NAMED, each once; None where one cannot be
            resolved without the engine (a relative IRI, a prefix that is not declared).
        has_service: it asks other endpoints (SERVICE).
        depth: the deepest level of brackets, each run of prefix operators (`!!!x`) counted as levels too.
        undeclared: prefixes used but not declared, in order of use, each with line and column (from 1).
    """

    form: Form | None = None
    is_update: bool = False
    has_dataset_clause: bool = False
    default_graphs: tuple[str, ...] | None = ()
    named_graphs: tuple[str, ...] | None = ()
    has_service: bool = False
    depth: int = 0
    undeclared: tuple[tuple[str, int, int], ...] = ()


def inspect(query: str) -> QueryFacts:
    """The facts of a query. Never raises: what is no SPARQL gives facts that say little."""
    terminals = list(tokens(query))
    prefixes, body = _prologue(terminals)
    words = [token for token in body if token.kind == "word"]
    first = words[0].text.upper() if words else ""
    defaults, named, clause = _dataset(body, prefixes)
    return QueryFacts(
        form=_FORMS.get(first),
        is_update=first in _UPDATES,
        has_dataset_clause=clause,
        default_graphs=defaults,
        named_graphs=named,
        has_service=_asks_service(query, terminals, prefixes),
        depth=_depth(terminals),
        undeclared=_undeclared(query, body, prefixes),
    )


def check(query: str, settings: Settings) -> QueryFacts:
    """The facts of a query that may run.

    Raises:
        QueryTooComplex: longer than `query_length` code points or deeper than `query_nesting` levels.
        UpdateForbidden: an update.
        QueryForbidden: it uses SERVICE.
    """
    if len(query) > settings.query_length:
        raise QueryTooComplex(
            f"The query has {len(query)} characters; at most {settings.query_length} are taken. "
            "Move long lists of values into several queries.",
            f"查询有 {len(query)} 个字符，最多接受 {settings.query_length} 个。"
            "请将长的取值列表拆成多次查询。",
            limit=settings.query_length,
            value=len(query),
        )
    facts = inspect(query)
    if facts.depth > settings.query_nesting:
        raise QueryTooComplex(
            f"The query nests {facts.depth} levels deep; at most {settings.query_nesting} are taken. "
            "Flatten it.",
            f"查询嵌套了 {facts.depth} 层，最多接受 {settings.query_nesting} 层。请减少嵌套。",
            limit=settings.query_nesting,
            value=facts.depth,
        )
    if facts.is_update:
        raise UpdateForbidden(
            "This service answers queries (SELECT, ASK, CONSTRUCT, DESCRIBE) and takes no updates.",
            "本服务只回答查询（SELECT、ASK、CONSTRUCT、DESCRIBE），不接受更新。",
        )
    if facts.has_service:
        raise QueryForbidden(
            "SERVICE is switched off here: ask the other endpoint yourself, and bring its values in with "
            "VALUES.",
            "此处已关闭 SERVICE：请自行查询另一端点，再用 VALUES 引入其结果。",
        )
    return facts


def _prologue(terminals: list[Token]) -> tuple[dict[str, str], list[Token]]:
    """BASE, PREFIX and VERSION declarations, and what follows them (section 4.1)."""
    prefixes: dict[str, str] = {}
    position = 0
    while position < len(terminals) and terminals[position].kind == "word":
        word = terminals[position].text.upper()
        if word == "PREFIX" and position + 2 < len(terminals):
            prefixes[terminals[position + 1].text.removesuffix(":")] = terminals[position + 2].text[1:-1]
            position += 3
        elif word in ("BASE", "VERSION"):
            position += 2
        else:
            break
    return prefixes, terminals[position:]


def _dataset(
    body: list[Token], prefixes: dict[str, str]
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None, bool]:
    """FROM and FROM NAMED (section 13.2), which stand outside all brackets."""
    graphs: dict[bool, dict[str | None, None]] = {False: {}, True: {}}
    clause = False
    for position, token in enumerate(body):
        if token.kind != "word" or token.depth or token.text.upper() != "FROM":
            continue
        clause = True
        rest = body[position + 1 : position + 3]
        named = bool(rest) and rest[0].kind == "word" and rest[0].text.upper() == "NAMED"
        target = rest[int(named)] if len(rest) > int(named) else None
        graphs[named][_resolve(target, prefixes)] = None
    default, named_ = (
        None if None in found else tuple(iri for iri in found if iri is not None)
        for found in (graphs[False], graphs[True])
    )
    return default, named_, clause


def _asks_service(query: str, terminals: list[Token], prefixes: dict[str, str]) -> bool:
    """Whether SERVICE is asked for, in any reading; engines also take it without a space behind it."""
    for token in terminals:
        word, _, _ = token.text.upper().partition(":")
        if token.kind == "word" and word in ("SERVICE", "SERVICESILENT"):
            return True
        if token.kind == "name" and word.startswith("SERVICE") and word[7:]:
            prefix = token.text.partition(":")[0]
            if prefix not in prefixes and prefix[7:].removeprefix("SILENT") in prefixes:
                return True
    return any(t.doubtful for t in terminals) and _SERVICE_ANYWHERE.search(query) is not None


def _resolve(token: Token | None, prefixes: dict[str, str]) -> str | None:
    if token is None or "\\" in token.text:
        return None
    if token.kind == "iri":
        iri = token.text[1:-1]
        return iri if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", iri) else None
    prefix, _, local = token.text.partition(":")
    namespace = prefixes.get(prefix) if token.kind == "name" else None
    return None if namespace is None or ":" not in namespace else namespace + local


def _depth(terminals: list[Token]) -> int:
    deepest = run = 0
    for token in terminals:
        operator = token.kind == "punctuation" and token.text in _PREFIX_OPERATORS
        run = run + 1 if operator else 0
        deepest = max(deepest, token.depth + run, token.depth + (token.text in ("{", "(", "[")))
    return deepest


def _undeclared(query: str, body: list[Token], prefixes: dict[str, str]) -> tuple[tuple[str, int, int], ...]:
    found: dict[str, tuple[str, int, int]] = {}
    for token in body:
        prefix, colon, _ = token.text.partition(":")
        if token.kind == "name" and colon and prefix not in ("_", *prefixes, *found):
            found[prefix] = (prefix, *place(query, token.start))
    return tuple(found.values())
