"""A site of a few made-up pages, served by a real server on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_NOTHING = '<!doctype html><html lang=en><title>t</title><link rel="icon" href="/icon.svg"><h1>Nothing</h1>'
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass
class Site:
    """What is served.

    Attributes:
        origin: its address, without a slash at the end.
        files: by path; what has no suffix is HTML.
        policy: the Content-Security-Policy of all.
    """

    origin: str
    files: dict[str, str | bytes] = field(default_factory=dict)
    policy: str = POLICY

    def page(self, body: str, style: str = "", script: str = "") -> str:
        """Add a page with a style sheet and a script; gives its path."""
        head = '<title>t</title><link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/page.css">'
        loaded = '<script src="/page.js"></script>' if script else ""
        self.files |= {
            "/page": f"<!doctype html><html lang=en><meta charset=utf-8>{head}{loaded}<body>{body}",
            "/page.css": style,
            "/page.js": script,
            "/icon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        }
        return "/page"


@contextmanager
def serving() -> Iterator[Site]:
    """A site without pages, for as long as the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = site.files.get(self.path)
            text = _NOTHING if found is None else found
            body = text if isinstance(text, bytes) else text.encode()
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Type", _KINDS.get(PurePosixPath(self.path).suffix, "text/html"))
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", site.policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True  # a browser keeps connections open

    server = Server(("127.0.0.1", 0), Handler)
    site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
