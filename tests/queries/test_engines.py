"""The questions and the integrity checks over other engines: the same answers as our own store gives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from egov_kg.release.registry import Registry
from egov_kg.release.rules import Check, load_checks
from egov_kg.settings import Settings
from egov_kg.sparql.queries import Question
from egov_kg.store.remote import Remote
from support.cli import Built
from support.engines import ENGINES, engine_of, pushed
from support.questions import QUESTIONS, SOURCES, answer, expected

CHECKS = tuple(check for check in load_checks(SOURCES) if check.scope != "imports")


@pytest.fixture(scope="module", params=ENGINES)
def store(built: Built, request: pytest.FixtureRequest) -> Iterator[Remote]:
    """The project's own release in an engine."""
    release = Registry(built.home).get(built.id)
    bounds = Settings(home=built.home, query_timeout=200.0, write_timeout=200.0, evaluators=1)
    with Remote(release.id, pushed(engine_of(request.param, request), release, bounds)) as remote:
        yield remote


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_question_has_its_answer(question: Question, store: Remote) -> None:
    assert answer(store, question.text) == expected(question)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.path.stem)
def test_no_integrity_check_finds_anything(check: Check, store: Remote) -> None:
    """The release was validated over a default graph of all graphs; these look at its default graph."""
    assert store.select(check.query) == []
