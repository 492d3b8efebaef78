"""`/sparql`: the SPARQL 1.1 Protocol over HTTP, read-only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import chain
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from egov_kg import formats
from egov_kg.errors import NotAcceptable, UsageError
from egov_kg.formats import HTML, RDF, RESULTS, TSV, TURTLE, Syntax
from egov_kg.sparql import guard, protocol
from egov_kg.sparql.protocol import HttpRequest, Operation, Query
from egov_kg.web.asgi import CANCELLATION
from egov_kg.web.responses import language
from egov_kg.web.service import Service, service

BUFFER: Final = 64 * 1024
"""Bytes held back before a response starts: an answer shorter than this is sent whole or not at all."""

PAGE_ROWS: Final = 500
"""Rows, or lines of Turtle, that the HTML page shows."""

_PAGE_BYTES: Final = 512 * 1024
# Over-broad on purpose: a variable ?now costs only a cached answer.
_VOLATILE: Final = re.compile(r"\b(?:now|rand|uuid|struuid)\b", re.IGNORECASE)
_TAG_DIGITS: Final = 16
_GRAPH_FORMS: Final = ("CONSTRUCT", "DESCRIBE")

blueprint = Blueprint("sparql", __name__)


@blueprint.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """Answer a query; without one, describe the service or show a form to write one in."""
    if request.method != "POST" and _asks_nothing():
        return _introduction()
    here = service()
    query = protocol.parse(_http_request(), max_timeout=here.settings.query_timeout)
    facts = guard.check(query.operation.query, here.settings)
    # The engine says best what is wrong with a text that is no query: it gets it in any case.
    offers: tuple[Syntax, ...] = RDF if facts.form in _GRAPH_FORMS else RESULTS
    syntax = formats.choose(request.headers.get("Accept"), query.formats, (*offers, HTML))
    if syntax == HTML:
        return _page(here, query, TURTLE if offers is RDF else TSV)
    operation = query.operation
    volatile = _VOLATILE.search(operation.query) is not None
    asked = ("query", operation.query, *operation.default_graphs, "named", *operation.named_graphs)
    tag = None if volatile else _tag(here, syntax, asked)
    if _is_current(tag):
        response = Response(status=304)
    else:
        response = _streamed(_evaluated(here, operation, syntax.canonical))
        response.content_type = syntax.content_type
    _caching(response, tag)
    return response


def _asks_nothing() -> bool:
    known = {"lang", *protocol.FORMAT_PARAMETERS}
    return all(name in known for name in protocol.parameters(request.query_string))


def _http_request() -> HttpRequest:
    return HttpRequest(
        method=request.method,
        query_string=request.query_string,
        content_type=request.headers.get("Content-Type"),
        content_encoding=request.headers.get("Content-Encoding"),
        body=request.get_data(cache=False) if request.method == "POST" else b"",
    )


def _introduction() -> Response:
    here = service()
    wanted = protocol.parameters(request.query_string)
    hints = [value for name in protocol.FORMAT_PARAMETERS for value in wanted.get(name, ())]
    try:
        syntax = formats.choose(request.headers.get("Accept"), hints, (*RDF, HTML))
    except NotAcceptable:
        # A client that accepts only query results forgot its query.
        raise UsageError(
            "There is no query: send one as ?query=. Without one there is a service description, as RDF.",
            "没有查询：请用 ?query= 发送。不带查询时，此处提供 RDF 格式的服务描述。",
        ) from None
    if syntax == HTML:
        return _form_page(here, "")
    described = describe(here, syntax)  # first: what cannot be described is an error, whatever the tag
    tag = _tag(here, syntax, ("description", request.base_url))
    if _is_current(tag):
        response = Response(status=304)
    else:
        response = Response(described, content_type=syntax.content_type)
    _caching(response, tag)
    return response


def describe(here: Service, syntax: Syntax) -> bytes:
    """The service description, under the URL that the client used."""
    from egov_kg.web import description

    return description.describe(request.base_url, here.release, syntax.canonical)


def _tag(here: Service, syntax: Syntax, asked: Sequence[str]) -> str:
    """What identifies an answer: the release, and a digest of what was asked and the media type."""
    parts = json.dumps([syntax.media_type, *asked])  # as a list: no two requests read the same
    return f"{here.release.id}-{sha256(parts.encode()).hexdigest()[:_TAG_DIGITS]}"


def _is_current(tag: str | None) -> bool:
    # Only a tag given out with an answer counts: "*" would stand for answers that may be errors.
    return (
        tag is not None
        and request.method in ("GET", "HEAD")
        and tag in request.if_none_match.as_set(include_weak=True)
    )


def _caching(response: Response, tag: str | None) -> None:
    # An answer is a function of its URL and the release; the Accept header is in Vary.
    if tag is not None and request.method in ("GET", "HEAD"):
        response.set_etag(tag, weak=True)
        response.headers["Cache-Control"] = "no-cache"
    else:
        response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")


class _Body:
    """The pieces of a streamed answer; closing it frees the evaluator."""

    def __init__(self, head: list[bytes], rest: Iterator[bytes]) -> None:
        self._all = chain(head, rest)
        self._rest = rest

    def __iter__(self) -> Iterator[bytes]:
        return self._all

    def close(self) -> None:
        _close(self._rest)


def _close(pieces: Iterator[bytes]) -> None:
    close = getattr(pieces, "close", None)
    if close is not None:
        close()


def _evaluated(here: Service, operation: Operation, syntax: Syntax) -> Iterator[bytes]:
    return here.store.respond(operation, syntax.media_type, request.environ.get(CANCELLATION))


def _streamed(pieces: Iterator[bytes]) -> Response:
    head, size = [], 0
    for piece in pieces:
        head.append(piece)
        size += len(piece)
        if size >= BUFFER:
            return Response(_Body(head, pieces))
    return Response(b"".join(head))


def _page(here: Service, query: Query, syntax: Syntax) -> Response:
    operation = query.operation
    pieces = _evaluated(here, operation, syntax)
    lines, cut = _first_lines(pieces, PAGE_ROWS + 1)
    answer: dict[str, object] = {"boolean": None, "head": [], "rows": []}
    if syntax == TURTLE:
        answer["turtle"] = "\n".join(lines)
    elif lines and not lines[0].startswith("?") and lines[0] != "":
        answer["boolean"] = lines[0]  # ASK: no header of variables
    elif lines:
        answer["head"] = [name.removeprefix("?") for name in lines[0].split("\t")]
        answer["rows"] = [line.split("\t") for line in lines[1:]]
    links = _links(operation, RDF if syntax == TURTLE else RESULTS)
    return _form_page(
        here, operation.query, kept=_kept(operation), answered=True, cut=cut, links=links, **answer
    )


def _first_lines(pieces: Iterator[bytes], most: int) -> tuple[list[str], bool]:
    text, cut = b"", False
    try:
        for piece in pieces:
            text += piece
            if len(text) > _PAGE_BYTES or text.count(b"\n") > most:
                cut = True
                break
    finally:
        _close(pieces)
    lines = text.decode("utf-8", "ignore").split("\n")
    if cut or lines[-1] == "":
        lines.pop()
    return lines[:most], cut


def _kept(operation: Operation) -> list[tuple[str, str]]:
    """The parameters besides the query that ask the same again."""
    kept = [("default-graph-uri", iri) for iri in operation.default_graphs]
    kept += [("named-graph-uri", iri) for iri in operation.named_graphs]
    return kept + ([("timeout", f"{operation.timeout:g}")] if operation.timeout else [])


def _links(operation: Operation, syntaxes: tuple[Syntax, ...]) -> list[tuple[str, str]]:
    parameters = [("query", operation.query), *_kept(operation)]
    return [(s.media_type, "?" + urlencode([*parameters, ("format", s.name)])) for s in syntaxes]


def _form_page(here: Service, query: str, **answer: object) -> Response:
    lang = language()
    response = Response(
        render_template("sparql.html", lang=lang, release=here.release, query=query, **answer),
        content_type=HTML.content_type,
    )
    response.headers["Content-Language"] = lang
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update(("Accept", "Accept-Language"))
    return response
