"""What must hold of the service after anything a stranger did to it."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

from support.service import Server, descendants, eventually, fetch, head_of

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
SECRETS = ("Traceback", 'File "', "/site-packages/", "egov_kg.", "root:x:0")
ORDINARY = "SELECT (COUNT(?s) AS ?n) WHERE { ?s a <https://w3id.org/egov-kg/ontology#Region> }"


def well(server: Server) -> None:
    """The service is healthy and answers an ordinary query rightly."""
    assert server.process.poll() is None
    assert eventually(lambda: fetch(server, "/health").status == 200)
    answer = fetch(server, query=ORDINARY)
    assert answer.status == 200, answer.body[:500]
    assert answer.json["results"]["bindings"][0]["n"]["value"] == "3"


def clean(server: Server, answer: bytes) -> None:
    """An answer tells nothing of the service's inside, and has the headers that every answer has."""
    assert not any(secret.encode() in answer for secret in SECRETS), answer[:2_000]
    if answer.startswith(b"HTTP/1.1 "):
        _, headers, _ = head_of(answer)
        assert headers.get("x-content-type-options") == "nosniff", headers


def raw(server: Server, request: bytes, *, seconds: float = 60.0, half: bool = True) -> bytes:
    """Send bytes, end our half of the connection, and read what comes until the server closes.

    Args:
        server: to send to.
        request: what.
        seconds: to wait for each piece.
        half: whether our half is ended.

    Returns:
        All but words of the server that it is still at work, which come when it is busy.
    """
    with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as connection:
        received = bytearray()
        try:
            connection.sendall(request)
            if half:
                connection.shutdown(socket.SHUT_WR)
            while data := connection.recv(65536):
                received += data
        except (ConnectionResetError, BrokenPipeError):
            pass
        return bytes(received).replace(CONTINUE, b"")


def statuses(answer: bytes) -> list[int]:
    """The status of each response in the bytes of a connection."""
    return [int(code) for code in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)]


def open_files(pid: int) -> int:
    """File descriptors that a process has open."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def memory(pid: int) -> int:
    """Proportional set size of a process and all below it, in bytes."""
    total = 0
    for one in (pid, *descendants(pid)):
        try:
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.M)
        total += int(found[1]) * 1024 if found else 0
    return total


def is_problem(body: bytes) -> bool:
    """Whether a body is a problem document with words in both languages."""
    try:
        value = json.loads(body)
    except ValueError:
        return False
    return bool(value.get("detail_en") or value.get("detail")) and bool(value.get("detail_zh"))
