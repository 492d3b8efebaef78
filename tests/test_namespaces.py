"""The prefix map, and how IRIs are shortened with it."""

from __future__ import annotations

import pytest

from egov_kg.namespaces import PREFIXES, expand, folder, shrink


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_shortened_iri_expands_to_itself(prefix: str) -> None:
    assert expand(shrink(PREFIXES[prefix] + "x")) == PREFIXES[prefix] + "x"


def test_namespaces_are_told_apart() -> None:
    assert len(set(PREFIXES.values())) == len(PREFIXES)


def test_the_longest_namespace_shortens() -> None:
    assert shrink("https://w3id.org/egov-kg/id/region/610000") == "eid:region/610000"


def test_an_iri_outside_stays_whole() -> None:
    assert shrink("https://example.org/x") == "https://example.org/x"


def test_an_unknown_prefix_is_refused() -> None:
    with pytest.raises(KeyError):
        expand("nobody:x")


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        (PREFIXES["eid"] + "region/610000", ("region", PREFIXES["eid"] + "region/")),
        (PREFIXES["ecode"] + "flag/average", ("c-flag", PREFIXES["ecode"] + "flag/")),
        (PREFIXES["ecode"] + "flag", None),
        (PREFIXES["eid"] + "unit/x", None),
        (PREFIXES["egov"] + "flag", None),
        ("https://example.org/id/region/x", None),
    ],
)
def test_a_folder_has_a_prefix_of_its_own(iri: str, expected: tuple[str, str] | None) -> None:
    assert folder(iri) == expected
