"""What is made once for all workers of a run of the tests: the first that needs it makes it, others wait."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that all workers share, and none writes to.

    Args:
        factory: of the worker's own folders.
        name: of the folder; the same stands for the same content.
        make: fills the new, empty folder; if it fails, the next worker tries again.
    """
    own = factory.getbasetemp()
    root = own.parent if own.name.startswith("popen-") else own  # pytest-xdist: one below for each worker
    folder, whole = root / name, root / f"{name}.whole"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            whole.touch()
    return folder
