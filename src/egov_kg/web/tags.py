"""Entity tags of answers: a function of the release and of what was asked (RFC 9110, section 8.8.3)."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Final

from flask import Response, request

_DIGITS: Final = 16


def tag(release: str, *asked: str) -> str:
    """What identifies an answer: the release, and a digest of what was asked and of the media type."""
    parts = ascii(asked)  # as a tuple: no two requests read the same
    return f"{release}-{sha256(parts.encode()).hexdigest()[:_DIGITS]}"


def digest(content: str | bytes) -> str:
    """What identifies an answer that is made before it is known whether the client has it."""
    return sha256(content.encode() if isinstance(content, str) else content).hexdigest()[:_DIGITS]


def is_current(known: str | None) -> bool:
    """Whether the client has the answer already.

    Only a tag given out with an answer counts: `*` would stand for answers that may be errors.
    """
    return (
        known is not None
        and request.method in ("GET", "HEAD")
        and known in request.if_none_match.as_set(include_weak=True)
    )


def revalidated(known: str, make: Callable[[], Response]) -> Response:
    """The answer that a tag names, to be asked about before each use; 304 where the client has it already."""
    response = Response(status=304) if is_current(known) else make()
    response.set_etag(known, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return response
