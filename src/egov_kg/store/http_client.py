"""One HTTP exchange with a server that may be hostile: a deadline over all of it, a bound on its size.

The standard library's client does the talking. It uses no proxy, keeps no cookies, follows no redirect, and
connects to an address that was checked, while `Host` and the TLS certificate are those of the name.
`exchange` reads an answer whole; `asking` gives it as it comes.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from egov_kg.errors import UpstreamFailed
from egov_kg.store.addresses import Target

_PIECE: Final = 64 * 1024
_AGENT: Final = "egov-kg"


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a server answered.

    Attributes:
        status: of HTTP.
        headers: the last value of each, names in lower case.
        body: whole; empty for a redirect.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class Incoming:
    """An answer that is still coming.

    Attributes:
        status: of HTTP.
        headers: the last value of each, names in lower case.
        has_end: the server says where it ends, so that one which breaks off is known.
    """

    def __init__(self, place: Target, answer: http.client.HTTPResponse, deadline: float) -> None:
        self.status = answer.status
        self.has_end = answer.chunked or answer.length is not None
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        self._place, self._answer, self._deadline = place, answer, deadline

    def read(self, size: int = _PIECE) -> bytes:
        """At most `size` bytes more; none at the end, which is where the server said that it is.

        Raises:
            UpstreamFailed: the answer breaks off, or is too late.
        """
        with _told(self._place, self._deadline):
            piece = self._answer.read(size)
        if not piece and self._answer.length:  # it announced more than it sent
            raise failed(self._place, "its answer breaks off", "其结果不完整")
        return piece


@contextmanager
def asking(
    place: Target,
    addresses: tuple[str, ...],
    *,
    method: str,
    deadline: float,
    headers: Mapping[str, str],
    body: bytes | None = None,
    context: ssl.SSLContext | None = None,
    connect_timeout: float | None = None,
    on_open: Callable[[Callable[[], None]], None] | None = None,
) -> Iterator[Incoming]:
    """Ask once; the connection is closed when the block ends.

    Args:
        place: what to ask for.
        addresses: of its host, tried in their order.
        method: of the request.
        deadline: on the monotonic clock, for the whole exchange.
        headers: besides `Host`, `Accept-Encoding` and `User-Agent`.
        body: of the request.
        context: whom to trust with TLS; by default whom the system trusts.
        connect_timeout: seconds that a connection may take to come about; by default those of the deadline.
        on_open: is given what breaks the exchange off, to be called from any thread.

    Raises:
        UpstreamFailed: no connection, no HTTP, an answer that is compressed, or too late.
    """
    connection = _Connection(place, addresses, deadline, context, connect_timeout)
    fields = {**headers, "Accept-Encoding": "identity", "User-Agent": _AGENT, "Connection": "close"}
    if on_open is not None:
        on_open(connection.break_off)
    try:
        with _told(place, deadline):
            incoming = Incoming(place, connection.answer(method, body, fields), deadline)
        if incoming.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            raise failed(
                place, "it compressed its answer though asked not to", "对方压缩了结果，而请求未允许"
            )
        yield incoming
    finally:
        connection.end()


def exchange(
    place: Target,
    addresses: tuple[str, ...],
    *,
    deadline: float,
    most_bytes: int,
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> Exchange:
    """Ask once, with GET or, where there is a body, POST.

    Args:
        place: what to ask for.
        addresses: of its host, tried in their order.
        deadline: on the monotonic clock, for the whole exchange.
        most_bytes: of the answer's body.
        headers: besides `Host`, `Accept-Encoding` and `User-Agent`.
        body: of the request.

    Raises:
        UpstreamFailed: no connection, no HTTP, a body that is compressed, cut off or too long, or too late.
    """
    method = "GET" if body is None else "POST"
    with asking(place, addresses, method=method, deadline=deadline, headers=headers, body=body) as incoming:
        if 300 <= incoming.status < 400:
            return Exchange(incoming.status, incoming.headers, b"")
        return Exchange(incoming.status, incoming.headers, _whole(place, incoming, most_bytes))


def _whole(place: Target, incoming: Incoming, most: int) -> bytes:
    """The rest of an answer.

    Raises:
        UpstreamFailed: it has more than `most` bytes, breaks off, or is too late.
    """
    body = bytearray()
    while piece := incoming.read(min(_PIECE, most + 1 - len(body))):
        body += piece
        if len(body) > most:
            raise failed(place, f"its answer has more than {most} bytes", f"其结果超过 {most} 字节")
    return bytes(body)


@contextmanager
def _told(place: Target, deadline: float) -> Iterator[None]:
    """Errors of the net, in words."""
    try:
        yield
    except TimeoutError:
        raise failed(place, "it did not answer in time", "对方未及时回答") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        if time.monotonic() >= deadline:
            raise failed(place, "it did not answer in time", "对方未及时回答") from None
        what = str(error) or type(error).__name__
        raise failed(place, what[:200], what[:200]) from None


def failed(place: Target, why: str, why_zh: str) -> UpstreamFailed:
    """The error that says that a server was of no use."""
    return UpstreamFailed(
        f"{place.url} could not be used: {why}. Try it yourself, or try again later.",
        f"无法使用 {place.url}：{why_zh}。请自行访问核对，或稍后重试。",
        url=place.url,
    )


class _Connection(http.client.HTTPConnection):
    """A connection to a checked address whose every wait ends at one deadline."""

    def __init__(
        self,
        place: Target,
        addresses: tuple[str, ...],
        deadline: float,
        context: ssl.SSLContext | None,
        connect_timeout: float | None,
    ) -> None:
        super().__init__(place.host, place.port)
        self.default_port = 443 if place.scheme == "https" else 80
        self._place, self._addresses, self._deadline = place, addresses, deadline
        self._context, self._connect_timeout = context, connect_timeout
        self._opened: list[socket.socket] = []
        self._broken = False

    def connect(self) -> None:
        last: OSError = OSError("no address")
        for address in self._addresses:
            left = _left(self._deadline)
            try:
                plain = socket.create_connection(
                    (address, self.port), min(left, self._connect_timeout or left)
                )
            except OSError as error:
                last = error
                continue
            try:
                if self._place.scheme == "https":
                    context = self._context or ssl.create_default_context()
                    plain = context.wrap_socket(plain, server_hostname=self._place.host)
            except BaseException:
                plain.close()
                raise
            self._opened.append(plain)
            if self._broken:
                raise OSError("broken off")
            self.sock = _Deadlined(plain, self._deadline)
            return
        raise last

    def answer(self, method: str, body: bytes | None, fields: Mapping[str, str]) -> http.client.HTTPResponse:
        """Send a request for the place; of one that could not be sent whole only a refusal is an answer."""
        try:
            self.request(method, self._place.path + self._place.query, body, fields)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
            # Who refuses a request, as by 401, need not read its body.
            if self.sock is None:
                raise
            answer = self.getresponse()
            if answer.status < HTTPStatus.BAD_REQUEST:
                raise
            return answer
        return self.getresponse()

    def break_off(self) -> None:
        """End the exchange from another thread: who reads gets an error."""
        self._broken = True
        for plain in self._opened:
            with suppress(OSError):
                plain.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        """Close the connection, whoever still reads from it."""
        self.close()
        for plain in self._opened:
            plain.close()


class _Deadlined:
    """As much of a socket as the standard client uses; every wait ends at the deadline."""

    def __init__(self, plain: socket.socket, deadline: float) -> None:
        self._plain, self._deadline = plain, deadline

    def sendall(self, data: bytes) -> None:
        self._plain.settimeout(_left(self._deadline))
        self._plain.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self))

    def receive(self, buffer: Any) -> int:
        self._plain.settimeout(_left(self._deadline))
        return self._plain.recv_into(buffer)

    def close(self) -> None:
        """Nothing: the answer is still read when the client lets go of its connection."""


class _Reader(io.RawIOBase):
    def __init__(self, end: _Deadlined) -> None:
        self._end = end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._end.receive(buffer)


def _left(deadline: float) -> float:
    """Seconds until a deadline.

    Raises:
        TimeoutError: there are none.
    """
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds
