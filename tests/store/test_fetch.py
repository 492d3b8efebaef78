"""Fetching for strangers, from real servers: which addresses, how long, how much, and what."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path

import pytest

from egov_kg.errors import UpstreamFailed, UsageError, WriteForbidden
from egov_kg.sparql.changes import Document
from egov_kg.store.addresses import is_public, is_under, target
from egov_kg.store.fetch import fetch
from support.upstream import Answering, Upstream, reply, serving

TURTLE = b"<a> <b> <c> ."


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with serving("127.0.0.1") as started:
        yield started


def get(url: str, *allow: str, timeout: float = 5.0, most_bytes: int = 100_000) -> Document:
    return fetch(url, allow=allow, timeout=timeout, most_bytes=most_bytes)


def test_an_allowed_document_comes_with_its_syntax_and_base(upstream: Upstream) -> None:
    upstream.paths["/d"] = lambda h: reply(h, body=TURTLE, Content_Type="text/turtle; charset=UTF-8")
    got = get(f"{upstream.url}/d?x=1#part", upstream.url)
    url = f"{upstream.url}/d?x=1"
    assert got == Document(TURTLE, "text/turtle", url, url)
    assert upstream.asked == [("/d?x=1", f"127.0.0.1:{upstream.port}")]


@pytest.mark.parametrize(
    ("name", "declared", "expected"),
    [
        ("a.nt", "text/plain", "application/n-triples"),
        ("a.ttl", "application/octet-stream", "text/turtle"),
        ("a", "application/rdf+xml", "application/rdf+xml"),
        ("a", "application/json", "application/ld+json"),
    ],
)
def test_the_type_decides_and_the_suffix_where_it_says_nothing(
    upstream: Upstream, name: str, declared: str, expected: str
) -> None:
    upstream.paths[f"/{name}"] = lambda h: reply(h, body=TURTLE, Content_Type=declared)
    assert get(f"{upstream.url}/{name}", upstream.url).media_type == expected


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/html"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "ttl"},
        {"Content-Type": "text/turtle; charset=gbk"},
        {"Content-Type": "text/turtle", "Content-Encoding": "gzip"},
    ],
)
def test_what_is_no_rdf_is_refused(upstream: Upstream, headers: dict[str, str]) -> None:
    upstream.paths["/a"] = lambda h: reply(h, 200, TURTLE, **headers)
    with pytest.raises(UpstreamFailed) as caught:
        get(f"{upstream.url}/a", upstream.url)
    assert upstream.url in caught.value.detail
    assert upstream.url in caught.value.detail_zh


LOOPBACK = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "0",
    "0.0.0.0",
    "[::1]",
    "localhost",
]
LOOPBACK += ["[::ffff:127.0.0.1]", "LOCALHOST.", "[::]"]


@pytest.mark.parametrize("host", LOOPBACK)
def test_no_form_of_loopback_is_fetched(upstream: Upstream, host: str) -> None:
    upstream.paths["/"] = lambda h: reply(h, body=TURTLE, Content_Type="text/turtle")
    for port in (f":{upstream.port}", ""):
        with pytest.raises((WriteForbidden, UpstreamFailed)) as caught:
            get(f"http://{host}{port}/", "http://example.org/")
        if port == "":
            assert isinstance(caught.value, WriteForbidden)
            assert "EGOV_KG_LOAD_ALLOW" in caught.value.detail_zh
    assert not upstream.asked


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "0.0.0.0",
        "127.255.0.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.18.0.1",
        "168.63.129.16",
        "::",
        "::1",
        "::127.0.0.1",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "2001:db8::1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:808:808::",
        "2001:0:7f00:1::",
    ],
)
def test_an_address_of_our_own_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_an_address_of_the_open_net_is_public(address: str) -> None:
    assert is_public(ip_address(address))


def test_a_port_other_than_the_web_s_is_closed() -> None:
    with pytest.raises(WriteForbidden, match="22"):
        get("http://93.184.216.34:22/")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1:70/x",
        "ftp://example.org/a",
        "http:///a",
        "http://user@example.org/",
        "http://good.example\\@evil.example/",
        "http://a b/",
        "http://a\r\nX: y/",
        "http://example.org/a\tb",
        "http://example.org:0/",
        "http://example.org:99999/",
        "http://example.org:x/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://example.org/%zz",
        "//example.org/",
        "",
    ],
)
def test_what_is_no_url_to_fetch(url: str) -> None:
    with pytest.raises(UsageError):
        get(url)


ALLOWED = ("http://good.example/data", "https://[2001:db8::1]:8443/")


@pytest.mark.parametrize(
    "url",
    ["http://good.example/data", "http://GOOD.example.:80/data/x.ttl", "https://[2001:db8:0::1]:8443/a?b"],
)
def test_a_url_under_an_entry(url: str) -> None:
    assert is_under(target(url), ALLOWED)


@pytest.mark.parametrize(
    "url",
    [
        "https://good.example/data",
        "http://good.example:8080/data",
        "http://good.example.evil/data",
        "http://good.example/database",
        "http://good.example/data/../secret",
        "http://good.example/data/%2e%2E/secret",
        "http://good.example/data/%252e%252e/secret",
        "http://good.example/?/data",
        "http://evil.example/http://good.example/data",
        "https://[2001:db8::1]/",
    ],
)
def test_a_url_that_only_looks_like_one(url: str) -> None:
    assert not is_under(target(url), ALLOWED)


def test_a_redirect_is_followed_and_gives_the_base(upstream: Upstream) -> None:
    upstream.paths["/a"] = lambda h: reply(h, 302, Location="b/c")
    upstream.paths["/b/c"] = lambda h: reply(h, body=TURTLE, Content_Type="text/turtle")
    assert get(f"{upstream.url}/a", upstream.url).base == f"{upstream.url}/b/c"


@pytest.mark.parametrize(
    "location", ["http://127.0.0.1:{port}/secret", "//localhost/secret", "http://[::1]/secret"]
)
def test_a_redirect_away_from_the_list_to_a_private_address_is_refused(
    upstream: Upstream, location: str
) -> None:
    upstream.paths["/open/a"] = lambda h: reply(h, 307, Location=location.format(port=upstream.port))
    with pytest.raises(WriteForbidden):
        get(f"{upstream.url}/open/a", f"{upstream.url}/open/")
    assert [path for path, _ in upstream.asked] == ["/open/a"]


@pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://x/", ""])
def test_a_redirect_to_no_web_address_is_refused(upstream: Upstream, location: str) -> None:
    upstream.paths["/a"] = lambda h: reply(h, 301, Location=location)
    with pytest.raises((UsageError, UpstreamFailed)):
        get(f"{upstream.url}/a", upstream.url)


def test_a_circle_of_redirects_ends(upstream: Upstream) -> None:
    upstream.paths["/a"] = lambda h: reply(h, 302, Location="/a")
    with pytest.raises(UpstreamFailed, match="redirects"):
        get(f"{upstream.url}/a", upstream.url)
    assert len(upstream.asked) == 6


def test_a_name_is_resolved_once(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is public when checked and private when used (rebinding) is used as it was checked."""
    calls: list[str] = []
    answers = iter(["203.0.114.1", "127.0.0.1", "127.0.0.1"])

    def resolve(host: str, port: int, **_: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        calls.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    connected: list[str] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError("closed")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(UpstreamFailed):
        get("http://rebinding.example/")
    assert (calls, connected) == (["rebinding.example"], ["203.0.114.1"])


def test_one_private_address_among_several_closes_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)
    with pytest.raises(WriteForbidden, match=r"10\.0\.0\.1"):
        get("http://mixed.example/")


def test_a_name_without_address_is_said() -> None:
    with pytest.raises(UpstreamFailed, match=r"nobody\.invalid"):
        get("http://nobody.invalid/")


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/turtle")
    handler.end_headers()
    while True:
        handler.wfile.write(b"#" * 10_000)


def test_an_endless_body_is_left(upstream: Upstream) -> None:
    upstream.paths["/a"] = endless
    with pytest.raises(UpstreamFailed, match="more than 100000 bytes"):
        get(f"{upstream.url}/a", upstream.url)


def drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/turtle")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"#")
        time.sleep(0.05)


def drip_head(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    drip(handler)


@pytest.mark.parametrize("slow", [drip, drip_head, lambda handler: time.sleep(2)])
def test_one_deadline_holds_over_all_pieces(upstream: Upstream, slow: Answering) -> None:
    upstream.paths["/a"] = slow
    with pytest.raises(UpstreamFailed, match="in time") as caught:
        get(f"{upstream.url}/a", upstream.url, timeout=0.4)
    assert "及时" in caught.value.detail_zh


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\nContent-Length: 99\r\n\r\n<a>",
    ],
)
def test_no_http_or_half_of_it_is_a_failure(upstream: Upstream, raw: bytes) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(raw)
        handler.close_connection = True

    upstream.paths["/a"] = answer
    with pytest.raises(UpstreamFailed):
        get(f"{upstream.url}/a", upstream.url)


@pytest.mark.parametrize("status", [404, 500, 204])
def test_a_status_other_than_200_is_a_failure(upstream: Upstream, status: int) -> None:
    upstream.paths["/a"] = lambda h: reply(h, status)
    with pytest.raises(UpstreamFailed, match=str(status)):
        get(f"{upstream.url}/a", upstream.url)


def test_a_proxy_of_the_environment_is_not_used(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    upstream.paths["/a"] = lambda h: reply(h, body=TURTLE, Content_Type="text/turtle")
    assert get(f"{upstream.url}/a", upstream.url).content == TURTLE


def test_an_entry_may_name_an_ipv6_address() -> None:
    try:
        started = Upstream("::1")
    except OSError as error:
        pytest.skip(f"no IPv6 here: {error}")
    try:
        started.paths["/a"] = lambda h: reply(h, body=TURTLE, Content_Type="text/turtle")
        url = f"http://[::1]:{started.port}"
        assert get(f"{url}/a", url).content == TURTLE
        assert started.asked == [("/a", f"[::1]:{started.port}")]
    finally:
        started.close()


def test_https_holds_the_certificate_to_the_name(
    upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("the program openssl is not installed: it makes the certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = [
        program,
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        str(key),
        "-out",
        str(certificate),
    ]
    made += ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    upstream.server.socket = context.wrap_socket(upstream.server.socket, server_side=True)
    upstream.paths["/a"] = lambda h: reply(h, body=TURTLE, Content_Type="text/turtle")
    named, unnamed = (f"https://{host}:{upstream.port}" for host in ("localhost", "127.0.0.1"))
    with pytest.raises(UpstreamFailed, match="self-signed"):
        get(f"{named}/a", named)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert get(f"{named}/a", named).content == TURTLE
    with pytest.raises(UpstreamFailed, match="not valid for"):
        get(f"{unnamed}/a", unnamed)
