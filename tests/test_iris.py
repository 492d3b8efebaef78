"""IRIs: minting and parsing undo each other; what is no IRI of the project is refused in both languages."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg import iris
from egov_kg.errors import UsageError
from egov_kg.iris import BASE, Kind, Name, mint, parse

slugs = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+){0,3}", fullmatch=True)
terms = st.from_regex(r"[A-Za-z][A-Za-z0-9-]*", fullmatch=True)
kinds = st.sampled_from(list(get_args(Kind)))


@st.composite
def own_names(draw: st.DrawFn) -> Name:
    kind: Kind = draw(kinds)
    slug = draw(terms if kind == "ontology" else slugs)
    return Name(kind, slug, draw(slugs) if kind in ("id", "code") else "")


def assert_refused(error: UsageError) -> None:
    assert BASE in error.detail
    assert BASE in error.detail_zh
    assert any("\u4e00" <= char <= "\u9fff" for char in error.detail_zh)


@given(own_names())
def test_parsing_undoes_minting(name: Name) -> None:
    assert parse(mint(name)) == name


@given(own_names(), own_names())
def test_two_names_never_share_an_iri(one: Name, two: Name) -> None:
    assert (mint(one) == mint(two)) is (one == two)


@given(kinds, st.text(), st.text())
def test_minting_gives_a_readable_iri_or_refuses(kind: Kind, slug: str, type_: str) -> None:
    name = Name(kind, slug, type_)
    try:
        iri = mint(name)
    except UsageError as error:
        assert_refused(error)
    else:
        assert parse(iri) == name


@given(st.text() | st.text().map(BASE.__add__))
def test_parsing_gives_the_name_of_that_iri_or_refuses(iri: str) -> None:
    try:
        name = parse(iri)
    except UsageError as error:
        assert_refused(error)
    else:
        assert mint(name) == iri


def test_the_short_ways() -> None:
    assert iris.thing("region", "cn") == f"{BASE}id/region/cn"
    assert iris.concept("qualifier", "at-most") == f"{BASE}code/qualifier/at-most"
    assert iris.graph("derived") == f"{BASE}graph/derived"
    assert iris.term("Region") == f"{BASE}ontology#Region"


@pytest.mark.parametrize(
    "name",
    [
        Name("id", "Cn", "region"),
        Name("id", "cn", ""),
        Name("id", "a/b", "region"),
        Name("id", "-a", "region"),
        Name("id", "a--b", "region"),
        Name("id", "a\n", "region"),
        Name("code", "over", ""),
        Name("scheme", "qualifier", "over"),
        Name("graph", "", ""),
        Name("graph", "地区", ""),
        Name("ontology", "1Region", ""),
        Name("ontology", "Region", "id"),
    ],
)
def test_what_the_form_does_not_allow_is_not_minted(name: Name) -> None:
    with pytest.raises(UsageError, match="does not make an IRI of the form") as error:
        mint(name)
    assert_refused(error.value)


@pytest.mark.parametrize(
    "iri",
    [
        "",
        BASE,
        "https://example.org/id/region/cn",
        f"{BASE}id/region",
        f"{BASE}id/region/cn/",
        f"{BASE}id/region/cn\n",
        f"{BASE}id/region/CN",
        f"{BASE}code/qualifier/over/x",
        f"{BASE}graph/a?b",
        f"{BASE}ontology",
        f"x{BASE}graph/a",
    ],
)
def test_what_is_no_iri_of_the_project_is_not_parsed(iri: str) -> None:
    with pytest.raises(UsageError, match="is not an IRI of this project") as error:
        parse(iri)
    assert_refused(error.value)
