"""The release that calls are answered from, while others are published: real evaluators, real folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from egov_kg.mcp.current import Current
from egov_kg.mcp.source import Source
from egov_kg.settings import Settings
from support.releases import publish

ASK = "SELECT ?s WHERE { ?s a <https://w3id.org/egov-kg/ontology#Region> }"


def turtle(count: int) -> str:
    return "".join(f"<urn:r{number}> a egov:Region . " for number in range(count))


def regions(source: Source) -> int:
    return len(source.store.select(ASK))


def ended(source: Source) -> bool:
    return source.store.closed


@pytest.fixture
def current(tmp_path: Path) -> Iterator[Current]:
    publish(tmp_path, turtle(1))
    held = Current(Settings(tmp_path, evaluators=1))
    yield held
    held.close()


def test_a_call_that_has_begun_ends_with_the_release_that_it_began_with(
    current: Current, tmp_path: Path
) -> None:
    with current.borrow() as before:
        publish(tmp_path, turtle(2))
        with current.borrow() as after:
            assert (regions(before), regions(after)) == (1, 2)
        assert not ended(before)
    assert ended(before)
    assert not ended(after)


def test_what_nobody_uses_ends_at_once_and_the_same_release_is_kept(current: Current, tmp_path: Path) -> None:
    with current.borrow() as first:
        pass
    publish(tmp_path, turtle(1))
    with current.borrow() as same:
        assert same is first
    publish(tmp_path, turtle(2))
    with current.borrow() as second:
        assert ended(first)
        assert regions(second) == 2


def test_a_release_that_cannot_be_loaded_is_not_taken_up(
    current: Current, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = publish(tmp_path, turtle(2))
    broken.nquads.write_bytes(b"<urn:a> <urn:b>")
    for _ in range(2):
        with current.borrow() as source:
            assert regions(source) == 1
    assert caplog.text.count("is not taken up") == 1
    publish(tmp_path, turtle(3))
    with current.borrow() as source:
        assert regions(source) == 3


def test_the_end_is_the_end_of_all_of_them(current: Current, tmp_path: Path) -> None:
    with current.borrow() as before:
        publish(tmp_path, turtle(2))
        with current.borrow() as after:
            current.close()
            assert ended(before)
            assert ended(after)
