"""`/sparql`: the SPARQL 1.1 Protocol over HTTP."""

from __future__ import annotations

from flask import Blueprint, Response, request

from egov_kg.errors import EgovError, NotAcceptable, UsageError
from egov_kg.formats import HTML, RDF, Syntax
from egov_kg.sparql import forms, protocol
from egov_kg.sparql.protocol import HttpRequest
from egov_kg.web import tags, update
from egov_kg.web.asked import understand
from egov_kg.web.paged import PAGE, lead, negotiated
from egov_kg.web.pages.workbench import page as workbench
from egov_kg.web.server.asgi import CANCELLATION
from egov_kg.web.service import Service, service
from egov_kg.web.streaming import streamed
from egov_kg.web.time import PARAMETER

blueprint = Blueprint("sparql", __name__)
blueprint.register_error_handler(EgovError, workbench.problem)


@blueprint.route(f"{PAGE}/sparql", methods=["GET"])
def page() -> Response:
    """The workbench."""
    return workbench.show()


@blueprint.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """Answer a query or do an update; without either, describe the service or lead to the workbench."""
    if request.method != "POST" and _asks_nothing():
        return _introduction()
    here, http = service(), _http_request()
    if protocol.is_update(http):
        return update.answer(http)
    asked = understand(http, request.headers.get("Accept"), here.settings)
    if asked.syntax == HTML:
        return workbench.answered(asked) if request.method == "POST" else lead(request.path)
    tag = asked.tag(here.release)
    if tags.is_current(tag):
        response = Response(status=304)
    else:
        media_type = asked.syntax.canonical.media_type
        cancellation = request.environ.get(CANCELLATION)
        response = streamed(here.store.respond(asked.operation, media_type, cancellation))
        response.content_type = asked.syntax.content_type
    _caching(response, tag)
    return response


def _asks_nothing() -> bool:
    known = {"lang", PARAMETER, *protocol.FORMAT_PARAMETERS}
    return all(name in known for name in forms.parameters(request.query_string))


def _http_request() -> HttpRequest:
    if "Authorization" in request.headers:  # perhaps an update, which may be longer than queries are
        request.max_content_length = service().settings.write_bytes
    return HttpRequest(
        method=request.method,
        query_string=request.query_string,
        content_type=request.headers.get("Content-Type"),
        content_encoding=request.headers.get("Content-Encoding"),
        body=request.get_data(cache=False) if request.method == "POST" else b"",
    )


def _introduction() -> Response:
    here = service()
    given = forms.parameters(request.query_string)
    hints = [value for name in protocol.FORMAT_PARAMETERS for value in given.get(name, ())]
    try:
        syntax = negotiated((*RDF, HTML), hints)
    except NotAcceptable:
        # A client that accepts only query results forgot its query.
        raise UsageError(
            "There is no query: send one as ?query=. Without one there is a service description, as RDF.",
            "没有查询：请用 ?query= 发送。不带查询时，此处提供 RDF 格式的服务描述。",
        ) from None
    described = describe(here, syntax)
    tag = f"{here.release.id}-{tags.digest(described)}"
    response = tags.revalidated(tag, lambda: Response(described, content_type=syntax.content_type))
    response.vary.add("Accept")
    return response


def describe(here: Service, syntax: Syntax) -> bytes:
    """The service description."""
    from egov_kg.web import public_url, service_description

    facts = service_description.Facts(
        endpoint=f"{public_url.own()}/sparql",
        state=here.release,
        writable=here.writer is not None and here.writer.open,
        federated=bool(here.settings.service_allow),
    )
    return service_description.describe(facts, syntax.canonical)


def _caching(response: Response, tag: str | None) -> None:
    # An answer is a function of its URL and the release; the Accept header is in Vary.
    if tag is not None and request.method in ("GET", "HEAD"):
        response.set_etag(tag, weak=True)
        response.headers["Cache-Control"] = "no-cache"
    else:
        response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
