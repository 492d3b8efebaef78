"""Errors as RFC 9457 problem documents. Nothing here needs a request."""

from __future__ import annotations

import json
import uuid
from typing import Any, Final

from egov_kg import errors
from egov_kg.errors import EgovError
from egov_kg.formats import Syntax
from egov_kg.settings import Language

PROBLEM: Final = Syntax("problem", "application/problem+json", "json", "page", ("application/json",))
TYPES: Final = "https://w3id.org/egov-kg/problem/"

# Scripts, styles and forms are the service's own, in files of their own; no page reaches another host. What
# readers take away as PNG is drawn from a blob.
_SECURITY: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Content-Language, ETag, Link, Location, Retry-After, Server-Timing, WWW-Authenticate, X-Request-Id, "
        "Allow, Accept-Post, Accept-Ranges, Content-Disposition, "
        "Content-Location, Content-Range, Memento-Datetime, Repr-Digest"
    ),
}
SHARED: Final = _SECURITY | _CORS
"""Header fields of every answer."""

FRAMED: Final = "default-src 'none'; style-src 'self'; form-action 'none'; frame-ancestors *; base-uri 'none'"
"""The Content-Security-Policy of what other pages may show in a frame."""

RETRY_SECONDS: Final = 5
"""Retry-After of a 503 whose error does not know better."""


def document(error: EgovError, lang: Language) -> dict[str, Any]:
    """The problem document of an error (RFC 9457, section 3).

    `title` and `detail` are in `lang`; both languages are there as `title_en`, `title_zh` and so on. What
    the error knows besides (line, column, limit ...) follows as members of their own.

    Args:
        error: the error.
        lang: the client's language.
    """
    titles = {"en": error.title_en, "zh": error.title_zh}
    details = {"en": error.detail, "zh": error.detail_zh or error.detail}
    known = {
        "type": TYPES + error.slug,
        "title": titles[lang],
        "status": error.status,
        "detail": details[lang],
        "instance": f"urn:uuid:{uuid.uuid4()}",
        "title_en": titles["en"],
        "title_zh": titles["zh"],
        "detail_en": details["en"],
        "detail_zh": details["zh"],
    }
    return known | {name: value for name, value in error.extra.items() if name not in known}


def serialized(problem: dict[str, Any]) -> bytes:
    """A problem document as JSON; a member that JSON cannot hold is written as text."""
    return json.dumps(problem, ensure_ascii=False, default=str).encode()


def headers(error: EgovError) -> dict[str, str]:
    """The header fields that go with an error: Cache-Control, and Allow, Accept-Post or Retry-After."""
    found = {"Cache-Control": "no-store"}
    if isinstance(error, errors.MethodNotAllowed):
        found["Allow"] = ", ".join(error.extra["allowed"])
    if isinstance(error, errors.UnsupportedMediaType):
        found["Accept-Post"] = ", ".join(error.extra["supported"])
    if isinstance(error, errors.NotAuthenticated):  # RFC 6750, section 3
        reason = "" if "scheme" in error.extra else ', error="invalid_token"'
        found["WWW-Authenticate"] = f'Bearer realm="egov-kg"{reason}'
    if isinstance(error, errors.WriteForbidden):
        found["WWW-Authenticate"] = 'Bearer realm="egov-kg", error="insufficient_scope"'
    if isinstance(error, errors.RangeNotSatisfiable):
        found["Content-Range"] = f"bytes */{error.extra['length']}"
    if isinstance(error, errors.TooManyRequests) and "window" in error.extra:
        limit, window = error.extra["limit"], error.extra["window"]
        found["RateLimit-Policy"] = f'"client";q={limit};w={window}'
        found["RateLimit"] = f'"client";r=0;t={error.extra["retry_after"]}'
    if error.status in (429, 503):
        found["Retry-After"] = str(max(1, round(error.extra.get("retry_after", RETRY_SECONDS))))
    return found
