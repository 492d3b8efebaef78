"""Bodies of requests: their charset and encoding (RFC 9110, sections 8.3 and 8.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from egov_kg.errors import UnsupportedMediaType, UsageError

_UTF8: Final = ("utf-8", "utf8", "us-ascii")


def require_plain_utf8(
    content_type: str, content_encoding: str | None, supported: Sequence[str], what: str, what_zh: str
) -> None:
    """See that a body is UTF-8, and as it is.

    Args:
        content_type: the Content-Type; without a charset, it is UTF-8.
        content_encoding: the Content-Encoding, if there is one.
        supported: the media types that the error names.
        what, what_zh: what to call the body, in both languages.

    Raises:
        UnsupportedMediaType: another charset, or an encoding.
    """
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        charset = value.strip().strip('"').lower()
        if name.strip().lower() == "charset" and charset not in _UTF8:
            raise UnsupportedMediaType(
                f"{what} has the charset {charset}: send UTF-8.",
                f"{what_zh}的字符集为 {charset}：请发送 UTF-8。",
                supported=list(supported),
            )
    encoding = (content_encoding or "identity").strip().lower()
    if encoding != "identity":
        raise UnsupportedMediaType(
            f"{what} is encoded as {encoding}: send it as it is.",
            f"{what_zh}的编码为 {encoding}：请不作压缩直接发送。",
            supported=list(supported),
        )


def text(body: bytes) -> str:
    """A body as text, without a byte order mark.

    Raises:
        UsageError: it is not UTF-8.
    """
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"The body is not UTF-8 (byte {error.start}).", f"请求体不是 UTF-8（第 {error.start} 字节）。"
        ) from None
