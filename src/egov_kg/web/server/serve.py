"""`serve`: the application in a uvicorn server, in this process."""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, cast

from egov_kg.errors import UsageError
from egov_kg.settings import Settings

if TYPE_CHECKING:
    from egov_kg.web.editions import Editions
    from egov_kg.web.server.metrics import Metrics
    from egov_kg.web.service import Writer

_GRACE_SECONDS: Final = 5
_MOST_FILES: Final = 65_536
_OWN_FILES: Final = 128
_MOST_CONNECTIONS: Final = 4096
_BACKLOG: Final = 2048
_TICKS: Final = 10
_GARBAGE: Final = 10_000
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve the current release until interrupted (SIGINT, SIGTERM); a new one is taken up as it comes.

    One line on standard output says when it answers; warnings and errors go to standard error.

    Args:
        settings: bounds and the folder of releases.
        host: the address to listen at.
        port: 1 to 65535.

    Raises:
        UsageError: the address or port cannot be had, or a setting cannot be read.
        NotFound: there is no release.
        ReleaseError: the release cannot be read, a file of it is missing or not as written, or a remote
            engine holds another.
        UpstreamFailed: a remote engine does not answer.
    """
    from egov_kg.release.chosen import registry_of

    registry = registry_of(settings)
    release = registry.current()
    with listening(host, port) as listener:
        release.verify()
        from egov_kg.web.editions import Editions

        editions = Editions(registry, settings)
        try:
            # The application is imported meanwhile. This thread waits for the graph: Ctrl-C is heeded.
            importing = threading.Thread(target=_import_application)
            importing.start()
            try:
                editions.refresh()
            finally:
                importing.join()
            from egov_kg.release.writes import ReleaseWriter
            from egov_kg.resources import find_sources
            from egov_kg.web.server.metrics import Metrics
            from egov_kg.web.server.reload import Reloader

            metrics = Metrics()
            reloader = Reloader(registry.home, editions, metrics)
            reloader.start(signals=threading.current_thread() is threading.main_thread())
            try:
                ready = partial(announce, settings, host, port, release.id)
                # What is written is a release of the home folder: another one is only read.
                writer = None if settings.store else ReleaseWriter(settings, find_sources())
                run(settings, editions, metrics, listener, ready, writer)
            finally:
                reloader.stop()
        finally:
            editions.close()


def _import_application() -> None:
    for name in ("egov_kg.web.app", "egov_kg.release.writes"):
        importlib.import_module(name)


def run(
    settings: Settings,
    editions: Editions,
    metrics: Metrics,
    listener: socket.socket,
    ready: Callable[[], None],
    writer: Writer | None = None,
) -> None:
    """Answer at a socket until interrupted.

    Args:
        settings: the service's bounds.
        editions: what to serve; the first is loaded. Closed before this returns.
        metrics: where answers are counted.
        listener: listens already.
        ready: called once requests are answered.
        writer: what makes changes; None where nothing can be written.

    Raises:
        UsageError: a setting of the limits of clients cannot be read.
    """
    from uvicorn import Config

    from egov_kg.web import operations
    from egov_kg.web.app import body_limit, create_app, warm_up
    from egov_kg.web.server import logs
    from egov_kg.web.server.connection import Bounds, Connection
    from egov_kg.web.server.front import Front
    from egov_kg.web.server.warming import Warming, settle
    from egov_kg.web.server.wsgi_side import wsgi

    logs.configure(settings)
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    app = create_app(settings, editions, metrics, writer)
    front = Front(
        wsgi(app),
        settings,
        editions,
        metrics,
        body_limit=body_limit(settings),
        watched=frozenset(path.encode() for path in operations.PATHS),
        writer=writer,
    )
    warm_up(app)
    settle()
    gc.set_threshold(_GARBAGE)
    bounds = Bounds(front.cache, metrics, settings.url_length, _connections())
    if settings.access_log:
        bounds.log = front.log_hit
    config = Config(
        cast("Any", front),
        http=cast("Any", partial(Connection, bounds=bounds)),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # `Clients` reads them, of those who may be believed
        server_header=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    whole = operations.operations_of(app)
    warming = Warming(app, editions)

    def ending() -> None:
        whole.draining = True

    try:
        warming.start()
        _server(config, ready, ending).run(sockets=[listener])
    finally:
        warming.stop()
        editions.close()  # who still waits for an evaluator learns that none will come
        front.close()


def run_app(app: Any, listener: socket.socket) -> None:
    """Answer by an application that is not this service's, until told to end.

    Args:
        app: of ASGI.
        listener: listens already.
    """
    from uvicorn import Config, Server

    Server(Config(app, log_level="warning")).run(sockets=[listener])


def _server(config: Any, ready: Callable[[], None], ending: Callable[[], None]) -> Any:
    from uvicorn import Server

    from egov_kg.web.server.connection import Connection

    class Sweeping(Server):
        """A server that sees to its connections, and ends quietly."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            await self.on_tick(0)  # the Date of the first answer
            ready()

        async def on_tick(self, counter: int) -> bool:
            if counter % _TICKS == 0:
                now = asyncio.get_running_loop().time()
                for connection in list(self.server_state.connections):
                    if isinstance(connection, Connection):
                        connection.sweep(now)
            return await super().on_tick(counter)

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Unlike the server's own, this does not raise the signal anew in the end: it was heeded."""
            if threading.current_thread() is not threading.main_thread():
                yield
                return
            before = {each: signal.signal(each, self.handle_exit) for each in _SIGNALS}
            try:
                yield
            finally:
                for each, handler in before.items():
                    signal.signal(each, handler)

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            ending()
            super().handle_exit(sig, frame)

    return Sweeping(config)


def announce(settings: Settings, host: str, port: int, release: str) -> None:
    """Say that the service answers."""
    shown = f"[{host}]" if ":" in host else host
    if settings.lang == "zh":
        line = f"SPARQL 端点：http://{shown}:{port}/sparql（发布版本 {release}）。按 Ctrl-C 停止。"
    else:
        line = f"SPARQL endpoint: http://{shown}:{port}/sparql (release {release}). Ctrl-C stops it."
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@contextmanager
def listening(host: str, port: int, options: Sequence[str] = ("--host", "--port")) -> Iterator[socket.socket]:
    """A socket that listens, closed in the end.

    Args:
        host, port: where.
        options: what chooses these, for messages.

    Raises:
        UsageError: the address or port cannot be had.
    """
    if not 0 < port < 65536:
        raise UsageError(f"Port {port} is not between 1 and 65535.", f"端口 {port} 不在 1 到 65535 之间。")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(_BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(
            f"Cannot listen at {host}:{port}: {reason}. Choose another with {' and '.join(options)}.",
            f"无法在 {host}:{port} 监听：{reason}。请用 {' 与 '.join(options)} 另选。",
        ) from None
    with listener:
        yield listener


def _connections() -> int:
    """How many connections to accept: fewer than the files a process may have open, which this raises.

    A process that is out of files cannot even answer.
    """
    try:
        import resource
    except ImportError:  # Windows
        return _MOST_CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            soft = most
    if soft == resource.RLIM_INFINITY:
        return _MOST_CONNECTIONS
    return max(1, min(_MOST_CONNECTIONS, soft - _OWN_FILES))
