"""Works out beforehand what the first reader of a page would wait for: soon after a release is loaded."""

from __future__ import annotations

import gc
import threading
from queue import Empty, SimpleQueue
from typing import Final

from flask import Flask

from egov_kg.release.registry import Release
from egov_kg.web.editions import Edition, Editions

PATHS: Final = (
    "/zh/",
    "/en/sparql",
    "/en/datasets",
    "/api/terms",
    "/en/regions",
    "/en/ontology",
    "/en/indicators",
    "/en/compare",
    "/en/catalog",
)
"""The start page and the workbench; then what is made of things that are worked out once for a release
(`egov_kg.web.kept`), the slowest first."""

_QUIET_SECONDS: Final = 3.0
_ENDING_SECONDS: Final = 1.0


def settle() -> None:
    """Have the garbage collector pass over everything that is there now, since it stays."""
    gc.unfreeze()  # a release that has been replaced did not
    gc.collect()
    gc.freeze()


class Warming:
    """A thread that asks the application for `PATHS` after each release that is loaded.

    Afterwards it has the application compile its templates. It does one thing at a time, so that it keeps one
    evaluator busy at most. What fails is not tried again: whoever asks for it hears why.

    Args:
        app: the application.
        editions: tell of releases.
        quiet: seconds to leave the processor to whoever waited for the release.
    """

    def __init__(self, app: Flask, editions: Editions, quiet: float = _QUIET_SECONDS) -> None:
        self._app = app
        self._quiet = quiet
        self._client = app.test_client()
        self._wake: SimpleQueue[bool] = SimpleQueue()
        self._ending = False
        self._thread = threading.Thread(target=self._run, name="warming", daemon=True)
        editions.on_change(self._changed)
        self._changed(editions.current)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread after what it is at, and wait for that, but not for long."""
        self._ending = True
        self._wake.put(False)
        if self._thread.is_alive():
            self._thread.join(_ENDING_SECONDS)

    def _changed(self, edition: Edition) -> None:
        if isinstance(edition.state, Release):  # a playground changes too often
            self._wake.put(True)

    def _run(self) -> None:
        while self._wake.get():
            try:
                while self._wake.get(timeout=self._quiet):
                    pass  # another release has come meanwhile
            except Empty:
                self._warm()
            else:
                return

    def _warm(self) -> None:
        for path in PATHS:
            if not self._ending:
                self._client.get(path, headers={"Accept": "text/html, application/json"}).close()
        for template in self._app.jinja_env.list_templates(extensions=("html",)):
            if not self._ending:
                self._app.jinja_env.get_template(template)
        settle()
