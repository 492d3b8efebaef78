"""A SPARQL engine by its URLs: requests that are retried where that is safe, and errors in plain words.

Unlike the endpoints of SERVICE, this one is the operator's own: it is believed, and known by credentials.
"""

from __future__ import annotations

import email.utils
import random
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlencode

from egov_kg.errors import (
    EvaluationError,
    QueryError,
    QueryTimeout,
    ServiceBusy,
    UpstreamFailed,
    UsageError,
)
from egov_kg.settings import Settings
from egov_kg.store.addresses import Target, addresses, target
from egov_kg.store.base import Cancellation
from egov_kg.store.challenges import Authorizer, Credentials
from egov_kg.store.http_client import Incoming, asking, failed

T = TypeVar("T")

_FORM: Final = "application/x-www-form-urlencoded"
_UPDATE: Final = "application/sparql-update"
_N_TRIPLES: Final = "application/n-triples"
_LATER: Final = frozenset((429, 502, 503, 504))
_FIRST_WAIT: Final = 0.1
_LONGEST_WAIT: Final = 10.0
_SHOWN: Final = 300
_MOST_TOLD: Final = 4 * 1024


class Endpoint:
    """Talks to one engine. Safe to use from any thread.

    Args:
        settings: the URLs, credentials, whom to trust, how long to wait and how often to try again.

    Raises:
        UsageError: a URL that is none, or a file of certificates that cannot be read.
    """

    def __init__(self, settings: Settings) -> None:
        self.place = target(settings.store)
        self._update = target(settings.store_update) if settings.store_update else None
        self._graphs = target(settings.store_graphs) if settings.store_graphs else None
        self._context = _trusting(settings.store_ca)
        self._connect_timeout = settings.store_connect_timeout
        self._retries = settings.store_retries
        credentials = Credentials(settings.store_user, settings.store_password, settings.store_token)
        self._authorizers = {
            place: Authorizer(credentials) for place in (self.place, self._update, self._graphs) if place
        }

    def query(
        self,
        form: Mapping[str, str | Sequence[str]],
        accept: str,
        timeout: float,
        take: Callable[[Incoming], T],
        cancellation: Cancellation | None = None,
    ) -> T:
        """Ask a query (SPARQL 1.1 Protocol, section 2.1.2), again where asking or reading the answer fails.

        Args:
            form: the parameters.
            accept: media types.
            timeout: seconds for all of it.
            take: reads the answer; what it returns is returned.
            cancellation: breaks it off.

        Raises:
            QueryError: the engine says that the query is wrong.
            QueryTimeout: the time is over.
            ServiceBusy: the engine asks to come later than that.
            UpstreamFailed: the engine is not there, refuses the credentials, or fails.
            EvaluationError: it was cancelled.
        """
        body = urlencode(form, doseq=True).encode()
        headers = {"Accept": accept, "Content-Type": _FORM}
        return self._tried(self.place, "POST", headers, body, timeout, take, cancellation, again=True)

    def update(self, text: str, timeout: float, *, again: bool) -> None:
        """Do an update (section 2.2.2).

        Args:
            text: of the update.
            timeout: seconds.
            again: whether doing it twice is doing it once, so that it may be tried again.

        Raises:
            EgovError: as `query`.
        """
        place = self._needed(self._update, "EGOV_KG_STORE_UPDATE")
        headers = {"Content-Type": _UPDATE, "Accept": "*/*"}
        self._tried(place, "POST", headers, text.encode(), timeout, _ignored, None, again=again)

    def put(self, graph: str, triples: bytes, timeout: float, *, replace: bool) -> None:
        """Give a graph triples (SPARQL 1.1 Graph Store HTTP Protocol, sections 5.3 and 5.5).

        Args:
            graph: its IRI.
            triples: N-Triples without blank nodes, so that sending them twice is sending them once.
            timeout: seconds.
            replace: take out what was in it before.

        Raises:
            EgovError: as `query`.
        """
        base = self._needed(self._graphs, "EGOV_KG_STORE_GRAPHS")
        query = f"{base.query}&" if base.query else "?"
        place = Target(base.scheme, base.host, base.port, base.path, query + urlencode({"graph": graph}))
        headers = {"Content-Type": _N_TRIPLES, "Accept": "*/*"}
        method = "PUT" if replace else "POST"
        self._tried(place, method, headers, triples, timeout, _ignored, None, again=True, known_as=base)

    def _needed(self, place: Target | None, variable: str) -> Target:
        if place is None:
            raise UsageError(
                f"{variable} is not set: give the address at which the engine takes this.",
                f"未设置 {variable}：请给出引擎的相应地址。",
            )
        return place

    def _tried(
        self,
        place: Target,
        method: str,
        headers: Mapping[str, str],
        body: bytes,
        timeout: float,
        take: Callable[[Incoming], T],
        cancellation: Cancellation | None,
        *,
        again: bool,
        known_as: Target | None = None,
    ) -> T:
        deadline = time.monotonic() + timeout
        authorizer = self._authorizers[known_as or place]
        challenged = False
        tries = 0
        while True:
            wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2**tries) * random.uniform(0.5, 1.0)  # noqa: S311
            try:
                with asking(
                    place,
                    addresses(place, trusted=True, timeout=min(self._connect_timeout, timeout)),
                    method=method,
                    deadline=deadline,
                    headers={**headers, **authorizer.field(place, method)},
                    body=body,
                    context=self._context,
                    connect_timeout=self._connect_timeout,
                    on_open=cancellation.on_cancel if cancellation else None,
                ) as incoming:
                    if 200 <= incoming.status < 300:
                        return take(incoming)
                    wanted = incoming.headers.get("www-authenticate", "")
                    if incoming.status == 401 and not challenged and authorizer.heed(wanted):
                        challenged = True
                        continue
                    wait = max(wait, _retry_after(incoming))
                    error, later = _refusal(place, incoming, wait)
            except UpstreamFailed as failure:
                error, later = failure, True
            if cancellation is not None and cancellation.cancelled:
                raise EvaluationError("The client has left.", "客户端已离开。")
            if time.monotonic() >= deadline:
                raise _late(place, timeout) from None
            tries += 1
            if not (later and again) or tries > self._retries or time.monotonic() + wait >= deadline:
                raise error
            _sleep(wait, cancellation)


def _trusting(file: str) -> ssl.SSLContext | None:
    if not file:
        return None
    try:
        return ssl.create_default_context(cafile=str(Path(file).expanduser()))
    except (OSError, ssl.SSLError) as error:
        raise UsageError(
            f"EGOV_KG_STORE_CA={file!r} has no certificates that can be read ({error}).",
            f"EGOV_KG_STORE_CA={file!r} 中没有可读取的证书（{error}）。",
        ) from None


def _refusal(place: Target, incoming: Incoming, wait: float) -> tuple[Exception, bool]:
    """What an answer that is none means, and whether to come again may help."""
    status = incoming.status
    said = _said(incoming)
    if status in (401, 403):
        return failed(
            place,
            f"it refuses the credentials ({status}): see EGOV_KG_STORE_USER and EGOV_KG_STORE_PASSWORD, or "
            "EGOV_KG_STORE_TOKEN, and what that user may do",
            f"对方拒绝了凭据（{status}）：请检查 EGOV_KG_STORE_USER 与 EGOV_KG_STORE_PASSWORD，"
            "或 EGOV_KG_STORE_TOKEN，以及该用户的权限",
        ), False
    if status in (429, 503):
        return ServiceBusy(
            f"The engine at {place.origin} is busy ({status}). Try again later.",
            f"{place.origin} 处的引擎繁忙（{status}）。请稍后重试。",
            retry_after=max(1, round(wait)),
        ), True
    if 300 <= status < 400:
        there = incoming.headers.get("location", "")[:_SHOWN]
        return failed(
            place, f"it has moved to {there}: give that address", f"对方已移至 {there}：请改用该地址"
        ), False
    if status in (404, 405):
        return failed(
            place,
            f"it answered {status}: no engine takes this there, so check the address",
            f"对方返回 {status}：该处没有可用的引擎，请检查地址",
        ), False
    if status in (400, 413, 414):
        return QueryError(
            f"The engine does not take the request ({status}): {said}",
            f"引擎不接受该请求（{status}）：{said}",
        ), False
    return failed(place, f"it answered {status}: {said}", f"对方返回 {status}：{said}"), status in _LATER


def _said(incoming: Incoming) -> str:
    """The beginning of what a server says in its own words, on one line."""
    text = ""
    if incoming.status >= 400:
        with suppress(UpstreamFailed):
            text = incoming.read(_MOST_TOLD).decode("utf-8", "replace")
    line = " ".join(text.split())
    return line[:_SHOWN] or "-"


def _retry_after(incoming: Incoming) -> float:
    """Seconds that a server wants to be left alone (RFC 9110, section 10.2.3); 0 where it says nothing."""
    text = incoming.headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError):
        return 0.0


def _sleep(seconds: float, cancellation: Cancellation | None) -> None:
    left = threading.Event()
    if cancellation is not None:
        cancellation.on_cancel(left.set)
    left.wait(seconds)


def _late(place: Target, limit: float) -> QueryTimeout:
    return QueryTimeout(
        f"The engine at {place.origin} did not answer within {limit:g} s. Ask for less at a time, or see "
        "whether it is well.",
        f"{place.origin} 处的引擎未能在 {limit:g} 秒内回答。请缩小查询范围，或检查引擎是否正常。",
        limit=limit,
    )


def _ignored(incoming: Incoming) -> None:
    while incoming.read():
        pass
