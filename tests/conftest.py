"""What tests of several folders share."""

from __future__ import annotations

import pytest

from support.cli import Built, egov


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The project's own data, built once for all tests that need a complete release. Read only."""
    home = tmp_path_factory.mktemp("built")
    answer = egov("build", home=home)
    assert answer.returncode == 0, answer.stderr.decode()
    return Built(home, answer.stdout.decode().strip(), answer.stderr.decode())
