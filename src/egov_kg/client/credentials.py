"""Who asks a protected endpoint: checked before anything is sent, and shown nowhere."""

from __future__ import annotations

import re
from typing import Final

from egov_kg.errors import UsageError
from egov_kg.store.challenges import Credentials

_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""Of RFC 6750, section 2.1."""


def credentials_of(auth: tuple[str, str] | None, token: str) -> Credentials:
    """What to be known by.

    Args:
        auth: a name and its password, or None.
        token: a bearer token, or nothing.

    Raises:
        UsageError: both are given, or one that cannot be sent; it has nothing of them in its text.
    """
    if auth is not None and token:
        raise UsageError(
            "An endpoint knows you by auth= or by token=: give one.",
            "请只给出 auth= 与 token= 之一，端点据其一识别身份。",
        )
    if token and not _TOKEN.fullmatch(token):
        raise UsageError(
            "token= has a character that no bearer token has (RFC 6750): a blank, a line break, a quote?",
            "token= 含有 bearer 令牌（RFC 6750）不允许的字符：是否有空格、换行或引号？",
        )
    if auth is None:
        return Credentials(token=token)
    user, password = auth
    if not user or ":" in user or not (user + password).isprintable():
        raise UsageError(
            "auth= is a name, without a colon, and its password, both without control characters (RFC 7617).",
            "auth= 应为不含冒号的用户名及其密码，均不含控制字符（RFC 7617）。",
        )
    return Credentials(user, password)


def hidden(said: bytes, credentials: Credentials) -> bytes:
    """What a server says, without what it was told in confidence: some repeat the fields of a request."""
    sent = credentials.authorization.rpartition(" ")[2]
    for secret in filter(None, (sent, credentials.password)):
        said = said.replace(secret.encode(), b"***")
    return said
