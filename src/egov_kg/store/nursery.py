"""The service's end of `store.zygote`: start it, ask it for evaluators, ask it how they ended."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from egov_kg import errors
from egov_kg.errors import EgovError, EvaluationError, ReleaseError, SourceError
from egov_kg.settings import Settings
from egov_kg.store.base import Dataset
from egov_kg.store.frames import Wire
from egov_kg.store.tally import Tally

_LINE: Final = 64 * 1024
_LOAD_TIMEOUT: Final = 600.0
_REPLY_TIMEOUT: Final = 10.0


@dataclass(eq=False, slots=True)
class Child:
    """One evaluator.

    Attributes:
        pid: its process, until the nursery is asked how it ended.
        wire: to it.
        nursery: that forked it.
        used_up: it must not be given another query.
        generation: of the graph that it has, where that changes.
    """

    pid: int
    wire: Wire
    nursery: Nursery
    used_up: bool = False
    generation: int = 0


class Nursery:
    """A running zygote.

    Args:
        nquads: the graph to load; None for an empty one.
        dataset: what a query sees that names no graphs.
        settings: bounds of the evaluators.
        tally: counts them.

    Raises:
        ReleaseError: the graph is missing or does not parse.
        EvaluationError: the zygote died while it loaded.
    """

    def __init__(self, nquads: Path | None, dataset: Dataset, settings: Settings, tally: Tally) -> None:
        self.tally = tally
        self.generation = 0
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "egov_kg.store.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        setup = {
            "nquads": str(nquads or ""),
            "default_graphs": dataset.default_graphs,
            "memory": settings.query_memory,
        }
        try:
            reply, _ = self._ask(setup, _LOAD_TIMEOUT)
        except BaseException:
            self.close()
            raise
        if "error" in reply:
            self.close()
            error = revive(reply)
            if isinstance(error, SourceError) and nquads is not None:
                raise _not_loaded(error, nquads) from error  # who logs the cause learns the folder
            raise error
        tally.load()

    @property
    def pid(self) -> int:
        """The zygote's process."""
        return self._process.pid

    def fork(self) -> Child:
        """A fresh evaluator.

        Raises:
            EvaluationError: the zygote is gone.
        """
        child = self._child({"do": "fork"})
        self.tally.start()
        return child

    def attempt(self, timeout: float, memory: int, room: int) -> Child:
        """A process that tries one write out, to be spoken to as `store.attempts` says.

        Args:
            timeout: seconds that the write may take.
            memory: bytes that it may allocate.
            room: bytes that the graph may grow by.

        Raises:
            EvaluationError: the zygote is gone.
        """
        return self._child({"do": "try", "timeout": timeout, "memory": memory, "room": room})

    def commit(self, child: Child, timeout: float) -> None:
        """Make what an attempt has found the graph's next generation.

        Raises:
            EvaluationError: the zygote is gone.
        """
        self.generation = self._ask({"do": "commit", "pid": child.pid}, timeout)[0]["generation"]

    def _child(self, request: dict[str, Any]) -> Child:
        reply, descriptors = self._ask(request, _REPLY_TIMEOUT)
        if not descriptors:
            raise EvaluationError("No evaluator could be started.", "无法启动查询进程。")
        wire = Wire(socket.socket(fileno=descriptors[0]))
        return Child(int(reply["pid"]), wire, self, generation=reply["generation"])

    def end(self, child: Child) -> int | None:
        """End an evaluator if it has not ended already.

        Returns:
            How it ended, as `Popen.returncode` (minus a signal's number); None if the zygote is gone too.
        """
        try:
            return int(self._ask({"do": "end", "pid": child.pid}, _REPLY_TIMEOUT)[0]["status"])
        except EvaluationError:
            return None

    def _ask(self, request: dict[str, Any], timeout: float) -> tuple[dict[str, Any], list[int]]:
        line = b""
        descriptors: list[int] = []
        with self._lock:
            try:
                self._control.settimeout(timeout)
                self._control.sendall(json.dumps(request).encode() + b"\n")
                while not line.endswith(b"\n"):
                    data, passed, _, _ = socket.recv_fds(self._control, _LINE, 1)
                    if not data:
                        raise ConnectionResetError("closed")
                    line += data
                    descriptors += passed
            except OSError as error:
                self._process.kill()
                raise EvaluationError(
                    f"The process that starts evaluators is gone ({error}); the next query starts it again.",
                    f"启动查询进程的进程已不在（{error}）；下次查询时会重新启动。",
                ) from None
        reply: dict[str, Any] = json.loads(line)
        return reply, descriptors

    def close(self) -> None:
        """End the zygote and all its evaluators."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)  # who waits for a reply is told, and lets go of the lock
        with self._lock:  # while somebody reads from it, its descriptor must not become another's
            self._control.close()
        try:
            self._process.wait(_REPLY_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _not_loaded(error: SourceError, nquads: Path) -> ReleaseError:
    """What to say of a graph that is not as a build wrote it: to strangers, too, so without its folder."""
    detail, detail_zh = (
        text.replace(str(nquads), nquads.name).rstrip(".。") for text in (error.detail, error.detail_zh)
    )
    extra = error.extra | {"file": nquads.name}
    return ReleaseError(
        f"The release {nquads.parent.name} cannot be loaded: {detail}. "
        "Run `egov-kg build` on its sources to restore it.",
        f"无法载入发布版本 {nquads.parent.name}：{detail_zh}。请用其来源重新运行 `egov-kg build` 予以恢复。",
        **extra,
    )


def revive(described: dict[str, Any]) -> EgovError:
    """The error that an evaluator described."""
    kind = getattr(errors, described["error"], EvaluationError)
    error: EgovError = kind(described["detail"], described["detail_zh"], **described["extra"])
    return error
