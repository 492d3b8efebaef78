"""Which releases a setting means: those of the home folder, one folder, or those that an engine is over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from egov_kg.errors import ReleaseError, UsageError
from egov_kg.release.chosen import registry_of
from egov_kg.settings import Settings
from support.cli import egov
from support.releases import publish

ONE, TWO = (f'<https://w3id.org/egov-kg/id/region/{name}> rdfs:label "x" .' for name in "12")


def test_a_folder_stays_what_is_current(tmp_path: Path) -> None:
    first = publish(tmp_path, ONE)
    settings = Settings(home=tmp_path / "elsewhere", store=str(first.path))
    registry = registry_of(settings)
    second = publish(tmp_path, TWO)
    assert registry.current().id == registry.get("current").id == registry.get(first.id).id == first.id
    assert registry.get(second.id).id == second.id


def test_without_a_folder_it_is_the_home_folder(tmp_path: Path) -> None:
    release = publish(tmp_path, ONE)
    for store in ("", "http://127.0.0.1:9/query"):
        assert registry_of(Settings(home=tmp_path, store=store)).current().id == release.id


def test_what_is_neither_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="neither") as caught:
        registry_of(Settings(home=tmp_path, store=str(tmp_path / "none")))
    assert "目录" in caught.value.detail_zh
    with pytest.raises(ReleaseError):
        registry_of(replace(Settings(home=tmp_path), store=str(tmp_path)))


def test_the_command_line_asks_the_folder(tmp_path: Path) -> None:
    first = publish(tmp_path, ONE)
    publish(tmp_path, TWO)
    query = tmp_path / "q.rq"
    query.write_text("SELECT ?s { ?s ?p ?o }")
    answer = egov("query", str(query), "--store", str(first.path), home=tmp_path)
    assert answer.stdout.decode() == "?s\n<https://w3id.org/egov-kg/id/region/1>\n"


def test_push_says_which_address_is_missing(tmp_path: Path) -> None:
    publish(tmp_path, ONE)
    answer = egov("push", "--to", "http://127.0.0.1:9/query", home=tmp_path)
    assert answer.returncode == 2
    assert "--update, --graphs" in answer.stderr.decode()
