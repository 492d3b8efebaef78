"""One answer on its way out: compressed as the client likes, kept if it may be, counted, logged."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Hashable
from typing import Final, cast

from egov_kg.web.server import compression, fields, intake, logs
from egov_kg.web.server.asgi import Send
from egov_kg.web.server.cache import Cache, Entry, Ready
from egov_kg.web.server.compression import Coding, Compressor
from egov_kg.web.server.intake import Message, Scope
from egov_kg.web.server.metrics import Metrics
from egov_kg.web.server.wsgi_side import Headers
from egov_kg.web.time import MENTIONED

EXTENSION: Final = "egov_kg.outgoing"
"""Name in the scope's extensions of the `Outgoing`."""

_IN_PLACE: Final = 32 * 1024
_WHOLE: Final = 1024 * 1024
_UNIQUE: Final = frozenset((b"authorization", b"cookie", b"range", b"x-request-id", b"expect", b"upgrade"))
_PRIVATE: Final = frozenset(
    (
        b"authorization",
        b"cookie",
        b"range",
        b"accept-datetime",
        b"if-match",
        b"if-modified-since",
        b"if-unmodified-since",
    )
)
_STATUS: Final = {200: b"HTTP/1.1 200 OK\r\n", 304: b"HTTP/1.1 304 Not Modified\r\n"}
_OF_304: Final = (b"content-type", b"content-length", b"content-encoding")


def outgoing(scope: Scope) -> Outgoing | None:
    """The answer to a request, if the front has one under way."""
    return cast("Outgoing | None", scope.get("extensions", {}).get(EXTENSION))


class Outgoing:
    """The `send` of one request, with all that happens to an answer on its way.

    Args:
        scope: of the request.
        send: the server's.
        cache: where answers are kept.
        metrics: where they are counted.
        client: the client's address, for the log.

    Attributes:
        fields: of the request, names in lower case, several of one name joined.
        is_past: whether the query string may ask for a state of the past.
        evaluated: seconds an evaluation took, None where there was none.
        key: what the answer is kept under, once that is known.
        on_end: called when the answer has ended.

    Raises:
        NotAcceptable: no content coding that the client accepts.
    """

    def __init__(self, scope: Scope, send: Send, cache: Cache, metrics: Metrics, client: str) -> None:
        self.began = time.perf_counter()
        self.fields = fields.joined(scope["headers"])
        self.evaluated: float | None = None
        self.id = logs.request_id(scope["headers"])
        self._scope, self._send, self._cache, self._metrics = scope, send, cache, metrics
        self._client = client
        self._generation = cache.generation
        self._method = scope["method"]
        self.is_past = MENTIONED.search(scope["query_string"]) is not None
        self.on_end: Callable[[], None] = lambda: None
        self._may_keep = (
            self._method in ("GET", "HEAD") and not self.is_past and _PRIVATE.isdisjoint(self.fields)
        )
        self._place = (self.fields.get(b"host", b""), scope["raw_path"], scope["query_string"])
        self.key: Hashable | None = None
        self._entry: Entry | None = None
        self._coding: Coding | None = None
        self._must_code = False
        self._start: Message | None = None
        self._body = bytearray()
        self._packer: Compressor | None = None
        self._dropped = False
        self._status = self._sent = 0
        self._result = ""

    def negotiate(self) -> None:
        """Choose the content coding.

        Raises:
            NotAcceptable: none that the client accepts.
        """
        accepted = self.fields.get(b"accept-encoding")
        if accepted is not None and b"range" not in self.fields and not intake.is_old(self._scope):
            self._coding, plain = compression.choose(accepted.decode("latin-1"))
            self._must_code = not plain

    def is_known(self, tag: str) -> bool:
        """Whether the client has the content of an ETag already."""
        known = self.fields.get(b"if-none-match")
        if known is None or self._method not in ("GET", "HEAD"):
            return False
        return compression.matches(known.decode("latin-1"), tag)

    def kept(self, key: tuple[object, ...]) -> Entry | None:
        """The answer kept for what the request means, if there is one; else it is kept under that."""
        if not self._may_keep:
            return None
        self.key = (*key, self._coding, self._must_code)
        self._entry = self._cache.get(self.key)
        return self._entry

    async def from_cache(self) -> bool:
        """Answer with what is kept for the same path and fields; whether there was something."""
        if not self._may_keep:
            return False
        key = self._cache.variant(self._full_place(), self.fields)
        entry = self._entry = None if key is None else self._cache.get(key)
        if entry is None:
            return False
        await self.send({"type": "http.response.start", "status": 200, "headers": entry.headers})
        await self.send({"type": "http.response.body", "body": entry.body, "more_body": False})
        return True

    async def send(self, message: Message) -> None:
        """Take a message of the application."""
        if message["type"] == "http.response.start":
            self._start = message
            self._status = message["status"]
            if self._status in (204, 304):
                return
            length = fields.field(message["headers"], b"content-length")
            if length is None:
                await self._begin_stream(message)
            elif int(length) > _WHOLE or self._status == 206:
                await self._begin_as_is(message)
        elif self._start is not None:
            await self._collect(message)
        else:
            await self._pass_on(message)

    async def _collect(self, message: Message) -> None:
        body = message.get("body", b"")
        if message.get("more_body", False) or self._body:
            self._body += body
            if message.get("more_body", False):
                return
            body = bytes(self._body)
        start, self._start = self._start, None
        assert start is not None  # noqa: S101 - who calls has looked
        headers: Headers = start["headers"]
        entry = self._entry
        if entry is None:
            headers, body = await self._finished(headers, body)
            entry = self._keep(headers, body)
        if self._status == 200 and b"if-none-match" in self.fields:
            tag = fields.field(headers, b"etag")
            if tag is not None and self.is_known(tag.decode("latin-1")):
                self._status, body = 304, b""
        if self._status == 304:
            headers = [field for field in headers if field[0] not in _OF_304]
        self._account(hit=self._entry is not None, kept=entry is not None)
        if self._entry is not None:
            self._remember(self._entry, headers, body)
        exchange = intake.exchange(self._scope)
        if exchange is not None and exchange.whole is not None:
            await exchange.whole(self._status, self._marked(headers), body)
        else:
            await self._out(headers)
            await self._send({"type": "http.response.body", "body": body, "more_body": False})
        self._sent += 0 if self._method == "HEAD" else len(body)

    async def _finished(self, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
        """Content compressed, where that pays or must be."""
        if not fields.may_be_coded(fields.joined(headers), self._status):
            return headers, body
        coding, empty = self._coding, self._method == "HEAD" and not body
        size = fields.length(headers) if empty else len(body)
        headers = fields.varied(headers)
        if coding is None or self._status == 304 or (size < compression.SMALLEST and not self._must_code):
            return headers, body
        if empty:  # only the length of what would be sent is not known
            return [f for f in fields.coded(headers, coding) if f[0] != b"content-length"], body
        if len(body) > _IN_PLACE:
            loop = asyncio.get_running_loop()
            body = await loop.run_in_executor(None, compression.compressed, body, coding)
        else:
            body = compression.compressed(body, coding)
        headers = [f for f in fields.coded(headers, coding) if f[0] != b"content-length"]
        return [*headers, (b"content-length", str(len(body)).encode())], body

    async def _begin_as_is(self, message: Message) -> None:
        self._start = None
        self._account(hit=False, kept=False)
        await self._out(list(message["headers"]))

    async def _begin_stream(self, message: Message) -> None:
        self._start = None
        headers: Headers = list(message["headers"])
        if fields.may_be_coded(fields.joined(headers), self._status) and self._status not in (204, 206, 304):
            headers = fields.varied(headers)
            if self._coding is not None:
                headers = fields.coded(headers, self._coding)
                self._packer = compression.stream(self._coding)
        self._account(hit=False, kept=False)
        await self._out(headers)

    async def _pass_on(self, message: Message) -> None:
        body, more = message.get("body", b""), message.get("more_body", False)
        if self._packer is not None:
            loop = asyncio.get_running_loop()
            if body:
                body = await loop.run_in_executor(None, self._packer.piece, body)
            if not more:
                body += self._packer.end()
        self._sent += 0 if self._method == "HEAD" else len(body)
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    async def _out(self, headers: Headers) -> None:
        await self._send(
            {"type": "http.response.start", "status": self._status, "headers": self._marked(headers)}
        )

    def _marked(self, headers: Headers) -> Headers:
        """The fields, and those that each answer has for itself."""
        return fields.marked(headers, self.id, self._result, self.evaluated)

    def _full_place(self) -> Hashable:
        return (*self._place, self._coding, self._must_code)

    def _keep(self, headers: Headers, body: bytes) -> Entry | None:
        if not self._may_keep or self._method != "GET" or self._status != 200:
            return None
        by_name = fields.joined(headers)
        tag = by_name.get(b"etag")
        if tag is None or not fields.may_be_kept(by_name, body, self._scope["raw_path"]):
            return None
        key = self.key
        if key is None:
            vary = by_name.get(b"vary", b"").lower().replace(b" ", b"").split(b",")
            if b"*" in vary:
                return None
            names = tuple(sorted({name for name in vary if name} - {b"accept-encoding"}))
            key = self._cache.vary(self._generation, self._full_place(), names, self.fields)
        entry = self._cache.put(self._generation, key, headers, body, tag.decode("latin-1"))
        self._metrics.cache_bytes = self._cache.size
        return entry

    def _remember(self, entry: Entry, headers: Headers, body: bytes) -> None:
        """A request that came twice is answered from its bytes the third time."""
        exchange = intake.exchange(self._scope)
        if exchange is None or exchange.raw is None or intake.is_old(self._scope):
            return
        if any(name in self.fields for name in _UNIQUE) or intake.has_body(self._scope):
            return
        if b"close" in self.fields.get(b"connection", b"").lower():
            return
        lines = b"".join(b"%s: %s\r\n" % field for field in headers)
        shown = b"" if self._method == "HEAD" else body
        head = _STATUS[self._status] + lines + b"server-timing: cache;desc=hit\r\n"
        series = self._metrics.series(self._scope["path"], self._method, self._status)
        ready = Ready(head, b"\r\n" + shown, entry, self._status, len(shown), series)
        self._cache.remember(self._generation, exchange.raw, entry, ready)

    def _account(self, *, hit: bool, kept: bool) -> None:
        if hit:
            self._result = "hit"
            if self._status == 304:
                self._metrics.cache_revalidated += 1
            else:
                self._metrics.cache_hits += 1
        elif kept or (self._may_keep and self.key is not None):
            self._result = "miss"
            self._metrics.cache_misses += 1

    def end(self) -> None:
        """Count and log the answer, whole or not."""
        self.on_end()
        seconds = time.perf_counter() - self.began
        scope = self._scope
        self._metrics.observe(scope["path"], self._method, self._status or 499, seconds, self._sent)
        if not logs.tells():
            return
        logs.access(
            method=self._method,
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            status=self._status or 499,
            sent=self._sent,
            seconds=seconds,
            client=self._client,
            cache=self._result,
            request_id=self.id,
        )
