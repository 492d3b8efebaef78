"""Which graph a Graph Store request is about, and what it brings."""

from __future__ import annotations

import pytest

from egov_kg.errors import NotFound, UnsupportedMediaType, UsageError
from egov_kg.formats import RDF
from egov_kg.iris import BASE
from egov_kg.sparql.graph_store import Target, direct, document, indirect, mint, path


@pytest.mark.parametrize(
    ("query_string", "target"),
    [
        (b"", None),
        (b"format=ttl", None),
        (b"default", Target(None)),
        (b"default=", Target(None)),
        (b"graph=http://e/a%23b", Target("http://e/a#b")),
        (b"graph=urn:x&utm=1", Target("urn:x")),
        (b"graph=http://e/%E7%94%B2", Target("http://e/甲")),
    ],
)
def test_indirect(query_string: bytes, target: Target | None) -> None:
    assert indirect(query_string) == target


@pytest.mark.parametrize(
    "query_string",
    [
        b"graph=",
        b"graph=relative",
        b"graph=../x",
        b"graph=http://e/%3Ex",
        b"graph=a:b&graph=a:b",
        b"graph=a:b&default",
        b"default&default",
        b"default=no",
        b"graph=%ff",
    ],
)
def test_what_names_no_graph(query_string: bytes) -> None:
    with pytest.raises(UsageError) as caught:
        indirect(query_string)
    assert caught.value.detail_zh


def test_a_graph_at_its_own_address() -> None:
    target = direct("some/where")
    assert target == Target(f"{BASE}graph/some/where")
    assert path(target.graph or "") == "/graph/some/where"
    assert path("http://e/graph/x") == ""


@pytest.mark.parametrize("name", ["", "a b", "a>b", 'a"', "a\nb"])
def test_an_address_that_makes_no_iri(name: str) -> None:
    with pytest.raises(NotFound):
        direct(name)


def test_new_names_are_new() -> None:
    assert len({mint().graph for _ in range(100)}) == 100
    assert path(mint().graph or "").startswith("/graph/g-")


@pytest.mark.parametrize("syntax", RDF)
def test_every_syntax_is_read_by_its_type_or_its_file_name(syntax: object) -> None:
    media_type, suffix = syntax.media_type, syntax.suffix  # type: ignore[attr-defined]
    assert document(b"x", f"{media_type.upper()} ; charset=UTF-8", None, "a:b").media_type == media_type
    for unknown in (None, "", "application/octet-stream"):
        found = document(b"x", unknown, None, "a:b", f"data.{suffix}")
        assert (found.media_type, found.name, found.base, found.content) == (
            media_type,
            f"data.{suffix}",
            "a:b",
            b"x",
        )


@pytest.mark.parametrize(
    ("content_type", "encoding", "name"),
    [
        (None, None, ""),
        ("", None, "data.xlsx"),
        ("text/plain", None, "data.ttl"),
        ("application/json", None, ""),
        ("application/sparql-update", None, ""),
        ("text/turtle; charset=latin1", None, ""),
        ("text/turtle", "gzip", ""),
    ],
)
def test_what_is_not_read(content_type: str | None, encoding: str | None, name: str) -> None:
    with pytest.raises(UnsupportedMediaType) as caught:
        document(b"", content_type, encoding, "a:b", name)
    assert "text/turtle" in caught.value.extra["supported"]
    assert caught.value.detail_zh
