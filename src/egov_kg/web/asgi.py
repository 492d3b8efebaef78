"""A WSGI application behind ASGI: streamed with backpressure, cancelled when the client leaves.

The server's own WSGI side ends a response whose iterator raises as if it were complete, and tells of a
client that left only when the next piece is sent. Its ASGI side breaks the connection instead, and tells at
once. `docs/decisions/20261122-asgi-adapter.md` has the measurements.
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Protocol, cast
from urllib.parse import parse_qs, unquote_to_bytes

from egov_kg.errors import EgovError, RequestTimeout, RequestTooLarge, ServiceBusy, UsageError
from egov_kg.settings import Language
from egov_kg.store.base import Cancellation
from egov_kg.web import languages, problems

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApplication = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

CANCELLATION: Final = "egov_kg.cancellation"
"""Key of the WSGI environment that holds the request's `Cancellation`."""

_WAITING_PER_THREAD: Final = 8
_WHOLE_LIMIT: Final = 64 * 1024 * 1024

_log = logging.getLogger(__name__)


class WsgiApplication(Protocol):
    """PEP 3333, section 'The Application/Framework Side'."""

    def __call__(self, environ: dict[str, Any], start_response: Any, /) -> Iterable[bytes]:
        """Answer a request."""
        ...


class _Answer:
    """What an application answered: a status, headers, and either the whole body or its pieces."""

    def __init__(self, status: int, headers: Headers, pieces: Iterable[bytes]) -> None:
        self.status = status
        self.headers = headers
        self._pieces = pieces
        self._iterator: Iterator[bytes] = iter(pieces)
        self.body: bytes | None = None
        if any(name == b"content-length" for name, _ in headers):
            try:
                self.body = b"".join(self._iterator)
            finally:
                self.close()

    def next(self) -> bytes | None:
        """The next piece, None at the end."""
        return next(self._iterator, None)

    def rest(self, limit: int) -> bytes | None:
        """All pieces that are left, or None where they are longer than `limit` bytes."""
        data = bytearray()
        for piece in self._iterator:
            data += piece
            if len(data) > limit:
                return None
        return bytes(data)

    def close(self) -> None:
        """PEP 3333: to be called however the response ends."""
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()


class AsgiAdapter:
    """An ASGI 3 application that runs a WSGI one in threads.

    Args:
        app: the WSGI application.
        threads: requests worked on at a time. Some more wait; past that, 503.
        body_limit: bytes a request body may have; past that, 413.
        patience: seconds the client may take to send its body, or to take a piece of the answer.
    """

    def __init__(self, app: WsgiApplication, *, threads: int, body_limit: int, patience: float) -> None:
        self._app = app
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._body_limit = body_limit
        self._patience = patience
        self._capacity = threads * _WAITING_PER_THREAD
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise ValueError(f"There is no {scope['type']} here, only HTTP.")
        if self._under_way >= self._capacity:
            busy = ServiceBusy("Too many requests are waiting. Try again.", "等待中的请求过多。请重试。")
            return await self._refuse(scope, send, busy)
        self._under_way += 1
        try:
            await self._handle(scope, receive, send)
        finally:
            self._under_way -= 1

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(self._patience):
                body = await self._body(receive)
        except TimeoutError:
            late = RequestTimeout(
                f"The request body did not arrive within {self._patience:g} s.",
                f"请求体未能在 {self._patience:g} 秒内到达。",
            )
            return await self._refuse(scope, send, late)
        except RequestTooLarge as error:
            return await self._refuse(scope, send, error)
        if body is None:
            return None
        cancellation = Cancellation()
        watcher = asyncio.create_task(_watch(receive, cancellation))
        try:
            answer = await self._in_thread(self._run, _environ(scope, body, cancellation))
            await self._send(scope, send, answer, cancellation)
        finally:
            watcher.cancel()

    async def _body(self, receive: Receive) -> bytes | None:
        data = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            data += message.get("body", b"")
            if len(data) > self._body_limit:
                raise RequestTooLarge(
                    f"The request body is longer than {self._body_limit} bytes.",
                    f"请求体超过 {self._body_limit} 字节。",
                    limit=self._body_limit,
                )
            if not message.get("more_body", False):
                return bytes(data)

    def _run(self, environ: dict[str, Any]) -> _Answer:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> None:
            started.append((status, headers))

        pieces = self._app(environ, start_response)
        status, headers = started[-1]
        encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return _Answer(int(status.split(" ", 1)[0]), encoded, pieces)

    async def _send(self, scope: Scope, send: Send, answer: _Answer, cancellation: Cancellation) -> None:
        if answer.body is not None:
            return await self._whole(send, answer.status, answer.headers, answer.body)
        try:
            if scope["http_version"] in ("1.0", "1"):
                return await self._gathered(scope, send, answer)
            return await self._stream(scope, send, answer, cancellation)
        finally:
            await self._in_thread(answer.close)

    async def _gathered(self, scope: Scope, send: Send, answer: _Answer) -> None:
        """HTTP/1.0 marks the end of a stream only by closing, as an error would: nothing goes out early."""
        try:
            body = await self._in_thread(answer.rest, _WHOLE_LIMIT)
        except EgovError as error:
            return await self._refuse(scope, send, error)
        if body is None:
            large = UsageError(
                "The answer is too long for HTTP/1.0: use HTTP/1.1.",
                "结果过长，无法用 HTTP/1.0 传输：请用 HTTP/1.1。",
            )
            return await self._refuse(scope, send, large)
        length = (b"content-length", str(len(body)).encode())
        return await self._whole(send, answer.status, [*answer.headers, length], body)

    async def _stream(self, scope: Scope, send: Send, answer: _Answer, cancellation: Cancellation) -> None:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        while not cancellation.cancelled:
            try:
                piece = await self._in_thread(answer.next)
            except EgovError as error:
                # Bytes have gone out: not ending the response makes the server break the connection.
                _log.warning("%s broke off an answer to %s", error.slug, scope["client"])
                return
            if piece is None:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                return
            try:
                async with asyncio.timeout(self._patience):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            except TimeoutError:
                _log.warning("A client took nothing for %g s: its connection is broken.", self._patience)
                return

    async def _whole(self, send: Send, status: int, headers: Headers, body: bytes) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _refuse(self, scope: Scope, send: Send, error: EgovError) -> None:
        lang = _language(scope)
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

    async def _in_thread(self, function: Callable[..., Any], *arguments: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)


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


def _environ(scope: Scope, body: bytes, cancellation: Cancellation) -> dict[str, Any]:
    """The WSGI environment of an ASGI scope (PEP 3333, section 'environ Variables')."""
    server, client = scope.get("server") or ("", 0), scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        CANCELLATION: cancellation,
    }
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").upper().replace("-", "_"), raw_value.decode("latin-1")
        if name in ("CONTENT_LENGTH", "TRANSFER_ENCODING") or b"_" in raw_name:
            continue  # the body is here, unframed; and a name with _ could pass for another with -
        key = name if name == "CONTENT_TYPE" else f"HTTP_{name}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ


def _language(scope: Scope) -> Language:
    accepted = b",".join(value for key, value in scope["headers"] if key == b"accept-language")
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
    return languages.choose(asked, accepted.decode("latin-1"))


def wsgi(app: object) -> WsgiApplication:
    """A Flask application's type says less than it is."""
    return cast("WsgiApplication", app)
