"""`egov-kg backup` and `egov-kg restore`: round trips, and archives that are damaged or hostile."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from egov_kg.errors import NotFound, ReleaseError, SourceError, UsageError
from egov_kg.release.backup import back_up
from egov_kg.release.registry import LABELS, Registry
from egov_kg.release.restore import restore
from support.cli import egov
from support.releases import publish

EXAMPLE = "https://w3id.org/egov-kg/id/example/"


def turtle(name: str) -> str:
    return f"<{EXAMPLE}{name}> rdfs:label '{name}'@en ."


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("a", "b"):
        publish(tmp_path / "home", turtle(name))
    (tmp_path / "home" / "audit.jsonl").write_text('{"time": "2026-01-01T00:00:00+00:00", "who": "x"}\n')
    (tmp_path / "home" / "tokens.json").write_text('{"tokens": []}')
    return tmp_path / "home"


def content(home: Path) -> dict[str, bytes]:
    """Every file of the releases and the logs, and where `current` points."""
    files = {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and not path.name.endswith(".lock") and "current" not in path.parts
    }
    return {name: data for name, data in files.items() if not name.startswith("current/")} | {
        "current": str((home / "current").readlink()).encode()
    }


def test_what_was_kept_comes_back(home: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "kept.tar.zst", tmp_path / "other"
    done = egov("backup", file, "--with-tokens", home=home)
    assert (done.returncode, done.stdout.decode().strip()) == (0, str(file)), done.stderr
    assert file.stat().st_mode & 0o077 == 0
    done = egov("restore", file, home=other)
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().strip() == Registry(home).current().id
    assert content(other) == content(home)
    assert (other / "tokens.json").stat().st_mode & 0o077 == 0
    assert not (other / "building").exists() or not list((other / "building").iterdir())


def test_tokens_are_kept_only_if_asked_for(home: Path, tmp_path: Path) -> None:
    back_up(Registry(home), tmp_path / "kept")
    restore(Registry(tmp_path / "other"), tmp_path / "kept")
    assert not (tmp_path / "other" / "tokens.json").exists()


def test_one_release_can_be_kept(home: Path, tmp_path: Path) -> None:
    older = next(release for release in Registry(home).all() if release.id != Registry(home).current().id)
    kept = back_up(Registry(home), tmp_path / "kept", wanted=[older.id[:8]])
    assert (kept.releases, kept.current) == ((older.id,), None)
    restore(Registry(tmp_path / "other"), tmp_path / "kept")
    assert Registry(tmp_path / "other").current().id == older.id


def test_nothing_is_replaced(home: Path, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    done = egov("backup", tmp_path / "there", home=home)
    assert done.returncode == 2
    assert b"is there already" in done.stderr
    assert (tmp_path / "there").read_text() == "mine"
    with pytest.raises(UsageError, match="no folder"):
        back_up(Registry(home), tmp_path / "nowhere" / "file")


def test_nothing_to_keep_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no release"):
        back_up(Registry(tmp_path), tmp_path / "file")
    assert not (tmp_path / "file").exists()


@pytest.mark.parametrize("damage", ["longer", "changed", "missing"])
def test_a_damaged_release_is_not_kept_as_if_whole(home: Path, tmp_path: Path, damage: str) -> None:
    path = Registry(home).current().nquads
    data = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes(data + b"\n" if damage == "longer" else b"X" + data[1:])
    with pytest.raises(ReleaseError, match=r"graph\.nq"):
        back_up(Registry(home), tmp_path / "file")
    assert sorted(tmp_path.iterdir()) == [home]


def test_a_home_folder_in_use_needs_merge(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    mine = publish(other, turtle("mine"))
    back_up(Registry(home), tmp_path / "kept")
    before = content(other)
    with pytest.raises(UsageError, match="--merge"):
        restore(Registry(other), tmp_path / "kept")
    assert content(other) == before
    restore(Registry(other), tmp_path / "kept", merge=True)
    assert Registry(other).current().id == mine.id
    ids = {release.id for release in Registry(home).all()} | {mine.id}
    assert {release.id for release in Registry(other).all()} == ids
    times = [moment.time for moment in Registry(other).history()]
    assert times == sorted(times)
    assert {moment.release for moment in Registry(other).history()} == ids
    again = content(other)
    restore(Registry(other), tmp_path / "kept", merge=True)
    assert content(other) == again


def test_a_damaged_release_is_mended(home: Path, tmp_path: Path) -> None:
    back_up(Registry(home), tmp_path / "kept")
    before = content(home)
    Registry(home).current().nquads.write_text("damaged")
    restore(Registry(home), tmp_path / "kept", merge=True)
    assert content(home) == before


def members(file: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    data = zstandard.ZstdDecompressor().stream_reader(file.read_bytes()).read()
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        found = []
        for member in archive.getmembers():
            content = archive.extractfile(member)
            assert content is not None
            found.append((member, content.read()))
        return found


def pack(parts: list[tuple[tarfile.TarInfo, bytes]], file: Path) -> None:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for member, part in parts:
            archive.addfile(member, io.BytesIO(part))
    file.write_bytes(zstandard.ZstdCompressor().compress(data.getvalue()))


def entry(name: str, data: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = "") -> tuple[Any, bytes]:
    member = tarfile.TarInfo(name)
    member.size, member.type, member.linkname = len(data), kind, link
    return member, data


Parts = list[tuple[tarfile.TarInfo, bytes]]


def indexed(change: Callable[[dict[str, Any]], None]) -> Callable[[Parts], Parts]:
    def changed(parts: Parts) -> Parts:
        index = json.loads(parts[0][1])
        change(index)
        return [entry("backup.json", json.dumps(index).encode()), *parts[1:]]

    return changed


def traversal(parts: Parts) -> Parts:
    """A file outside, with a right checksum."""
    data = b"gotcha"
    facts = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    id_ = json.loads(parts[0][1])["releases"][0]
    name = f"releases/{id_}/../../../gotcha"
    return [*indexed(lambda index: index["files"].update({name: facts}))(parts), entry(name, data)]


HOSTILE: dict[str, Callable[[Parts], Parts]] = {
    "traversal": traversal,
    "not in the index": lambda parts: [*parts, entry("../gotcha", b"x")],
    "absolute": lambda parts: [*parts, entry("/tmp/gotcha", b"x")],
    "symlink": lambda parts: [parts[0], entry("releases", kind=tarfile.SYMTYPE, link="/tmp"), *parts[1:]],
    "hard link": lambda parts: [*parts, entry("tokens.json", kind=tarfile.LNKTYPE, link="/etc/passwd")],
    "device": lambda parts: [*parts, entry("history.jsonl", kind=tarfile.CHRTYPE)],
    "pipe": lambda parts: [*parts, entry("history.jsonl", kind=tarfile.FIFOTYPE)],
    "long name": lambda parts: [*parts, entry("releases/" + "x" * 5000, b"x")],
    "twice": lambda parts: [*parts, parts[-1]],
    "missing": lambda parts: parts[:-1],
    "changed": lambda parts: [*parts[:-1], (parts[-1][0], b"X" + parts[-1][1][1:])],
    "no index": lambda parts: parts[1:],
    "unreadable index": lambda parts: [entry("backup.json", b"{"), *parts[1:]],
    "deep index": lambda parts: [entry("backup.json", b"[" * 200_000), *parts[1:]],
    "other format": indexed(lambda index: index.update(format=99)),
    "negative size": indexed(lambda index: next(iter(index["files"].values())).update(bytes=-1)),
    "current elsewhere": indexed(lambda index: index.update(current="../../etc")),
    "huge small file": indexed(
        lambda index: index["files"].update({"audit.jsonl": {"sha256": "0" * 64, "bytes": 1 << 40}})
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_or_damaged_archive_changes_nothing(home: Path, tmp_path: Path, kind: str) -> None:
    back_up(Registry(home), tmp_path / "kept")
    pack(HOSTILE[kind](members(tmp_path / "kept")), tmp_path / "bad")
    other = tmp_path / "deep" / "other"
    with pytest.raises(SourceError, match="Nothing was restored") as caught:
        restore(Registry(other), tmp_path / "bad")
    assert "未作任何恢复" in caught.value.detail_zh
    assert not (other / "current").exists()
    assert not list(tmp_path.rglob("gotcha"))
    assert not [path for path in other.rglob("*") if path.is_file() and path.name != "build.lock"]


def test_an_archive_larger_than_the_disk_is_refused_at_once(home: Path, tmp_path: Path) -> None:
    back_up(Registry(home), tmp_path / "kept")
    huge = indexed(lambda index: list(index["files"].values())[-1].update(bytes=1 << 60))
    pack(huge(members(tmp_path / "kept")), tmp_path / "bad")
    with pytest.raises(ReleaseError, match="are free"):
        restore(Registry(tmp_path / "other"), tmp_path / "bad")


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_file_cut_short_changes_nothing(home: Path, tmp_path: Path, share: float) -> None:
    back_up(Registry(home), tmp_path / "kept")
    data = (tmp_path / "kept").read_bytes()
    (tmp_path / "cut").write_bytes(data[: int(len(data) * share)])
    with pytest.raises(SourceError):
        restore(Registry(tmp_path / "other"), tmp_path / "cut")


def test_any_other_file_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("nothing of the kind")
    done = egov("restore", tmp_path / "text", home=tmp_path / "home")
    assert (done.returncode, b"no whole backup" in done.stderr) == (1, True)
    done = egov("restore", tmp_path / "nothing", home=tmp_path / "home")
    assert done.returncode == 2


def test_an_index_of_another_sqlite_does_not(tmp_path: Path) -> None:
    home = tmp_path / "home"
    release = publish(home, turtle("a"), searchable=True)
    back_up(Registry(home), tmp_path / "kept")
    assert release.labels is not None
    release.labels.write_bytes(b"written otherwise")
    manifest = json.loads((release.path / "manifest.json").read_text())
    digest = hashlib.sha256(b"written otherwise").hexdigest()
    manifest["files"][LABELS] = {"sha256": digest, "bytes": len(b"written otherwise")}
    (release.path / "manifest.json").write_text(json.dumps(manifest))
    before = content(home)
    restore(Registry(home), tmp_path / "kept", merge=True)
    assert content(home) == before


def test_a_release_of_the_same_id_and_other_content_stops_it(home: Path, tmp_path: Path) -> None:
    back_up(Registry(home), tmp_path / "kept")
    release = Registry(home).current()
    data = b"<x:s> <x:p> <x:o> <x:g> .\n"
    release.nquads.write_bytes(data)
    manifest = json.loads((release.path / "manifest.json").read_text())
    manifest["files"]["graph.nq"] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    (release.path / "manifest.json").write_text(json.dumps(manifest))
    before = content(home)
    with pytest.raises(ReleaseError, match="other content"):
        restore(Registry(home), tmp_path / "kept", merge=True)
    assert content(home) == before
