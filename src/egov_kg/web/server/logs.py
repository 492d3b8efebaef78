"""What the service logs: one line each on standard error, as text or as JSON, with the request's id.

Nothing that a client sends can begin a line of its own: control characters are escaped. Credentials are
never given to a logger.
"""

from __future__ import annotations

import itertools
import json
import logging
import re
import secrets
import sys
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

from egov_kg.settings import Settings

HEADER: Final = "X-Request-Id"
"""The header field that carries a request's id, in and out."""

_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MOST_QUERY: Final = 500
_MOST_PATH: Final = 500
_FIELDS: Final = "fields"

_PREFIX: Final = secrets.token_hex(6)
_NUMBERS: Final = itertools.count(1)
_current: ContextVar[str] = ContextVar("request_id", default="")
_access = logging.getLogger("egov_kg.access")


def configure(settings: Settings) -> None:
    """Have this process log as the settings say; call it once, before it serves.

    Args:
        settings: `log_format` and `access_log`.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if settings.log_format == "json" else _Text())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("egov_kg").setLevel(logging.INFO)
    _access.setLevel(logging.INFO if settings.access_log else logging.CRITICAL)
    logging.captureWarnings(True)


def request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The id of a request: what `X-Request-Id` says, where that is short and plain, else a new one.

    Args:
        headers: as ASGI gives them, names in lower case.
    """
    for name, value in headers:
        if name == b"x-request-id":
            text = value.decode("latin-1")
            return text if _ID.fullmatch(text) else new_id()
    return new_id()


def new_id() -> str:
    """An id for a request, unlike any other of any process."""
    return f"{_PREFIX}-{next(_NUMBERS):x}"


def current_id() -> str:
    """The id of the request that this thread or task works on; empty outside of one."""
    return _current.get()


class within:  # noqa: N801 - it is used as a function is
    """Has everything that is logged in the block carry a request's id.

    A thread of a pool does not know the context of who gave it the work: use this in the thread, too.
    """

    __slots__ = ("_id", "_token")

    def __init__(self, id_: str) -> None:
        self._id = id_

    def __enter__(self) -> None:
        self._token = _current.set(self._id)

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


def tells() -> bool:
    """Whether the access log is on."""
    return _access.isEnabledFor(logging.INFO)


def access(
    *,
    method: str,
    path: str,
    query: str,
    status: int,
    sent: int,
    seconds: float,
    client: str,
    cache: str,
    request_id: str,
) -> None:
    """Log that a request was answered, where the access log is on.

    Args:
        method: of the request.
        path: of the request, decoded or not.
        query: the query string, without `?`; cut to 500 characters.
        status: of the answer.
        sent: bytes of the answer's body that were sent.
        seconds: from the request's head to the answer's last byte.
        client: its address.
        cache: `hit`, `miss`, `revalidated`, or empty where the cache has no part in it.
        request_id: of the request.
    """
    if not tells():
        return
    milliseconds = round(seconds * 1000, 3)
    path, query = _cut(path, _MOST_PATH), _cut(query, _MOST_QUERY)
    target = f"{path}?{query}" if query else path
    fields = {
        "method": method,
        "path": path,
        "query": query,
        "status": status,
        "bytes": sent,
        "ms": milliseconds,
        "client": client,
        "cache": cache,
    }
    with within(request_id):
        _access.info(
            "%s %s %d %d B %g ms client=%s cache=%s",
            method,
            target,
            status,
            sent,
            milliseconds,
            client,
            cache or "-",
            extra={_FIELDS: fields},
        )


def escaped(text: str) -> str:
    """A text with its control characters, line ends among them, written as escapes."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}..."


class _Text(logging.Formatter):
    """`time level logger request-id message`, a dash for no request."""

    def format(self, record: logging.LogRecord) -> str:
        said = f"{_said(self, record)}"
        return escaped(f"{_time(record)} {record.levelname} {record.name} {current_id() or '-'} {said}")


class _Json(logging.Formatter):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": escaped(_said(self, record)),
        }
        if id_ := current_id():
            line["request_id"] = id_
        fields: dict[str, Any] = getattr(record, _FIELDS, {})
        line |= {key: escaped(value) if isinstance(value, str) else value for key, value in fields.items()}
        return json.dumps(line, ensure_ascii=False)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _said(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    said = record.getMessage()
    if record.exc_info:
        said = f"{said}\n{formatter.formatException(record.exc_info)}"
    return said
