"""What a stranger's query may ask, and how much: decided from its terminals, before an engine sees it.

This is the first of two fences. The second is the process that evaluates: it can open no file and no
connection, and its time and memory end. Syntax errors are left to the engine, which knows where they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, islice
from typing import Final, NamedTuple

from egov_kg.errors import QueryForbidden, QueryTooComplex, UpdateForbidden
from egov_kg.settings import Settings
from egov_kg.sparql.prologue import Prologue
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
_SERVICE: Final = re.compile("SERVICE", re.IGNORECASE)
_PREFIX_OPERATORS: Final = frozenset("!+-^")
_OPENING: Final = frozenset("{([")
_DEEPENING: Final = (*_OPENING, *_PREFIX_OPERATORS)
_FIRST: Final = 4
_LATEST: Final = 16
_KEPT_LENGTH: Final = 100_000
_MOST_GRAPHS: Final = 1_000


class QueryFacts(NamedTuple):
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
    """

    form: Form | None = None
    is_update: bool = False
    has_dataset_clause: bool = False
    default_graphs: tuple[str, ...] | None = ()
    named_graphs: tuple[str, ...] | None = ()
    merges: bool = False
    has_service: bool = False


def inspect(query: str) -> QueryFacts:
    """The facts of a query. Never raises: what is no SPARQL gives facts that say little."""
    return _kept(query) if len(query) <= _KEPT_LENGTH else _inspected(query)


@lru_cache(_LATEST)  # the endpoint and its store both ask
def _kept(query: str) -> QueryFacts:
    return _inspected(query)


def asks_service(text: str) -> bool:
    """Whether a query or an update asks other endpoints.

    Updates are long: their terminals are looked at only where the word could be among them.
    """
    return _SERVICE.search(text) is not None and inspect(text).has_service


def _inspected(query: str) -> QueryFacts:
    first = next((token.text.upper() for token in _body(query) if token.kind == "word"), "")
    facts = QueryFacts(form=_FORMS.get(first), is_update=first in _UPDATES)
    upper = query.upper()  # a word that is nowhere in the text is no terminal of it either
    if "FROM" in upper or "SERVICE" in upper:
        terminals = list(tokens(query))
        prologue = Prologue()
        body = terminals[prologue.read(terminals) :]
        facts = _with_dataset(facts, body, prologue)
        facts = facts._replace(has_service=_asks_service(query, terminals, prologue.prefixes))
    return facts


def _body(query: str) -> Iterator[Token]:
    """The terminals after the prologue, tokenized as they are asked for."""
    following = tokens(query)
    read: list[Token] = []
    while more := list(islice(following, len(read) or _FIRST)):
        read += more
        position = Prologue().read(read)
        # A declaration that is cut off at the end of what was read is read again, whole.
        if position < len(read) and read[position].text.upper() != "PREFIX":
            return chain(read[position:], following)
    return iter(read[Prologue().read(read) :])


def undeclared(query: str) -> tuple[str, int, int] | None:
    """The first prefix that a query uses and does not declare, with its line and column (from 1)."""
    terminals = list(tokens(query))
    prologue = Prologue()
    for kind, text, start, _, _ in terminals[prologue.read(terminals) :]:
        if kind == "name":
            prefix = text.partition(":")[0]
            if prefix != "_" and prefix not in prologue.prefixes:
                return prefix, *place(query, start)
    return None


def depth(text: str) -> int:
    """The deepest level of brackets, each run of prefix operators (`!!!x`) counted as levels too."""
    deepest = run = 0
    for kind, terminal, _, level, _ in tokens(text):
        if kind != "punctuation":
            run = 0
            continue
        run = run + 1 if terminal in _PREFIX_OPERATORS else 0
        deepest = max(deepest, level + (run or terminal in _OPENING))
    return deepest


def _depth_past(most: int, text: str) -> int | None:
    """The depth of a text that nests more than `most` levels deep, None for another.

    Its terminals are looked at only where a count of its characters says that it may.
    """
    if sum(map(text.count, _DEEPENING)) <= most:
        return None
    deepest = depth(text)
    return deepest if deepest > most else None


def check(query: str, settings: Settings) -> QueryFacts:
    """The facts of a query that may run.

    Raises:
        QueryTooComplex: longer than `query_length` code points or deeper than `query_nesting` levels.
        UpdateForbidden: an update.
        QueryForbidden: it uses SERVICE, and `service_allow` lists no endpoint.
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
    deepest = _depth_past(settings.query_nesting, query)
    if deepest is not None:
        raise QueryTooComplex(
            f"The query nests {deepest} levels deep; at most {settings.query_nesting} are taken. Flatten it.",
            f"查询嵌套了 {deepest} 层，最多接受 {settings.query_nesting} 层。请减少嵌套。",
            limit=settings.query_nesting,
            value=deepest,
        )
    facts = inspect(query)
    if facts.is_update:
        raise UpdateForbidden(
            "This service answers queries (SELECT, ASK, CONSTRUCT, DESCRIBE) and takes no updates.",
            "本服务只回答查询（SELECT、ASK、CONSTRUCT、DESCRIBE），不接受更新。",
        )
    if facts.has_service and not settings.service_allow:
        raise QueryForbidden(
            "SERVICE is switched off here: ask the other endpoint yourself, and bring its values in with "
            "VALUES.",
            "此处已关闭 SERVICE：请自行查询另一端点，再用 VALUES 引入其结果。",
        )
    return facts


def check_update(text: str, settings: Settings) -> None:
    """See that an update request may run.

    Raises:
        QueryTooComplex: deeper than `query_nesting` levels.
    """
    most = settings.query_nesting
    deepest = _depth_past(most, text)
    if deepest is not None:
        raise QueryTooComplex(
            f"The update nests {deepest} levels deep; at most {most} are taken. Flatten it.",
            f"更新嵌套了 {deepest} 层，最多接受 {most} 层。请减少嵌套。",
            limit=most,
            value=deepest,
        )


def _with_dataset(facts: QueryFacts, body: list[Token], prologue: Prologue) -> QueryFacts:
    """The facts with the graphs of FROM and FROM NAMED (section 13.2), which stand outside all brackets."""
    graphs: tuple[list[str | None], list[str | None]] = ([], [])
    for position, token in enumerate(body):
        if token.kind != "word" or token.depth or token.text.upper() != "FROM":
            continue
        rest = body[position + 1 : position + 3]
        named = bool(rest) and rest[0].kind == "word" and rest[0].text.upper() == "NAMED"
        target = rest[int(named)] if len(rest) > int(named) else None
        known = len(graphs[named]) < _MOST_GRAPHS
        graphs[named].append(prologue.iri(target) if known else None)
    return facts._replace(
        has_dataset_clause=any(graphs),
        default_graphs=_distinct(graphs[0]),
        named_graphs=_distinct(graphs[1]),
        merges=len(graphs[0]) > 1,
    )


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
