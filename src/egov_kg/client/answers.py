"""Answers that are read page by page, and answers to queries of anybody's own."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Any, Final

from rdflib import Literal, URIRef
from rdflib.term import Identifier

from egov_kg import formats
from egov_kg.client.endpoint import Endpoint
from egov_kg.client.graphs import read_query
from egov_kg.errors import NotFound, QueryError, UpdateForbidden, UpstreamFailed, UsageError
from egov_kg.namespaces import PREFIXES, shrink
from egov_kg.publish.columns import Column, Kind
from egov_kg.publish.table import TableRow, of_answers
from egov_kg.publish.void import read_query as published
from egov_kg.sparql.guard import inspect

MOST: Final = 5_000
"""Combinations of terms that can be asked for at once."""

_XSD: Final = PREFIXES["xsd"]
_KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger"), "integer"),
    "decimal": "decimal",
    "boolean": "boolean",
    "date": "date",
}

Asked = Mapping[str, Sequence[str]]
"""Variable to IRIs of which any will do."""


def observations(endpoint: Endpoint, asked: Asked) -> tuple[list[TableRow], dict[str, Decimal]]:
    """Rows of the flat table, by IRI, and the largest value of those for which logic sets one.

    Raises:
        UsageError: too many combinations of terms.
        EgovError: as `Endpoint.read`.
    """
    rows: list[TableRow] = []
    domains: dict[str, Decimal] = {}
    for page in _pages(endpoint, read_query("keys"), "observation", asked):
        domains |= {row["observation"]: Decimal(row["domain"]) for row in page if row["domain"]}
        wanted = [{"observation": URIRef(row["observation"])} for row in page]
        rows += of_answers(endpoint.table(published("observations.rq"), wanted))
    return rows, domains


def pages(endpoint: Endpoint, query: str, key: str, asked: Asked) -> list[dict[str, str]]:
    """The rows of every page of a query; raises as `observations` does."""
    return [row for page in _pages(endpoint, query, key, asked) for row in page]


def _pages(endpoint: Endpoint, query: str, key: str, asked: Asked) -> Iterator[list[dict[str, str]]]:
    """Pages of a query that begins after `?after` in the order of a key, until one is empty."""
    if (count := math.prod(map(len, asked.values()))) > MOST:
        raise UsageError(
            f"{count:,} combinations of terms are asked for; at most {MOST:,} can be: ask in several steps.",
            f"所查询的组合有 {count:,} 种，最多 {MOST:,} 种：请分次查询。",
        )
    combined = [dict(zip(asked, map(URIRef, some), strict=True)) for some in product(*asked.values())]
    after = ""
    while True:
        answer = endpoint.table(query, [_row(after, one) for one in combined])
        if page := _next(answer):
            yield page
            after = page[-1][key]
        # What comes before ?after fills the rest of the last page; the first has nothing before it.
        if len(page) < len(answer) or not page:
            return


def _next(answer: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """The solutions that the query itself could not filter."""
    return [row for row in answer if row["next"] in ("true", "1")]


def _row(after: str, terms: Mapping[str, URIRef]) -> dict[str, Identifier]:
    return {"after": Literal(after), **terms}


def bound(endpoint: Endpoint, query: str, texts: Mapping[str, str]) -> list[dict[str, str]]:
    """The rows of a query with texts for some of its variables."""
    if not texts:
        return endpoint.table(query)
    return _next(endpoint.table(query, [{name: Literal(text) for name, text in texts.items()}]))


def require_known(endpoint: Endpoint, iris: Sequence[str]) -> None:
    """That nothing was misspelt.

    Raises:
        NotFound: a term that has no label here.
    """
    if not iris:
        return
    rows = endpoint.table(read_query("known"), [{"thing": URIRef(iri)} for iri in iris])
    known = {row["thing"] for row in rows} | {iri for iri in iris if iri.startswith(PREFIXES["unit"])}
    if unknown := [shrink(iri) for iri in iris if iri not in known]:
        raise NotFound(
            f"The endpoint does not know {', '.join(unknown)}: indicators(), regions(), search() have names.",
            f"端点中没有 {'、'.join(unknown)}：可用 indicators()、regions()、search() 查找名称。",
        )


def select(endpoint: Endpoint, query: str) -> tuple[tuple[Column, ...], list[TableRow]]:
    """The answer to a SELECT query, with what the columns are.

    Raises:
        UpdateForbidden: it is an update.
        QueryError: it is a query of another form, or the endpoint refuses it.
        UpstreamFailed: the answer is none.
        EgovError: as `Endpoint.read`.
    """
    facts = inspect(query)
    if facts.is_update:
        raise UpdateForbidden("The client only reads: this is an update.", "客户端只读：这是一个更新请求。")
    if facts.form not in (None, "SELECT"):
        raise QueryError(
            f"This is a query of the form {facts.form}; select() answers SELECT.",
            f"这是 {facts.form} 查询；select() 只回答 SELECT。",
        )
    body = endpoint.read(query, formats.JSON.media_type, {})
    try:
        answer = json.loads(body)
        names, solutions = answer["head"]["vars"], answer["results"]["bindings"]
        columns = tuple(Column(name, _kind(name, solutions), name, name) for name in names)
        rows: list[TableRow] = [
            {name: one[name]["value"] if name in one else "" for name in names} for one in solutions
        ]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UpstreamFailed(
            f"{endpoint.url} did not answer with SPARQL results in JSON.",
            f"{endpoint.url} 的回答不是 JSON 格式的 SPARQL 结果。",
        ) from error
    return columns, rows


def _kind(name: str, solutions: Sequence[Mapping[str, Any]]) -> Kind:
    """What the values of a variable are, if all are of one kind; else text."""
    kinds = {_kind_of(one[name]) for one in solutions if name in one}
    return kinds.pop() if len(kinds) == 1 else "text"


def _kind_of(term: Mapping[str, Any]) -> Kind:
    if term["type"] == "uri":
        return "iri"
    namespace, name = str(term.get("datatype", "")).partition("#")[::2]
    return _KINDS.get(name, "text") if f"{namespace}#" == _XSD else "text"
