"""Terms as people write them: an IRI, one with a prefix, or a code."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.errors import UsageError
from egov_kg.iris import BASE
from egov_kg.publish.terms import as_iri, as_iris


@pytest.mark.parametrize(
    ("dimension", "text", "iri"),
    [
        ("level", "county", f"{BASE}code/level/county"),
        ("level", "ecode:level/county", f"{BASE}code/level/county"),
        ("area", "cn", f"{BASE}id/region/cn"),
        ("indicator", "extranet-coverage", f"{BASE}code/indicator/extranet-coverage"),
        ("observation", "2012-2013-x", f"{BASE}id/observation/2012-2013-x"),
        ("unit", "CCY_CNY", "http://qudt.org/vocab/unit/CCY_CNY"),
        ("subject", "https://example.org/x", "https://example.org/x"),
    ],
)
def test_a_term(dimension: str, text: str, iri: str) -> None:
    assert as_iri(dimension, text) == iri


@pytest.mark.parametrize(
    "dimension",
    ["indicator", "area", "level", "subject", "period", "unit", "qualifier", "observation", "thing"],
)
def test_the_example_of_a_mistake_is_a_term_of_its_kind(dimension: str) -> None:
    with pytest.raises(UsageError) as failed:
        as_iri(dimension, "a b")
    (example,) = re.findall("for example '(.*)'", failed.value.detail)
    kinds = {"area": "region", "subject": "group", "thing": "region"}
    assert f"/{kinds.get(dimension, dimension)}/" in as_iri(dimension, example)


def test_several_terms_each_once() -> None:
    assert as_iris("area", ["cn", "440300", "cn"]) == (f"{BASE}id/region/cn", f"{BASE}id/region/440300")
    assert as_iris("area", None) == ()
    with pytest.raises(UsageError, match="leave area= out"):
        as_iris("area", [])


@given(st.sampled_from(["level", "area", "subject", "unit", "thing"]), st.text(max_size=30))
def test_any_text_is_a_term_or_a_mistake(dimension: str, text: str) -> None:
    try:
        iri = as_iri(dimension, text)
    except UsageError:
        return
    assert ":" in iri


@pytest.mark.parametrize(
    "text", ["http://a b", "http://x/<y>", "https://[", "egov:a b", "http://a/\ud800", "egov:{}"]
)
def test_what_cannot_stand_in_a_query(text: str) -> None:
    with pytest.raises(UsageError, match="is no IRI") as failed:
        as_iri("subject", text)
    assert "不是 IRI" in failed.value.detail_zh
    assert failed.value.detail.isascii()
