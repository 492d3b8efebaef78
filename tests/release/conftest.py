"""A small release that tests write to: each takes a copy of its home."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.release.build import build
from egov_kg.resources import Sources
from egov_kg.settings import Settings
from support.sources import make_sources


@pytest.fixture(scope="session")
def small_sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """A few invented facts. Read only."""
    return make_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="session")
def small_home(small_sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a release that was built of them. Read only."""
    home = tmp_path_factory.mktemp("small")
    build(small_sources, Settings(home), engine="shacl")
    return home
