"""A command in a process of its own that ends when the one that started it does, however that ended.

The child is the command line as ever, but that it takes the end of its standard input for a SIGTERM.
In a session of its own, it is not reached by Ctrl-C, which its parent answers.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence

_CHILD = "from egov_kg.cli.apart import child; child()"


def run_apart(arguments: Sequence[str]) -> int:
    """Run a command to its end, its remarks and errors on this process's standard error.

    Should this process be interrupted or told to end, the command is ended first.

    Args:
        arguments: of `egov-kg`.

    Returns:
        The exit code, as a shell gives it.
    """
    # -P: a file of the working folder that is called like a library is not run in its place.
    child = subprocess.Popen(
        [sys.executable, "-P", "-c", _CHILD, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        child.wait()
    finally:
        assert child.stdin is not None  # noqa: S101 - PIPE was asked for
        child.stdin.close()
        code = child.wait()
    return code if code >= 0 else 128 - code


def _end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def child() -> None:
    """The child's part: run the command that the process's arguments say."""
    from egov_kg.cli.app import main

    threading.Thread(target=_end_with_parent, daemon=True).start()
    main()
