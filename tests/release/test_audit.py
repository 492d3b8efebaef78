"""The log of writes: whole lines, cut texts, and what a crash leaves."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from egov_kg.errors import ReleaseError
from egov_kg.release.audit import Attempt, Audit

NOW = datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)


def attempt(release: str = "", what: str = "INSERT DATA {}", **more: object) -> Attempt:
    made = Attempt(NOW, "accepted", "12345678", "editor", "127.0.0.1", "q1", "update", what, "00")
    return Attempt(
        **{**{name: getattr(made, name) for name in Attempt.__slots__}, "release": release, **more}
    )


def test_what_is_recorded_is_read_again(tmp_path: Path) -> None:
    audit = Audit(tmp_path)
    assert list(audit.attempts()) == []
    first = attempt("r000000000001", graphs={"urn:g": (2, 1)}, seconds=0.25)
    second = attempt(outcome="forbidden", error="write-forbidden", detail="No.", what="图")
    audit.record(first)
    audit.record(second)
    assert list(Audit(tmp_path).attempts()) == [first, second]
    assert stat.S_IMODE((tmp_path / "audit.jsonl").stat().st_mode) == 0o600
    assert audit.knows("r000000000001")
    assert not audit.knows("r000000000002")


def test_a_write_is_known_however_many_refusals_follow_it(tmp_path: Path) -> None:
    audit = Audit(tmp_path)
    audit.record(attempt("r000000000001"))
    for _ in range(12):
        audit.record(attempt("", outcome="refused", what='"r000000000002"' + "图" * 1900))
    assert (tmp_path / "audit.jsonl").stat().st_size > 100_000
    assert audit.knows("r000000000001")
    assert not audit.knows("r000000000002")


def test_a_line_that_was_cut_off_neither_counts_nor_swallows_the_next(tmp_path: Path) -> None:
    audit = Audit(tmp_path)
    audit.record(attempt("r000000000001"))
    audit.record(attempt("r000000000002"))
    file = tmp_path / "audit.jsonl"
    file.write_bytes(file.read_bytes()[:-30])
    audit.record(attempt("r000000000003"))
    assert [one.release for one in audit.attempts()] == ["r000000000001", "r000000000003"]
    assert not audit.knows("r000000000002")


def test_what_a_client_sent_is_cut_and_cannot_forge_a_line(tmp_path: Path) -> None:
    audit = Audit(tmp_path)
    audit.record(attempt(what="a\n{}\n\x1b[2J\u2028\ud800" + "x" * 5000))
    lines = (tmp_path / "audit.jsonl").read_bytes().splitlines()
    assert len(lines) == 1
    assert all(0x20 <= byte < 0x7F for byte in lines[0])
    what = json.loads(lines[0])["what"]
    assert len(what) == 2001
    assert what.startswith("a\n{}\n")


def test_a_log_that_cannot_be_written_is_said_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").mkdir()
    for act in (Audit(tmp_path).require_writable, lambda: Audit(tmp_path).record(attempt())):
        with pytest.raises(ReleaseError, match=r"audit\.jsonl") as caught:
            act()
        assert caught.value.detail_zh
