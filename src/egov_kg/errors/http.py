"""Errors of requests and of those who send them."""

from __future__ import annotations

from egov_kg.errors.base import EgovError


class NotAcceptable(EgovError):
    """No representation that the client accepts: `extra` has `available`."""

    status = 406
    slug = "not-acceptable"
    title_en = "None of the accepted formats is available"
    title_zh = "没有可接受的格式"
    meaning_en = (
        "None of the formats that the Accept field or format= asks for is offered "
        "here. The answer lists those that are."
    )
    meaning_zh = "这里没有 Accept 字段或 format= 所要求的格式。错误信息列出可用的格式。"


class UnsupportedMediaType(EgovError):
    """A request body of a kind that is not understood: `extra` has `supported`."""

    status = 415
    slug = "unsupported-media-type"
    title_en = "The request body has an unsupported type"
    title_zh = "请求体类型不受支持"
    meaning_en = (
        "The body of the request is of a type that is not understood here. The answer lists those that are."
    )
    meaning_zh = "此处不识别请求体的类型。错误信息列出可用的类型。"


class MethodNotAllowed(EgovError):
    """A method that the resource does not have: `extra` has `allowed`."""

    status = 405
    slug = "method-not-allowed"
    title_en = "Method not allowed"
    title_zh = "不允许的请求方法"
    meaning_en = "The address does not take this method. The answer lists those it takes."
    meaning_zh = "此地址不接受该请求方法。错误信息列出可用的方法。"


class RequestTooLarge(EgovError):
    """A request past a bound on its size: `extra` has `limit` in bytes."""

    status = 413
    slug = "request-too-large"
    title_en = "The request is too large"
    title_zh = "请求过大"
    meaning_en = "The request is larger than the service takes. The answer gives the limit in bytes."
    meaning_zh = "请求超过服务可接受的大小。错误信息给出以字节计的上限。"


class RequestTimeout(EgovError):
    """A request that did not arrive in time."""

    status = 408
    slug = "request-timeout"
    title_en = "The request did not arrive in time"
    title_zh = "请求未及时到达"
    meaning_en = "The request did not arrive whole in the time that the service waits for it."
    meaning_zh = "请求未能在服务等待的时间内完整到达。"


class NotSupported(EgovError):
    """A method or a transfer coding that nothing here has."""

    status = 501
    slug = "not-supported"
    title_en = "The service does not support this"
    title_zh = "服务不支持此功能"
    meaning_en = "The method or the transfer coding is one that nothing here supports."
    meaning_zh = "此服务不支持该请求方法或传输编码。"


class HttpVersionNotSupported(EgovError):
    """An answer that the client's version of HTTP cannot carry: `extra` has `limit` in bytes."""

    status = 505
    slug = "http-version"
    title_en = "The answer needs a newer version of HTTP"
    title_zh = "该结果需要更新版本的 HTTP"
    meaning_en = (
        "The answer is too large for HTTP/1.0, which has to be told its length first. HTTP/1.1 can carry it."
    )
    meaning_zh = "HTTP/1.0 须预先给出结果长度，而该结果过大；请改用 HTTP/1.1。"


class UriTooLong(EgovError):
    """A URL past a bound on its length: `extra` has `limit` in bytes."""

    status = 414
    slug = "uri-too-long"
    title_en = "The URL is too long"
    title_zh = "网址过长"
    meaning_en = (
        "The address is longer than the service takes. A long query can be "
        "sent in the body of a POST request."
    )
    meaning_zh = "网址超过服务可接受的长度。较长的查询可放在 POST 请求体中发送。"


class HeadersTooLarge(EgovError):
    """Header fields past a bound on their size: `extra` has `limit` in bytes."""

    status = 431
    slug = "headers-too-large"
    title_en = "The request header fields are too large"
    title_zh = "请求头过大"
    meaning_en = (
        "The header fields of the request are larger than the service takes. The "
        "answer gives the limit in bytes."
    )
    meaning_zh = "请求头超过服务可接受的大小。错误信息给出以字节计的上限。"


class TooManyRequests(EgovError):
    """One client asks more than its share: `extra` has `limit` and `retry_after` in seconds."""

    status = 429
    slug = "too-many-requests"
    title_en = "Too many requests"
    title_zh = "请求过于频繁"
    meaning_en = "More requests came from one address than its share. The answer says how long to wait."
    meaning_zh = "同一地址发来的请求超过其份额。错误信息给出需等待的时间。"


class NotAuthenticated(EgovError):
    """A write without a token, or with one that is not known, was revoked or has expired."""

    status = 401
    slug = "not-authenticated"
    title_en = "A token is needed"
    title_zh = "需要令牌"
    meaning_en = "Writing needs a token. None was sent, or it is not known, was revoked or has expired."
    meaning_zh = "写入需要令牌。请求没有附带令牌，或令牌无法识别、已被撤销或已过期。"


class WriteForbidden(EgovError):
    """A write to a graph that the token does not reach, or that nobody may write to."""

    status = 403
    slug = "write-forbidden"
    title_en = "This may not be written"
    title_zh = "不允许写入"
    meaning_en = "The token does not reach this graph, or nobody may write to it."
    meaning_zh = "该令牌无权写入此图，或此图不允许任何人写入。"


class PreconditionFailed(EgovError):
    """If-Match names another release than the current one: `extra` has `release`, the current one."""

    status = 412
    slug = "precondition-failed"
    title_en = "The data have changed meanwhile"
    title_zh = "数据已发生变化"
    meaning_en = (
        "The request was made for another release than the current one. Read the current one, then try again."
    )
    meaning_zh = "请求所依据的并非当前发布版本。请先读取当前版本，再重试。"


class RangeNotSatisfiable(EgovError):
    """A Range beyond the end of a file: `extra` has `length`, the bytes it has."""

    status = 416
    slug = "range-not-satisfiable"
    title_en = "The file has no such range"
    title_zh = "文件没有这一区段"
    meaning_en = (
        "The part of the file that was asked for is beyond its end. The answer gives its length in bytes."
    )
    meaning_zh = "所请求的区段超出文件末尾。错误信息给出以字节计的文件长度。"
