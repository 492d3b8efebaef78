"""The wire between the service and an evaluator: frames of one kind byte, a length and a payload.

A request is one `REQUEST`. An answer is one `HEADER` with its kind, any number of `DATA` and one `END` that
is empty or says `RETIRE`; an `ERROR` stands in for what it kept from coming, and an `END` follows it. A wire
that closes without `END` means that the evaluator died: so a short answer never looks whole.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final, NamedTuple

REQUEST: Final = b"Q"
HEADER: Final = b"H"
DATA: Final = b"D"
ERROR: Final = b"X"
END: Final = b"E"
RETIRE: Final = b"retire"
"""Payload of the `END` of an evaluator that then ends."""

_PREFIX: Final = struct.Struct(">cI")
_SHORTEST_WAIT: Final = 0.001
_AT_ONCE: Final = 72 * 1024


def as_json(value: dict[str, Any]) -> bytes:
    """The payload of a frame that holds JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Frame(NamedTuple):
    """One frame as it came."""

    kind: bytes
    payload: bytes

    def json(self) -> dict[str, Any]:
        """The payload of a frame that holds JSON."""
        value: dict[str, Any] = json.loads(self.payload)
        return value


class Wire:
    """One end of a stream socket that carries frames."""

    def __init__(self, end: socket.socket) -> None:
        self.socket = end
        self._arrived = bytearray()

    def send(self, kind: bytes, payload: bytes) -> None:
        """Send a frame, waiting while the other end is slow.

        Raises:
            OSError: the other end is gone.
        """
        self.socket.sendall(_PREFIX.pack(kind, len(payload)) + payload)

    def send_together(self, frames: Iterable[tuple[bytes, bytes]]) -> None:
        """Send several frames as one write: the other end wakes once for all of them.

        Raises:
            OSError: the other end is gone.
        """
        self.socket.sendall(b"".join(_PREFIX.pack(kind, len(load)) + load for kind, load in frames))

    def send_json(self, kind: bytes, value: dict[str, Any]) -> None:
        """Send a frame whose payload is JSON."""
        self.send(kind, as_json(value))

    def receive(self, deadline: float | None = None) -> Frame | None:
        """The next frame, or None when the other end is closed.

        Args:
            deadline: on the monotonic clock; what has arrived by then is still read.

        Raises:
            TimeoutError: nothing came before the deadline.
            OSError: this end is closed.
        """
        arrived = self._arrived
        while True:
            if len(arrived) >= _PREFIX.size:
                kind, size = _PREFIX.unpack_from(arrived)
                end = _PREFIX.size + size
                if len(arrived) >= end:
                    payload = bytes(memoryview(arrived)[_PREFIX.size : end])
                    del arrived[:end]
                    return Frame(kind, payload)
            if not self._more(deadline):
                return None

    def _more(self, deadline: float | None) -> bool:
        """Take in what comes next, waiting for it; false when the other end is closed."""
        if deadline is None:
            try:
                data = self.socket.recv(_AT_ONCE)
            except ConnectionResetError:
                return False
            self._arrived += data
            return bool(data)
        while (there := self.take_in()) is None:
            poll = select.poll()
            poll.register(self.socket, select.POLLIN)
            if not poll.poll(1000 * max(_SHORTEST_WAIT, deadline - time.monotonic())):
                raise TimeoutError("nothing came")
        return there

    def take_in(self) -> bool | None:
        """Take in what has been sent. Never waits.

        Returns:
            Whether there was something; false means that the other end is closed, None that nothing has come.

        Raises:
            OSError: this end is closed.
        """
        try:
            data = self.socket.recv(_AT_ONCE, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        except ConnectionResetError:
            return False
        self._arrived += data
        return bool(data)

    @property
    def has_arrived(self) -> bool:
        """Whether some of what was sent has been taken from the socket, but not yet read."""
        return bool(self._arrived)

    def has_something(self) -> bool:
        """Whether a read would not wait: on an idle wire that means the other end is gone."""
        if self._arrived:
            return True
        poll = select.poll()
        poll.register(self.socket, select.POLLIN)
        return bool(poll.poll(0))

    def close(self) -> None:
        """Close this end, whoever else holds a copy of its descriptor."""
        with suppress(OSError):  # the other end is gone already
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
