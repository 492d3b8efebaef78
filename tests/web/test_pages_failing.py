"""What strangers and the log are told when the release served is gone from the disk."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from egov_kg.settings import Settings
from support.service import Server, browse, descendants, eventually, fetch, publish, running


def test_paths_are_for_the_log_only(settings: Settings, tmp_path: Path) -> None:
    release = publish(tmp_path)
    with running(replace(settings, home=tmp_path), release) as server:
        release.nquads.rename(tmp_path / "elsewhere.nq")
        for pid, line in descendants(server.process.pid).items():
            if "egov_kg.store.zygote" in line:
                with suppress(ProcessLookupError):  # an evaluator ends with its zygote
                    os.kill(pid, signal.SIGKILL)
        # Death takes a moment; a query that meets it half way is told of that, not of the release.
        assert eventually(
            lambda: not any("egov_kg.store" in line for line in descendants(server.process.pid).values())
        )
        health, answer = fetch(server, "/health"), fetch(server, query="ASK {}")
        page = browse(server, query="ASK {}")
        assert (health.status, health.json["status"]) == (503, "failing")
        assert answer.status == page.status == 500
        for reply in (health, answer, page):
            assert release.id.encode() in reply.body
            assert str(tmp_path).encode() not in reply.body
        # Under load the first query may still be told of the death of the processes: it is asked again.
        assert eventually(lambda: told(server, "/health", release.nquads)), server.errors
        assert eventually(lambda: told(server, "/sparql", release.nquads)), server.errors


def told(server: Server, path: str, file: Path) -> bool:
    """Ask once more, and say whether a line of the log names both the path asked and the file."""
    fetch(server, path, query="ASK {}")
    return any(path in line and str(file) in line for line in server.errors)
