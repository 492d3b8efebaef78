"""What every response shares: the client's language, problem documents, security and CORS headers."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any, Final, cast
from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, g, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.exceptions import MethodNotAllowed as WerkzeugMethodNotAllowed
from werkzeug.exceptions import NotFound as WerkzeugNotFound

from egov_kg import errors, formats
from egov_kg.errors import EgovError
from egov_kg.settings import Language
from egov_kg.web import languages, problems
from egov_kg.web.server import intake
from egov_kg.web.server.asgi import CANCELLATION
from egov_kg.web.service import service

_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS",
    # "*" covers all but Authorization (Fetch, section 3.3.3); browsers from before it need the names.
    "Access-Control-Allow-Headers": (
        "*, Authorization, Accept, Accept-Language, Cache-Control, Content-Type, If-Match, If-None-Match, "
        "Prefer"
    ),
    "Access-Control-Max-Age": "86400",
}

_HOME: Final = "EGOV_KG_HOME"
_SHOWN: Final = 2_000
_GUESSED: Final = 80
_WORD: Final = re.compile(r"[^\W_]+")

_log = logging.getLogger(__name__)


def language() -> Language:
    """The language to write in: the page's, else that of `lang=`, else what the client likes best."""
    if (of_page := g.get("lang")) is not None:
        return cast("Language", of_page)
    of_path, _ = languages.split(request.path)  # of a page that there is not
    if of_path is not None:
        return of_path
    return languages.choose(request.args.get("lang", ""), request.headers.get("Accept-Language", ""))


def problem(error: EgovError, show: Callable[[dict[str, Any]], str] | None = None) -> Response:
    """The response for an error: a problem document, or a page for a client that likes HTML better.

    Args:
        error: the error.
        show: makes the page of the problem document, where one for all errors does not do.
    """
    lang = language()
    body = problems.document(error, lang)
    cancellation = request.environ.get(CANCELLATION)
    if error.status >= 500 and not (cancellation and cancellation.cancelled):
        what = error.slug if error.status == 503 else f"{error.slug}: {in_full(error)}"
        _log.warning("%s %s %s: %s", body["instance"], request.method, request.path, what)
    body = _without_folder(body)
    report = error.turtle if isinstance(error, errors.ValidationFailed) else ""
    offers = (problems.PROBLEM, formats.HTML, *((formats.TURTLE,) if report else ()))
    try:
        syntax = formats.negotiate(request.headers.get("Accept"), offers)
    except errors.NotAcceptable:
        syntax = problems.PROBLEM  # an error in a form not asked for is better than none
    if syntax == formats.HTML:
        content: str | bytes = (
            show(body)
            if show
            else render_template(
                "pages/problem.html",
                lang=lang,
                problem=body,
                extra={name: body[name] for name in error.extra},
                asked=f"{request.method} {_target()}"[:_SHOWN],
                again="" if request.method != "GET" or _target().startswith("//") else _target(),
                guess=_guess(),
            )
        )
    elif syntax == formats.TURTLE:
        content = report
    else:
        content = problems.serialized(body)
    response = Response(content, error.status, content_type=syntax.content_type)
    response.headers.update(problems.headers(error))
    response.headers["Content-Language"] = lang
    response.vary.update(("Accept", "Accept-Language"))
    return response


def _target() -> str:
    """The path and the query string of the request."""
    query = request.query_string.decode("latin-1")
    return quote(request.path) + (f"?{query}" if query else "")


def _guess() -> str:
    """What to search for instead of what is not there: the words at the end of its path."""
    name = languages.split(request.path)[1].rstrip("/").rpartition("/")[2]
    return " ".join(_WORD.findall(name))[:_GUESSED]


def _without_folder(body: dict[str, Any]) -> dict[str, Any]:
    """A problem document that does not tell strangers where the home folder is: the log has that."""
    folder = str(service().settings.home)
    return {
        name: value.replace(folder, _HOME) if isinstance(value, str) else value
        for name, value in body.items()
    }


def in_full(error: EgovError) -> str:
    """What the log says of an error: its detail, and that of its cause, which clients are not told."""
    cause = error.__cause__
    return f"{error.detail} ({cause.detail})" if isinstance(cause, EgovError) else error.detail


def in_language(response: Response) -> Response:
    """Say that an answer is in the language of the request, and would be in another for another one."""
    if "lang" not in g:
        response.vary.add("Accept-Language")
    response.headers["Content-Language"] = language()
    return response


def framed(response: Response) -> Response:
    """Let pages of other origins show an answer in a frame; it can neither run scripts nor send forms."""
    g.framed = True
    return response


def install(app: Flask) -> None:
    """Have an application answer every error with a problem document and add the shared headers."""
    app.register_error_handler(EgovError, problem)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _unexpected)
    app.before_request(_of_the_whole)
    app.after_request(_shared_headers)
    app.context_processor(lambda: {"in_language": _in_language, "path_to": _path_to})


def _path_to(endpoint: str, **values: str) -> str:
    """The path of a resource: unlike `url_for`, also where the Host header is bad."""
    return current_app.url_map.bind("").build(endpoint, values)


def _in_language(lang: Language) -> str:
    """The link to the page at hand in a language: its path and parameters stay."""
    own, path = languages.split(request.path)
    if own is None:
        return "?" + urlencode({**request.args.to_dict(flat=False), "lang": lang}, doseq=True)
    asked = urlencode(list(request.args.items(multi=True)))
    return f"/{lang}{quote(path)}" + (f"?{asked}" if asked else "")


def _unexpected(error: Exception) -> Response:
    _log.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem(
        EgovError(
            "The service failed on this request; the fault is its own and has been logged.",
            "服务在处理此请求时出错；这是服务自身的问题，已记录在案。",
        )
    )


def _of_http(error: HTTPException) -> Response:
    if error.response is not None:  # a view that had its answer before its end
        return cast("Response", error.response)
    return problem(_of_werkzeug(error))


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


def _of_the_whole() -> Response | None:
    """The methods that any URL here has, for `OPTIONS *` (RFC 9110, section 9.3.7)."""
    if request.method != "OPTIONS" or request.environ["PATH_INFO"] != intake.WHOLE.decode():
        return None
    response = Response()
    for rule in current_app.url_map.iter_rules():
        response.allow.update(rule.methods or ())
    return response


def _shared_headers(response: Response) -> Response:
    response.headers.update(problems.SHARED)
    if "framed" in g:
        response.headers["Content-Security-Policy"] = problems.FRAMED
    if request.method == "OPTIONS":
        response.headers.update(_PREFLIGHT)
    return response
