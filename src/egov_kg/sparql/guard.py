"""What a stranger's query may ask, and how much: decided from its terminals, before an engine sees it.

This is the first of two fences. The second is the process that evaluates: it can open no file and no
connection, and its time and memory end. Syntax errors are left to the engine, which knows where they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from egov_kg.errors import QueryForbidden, QueryTooComplex, UpdateForbidden
from egov_kg.settings import Settings
from egov_kg.sparql.iris import resolve
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
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_LOCAL_ESCAPE: Final = re.compile(r"\\(.)")
_LATEST: Final = 16
_LONGEST_IRI: Final = 2_048
_MOST_GRAPHS: Final = 1_000


@dataclass(frozen=True, slots=True)
class QueryFacts:
    """What the terminals of a query say about it.

    Attributes:
        form: the query form, or None for an update or a text that starts with neither.
        is_update: it starts as a SPARQL Update request does.
        has_dataset_clause: it has FROM or FROM NAMED of its own.
        default_graphs, named_graphs: the IRIs of FROM and FROM NAMED, each once; None where one cannot be
            resolved (a relative IRI without BASE, a prefix that is not declared, more than 1,000 graphs or
            an IRI of more than 2,048 characters).
        merges: it has more than one FROM, so its default graph is an RDF merge.
        has_service: it asks other endpoints (SERVICE).
        depth: the deepest level of brackets, each run of prefix operators (`!!!x`) counted as levels too.
        undeclared: the first prefix used but not declared, with its line and column (from 1).
    """

    form: Form | None = None
    is_update: bool = False
    has_dataset_clause: bool = False
    default_graphs: tuple[str, ...] | None = ()
    named_graphs: tuple[str, ...] | None = ()
    merges: bool = False
    has_service: bool = False
    depth: int = 0
    undeclared: tuple[str, int, int] | None = None


@lru_cache(_LATEST)  # the endpoint and its store both ask
def inspect(query: str) -> QueryFacts:
    """The facts of a query. Never raises: what is no SPARQL gives facts that say little."""
    terminals = list(tokens(query))
    prefixes, base, body = _prologue(terminals)
    words = [token for token in body if token.kind == "word"]
    first = words[0].text.upper() if words else ""
    defaults, named = _dataset(body, prefixes, base)
    return QueryFacts(
        form=_FORMS.get(first),
        is_update=first in _UPDATES,
        has_dataset_clause=bool(defaults or named),
        default_graphs=_distinct(defaults),
        named_graphs=_distinct(named),
        merges=len(defaults) > 1,
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


def _prologue(terminals: list[Token]) -> tuple[dict[str, str | None], str | None, list[Token]]:
    """PREFIX, BASE and VERSION declarations, and what follows them (section 4.1); None is no absolute IRI."""
    prefixes: dict[str, str | None] = {}
    base: str | None = None
    position = 0
    while position < len(terminals) and terminals[position].kind == "word":
        word = terminals[position].text.upper()
        if word == "PREFIX" and position + 2 < len(terminals):
            prefix = terminals[position + 1].text.removesuffix(":")
            prefixes[prefix] = _reference(terminals[position + 2], base)
            position += 3
        elif word in ("BASE", "VERSION"):
            if word == "BASE" and position + 1 < len(terminals):
                base = _reference(terminals[position + 1], base)
            position += 2
        else:
            break
    return prefixes, base, terminals[position:]


def _dataset(
    body: list[Token], prefixes: Mapping[str, str | None], base: str | None
) -> tuple[list[str | None], list[str | None]]:
    """The graphs of FROM and FROM NAMED (section 13.2), which stand outside all brackets."""
    graphs: tuple[list[str | None], list[str | None]] = ([], [])
    for position, token in enumerate(body):
        if token.kind != "word" or token.depth or token.text.upper() != "FROM":
            continue
        rest = body[position + 1 : position + 3]
        named = bool(rest) and rest[0].kind == "word" and rest[0].text.upper() == "NAMED"
        target = rest[int(named)] if len(rest) > int(named) else None
        known = len(graphs[named]) < _MOST_GRAPHS
        graphs[named].append(_resolve(target, prefixes, base) if known else None)
    return graphs


def _distinct(graphs: Iterable[str | None]) -> tuple[str, ...] | None:
    """The graphs, each once, or None where one is unknown."""
    known = dict.fromkeys(graphs)
    return None if None in known else tuple(iri for iri in known if iri is not None)


def _asks_service(query: str, terminals: list[Token], prefixes: Mapping[str, str | None]) -> bool:
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


def _resolve(token: Token | None, prefixes: Mapping[str, str | None], base: str | None) -> str | None:
    """The absolute IRI that a token stands for (section 4.1.1)."""
    if token is None or token.kind != "name":
        return _reference(token, base)
    prefix, _, local = token.text.partition(":")
    namespace = prefixes.get(prefix)
    return None if namespace is None else namespace + _LOCAL_ESCAPE.sub(r"\1", local)


def _reference(token: Token | None, base: str | None) -> str | None:
    """The absolute IRI of an IRI reference between angle brackets."""
    if token is None or token.kind != "iri":
        return None
    try:
        text = _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), token.text[1:-1])
    except (ValueError, OverflowError):  # beyond the last code point
        return None
    # A base grows with each BASE that is relative to the one before: without a bound, so would the work.
    iri = resolve(text, base) if len(text) <= _LONGEST_IRI else None
    return iri if iri and len(iri) <= _LONGEST_IRI else None


def _depth(terminals: list[Token]) -> int:
    deepest = run = 0
    for token in terminals:
        operator = token.kind == "punctuation" and token.text in _PREFIX_OPERATORS
        run = run + 1 if operator else 0
        deepest = max(deepest, token.depth + run, token.depth + (token.text in ("{", "(", "[")))
    return deepest


def _undeclared(
    query: str, body: list[Token], prefixes: Mapping[str, str | None]
) -> tuple[str, int, int] | None:
    for token in body:
        prefix, colon, _ = token.text.partition(":")
        if token.kind == "name" and colon and prefix != "_" and prefix not in prefixes:
            return prefix, *place(query, token.start)
    return None
