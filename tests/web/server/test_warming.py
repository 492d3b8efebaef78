"""What is worked out before anybody asks for it: `egov_kg.web.server.warming`."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request

from egov_kg.release.registry import Registry
from egov_kg.settings import Settings
from egov_kg.sparql.protocol import Operation
from egov_kg.store.answer import Answer
from egov_kg.store.evaluators import Evaluators
from egov_kg.web.app import create_app
from egov_kg.web.editions import Editions
from egov_kg.web.playground import Playground
from egov_kg.web.server.warming import PATHS, Warming
from support.service import eventually
from support.states import publish_number


@dataclass
class Place:
    """An application over releases, and the paths that it was asked for."""

    home: Path
    editions: Editions
    app: Flask
    asked: list[str]
    numbers: Iterator[int]

    def publish(self) -> None:
        """Have another release become the current one."""
        publish_number(self.home, next(self.numbers))
        assert self.editions.refresh()


# One for all tests: templates take a second to compile.
@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("warming")
    editions = Editions(Registry(home), Settings(home=home, evaluators=1))
    app = create_app(Settings(home=home), editions)
    place = Place(home, editions, app, [], count(1))
    app.before_request(lambda: place.asked.append(request.path))
    place.publish()
    yield place
    editions.close()


@pytest.fixture
def place(shared: Place) -> Place:
    """With a release that nobody has asked for."""
    shared.publish()
    shared.asked.clear()
    return shared


@contextmanager
def warming(place: Place, quiet: float = 0.05) -> Iterator[None]:
    started = Warming(place.app, place.editions, quiet)
    started.start()
    try:
        yield
    finally:
        started.stop()


def test_afterwards_nobody_waits(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, templates = place.app.jinja_env.cache, place.app.jinja_env.list_templates(extensions=("html",))
    assert cache is not None
    with warming(place):
        assert eventually(lambda: len(cache) >= len(templates) > 50)
    assert place.asked == list(PATHS)
    queries: list[str] = []
    run = Evaluators._run

    def counted(self: Evaluators, operation: Operation, *rest: Any, **more: Any) -> Answer:
        queries.append(operation.query)
        return run(self, operation, *rest, **more)

    monkeypatch.setattr(Evaluators, "_run", counted)
    client = place.app.test_client()
    asking = []
    for path in (*PATHS, "/zh/datasets"):
        reply = client.get(path, headers={"Accept": "text/html, application/json"})
        reply.close()
        assert reply.status_code == 200, path
        asking += [path] if queries else []
        queries.clear()
    assert asking == ["/en/ontology"]  # for what refers to it, as the page of any other thing


def test_every_release_is_warmed(place: Place) -> None:
    with warming(place):
        assert eventually(lambda: place.asked == list(PATHS))
        place.publish()
        assert eventually(lambda: place.asked == [*PATHS, *PATHS])


def test_releases_in_a_row_are_warmed_once(place: Place) -> None:
    waiting = Warming(place.app, place.editions, quiet=0.05)
    place.publish()
    place.publish()
    waiting.start()
    assert eventually(lambda: len(place.asked) >= len(PATHS))
    waiting.stop()
    assert place.asked == list(PATHS)


def test_what_fails_ends_nothing(place: Place) -> None:
    place.editions.current.store.close()
    with warming(place):
        assert eventually(lambda: place.asked == list(PATHS))
        place.publish()
        assert eventually(lambda: place.asked == [*PATHS, *PATHS])


def test_it_ends_when_told_to(place: Place) -> None:
    with warming(place, quiet=600.0):
        pass
    assert eventually(lambda: not any(thread.name == "warming" for thread in threading.enumerate()))
    assert place.asked == []


def test_a_playground_is_not_warmed(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, evaluators=1)
    playground = Playground(settings, "secret")
    try:
        playground.refresh()
        place = Place(tmp_path, playground, create_app(settings, playground), [], count())
        place.app.before_request(lambda: place.asked.append(request.path))
        with warming(place, quiet=0.0):
            pass
        assert place.asked == []
    finally:
        playground.close()


def test_what_was_loaded_is_no_garbage_to_look_through(place: Place) -> None:
    gc.unfreeze()
    with warming(place):
        assert eventually(lambda: gc.get_freeze_count() > 10_000)
    gc.unfreeze()
