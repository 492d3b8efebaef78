"""Answers as the adapter sends them: already there, or made in pieces while they are sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, Protocol, cast

from egov_kg.web.server.wsgi_side import Answer, Headers


class Reply(Protocol):
    """An answer: its status and header fields, and the whole body or, where that is None, its pieces."""

    status: int
    headers: Headers
    body: bytes | None
    has_length: bool

    async def next(self) -> bytes | None:
        """The next piece, None at the end."""
        ...

    async def rest(self, limit: int) -> bytes | None:
        """All pieces that are left, or None where they are longer than `limit` bytes."""
        ...

    async def close(self) -> None:
        """To be called however the response ends; a second call does nothing."""
        ...


class Whole:
    """A `Reply` that is there."""

    has_length = True

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        self.status, self.headers = status, headers
        self.body: bytes | None = body

    async def next(self) -> bytes | None:
        """Nothing follows."""
        return None

    async def rest(self, limit: int) -> bytes | None:  # noqa: ARG002
        """Nothing follows."""
        return b""

    async def close(self) -> None:
        """Nothing is held."""


class Threaded:
    """A `Reply` of a WSGI application, whose pieces are made in threads."""

    def __init__(self, answer: Answer, pool: ThreadPoolExecutor) -> None:
        self.status, self.headers, self.body = answer.status, answer.headers, answer.body
        self.has_length = answer.has_length
        self._answer, self._pool = answer, pool

    async def next(self) -> bytes | None:
        """The next piece, None at the end."""
        return cast("bytes | None", await run_in(self._pool, self._answer.next))

    async def rest(self, limit: int) -> bytes | None:
        """All pieces that are left, or None where they are longer than `limit` bytes."""
        return cast("bytes | None", await run_in(self._pool, self._answer.rest, limit))

    async def close(self) -> None:
        """Close the application's iterator."""
        await run_in(self._pool, self._answer.close)


async def run_in(pool: ThreadPoolExecutor, function: Callable[..., Any], *arguments: object) -> Any:
    """Call a function in a thread of a pool.

    Args:
        pool: whose thread.
        function: to call.
        arguments: of the function.
    """
    context = copy_context()  # what is logged there carries the request's id
    return await asyncio.get_running_loop().run_in_executor(pool, context.run, function, *arguments)
