"""Raw connections to a server."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from support.service import Server, fetch, head_of


@contextmanager
def connected(server: Server) -> Iterator[socket.socket]:
    """A connection to a server."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        yield connection


def answer(connection: socket.socket, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send a request; its answer, which must have a length."""
    connection.sendall(request)
    received = b""
    while b"\r\n\r\n" not in received:
        data = connection.recv(65536)
        assert data, received
        received += data
    status, headers, body = head_of(received)
    while not request.startswith(b"HEAD") and len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    return status, dict(headers), body


def rest(connection: socket.socket) -> bytes:
    """What still comes until the other side ends."""
    received = bytearray()
    try:
        while data := connection.recv(1 << 20):
            received += data
    except ConnectionResetError:
        pass
    return bytes(received)


def unchunked(body: bytes) -> tuple[bytes, bytes]:
    """The content of a chunked body without trailers (RFC 9112, section 7.1), and what follows it."""
    content = b""
    while True:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        content += body[:length]
        assert body[length : length + 2] == b"\r\n"
        body = body[length + 2 :]
        if not length:
            return content, body


def count(server: Server, metric: str) -> float:
    """The value of a metric."""
    found = re.search(rf"^{re.escape(metric)} (\S+)$", fetch(server, "/metrics").body.decode(), re.M)
    assert found is not None
    return float(found[1])
