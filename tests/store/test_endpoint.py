"""An engine that fails, lingers, is busy, wants to know who asks, or says half of it."""

from __future__ import annotations

import base64
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.request import (
    AbstractDigestAuthHandler,
    HTTPPasswordMgr,
    Request,
    parse_http_list,
    parse_keqv_list,
)

import pytest

from egov_kg.errors import (
    EgovError,
    EvaluationError,
    QueryError,
    QueryTimeout,
    ResultTooLarge,
    ServiceBusy,
    UpstreamFailed,
    UsageError,
)
from egov_kg.formats import JSON, TSV
from egov_kg.settings import Settings
from egov_kg.store.base import Cancellation
from egov_kg.store.endpoint import Endpoint
from egov_kg.store.limits import Limits
from egov_kg.store.wire import converted
from support.upstream import Answering, Upstream, reply, serving

YES = b'{"head":{},"boolean":true}'
ROWS = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri","value":"u:a"}}]}}'
LIMITS = Limits(10, 1000)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with serving("127.0.0.1") as started:
        yield started


def endpoint(upstream: Upstream, **changes: object) -> Endpoint:
    where = {"store": f"{upstream.url}/query", "store_update": f"{upstream.url}/update"}
    where["store_graphs"] = f"{upstream.url}/graphs"
    return Endpoint(Settings(home=Path("/none"), **(where | changes)))  # type: ignore[arg-type]


def ask(
    asked: Endpoint, timeout: float = 20.0, cancellation: Cancellation | None = None, *, mend: bool = False
) -> bytes:
    with asked.query(
        {"query": "ASK {}", "default-graph-uri": ["u:a", "u:b"]},
        JSON.media_type,
        timeout,
        lambda incoming: converted(asked.place, incoming, TSV.media_type, LIMITS, mend=mend),
        cancellation,
    ) as file:
        return file.read()


def answers(body: bytes = YES, **headers: str) -> Answering:
    return lambda handler: reply(handler, 200, body, **({"Content_Type": JSON.media_type} | headers))


def in_turn(*steps: Answering) -> Answering:
    left = list(steps)
    return lambda handler: left.pop(0)(handler)


def test_a_query_goes_as_a_form(upstream: Upstream) -> None:
    upstream.paths["/query"] = answers()
    assert ask(endpoint(upstream)) == b"true"
    assert upstream.bodies == [b"query=ASK+%7B%7D&default-graph-uri=u%3Aa&default-graph-uri=u%3Ab"]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_may_pass_is_tried_again(upstream: Upstream, status: int) -> None:
    upstream.paths["/query"] = in_turn(lambda h: reply(h, status), lambda h: reply(h, status), answers())
    assert ask(endpoint(upstream)) == b"true"
    assert len(upstream.bodies) == 3


@pytest.mark.parametrize(("status", "error"), [(429, ServiceBusy), (503, ServiceBusy), (502, UpstreamFailed)])
def test_it_is_not_tried_without_end(upstream: Upstream, status: int, error: type[EgovError]) -> None:
    upstream.paths["/query"] = lambda h: reply(h, status, b"<b>no\n room</b>")
    with pytest.raises(error, match=str(status)):
        ask(endpoint(upstream, store_retries=2))
    assert len(upstream.bodies) == 3


def test_retry_after_is_heeded(upstream: Upstream) -> None:
    asked: list[float] = []

    def busy(handler: BaseHTTPRequestHandler) -> None:
        asked.append(time.monotonic())
        reply(handler, 503, Retry_After="1")

    upstream.paths["/query"] = in_turn(busy, answers())
    began = time.monotonic()
    assert ask(endpoint(upstream)) == b"true"
    assert time.monotonic() - began >= 1.0


def test_a_retry_after_beyond_the_deadline_is_told(upstream: Upstream) -> None:
    upstream.paths["/query"] = lambda h: reply(h, 503, Retry_After="3600")
    with pytest.raises(ServiceBusy) as caught:
        ask(endpoint(upstream), timeout=5.0)
    assert caught.value.extra["retry_after"] == 3600
    assert len(upstream.bodies) == 1


def test_an_update_is_not_tried_again_where_that_could_do_it_twice(upstream: Upstream) -> None:
    upstream.paths["/update"] = lambda h: reply(h, 502)
    with pytest.raises(UpstreamFailed):
        endpoint(upstream).update("CLEAR ALL", 20.0, again=False)
    assert upstream.bodies == [b"CLEAR ALL"]


@pytest.mark.parametrize(
    ("status", "words", "words_zh"),
    [
        (401, "EGOV_KG_STORE_PASSWORD", "凭据"),
        (403, "what that user may do", "权限"),
        (404, "address", "地址"),
    ],
)
def test_a_refusal_says_what_to_do(upstream: Upstream, status: int, words: str, words_zh: str) -> None:
    upstream.paths["/query"] = lambda h: reply(h, status)
    with pytest.raises(UpstreamFailed, match=words) as caught:
        ask(endpoint(upstream))
    assert words_zh in caught.value.detail_zh
    assert len(upstream.bodies) == 1


def test_what_the_engine_says_of_a_query_is_passed_on_in_short(upstream: Upstream) -> None:
    upstream.paths["/query"] = lambda h: reply(h, 400, b"no such\n   function" + b"x" * 100_000)
    with pytest.raises(QueryError, match="no such function") as caught:
        ask(endpoint(upstream))
    assert caught.value.status == 400
    assert len(caught.value.detail) < 500


def test_a_redirect_is_not_followed(upstream: Upstream) -> None:
    upstream.paths["/query"] = lambda h: reply(h, 302, Location="http://127.0.0.1:9/else")
    with pytest.raises(UpstreamFailed, match="moved to http://127"):
        ask(endpoint(upstream, store_password="secret", store_user="u"))


def test_an_engine_that_is_not_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/query"
        asked = Endpoint(Settings(home=Path("/none"), store=url, store_retries=1))
        with pytest.raises(UpstreamFailed, match="refused") as caught:
            ask(asked)
    assert caught.value.status == 502


def test_an_engine_that_does_not_answer_in_time(upstream: Upstream) -> None:
    gone = threading.Event()

    def linger(_handler: BaseHTTPRequestHandler) -> None:
        gone.wait(20)

    upstream.paths["/query"] = linger
    try:
        with pytest.raises(QueryTimeout) as caught:
            ask(endpoint(upstream), timeout=0.3)
    finally:
        gone.set()
    assert caught.value.extra["limit"] == 0.3


def test_a_client_that_leaves_breaks_the_request_off(upstream: Upstream) -> None:
    asked, gone = threading.Event(), threading.Event()

    def linger(_handler: BaseHTTPRequestHandler) -> None:
        asked.set()
        gone.wait(20)

    upstream.paths["/query"] = linger
    cancellation = Cancellation()

    def leave() -> None:
        asked.wait(20)
        cancellation.cancel()

    threading.Thread(target=leave, daemon=True).start()
    try:
        with pytest.raises(EvaluationError, match="left"):
            ask(endpoint(upstream), timeout=60, cancellation=cancellation)
    finally:
        gone.set()
    assert len(upstream.bodies) == 1


def raw(data: bytes) -> Answering:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(data)
        handler.close_connection = True

    return answer


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        raw(HEAD + b"Content-Length: 99\r\n\r\n" + ROWS),
        raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n" + ROWS[:5]),
        raw(HEAD + b"\r\n" + ROWS),
        raw(HEAD + b"Content-Length: 20\r\n\r\n" + ROWS[:20]),
        answers(b"<html>Hello</html>", Content_Type="text/html"),
        answers(b"", Content_Type="application/sparql-results+json"),
        answers(ROWS, X_SQL_State="S1TAT", X_SQL_Message="Anytime"),
        answers(ROWS, Content_Encoding="gzip"),
    ],
    ids=["short", "chunk", "endless", "cut", "page", "empty", "anytime", "compressed"],
)
def test_an_answer_that_is_not_whole_is_none(upstream: Upstream, answer: Answering) -> None:
    upstream.paths["/query"] = answer
    with pytest.raises(UpstreamFailed) as caught:
        ask(endpoint(upstream, store_retries=1))
    assert caught.value.detail_zh
    assert caught.value.status == 502


def test_an_answer_that_broke_off_is_asked_for_again(upstream: Upstream) -> None:
    upstream.paths["/query"] = in_turn(raw(HEAD + b"Content-Length: 99\r\n\r\n" + ROWS), answers(ROWS))
    assert ask(endpoint(upstream)) == b"?x\n<u:a>\n"


def test_as_many_rows_as_an_engine_gives_at_most_may_not_be_all(upstream: Upstream) -> None:
    upstream.paths["/query"] = answers(ROWS, X_SPARQL_MaxRows="1")
    with pytest.raises(ResultTooLarge):
        ask(endpoint(upstream))
    upstream.paths["/query"] = answers(ROWS, X_SPARQL_MaxRows="2")
    assert ask(endpoint(upstream)) == b"?x\n<u:a>\n"


def test_truth_values_are_mended_where_an_engine_spoils_them(upstream: Upstream) -> None:
    boolean = b'"datatype": "http://www.w3.org/2001/XMLSchema#boolean", "value": "%d"'
    text = b'\\"datatype\\": \\"http://www.w3.org/2001/XMLSchema#boolean\\", \\"value\\": \\"1\\"'
    cells = [b'{"x":{"type":"typed-literal", %s}}' % (boolean % number) for number in (1, 0)]
    cells.append(b'{"x":{"type":"literal","value":"%s"}}' % text)
    body = b'{"head":{"vars":["x"]},"results":{"bindings":[%s]}}' % b",".join(cells)
    upstream.paths["/query"] = answers(body)
    expected = b"?x\ntrue\nfalse\n" + b'"%s"\n' % text
    assert ask(endpoint(upstream), mend=True) == expected
    assert ask(endpoint(upstream)) != expected


def test_basic_is_given_when_asked_for(upstream: Upstream) -> None:
    seen: list[str | None] = []

    def guarded(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.headers["Authorization"])
        if seen[-1] == "Basic " + base64.b64encode("u:pä".encode()).decode():
            answers()(handler)
        else:
            reply(handler, 401, WWW_Authenticate='Basic realm="x"')

    upstream.paths["/query"] = guarded
    known = endpoint(upstream, store_user="u", store_password="pä")
    assert ask(known) == ask(known) == b"true"
    assert seen[0] is None
    assert len(seen) == 3  # it is known from then on
    with pytest.raises(UpstreamFailed, match="credentials") as caught:
        ask(endpoint(upstream, store_user="u", store_password="wrong"))
    assert "wrong" not in caught.value.detail


def test_digest_is_preferred_and_the_password_stays_here(upstream: Upstream) -> None:
    challenge = 'Digest realm="r", nonce="n1", qop="auth", algorithm=MD5, opaque="o"'
    seen: list[str] = []

    class Known(HTTPPasswordMgr):
        def find_user_password(self, realm: str, authuri: str) -> tuple[str | None, str | None]:
            return "u", "p"

    def guarded(handler: BaseHTTPRequestHandler) -> None:
        given = handler.headers["Authorization"] or ""
        seen.append(given)
        facts = parse_keqv_list(parse_http_list(given.removeprefix("Digest ")))
        checking = AbstractDigestAuthHandler(Known())
        checking.get_cnonce = lambda nonce: facts["cnonce"]  # type: ignore[method-assign]
        checking.nonce_count, checking.last_nonce = int(facts.get("nc", "1"), 16) - 1, "n1"  # type: ignore[attr-defined]
        request = Request(upstream.url + "/query", method="POST")
        wanted = parse_keqv_list(parse_http_list(challenge.removeprefix("Digest ")))
        if given and f'response="{facts["response"]}"' in (checking.get_authorization(request, wanted) or ""):
            answers()(handler)
        else:
            reply(handler, 401, WWW_Authenticate=f'Basic realm="x", {challenge}')

    upstream.paths["/query"] = guarded
    assert ask(endpoint(upstream, store_user="u", store_password="p")) == b"true"
    assert seen[-1].startswith("Digest ")
    with pytest.raises(UpstreamFailed, match="credentials"):
        ask(endpoint(upstream, store_user="u", store_password="q"))


@contextmanager
def unread(*statuses: bytes) -> Iterator[tuple[Settings, list[bytes]]]:
    """An engine that reads of requests their heads, which are listed, and at last a whole one."""
    heads: list[bytes] = []

    def served(listening: socket.socket) -> None:
        for status in statuses:
            client, _ = listening.accept()
            with client, client.makefile("rb") as request:
                lines = list(iter(request.readline, b"\r\n"))
                heads.append(b"".join(lines))
                if len(heads) == 2:
                    (size,) = (line for line in lines if line.startswith(b"Content-Length"))
                    request.read(int(size.split()[1]))
                client.sendall(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=served, args=(listening,), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        known = {"store_user": "u", "store_password": "p", "store_retries": 0}
        yield Settings(home=Path("/none"), store=url, store_graphs=url, **known), heads  # type: ignore[arg-type]
        thread.join(20)


LONG = b"<u:s> <u:p> <u:o> .\n" * 1_000_000


def test_a_refusal_that_comes_before_a_long_request_is_sent_is_heard() -> None:
    with unread(b"401 Unauthorized\r\nWWW-Authenticate: Basic realm=x", b"201 Created") as (known, heads):
        Endpoint(known).put("u:a", LONG, 20, replace=True)
    assert [b"Authorization: Basic" in head for head in heads] == [False, True]


def test_nothing_else_is_believed_of_who_has_not_read_it() -> None:
    with unread(b"201 Created") as (known, _), pytest.raises(UpstreamFailed):
        Endpoint(known).put("u:a", LONG, 20, replace=True)


def test_a_token_is_sent_at_once(upstream: Upstream) -> None:
    seen: list[str | None] = []

    def noted(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.headers["Authorization"])
        answers()(handler)

    upstream.paths["/query"] = noted
    ask(endpoint(upstream, store_token="abc"))
    assert seen == ["Bearer abc"]


def test_secrets_are_not_shown() -> None:
    settings = Settings(home=Path("/none"), store_user="u", store_password="hidden", store_token="hushed")
    assert "hidden" not in repr(settings)
    assert "hushed" not in repr(settings)


def test_tls_is_held_to_the_certificates_that_were_given(upstream: Upstream, tmp_path: Path) -> None:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("the program openssl is not installed: it makes the certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key)]
    made += ["-out", str(certificate), "-days", "2", "-subj", "/CN=localhost"]
    made += ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    upstream.server.socket = context.wrap_socket(upstream.server.socket, server_side=True)
    upstream.paths["/query"] = answers()
    store = f"https://localhost:{upstream.port}/query"
    with pytest.raises(UpstreamFailed, match="self-signed"):
        ask(endpoint(upstream, store=store, store_retries=1))
    assert ask(endpoint(upstream, store=store, store_ca=str(certificate))) == b"true"
    other = f"https://127.0.0.1:{upstream.port}/query"
    with pytest.raises(UpstreamFailed, match="not valid for"):
        ask(endpoint(upstream, store=other, store_ca=str(certificate), store_retries=1))


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_without_certificates_is_a_mistake(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(UsageError, match="EGOV_KG_STORE_CA"):
        Endpoint(Settings(home=tmp_path, store="http://127.0.0.1/", store_ca=str(file)))


def test_an_address_that_is_not_set_is_named(upstream: Upstream) -> None:
    bare = endpoint(upstream, store_update="", store_graphs="")
    with pytest.raises(UsageError, match="EGOV_KG_STORE_UPDATE"):
        bare.update("CLEAR ALL", 1.0, again=False)
    with pytest.raises(UsageError, match="EGOV_KG_STORE_GRAPHS"):
        bare.put("u:g", b"", 1.0, replace=True)
