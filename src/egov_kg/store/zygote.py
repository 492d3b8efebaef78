"""A single-threaded process that loads the graph once and forks evaluators: `python -m egov_kg.store.zygote`.

Forking a process that has threads is unsafe, and the service has many; loading the graph for each evaluator
is slow. So this process does nothing but load, fork, and tell how evaluators ended. They share its memory
until somebody writes to it.

It is spoken to over the socket whose descriptor is its one argument, in lines of JSON. The first line sets it
up; each further line is a request and gets one line back, with a descriptor beside it when an evaluator was
forked. When the socket closes, it ends and its evaluators with it.

A playground's graph changes: `store.trials` has that part.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from egov_kg.errors import EgovError
from egov_kg.store.base import Dataset
from egov_kg.store.engine import Engine
from egov_kg.store.evaluator import describe, serve
from egov_kg.store.frames import Wire
from egov_kg.store.snapshot import load
from egov_kg.store.trials import Trials

_LINE: Final = 64 * 1024


def main(descriptor: int) -> None:
    """Load what the first line says, then fork and reap as asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=descriptor)
    lines = control.makefile("rb")
    setup = json.loads(lines.readline(_LINE))
    store = ox.Store()
    try:
        if setup["nquads"]:
            load(store, [Path(setup["nquads"])], Dataset(tuple(setup["default_graphs"])))
    except EgovError as error:
        _reply(control, describe(error))
        return
    _reply(control, {"ready": True})
    gc.collect()
    gc.freeze()
    engine = Engine(store)
    trials = Trials(store)
    children: set[int] = set()
    with suppress(ConnectionResetError):  # the service left: its evaluators end too
        for line in lines:
            request = json.loads(line)
            if request["do"] in ("fork", "try"):
                record = trials.record() if request["do"] == "try" else None
                ours, theirs = socket.socketpair()
                parent = os.getpid()
                pid = os.fork()
                if not pid:
                    ours.close()
                    lines.close()
                    control.close()
                    if record is not None:
                        trials.run(Wire(theirs), record, request, parent)
                    trials.forget()
                    serve(Wire(theirs), engine, setup["memory"], parent)
                theirs.close()
                children.add(pid)
                if record is not None:
                    trials.keep(pid, record)
                _reply(control, {"pid": pid, "generation": trials.generation}, ours)
                ours.close()
            elif request["do"] == "commit":
                trials.commit(request["pid"])
                engine = Engine(store)
                _reply(control, {"generation": trials.generation})
            else:
                trials.drop(request["pid"])
                _reply(control, {"status": _end(request["pid"], children)})
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def _end(pid: int, children: set[int]) -> int:
    """End an evaluator, if it has not ended itself, and say how it ended, as `Popen.returncode` would."""
    children.discard(pid)
    os.kill(pid, signal.SIGKILL)  # nothing to a process that has exited: it keeps its own status
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _reply(control: socket.socket, value: dict[str, Any], passed: socket.socket | None = None) -> None:
    line = json.dumps(value).encode() + b"\n"
    with suppress(BrokenPipeError, ConnectionResetError):  # the service left: nobody will ask again
        if passed is None:
            control.sendall(line)
        else:
            socket.send_fds(control, [line], [passed.fileno()])


if __name__ == "__main__":
    main(int(sys.argv[1]))
