"""Which state a request is about: read before it is answered, said in the headers of the answer.

The URL of a past state is the resource's own with `asOf=`; the resource itself negotiates by
`Accept-Datetime` and answers 200 (RFC 7089, pattern 1.2), since a redirect would cost a round trip and lose
the body of a POST.
"""

from __future__ import annotations

from typing import Final, cast

from flask import Flask, Response, g, request

from egov_kg.errors import NotFound, UsageError
from egov_kg.formats import HTML
from egov_kg.release.registry import Release
from egov_kg.sparql import forms, protocol
from egov_kg.web import languages, time
from egov_kg.web.editions import Editions

FOREVER: Final = "public, max-age=31536000, immutable"
"""Cache-Control of what a URL with a release's full id names."""

# About all releases, about one that the path names, or about none.
_TIMELESS: Final = (
    "/static/",
    "/releases",
    "/health",
    "/ready",
    "/metrics",
    "/problem/",
    "/openapi.json",
    "/robots",
)
_DATA: Final = ("/doc/", "/ontology", "/graph")
_READING: Final = ("GET", "HEAD", "OPTIONS")


def install(app: Flask, editions: Editions) -> None:
    """Have an application read `asOf` and `Accept-Datetime` of each request, and say which state answered."""

    def before() -> None:
        g.as_of = None
        if _timeless() or request.routing_exception is not None:
            return  # what is wrong with the path or the method matters more
        wanted, when = _parameter(), request.headers.get("Accept-Datetime")
        if request.method not in _READING and not _reads_by_post():
            when = None
        if wanted is None and when is None:
            return
        if not isinstance(editions.current.state, Release):
            raise NotFound("A playground keeps no earlier states.", "试验模式不保留以前的状态。")
        g.as_of = time.resolve(editions.registry, wanted, when)

    def after(response: Response) -> Response:
        if _timeless() or request.method not in ("GET", "HEAD", "POST"):
            return response
        if request.method != "POST":
            response.vary.add("Accept-Datetime")
        if asked() is None or response.status_code >= 400:
            return response
        _describe(response, editions)
        return response

    def facts() -> dict[str, object]:
        current = editions.current.state
        return {
            "as_of": asked(),
            "has_releases": isinstance(current, Release),
            "has_index": isinstance(current, Release) and current.labels is not None,
            "release_id": asked() or current.id,
        }

    app.context_processor(facts)
    app.before_request(before)
    app.after_request(after)


def asked() -> str | None:
    """The full id of the release that this request asks for; None for the current one."""
    return cast("str | None", g.get("as_of"))


def _timeless() -> bool:
    return languages.split(request.path)[1].startswith(_TIMELESS)


def _parameter() -> str | None:
    """The `asOf` of the URL, or of a form that is sent to the endpoint.

    Raises:
        UsageError: several, or one in a request that writes.
    """
    found = request.args.getlist(time.PARAMETER)
    writes = request.method not in _READING and not _reconciles()
    if writes and _reads_by_post():
        writes = request.mimetype == protocol.UPDATE_TYPE or "update" in request.args
        if request.mimetype == protocol.FORM_TYPE:
            form = forms.parameters(request.get_data())  # kept for who reads the query
            found += form.get(time.PARAMETER, [])
            writes = writes or "update" in form
    if found and writes:
        raise UsageError(
            "The past cannot be written to: leave out asOf.",
            "过去不可改写：请去掉 asOf。",
            parameter=time.PARAMETER,
        )
    if len(found) > 1:
        raise UsageError(
            f"asOf is given {len(found)} times: give it once.",
            f"asOf 出现了 {len(found)} 次：请只给一次。",
            parameter=time.PARAMETER,
        )
    return found[0] if found and found[0] else None


def _reconciles() -> bool:
    """Whether the request asks by POST what entities names mean; nothing there can be written."""
    return request.method == "POST" and languages.split(request.path)[1].startswith("/reconcile")


def _reads_by_post() -> bool:
    """Whether the request may read although it is a POST."""
    return _reconciles() or (request.path == "/sparql" and request.method == "POST")


def _describe(response: Response, editions: Editions) -> None:
    release = cast("str", asked())
    target = request.path + (f"?{request.query_string.decode('latin-1')}" if request.query_string else "")
    headers = time.memento_headers(time.timeline(editions.registry), release, time.ascii_target(target))
    own = response.headers.get("Link")
    if own and "Link" in headers:
        headers["Link"] = f"{own}, {headers['Link']}"
    response.headers.update(headers)
    in_url = time.PARAMETER in request.args
    if not in_url and response.status_code == 200 and request.method != "POST":
        place = response.headers.get("Content-Location") or time.ascii_target(target)
        response.headers["Content-Location"] = time.with_as_of(place, release)
    named = in_url and request.args[time.PARAMETER] == release
    # A page or a description may read otherwise with the next version of this program; data do not.
    if named and _is_data() and _cacheable(response) and response.mimetype != HTML.media_type:
        response.headers["Cache-Control"] = FOREVER


def _is_data() -> bool:
    return request.path.startswith(_DATA) or (request.path == "/sparql" and "query" in request.args)


def _cacheable(response: Response) -> bool:
    return "ETag" in response.headers and response.headers.get("Cache-Control") == "no-cache"
