"""One connection: what is known goes out at once, what is unreasonable is refused before it is parsed.

A request whose very bytes were answered before gets the same answer from the cache, without being parsed.
That is done only while nothing else is under way on the connection.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle
from uvicorn.server import ServerState

from egov_kg.web.server import fields, intake, logs, refusals, request_line
from egov_kg.web.server.cache import Cache, Ready
from egov_kg.web.server.closing import Closing
from egov_kg.web.server.intake import Exchange
from egov_kg.web.server.metrics import Metrics
from egov_kg.web.server.request_line import RequestLine
from egov_kg.web.server.unread import Unread

LONGEST_HEAD: Final = 64 * 1024
"""Bytes of a request's head, at most."""

Log = Callable[["Connection", bytes, Ready, bytes], None]


@dataclass(slots=True)
class Bounds:
    """What all connections of a server share.

    Attributes:
        cache: answers kept ready.
        metrics: counts.
        url_length: bytes of a request's target, at most.
        connections: at most; past that, one that waits for its client gives way to a new one.
        log: has the answers from the cache logged, if they are to be.
        unread: writes answers, and bounds what clients leave unread.
    """

    cache: Cache
    metrics: Metrics
    url_length: int
    connections: int
    log: Log | None = None
    unread: Unread = field(default_factory=Unread)


class _Transport:
    """What the server's request cycle sees of a transport: closing it lingers where that is needed."""

    def __init__(self, connection: Connection, transport: asyncio.Transport) -> None:
        self._connection = connection
        self.write, self.is_closing = transport.write, transport.is_closing

    def close(self) -> None:
        self._connection.end()


class Connection(Closing):
    """HTTP/1.1 on one connection.

    Args:
        config, server_state, app_state, _loop: as the server gives them.
        bounds: what all connections share.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        bounds: Bounds,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop, metrics=bounds.metrics)
        self._bounds = bounds
        self._ready = bounds.cache.ready
        self._exchange: Exchange | None = None
        self._open: deque[Exchange] = deque()
        self._line = RequestLine(bounds.url_length)
        self._messages = self._received = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a new connection, or refuse it where there are too many that work."""
        super().connection_made(transport)
        self._lingering = cast("asyncio.Transport", _Transport(self, transport))
        self._bounds.metrics.connections = len(self.connections)
        if len(self.connections) > self._bounds.connections:
            idle = [
                one
                for one in self.connections
                if isinstance(one, Connection) and one.is_idle and one is not self
            ]
            if idle:
                min(idle, key=lambda one: one.waits_since).transport.abort()
            else:
                self.refuse(refusals.too_many_connections())

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever works for the client that it is gone."""
        super().connection_lost(exc)
        self._bounds.metrics.connections = len(self.connections)
        for exchange in self._open:
            exchange.left = True
            if exchange.on_leave is not None:
                exchange.on_leave()
        self._open.clear()

    def data_received(self, data: bytes) -> None:
        """Answer from the cache, or parse."""
        if self.is_deaf:
            return
        idle = not self._begun and (self.cycle is None or self.cycle.response_complete)
        if idle:
            hit = self._ready.get(data)
            if hit is not None and not self.flow.write_paused:
                hit.entry.used = True
                id_ = logs.new_id().encode()
                self._bounds.unread.write(
                    self.transport,
                    b"%sdate: %s\r\nx-request-id: %s\r\n%s"
                    % (hit.head, self.server_state.default_headers[0][1], id_, hit.rest),
                )
                self._since = self.loop.time()
                hit.series.at_once(hit.sent)
                if hit.status == 304:
                    self._bounds.metrics.cache_revalidated += 1
                else:
                    self._bounds.metrics.cache_hits += 1
                if self._bounds.log is not None:
                    self._bounds.log(self, data, hit, id_)
                return
        read = data
        if not self._begun or self._line.kept:
            read = self._line.take(data)
            if read and self._line.has_unknown_method(read):
                self.begin()
                self.refuse(refusals.unknown_method())
                return
            if not read:
                if self._line.kept:
                    self.begin()
                return
        self._messages = 0
        self._received += len(read)
        super().data_received(read if self._begun and self._headed else intake.without_upgrade(read))
        if idle and self._messages == 1 and not self._begun and self._exchange is not None:
            self._exchange.raw = data
        elif self._begun and not self._headed:
            self._check_size()

    def on_message_begin(self) -> None:
        """A first byte."""
        super().on_message_begin()
        self.begin()

    def on_headers_complete(self) -> None:
        """Give the application what it needs besides the scope."""
        self._headed = True
        exchange = self._exchange = Exchange()
        if len(self.url) > self._bounds.url_length:
            exchange.refusal = refusals.uri_too_long(self._bounds.url_length)
        elif self._received > LONGEST_HEAD and self._head_length() > LONGEST_HEAD:
            exchange.refusal = refusals.head_too_large(LONGEST_HEAD)
        elif (version := self.parser.get_http_version()) not in ("1.1", "1.0"):
            exchange.refusal = refusals.not_http()
        else:
            exchange.refusal = intake.bad_coding(self.headers, version)
        if not self.url.startswith(b"/"):
            self._take_authority()
        self.scope["extensions"] = {intake.EXTENSION: exchange}  # type: ignore[dict-item]
        super().on_headers_complete()
        cycle = self.cycle
        if not self.pipeline:
            self._turn = cycle
        cycle.transport = self._lingering
        exchange.break_off = lambda: self._break(cycle)
        exchange.whole = lambda status, headers, body: self._send_whole(cycle, status, headers, body)
        self._open.append(exchange)

    def on_message_complete(self) -> None:
        """A last byte."""
        self._begun = False
        self._messages += 1
        self._received = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The next answer's turn, or the client's."""
        if self._open:
            self._open.popleft()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """Refuse what is no HTTP."""
        self.refuse(refusals.not_http())

    def _check_size(self) -> None:
        if len(self.url) > self._bounds.url_length:
            self.refuse(refusals.uri_too_long(self._bounds.url_length))
        elif self._received > LONGEST_HEAD:
            self.refuse(refusals.head_too_large(LONGEST_HEAD))

    def _take_authority(self) -> None:
        """What an absolute target says of the host overrides the Host field (RFC 9112, section 3.2.2)."""
        found = request_line.origin(self.parser.get_method(), self.url)
        if found is not None:
            host, self.url = found
            self.headers[:] = [(name, host if name == b"host" else value) for name, value in self.headers]

    def _head_length(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    async def _send_whole(
        self, cycle: RequestResponseCycle, status: int, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> None:
        """Send an answer as one write; the cycle's own `send` would look at each field, and write twice."""
        if self.flow.write_paused and not cycle.disconnected:
            await self.flow.drain()
        if cycle.disconnected:
            return
        lines = fields.lines(headers)
        cycle.response_started = True
        ((_, date),) = self.server_state.default_headers
        close = b"" if cycle.keep_alive else b"connection: close\r\n"
        shown = b"" if cycle.scope["method"] == "HEAD" else body
        head = b"%sdate: %s\r\n%s%s\r\n" % (STATUS_LINE[status], date, lines, close)
        self._bounds.unread.write(self.transport, head + shown)
        cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.end()
        cycle.on_response()
