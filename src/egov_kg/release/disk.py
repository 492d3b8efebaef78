"""What the registry asks of the file system: checksums, synced folders, one-step swaps, a lock."""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

ASIDE: Final = "-aside"
_LOCK_POLL_SECONDS: Final = 0.05
_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def sync_tree(folder: Path) -> None:
    """Have the operating system write a folder, with all that is in it, to the disk."""
    for parent, _, names in os.walk(folder):
        for name in names:
            sync(Path(parent, name))
        sync(Path(parent))


def sync(path: Path) -> None:
    """Have the operating system write a file, or the entries of a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def exchange(one: Path, other: Path) -> None:
    """Swap two folders in one step where the system can (renameat2 of Linux), else in two renames.

    Between the two there is no `other`: it lies beside `one` as `<name of other>-aside`, and stays there.
    """
    import ctypes

    try:
        failed = ctypes.CDLL(None).renameat2(
            _AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE
        )
    except AttributeError:
        failed = -1
    if failed:
        aside = one.with_name(other.name + ASIDE)
        other.rename(aside)
        try:
            one.rename(other)
        except OSError:
            aside.rename(other)
            raise


def wait_for_lock(descriptor: int, on_wait: Callable[[], None] | None) -> None:
    """Lock an open file for this process alone; the kernel frees the lock of a process that died.

    Args:
        descriptor: the open file; closing it frees the lock.
        on_wait: called once if another process holds the lock.
    """
    while not _try_lock(descriptor):
        if on_wait is not None:
            on_wait()
            on_wait = None
        time.sleep(_LOCK_POLL_SECONDS)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
