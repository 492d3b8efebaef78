"""What the pages and the endpoint share: the release that is served, and the store that answers for it."""

from __future__ import annotations

import csv
import io
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, cast

from flask import Flask, Response, current_app, g, has_request_context

from egov_kg import formats
from egov_kg.publish.views import Views
from egov_kg.settings import Settings
from egov_kg.sparql.protocol import Operation
from egov_kg.store.answering import Answering
from egov_kg.web import past
from egov_kg.web.editions import Edition, Editions, State

if TYPE_CHECKING:
    from egov_kg.release.tokens import Author, Token
    from egov_kg.sparql.changes import Change, Written
    from egov_kg.sparql.queries import Question

_QUERIES: Final = Path(__file__).parent / "rq"
_HEALTH_SECONDS: Final = 5.0
_EXTENSION: Final = "egov_kg"


class Writer(Protocol):
    """What makes a change the next state: releases have one, and playgrounds."""

    @property
    def open(self) -> bool:
        """Whether anybody may write: a token was made."""
        ...

    def authenticate(self, secret: str) -> Token:
        """Who writes with this secret.

        Raises:
            NotAuthenticated: it is not known, was revoked or has expired.
        """
        ...

    def write(self, change: Change, author: Author, *, if_match: frozenset[str] | None = None) -> Written:
        """Apply a change as a whole.

        Args:
            change: what to do.
            author: who does it.
            if_match: ids of the states that it may be applied to; None for whichever is current.

        Raises:
            PreconditionFailed: the current state is another.
            WriteForbidden: a graph that the author may not write to.
            ValidationFailed: the result breaks a rule.
            EgovError: it cannot be applied; as with all of these, nothing has changed.
        """
        ...


class Service:
    """What is being served.

    Args:
        editions: the releases, or the playground, that requests are answered from.
        settings: the service's bounds.
        writer: what makes changes; None where nothing can be written.
    """

    def __init__(self, editions: Editions, settings: Settings, writer: Writer | None = None) -> None:
        self.editions = editions
        self.settings = settings
        self.writer = writer
        self._views: dict[str, Views] = {}
        self._counted: tuple[str, dict[str, int]] = ("", {})

    @property
    def edition(self) -> Edition:
        """What this request is answered from: borrowed when it began; outside of one, the current one."""
        if not has_request_context():
            return self.editions.current
        if "edition" not in g:
            g.edition = self.editions.borrow(past.asked())
        return cast("Edition", g.edition)

    @property
    def release(self) -> State:
        """The state that this request is answered from."""
        return self.edition.state

    @property
    def store(self) -> Answering:
        """What answers queries for this request."""
        return self.edition.store

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

    def views(self) -> Views:
        """The release at hand in other vocabularies."""
        release = self.edition.release
        if release.id not in self._views:
            while len(self._views) > self.settings.past_releases:
                self._views.pop(next(iter(self._views)), None)
            self._views[release.id] = Views(release.path, release.manifest["files"])
        return self._views[release.id]

    @property
    def counts(self) -> dict[str, int]:
        """Numbers of reported observations, statements and regions.

        Raises:
            EvaluationError: the store did not answer; the next call asks again.
        """
        id_, counts = self._counted
        if id_ != self.release.id:
            answer = b"".join(self.store.respond(Operation(_text("counts")), formats.CSV.media_type))
            row = next(csv.DictReader(io.StringIO(answer.decode())))
            counts = {name: int(value) for name, value in row.items()}
            self._counted = (self.release.id, counts)
        return counts

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
        past.install(app, self.editions)
        app.after_request(_give_back_when_sent)


def service() -> Service:
    """The service of the application that handles the request."""
    return cast("Service", current_app.extensions[_EXTENSION])


def _give_back_when_sent(response: Response) -> Response:
    """A streamed answer needs its edition until its last byte."""
    if "edition" in g:
        response.call_on_close(g.edition.give_back)
    return response


def _text(name: str) -> str:
    return (_QUERIES / f"{name}.rq").read_text(encoding="utf-8")
