"""A second engine as an endpoint: the program `oxigraph`, a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def endpoint(folder: Path, *files: Path) -> Iterator[str]:
    """The address of a query endpoint that has what some files say; the test is skipped without the program.

    Args:
        folder: an existing folder for its data.
        files: RDF, known by their suffix.
    """
    program = Path(sys.executable).with_name("oxigraph")
    if not program.exists():
        pytest.skip("the program oxigraph is not installed: it is a development requirement")
    store = ["--location", str(folder / "store")]
    named = [part for file in files for part in ("--file", str(file))]
    subprocess.run([program, "load", *store, *named], check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [program, "serve-read-only", *store, "--bind", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/query"
    finally:
        server.terminate()
        server.wait()
