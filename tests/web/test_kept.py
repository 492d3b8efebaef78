"""What is worked out once for a release."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from egov_kg.web.kept import Kept


def test_once_for_each_release_and_the_last_few_are_kept() -> None:
    made: list[int] = []

    def make() -> int:
        made.append(len(made))
        return made[-1]

    kept = Kept(make)
    assert [kept.get(name) for name in ("a", "a", "b", "a")] == [0, 0, 1, 0]
    for name in ("c", "d", "e"):
        kept.get(name)
    assert kept.get("a") == 0  # used last before them, so b went first
    assert kept.get("b") == 5


def test_what_failed_is_tried_again() -> None:
    answers: Iterator[ValueError | int] = iter([ValueError("no"), 7])

    def make() -> int:
        answer = next(answers)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    kept = Kept(make)
    with pytest.raises(ValueError, match="no"):
        kept.get("a")
    assert kept.get("a") == 7
