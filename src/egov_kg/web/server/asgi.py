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
from functools import partial
from typing import Any, Final, cast

from egov_kg.errors import EgovError, HttpVersionNotSupported, RequestTooLarge, ServiceBusy
from egov_kg.store.base import Cancellation
from egov_kg.web import problems
from egov_kg.web.server import intake
from egov_kg.web.server.bodies import Bodies
from egov_kg.web.server.intake import Message, Receive, Scope
from egov_kg.web.server.replies import Reply, Threaded, run_in
from egov_kg.web.server.wsgi_side import Answer, Headers, WsgiApplication, call

Send = Callable[[Message], Awaitable[None]]
AsgiApplication = Callable[[Scope, Receive, Send], Awaitable[None]]


Direct = Callable[[Scope, bytes, Cancellation], Awaitable[Reply | None]]

CANCELLATION: Final = "egov_kg.cancellation"
"""Key of the WSGI environment that holds the request's `Cancellation`."""

_SPARE: Final = 4
_STALL_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 0.25
_FILE_SECONDS: Final = 30.0
_WHOLE_LIMIT: Final = 1024 * 1024

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
        write_limit: bytes the body of a write may have: a request with Authorization.
        write_patience: seconds the client of a write may take to send its body.
        unwelcome: why the Authorization of a request does not let it write; None if it does.
        direct: answers some requests itself, without a thread; None from it leaves a request to `app`.
        admit: sees a request before `app` works on it; what it raises is the answer.
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
        write_limit: int = 0,
        write_patience: float = 0.0,
        unwelcome: Callable[[Scope], EgovError | None] = lambda _: None,
        direct: Direct | None = None,
        admit: Callable[[Scope], None] = lambda _: None,
    ) -> None:
        self._app = app
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")
        # Who has an evaluator must never queue for a thread behind those who wait for one.
        self._producers = ThreadPoolExecutor(evaluators + _SPARE, thread_name_prefix="answer")
        self._turns = asyncio.Semaphore(threads)
        self._patience = patience
        self._evaluators = evaluators
        self._queue_timeout = queue_timeout
        self._waiting = waiting
        self._bodies = Bodies(body_limit, patience, write_limit, write_patience, unwelcome)
        self._direct = direct
        self._admit = admit
        self._asking = self._streaming = self._queued = 0

    @property
    def queued(self) -> int:
        """Requests that wait for a thread."""
        return self._queued

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise ValueError(f"There is no {scope['type']} here, only HTTP.")
        bodies = self._bodies
        try:
            intake.check_head(scope, bodies.limit(scope))
            if bodies.reading >= self._waiting or self._asking + self._streaming >= self._waiting:
                raise self._busy()
            body = await bodies.read(scope, receive)
        except RequestTooLarge as error:
            return await self.refuse(scope, send, bodies.refused(scope, error))
        except EgovError as error:
            return await self.refuse(scope, send, error)
        cancellation = Cancellation()
        exchange = intake.exchange(scope)
        watcher = None
        if exchange is None:  # under another server than ours, or in a test
            watcher = asyncio.create_task(_watch(receive, cancellation))
        elif exchange.left:
            return None
        else:
            exchange.on_leave = partial(_cancel, cancellation)
        self._bodies.held += len(body)
        try:
            return await self._handle(scope, send, body, cancellation)
        finally:
            self._bodies.held -= len(body)
            if watcher is not None:
                watcher.cancel()

    async def _handle(self, scope: Scope, send: Send, body: bytes, cancellation: Cancellation) -> None:
        self._asking += 1
        try:
            answer = await self._direct(scope, body, cancellation) if self._direct is not None else None
            if answer is None:
                self._admit(scope)
                environ = intake.environ(scope, body) | {CANCELLATION: cancellation}
                answer = await self._asked(environ, cancellation)
        except EgovError as error:
            return await self.refuse(scope, send, error)
        finally:
            self._asking -= 1
        if answer is None:
            return None
        return await self._send(scope, send, answer, cancellation)

    async def _asked(self, environ: dict[str, Any], cancellation: Cancellation) -> Reply | None:
        """What the application answers; None if the client left before its turn."""
        self._queued += 1
        try:
            async with asyncio.timeout(self._queue_timeout):
                await self._turns.acquire()
        except TimeoutError:
            raise self._busy() from None
        finally:
            self._queued -= 1
        try:
            if cancellation.cancelled:
                return None
            answer = await run_in(self._pool, call, self._app, environ)
            return Threaded(cast("Answer", answer), self._producers)
        finally:
            self._turns.release()

    async def _send(self, scope: Scope, send: Send, answer: Reply, cancellation: Cancellation) -> None:
        if answer.body is not None:
            return await self._whole(send, answer.status, answer.headers, answer.body)
        self._streaming += 1
        try:
            if scope["method"] == "HEAD":
                return await self._whole(send, answer.status, answer.headers, b"")
            if intake.is_old(scope) and not answer.has_length:
                return await self._gathered(scope, send, answer)
            return await self._stream(scope, send, answer, cancellation)
        finally:
            self._streaming -= 1
            await answer.close()

    async def _gathered(self, scope: Scope, send: Send, answer: Reply) -> None:
        """HTTP/1.0 marks the end of a stream only by closing, as an error would: nothing goes out early."""
        try:
            if self._bodies.held + _WHOLE_LIMIT > self._bodies.most:
                raise self._busy()
            self._bodies.held += _WHOLE_LIMIT
            try:
                body = await answer.rest(_WHOLE_LIMIT)
            finally:
                self._bodies.held -= _WHOLE_LIMIT
            if body is None:
                raise HttpVersionNotSupported(
                    f"The answer is longer than {_WHOLE_LIMIT} bytes, too long for HTTP/1.0: use HTTP/1.1.",
                    f"结果超过 {_WHOLE_LIMIT} 字节，无法用 HTTP/1.0 传输：请用 HTTP/1.1。",
                    limit=_WHOLE_LIMIT,
                )
        except EgovError as error:
            return await self.refuse(scope, send, error)
        await answer.close()  # the evaluator need not wait for the client
        headers = [*answer.headers, (b"content-length", str(len(body)).encode())]
        return await self._whole(send, answer.status, headers, body)

    async def _stream(self, scope: Scope, send: Send, answer: Reply, cancellation: Cancellation) -> None:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        while not cancellation.cancelled:
            try:
                piece = await answer.next()
            except EgovError as error:
                # Bytes have gone out: not ending the response makes the server break the connection.
                _log.warning("%s broke off an answer to %s", error.slug, scope["client"])
                _break_off(scope)
                return
            if piece is None:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                return
            message = {"type": "http.response.body", "body": piece, "more_body": True}
            if not await self._taken(send, message, evaluator=not answer.has_length):
                _break_off(scope)
                return

    async def _taken(self, send: Send, message: Message, *, evaluator: bool) -> bool:
        """Whether the client took a piece; it has less time while others need the evaluator it holds."""
        sending = asyncio.ensure_future(send(message))
        waited, most = 0.0, self._patience if evaluator else max(self._patience, _FILE_SECONDS)
        try:
            while waited < most:
                pause = min(_STALL_SECONDS if waited == 0 else _LOOK_SECONDS, most - waited)
                done, _ = await asyncio.wait((sending,), timeout=pause)
                if done:
                    await sending
                    return True
                waited += pause
                if (
                    evaluator
                    and waited >= _STALL_SECONDS
                    and self._asking + self._streaming > self._evaluators
                ):
                    break
        finally:
            sending.cancel()
        _log.warning("A client took nothing for %g s: its connection is broken.", waited)
        return False

    async def _whole(self, send: Send, status: int, headers: Headers, body: bytes) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def refuse(self, scope: Scope, send: Send, error: EgovError) -> None:
        """Answer with an error."""
        exchange = intake.exchange(scope)
        if exchange is not None and exchange.left:
            return
        lang = intake.language(scope)
        document = problems.document(error, lang)
        body = problems.serialized(document)
        if error.status >= 500:
            _log.warning("%s %s %s: %s", document["instance"], scope["method"], scope["path"], error.slug)
        fields = {
            "Content-Type": problems.PROBLEM.content_type,
            "Content-Length": str(len(body)),
            "Content-Language": lang,
            "Vary": "Accept, Accept-Language",
            **problems.SHARED,
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


def apart(paths: frozenset[bytes], its_own: AsgiAdapter, rest: AsgiAdapter) -> AsgiApplication:
    """An application that gives some paths threads of their own, whatever waits for the others."""

    def application(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        chosen = its_own if scope.get("raw_path") in paths else rest
        return chosen(scope, receive, send)

    return application


def _break_off(scope: Scope) -> None:
    exchange = intake.exchange(scope)
    if exchange is not None and exchange.break_off is not None:
        exchange.break_off()


async def _watch(receive: Receive, cancellation: Cancellation) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    _cancel(cancellation)


def _cancel(cancellation: Cancellation) -> None:
    # Ending an evaluator waits for its process; a thread of its own is never held up by other requests.
    threading.Thread(target=cancellation.cancel, name="cancel", daemon=True).start()
