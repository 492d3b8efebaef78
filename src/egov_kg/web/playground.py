"""`serve --playground`: a service over an empty graph that takes every write and keeps nothing."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import secrets
import socket
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from egov_kg.errors import NotAuthenticated, PreconditionFailed, WriteForbidden
from egov_kg.release.registry import Registry
from egov_kg.release.tokens import Author, Token
from egov_kg.settings import Settings
from egov_kg.sparql.changes import Change, GraphChange, Written
from egov_kg.store.fetch import loader
from egov_kg.store.playground import PlaygroundStore, Revision
from egov_kg.web.editions import Edition, Editions

_EVERYTHING: Final = ("*",)
_log = logging.getLogger(__name__)


class Playground(Editions):
    """The editions of a playground, of which only the current one can be had, and its writer.

    Args:
        settings: bounds; `home` is a folder without releases.
        secret: the one token that may write.
    """

    open = True

    def __init__(self, settings: Settings, secret: str) -> None:
        super().__init__(Registry(settings.home), settings)
        self._load_document = loader(settings)
        self._store = PlaygroundStore(settings, self.tally)
        self._hash = _hash(secret)
        self._token = Token(secrets.token_hex(4), "playground", _EVERYTHING, datetime.now(UTC))
        self._store.on_revision(self._follow)

    def refresh(self) -> bool:
        """Start the processes, if they do not run yet; what is served follows each write by itself."""
        if self._current is not None:
            return False
        self._store.start()
        self._follow()
        return True

    def authenticate(self, secret: str) -> Token:
        """The one token.

        Raises:
            NotAuthenticated: another secret.
        """
        if not hmac.compare_digest(_hash(secret), self._hash):
            raise NotAuthenticated(
                "That is not the token of this playground: it was printed when the service started.",
                "这不是此试验服务的令牌：令牌在服务启动时已打印。",
            )
        return self._token

    def write(self, change: Change, author: Author, *, if_match: frozenset[str] | None = None) -> Written:
        """Apply a change; see `Writer.write`."""

        def check(revision: Revision) -> None:
            if if_match is not None and revision.id not in if_match:
                raise PreconditionFailed(
                    f"The data are {revision.id} now. Read them again, and send that with If-Match.",
                    f"数据现为 {revision.id}。请重新读取，并在 If-Match 中给出该值。",
                    release=revision.id,
                )

        if author.graphs != _EVERYTHING:
            raise WriteForbidden("This token is of another service.", "该令牌属于其他服务。")
        done = self._store.write(change, self._load_document, check)
        created = done.created and isinstance(change, GraphChange)
        return Written(done.before.id, done.after.id, done.graphs, created)

    def close(self) -> None:
        """End every process; the data are gone."""
        super().close()
        self._store.close()

    def _follow(self) -> None:
        """Serve the revision that the store has now; the processes stay the same."""
        with self._lock:
            if self._current is not None and self._current.state is self._store.revision:
                return
            edition = self._current = Edition(self._store.revision, self._store)
        for listener in self._listeners:
            try:
                listener(edition)
            except Exception:
                _log.exception("A listener failed on %s", edition.state.id)


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve a playground until interrupted (SIGINT, SIGTERM).

    Standard output gets two lines, one that says when it answers and one with the token. Standard error says
    that nothing is kept.

    Args:
        settings: bounds; the home folder is left alone.
        host: the address to listen at.
        port: 1 to 65535.

    Raises:
        UsageError: the address or port cannot be had, or a setting cannot be read.
    """
    from egov_kg.web.server.metrics import Metrics
    from egov_kg.web.server.serve import listening, run

    secret = f"egovkg_playground_{secrets.token_urlsafe(32)}"
    with listening(host, port) as listener, tempfile.TemporaryDirectory(prefix="egov-kg-playground-") as home:
        _warn(host)
        bounds = replace(settings, home=Path(home))
        playground = Playground(bounds, secret)

        def ready() -> None:
            shown = f"[{host}]" if ":" in host else host
            endpoint = f"http://{shown}:{port}/sparql"
            if settings.lang == "zh":
                line = f"SPARQL 端点：{endpoint}（试验模式）。按 Ctrl-C 停止。"
            else:
                line = f"SPARQL endpoint: {endpoint} (playground). Ctrl-C stops it."
            sys.stdout.write(f"{line}\n{secret}\n")
            sys.stdout.flush()

        try:
            playground.refresh()
            run(bounds, playground, Metrics(), listener, ready, playground)
        finally:
            playground.close()


def _warn(host: str) -> None:
    sys.stderr.write(
        "PLAYGROUND: nothing is kept. All data are lost when it ends; no shapes and no rules are checked.\n"
        "试验模式：不保存任何数据，结束后全部丢失；不校验形状与规则。\n"
    )
    if not _is_loopback(host):
        sys.stderr.write(
            "PLAYGROUND: others can reach this address. Who has the token can write whatever they like.\n"
            "试验模式：他人可访问此地址，持有令牌者可写入任意内容。\n"
        )
    sys.stderr.flush()


def _is_loopback(host: str) -> bool:
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        return False
    return all(ipaddress.ip_address(str(address[0])).is_loopback for *_, address in found)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
