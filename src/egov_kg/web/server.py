"""`serve`: the application in a granian server, one worker process."""

from __future__ import annotations

import http.client
import importlib
import multiprocessing.connection
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from egov_kg.errors import EgovError, UsageError
from egov_kg.settings import Settings

if TYPE_CHECKING:
    from egov_kg.web.asgi import AsgiApplication

_GRACE_SECONDS: Final = 5
_HEADER_MILLISECONDS: Final = 10_000
_MOST_FILES: Final = 65_536
_OWN_FILES: Final = 128
_MOST_CONNECTIONS: Final = 4096
_FIRST_PAUSE: Final = 0.01
_PAUSE_GROWTH: Final = 1.2
_LONGEST_PAUSE: Final = 1.0
_LOGGING: Final = {
    "handlers": {
        "console": {"formatter": "generic", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"},
        "access": {"formatter": "access", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve the current release until interrupted (SIGINT, SIGTERM).

    One line on standard output says when it answers; warnings and errors go to standard error.

    Args:
        settings: bounds and the folder of releases.
        host: the address to listen at.
        port: 1 to 65535.

    Raises:
        UsageError: the address or port cannot be had.
        NotFound: there is no release.
        ReleaseError: the release cannot be read, or a file of it is missing or not as written.
    """
    from egov_kg.release.registry import Registry

    release = Registry(settings.home).current()
    _check_address(host, port)
    release.verify()  # a worker that cannot load it would be started again and again
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces, Loops
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    server = Granian(
        "egov_kg.web.server:application",
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        loop=Loops.asyncio,
        http=HTTPModes.http1,  # one answer per connection at a time: breaking one breaks no other
        websockets=False,
        workers=1,
        respawn_failed_workers=True,
        workers_kill_timeout=_GRACE_SECONDS,
        backpressure=_connections(),
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_MILLISECONDS),
        log_level=LogLevels.warning,
        log_dictconfig=_LOGGING,
    )
    load = partial(application, settings, host, port, release.id)
    server.serve(target_loader=load, wrap_loader=False)


def application(settings: Settings, host: str, port: int, release: str) -> AsgiApplication:
    """The ASGI application, made in the worker process.

    Args:
        settings: bounds and the folder of releases.
        host: where the server listens.
        port: likewise.
        release: id of the release to serve: a worker that is started anew serves the same one.
    """
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # The graph loads in the evaluators' process while Flask loads here.
    importing = threading.Thread(target=importlib.import_module, args=("egov_kg.web.app",))
    importing.start()
    from egov_kg.release.registry import Registry
    from egov_kg.store.evaluators import Evaluators

    try:
        served = Registry(settings.home).get(release)
        evaluators = Evaluators(served.nquads, served.dataset, settings)
        evaluators.start()
    except EgovError as error:
        # A worker started anew, after `serve` found all well. It is tried once more, then the server ends.
        detail = error.detail_zh if settings.lang == "zh" and error.detail_zh else error.detail
        sys.stderr.write(f"{detail}\n")
        sys.stderr.flush()
        raise SystemExit(1) from None
    finally:
        importing.join()
    from egov_kg.web.app import body_limit, create_app, warm_up
    from egov_kg.web.asgi import AsgiAdapter, apart
    from egov_kg.web.wsgi_side import wsgi

    app = create_app(settings, served, evaluators)
    warm_up(app)
    threading.Thread(target=_announce, args=(settings, host, port, release), daemon=True).start()
    adapter = partial(
        AsgiAdapter,
        wsgi(app),
        body_limit=body_limit(settings),
        patience=settings.query_timeout,
        evaluators=settings.evaluators,
        queue_timeout=settings.queue_timeout,
    )
    # Who asks /health wants to know of a busy service, not to wait with it or be refused.
    return apart(b"/health", adapter(threads=1), adapter(threads=settings.threads))


def _connections() -> int:
    """How many connections to accept: fewer than the files a process may have open, which this raises.

    The rest wait in the listener's backlog. A process that is out of files cannot even answer.
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


def _end_with_parent() -> None:
    """End this worker when the process that supervises it was killed; nothing else would."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)


def _announce(settings: Settings, host: str, port: int, release: str) -> None:
    """Say that the service answers, once it does."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    pause = _FIRST_PAUSE
    while not _answers(reachable, port):
        time.sleep(pause)
        pause = min(_LONGEST_PAUSE, pause * _PAUSE_GROWTH)
    shown = f"[{host}]" if ":" in host else host
    if settings.lang == "zh":
        line = f"SPARQL 端点：http://{shown}:{port}/sparql（发布版本 {release}）。按 Ctrl-C 停止。"
    else:
        line = f"SPARQL endpoint: http://{shown}:{port}/sparql (release {release}). Ctrl-C stops it."
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _check_address(host: str, port: int) -> None:
    """Bind and let go: the server itself would share a port that another process listens on."""
    if not 0 < port < 65536:
        raise UsageError(f"Port {port} is not between 1 and 65535.", f"端口 {port} 不在 1 到 65535 之间。")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(
            f"Cannot listen at {host}:{port}: {reason}. Choose another with --host and --port.",
            f"无法在 {host}:{port} 监听：{reason}。请用 --host 与 --port 另选。",
        ) from None
