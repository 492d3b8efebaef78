"""Content negotiation by profile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.errors import NotAcceptable
from egov_kg.publish.views import PROFILES, QB
from egov_kg.web.profiles import choose, parse_accept_profile

SCHEMA = next(profile for profile in PROFILES if profile.token == "schema")
CUBE = next(profile for profile in PROFILES if profile.token == "cube-link")


@pytest.mark.parametrize(
    ("header", "hint", "expected"),
    [
        ("", "", QB),
        ("<https://schema.org/>", "", SCHEMA),
        ("<https://schema.org/>;q=0.2, <https://cube.link/>;q=0.9", "", CUBE),
        ("<https://schema.org/>;q=0", "", QB),
        ("<https://example.org/unknown>, <https://schema.org/>;q=0.1", "", SCHEMA),
        ("<https://cube.link/>", "schema", SCHEMA),
        ("", "https://cube.link/", CUBE),
        ("https://schema.org/", "", QB),  # no angle brackets: malformed
    ],
)
def test_choice(header: str, hint: str, expected: object) -> None:
    assert choose(header, hint, PROFILES) == expected


def test_a_view_that_there_is_not_is_not_acceptable() -> None:
    with pytest.raises(NotAcceptable) as caught:
        choose("", "dcat", (QB, SCHEMA))
    assert caught.value.extra["available"] == ["qb", "schema"]
    assert caught.value.detail_zh


@given(st.text(max_size=200))
def test_no_header_breaks_it(header: str) -> None:
    assert choose(header, "", PROFILES) in PROFILES
    assert all(0 <= quality <= 1 for _, quality in parse_accept_profile(header))


def test_blanks_that_lead_nowhere_are_read_once() -> None:
    assert parse_accept_profile("<a>;" + " " * 4000 + "<b>") == (("b", 1.0),)
    assert parse_accept_profile("<a> ;q=0.5 , <b>") == (("b", 1.0), ("a", 0.5))
