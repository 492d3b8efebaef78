"""Content codings: which one is chosen, and that what is sent can be read."""

from __future__ import annotations

import gzip
import http.client
import socket
import zlib
from urllib.parse import quote

import pytest
import zstandard

from egov_kg.errors import NotAcceptable
from egov_kg.web.server import compression
from egov_kg.web.server.compression import Coding
from support.service import ENDLESS_QUERY, MANY, MANY_QUERY, Server, fetch, head_of

SOME = f"{MANY_QUERY} ORDER BY ?n LIMIT 100"


def plain(body: bytes, coding: str | None) -> bytes:
    if coding == "gzip":
        return gzip.decompress(body)
    if coding == "zstd":
        return zstandard.ZstdDecompressor().decompressobj().decompress(body)
    return body


@pytest.mark.parametrize(
    ("accepted", "coding", "identity"),
    [
        (None, None, True),
        ("", None, True),
        ("gzip", "gzip", True),
        ("x-gzip", "gzip", True),
        ("gzip, deflate, br, zstd", "zstd", True),
        ("zstd;q=0.5, gzip", "gzip", True),
        ("gzip;q=0.1, zstd;q=0", "gzip", True),
        ("*", "zstd", True),
        ("*;q=0.5, zstd;q=0", "gzip", True),
        ("gzip;q=0", None, True),
        ("identity, gzip;q=0.5", None, True),
        ("br", None, True),
        ("GZIP;Q=1", "gzip", True),
        ("gzip;q=nonsense", None, True),
        ("gzip, identity;q=0", "gzip", False),
        ("gzip, *;q=0", "gzip", False),
    ],
)
def test_the_coding_that_is_liked_best(accepted: str | None, coding: Coding | None, identity: bool) -> None:
    assert compression.choose(accepted) == (coding, identity)


@pytest.mark.parametrize(
    "accepted", ["identity;q=0", "*;q=0", "br, identity;q=0", "gzip;q=0, zstd;q=0, *;q=0"]
)
def test_nothing_that_is_acceptable(accepted: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        compression.choose(accepted)
    assert caught.value.extra["available"] == ["zstd", "gzip", "identity"]


@pytest.mark.parametrize(
    ("content_type", "pays"),
    [
        ("text/html; charset=utf-8", True),
        ("application/sparql-results+json", True),
        ("application/rdf+xml", True),
        ("application/n-quads", True),
        ("image/svg+xml", True),
        ("application/gzip", False),
        ("application/zstd", False),
        ("application/vnd.apache.parquet", False),
        ("image/png", False),
    ],
)
def test_what_is_compressed_already_is_left_alone(content_type: str, pays: bool) -> None:
    assert compression.pays(content_type) is pays


@pytest.mark.parametrize("coding", compression.CODINGS)
def test_each_piece_of_a_stream_can_be_read_when_it_has_come(coding: Coding) -> None:
    packer = compression.stream(coding)
    reader = zlib.decompressobj(31) if coding == "gzip" else zstandard.ZstdDecompressor().decompressobj()
    for number in range(3):
        piece = f"row {number}\n".encode() * 100
        assert reader.decompress(packer.piece(piece)) == piece
    reader.decompress(packer.end())
    assert reader.eof


def test_tags_of_codings_differ_and_lead_back() -> None:
    tag = 'W/"r1-a"'
    packed = compression.tagged(tag, "gzip")
    assert packed == 'W/"r1-a-gzip"'
    assert compression.untagged(f'"x", {packed}') == f'"x", {tag}'
    assert compression.matches(packed, tag)
    assert compression.matches(tag, packed)
    assert not compression.matches('W/"r1-b"', tag)
    assert not compression.matches("*", tag)


@pytest.mark.parametrize("coding", compression.CODINGS)
def test_an_answer_is_compressed_for_whom_it_may_be(server: Server, coding: Coding) -> None:
    whole = fetch(server, query=SOME)
    assert "content-encoding" not in whole.headers
    for _ in range(3):  # made, from the cache, from the cache by its bytes
        packed = fetch(server, query=SOME, headers={"Accept-Encoding": coding})
        assert packed.headers["content-encoding"] == coding
        assert "accept-encoding" in packed.headers["vary"].lower()
        assert packed.headers["etag"] != whole.headers["etag"]
        assert int(packed.headers["content-length"]) == len(packed.body) < len(whole.body)
        assert plain(packed.body, coding) == whole.body
    again = fetch(
        server, query=SOME, headers={"Accept-Encoding": coding, "If-None-Match": packed.headers["etag"]}
    )
    assert (again.status, again.body) == (304, b"")
    other = fetch(server, query=f"{SOME} OFFSET 1", headers={"If-None-Match": packed.headers["etag"]})
    assert other.status == 200


def test_small_answers_are_sent_as_they_are_unless_they_may_not_be(server: Server) -> None:
    small = fetch(server, query="ASK {}", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in small.headers
    forced = fetch(server, query="ASK {}", headers={"Accept-Encoding": "gzip, identity;q=0"})
    assert plain(forced.body, forced.headers["content-encoding"]) == small.body
    refused = fetch(server, query="ASK {}", headers={"Accept-Encoding": "identity;q=0"})
    assert (refused.status, refused.json["type"].rpartition("/")[2]) == (406, "not-acceptable")


def test_pages_are_compressed_and_a_page_is_revalidated_under_its_tag(server: Server) -> None:
    style = fetch(server, "/static/css/base.css", headers={"Accept-Encoding": "gzip"})
    assert style.headers["content-encoding"] == "gzip"
    assert plain(style.body, "gzip") == fetch(server, "/static/css/base.css").body
    tag = style.headers["etag"]
    again = fetch(server, "/static/css/base.css", headers={"Accept-Encoding": "gzip", "If-None-Match": tag})
    assert again.status == 304


@pytest.mark.parametrize("coding", compression.CODINGS)
def test_a_long_answer_is_compressed_as_it_comes(server: Server, coding: Coding) -> None:
    reply = fetch(server, query=MANY_QUERY, headers={"Accept": "text/csv", "Accept-Encoding": coding})
    assert reply.headers["content-encoding"] == coding
    assert plain(reply.body, coding).count(b"\n") == MANY + 1


def test_the_first_bytes_of_a_compressed_stream_can_be_read_at_once(server: Server) -> None:
    lines = (
        f"GET /sparql?query={quote(ENDLESS_QUERY)} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n"
        "Accept-Encoding: gzip\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(lines.encode())
        received = b""
        while b"\r\n\r\n" not in received or len(head_of(received)[2]) < 500:
            received += connection.recv(65536)
    _, headers, body = head_of(received)
    assert headers["content-encoding"] == "gzip"
    size, _, chunks = body.partition(b"\r\n")
    assert zlib.decompressobj(31).decompress(chunks[: int(size, 16)]).startswith(b"n,row,w,x,y,z")


def test_a_compressed_stream_that_breaks_does_not_look_whole(server: Server) -> None:
    with pytest.raises(http.client.IncompleteRead):
        fetch(server, query=ENDLESS_QUERY, headers={"Accept-Encoding": "zstd"})
