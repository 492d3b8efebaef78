"""What a connection refuses before there is a request that an application could see."""

from __future__ import annotations

from http import HTTPStatus

from egov_kg.errors import (
    EgovError,
    HeadersTooLarge,
    NotSupported,
    RequestTimeout,
    ServiceBusy,
    UriTooLong,
    UsageError,
)
from egov_kg.web import problems


def response(error: EgovError, date: bytes, id_: bytes) -> bytes:
    """A whole response with an error, after which the connection is closed.

    Args:
        error: why.
        date: value of its Date field.
        id_: value of its X-Request-Id field.
    """
    body = problems.serialized(problems.document(error, "en"))
    fields = {
        "Content-Type": problems.PROBLEM.content_type,
        "Content-Length": str(len(body)),
        "Content-Language": "en",
        **problems.SHARED,
        **problems.headers(error),
        "Connection": "close",
    }
    lines = [f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    own = b"\r\nDate: %s\r\nX-Request-Id: %s\r\n\r\n" % (date, id_)
    return "\r\n".join(lines).encode() + own + body


def not_http() -> UsageError:
    """What came is no HTTP."""
    return UsageError(
        "What came is not HTTP/1.1 as RFC 9112 says: check the request line, the header lines and how the "
        "body is framed.",
        "收到的内容不符合 RFC 9112 的 HTTP/1.1：请检查请求行、头字段和请求体的分帧。",
    )


def unknown_method() -> NotSupported:
    """The method is one that nothing here has (RFC 9110, section 9.1)."""
    return NotSupported(
        "The service does not know the method of the request. Methods are in capitals, such as GET and POST; "
        "OPTIONS lists those of a URL.",
        "服务不认识此请求方法。方法名须大写，如 GET 与 POST；用 OPTIONS 可查询某网址支持的方法。",
    )


def head_too_slow(limit: float) -> RequestTimeout:
    """The head took longer than `limit` seconds."""
    return RequestTimeout(
        f"The head of the request did not arrive within {limit:g} s.",
        f"请求头未能在 {limit:g} 秒内到达。",
    )


def uri_too_long(limit: int) -> UriTooLong:
    """The URL is longer than `limit` bytes."""
    return UriTooLong(
        f"The URL is longer than {limit} bytes: send a long query in the body of a POST.",
        f"网址超过 {limit} 字节：请用 POST 的请求体发送长查询。",
        limit=limit,
    )


def head_too_large(limit: int) -> HeadersTooLarge:
    """The head is longer than `limit` bytes."""
    return HeadersTooLarge(
        f"The head of the request is longer than {limit} bytes: send fewer and shorter header fields.",
        f"请求头超过 {limit} 字节：请减少或缩短头字段。",
        limit=limit,
    )


def too_many_connections() -> ServiceBusy:
    """All connections are at work."""
    return ServiceBusy("Too many connections. Try again.", "连接过多。请重试。")
