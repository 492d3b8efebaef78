"""Licences by their short names."""

from __future__ import annotations

from egov_kg.iris import LICENCE
from egov_kg.licences import BY_IRI, BY_SHORT, short_name


def test_a_known_licence_is_shown_by_its_short_name_and_another_by_its_iri() -> None:
    assert short_name(LICENCE) == "CC-BY-4.0"
    assert short_name("https://e.org/l") == "https://e.org/l"
    assert {one.iri for one in BY_SHORT.values()} == set(BY_IRI)


def test_each_has_its_name_in_both_languages() -> None:
    assert all(set(one.names) == {"en", "zh"} for one in BY_SHORT.values())
