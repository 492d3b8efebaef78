"""What the exit code says."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of `egov-kg`, as documented in docs/cli.md."""

    OK = 0
    REFUSED = 1
    """The data, the query or the audit says no."""
    USAGE = 2
    """A wrong argument, setting or file name."""
    FAILED = 3
    """It could not be finished: a deadline, a disk, a damaged release, a fault of the program."""
    INTERRUPTED = 130
    """Ctrl-C."""
    CLOSED = 141
    """The reader of standard output went away (`| head`); shells say so of every program."""
    TERMINATED = 143
    """SIGTERM."""
