"""Validation in a process beside the build, so that both cores work.

The child is `python -m egov_kg.release.beside`: it reads one pickled job from its standard input, writes one
pickled outcome to its standard output, and ends when its input closes - also when the build was killed, so
that nothing is left running over files that are gone.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import traceback
from types import TracebackType
from typing import IO

from egov_kg.errors import EgovError, ReleaseError
from egov_kg.release.report import Report
from egov_kg.release.validate import ValidationInput, validate


class Validation:
    """A validation that runs in a process of its own; a context manager that ends it in any case.

    Args:
        data: what to validate.
        engine: see `validate`.
    """

    def __init__(self, data: ValidationInput, engine: str) -> None:
        self._process = subprocess.Popen(
            # -P: what happens to lie in the working folder is not imported.
            [sys.executable, "-P", "-m", "egov_kg.release.beside"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C is for the build alone, which ends this process with it.
            start_new_session=True,
        )
        assert self._process.stdin is not None  # noqa: S101 - PIPE was asked for
        self._input: IO[bytes] = self._process.stdin
        pickle.dump((data, engine), self._input)
        self._input.flush()

    def __enter__(self) -> Validation:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()

    def result(self) -> Report:
        """Wait for the report.

        Raises:
            EgovError: what `validate` raised.
            ReleaseError: the process died; a fault of the program has told its own story on standard error.
        """
        assert self._process.stdout is not None  # noqa: S101 - PIPE was asked for
        answer = self._process.stdout.read()
        try:
            outcome: Report | EgovError = pickle.loads(answer)  # noqa: S301 - our own child's
        except (EOFError, pickle.UnpicklingError):
            code = self._process.wait()
            raise ReleaseError(
                f"The validating process ended without a result (exit status {code}); nothing was published. "
                "Is there enough memory?",
                f"校验进程未给出结果即结束（退出状态 {code}），未发布任何内容。内存是否充足？",
            ) from None
        if isinstance(outcome, EgovError):
            raise outcome
        return outcome


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def _main() -> None:
    # The watching thread sits in a read of stdin, whose lock an ordinary exit would wait for.
    try:
        _answer()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def _answer() -> None:
    try:
        data, engine = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent's
    except (EOFError, pickle.UnpicklingError):
        return  # the build ended before it had handed over the job
    threading.Thread(target=_end_with_parent, daemon=True).start()
    answer = sys.stdout.buffer
    sys.stdout = sys.stderr  # what an engine prints must not end up in the answer
    outcome: Report | EgovError
    try:
        outcome = validate(data, engine)
    except EgovError as error:
        error.__cause__ = error.__context__ = None
        outcome = error
    pickle.dump(outcome, answer)
    answer.flush()


if __name__ == "__main__":
    _main()
