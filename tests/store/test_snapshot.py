"""Snapshots on disk: made whole or not at all, opened read-only by many."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from egov_kg.errors import ReleaseError, SourceError
from egov_kg.store.base import Dataset
from egov_kg.store.snapshot import Snapshot, create
from support.graphs import DATASET, EX, A, nquads, write


def test_two_processes_open_one_snapshot(tmp_path: Path) -> None:
    create(tmp_path / "store", write(tmp_path), DATASET)
    script = (
        "import sys; from pathlib import Path; from support.graphs import DATASET\n"
        "from egov_kg.store.snapshot import Snapshot\n"
        "print(len(Snapshot.open(Path(sys.argv[1]), DATASET)))"
    )
    before = {path.name: path.read_bytes() for path in (tmp_path / "store").glob("*.sst")}
    with Snapshot.open(tmp_path / "store", DATASET) as store:
        assert len(store) == 20
        done = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / "store")],
            cwd=Path(__file__).parents[1],
            capture_output=True,
            check=True,
        )
        assert done.stdout == b"20\n"
    assert before
    assert {path.name: path.read_bytes() for path in (tmp_path / "store").glob("*.sst")} == before


def test_a_snapshot_is_never_overwritten(tmp_path: Path) -> None:
    create(tmp_path / "store", write(tmp_path), DATASET)
    with pytest.raises(ReleaseError, match="never overwritten"):
        create(tmp_path / "store", write(tmp_path), DATASET)
    with Snapshot.open(tmp_path / "store", DATASET) as store:
        assert len(store) == 20


def test_a_broken_file_leaves_nothing_behind(tmp_path: Path) -> None:
    path = write(tmp_path, nquads() + "oops\n")
    with pytest.raises(SourceError) as caught:
        create(tmp_path / "store", path, DATASET)
    assert caught.value.extra["line"] == 21
    assert [entry.name for entry in tmp_path.iterdir()] == ["graph.nq"]
    with pytest.raises(SourceError):
        Snapshot.memory([path], DATASET)


def test_what_a_crash_left_is_no_obstacle(tmp_path: Path) -> None:
    leftover = tmp_path / "store.building"
    leftover.mkdir()
    (leftover / "CURRENT").write_text("MANIFEST-999999\n")
    create(tmp_path / "store", write(tmp_path), DATASET)
    with Snapshot.open(tmp_path / "store", DATASET) as store:
        assert len(store) == 20


def test_no_snapshot_there(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="egov-kg build"):
        Snapshot.open(tmp_path / "none", DATASET)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReleaseError, match="cannot be opened"):
        Snapshot.open(tmp_path / "empty", DATASET)


def test_several_files_are_one_graph(tmp_path: Path) -> None:
    other = tmp_path / "other.nq"
    other.write_text(f"<{EX}a> <{EX}b> <{EX}c> <{A}> .\n")
    with Snapshot.memory([write(tmp_path), other], Dataset((A,))) as store:
        assert len(store) == 21
        assert store.ask(f"ASK {{ <{EX}a> <{EX}b> <{EX}c> }}")
        assert not store.ask(f"ASK {{ ?s <{EX}note> ?o }}")


def test_threads_share_a_snapshot(tmp_path: Path) -> None:
    create(tmp_path / "store", write(tmp_path), DATASET)
    query = f"SELECT ?c ?n WHERE {{ ?c <{EX}share> ?n }} ORDER BY ?c"
    with Snapshot.open(tmp_path / "store", DATASET) as store, ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: store.select(query), range(64)))
    assert all(answer == answers[0] and len(answer) == 4 for answer in answers)
