"""What tests of several folders share."""

from __future__ import annotations

import signal
from pathlib import Path

import hypothesis
import pytest

from support.cli import Built, egov
from support.engines import oxigraph_engine, virtuoso_engine
from support.importing import importing
from support.once import once

__all__ = ["importing", "oxigraph_engine", "virtuoso_engine"]

# In the background of a shell Ctrl-C is ignored: what tests start must heed it all the same.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says how busy the machine is, and nothing of the code.
hypothesis.settings.register_profile("untimed", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The project's own data, built once for all tests that need a complete release. Read only."""

    def make(folder: Path) -> None:
        answer = egov("build", home=folder / "home")
        assert answer.returncode == 0, answer.stderr.decode()
        (folder / "id").write_bytes(answer.stdout)
        (folder / "said").write_bytes(answer.stderr)

    folder = once(tmp_path_factory, "built", make)
    return Built(folder / "home", (folder / "id").read_text().strip(), (folder / "said").read_text())
