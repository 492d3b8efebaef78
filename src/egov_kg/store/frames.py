"""The wire between the service and an evaluator: frames of one kind byte, a length and a payload.

A request is one `REQUEST`. An answer is one `HEADER`, any number of `DATA` and one `END`; an `ERROR` stands
in for what it kept from coming, and an `END` follows it. A wire that closes without `END` means that the
evaluator died: so a short answer never looks whole.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import time
from typing import Any, Final, NamedTuple

REQUEST: Final = b"Q"
HEADER: Final = b"H"
DATA: Final = b"D"
ERROR: Final = b"X"
END: Final = b"E"

_PREFIX: Final = struct.Struct(">cI")
_SHORTEST_WAIT: Final = 0.001


class Frame(NamedTuple):
    """One frame as it came."""

    kind: bytes
    payload: bytes

    def json(self) -> dict[str, Any]:
        """The payload of a frame other than `DATA`."""
        value: dict[str, Any] = json.loads(self.payload)
        return value


class Wire:
    """One end of a stream socket that carries frames."""

    def __init__(self, end: socket.socket) -> None:
        self.socket = end

    def send(self, kind: bytes, payload: bytes) -> None:
        """Send a frame, waiting while the other end is slow.

        Raises:
            OSError: the other end is gone.
        """
        self.socket.sendall(_PREFIX.pack(kind, len(payload)) + payload)

    def send_json(self, kind: bytes, value: dict[str, Any]) -> None:
        """Send a frame whose payload is JSON."""
        self.send(kind, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())

    def receive(self, deadline: float | None = None) -> Frame | None:
        """The next frame, or None when the other end is closed.

        Args:
            deadline: on the monotonic clock; what has arrived by then is still read.

        Raises:
            TimeoutError: nothing came before the deadline.
            OSError: this end is closed.
        """
        head = self._exactly(_PREFIX.size, deadline)
        if head is None:
            return None
        kind, size = _PREFIX.unpack(head)
        payload = self._exactly(size, deadline)
        return None if payload is None else Frame(kind, bytes(payload))

    def _exactly(self, size: int, deadline: float | None) -> bytearray | None:
        data = bytearray(size)
        view = memoryview(data)
        while view:
            if deadline is not None:
                self.socket.settimeout(max(_SHORTEST_WAIT, deadline - time.monotonic()))
            try:
                count = self.socket.recv_into(view)
            except ConnectionResetError:
                return None
            if not count:
                return None
            view = view[count:]
        return data

    def has_something(self) -> bool:
        """Whether a read would not wait: on an idle wire that means the other end is gone."""
        poll = select.poll()
        poll.register(self.socket, select.POLLIN)
        return bool(poll.poll(0))

    def close(self) -> None:
        """Close this end."""
        self.socket.close()
