"""What comes in over ASGI: the head of a request checked, its body read, both as a WSGI environment."""

from __future__ import annotations

import io
import ipaddress
import re
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, cast
from urllib.parse import parse_qs, unquote_to_bytes

from egov_kg.errors import EgovError, NotSupported, RequestTooLarge, UsageError
from egov_kg.settings import Language
from egov_kg.web import languages
from egov_kg.web.server import compression

EXTENSION: Final = "egov_kg"
"""Name in the scope's extensions of the `Exchange`."""

WHOLE: Final = b"*"
"""The target that means the whole service."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::([0-9]{1,5}))?")
_UPGRADE: Final = re.compile(rb"\r\nupgrade:", re.IGNORECASE)
_LONGEST_HOST: Final = 255
_WRITABLE: Final = (b"/sparql", b"/graphs", b"/graph/")


def check_head(scope: Scope, body_limit: int) -> None:
    """Refuse what no application needs to see.

    Args:
        scope: the request.
        body_limit: bytes its body may have.

    Raises:
        UsageError: an HTTP/1.1 request without exactly one Host (RFC 9112, section 3.2), a Host that is no
            `host` or `host:port`, or the target `*` of another method than OPTIONS (section 3.2.4).
        RequestTooLarge: the body says that it is longer than the limit.
    """
    # The server hands on a Host that is not there as an empty one.
    hosts = [value for name, value in scope["headers"] if name == b"host" and value]
    if len(hosts) > 1 or (not hosts and not is_old(scope)):
        raise UsageError(
            f"The request has {len(hosts)} Host header fields: HTTP/1.1 needs exactly one.",
            f"请求有 {len(hosts)} 个 Host 头字段：HTTP/1.1 要求恰好一个。",
        )
    if hosts and not _is_host(hosts[0].decode("latin-1")):
        raise UsageError(
            "The Host header is not host or host:port.", "Host 头不是“主机”或“主机:端口”的形式。"
        )
    if scope.get("raw_path") == WHOLE and scope["method"] != "OPTIONS":
        raise UsageError("Only OPTIONS can be asked of *.", "只有 OPTIONS 请求可以使用目标 *。")
    for name, value in scope["headers"]:
        # A number of more digits than any limit need not be converted.
        if name == b"content-length" and value.isdigit() and (len(value) > 18 or int(value) > body_limit):
            raise too_large(body_limit)


def bad_coding(headers: list[tuple[bytes, bytes]], version: str) -> EgovError | None:
    """Why a body cannot be read as it was coded for its transfer (RFC 9112, section 6.1); None if it can.

    What is framed ambiguously the parser refuses: a last coding that is not chunked, or chunked twice, or
    Transfer-Encoding beside Content-Length.

    Args:
        headers: of the request.
        version: of HTTP.
    """
    values = [value for name, value in headers if name == b"transfer-encoding"]
    if not values:
        return None
    if version != "1.1":
        return UsageError(
            "An HTTP/1.0 request cannot have a transfer coding: send Content-Length, or use HTTP/1.1.",
            "HTTP/1.0 请求不能使用传输编码：请发送 Content-Length，或使用 HTTP/1.1。",
        )
    codings = [coding for each in b",".join(values).split(b",") if (coding := each.strip().lower())]
    if codings == [b"chunked"]:
        return None
    return NotSupported(
        "The request has a transfer coding besides chunked: send the body uncompressed.",
        "请求除 chunked 外还使用了其他传输编码：请发送未压缩的请求体。",
    )


@lru_cache(256)
def _is_host(value: str) -> bool:
    match = _HOST.fullmatch(value)
    if match is None or len(value) > _LONGEST_HOST or int(match[2] or 0) > 65_535:
        return False
    try:
        if value.startswith("["):
            ipaddress.IPv6Address(match[1][1:-1])
            return True
        return bool(_NAME.fullmatch(match[1])) and bool(match[1].encode("ascii").decode("idna"))
    except ValueError:
        return False


@dataclass(eq=False, slots=True)
class Exchange:
    """What the connection and the application tell each other of a request, besides its scope.

    Attributes:
        raw: the bytes of the whole request, if they came in one piece of their own on an idle connection.
        refusal: why the request must be refused.
        left: whether the client is gone.
        on_leave: called when the client goes.
        whole: sends an answer that is there as one write: its status, fields and content.
        break_off: ends the connection, so that what was sent of an answer does not look whole.
    """

    raw: bytes | None = None
    refusal: EgovError | None = None
    left: bool = False
    on_leave: Callable[[], None] | None = None
    whole: Callable[[int, list[tuple[bytes, bytes]], bytes], Awaitable[None]] | None = None
    break_off: Callable[[], None] | None = None


def exchange(scope: Scope) -> Exchange | None:
    """What the connection says of a request; None under another server than ours."""
    return cast("Exchange | None", scope.get("extensions", {}).get(EXTENSION))


def has_body(scope: Scope) -> bool:
    """Whether a request has a body, or may have one."""
    if scope["method"] not in ("GET", "HEAD"):
        return True
    for name, _ in scope["headers"]:  # noqa: SIM110 - asked of each request, several times
        if name in (b"content-length", b"transfer-encoding"):
            return True
    return False


def without_upgrade(data: bytes) -> bytes:
    """A request's first bytes with another name for Upgrade, which may be ignored (RFC 9110, section 7.8).

    The parser would end the request there, and lose its body: Java's HTTP client offers h2c with each POST.
    """
    end = data.find(b"\r\n\r\n")
    end = len(data) if end < 0 else end
    if _UPGRADE.search(data, 0, end) is None:
        return data
    return _UPGRADE.sub(b"\r\nx-asked:", data[:end]) + data[end:]


def may_write(scope: Scope) -> bool:
    """Whether a request may be a write: it is sent to where data are changed, and says by whom."""
    return scope.get("raw_path", b"").startswith(_WRITABLE) and any(
        name == b"authorization" for name, _ in scope["headers"]
    )


def cut_off() -> UsageError:
    """The error for a request whose client stopped in its middle."""
    return UsageError(
        "The request is cut off, or its body is not framed as HTTP/1.1 says.",
        "请求不完整，或其请求体的分帧不符合 HTTP/1.1。",
    )


def is_old(scope: Scope) -> bool:
    """Whether the client speaks HTTP/1.0, which has no chunks and no duty to name a host."""
    return scope["http_version"] in ("1.0", "1")


def too_large(limit: int) -> RequestTooLarge:
    """The error for a body longer than `limit` bytes."""
    return RequestTooLarge(
        f"The request body is longer than {limit} bytes.", f"请求体超过 {limit} 字节。", limit=limit
    )


def environ(scope: Scope, body: bytes) -> dict[str, Any]:
    """The WSGI environment of an ASGI scope (PEP 3333, section 'environ Variables')."""
    server, client = scope.get("server") or ("", 0), scope.get("client") or ("", 0)
    made: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").upper().replace("-", "_"), raw_value.decode("latin-1")
        if name in ("CONTENT_LENGTH", "TRANSFER_ENCODING") or b"_" in raw_name:
            continue  # the body is here, unframed; and a name with _ could pass for another with -
        if name in ("IF_NONE_MATCH", "IF_MATCH"):  # the application knows nothing of codings
            value = compression.untagged(value)
        key = name if name == "CONTENT_TYPE" else f"HTTP_{name}"
        made[key] = f"{made[key]},{value}" if key in made else value
    return made


def language(scope: Scope) -> Language:
    """The language to refuse in: `?lang=`, else the one the client likes best, else English."""
    accepted = b",".join(value for key, value in scope["headers"] if key == b"accept-language")
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
    return languages.choose(asked, accepted.decode("latin-1"))
