"""A real `egov-kg serve --playground`, in processes of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.service import Reply, fetch, free_port


@dataclass
class PlaygroundServer:
    """A running playground.

    Attributes:
        process: the service.
        port: where it listens on 127.0.0.1.
        lines: of standard output: when it answers, and the token.
        errors: lines of standard error so far.
    """

    process: subprocess.Popen[str]
    port: int
    lines: tuple[str, str]
    errors: list[str]

    @property
    def token(self) -> str:
        """The secret that may write."""
        return self.lines[1].strip()

    def send(
        self,
        method: str,
        path: str,
        body: str | bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """A request with the token."""
        data = body.encode() if isinstance(body, str) else body
        allowed = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        return fetch(self, path, method=method, body=data or None, headers=allowed)  # type: ignore[arg-type]

    def update(self, text: str, headers: Mapping[str, str] | None = None) -> Reply:
        """A SPARQL update."""
        kind = {"Content-Type": "application/sparql-update"}
        return self.send("POST", "/sparql", text, kind | dict(headers or {}))

    def count(self) -> int:
        """Triples in all graphs, the default graph among them."""
        query = "SELECT (COUNT(*) AS ?n) WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
        reply = fetch(self, query=query)  # type: ignore[arg-type]
        assert reply.status == 200, reply.body
        return int(reply.json["results"]["bindings"][0]["n"]["value"])


@contextmanager
def playground(home: Path, arguments: tuple[str, ...] = (), **settings: str) -> Iterator[PlaygroundServer]:
    """A playground that answers; it is told to end at the end, and must then go.

    Args:
        home: a folder for everything that belongs to it.
        arguments: more of them, for the command.
        settings: `EGOV_KG_` variables, without that beginning.
    """
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EGOV_KG_")}
    temporary = home / "tmp"
    temporary.mkdir(exist_ok=True)
    own = {"EGOV_KG_HOME": str(home / "home"), "TMPDIR": str(temporary)}
    process = subprocess.Popen(
        [sys.executable, "-m", "egov_kg", "serve", "--playground", "--port", str(port), *arguments],
        env=kept | own | {f"EGOV_KG_{name}": value for name, value in settings.items()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    errors: list[str] = []
    stderr = process.stderr
    reader = threading.Thread(target=lambda: errors.extend(stderr), daemon=True)
    reader.start()
    try:
        lines = process.stdout.readline(), process.stdout.readline()
        assert lines[1], f"the playground did not start: {errors}"
        yield PlaygroundServer(process, port, lines, errors)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            process.stdout.close()
            reader.join(10)
            process.stderr.close()
