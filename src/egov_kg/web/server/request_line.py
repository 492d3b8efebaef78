"""The first line of a request: read whole, as people type it, with what RFC 9112 says of it."""

from __future__ import annotations

import re
from typing import Final

METHODS: Final = frozenset((b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"PATCH", b"OPTIONS", b"TRACE"))
"""Methods that are known (RFC 9110, section 9.3, and RFC 5789): not all that proxies and WebDAV have."""

_REST: Final = 64
_TOKEN: Final = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_LINE: Final = re.compile(_TOKEN + rb" +[^\x00-\x20\x7f]+ +HTTP/1\.[0-9]\r?\n")
_BEGINS: Final = re.compile(_TOKEN)
_ENDS: Final = re.compile(rb"[\x00-\x0c\x0e-\x1f\x7f]")
_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]")
_ABSOLUTE: Final = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")


class RequestLine:
    """Keeps the beginning of a request until its first line is there.

    Args:
        longest: bytes of a target, at most; a line that is longer is not waited for.

    Attributes:
        kept: bytes of a line that is not whole yet.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest + _REST
        self.kept = b""

    def take(self, data: bytes) -> bytes:
        """What is to be parsed now, percent-encoded; nothing while the line is not whole.

        Args:
            data: from a connection where no request has begun, or only this line. Empty lines before it are
                passed over (RFC 9112, section 2.2).
        """
        kept = self.kept
        data = kept + data if kept else data.lstrip(b"\r\n")
        # A control character ends the wait: of what is no HTTP, no more need come.
        is_whole = _ENDS.search(data, len(kept)) is not None or len(data) > self._longest
        if is_whole or not (kept or _BEGINS.match(data)):
            self.kept = b""
            return percent_encoded(data)
        self.kept = data
        return b""

    def has_unknown_method(self, head: bytes) -> bool:
        """Whether the first line is one of HTTP but for its method, which is not known.

        The parser knows others, and says no more of the rest than of what is no HTTP at all.
        """
        if head.partition(b" ")[0] in METHODS:
            return False
        match = _LINE.match(head)
        return match is not None and match.end() <= self._longest


def percent_encoded(head: bytes) -> bytes:
    """The beginning of a request; what is not ASCII in its target is percent-encoded (RFC 3987, 3.1).

    Some clients send a URL as it was typed. The parser takes ASCII only, as RFC 9112, section 3.2 has it.
    """
    if head.isascii():
        return head
    line, end, rest = head.partition(b"\r\n")
    method, blank, target = line.partition(b" ")
    target = _BEYOND_ASCII.sub(lambda found: b"%%%02X" % found[0][0], target)
    return method + blank + target + end + rest


def origin(method: bytes, target: bytes) -> tuple[bytes, bytes] | None:
    """The authority and the rest of a target in absolute form (RFC 9112, section 3.2.2); None for others.

    An empty path is `/`, and for OPTIONS without a query `*` (section 3.2.4).
    """
    match = _ABSOLUTE.match(target)
    if match is None:
        return None
    rest = target[match.end() :]
    if rest.startswith(b"/"):
        return match[1], rest
    return match[1], b"*" if method == b"OPTIONS" and not rest else b"/" + rest
