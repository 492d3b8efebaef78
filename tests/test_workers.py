"""How tests are spread over the workers of pytest-xdist: what a module's tests share is made once."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support.once import once

TESTS = 24


@pytest.fixture(scope="session")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one file for each worker that has run a test of this module."""
    return once(tmp_path_factory, "workers", lambda _: None)


@pytest.mark.parametrize("number", range(TESTS))
def test_the_tests_of_a_module_run_in_one_worker(number: int, workers: Path) -> None:
    (workers / str(os.getpid())).touch()
    assert len(list(workers.iterdir())) == 1


def test_what_is_made_once_is_whole_when_others_have_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = []

    def make(folder: Path) -> None:
        made.append(folder)
        if len(made) == 1:
            (folder / "half").touch()
            raise OSError("a disk that is full")
        assert list(folder.iterdir()) == []
        (folder / "whole").touch()

    with pytest.raises(OSError, match="full"):
        once(tmp_path_factory, "made", make)
    with ThreadPoolExecutor(4) as pool:
        folders = list(pool.map(lambda _: once(tmp_path_factory, "made", make), range(4)))
    assert len(made) == 2
    assert {folder.name for folder in folders} == {"made"}
    assert [path.name for path in folders[0].iterdir()] == ["whole"]
