"""The very query that made what a page shows, as a link to the workbench or to its answer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile, product
from urllib.parse import urlencode

from egov_kg.web import paged, past, time


def link(text: str, **values: str | Sequence[str]) -> str:
    """The address where a named query can be read, changed and run.

    Args:
        text: the query with its leading comments, which are left out.
        values: IRIs, one or several, for variables of its projection: a VALUES block at its end (SPARQL 1.1,
            section 10.2.2).
    """
    return paged.at("/sparql", query=_bound(text, values))


def answer(text: str, syntax: str, **values: str | Sequence[str]) -> str:
    """The address of the answer to a named query.

    Args:
        text, values: as for `link`.
        syntax: the name of a format, as in `format=`.
    """
    asked = {"query": _bound(text, values), "format": syntax}
    if as_of := past.asked():
        asked[time.PARAMETER] = as_of
    return f"/sparql?{urlencode(asked)}"


def body(text: str) -> str:
    """A query without the comments that it begins with."""
    return "\n".join(dropwhile(lambda line: line.startswith("#") or not line.strip(), text.splitlines()))


def _bound(text: str, values: dict[str, str | Sequence[str]]) -> str:
    if not values:
        return body(text)
    rows = [[iris] if isinstance(iris, str) else iris for iris in values.values()]
    if len(values) == 1:
        head, terms = f"?{next(iter(values))}", [f"<{iri}>" for iri in rows[0]]
    else:  # one block of rows, since a query has no second one
        head = f"({' '.join(f'?{name}' for name in values)})"
        terms = [f"({' '.join(f'<{iri}>' for iri in row)})" for row in product(*rows)]
    return f"{body(text)}\nVALUES {head} {{ {' '.join(terms)} }}"
