"""Which release was current when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from egov_kg.release import history
from egov_kg.release.registry import Registry
from support.releases import publish

ONE = "eid:thing-1 a egov:Thing ."
TWO = "eid:thing-2 a egov:Thing ."


def test_each_change_of_the_current_release_is_written_down(tmp_path: Path) -> None:
    first, second = publish(tmp_path, ONE), publish(tmp_path, TWO)
    publish(tmp_path, ONE)
    moments = Registry(tmp_path).history()
    assert [moment.release for moment in moments] == [first.id, second.id, first.id]
    assert moments == sorted(moments, key=lambda moment: moment.time)


def test_publishing_the_same_again_is_no_change(tmp_path: Path) -> None:
    publish(tmp_path, ONE)
    publish(tmp_path, ONE)
    assert len(Registry(tmp_path).history()) == 1


def test_at_a_time_the_last_one_before_it_was_current(tmp_path: Path) -> None:
    first = publish(tmp_path, ONE)
    second = publish(tmp_path, TWO)
    moments = Registry(tmp_path).history()
    before = history.at(moments, moments[0].time - timedelta(seconds=1))
    at_first, after = history.at(moments, moments[0].time), history.at(moments, datetime.now(UTC))
    assert before is None
    assert at_first is not None
    assert at_first.release == first.id
    assert after is not None
    assert after.release == second.id


def test_a_crash_between_the_swap_and_its_line_loses_nothing(tmp_path: Path) -> None:
    first, second = publish(tmp_path, ONE), publish(tmp_path, TWO)
    file = tmp_path / "history.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text(lines[0] + lines[1][:20])
    assert [moment.release for moment in Registry(tmp_path).history()] == [first.id, second.id]
    third = publish(tmp_path, ONE)
    assert [moment.release for moment in Registry(tmp_path).history()] == [first.id, second.id, third.id]
