"""SPARQL 1.1 Protocol, section 2: requests as operations, without a server."""

from __future__ import annotations

import contextlib
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.errors import EgovError, MethodNotAllowed, UnsupportedMediaType, UsageError
from egov_kg.sparql.changes import Update
from egov_kg.sparql.forms import parameters
from egov_kg.sparql.iris import is_absolute_iri
from egov_kg.sparql.protocol import (
    FORM_TYPE,
    QUERY_TYPE,
    UPDATE_TYPE,
    HttpRequest,
    Operation,
    is_update,
    parse,
    parse_update,
)

ASK = "ASK {}"
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(lambda t: t.strip())


def get(query_string: str) -> HttpRequest:
    return HttpRequest("GET", query_string.encode())


def form(body: str | bytes, content_type: str = FORM_TYPE, query_string: str = "") -> HttpRequest:
    data = body.encode() if isinstance(body, str) else body
    return HttpRequest("POST", query_string.encode(), content_type, None, data)


def operation(request: HttpRequest) -> Operation:
    return parse(request, max_timeout=30).operation


@given(_TEXT, st.lists(st.sampled_from(["http://a/", "urn:b:1", "http://例/图"]), max_size=3, unique=True))
def test_the_three_ways_to_ask_mean_the_same(query: str, graphs: list[str]) -> None:
    dataset = [("default-graph-uri", iri) for iri in graphs] + [
        ("named-graph-uri", iri) for iri in graphs[:1]
    ]
    everything = urlencode([("query", query), *dataset])
    direct = HttpRequest("POST", urlencode(dataset).encode(), QUERY_TYPE, None, query.encode())
    expected = Operation(query, tuple(graphs), tuple(graphs[:1]))
    assert operation(get(everything)) == operation(form(everything)) == expected
    if not query.startswith("\ufeff"):
        assert operation(direct) == expected


def test_raw_utf_8_in_a_url_is_read() -> None:
    assert operation(get("query=ASK{?s ?p '中'}")).query == "ASK{?s ?p '中'}"


def test_a_byte_order_mark_is_no_part_of_a_query() -> None:
    assert operation(form(b"\xef\xbb\xbf" + ASK.encode(), QUERY_TYPE)).query == ASK


def test_formats_are_kept_in_order() -> None:
    found = parse(
        get(f"query={quote(ASK)}&results=xml&format=json&output=&format=csv"), max_timeout=1
    ).formats
    assert found == ("json", "csv", "xml")


@pytest.mark.parametrize(
    ("given_", "expected"), [("5", 5), ("0.25", 0.25), ("9999", 30), ("", None), ("1e1", 10)]
)
def test_a_timeout_is_never_longer_than_the_service_s(given_: str, expected: float | None) -> None:
    assert operation(get(f"query=ASK{{}}&timeout={given_}")).timeout == expected


@pytest.mark.parametrize(
    ("request_", "error", "words"),
    [
        (get(""), UsageError, "no query"),
        (get("query="), UsageError, "no query"),
        (get("query=%20%0A"), UsageError, "no query"),
        (get("query=ASK{}&query=ASK{}"), UsageError, "2 times"),
        (form("query=ASK{}&query=ASK{}"), UsageError, "2 times"),
        (form("query=ASK{}", query_string="query=ASK{}"), UsageError, "2 times"),
        (form(ASK, QUERY_TYPE, "query=ASK{}"), UsageError, "another in the body"),
        (form("", QUERY_TYPE), UsageError, "no query"),
        (form(""), UsageError, "no query"),
        (get("query=%ff"), UsageError, "UTF-8"),
        (HttpRequest("GET", b"query=\xff"), UsageError, "UTF-8"),
        (form(b"\xff\xfeA", QUERY_TYPE), UsageError, "UTF-8"),
        (form(b"query=%C3"), UsageError, "UTF-8"),
        (get("query=ASK{}&default-graph-uri=relative"), UsageError, "absolute IRI"),
        (get("query=ASK{}&named-graph-uri=http://a/%20b"), UsageError, "absolute IRI"),
        (get("query=ASK{}&named-graph-uri="), UsageError, "absolute IRI"),
        (get("query=ASK{}&timeout=soon"), UsageError, "timeout"),
        (get("query=ASK{}&timeout=0"), UsageError, "timeout"),
        (get("query=ASK{}&timeout=-1"), UsageError, "timeout"),
        (get("query=ASK{}&timeout=nan"), UsageError, "timeout"),
        (get("query=ASK{}&timeout=inf"), UsageError, "timeout"),
        (get("query=ASK{}&timeout=1&timeout=2"), UsageError, "2 times"),
        (get("&".join(["a=b"] * 2000)), UsageError, "1000"),
        (form("query=ASK{}", "text/plain"), UnsupportedMediaType, "text/plain"),
        (HttpRequest("POST", b"", None, None, b"query=ASK{}"), UnsupportedMediaType, "none"),
        (form("query=ASK{}", "multipart/form-data; boundary=x"), UnsupportedMediaType, "multipart"),
        (form(ASK, f"{QUERY_TYPE}; charset=UTF-16"), UnsupportedMediaType, "utf-16"),
        (form("query=ASK{}", f"{FORM_TYPE};charset=latin1"), UnsupportedMediaType, "latin1"),
        (HttpRequest("POST", b"", QUERY_TYPE, "gzip", b"\x1f\x8b"), UnsupportedMediaType, "gzip"),
        (get("update=CLEAR+ALL"), MethodNotAllowed, "POST"),
        (get("query=ASK{}&update=CLEAR+ALL"), UsageError, "two requests"),
        (form("query=ASK{}&update=CLEAR+ALL"), UsageError, "two requests"),
        (form("query=ASK{}", query_string="update=CLEAR+ALL"), UsageError, "two requests"),
        (form(ASK, QUERY_TYPE, "update=CLEAR+ALL"), UsageError, "two requests"),
        (HttpRequest("PUT", b"query=ASK{}"), MethodNotAllowed, "PUT"),
    ],
)
def test_what_is_refused(request_: HttpRequest, error: type[EgovError], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        parse(request_, max_timeout=30)
    assert caught.value.detail_zh
    assert caught.value.detail_zh != caught.value.detail


@pytest.mark.parametrize(
    "content_type",
    [
        QUERY_TYPE.upper(),
        f"{QUERY_TYPE} ; charset=utf-8",
        f'{QUERY_TYPE};charset="UTF-8"',
        f"{QUERY_TYPE};x=y",
    ],
)
def test_ways_to_write_a_content_type(content_type: str) -> None:
    assert operation(form(ASK, content_type)).query == ASK


def test_a_graph_named_twice_is_there_once() -> None:
    assert operation(get("query=ASK{}&default-graph-uri=urn:a&default-graph-uri=urn:a")).default_graphs == (
        "urn:a",
    )


@pytest.mark.parametrize(
    ("request_", "update"),
    [
        (form("update=CLEAR+ALL"), Update("CLEAR ALL")),
        (form("CLEAR ALL", UPDATE_TYPE), Update("CLEAR ALL")),
        (form("CLEAR ALL", f"{UPDATE_TYPE};charset=utf-8"), Update("CLEAR ALL")),
        (form("", UPDATE_TYPE), Update("")),
        (form("# \u7532".encode(), UPDATE_TYPE), Update("# \u7532")),
        (
            form("update=CLEAR+ALL&using-graph-uri=a:1&using-graph-uri=a:2&using-named-graph-uri=a:3"),
            Update("CLEAR ALL", ("a:1", "a:2"), ("a:3",)),
        ),
        (form("CLEAR ALL", UPDATE_TYPE, "using-graph-uri=a:1&x=y"), Update("CLEAR ALL", ("a:1",))),
        (form("update=CLEAR+ALL", query_string="using-graph-uri=a:1"), Update("CLEAR ALL", ("a:1",))),
    ],
)
def test_forms_of_an_update(request_: HttpRequest, update: Update) -> None:
    assert is_update(request_)
    assert parse_update(request_) == update


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (form("update=CLEAR+ALL&update=DROP+ALL"), "2 times"),
        (form("CLEAR ALL", UPDATE_TYPE, "update=DROP+ALL"), "in the URL"),
        (form("", query_string="update=DROP+ALL"), "in the URL"),
        (form("CLEAR ALL", UPDATE_TYPE, "query=ASK{}"), "two requests"),
        (form(b"\xff", UPDATE_TYPE), "UTF-8"),
        (form("CLEAR ALL", UPDATE_TYPE, "using-graph-uri=relative"), "absolute"),
        (form("CLEAR ALL", UPDATE_TYPE, "default-graph-uri=a:1"), "default-graph-uri"),
        (form("CLEAR ALL", UPDATE_TYPE, "asOf=2020"), "asOf"),
    ],
)
def test_updates_that_are_refused(request_: HttpRequest, words: str) -> None:
    assert is_update(request_)
    with pytest.raises(UsageError, match=words) as caught:
        parse_update(request_)
    assert caught.value.detail_zh


@pytest.mark.parametrize(
    "request_",
    [
        get("update=CLEAR+ALL"),
        form(ASK, QUERY_TYPE),
        form("query=ASK{}"),
        form("query=ASK{}&update=CLEAR+ALL"),
    ],
)
def test_what_is_no_update(request_: HttpRequest) -> None:
    assert not is_update(request_)


def test_an_update_in_another_charset_is_refused() -> None:
    with pytest.raises(UnsupportedMediaType):
        is_update(form("CLEAR ALL", f"{UPDATE_TYPE};charset=utf-16"))


@given(st.binary(max_size=100))
def test_any_bytes_are_parameters_or_a_clear_error(data: bytes) -> None:
    found: dict[str, list[str]] = {}
    with contextlib.suppress(UsageError):
        found = parameters(data)
    for name, values in found.items():
        for text in (name, *values):
            text.encode("utf-8")


@pytest.mark.parametrize("iri", ["http://a", "urn:x", "http://例/图", "a:", "file:///etc/passwd"])
def test_absolute_iris(iri: str) -> None:
    assert is_absolute_iri(iri)


@pytest.mark.parametrize(
    "text", ["", "a", "//a/b", "http://a b", "http://a>b", "1a:b", "http://a\n", "a\x00:b"]
)
def test_what_is_no_absolute_iri(text: str) -> None:
    assert not is_absolute_iri(text)
