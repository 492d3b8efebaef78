"""Output files appear whole or not at all; a reader that goes away is no error."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from egov_kg.cli.output import write
from egov_kg.errors import UsageError


def failing() -> Iterator[bytes]:
    yield b"half of "
    raise RuntimeError("no more")


def test_a_file_is_replaced_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_bytes(b"old")
    write([b"new ", b"content"], target)
    assert target.read_bytes() == b"new content"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_bytes(b"old")
    with pytest.raises(RuntimeError):
        write(failing(), target)
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_a_file_gets_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    write([b"x"], tmp_path / "ours")
    (tmp_path / "theirs").write_bytes(b"x")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "theirs").stat().st_mode


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write([b"new"], tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_named_pipe_is_written_to_as_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write([b"through ", b"it"], pipe)
    reader.join(timeout=60)
    assert read == [b"through it"]
    assert pipe.is_fifo()


@pytest.mark.parametrize("name", ["folder", "absent/out.csv"])
def test_what_cannot_be_a_file_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError) as caught:
        write([b"x"], tmp_path / name)
    assert name.split("/")[0] in caught.value.detail
    assert caught.value.detail_zh


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path) -> None:
    program = (
        "import sys; from egov_kg.cli import app; from egov_kg.cli.output import write\n"
        "app.app.main = lambda *a, **k: write((b'x' * 65536 for _ in range(10**6)), None)\n"
        "app.main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.read(10) == b"x" * 10
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=30) == 141
    process.stderr.close()
