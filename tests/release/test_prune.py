"""Old releases: which may go, which never do, and what is left when they are gone."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from egov_kg.errors import NotFound, ReleaseError, UsageError
from egov_kg.release.prune import old, prune
from egov_kg.release.registry import MANIFEST, Registry
from support.releases import publish

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
DAYS = (90, 60, 30, 10, 1)
"""How long ago each of five releases was made and became current; the last one is the current one."""


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    home = tmp_path / "home"
    lines = []
    for number, days in enumerate(DAYS):
        time = NOW - timedelta(days=days)
        release = publish(home, f'eid:region\\/x skos:notation "{number}" .\n', created=time)
        lines.append(json.dumps({"time": time.isoformat(), "release": release.id}))
    (home / "history.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return Registry(home)


def ids(registry: Registry) -> list[str]:
    """All releases, the oldest first."""
    return [release.id for release in registry.all()][::-1]


def going(registry: Registry, *, keep: int | None = None, days: int | None = None) -> list[str]:
    age = None if days is None else timedelta(days=days)
    return [one.release.id for one in old(registry, NOW, keep=keep, older_than=age)][::-1]


def built_by(registry: Registry, release: str) -> None:
    """Have the current release be a write to another."""
    path = registry.current().path / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"built": release}), encoding="utf-8")


def test_all_but_the_newest(registry: Registry) -> None:
    known = ids(registry)
    assert going(registry, keep=2) == known[:3]
    assert going(registry, keep=5) == []
    assert going(registry, keep=1) == known[:4]


def test_those_of_an_age(registry: Registry) -> None:
    known = ids(registry)
    assert going(registry, days=30) == known[:3]
    assert going(registry, days=31) == known[:2]
    assert going(registry, days=0) == known[:4]  # the current one is left


def test_both_conditions_have_to_hold(registry: Registry) -> None:
    known = ids(registry)
    assert going(registry, keep=4, days=30) == known[:1]
    assert going(registry, keep=2, days=60) == known[:2]


def test_one_condition_is_needed(registry: Registry) -> None:
    with pytest.raises(UsageError, match="--keep") as caught:
        going(registry)
    assert "--keep" in caught.value.detail_zh


def test_the_last_build_stays_and_counts(registry: Registry) -> None:
    known = ids(registry)
    built_by(registry, known[0])
    assert going(registry, days=0) == known[1:4]
    assert going(registry, keep=2) == known[1:4]
    assert going(registry, keep=3) == known[1:3]


def test_what_became_current_again_is_young(registry: Registry) -> None:
    known = ids(registry)
    line = json.dumps({"time": (NOW - timedelta(days=2)).isoformat(), "release": known[1]})
    with (registry.home / "history.jsonl").open("a") as handle:
        handle.write(f"{line}\n")
    registry.make_current(registry.get(known[4]))
    assert going(registry, days=30) == [known[0], known[2]]
    assert known[1] not in going(registry, keep=2)


def test_nothing_goes_while_nobody_knows_what_is_current(registry: Registry) -> None:
    known = ids(registry)
    (registry.current().path / MANIFEST).unlink()
    with pytest.raises(ReleaseError):
        prune(registry, NOW, keep=1, older_than=None)
    (registry.home / "current").unlink()
    with pytest.raises(NotFound):
        prune(registry, NOW, keep=1, older_than=None)
    assert sorted(path.name for path in registry.releases.iterdir()) == sorted(known)


def test_they_are_gone_and_the_others_whole(registry: Registry) -> None:
    known = ids(registry)
    being_read = (registry.get(known[0]).nquads).open("rb")
    before = registry.history()
    gone = prune(registry, NOW, keep=2, older_than=None)
    assert {one.release.id for one in gone} == set(known[:3])
    assert all(one.size == one.release.manifest["files"]["graph.nq"]["bytes"] for one in gone)
    assert ids(registry) == known[3:]
    for release in registry.all():
        release.verify()
    assert registry.current().id == known[4]
    assert registry.history() == before
    assert not list((registry.home / "building").iterdir())
    with being_read:
        assert being_read.read()  # a download that has begun is finished
    assert prune(registry, NOW, keep=2, older_than=None) == []


def test_what_a_crash_left_of_one_goes_with_the_next_build(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = ids(registry)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)
        prune(registry, NOW, keep=4, older_than=None)
    assert list((registry.home / "building").iterdir())
    assert ids(registry) == known[1:]
    with registry.lock():
        registry.clean()
    assert ids(registry) == known[1:]
    assert not (registry.home / "building").exists()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="EGOV_KG_HOME"):
        prune(Registry(tmp_path / "none"), NOW, keep=1, older_than=None)
    assert not (tmp_path / "none").exists()
