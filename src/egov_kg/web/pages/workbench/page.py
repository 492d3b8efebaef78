"""The workbench at `/en/sparql`: a query, its answer as a table, and what else can be done with it.

Everything here works without scripts; `static/js/workbench/` makes an editor of the form and adds views.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, render_template, request

from egov_kg.errors import EgovError, UsageError
from egov_kg.formats import HTML, RDF, RESULTS, TURTLE
from egov_kg.release.registry import Release
from egov_kg.sparql import forms, guard, protocol
from egov_kg.sparql.protocol import HttpRequest
from egov_kg.store import dumps
from egov_kg.store.excerpt import Excerpt, excerpt, syntax_of
from egov_kg.web import paged, public_url, responses
from egov_kg.web import time as past
from egov_kg.web.asked import Asked, understand
from egov_kg.web.format_names import NAMES
from egov_kg.web.pages.parts.shown_query import body
from egov_kg.web.pages.workbench import examples, results, scripted, snippets
from egov_kg.web.parameters import whole_number
from egov_kg.web.responses import language
from egov_kg.web.server.asgi import CANCELLATION
from egov_kg.web.service import service

PAGE_ROWS: Final = 100
"""Rows that a page shows."""

COUNTED: Final = 10_000
"""Rows that are counted, and can be paged through."""

_TEMPLATE: Final = "pages/sparql.html"
_QUERIES: Final = Path(__file__).parent / "rq"
_DATASET: Final = ("default-graph-uri", "named-graph-uri")
_KEPT: Final = (*_DATASET, past.PARAMETER, "timeout")
_IRIS: Final = "iris"
"""As `show`: IRIs instead of names."""

_AROUND: Final = 60


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a query is wrong.

    Attributes:
        line, column: the place, from 1.
        before, at, after: a part of the line; `at` is empty behind its end.
        previous: the number and the text of the last line before it that is not blank.
    """

    line: int
    column: int
    before: str
    at: str
    after: str
    previous: tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class Form:
    """What the page was asked.

    Attributes:
        query: the text, perhaps empty.
        example: the name of the question it is, if it is one.
        given: all parameters.
    """

    query: str
    example: str
    given: Mapping[str, list[str]]

    def kept(self, without: object = None) -> list[tuple[str, str]]:
        """The parameters besides the query that ask the same again."""
        return [(name, value) for name in _KEPT if name != without for value in self.given.get(name, ())]

    def link(self, **changed: object) -> str:
        """The address of this page with other parameters of its own."""
        own = {name: values[0] for name in ("show", "view") if (values := self.given.get(name))}
        names = (*_DATASET, "timeout")  # `at` keeps the release
        kept: dict[str, Any] = {name: self.given[name] for name in names if name in self.given}
        asked = {examples.PARAMETER: self.example} if self.example else {"query": self.query}
        return paged.at("/sparql", **asked, **kept, **(own | changed))


def show() -> Response:
    """The page at its own address: a form, and the answer if there is a query.

    Raises:
        EgovError: the query cannot be answered; `problem` makes a page of it.
    """
    form = _form()
    if not form.query.strip():
        return paged.page(_TEMPLATE, **_context(replace(form, query=_start())))
    # What is shown is what is evaluated: places in errors fit.
    encoded = urlencode({**form.given, "query": form.query}, doseq=True).encode()
    return answered(understand(HttpRequest("GET", encoded), HTML.media_type, service().settings), form)


def answered(asked: Asked, form: Form | None = None) -> Response:
    """The page with the answer to a query.

    Args:
        asked: the query.
        form: what the page was asked, if it is known already.

    Raises:
        EgovError: it cannot be answered.
    """
    here = service()
    form = form or replace(_form(), query=snippets.visible(asked.operation.query))
    number = whole_number("page", 1, 1, COUNTED // PAGE_ROWS)
    began = time.perf_counter()
    pieces = here.store.respond(
        asked.operation, syntax_of(graph=asked.is_graph), request.environ.get(CANCELLATION)
    )
    part = excerpt(pieces, (number - 1) * PAGE_ROWS, PAGE_ROWS, COUNTED)
    seconds = time.perf_counter() - began
    response = paged.page(_TEMPLATE, answer=_answer(part, form, number, seconds), **_context(form))
    if request.method == "POST" or asked.tag(here.release) is None:
        del response.headers["ETag"]
        response.headers["Cache-Control"] = "no-store"
    return response


def problem(error: EgovError) -> Response:
    """The page of an error that concerns a query: the error above its text, which is kept."""
    try:
        form = _form(lenient=True)
    except UsageError:
        return responses.problem(error)
    if not form.query:
        return responses.problem(error)

    def made(document: Mapping[str, Any]) -> str:
        context = _context(form, without=error.extra.get("parameter"))
        context |= {"problem": document, "slug": error.slug, "spot": _spot(form.query, error)}
        return render_template(_TEMPLATE, lang=language(), **context)

    return responses.problem(error, made)


def _form(*, lenient: bool = False) -> Form:
    given = dict(forms.parameters(request.query_string))
    if request.method == "POST" and request.mimetype == protocol.FORM_TYPE:
        for name, values in forms.parameters(request.get_data()).items():
            given[name] = [*given.get(name, ()), *values]
    query = snippets.visible(next(iter(given.get("query", ())), ""))
    name = next(iter(given.get(examples.PARAMETER, ())), "")
    if query.strip() or not name or lenient:
        return Form(query, "", given)
    return Form(body(examples.find(name).text), name, given)


def _start() -> str:
    """The query to begin with."""
    name = "start" if isinstance(service().release, Release) else "anything"
    return body((_QUERIES / f"{name}.rq").read_text(encoding="utf-8"))


def _context(form: Form, without: object = None) -> dict[str, Any]:
    """What the template needs whatever the answer is."""
    here, endpoint = service(), _endpoint()
    is_release = isinstance(here.release, Release)
    chosen = form.given.get(_DATASET[0], []) if without != _DATASET[0] else []
    return {
        "query": form.query,
        "form": form,
        "kept": form.kept(without),
        "graphs": {iri: iri in chosen for iri in (*here.release.graphs, *chosen) if iri},
        "groups": examples.groups(language()),
        "example": examples.find(form.example) if form.example else None,
        "settings": here.settings,
        "writable": here.writer is not None and here.writer.open,
        "is_release": is_release,
        "endpoint": endpoint,
        "page": scripted.facts(endpoint),
    }


def _endpoint() -> str:
    try:
        return f"{public_url.own()}/sparql"
    except UsageError:  # the page may be about just that
        return ""


def _answer(part: Excerpt, form: Form, number: int, seconds: float) -> dict[str, Any]:
    """What the template needs of an answer."""
    shows_iris = _IRIS in form.given.get("show", ())[:1]
    facts = guard.inspect(form.query)
    is_graph = facts.form in protocol.GRAPH_FORMS
    kept = form.kept()
    parameters = f"?{urlencode(kept)}" if kept else ""
    last = part.skipped + len(part.rows)
    links = {"before": number - 1 if number > 1 else 0, "after": number + 1 if last < part.counted else 0}
    return {
        "part": part,
        "boolean": part.boolean,
        "table": results.table(part, language(), named=not shows_iris),
        "turtle": dumps.written(part.triples, TURTLE.name).decode() if part.triples else "",
        "is_graph": is_graph,
        "last": last,
        "seconds": seconds,
        "shows_iris": shows_iris,
        "pages": {which: form.link(page=page) if page else "" for which, page in links.items()},
        "other": form.link(show=None if shows_iris else _IRIS, page=number if number > 1 else None),
        "downloads": [
            (
                NAMES[one.name],
                one.media_type,
                f"/sparql?{urlencode([('query', form.query), *kept, ('format', one.name)])}",
            )
            for one in (RDF if is_graph else RESULTS)
        ],
        "snippets": snippets.snippets(_endpoint() + parameters, form.query, snippets.kind_of(facts.form)),
    }


def _spot(query: str, error: EgovError) -> Spot | None:
    """Where an error says that the query is wrong."""
    line, column = error.extra.get("line"), error.extra.get("column")
    lines = query.split("\n")
    if not (isinstance(line, int) and isinstance(column, int) and 1 <= line <= len(lines) and column >= 1):
        return None
    text, place = lines[line - 1], column - 1
    start = max(0, place - _AROUND)
    before = ("…" if start else "") + text[start:place]
    after = text[place + 1 : place + _AROUND] + ("…" if place + _AROUND < len(text) else "")
    earlier = next((number for number in range(line - 1, 0, -1) if lines[number - 1].strip()), 0)
    previous = (earlier, lines[earlier - 1][: 2 * _AROUND]) if earlier else None
    return Spot(line, column, before, text[place : place + 1], after, previous)
