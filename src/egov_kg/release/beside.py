"""Work in a process of its own, so that both cores work, and so that it can be ended at any moment.

The child is `python -m egov_kg.release.beside`: it reads what to prepare and then one job, pickled, from its
standard input, writes pickled steps and one outcome to its standard output, and ends when its input closes -
also when its parent was killed, so that nothing is left running over files that are gone.
"""

from __future__ import annotations

import logging
import os
import pickle
import queue
import select
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any, Generic, TypeVar

from egov_kg.errors import EgovError, QueryTimeout, ReleaseError
from egov_kg.release.steps import Progress

_rdflib = logging.getLogger("rdflib.term")

Job = TypeVar("Job")
Outcome = TypeVar("Outcome")
Work = Callable[[Job, Progress], Outcome]
"""What is done with a job: raises EgovError, and may tell of its steps."""


class Beside(Generic[Job, Outcome]):
    """A process that prepares itself, does one job and ends; a context manager that ends it in any case.

    Args:
        prepare: a function of a module, called in the process at once, before there is a job: to import, to
            read what every job needs. It returns what does the job.
        arguments: of `prepare`.
    """

    def __init__(self, prepare: Callable[..., Work[Job, Outcome]], *arguments: object) -> None:
        self._process = subprocess.Popen(
            # -P: what happens to lie in the working folder is not imported.
            [sys.executable, "-P", "-m", "egov_kg.release.beside"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C is for the parent alone, which ends this process with it.
            start_new_session=True,
        )
        self._outcome: _Done[Outcome] | EgovError | None = None
        self._send((_rdflib.level, prepare, arguments))

    def __enter__(self) -> Beside[Job, Outcome]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()

    def start(self, job: Job) -> None:
        """Hand over the job."""
        self._send(job)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def answered(self) -> bool:
        """Whether `result` would answer at once, of a job that tells of no steps."""
        if self._outcome is None:
            poll = select.poll()
            poll.register(self._output, select.POLLIN)
            return bool(poll.poll(0))
        return True

    def result(self, progress: Progress | None = None, timeout: float | None = None) -> Outcome:
        """Wait for the outcome.

        Args:
            progress: is told of the steps.
            timeout: seconds to wait; then the process is ended.

        Raises:
            EgovError: what the work raised.
            QueryTimeout: there was no outcome in time.
            ReleaseError: the process died; a fault of the program has told its own story on standard error.
        """
        if timeout is None:
            return self._result(progress)
        late = threading.Event()

        def end() -> None:
            late.set()
            self._process.kill()

        clock = threading.Timer(timeout, end)
        clock.start()
        try:
            return self._result(progress)
        except ReleaseError:
            if not late.is_set():
                raise
            raise QueryTimeout(
                f"The data could not be compiled and validated within {timeout:g} s; nothing was published. "
                "Write less at a time, or set EGOV_KG_WRITE_TIMEOUT to more.",
                f"数据未能在 {timeout:g} 秒内完成编译与校验，未发布任何内容。请分次写入，或调大 "
                "EGOV_KG_WRITE_TIMEOUT。",
                limit=timeout,
            ) from None
        finally:
            clock.cancel()

    def _result(self, progress: Progress | None) -> Outcome:
        while self._outcome is None:
            try:
                said = pickle.load(self._output)  # noqa: S301 - our own child's
            except (EOFError, pickle.UnpicklingError):
                code = self._process.wait()
                raise ReleaseError(
                    f"A process that compiles or validates ended without a result (exit status {code}); "
                    "nothing was published. Is there enough memory?",
                    f"编译或校验进程未给出结果即结束（退出状态 {code}），未发布任何内容。内存是否充足？",
                ) from None
            if not isinstance(said, _Step):
                self._outcome = said
            elif progress is not None:
                progress.step(said.name_en, said.name_zh, said.done, said.total)
        if isinstance(self._outcome, EgovError):
            raise self._outcome
        return self._outcome.value

    @property
    def _output(self) -> IO[bytes]:
        assert self._process.stdout is not None  # noqa: S101 - PIPE was asked for
        return self._process.stdout

    def _send(self, what: object) -> None:
        assert self._process.stdin is not None  # noqa: S101 - PIPE was asked for
        with suppress(BrokenPipeError):  # it died: `result` says how
            pickle.dump(what, self._process.stdin)
            self._process.stdin.flush()


@dataclass(frozen=True, slots=True)
class _Step:
    name_en: str
    name_zh: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class _Done(Generic[Outcome]):
    value: Outcome


class _Teller:
    """The progress of the child: tells the parent."""

    def __init__(self, answer: IO[bytes]) -> None:
        self._answer = answer

    def step(self, name_en: str, name_zh: str, done: int, total: int) -> None:
        """Pass a step on."""
        self.send(_Step(name_en, name_zh, done, total))

    def send(self, what: _Step | _Done[Any] | EgovError) -> None:
        """Send a step or the outcome."""
        pickle.dump(what, self._answer)
        self._answer.flush()


def _read(said: queue.SimpleQueue[Any]) -> None:
    """Take in what the parent says, and end this process when it says no more."""
    try:
        while True:
            said.put(pickle.load(sys.stdin.buffer))  # noqa: S301 - our own parent's
    except (EOFError, pickle.UnpicklingError):
        os._exit(1)
    except BaseException:
        _fail()


def _fail() -> None:
    traceback.print_exc()
    sys.stderr.flush()
    os._exit(1)


def _main() -> None:
    said: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(said,), daemon=True).start()
    teller = _Teller(sys.stdout.buffer)
    sys.stdout = sys.stderr  # what an engine prints must not end up in the answer
    # The reading thread sits in a read of stdin, whose lock an ordinary exit would wait for.
    try:
        try:
            level, prepare, arguments = said.get()
            _rdflib.setLevel(level)  # what the parent is not to log, the child is not to either
            work = prepare(*arguments)
            teller.send(_Done(work(said.get(), teller)))
        except EgovError as error:
            error.__cause__ = error.__context__ = None
            teller.send(error)
    except BaseException:
        _fail()
    os._exit(0)


if __name__ == "__main__":
    # What is pickled is of the module by its name, not of `__main__`.
    from egov_kg.release import beside

    beside._main()
