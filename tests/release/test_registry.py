"""The registry: finding, checking and publishing releases."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from egov_kg.errors import NotFound, ReleaseError, UsageError
from egov_kg.release import disk
from egov_kg.release.disk import exchange
from egov_kg.release.registry import MANIFEST, Registry
from support.releases import publish


def fact(number: int) -> str:
    return f"<urn:x:{number}> <urn:p> <urn:o> ."


def at(day: int) -> datetime:
    return datetime(2020, 1, day, tzinfo=UTC)


def test_an_empty_home_has_no_release_and_says_what_to_do(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "none")
    assert registry.all() == []
    with pytest.raises(NotFound, match="egov-kg build") as caught:
        registry.current()
    assert "egov-kg build" in caught.value.detail_zh
    with pytest.raises(NotFound):
        registry.get("r1")
    assert not (tmp_path / "none").exists()


def test_releases_are_found_by_id_by_its_beginning_and_by_the_word(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    many = [publish(tmp_path, fact(n), created=at(n)) for n in range(1, 21)]
    assert [release.id for release in registry.all()] == [release.id for release in reversed(many)]
    assert registry.current() == registry.get("current") == many[-1]
    for release in many:
        assert registry.get(release.id) == release
        others = [one.id for one in many if one is not release]
        shortest = next(
            release.id[:n] for n in range(2, 14) if not any(o.startswith(release.id[:n]) for o in others)
        )
        assert registry.get(shortest) == release
    with pytest.raises(UsageError, match="begins 20 releases"):
        registry.get("r")
    for wrong in ("", "x", f"{many[0].id}0", "../releases"):
        with pytest.raises(NotFound):
            registry.get(wrong)


def test_an_earlier_release_can_be_made_current_again(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    first, second = publish(tmp_path, fact(1)), publish(tmp_path, fact(2))
    assert registry.current() == second
    registry.make_current(first)
    assert registry.current() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "build.lock",
        "current",
        "history.jsonl",
        "releases",
    ]


def test_damage_is_found_and_named(tmp_path: Path) -> None:
    release = publish(tmp_path, fact(1))
    release.verify()
    assert release.damaged() == ()
    content = release.nquads.read_bytes()
    release.nquads.write_bytes(content.replace(b"urn:o", b"urn:0"))
    with pytest.raises(ReleaseError, match=r"graph\.nq") as caught:
        release.verify()
    assert "graph.nq" in caught.value.detail_zh
    release.nquads.unlink()
    assert release.damaged() == ("graph.nq",)


@pytest.mark.parametrize(
    "manifest", ["", "[]", "{}", "\xff", '{"format": 1, "id": "r0", "created": "yesterday"}']
)
def test_an_unreadable_release_is_an_error_and_does_not_hide_the_others(
    manifest: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = publish(tmp_path, fact(1)), publish(tmp_path, fact(2))
    (bad.path / MANIFEST).write_text(manifest, encoding="latin-1")
    registry = Registry(tmp_path)
    for ask in (registry.current, lambda: registry.get(bad.id)):
        with pytest.raises(ReleaseError, match=str(bad.path)):
            ask()
    with caplog.at_level(logging.WARNING):
        assert registry.all() == [good]
    assert str(bad.path) in caplog.text


def test_a_release_of_another_format_is_refused_in_words(tmp_path: Path) -> None:
    release = publish(tmp_path, fact(1))
    manifest = json.loads((release.path / MANIFEST).read_text())
    (release.path / MANIFEST).write_text(json.dumps({**manifest, "format": 99}))
    with pytest.raises(ReleaseError, match="format 99"):
        Registry(tmp_path).current()


def test_current_naming_a_release_that_is_gone(tmp_path: Path) -> None:
    release = publish(tmp_path, fact(1))
    release.path.rename(tmp_path / "elsewhere")
    with pytest.raises(ReleaseError, match="egov-kg build"):
        Registry(tmp_path).current()


def test_a_new_folder_removes_what_was_left(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    with registry.lock():
        left = registry.new_folder()
        (left / "half").write_text("written")
        (tmp_path / ".current-dead").symlink_to("nowhere")
        folder = registry.new_folder()
        assert list(folder.parent.iterdir()) == [folder]
        assert not list(tmp_path.glob(".current-*"))
        assert folder.stat().st_mode & 0o777 == 0o755


HOLD = """
import sys
from pathlib import Path
from egov_kg.release.registry import Registry
with Registry(Path(sys.argv[1])).lock():
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(home: Path) -> subprocess.Popen[str]:
    """A process that holds the lock until its input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, home], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_lock_is_for_one_and_tells_who_waits(tmp_path: Path) -> None:
    told: list[int | None] = []
    with hold(tmp_path) as holder:

        def on_wait() -> None:
            told.append(holder.poll())
            assert holder.stdin is not None
            holder.stdin.close()

        with Registry(tmp_path).lock(on_wait):
            assert told == [None], "it was told once, while the other held the lock"
            assert holder.wait() == 0
    with Registry(tmp_path).lock(on_wait):
        assert len(told) == 1


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    with hold(tmp_path) as holder:
        holder.kill()
    with Registry(tmp_path).lock(lambda: pytest.fail("nobody holds it")):
        pass


@pytest.mark.parametrize("atomic", [True, False])
def test_exchange_swaps_two_folders(atomic: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / "name").write_text(folder.name)
    if not atomic:
        monkeypatch.setattr(disk, "_RENAME_EXCHANGE", 1 << 30)  # a flag that no kernel has
    exchange(one, other)
    assert (other / "name").read_text() == "one"
    there = one if atomic else tmp_path / "other-aside"
    assert (there / "name").read_text() == "other"
