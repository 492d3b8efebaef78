"""RFC 9457 documents, made without a request."""

from __future__ import annotations

import inspect
import json

import pytest

from egov_kg import errors
from egov_kg.errors import EgovError, MethodNotAllowed, QuerySyntaxError, ServiceBusy, UnsupportedMediaType
from egov_kg.web import problems

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, EgovError)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_has_a_document_in_both_languages(kind: type[EgovError]) -> None:
    english = problems.document(kind("what", "何事"), "en")
    chinese = problems.document(kind("what", "何事"), "zh")
    assert english["type"] == chinese["type"] == f"https://w3id.org/egov-kg/problem/{kind.slug}"
    assert (english["detail"], chinese["detail"]) == ("what", "何事")
    assert english["title"] == kind.title_en != kind.title_zh == chinese["title"]
    assert english["instance"] != chinese["instance"]
    assert json.loads(problems.serialized(english)) == english
    assert 400 <= english["status"] < 600


def test_every_error_says_what_it_means_in_both_languages() -> None:
    for kind in KINDS:
        own = vars(kind)
        assert own["meaning_en"].isascii(), kind.slug
        assert not own["meaning_zh"].isascii(), kind.slug
    assert len({kind.meaning_zh for kind in KINDS}) == len(KINDS)


def test_slugs_name_one_kind_each() -> None:
    assert len({kind.slug for kind in KINDS}) == len(KINDS)


def test_what_the_error_knows_follows_and_replaces_nothing() -> None:
    error = QuerySyntaxError("x", "", line=3, column=4, status=200, type="y", path=object())
    document = problems.document(error, "en")
    assert (document["line"], document["column"], document["status"]) == (3, 4, 400)
    assert document["type"].endswith("/query-syntax")
    assert list(document)[:4] == ["type", "title", "status", "detail"]
    assert b"object object" in problems.serialized(document)


def test_without_chinese_the_english_stands_for_it() -> None:
    assert problems.document(EgovError("engine's own words"), "zh")["detail"] == "engine's own words"


def test_header_fields() -> None:
    assert problems.headers(MethodNotAllowed("", allowed=["GET", "POST"]))["Allow"] == "GET, POST"
    assert problems.headers(UnsupportedMediaType("", supported=["a/b"]))["Accept-Post"] == "a/b"
    assert problems.headers(ServiceBusy("", retry_after=7.4))["Retry-After"] == "7"
    assert problems.headers(ServiceBusy("", retry_after=0.1))["Retry-After"] == "1"
    assert "Retry-After" not in problems.headers(EgovError(""))
    assert problems.headers(EgovError(""))["Cache-Control"] == "no-store"
