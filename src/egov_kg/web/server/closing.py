"""How a connection ends: by an error that comes in its turn, by time, or by a client that sends no more."""

from __future__ import annotations

import asyncio
import socket
from typing import Any, Final, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from egov_kg.errors import EgovError
from egov_kg.web.server import intake, logs, refusals
from egov_kg.web.server.metrics import Metrics

HEAD_SECONDS: Final = 10.0
IDLE_SECONDS: Final = 15.0
STALL_SECONDS: Final = 30.0
LINGER_SECONDS: Final = 5.0
DOUBT_SECONDS: Final = 0.1
OLD_SECONDS: Final = 1.6
"""Seconds that an HTTP/1.0 client which sends no more is taken to be there."""

_STILL_HERE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


class Closing(HttpToolsProtocol):
    """A connection that is closed when and as it should be.

    Args:
        config, server_state, app_state, _loop: as the server gives them.
        metrics: where refusals are counted.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        metrics: Metrics,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._metrics = metrics
        self._begun = self._headed = False
        self._turn: RequestResponseCycle | None = None
        self._refusal: EgovError | None = None
        self._since = self._begun_at = self.loop.time()
        self._unsent = 0
        self._closing: float | None = None
        self._ending = self._has_ended = False

    @property
    def is_idle(self) -> bool:
        """Whether no request is under way."""
        return self.cycle is None or self.cycle.response_complete

    @property
    def waits_since(self) -> float:
        """When the connection began to wait for its client."""
        return self._since

    @property
    def is_deaf(self) -> bool:
        """Whether what still comes is thrown away."""
        return self._ending or self._refusal is not None

    def begin(self) -> None:
        """A first byte of a request came."""
        if not self._begun:
            self._begun_at = self.loop.time()
        self._begun, self._headed = True, False

    def eof_received(self) -> bool:  # type: ignore[override]
        """The client sends no more: it gets what it asked for. What it left unfinished is refused.

        Returns:
            Whether the connection stays open for that.
        """
        self._has_ended = True
        if self._begun:
            self.refuse(intake.cut_off())
        if self._ending or self.transport.is_closing() or self.is_idle:
            return False
        if self._refusal is None:
            self.cycle.keep_alive = False
        self.loop.call_later(DOUBT_SECONDS, self._doubt, DOUBT_SECONDS)
        return True

    def on_response_complete(self) -> None:
        """The next answer's turn, or the client's; `sweep` sees to connections that stay idle."""
        self._since = self.loop.time()
        self.server_state.total_requests += 1
        if self._ending or self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._turn, app = self.pipeline.pop()
            if self._refusal is None or self._turn is not self._unfinished():
                self._start_asgi_task(self._turn, app)
                return
        if self._refusal is not None:
            self._refuse(self._refusal)

    def refuse(self, error: EgovError) -> None:
        """Answer what cannot become a request with an error, after the answers that are due, and close.

        In an answer, only close.
        """
        if self.transport.is_closing() or self.is_deaf:
            return
        if self.is_idle or self._turn is self._unfinished():
            self._refuse(error)
        else:
            self._refusal = error

    def _unfinished(self) -> RequestResponseCycle | None:
        """The request whose body has not ended."""
        return self.cycle if self._begun and self._headed else None

    def _refuse(self, error: EgovError) -> None:
        cycle = self._unfinished()
        if cycle is not None and cycle.response_started:
            if not cycle.response_complete:
                self._break(cycle)
                return
        else:
            date = dict(self.server_state.default_headers).get(b"date", b"")
            answer = refusals.response(error, date, logs.new_id().encode())
            self.transport.write(answer)
            self._metrics.observe("", "", error.status, 0.0, len(answer))
            if cycle is not None:
                cycle.disconnected = True  # whatever its application still says comes too late
                cycle.message_event.set()
        self.end()

    def end(self) -> None:
        """Close, so that the client gets what was written.

        A client that still sends would be told that the connection is reset, and might then never read why:
        what it sends is thrown away until it has read that nothing more comes (RFC 9112, section 9.6).
        """
        if not self._begun or self._has_ended:
            self.transport.close()
        elif not self._ending and not self.transport.is_closing():
            self._ending, self._closing = True, self.loop.time()
            self.flow.resume_reading()
            self.transport.write_eof()

    def sweep(self, now: float) -> None:
        """End what waits for its client too long; called about once a second.

        Args:
            now: on the loop's clock.
        """
        unsent, self._unsent = self._unsent, self.transport.get_write_buffer_size()
        if self._ending or self.transport.is_closing():
            self._closing = self._closing or now
            if now - self._closing > (LINGER_SECONDS if self._ending else STALL_SECONDS):
                self.transport.abort()
        elif self._begun and not self._headed:
            if now - self._begun_at > HEAD_SECONDS:
                self.refuse(refusals.head_too_slow(HEAD_SECONDS))
        elif not self.is_idle or (self._unsent and self._unsent != unsent):
            self._since = now
        elif now - self._since > (STALL_SECONDS if self._unsent else IDLE_SECONDS):
            self.transport.abort()

    def _break(self, cycle: RequestResponseCycle) -> None:
        cycle.disconnected = True
        cycle.message_event.set()
        self.transport.close()

    def _doubt(self, waited: float) -> None:
        """Find out whether a client that sends no more still listens, or is gone.

        The one looks like the other until something is sent: an answer, or a word that any client passes over
        (RFC 9110, section 15.2), to which the system of one that is gone says that nobody is there.

        Args:
            waited: seconds since the client sent its last.
        """
        turn = self._turn
        if turn is None or self.is_idle or self.transport.is_closing():
            return
        is_gone = self.transport.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0
        is_old = intake.is_old(cast("intake.Scope", turn.scope))  # HTTP/1.0 knows no such word
        if is_gone or (is_old and waited >= OLD_SECONDS and not turn.response_started):
            self.transport.abort()
            return
        if not is_old and not turn.response_started:
            self.transport.write(_STILL_HERE)
        self.loop.call_later(waited, self._doubt, 2 * waited)
