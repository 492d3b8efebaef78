"""Queries answered from the event loop: no thread waits for an evaluator, and none for its answer.

What reads from an evaluator does so when there is something to read: one write of the evaluator, which is
under way or done. Whatever could take longer (forking an evaluator, learning how one ended) is left to a
thread.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, cast
from weakref import WeakKeyDictionary, WeakMethod

from egov_kg.errors import EvaluationError, EvaluatorCrashed, ServiceBusy
from egov_kg.formats import HTML
from egov_kg.settings import Settings
from egov_kg.sparql import protocol
from egov_kg.sparql.protocol import HttpRequest
from egov_kg.store.answer import Answer
from egov_kg.store.base import Cancellation
from egov_kg.store.evaluators import Evaluators
from egov_kg.store.rdf_io import CHUNK
from egov_kg.web import problems
from egov_kg.web.asked import Asked, understand
from egov_kg.web.editions import Edition, Editions
from egov_kg.web.server.intake import Scope
from egov_kg.web.server.outgoing import Outgoing, outgoing
from egov_kg.web.server.replies import Reply, Whole, run_in
from egov_kg.web.server.waiting import Ears, Turns, UnderWay
from egov_kg.web.server.wsgi_side import Headers
from egov_kg.web.time import MENTIONED

_SPARE: Final = 4
_LONG: Final = 8 * 1024
_SHARED: Final[Headers] = [(name.lower().encode(), text.encode()) for name, text in problems.SHARED.items()]


class DirectQueries:
    """Answers the queries of programs; browsers' and those of the past are left to the pages.

    Args:
        settings: the service's bounds.
        editions: what to answer from.
        admit: sees a request before it is evaluated; what it raises is the answer.
    """

    def __init__(self, settings: Settings, editions: Editions, admit: Callable[[Scope], None]) -> None:
        self._settings, self._editions, self._admit = settings, editions, admit
        self._pool = ThreadPoolExecutor(settings.evaluators + _SPARE, thread_name_prefix="evaluation")
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="long")
        self._turns: WeakKeyDictionary[Evaluators, Turns] = WeakKeyDictionary()
        self._under_way = UnderWay()
        self.ears = Ears()
        self.waiting = 0

    async def __call__(self, scope: Scope, body: bytes, cancellation: Cancellation) -> Reply | None:
        """Answer a request, or leave it to others (None).

        Raises:
            EgovError: as `understand` and `Evaluators.respond`.
        """
        reply = outgoing(scope)
        if reply is None or reply.is_past or not _is_for_us(scope, reply.fields, body):
            return None
        fields = reply.fields
        http = HttpRequest(
            method=scope["method"],
            query_string=scope["query_string"],
            content_type=_text(fields, b"content-type"),
            content_encoding=_text(fields, b"content-encoding"),
            body=body,
        )
        asked = await self._understood(http, _text(fields, b"accept"))
        if asked is None or asked.syntax == HTML or asked.facts.has_service or self._settings.is_remote:
            return None
        edition = self._editions.borrow()
        try:
            return await self._answer(scope, reply, asked, edition, cancellation)
        except BaseException:
            edition.give_back()
            raise

    async def _understood(self, http: HttpRequest, accept: str | None) -> Asked | None:
        if len(http.query_string) + len(http.body) <= _LONG:
            return self._read(http, accept)
        # One at a time, and not here: a query of 100,000 characters takes as long as thousands of others.
        try:
            async with asyncio.timeout(self._settings.queue_timeout):
                return cast("Asked | None", await run_in(self._reader, self._read, http, accept))
        except TimeoutError:
            raise ServiceBusy(
                "Too many long queries are waiting. Try again.", "等待中的长查询过多。请重试。"
            ) from None

    def _read(self, http: HttpRequest, accept: str | None) -> Asked | None:
        return None if protocol.is_update(http) else understand(http, accept, self._settings)

    async def _answer(
        self, scope: Scope, reply: Outgoing, asked: Asked, edition: Edition, cancellation: Cancellation
    ) -> Reply:
        tag = asked.tag(edition.state) if scope["method"] != "POST" else None
        headers = _headers(asked.syntax.content_type, tag, scope["method"])
        if tag is not None:
            if reply.is_known(f'W/"{tag}"'):
                edition.give_back()
                return Whole(304, headers, b"")
            entry = reply.kept(("sparql", tag))
            if entry is None and await self._under_way.ended(reply.key):
                entry = reply.kept(("sparql", tag))
            if entry is not None:
                edition.give_back()
                return Whole(200, entry.headers, entry.body)
            if reply.key is not None:
                reply.on_end = self._under_way.begin(reply.key)
        self._admit(scope)
        evaluation = Evaluation(self, edition, asked, cancellation)
        began = time.perf_counter()
        first = await evaluation.start()
        reply.evaluated = time.perf_counter() - began
        if len(first) < CHUNK:
            await evaluation.close()
            headers.append((b"content-length", str(len(first)).encode()))
            return Whole(200, headers, first)
        reply.on_end()  # it is too long to be kept
        evaluation.headers = headers
        return evaluation

    async def turn(self, store: Evaluators) -> Turns:
        """The right to one of a store's evaluators; to be given back to what is returned.

        Raises:
            ServiceBusy: none came free in time.
        """
        turns = self._turns.get(store)
        if turns is None:
            expire = WeakMethod(store.expire)
            turns = self._turns[store] = Turns(self._settings.evaluators, partial(self._expire, expire))
        wait = self._settings.queue_timeout
        self.waiting += 1
        try:
            if await turns.take(wait):
                return turns
        finally:
            self.waiting -= 1
        raise ServiceBusy(
            f"All {self._settings.evaluators} evaluators are at work. Try again in {wait:g} s.",
            f"全部 {self._settings.evaluators} 个查询进程都在工作。请在 {wait:g} 秒后重试。",
            retry_after=wait,
        )

    def _expire(self, method: WeakMethod[Callable[[], None]]) -> None:
        expire = method()
        if expire is not None:
            self._pool.submit(expire)

    async def apart(self, function: Callable[..., Any], *arguments: object) -> Any:
        """Run in a thread what may take long."""
        return await run_in(self._pool, function, *arguments)

    def close(self) -> None:
        """End the threads, and watch evaluators no more."""
        self.ears.close()
        for pool in (self._pool, self._reader):
            pool.shutdown(wait=False, cancel_futures=True)


class Evaluation:
    """A `Reply` that an evaluator makes while it is sent."""

    status = 200
    body: bytes | None = None
    has_length = False

    def __init__(
        self, queries: DirectQueries, edition: Edition, asked: Asked, cancellation: Cancellation
    ) -> None:
        self.headers: Headers = []
        self._queries, self._edition, self._asked = queries, edition, asked
        self._cancellation = cancellation
        self._turn: Turns | None = None
        self._answer: Answer | None = None
        self._first: bytes | None = None

    async def start(self) -> bytes:
        """The first piece: the whole answer, if it is shorter than `CHUNK`.

        Raises:
            EgovError: as `Evaluators.respond`.
        """
        store, asked = cast("Evaluators", self._edition.store), self._asked
        media_type = asked.syntax.canonical.media_type
        self._turn = await self._queries.turn(store)
        try:
            if self._cancellation.cancelled:
                raise EvaluationError("The client has left.", "客户端已离开。")
            answer = store.begin(asked.operation, media_type, asked.facts, self._cancellation)
            if answer is None:
                answer = await self._queries.apart(
                    store.respond, asked.operation, media_type, self._cancellation
                )
                self._answer = answer
            else:
                self._answer = answer
                try:
                    await self._reading(answer, answer.start)
                except EvaluatorCrashed:
                    if not answer.orphaned:
                        raise
                    self._answer = await self._queries.apart(
                        store.respond, asked.operation, media_type, self._cancellation
                    )
            self._first = await self.next() or b""
        except BaseException:
            turn, self._turn = self._turn, None
            await self._let_go()
            turn.give()
            raise
        return self._first

    async def next(self) -> bytes | None:
        """The next piece, None at the end; the first one again, after `start`."""
        if self._first is not None:
            piece, self._first = self._first, None
            return piece
        answer = self._answer
        if answer is None:
            return None
        if answer.has_ready or answer.done:
            return next(answer, None)
        found: list[bytes | None] = []
        await self._reading(answer, lambda: found.append(next(answer, None)))
        return found[0]

    async def rest(self, limit: int) -> bytes | None:
        """All pieces that are left, or None where they are longer than `limit` bytes."""
        data = bytearray()
        while (piece := await self.next()) is not None:
            data += piece
            if len(data) > limit:
                return None
        return bytes(data)

    async def close(self) -> None:
        """Free the evaluator and the edition; a second call does nothing."""
        turn, self._turn = self._turn, None
        if turn is not None:
            await self._let_go()
            turn.give()
            self._edition.give_back()

    async def _let_go(self) -> None:
        if self._answer is not None and not self._answer.done:
            await self._queries.apart(self._answer.close)

    async def _reading(self, answer: Answer, read: Callable[[], None]) -> None:
        """Read when there is something to read; in a thread, if it is that the evaluator ended."""
        wire = answer.wire
        there: bool | None = wire.has_arrived
        if not there:
            await self._queries.ears.readable(wire, answer.deadline)
            try:
                there = wire.take_in()
            except OSError:  # closed meanwhile: it is known why
                there = False
        if there:
            read()
        else:
            await self._queries.apart(read)


def _headers(content_type: str, tag: str | None, method: str) -> Headers:
    """The fields of an answer to a query, but for its length."""
    vary = b"Accept" if method == "POST" else b"Accept, Accept-Datetime"
    if tag is None:
        kept = [(b"cache-control", b"no-store")]
    else:
        kept = [(b"etag", f'W/"{tag}"'.encode()), (b"cache-control", b"no-cache")]
    return [*_SHARED, (b"content-type", content_type.encode()), *kept, (b"vary", vary)]


def _is_for_us(scope: Scope, fields: dict[bytes, bytes], body: bytes) -> bool:
    if scope["raw_path"] != b"/sparql":
        return False
    query_string, method = scope["query_string"], scope["method"]
    if method not in ("GET", "HEAD", "POST") or (method != "POST" and b"query=" not in query_string):
        return False
    if (body and MENTIONED.search(body)) or b"accept-datetime" in fields:
        return False
    # Who likes pages gets errors as pages, too.
    accept = fields.get(b"accept", b"").lower()
    return b"text/html" not in accept and b"text/*" not in accept


def _text(fields: dict[bytes, bytes], name: bytes) -> str | None:
    value = fields.get(name)
    return None if value is None else value.decode("latin-1")
