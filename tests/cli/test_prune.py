"""`egov-kg prune`: nothing goes without --yes, and what goes is said in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.release.registry import Registry
from support.cli import egov
from support.releases import publish


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for number in range(3):
        publish(tmp_path / "home", f'eid:region\\/x skos:notation "{number}" .\n')
    return tmp_path / "home"


def test_it_shows_first_and_removes_when_told(home: Path) -> None:
    registry = Registry(home)
    current = registry.current().id
    others = {release.id for release in registry.all()} - {current}
    shown = egov("prune", "--keep", "1", home=home)
    assert shown.returncode == 0, shown.stderr
    assert {line.split("\t")[0] for line in shown.stdout.decode().splitlines()} == others
    assert b"2 releases would go" in shown.stderr
    assert b"--yes" in shown.stderr
    assert len(registry.all()) == 3
    done = egov("prune", "--keep", "1", "--yes", "--lang", "zh", home=home)
    assert (done.returncode, done.stdout) == (0, shown.stdout), done.stderr
    assert "已删除 2 个版本" in done.stderr.decode()
    assert [release.id for release in registry.all()] == [current]
    again = egov("prune", "--keep", "1", "--yes", home=home)
    assert (again.returncode, again.stdout) == (0, b"")
    assert b"No release may go." in again.stderr


def test_too_young_is_not_old(home: Path) -> None:
    assert egov("prune", "--older-than", "1", home=home).stdout == b""
    assert len(egov("prune", "--older-than", "0", home=home).stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("options", "lang", "words"),
    [
        ((), "en", "--older-than DAYS"),
        (("--yes",), "zh", "--older-than 天数"),
        (("--keep", "0"), "en", "--keep"),
        (("--older-than", "-1"), "en", "--older-than"),
    ],
)
def test_a_wrong_condition_removes_nothing(
    home: Path, options: tuple[str, ...], lang: str, words: str
) -> None:
    done = egov("prune", *options, "--lang", lang, home=home)
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert len(Registry(home).all()) == 3


def test_a_home_without_releases_is_said(tmp_path: Path) -> None:
    done = egov("prune", "--keep", "1", "--yes", home=tmp_path / "none")
    assert done.returncode == 2
    assert b"EGOV_KG_HOME" in done.stderr
    assert not (tmp_path / "none").exists()
