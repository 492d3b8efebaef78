"""What tests of several folders share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from support.cli import egov


@dataclass(frozen=True)
class Built:
    """A build of the project's own data by the command line.

    Attributes:
        home: the folder of releases.
        id: the release's id, as the command wrote it.
        said: the command's standard error.
    """

    home: Path
    id: str
    said: str


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The project's own data, built once for all tests that need a complete release. Read only."""
    home = tmp_path_factory.mktemp("built")
    answer = egov("build", home=home)
    assert answer.returncode == 0, answer.stderr.decode()
    return Built(home, answer.stdout.decode().strip(), answer.stderr.decode())
