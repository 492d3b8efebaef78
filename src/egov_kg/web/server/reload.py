"""Takes up a new release while the service runs: no request is lost, none sees two releases."""

from __future__ import annotations

import logging
import signal
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final

from egov_kg.errors import EgovError
from egov_kg.web.editions import Edition, Editions
from egov_kg.web.server.metrics import Metrics

_POLL_SECONDS: Final = 0.5
_PATIENCE_SECONDS: Final = 5.0

_log = logging.getLogger(__name__)


class Reloader:
    """A thread that notices that `current` was swapped, and has the editions follow.

    A release that cannot be loaded is logged, and the one before is served on; it is tried again when
    `current` is swapped again, if only for the same release, or on SIGHUP.

    Args:
        home: the home folder, in which `current` is.
        editions: to be refreshed.
        metrics: count it.
    """

    def __init__(self, home: Path, editions: Editions, metrics: Metrics) -> None:
        self._link = home / "current"
        self._editions = editions
        self._metrics = metrics
        # Of all queues, only this one may be put to from a signal handler (Python's documentation says so).
        self._wake: SimpleQueue[bool] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="reload", daemon=True)
        self._seen, self._followed = self._swapped(), 0.0
        editions.on_change(self._changed)

    def start(self, *, signals: bool = False) -> None:
        """Begin to look.

        Args:
            signals: whether SIGHUP has it look at once; only the main thread can ask for that.
        """
        if signals and hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, lambda *_: self.now())
        self._thread.start()

    def now(self) -> None:
        """Look at once, and try again what has failed before. Safe to call from a signal handler."""
        self._wake.put(True)

    def stop(self) -> None:
        """End the thread, after a reload that is under way."""
        self._wake.put(False)
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        self._follow()  # what was published between the first load and now
        while True:
            try:
                if not self._wake.get(timeout=_POLL_SECONDS):
                    return
            except Empty:
                if self._swapped() == self._seen and not self._is_due():
                    continue
            self._follow()

    def _is_due(self) -> bool:
        """Whether a remote engine was given another release, and it is time to see if that one is here."""
        return self._editions.outdated and time.monotonic() - self._followed >= _PATIENCE_SECONDS

    def _follow(self) -> None:
        self._seen, self._followed = self._swapped(), time.monotonic()
        try:
            self._editions.refresh()
        except EgovError as error:
            self._metrics.failed_reloads += 1
            _log.error("The new release is not served, the one before is: %s", error.detail)
        except Exception:
            self._metrics.failed_reloads += 1
            _log.exception("The new release is not served, the one before is")

    def _changed(self, edition: Edition) -> None:
        self._metrics.reloads += 1
        _log.info("Release %s is served now", edition.state.id)

    def _swapped(self) -> tuple[str, int, int] | None:
        """What tells one swap of the link from the next, even to the same release."""
        try:
            facts = self._link.lstat()
            return (self._link.readlink().name, facts.st_ino, facts.st_mtime_ns)
        except OSError:
            return None
