"""Request bodies read into memory, within a bound on each, on all of them, and on the time they take."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from egov_kg.errors import EgovError, RequestTimeout, ServiceBusy
from egov_kg.web.server import intake
from egov_kg.web.server.intake import Receive, Scope

_SECONDS: Final = 10.0
_TOGETHER: Final = 64 * 1024 * 1024


class Bodies:
    """Reads the bodies of requests; that takes no turn from those whose bodies are there.

    Args:
        limit: bytes a body may have.
        patience: seconds a client may take to send it, ten at most.
        write_limit: bytes the body of a write may have: a request with Authorization that counts.
        write_patience: seconds the client of a write may take.
        unwelcome: why the Authorization of a request does not let it write; None if it does. Nobody has
            memory and time of others taken who has no right to any.

    Attributes:
        reading: requests whose bodies are being read.
        held: bytes in memory, of bodies and of what else is counted here.
    """

    def __init__(
        self,
        limit: int,
        patience: float,
        write_limit: int,
        write_patience: float,
        unwelcome: Callable[[Scope], EgovError | None] = lambda _: None,
    ) -> None:
        self._limit, self._seconds = limit, min(_SECONDS, patience)
        self._write_limit = max(limit, write_limit)
        self._write_seconds = max(self._seconds, write_patience)
        self.most = _TOGETHER + write_limit
        self._unwelcome = unwelcome
        self.reading = self.held = 0

    def limit(self, scope: Scope) -> int:
        """Bytes the body of a request may have."""
        return self._write_limit if self._is_write(scope) else self._limit

    def refused(self, scope: Scope, error: EgovError) -> EgovError:
        """What to say of a body that is longer than its limit: who meant to write learns why it is low."""
        return (self._unwelcome(scope) if intake.may_write(scope) else None) or error

    def _is_write(self, scope: Scope) -> bool:
        return intake.has_body(scope) and intake.may_write(scope) and self._unwelcome(scope) is None

    async def read(self, scope: Scope, receive: Receive) -> bytes:
        """The body of a request.

        Raises:
            RequestTimeout: it did not come in time.
            RequestTooLarge: it is too long.
            ServiceBusy: all bodies together are too long.
            UsageError: it is cut off.
        """
        if not intake.has_body(scope):
            return b""
        seconds = self._write_seconds if self._is_write(scope) else self._seconds
        self.reading += 1
        try:
            async with asyncio.timeout(seconds):
                return await self._whole(receive, self.limit(scope))
        except TimeoutError:
            raise RequestTimeout(
                f"The request body did not arrive within {seconds:g} s.",
                f"请求体未能在 {seconds:g} 秒内到达。",
            ) from None
        finally:
            self.reading -= 1

    async def _whole(self, receive: Receive, limit: int) -> bytes:
        data = bytearray()
        try:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":  # a client that left, or one that framed it wrongly
                    raise intake.cut_off()
                piece = message.get("body", b"")
                data += piece
                self.held += len(piece)
                if len(data) > limit:
                    raise intake.too_large(limit)
                if self.held > self.most:
                    raise ServiceBusy(
                        "Too many requests are waiting. Try again.", "等待中的请求过多。请重试。"
                    )
                if not message.get("more_body", False):
                    return bytes(data)
        finally:
            self.held -= len(data)
