"""Answers that are read page by page, and answers to queries of anybody's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from rdflib import Literal, URIRef

from egov_kg.client.endpoint import Endpoint
from egov_kg.client.graphs import read_query
from egov_kg.client.results import Solution, Term, texts
from egov_kg.errors import NotFound, QueryError, UpdateForbidden, UpstreamFailed
from egov_kg.namespaces import PREFIXES, shrink
from egov_kg.publish.columns import Column, Kind
from egov_kg.publish.table import TableRow, of_answers
from egov_kg.publish.void import read_query as published
from egov_kg.sparql.guard import inspect

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
        EgovError: as `Endpoint.read`.
    """
    rows: list[TableRow] = []
    domains: dict[str, Decimal] = {}
    for page in _pages(endpoint, read_query("keys"), "observation", asked):
        domains |= {row["observation"]: Decimal(row["domain"]) for row in page if row["domain"]}
        wanted = {"observation": [URIRef(row["observation"]) for row in page]}
        rows += of_answers(endpoint.table(published("observations.rq"), wanted))
    return rows, domains


def pages(endpoint: Endpoint, query: str, key: str, asked: Asked) -> list[dict[str, str]]:
    """The rows of every page of a query; raises as `observations` does."""
    return [row for page in _pages(endpoint, query, key, asked) for row in page]


def _pages(endpoint: Endpoint, query: str, key: str, asked: Asked) -> Iterator[list[dict[str, str]]]:
    """Pages of a query that begins after `?after` in the order of a key, until one is empty."""
    terms = {name: [URIRef(iri) for iri in some] for name, some in asked.items()}
    after = ""
    while page := endpoint.table(query, {**terms, "after": [Literal(after)]}):
        yield page
        if page[-1][key] <= after:
            raise UpstreamFailed(
                f"{endpoint.url} gives the same rows again where the next are asked for.",
                f"{endpoint.url} 在请求后续行时又返回了相同的行。",
            )
        after = page[-1][key]


def require_known(endpoint: Endpoint, iris: Sequence[str]) -> None:
    """That nothing was misspelt.

    Raises:
        NotFound: a term that has no label here.
    """
    if not iris:
        return
    rows = endpoint.table(read_query("known"), {"thing": [URIRef(iri) for iri in iris]})
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
    names, solutions = endpoint.solutions(query)
    columns = tuple(Column(name, _kind(name, solutions), name, name) for name in names)
    return columns, [*texts(names, solutions)]


def _kind(name: str, solutions: Sequence[Solution]) -> Kind:
    """What the values of a variable are, if all are of one kind; else text."""
    kinds = {_kind_of(one[name]) for one in solutions if name in one}
    return kinds.pop() if len(kinds) == 1 else "text"


def _kind_of(term: Term) -> Kind:
    if term.kind == "uri":
        return "iri"
    namespace, name = term.datatype.partition("#")[::2]
    return _KINDS.get(name, "text") if f"{namespace}#" == _XSD else "text"
