"""An npm registry of made-up packages on this machine, which the real npm is pointed at."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest

from egov_kg.assets import Asset, Package

LICENCE = b"You may.\n"
SCRIPT = b"export default 1;\n"


def tarball(*members: tuple[str | tarfile.TarInfo, bytes]) -> bytes:
    """A gzipped tarball of members, each with a path or a whole header."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for header, data in members:
            info = tarfile.TarInfo(header) if isinstance(header, str) else header
            if info.isreg():
                info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return gzip.compress(made.getvalue(), mtime=0)


def package_json(name: str = "lib", version: str = "1.0.0", licence: str = "MIT") -> tuple[str, bytes]:
    """The member that npm packages describe themselves with."""
    return "package/package.json", json.dumps({"name": name, "version": version, "license": licence}).encode()


def whole(name: str = "lib") -> bytes:
    """The tarball of a package as it should be."""
    return tarball(
        package_json(name),
        ("package/LICENSE", LICENCE),
        ("package/dist/lib.js", SCRIPT),
        ("package/dist/more.js", SCRIPT),
    )


def integrity(data: bytes) -> str:
    """As npm prints it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def package(name: str, data: bytes, below: str = "") -> Package:
    """A pin of a whole package: one file and its licence; below a folder, the licence only."""
    taken = {f"{below}LICENSE": "LICENSE"} | ({} if below else {"lib.js": "dist/lib.js"})
    return Package(name, "1.0.0", integrity(data), "MIT", taken)


def asset(folder: str = "lib", data: bytes | None = None) -> Asset:
    """A pin of the package `lib`, which contains the scoped package `@made/part`."""
    part = package("@made/part", whole("@made/part"), "contains/@made/part/")
    return Asset(folder, (package("lib", data or whole()), part))


@contextmanager
def registry(packages: dict[str, bytes]) -> Iterator[str]:
    """Serve tarballs, each as version 1.0.0 of a package; gives the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = unquote(self.path[1:])
            found = packages.get(name.removesuffix(".tgz"))
            body = found or b"{}"
            if found and not name.endswith(".tgz"):
                dist = {"tarball": f"{url}/{name}.tgz"}
                known = {"name": name, "version": "1.0.0", "dist": dist}
                body = json.dumps(
                    {"name": name, "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": known}}
                ).encode()
            self.send_response(200 if found else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def point_npm_at(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have npm ask a registry, with a cache and settings of its own."""
    monkeypatch.setenv("npm_config_registry", url)
    monkeypatch.setenv("npm_config_cache", str(folder / "cache"))
    monkeypatch.setenv("npm_config_userconfig", str(folder / "npmrc"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
