"""What all writes over HTTP share: who may write (RFC 6750), under which condition, what they are told."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, Final

from flask import Response, current_app, jsonify, render_template, request

from egov_kg import formats
from egov_kg.errors import EgovError, NotAcceptable, NotAuthenticated, UpdateForbidden
from egov_kg.formats import DOCUMENT, HTML
from egov_kg.release.registry import Release
from egov_kg.sparql.changes import Change, Written
from egov_kg.web.operations import operations_of
from egov_kg.web.responses import language
from egov_kg.web.server import logs
from egov_kg.web.service import service

if TYPE_CHECKING:
    from egov_kg.release.tokens import Author, Token
    from egov_kg.web.service import Writer

_BEARER: Final = re.compile(r"Bearer +([A-Za-z0-9._~+/-]+=*) *", re.IGNORECASE)
_TAG: Final = re.compile(r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
# What follows the id of the release in the tag of an answer: a digest, and perhaps a content coding.
_OF_ANSWER: Final = re.compile(r"-[0-9a-f]{16}(?:-[a-z]+)?")

_log = logging.getLogger(__name__)


def author() -> tuple[Writer, Author]:
    """Who writes; from here on, the request may have a long body.

    Raises:
        UpdateForbidden: nothing can be written here.
        NotAuthenticated: no token, or one that does not count.
    """
    from egov_kg.release.tokens import Author

    writer, token = authenticated(service().writer, request.headers.get("Authorization"))
    request.max_content_length = service().settings.write_bytes
    return writer, Author(
        token_id=token.id,
        name=token.name,
        graphs=token.graphs,
        client=operations_of(current_app).client(request),
        request_id=logs.current_id() or logs.new_id(),
    )


def authenticated(writer: Writer | None, header: str | None) -> tuple[Writer, Token]:
    """The token that an Authorization header carries, and what writes for it.

    Raises:
        UpdateForbidden: nothing can be written here.
        NotAuthenticated: no token, or one that does not count.
    """
    if writer is None or not writer.open:
        raise UpdateForbidden(
            "This service is read-only: nobody has a token to write with, or another engine is beneath. "
            "Where it is yours and over a release of its own, make one with `egov-kg token create`.",
            "本服务为只读：尚未创建写入令牌，或底层为其他引擎。若服务由您管理且使用自己的发布版本，"
            "请用 `egov-kg token create` 创建。",
        )
    scheme = (header or "").partition(" ")[0].lower()
    if scheme != "bearer":
        raise NotAuthenticated(
            "To write, send Authorization: Bearer with a token; `egov-kg token create` makes one.",
            "写入须带有 Authorization: Bearer 令牌；可用 `egov-kg token create` 创建。",
            scheme="Bearer",
        )
    found = _BEARER.fullmatch(header or "")
    if found is None:
        raise NotAuthenticated(
            "The Authorization header has no single, whole token behind Bearer.",
            "Authorization 头中 Bearer 之后不是一个完整的令牌。",
        )
    return writer, writer.authenticate(found[1])


def condition() -> frozenset[str] | None:
    """The states that If-Match allows, by id; None where there is no such header, or `*`.

    The weak tags of answers count: each names exactly one state.
    """
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    return frozenset(_OF_ANSWER.split(tag)[0] for tag in _TAG.findall(header))


def write(writer: Writer, change: Change, who: Author, if_match: frozenset[str] | None) -> Written:
    """Write, and serve the result from now on.

    Raises:
        EgovError: all that `Writer.write` raises.
    """
    metrics = operations_of(current_app).metrics
    try:
        written = writer.write(change, who, if_match=if_match)
    except EgovError:
        metrics.wrote(accepted=False)
        raise
    metrics.wrote(accepted=True)
    try:
        service().editions.refresh()
    except EgovError as error:  # what was written is written: the client is told so
        _log.error("%s is written, but cannot be served yet: %s", written.release, error.detail)
    return written


def answered(written: Written, status: int = 200, *, validator: bool = True) -> Response:
    """What a client is told of its write: JSON, a page, or nothing where it wants nothing.

    Args:
        written: what was done.
        status: 200 or 201.
        validator: send the release as ETag. Not for PUT: what is sent back is not the very bytes that
            were put (RFC 9110, section 9.3.4).
    """
    lang = language()
    facts: dict[str, Any] = {
        "release": written.release,
        "before": written.before,
        "graphs": {
            graph: {"added": added, "removed": removed} for graph, (added, removed) in written.graphs.items()
        },
    }
    minimal = "return=minimal" in request.headers.get("Prefer", "").replace(" ", "").lower().split(",")
    try:
        syntax = formats.negotiate(request.headers.get("Accept"), (DOCUMENT, HTML))
    except NotAcceptable:
        minimal = True  # it is done already: an error would say otherwise
    if minimal:
        response = Response(status=204 if status == 200 else status)
        response.headers["Preference-Applied"] = "return=minimal"
    elif syntax == HTML:
        page = render_template("pages/written.html", lang=lang, facts=facts)
        response = Response(page, status, content_type=HTML.content_type)
        response.headers["Content-Language"] = lang
    else:
        response = jsonify(facts)
        response.status_code = status
    if validator:
        response.set_etag(written.release)
    if isinstance(service().release, Release):
        response.headers["Link"] = f'</releases/{written.release}>; rel="describedby"'
    response.headers["Cache-Control"] = "no-store"
    response.vary.update(("Accept", "Accept-Language", "Prefer"))
    return response
