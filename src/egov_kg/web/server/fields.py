"""Header fields as ASGI has them: pairs of bytes, names in lower case."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from egov_kg.web.server import compression
from egov_kg.web.server.compression import Coding
from egov_kg.web.server.wsgi_side import Headers

_LISTED: Final = re.compile(rb"(?:/[a-z]{2})?/(?:releases|datasets)")


def joined(headers: Headers) -> dict[bytes, bytes]:
    """Fields by name; several of one name are one list (RFC 9110, section 5.3)."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        found[name] = found[name] + b", " + value if name in found else value
    return found


def field(headers: Headers, name: bytes) -> bytes | None:
    """The first value of a field, None if it is not there."""
    for key, value in headers:
        if key == name:
            return value
    return None


def length(headers: Headers) -> int:
    """What Content-Length says, 0 if it is not there."""
    return int(field(headers, b"content-length") or 0)


def varied(headers: Headers) -> Headers:
    """Fields that say that other codings may be had."""
    return changed(headers, b"vary", lambda old: old + b", Accept-Encoding" if old else b"Accept-Encoding")


def coded(headers: Headers, coding: Coding) -> Headers:
    """Fields of content in a coding."""
    headers = [each for each in headers if each[0] != b"accept-ranges"]
    tag = field(headers, b"etag")
    if tag is not None:
        its_own = compression.tagged(tag.decode("latin-1"), coding).encode("latin-1")
        headers = changed(headers, b"etag", lambda _: its_own)
    return [*headers, (b"content-encoding", coding.encode())]


def changed(headers: Headers, name: bytes, change: Callable[[bytes | None], bytes]) -> Headers:
    """Fields with the value of one made anew from what it was, None if it was not there."""
    old = field(headers, name)
    return [*[each for each in headers if each[0] != name], (name, change(old))]


def may_be_coded(by_name: Mapping[bytes, bytes], status: int) -> bool:
    """Whether the content of an answer, of which the fields are given by name, may have a coding, and gets
    smaller by it.
    """
    content_type = by_name.get(b"content-type")
    if status == 304 and content_type is None:
        return True
    return (
        content_type is not None
        and compression.pays(content_type.decode("latin-1"))
        and b"content-encoding" not in by_name
        and b"no-transform" not in by_name.get(b"cache-control", b"")
    )


def may_be_kept(by_name: Mapping[bytes, bytes], body: bytes, path: bytes) -> bool:
    """Whether an answer is the same until the data change, so that it may be given out until then.

    Args:
        by_name: fields of the answer.
        body: all of its content that came; that of a file which was cut off while it was read is shorter.
        path: of the request. Which releases there are changes without the data: past ones go and come.
    """
    control = by_name.get(b"cache-control", b"")
    if b"no-store" in control or b"private" in control or b"set-cookie" in by_name:
        return False
    return int(by_name.get(b"content-length", 0)) == len(body) and (
        b"immutable" in control or not _LISTED.match(path)
    )


def marked(headers: Headers, request_id: str, cache: str, evaluated: float | None) -> Headers:
    """Fields, and those that each answer has for itself.

    Args:
        headers: of the answer.
        request_id: of the request.
        cache: what the cache had to do with it, empty for nothing.
        evaluated: seconds the evaluation took, None where there was none.
    """
    headers = [*headers, (b"x-request-id", request_id.encode())]
    timing = f"cache;desc={cache}" if cache else ""
    if evaluated is not None:
        timing += f"{', ' if cache else ''}eval;dur={evaluated * 1000:.1f}"
    if timing:
        headers.append((b"server-timing", timing.encode()))
    return headers


def lines(headers: Headers) -> bytes:
    """Fields as they are sent, without the empty line.

    Raises:
        ValueError: one would end before its end.
    """
    written = b"".join([part for name, value in headers for part in (name, b": ", value, b"\r\n")])
    if not written.count(b"\r") == written.count(b"\n") == len(headers) or b"\0" in written:
        raise ValueError("A header field has a line end in it.")
    return written
