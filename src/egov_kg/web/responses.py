"""What every response shares: the client's language, problem documents, security and CORS headers."""

from __future__ import annotations

import logging
from typing import Final
from urllib.parse import urlencode

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.exceptions import MethodNotAllowed as WerkzeugMethodNotAllowed
from werkzeug.exceptions import NotFound as WerkzeugNotFound

from egov_kg import errors, formats
from egov_kg.errors import EgovError
from egov_kg.settings import Language
from egov_kg.web import languages, problems
from egov_kg.web.asgi import CANCELLATION

# No script at all; the one style sheet and the forms are the service's own.
_SECURITY: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Language, ETag, Link, Retry-After, Allow, Accept-Post",
}
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    # "*" covers all but Authorization (Fetch, section 3.3.3); browsers from before it need the names.
    "Access-Control-Allow-Headers": (
        "*, Authorization, Accept, Accept-Language, Cache-Control, Content-Type, If-None-Match"
    ),
    "Access-Control-Max-Age": "86400",
}

_KEPT: Final = ("default-graph-uri", "named-graph-uri", "timeout")

_log = logging.getLogger(__name__)


def language() -> Language:
    """The language to write in: `?lang=`, else the one the client likes best, else English."""
    return languages.choose(request.args.get("lang", ""), request.headers.get("Accept-Language", ""))


def problem(error: EgovError) -> Response:
    """The response for an error: a problem document, or a page for a client that likes HTML better."""
    lang = language()
    body = problems.document(error, lang)
    cancellation = request.environ.get(CANCELLATION)
    if error.status >= 500 and not (cancellation and cancellation.cancelled):
        what = error.slug if error.status == 503 else f"{error.slug}: {in_full(error)}"
        _log.warning("%s %s %s: %s", body["instance"], request.method, request.path, what)
    try:
        syntax = formats.negotiate(request.headers.get("Accept"), (problems.PROBLEM, formats.HTML))
    except errors.NotAcceptable:
        syntax = problems.PROBLEM  # an error in a form not asked for is better than none
    if syntax == formats.HTML:
        content: str | bytes = render_template(
            "problem.html",
            lang=lang,
            problem=body,
            extra=error.extra,
            query=request.args.get("query", ""),
            kept=_kept(error),
        )
    else:
        content = problems.serialized(body)
    response = Response(content, error.status, content_type=syntax.content_type)
    response.headers.update(problems.headers(error))
    response.headers["Content-Language"] = lang
    response.vary.update(("Accept", "Accept-Language"))
    return response


def in_full(error: EgovError) -> str:
    """What the log says of an error: its detail, and that of its cause, which clients are not told."""
    cause = error.__cause__
    return f"{error.detail} ({cause.detail})" if isinstance(cause, EgovError) else error.detail


def install(app: Flask) -> None:
    """Have an application answer every error with a problem document and add the shared headers."""
    app.register_error_handler(EgovError, problem)
    app.register_error_handler(HTTPException, lambda error: problem(_of_werkzeug(error)))
    app.register_error_handler(Exception, _unexpected)
    app.after_request(_shared_headers)
    app.context_processor(lambda: {"in_language": _in_language, "path_to": _path_to})


def _path_to(endpoint: str, **values: str) -> str:
    """The path of a page: unlike `url_for`, also where the Host header is bad."""
    return current_app.url_map.bind("").build(endpoint, values)


def _in_language(lang: Language) -> str:
    """The link to the page at hand in a language."""
    return "?" + urlencode({**request.args.to_dict(flat=False), "lang": lang}, doseq=True)


def _kept(error: EgovError) -> list[tuple[str, str]]:
    """What the form for the next try sends along: not the parameter that the error is about."""
    names = [name for name in _KEPT if name != error.extra.get("parameter")]
    found = {name: request.args.getlist(name)[: 1 if name == "timeout" else None] for name in names}
    return [(name, value) for name, values in found.items() for value in values]


def _unexpected(error: Exception) -> Response:
    _log.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem(
        EgovError(
            "The service failed on this request; the fault is its own and has been logged.",
            "服务在处理此请求时出错；这是服务自身的问题，已记录在案。",
        )
    )


def _of_werkzeug(error: HTTPException) -> EgovError:
    if isinstance(error, WerkzeugNotFound):
        return errors.NotFound(
            f"There is nothing at {request.path}: the start page lists what there is.",
            f"{request.path} 处没有内容：首页列出了现有资源。",
        )
    if isinstance(error, WerkzeugMethodNotAllowed):
        allowed = sorted(error.valid_methods or ())
        return errors.MethodNotAllowed(
            f"{request.path} has no method {request.method}: use {', '.join(allowed)}.",
            f"{request.path} 不支持 {request.method} 方法：请用 {', '.join(allowed)}。",
            allowed=allowed,
        )
    if isinstance(error, RequestEntityTooLarge):
        limit = request.max_content_length
        return errors.RequestTooLarge(
            f"The request body is longer than {limit} bytes.", f"请求体超过 {limit} 字节。", limit=limit
        )
    if error.code is not None and error.code < 500:
        return errors.UsageError(
            f"The request cannot be read: {error.description}", f"无法读取请求：{error.description}"
        )
    return EgovError(f"The service failed: {error.description}", f"服务出错：{error.description}")


def _shared_headers(response: Response) -> Response:
    response.headers.update(_SECURITY)
    response.headers.update(_CORS)
    if request.method == "OPTIONS":
        response.headers.update(_PREFLIGHT)
    return response
