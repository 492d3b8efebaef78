"""Forms and query strings are read as `urllib.parse` reads them, without an object for each escape."""

from __future__ import annotations

from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from egov_kg.errors import UsageError
from egov_kg.sparql.forms import parameters

_PARTS = [
    "%",
    "=",
    "&",
    "+",
    "a",
    "4",
    "1",
    "\r",
    "\n",
    "_",
    "%e4%b8%ad",
    "%3D",
    "%0D%0A",
    "=\n",
    "中",
    "%25",
]


@given(st.lists(st.sampled_from(_PARTS), max_size=20).map("".join))
def test_as_the_standard_library_reads_them(text: str) -> None:
    expected: dict[str, list[str]] | None = {}
    try:
        for name, value in parse_qsl(text, keep_blank_values=True, errors="strict"):
            assert expected is not None
            expected.setdefault(name, []).append(value)
    except UnicodeDecodeError:
        expected = None
    try:
        found: dict[str, list[str]] | None = parameters(text.encode())
    except UsageError:
        found = None
    assert found == expected
