"""The binary search over a release's N-Quads finds what is there, and only that."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.release.lookup import describes

NAMES = st.sets(st.text("abc-1", min_size=1, max_size=4), max_size=30)


@given(NAMES, st.integers(1, 3))
def test_it_finds_each_subject_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, names: set[str], times: int
) -> None:
    file = tmp_path_factory.mktemp("lookup") / "graph.nq"
    lines = sorted(
        f"<http://e/{name}> <http://e/p{number}> <http://e/other> <http://e/g> .\n".encode()
        for name in names
        for number in range(times)
    )
    file.write_bytes(b"".join(lines))
    assert all(describes(file, f"http://e/{name}") for name in names)
    others = {f"{name}x" for name in names} | {name[:-1] for name in names} | {"other"}
    assert not any(describes(file, f"http://e/{name}") for name in others - names)


def test_what_is_only_an_object_is_not_described(tmp_path: Path) -> None:
    file = tmp_path / "graph.nq"
    file.write_bytes(b"<http://e/a> <http://e/p> <http://e/b> <http://e/g> .\n")
    assert describes(file, "http://e/a")
    assert not describes(file, "http://e/b")
