"""A server over three releases of known times, and one over the project's own data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from egov_kg.release.registry import Registry
from egov_kg.settings import Settings
from support.cli import Built
from support.releases import publish
from support.service import Server, running

TIMES = ("2026-01-10T08:00:00.250000+00:00", "2026-02-10T08:00:00.500000+00:00", "2026-03-10T08:00:00+00:00")
"""When each of the three became current."""

THING = "https://w3id.org/egov-kg/id/region/x1"
VALUE_QUERY = f"SELECT ?n WHERE {{ <{THING}> <http://www.w3.org/2004/02/skos/core#notation> ?n }}"
"""Which of the three answers: 1, 2 or 3."""


@dataclass(frozen=True)
class Past:
    """A running server.

    Attributes:
        server: answers.
        ids: of the three releases, the oldest first; the last is the current one.
        home: their folder, for tests that look into it.
        settings: of the server.
    """

    server: Server
    ids: tuple[str, ...]
    settings: Settings


def turtle(number: int) -> str:
    """The data of one of the releases."""
    return (
        f'eid:region\\/x1 a egov:Region ; skos:notation "{number}" .\n'
        f'eid:region\\/x1 rdfs:label "North {number}"@en , "北{number}"@zh .\n'
        'eid:observation\\/x1 a qb:Observation ; rdfs:label "<a> & b"@en .\n'
        'egov:Region a owl:Class ; rdfs:label "Region"@en , "地区"@zh ; rdfs:comment "A place."@en .\n'
        'ecode:level a skos:ConceptScheme ; rdfs:label "Level"@en .\n'
        "ecode:level\\/one a skos:Concept ; skos:inScheme ecode:level .\n"
    )


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    """Three releases, the last one current. Read only."""
    home = tmp_path_factory.mktemp("past")
    releases = [publish(home, turtle(number), searchable=True) for number in (1, 2, 3)]
    ids = tuple(release.id for release in releases)
    lines = [json.dumps({"time": time, "release": id_}) for time, id_ in zip(TIMES, ids, strict=True)]
    (home / "history.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    settings = Settings(home=home, query_timeout=5.0, queue_timeout=5.0, evaluators=1)
    with running(settings, releases[-1]) as server:
        yield Past(server, ids, settings)
        assert "Traceback" not in "".join(server.errors)


@pytest.fixture(scope="session")
def complete(built: Built) -> Iterator[Server]:
    """A server over the project's own data."""
    with running(Settings(home=built.home, evaluators=1), Registry(built.home).current()) as server:
        yield server
        assert "Traceback" not in "".join(server.errors)
