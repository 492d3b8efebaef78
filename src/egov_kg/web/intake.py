"""What comes in over ASGI: the head of a request checked, its body read, both as a WSGI environment."""

from __future__ import annotations

import io
import ipaddress
import re
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final
from urllib.parse import parse_qs, unquote_to_bytes

from egov_kg.errors import RequestTooLarge, UsageError
from egov_kg.settings import Language
from egov_kg.web import languages

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::([0-9]{1,5}))?")
_LONGEST_HOST: Final = 255


def check_head(scope: Scope, body_limit: int) -> None:
    """Refuse what no application needs to see.

    Args:
        scope: the request.
        body_limit: bytes its body may have.

    Raises:
        UsageError: an HTTP/1.1 request without exactly one Host (RFC 9112, section 3.2), or a Host that is no
            `host` or `host:port`.
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
    for name, value in scope["headers"]:
        # A number of more digits than any limit need not be converted.
        if name == b"content-length" and value.isdigit() and (len(value) > 18 or int(value) > body_limit):
            raise too_large(body_limit)


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
        key = name if name == "CONTENT_TYPE" else f"HTTP_{name}"
        made[key] = f"{made[key]},{value}" if key in made else value
    return made


def language(scope: Scope) -> Language:
    """The language to refuse in: `?lang=`, else the one the client likes best, else English."""
    accepted = b",".join(value for key, value in scope["headers"] if key == b"accept-language")
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
    return languages.choose(asked, accepted.decode("latin-1"))
