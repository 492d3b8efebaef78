"""What the pages and the endpoint share: the release that is served, and the store that answers for it."""

from __future__ import annotations

import csv
import io
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from flask import Flask, current_app

from egov_kg import formats
from egov_kg.release.registry import Release
from egov_kg.settings import Settings
from egov_kg.sparql.protocol import Operation
from egov_kg.store.evaluators import Evaluators

if TYPE_CHECKING:
    from egov_kg.sparql.queries import Question

_QUERIES: Final = Path(__file__).parent / "rq"
_HEALTH_SECONDS: Final = 5.0
_EXTENSION: Final = "egov_kg"


class Service:
    """One release being served.

    Args:
        release: what is served; it never changes while the process lives.
        store: answers queries over it.
        settings: the service's bounds.
    """

    def __init__(self, release: Release, store: Evaluators, settings: Settings) -> None:
        self.release = release
        self.store = store
        self.settings = settings

    def alive(self) -> bool:
        """Ask the store something trivial, without waiting for an evaluator.

        Raises:
            ServiceBusy: all evaluators are at work.
            EvaluationError: it did not answer.
            ReleaseError: the graph had to be loaded anew and could not be.
        """
        operation = Operation(_text("health"), timeout=_HEALTH_SECONDS)
        answer = b"".join(self.store.respond(operation, formats.TSV.media_type, wait=0))
        return answer.strip().endswith(b"true")

    @cached_property
    def counts(self) -> dict[str, int]:
        """Numbers of reported observations, statements and regions.

        Raises:
            EvaluationError: the store did not answer; the next call asks again.
        """
        answer = b"".join(self.store.respond(Operation(_text("counts")), formats.CSV.media_type))
        row = next(csv.DictReader(io.StringIO(answer.decode())))
        return {name: int(value) for name, value in row.items()}

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The competency questions, shown as examples; none where the package has none."""
        from egov_kg.errors import NotFound
        from egov_kg.resources import find_sources
        from egov_kg.sparql.queries import load_questions

        try:
            return load_questions(find_sources())
        except NotFound:
            return ()

    def attach(self, app: Flask) -> None:
        """Make this the service of a Flask application."""
        app.extensions[_EXTENSION] = self


def service() -> Service:
    """The service of the application that handles the request."""
    return cast("Service", current_app.extensions[_EXTENSION])


def _text(name: str) -> str:
    return (_QUERIES / f"{name}.rq").read_text(encoding="utf-8")
