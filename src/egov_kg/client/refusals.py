"""What an endpoint says when it does not answer, as errors of this package in both languages."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from egov_kg.errors import (
    EgovError,
    EvaluationError,
    NotAuthenticated,
    NotFound,
    QueryError,
    QueryForbidden,
    ResultTooLarge,
    ServiceBusy,
    TooManyRequests,
    UpstreamFailed,
    UriTooLong,
)

if TYPE_CHECKING:
    from urllib.error import HTTPError

_LONGEST: Final = 64 * 1024
_SHOWN: Final = 300
_PATIENCE: Final = 1.0
"""Seconds to wait where nothing is said about it."""

_CLASSES: Final[dict[int, type[EgovError]]] = {
    400: QueryError,
    401: NotAuthenticated,
    403: QueryForbidden,
    404: NotFound,
    414: UriTooLong,
    429: TooManyRequests,
    500: EvaluationError,
    503: ServiceBusy,
}
_MEMBERS: Final = ("line", "column", "limit", "value", "unit", "available")
_TYPES: Final = "/problem/"


Hide = Callable[[bytes], bytes]
"""Takes out of a body what is not to be shown."""


def of_status(error: HTTPError, url: str, hide: Hide) -> EgovError:
    """What a response that is no success means."""
    return _refusal(error.code, hide(error.read(_LONGEST)), url, error.headers.get("Retry-After"))


def of_wrapper(error: Exception, url: str, hide: Hide) -> EgovError:
    """What SPARQLWrapper's own exception means: it stands for a status, and has the body in its text."""
    from SPARQLWrapper import SPARQLExceptions

    statuses: dict[type[Exception], int] = {
        SPARQLExceptions.QueryBadFormed: 400,
        SPARQLExceptions.Unauthorized: 401,
        SPARQLExceptions.EndPointNotFound: 404,
        SPARQLExceptions.URITooLong: 414,
        SPARQLExceptions.EndPointInternalError: 500,
    }
    # The library writes the bytes of the body as Python does: b'...'.
    _, _, said = str(error.args[0] if error.args else "").partition("Response:\n")
    return _refusal(statuses.get(type(error), 0), hide(_bytes(said)), url, None)


def unreachable(url: str, error: Exception) -> UpstreamFailed:
    """Nobody is there, or the answer broke off."""
    why = getattr(error, "reason", None) or error
    return UpstreamFailed(
        f"{url} cannot be asked ({why}): is the address right, and does the service run?",
        f"无法访问 {url}（{why}）：地址是否正确，服务是否在运行？",
    )


def too_large(url: str, limit: int) -> ResultTooLarge:
    """The answer is more than a client keeps."""
    size = limit // (1024 * 1024)
    return ResultTooLarge(
        f"The answer of {url} has more than {size} MiB: ask for less at a time.",
        f"{url} 的回答超过 {size} MiB：请分次查询。",
        limit=limit,
        unit="bytes",
    )


def _refusal(status: int, body: bytes, url: str, retry_after: str | None) -> EgovError:
    problem = _problem(body)
    kind = _known(problem) or _CLASSES.get(status, UpstreamFailed)
    extra: dict[str, Any] = {name: problem[name] for name in _MEMBERS if name in problem}
    if issubclass(kind, ServiceBusy | TooManyRequests):
        extra["retry_after"] = _seconds(retry_after)
    detail = str(problem.get("detail_en") or problem.get("detail") or "")
    if detail:
        return kind(detail, str(problem.get("detail_zh") or ""), **extra)
    said = " ".join(body.decode("utf-8", "replace").split())[:_SHOWN]
    return kind(
        f"{url} refused the request with status {status}" + (f": {said}" if said else "."),
        f"{url} 拒绝了请求，状态码 {status}" + (f"：{said}" if said else "。"),
        **extra,
    )


def _problem(body: bytes) -> dict[str, Any]:
    """The problem document (RFC 9457) that a body is; empty where it is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _known(problem: dict[str, Any]) -> type[EgovError] | None:
    _, _, slug = str(problem.get("type", "")).rpartition(_TYPES)
    return next((one for one in _below(EgovError) if one.slug == slug), None) if slug else None


def _below(kind: type[EgovError]) -> Iterator[type[EgovError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _seconds(retry_after: str | None) -> float:
    """Retry-After (RFC 9110, section 10.2.3): seconds or a date."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return _PATIENCE


def _bytes(said: str) -> bytes:
    try:
        value = ast.literal_eval(said.strip())
    except (ValueError, SyntaxError):
        return said.encode()
    return value if isinstance(value, bytes) else said.encode()
