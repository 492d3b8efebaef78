"""A real server on this machine whose paths do what a test says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answering = Callable[[BaseHTTPRequestHandler], None]


def reply(handler: BaseHTTPRequestHandler, status: int = 200, body: bytes = b"", **headers: str) -> None:
    """Answer at once; `_` in the name of a header stands for `-`."""
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


class Upstream:
    """A server on 127.0.0.1 whose paths do what the test says; it notes what it was asked."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        paths: dict[str, Answering] = {}
        asked: list[tuple[str, str]] = []
        bodies: list[bytes] = []
        self.paths, self.asked, self.bodies = paths, asked, bodies

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append((self.path, self.headers["Host"]))
                paths[self.path.partition("?")[0]](self)

            def do_POST(self) -> None:
                bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.do_GET()

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                pass  # a client that leaves early is what the tests are about

        self.server = Server((host, 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def serving(host: str) -> Iterator[Upstream]:
    upstream = Upstream(host)
    try:
        yield upstream
    finally:
        upstream.close()
