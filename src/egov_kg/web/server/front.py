"""What every request meets first: its size, the cache, the limits of its client; then whoever answers it."""

from __future__ import annotations

from typing import Any, Final

from egov_kg.errors import EgovError
from egov_kg.settings import Settings
from egov_kg.web.editions import Editions
from egov_kg.web.server import intake, logs
from egov_kg.web.server.asgi import AsgiAdapter, AsgiApplication, Send, apart
from egov_kg.web.server.cache import Cache, Ready
from egov_kg.web.server.clients import Clients
from egov_kg.web.server.connection import Connection
from egov_kg.web.server.direct import DirectQueries
from egov_kg.web.server.fields import joined
from egov_kg.web.server.intake import Receive, Scope
from egov_kg.web.server.metrics import Metrics
from egov_kg.web.server.outgoing import EXTENSION, Outgoing
from egov_kg.web.server.wsgi_side import WsgiApplication
from egov_kg.web.service import Writer
from egov_kg.web.writing import authenticated

_FREE: Final = b"/static/"


class Front:
    """The ASGI application.

    Args:
        app: the pages and everything else, as WSGI.
        settings: the service's bounds.
        editions: what is served.
        metrics: where answers are counted.
        body_limit: bytes a request body may have that is no write.
        watched: paths that are answered however many requests wait.
        writer: what makes changes; None where nothing can be written.

    Attributes:
        cache: answers kept ready; it is emptied whenever the data change.

    Raises:
        UsageError: a setting of the limits of clients cannot be read.
    """

    def __init__(
        self,
        app: WsgiApplication,
        settings: Settings,
        editions: Editions,
        metrics: Metrics,
        *,
        body_limit: int,
        watched: frozenset[bytes],
        writer: Writer | None = None,
    ) -> None:
        self.cache = Cache(settings.cache_memory)
        self._metrics = metrics
        self._writer = writer
        self._clients = Clients(settings)
        self._limited = bool(settings.rate_limit)
        self._tells = self._limited or settings.access_log
        editions.on_change(lambda _: self.cache.clear())
        self._direct = DirectQueries(settings, editions, self._admit)

        def adapter(threads: int, **more: Any) -> AsgiAdapter:
            return AsgiAdapter(
                app,
                threads=threads,
                body_limit=body_limit,
                patience=settings.query_timeout,
                evaluators=settings.evaluators,
                queue_timeout=settings.queue_timeout,
                write_limit=settings.write_bytes,
                write_patience=settings.write_timeout,
                unwelcome=self._unwelcome,
                **more,
            )

        self._rest = adapter(settings.threads, direct=self._direct, admit=self._admit)
        # Who asks after the service wants to know that it is busy, not to wait with it or be refused.
        self._answer: AsgiApplication = apart(watched, adapter(1), self._rest)
        self._watched = watched

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise ValueError(f"There is no {scope['type']} here, only HTTP.")
        metrics = self._metrics
        peer = (scope.get("client") or ("",))[0]
        client = self._clients.address(peer, scope["headers"]) if self._tells else peer
        reply = Outgoing(scope, send, self.cache, metrics, client)
        scope.setdefault("extensions", {})[EXTENSION] = reply
        scope["egov_kg.client"] = client
        metrics.in_flight += 1
        try:
            with logs.within(reply.id):
                await self._answered(scope, receive, reply)
        finally:
            metrics.in_flight -= 1
            metrics.queued = self._rest.queued + self._direct.waiting
            reply.end()
            scope["extensions"].clear()  # they refer to the scope: only the garbage collector would free it

    async def _answered(self, scope: Scope, receive: Receive, reply: Outgoing) -> None:
        exchange = intake.exchange(scope)
        try:
            if exchange is not None and exchange.refusal is not None:
                raise exchange.refusal
            reply.negotiate()
        except EgovError as error:
            return await self._rest.refuse(scope, reply.send, error)
        if await reply.from_cache():
            return None
        return await self._answer(scope, receive, reply.send)

    def _admit(self, scope: Scope) -> None:
        """Count what a client has evaluated; what is in the cache costs it nothing."""
        if self._limited and not scope["raw_path"].startswith(_FREE):
            self._clients.admit(scope["egov_kg.client"])

    def _unwelcome(self, scope: Scope) -> EgovError | None:
        header = joined(scope["headers"]).get(b"authorization", b"")
        try:
            authenticated(self._writer, header.decode("latin-1"))
        except EgovError as error:
            return error
        return None

    def log_hit(self, connection: Connection, request: bytes, ready: Ready, id_: bytes) -> None:
        """Log an answer that was given without a look at its request."""
        first, *rest = request.partition(b"\r\n\r\n")[0].split(b"\r\n")
        fields = [(name.lower(), value.strip()) for name, _, value in (line.partition(b":") for line in rest)]
        method, target, _ = first.split(b" ")
        path, _, query = target.partition(b"?")
        logs.access(
            method=method.decode("latin-1"),
            path=path.decode("latin-1"),
            query=query.decode("latin-1"),
            status=ready.status,
            sent=ready.sent,
            seconds=0.0,
            client=self._clients.address((connection.client or ("",))[0], fields),
            cache="hit",
            request_id=id_.decode(),
        )

    def close(self) -> None:
        """End the threads."""
        self._direct.close()
