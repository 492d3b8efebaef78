"""A WSGI application behind ASGI: streamed with backpressure, cancelled when the client leaves.

The server's own WSGI side ends a response whose iterator raises as if it were complete, and tells of a
client that left only when the next piece is sent. Its ASGI side breaks the connection instead, and tells at
once. `docs/decisions/20261122-asgi-adapter.md` has the measurements.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, cast

from egov_kg.errors import EgovError, HttpVersionNotSupported, RequestTimeout, ServiceBusy, UsageError
from egov_kg.store.base import Cancellation
from egov_kg.web import intake, problems
from egov_kg.web.intake import Message, Receive, Scope
from egov_kg.web.wsgi_side import Answer, Headers, WsgiApplication, call

Send = Callable[[Message], Awaitable[None]]
AsgiApplication = Callable[[Scope, Receive, Send], Awaitable[None]]

CANCELLATION: Final = "egov_kg.cancellation"
"""Key of the WSGI environment that holds the request's `Cancellation`."""

_SPARE: Final = 4
_BODY_SECONDS: Final = 10.0
_STALL_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 0.25
_PIECE: Final = 64 * 1024
_WHOLE_LIMIT: Final = 1024 * 1024
_HELD_LIMIT: Final = 64 * 1024 * 1024

_log = logging.getLogger(__name__)


class AsgiAdapter:
    """An ASGI 3 application that runs a WSGI one in threads.

    Args:
        app: the WSGI application.
        threads: requests worked on at a time; others wait.
        body_limit: bytes a request body may have; past that, 413.
        patience: seconds the client may take for a piece of the answer, and, ten at most, to send its body.
        evaluators: answers that can be produced at a time.
        queue_timeout: seconds a request waits for a thread; past that, 503.
        waiting: requests that may be read, be worked on or wait at a time; past that, 503.
    """

    def __init__(
        self,
        app: WsgiApplication,
        *,
        threads: int,
        body_limit: int,
        patience: float,
        evaluators: int = 2,
        queue_timeout: float = 10.0,
        waiting: int = 1000,
    ) -> None:
        self._app = app
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")
        # Who has an evaluator must never queue for a thread behind those who wait for one.
        self._producers = ThreadPoolExecutor(evaluators + _SPARE, thread_name_prefix="answer")
        self._turns = asyncio.Semaphore(threads)
        self._body_limit = body_limit
        self._patience = patience
        self._evaluators = evaluators
        self._queue_timeout = queue_timeout
        self._waiting = waiting
        self._reading = self._asking = self._streaming = self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise ValueError(f"There is no {scope['type']} here, only HTTP.")
        try:
            intake.check_head(scope, self._body_limit)
            if self._reading >= self._waiting or self._asking + self._streaming >= self._waiting:
                raise self._busy()
            body = await self._read(receive)
        except EgovError as error:
            return await self._refuse(scope, send, error)
        cancellation = Cancellation()
        watcher = asyncio.create_task(_watch(receive, cancellation))
        self._held += len(body)
        try:
            return await self._handle(scope, send, body, cancellation)
        finally:
            self._held -= len(body)
            watcher.cancel()

    async def _handle(self, scope: Scope, send: Send, body: bytes, cancellation: Cancellation) -> None:
        environ = intake.environ(scope, body) | {CANCELLATION: cancellation}
        self._asking += 1
        try:
            answer = await self._asked(environ, cancellation)
        except EgovError as error:
            return await self._refuse(scope, send, error)
        finally:
            self._asking -= 1
        if answer is None:
            return None
        return await self._send(scope, send, answer, cancellation)

    async def _asked(self, environ: dict[str, Any], cancellation: Cancellation) -> Answer | None:
        """What the application answers; None if the client left before its turn."""
        try:
            async with asyncio.timeout(self._queue_timeout):
                await self._turns.acquire()
        except TimeoutError:
            raise self._busy() from None
        try:
            if cancellation.cancelled:
                return None
            return cast("Answer", await _in(self._pool, call, self._app, environ))
        finally:
            self._turns.release()

    async def _read(self, receive: Receive) -> bytes:
        """The body; reading it takes no turn from others."""
        limit = min(_BODY_SECONDS, self._patience)
        self._reading += 1
        try:
            async with asyncio.timeout(limit):
                return await self._body(receive)
        except TimeoutError:
            raise RequestTimeout(
                f"The request body did not arrive within {limit:g} s.", f"请求体未能在 {limit:g} 秒内到达。"
            ) from None
        finally:
            self._reading -= 1

    async def _body(self, receive: Receive) -> bytes:
        data = bytearray()
        try:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":  # a client that left, or one that framed it wrongly
                    raise UsageError(
                        "The request body is cut off, or not framed as HTTP/1.1 says.",
                        "请求体不完整，或其分帧不符合 HTTP/1.1。",
                    )
                piece = message.get("body", b"")
                data += piece
                self._held += len(piece)
                if len(data) > self._body_limit:
                    raise intake.too_large(self._body_limit)
                if self._held > _HELD_LIMIT:
                    raise self._busy()
                if not message.get("more_body", False):
                    return bytes(data)
        finally:
            self._held -= len(data)

    async def _send(self, scope: Scope, send: Send, answer: Answer, cancellation: Cancellation) -> None:
        if answer.body is not None:
            return await self._whole(send, answer.status, answer.headers, answer.body)
        self._streaming += 1
        try:
            if intake.is_old(scope):
                return await self._gathered(scope, send, answer)
            return await self._stream(scope, send, answer, cancellation)
        finally:
            self._streaming -= 1
            await _in(self._producers, answer.close)

    async def _gathered(self, scope: Scope, send: Send, answer: Answer) -> None:
        """HTTP/1.0 marks the end of a stream only by closing, as an error would: nothing goes out early."""
        try:
            if self._held + _WHOLE_LIMIT > _HELD_LIMIT:
                raise self._busy()
            self._held += _WHOLE_LIMIT
            try:
                body = await _in(self._producers, answer.rest, _WHOLE_LIMIT)
            finally:
                self._held -= _WHOLE_LIMIT
            if body is None:
                raise HttpVersionNotSupported(
                    f"The answer is longer than {_WHOLE_LIMIT} bytes, too long for HTTP/1.0: use HTTP/1.1.",
                    f"结果超过 {_WHOLE_LIMIT} 字节，无法用 HTTP/1.0 传输：请用 HTTP/1.1。",
                    limit=_WHOLE_LIMIT,
                )
        except EgovError as error:
            return await self._refuse(scope, send, error)
        await _in(self._producers, answer.close)  # the evaluator need not wait for the client
        length = (b"content-length", str(len(body)).encode())
        self._held += len(body)
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": answer.status,
                    "headers": [*answer.headers, length],
                }
            )
            for start in range(0, len(body), _PIECE):
                piece = {
                    "type": "http.response.body",
                    "body": body[start : start + _PIECE],
                    "more_body": True,
                }
                if not await self._taken(send, piece):
                    return None
            return await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._held -= len(body)

    async def _stream(self, scope: Scope, send: Send, answer: Answer, cancellation: Cancellation) -> None:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        while not cancellation.cancelled:
            try:
                piece = await _in(self._producers, answer.next)
            except EgovError as error:
                # Bytes have gone out: not ending the response makes the server break the connection.
                _log.warning("%s broke off an answer to %s", error.slug, scope["client"])
                return
            if piece is None:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                return
            if not await self._taken(send, {"type": "http.response.body", "body": piece, "more_body": True}):
                return

    async def _taken(self, send: Send, message: Message) -> bool:
        """Whether the client took a piece; it has less time while others need the evaluator it holds."""
        sending = asyncio.ensure_future(send(message))
        waited = 0.0
        try:
            while waited < self._patience:
                pause = min(_STALL_SECONDS if waited == 0 else _LOOK_SECONDS, self._patience - waited)
                done, _ = await asyncio.wait((sending,), timeout=pause)
                if done:
                    await sending
                    return True
                waited += pause
                if waited >= _STALL_SECONDS and self._asking + self._streaming > self._evaluators:
                    break
        finally:
            sending.cancel()
        _log.warning("A client took nothing for %g s: its connection is broken.", waited)
        return False

    async def _whole(self, send: Send, status: int, headers: Headers, body: bytes) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _refuse(self, scope: Scope, send: Send, error: EgovError) -> None:
        lang = intake.language(scope)
        body = problems.serialized(problems.document(error, lang))
        fields = {
            "Content-Type": problems.PROBLEM.content_type,
            "Content-Length": str(len(body)),
            "Content-Language": lang,
            "Vary": "Accept-Language",
            "Access-Control-Allow-Origin": "*",
            **problems.headers(error),
        }
        headers = [(name.lower().encode(), value.encode()) for name, value in fields.items()]
        await self._whole(send, error.status, headers, body)

    def _busy(self) -> ServiceBusy:
        return ServiceBusy(
            "Too many requests are waiting. Try again.",
            "等待中的请求过多。请重试。",
            retry_after=self._queue_timeout,
        )


async def _in(pool: ThreadPoolExecutor, function: Callable[..., Any], *arguments: object) -> Any:
    return await asyncio.get_running_loop().run_in_executor(pool, function, *arguments)


def apart(path: bytes, its_own: AsgiAdapter, rest: AsgiAdapter) -> AsgiApplication:
    """An application that gives one path threads of its own, whatever waits for the others."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        chosen = its_own if scope.get("raw_path") == path else rest
        await chosen(scope, receive, send)

    return application


async def _watch(receive: Receive, cancellation: Cancellation) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    # Ending an evaluator waits for its process; a thread of its own is never held up by other requests.
    threading.Thread(target=cancellation.cancel, name="cancel", daemon=True).start()
