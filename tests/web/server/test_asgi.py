"""The adapter by itself: the WSGI environment it makes, what it closes, what it refuses."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from typing import Any

import pytest

from egov_kg.errors import QueryTimeout
from egov_kg.store.base import Cancellation
from egov_kg.web.server import asgi
from egov_kg.web.server.asgi import CANCELLATION, AsgiAdapter, AsgiApplication, apart

App = Callable[[dict[str, Any], Any], Iterable[bytes]]


def adapter(app: App, **bounds: Any) -> AsgiAdapter:
    return AsgiAdapter(app, **({"threads": 2, "body_limit": 100, "patience": 5.0, "waiting": 8} | bounds))


async def exchange(
    app: AsgiApplication,
    body: list[bytes] | None = None,
    leave: asyncio.Event | None = None,
    sent: list[Any] | None = None,
    **scope: Any,
) -> list[Any]:
    """What the adapter sends for one request; `leave` is when the client goes."""
    parts = body or [b""]
    messages = [
        {"type": "http.request", "body": part, "more_body": number < len(parts)}
        for number, part in enumerate(parts, 1)
    ]
    sent = [] if sent is None else sent

    async def receive() -> Any:
        if messages:
            return messages.pop(0)
        await (leave or asyncio.Event()).wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    given: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/a b",
        "raw_path": b"/a%20b",
        "query_string": b"q=%C3%A9",
        "server": ("127.0.0.1", "80"),
        "client": ("127.0.0.1", "999"),
        "headers": [],
    }
    given |= scope
    if all(name != b"host" for name, _ in given["headers"]):
        given["headers"] = [(b"host", b"x"), *given["headers"]]
    await app(given, receive, send)
    return sent


def test_the_environment() -> None:
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        seen.update(environ, body=environ["wsgi.input"].read())
        start("204 No Content", [("X-A", "é")])
        return []

    headers = [(b"accept", b"a/b"), (b"accept", b"c/d"), (b"content-type", b"t/u"), (b"x_y", b"z")]
    headers += [(b"content-length", b"9"), (b"transfer-encoding", b"chunked")]
    sent = asyncio.run(exchange(adapter(app), [b"ab", b"cd"], method="POST", headers=headers))
    assert sent[0] == {
        "type": "http.response.start",
        "status": 204,
        "headers": [(b"x-a", "é".encode("latin-1"))],
    }
    assert seen["body"] == b"abcd"
    assert (seen["PATH_INFO"], seen["QUERY_STRING"]) == ("/a b", "q=%C3%A9")
    assert (seen["HTTP_ACCEPT"], seen["CONTENT_TYPE"], seen["CONTENT_LENGTH"]) == ("a/b,c/d", "t/u", "4")
    assert not {"HTTP_X_Y", "HTTP_CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"} & set(seen)


class Pieces:
    """Pieces that fail after the second, and know whether they were closed."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        yield b"one"
        yield b"two"
        if self.error is not None:
            raise self.error

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize("error", [None, QueryTimeout("late"), ValueError("a fault")])
def test_pieces_are_closed_once_and_an_error_never_ends_the_body(error: Exception | None) -> None:
    pieces = Pieces(error)

    def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        start("200 OK", [])
        return pieces

    sent: list[Any] = []
    fault = pytest.raises(ValueError, match="a fault") if isinstance(error, ValueError) else nullcontext()
    with fault:
        asyncio.run(exchange(adapter(app), sent=sent))
    assert [message["body"] for message in sent[1:3]] == [b"one", b"two"]
    assert (sent[-1].get("more_body") is False) == (error is None)
    assert pieces.closed == 1


def test_a_client_that_leaves_cancels() -> None:
    cancelled = threading.Event()

    def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        environ[CANCELLATION].on_cancel(cancelled.set)
        assert cancelled.wait(60)
        start("200 OK", [("Content-Length", "0")])
        return []

    async def run() -> None:
        leave = asyncio.Event()
        asyncio.get_running_loop().call_later(0.05, leave.set)
        await exchange(adapter(app), leave=leave)

    asyncio.run(run())
    assert cancelled.is_set()


def test_more_requests_than_can_wait_are_refused() -> None:
    go = threading.Event()

    def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        assert go.wait(60)
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    async def run() -> list[Any]:
        shared = adapter(app, threads=1)
        waiting = [asyncio.create_task(exchange(shared)) for _ in range(8)]
        await asyncio.sleep(0)
        refused = await exchange(shared, headers=[(b"accept-language", b"zh-CN")])
        go.set()
        answers = await asyncio.gather(*waiting)
        assert all(answer[1]["body"] == b"ok" for answer in answers)
        return refused

    refused = asyncio.run(run())
    problem = json.loads(refused[1]["body"])
    assert (refused[0]["status"], problem["title"]) == (503, "服务繁忙")
    assert b"retry-after" in dict(refused[0]["headers"])


@pytest.mark.parametrize(
    ("accepted", "query_string", "lang"),
    [
        ([b"en;q=0.5, zh;q=0.9"], b"", "zh"),
        ([b"zh;q=0.1, en"], b"", "en"),
        ([b"zh;q=0, fr"], b"", "en"),
        ([b"fr", b"zh_TW"], b"", "zh"),
        ([b"en"], b"query=ASK+%7B%7D&lang=zh", "zh"),
        ([], b"", "en"),
    ],
)
def test_a_refusal_is_in_the_language_the_client_likes_best(
    accepted: list[bytes], query_string: bytes, lang: str
) -> None:
    def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        raise AssertionError("the application must not see it")

    headers = [(b"accept-language", value) for value in accepted]
    sent = asyncio.run(
        exchange(adapter(app), [b"x" * 101], method="POST", headers=headers, query_string=query_string)
    )
    fields = dict(sent[0]["headers"])
    problem = json.loads(sent[1]["body"])
    assert (fields[b"content-language"], fields[b"vary"]) == (lang.encode(), b"Accept, Accept-Language")
    assert problem["title"] == problem[f"title_{lang}"]


def test_one_path_is_answered_while_all_others_wait() -> None:
    go = threading.Event()

    def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        assert environ["PATH_INFO"] == "/apart" or go.wait(60)
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    async def run() -> None:
        both = apart(frozenset((b"/apart",)), adapter(app, threads=1), adapter(app, threads=1))
        waiting = [asyncio.create_task(exchange(both)) for _ in range(8)]
        await asyncio.sleep(0)
        assert (await exchange(both))[0]["status"] == 503
        assert (await exchange(both, raw_path=b"/apart"))[0]["status"] == 200
        go.set()
        assert [answer[0]["status"] for answer in await asyncio.gather(*waiting)] == [200] * 8

    asyncio.run(run())


def test_a_body_too_long_is_not_read_to_its_end() -> None:
    def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        raise AssertionError("the application must not see it")

    sent = asyncio.run(exchange(adapter(app), [b"x" * 60] * 1000, method="POST"))
    assert sent[0]["status"] == 413
    assert json.loads(sent[1]["body"])["limit"] == 100


def unseen(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    raise AssertionError("the application must not see it")


@pytest.mark.parametrize("length", [b"101", b"9" * 5000])
def test_a_body_that_says_it_is_too_long_is_not_waited_for(length: bytes) -> None:
    async def receive() -> Any:
        raise AssertionError("nothing must be read")

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": [(b"host", b"x"), (b"content-length", length)],
    }
    asyncio.run(adapter(unseen)(scope, receive, send))
    assert (sent[0]["status"], json.loads(sent[1]["body"])["limit"]) == (413, 100)


@pytest.mark.parametrize(
    ("hosts", "version", "status"),
    [
        ([b"x"], "1.1", 200),
        ([b"a-b.example.:8000"], "1.1", 200),
        ([b"some_service:80"], "1.1", 200),
        ([b"[::1]:80"], "1.1", 200),
        ([b"xn--fiqs8s.cn"], "1.1", 200),
        ([b""], "1.0", 200),
        ([b""], "1.1", 400),
        ([b"a", b"b"], "1.1", 400),
        ([b"a", b"b"], "1.0", 400),
        ([b"a..b"], "1.1", 400),
        ([b"a" * 64], "1.1", 400),
        ([b".".join([b"a" * 60] * 5)], "1.1", 400),
        ([b"x:99999"], "1.1", 400),
        ([b"x:"], "1.1", 400),
        ([b"[:::]"], "1.1", 400),
        ([b"xn--a"], "1.1", 400),
        (["é".encode()], "1.1", 400),
        ([b"a@b"], "1.1", 400),
        ([b"a/b"], "1.1", 400),
    ],
)
def test_one_sound_host_is_asked_for(hosts: list[bytes], version: str, status: int) -> None:
    def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        start("200 OK", [("Content-Length", "0")])
        return []

    headers = [(b"host", host) for host in hosts]
    sent = asyncio.run(exchange(adapter(app), headers=headers, http_version=version))
    assert sent[0]["status"] == status


def test_who_waits_too_long_for_a_thread_is_refused() -> None:
    go = threading.Event()

    def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        assert go.wait(60)
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    async def run() -> None:
        shared = adapter(app, threads=1, queue_timeout=0.01)
        first = asyncio.create_task(exchange(shared))
        await asyncio.sleep(0)
        refused = await exchange(shared)
        assert (refused[0]["status"], json.loads(refused[1]["body"])["type"][-4:]) == (503, "busy")
        go.set()
        assert (await first)[0]["status"] == 200

    asyncio.run(run())


def test_who_left_before_its_turn_costs_nothing() -> None:
    go, seen = threading.Event(), []

    def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        seen.append(environ["PATH_INFO"])
        assert go.wait(60)
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    async def run() -> None:
        shared, leave = adapter(app, threads=1), asyncio.Event()
        first = asyncio.create_task(exchange(shared, raw_path=b"/first"))
        await asyncio.sleep(0)
        second = asyncio.create_task(exchange(shared, raw_path=b"/second", leave=leave))
        leave.set()
        for _ in range(10):  # until the adapter has heard of it
            await asyncio.sleep(0)
        for thread in threading.enumerate():
            if thread.name == "cancel":
                thread.join()
        go.set()
        assert (await first)[0]["status"] == 200
        assert await second == []

    asyncio.run(run())
    assert seen == ["/first"]


def test_bodies_that_do_not_come_keep_nobody_waiting() -> None:
    def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    async def run() -> None:
        shared = adapter(app, threads=1)
        never = asyncio.Event()

        async def receive() -> Any:
            await never.wait()

        async def send(message: Any) -> None:
            raise AssertionError("nothing is to be sent")

        scope = {"type": "http", "http_version": "1.1", "method": "POST", "query_string": b""}
        scope["headers"] = [(b"host", b"x"), (b"content-length", b"3")]
        stalled = [asyncio.create_task(shared(scope, receive, send)) for _ in range(7)]
        await asyncio.sleep(0)
        assert (await exchange(shared))[0]["status"] == 200
        for task in stalled:
            task.cancel()

    asyncio.run(run())


def test_a_callback_runs_once_whenever_it_was_added() -> None:
    cancellation, calls = Cancellation(), []
    cancellation.on_cancel(lambda: calls.append("before"))
    assert calls == []
    cancellation.cancel()
    cancellation.cancel()
    cancellation.on_cancel(lambda: calls.append("after"))
    assert calls == ["before", "after"]
    assert cancellation.cancelled


@pytest.mark.parametrize("whole", [True, False])
def test_a_slow_client_loses_an_evaluator_but_not_a_file(
    monkeypatch: pytest.MonkeyPatch, *, whole: bool
) -> None:
    monkeypatch.setattr(asgi, "_STALL_SECONDS", 0.01)
    monkeypatch.setattr(asgi, "_LOOK_SECONDS", 0.01)
    pieces = [b"x" * 1024 * 1024] * 2

    def app(_: dict[str, Any], start: Any) -> Iterable[bytes]:
        start("200 OK", [("Content-Length", str(len(b"".join(pieces))))] if whole else [])
        return iter(pieces)

    sent: list[Any] = []

    async def slowly(message: Any) -> None:
        if message.get("body"):
            await asyncio.sleep(0.1)
        sent.append(message)

    async def ask() -> None:
        scope: dict[str, Any] = {"type": "http", "http_version": "1.1", "method": "GET", "path": "/"}
        scope |= {"raw_path": b"/", "query_string": b"", "scheme": "http", "client": None}
        scope["headers"] = [(b"host", b"x")]
        await adapter(app, evaluators=0)(scope, asyncio.Event().wait, slowly)  # type: ignore[arg-type]

    asyncio.run(ask())
    assert b"".join(message.get("body", b"") for message in sent) == (b"".join(pieces) if whole else b"")
