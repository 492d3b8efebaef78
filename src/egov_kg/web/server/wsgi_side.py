"""The WSGI side of the adapter: an application is called, its answer taken piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, Protocol, cast

Headers = list[tuple[bytes, bytes]]

_WHOLE: Final = 1024 * 1024
"""Bytes of an answer of known length that are taken at once."""


class WsgiApplication(Protocol):
    """PEP 3333, section 'The Application/Framework Side'."""

    def __call__(self, environ: dict[str, Any], start_response: Any, /) -> Iterable[bytes]:
        """Answer a request."""
        ...


class Answer:
    """What an application answered: a status, headers, and either the whole body or its pieces.

    Attributes:
        status: of the answer.
        headers: of the answer.
        body: the whole of it, where it says that it is short; else None.
        has_length: whether the headers say how long it is.
    """

    def __init__(self, status: int, headers: Headers, pieces: Iterable[bytes]) -> None:
        self.status = status
        self.headers = headers
        self._pieces = pieces
        self._iterator: Iterator[bytes] = iter(pieces)
        self.body: bytes | None = None
        self.has_length = any(name == b"content-length" for name, _ in headers)
        # A file may be longer than memory: it goes out in pieces, whatever is known of its length.
        if any(name == b"content-length" and int(value) <= _WHOLE for name, value in headers):
            try:
                self.body = b"".join(self._iterator)
            finally:
                self.close()

    def next(self) -> bytes | None:
        """The next piece, None at the end."""
        return next(self._iterator, None)

    def rest(self, limit: int) -> bytes | None:
        """All pieces that are left, or None where they are longer than `limit` bytes."""
        data = bytearray()
        for piece in self._iterator:
            data += piece
            if len(data) > limit:
                return None
        return bytes(data)

    def close(self) -> None:
        """PEP 3333: to be called however the response ends."""
        close, self._pieces = getattr(self._pieces, "close", None), ()
        if close is not None:
            close()


def call(app: WsgiApplication, environ: dict[str, Any]) -> Answer:
    """Have an application answer a request; its errors are raised."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> None:
        started.append((status, headers))

    pieces = app(environ, start_response)
    status, headers = started[-1]
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return Answer(int(status.split(" ", 1)[0]), encoded, pieces)


def wsgi(app: object) -> WsgiApplication:
    """A Flask application's type says less than it is."""
    return cast("WsgiApplication", app)
