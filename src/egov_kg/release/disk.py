"""What the registry asks of the file system: checksums, synced folders, one-step swaps, a lock."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from egov_kg.errors import ReleaseError

ASIDE: Final = "-aside"
_LOCK_POLL_SECONDS: Final = 0.05
_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2


@contextmanager
def writing_to(home: Path) -> Iterator[None]:
    """Have what the system refuses while a release is made told in words.

    Args:
        home: the home folder.

    Raises:
        ReleaseError: for an `OSError` raised within.
    """
    try:
        yield
    except OSError as error:
        raise ReleaseError(
            f"The release cannot be written to {home}: {error}.", f"无法将发布版本写入 {home}：{error}。"
        ) from error


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


def wait_for_lock(
    descriptor: int, on_wait: Callable[[], None] | None = None, timeout: float | None = None
) -> bool:
    """Lock an open file for this process alone; the kernel frees the lock of a process that died.

    Args:
        descriptor: the open file; closing it frees the lock.
        on_wait: called once if another process holds the lock.
        timeout: seconds to wait at most; None waits without end.

    Returns:
        Whether the lock is held now: False when the time is over.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    while not _try_lock(descriptor):
        if deadline is not None and time.monotonic() > deadline:
            return False
        if on_wait is not None:
            on_wait()
            on_wait = None
        time.sleep(_LOCK_POLL_SECONDS)
    return True


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def replace_file(target: Path, data: bytes, *, mode: int) -> None:
    """Put data in the place of a file in one step: a reader sees the old ones or the new ones, whole.

    Args:
        target: the file; it need not exist.
        data: what it is to hold.
        mode: its permissions.
    """
    part = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(descriptor)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync(target.parent)


def append_line(target: Path, line: bytes, *, mode: int) -> None:
    """Add a line to a file, and have it on the disk before this returns.

    What a crash cut off before is ended first, so that it does not swallow the new line.

    Args:
        target: the file; it need not exist.
        line: without its line feed, and without any within.
        mode: the permissions of a new file.
    """
    new = not target.exists()
    descriptor = os.open(target, os.O_RDWR | os.O_APPEND | os.O_CREAT, mode)
    with os.fdopen(descriptor, "a+b") as handle:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        cut = size and os.pread(descriptor, 1, size - 1) != b"\n"
        handle.write((b"\n" if cut else b"") + line + b"\n")
        handle.flush()
        os.fsync(descriptor)
    if new:
        sync(target.parent)
