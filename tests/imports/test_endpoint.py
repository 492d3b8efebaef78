"""Another endpoint: a second engine, and a server that fails in all ways."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from egov_kg.errors import EgovError, ImportRefused, UpstreamFailed
from egov_kg.imports.endpoint import AGENT, ATTEMPTS, Question, fetch
from support.oxigraph import endpoint
from support.upstream import Upstream, reply, serving

DATA = "".join(f"<urn:s{n:02}> <urn:p> {n} .\n" for n in range(25))
CONSTRUCT = "CONSTRUCT { ?s <urn:q> ?o } WHERE { ?s <urn:p> ?o } ORDER BY ?s"
SELECT = "SELECT ?s ?o WHERE { ?s <urn:p> ?o } ORDER BY ?s"


@pytest.fixture(scope="module")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the query endpoint of a second engine."""
    folder = tmp_path_factory.mktemp("oxigraph")
    (folder / "data.ttl").write_text(DATA, encoding="utf-8")
    with endpoint(folder, folder / "data.ttl") as address:
        yield address


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with serving("127.0.0.1") as server:
        yield server


def ask(url: str, folder: Path, query: str = CONSTRUCT, *, page: int = 0, most: int = 1024**2) -> list[bytes]:
    pauses: list[float] = []
    found = fetch(Question(url, query, page, 10.0, most), folder, pauses.append)
    return [path.read_bytes() for path in found.files]


def test_a_construct_gives_rdf_and_a_select_a_table(oxigraph: str, tmp_path: Path) -> None:
    (rdf,) = ask(oxigraph, tmp_path)
    assert rdf.count(b"<urn:q>") == 25
    (table,) = ask(oxigraph, tmp_path, SELECT)
    assert table.split() == [b"s,o", *(f"urn:s{n:02},{n}".encode() for n in range(25))]


def test_pages_are_put_together(oxigraph: str, tmp_path: Path) -> None:
    pages = ask(oxigraph, tmp_path, page=10)
    assert [page.count(b"<urn:q>") for page in pages if page.strip()] == [10, 10, 5]
    (table,) = ask(oxigraph, tmp_path, SELECT, page=10)
    assert table.split() == [b"s,o", *(f"urn:s{n:02},{n}".encode() for n in range(25))]


@pytest.mark.parametrize(
    ("url", "query", "page", "word"),
    [
        ("file:///etc/passwd", CONSTRUCT, 0, "http or https"),
        ("http://127.0.0.1:1/", "ASK {}", 0, "gives no data"),
        ("http://127.0.0.1:1/", f"{SELECT} LIMIT 1", 5, "no LIMIT"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_it_is(
    tmp_path: Path, url: str, query: str, page: int, word: str
) -> None:
    with pytest.raises(EgovError) as caught:
        ask(url, tmp_path, query, page=page)
    assert not isinstance(caught.value, UpstreamFailed)
    assert word in caught.value.detail


def test_a_busy_server_is_asked_again_when_it_says(upstream: Upstream, tmp_path: Path) -> None:
    answers = iter((503, 429, 200))

    def answer(handler: BaseHTTPRequestHandler) -> None:
        status = next(answers)
        body = b"<urn:a> <urn:b> <urn:c> ." if status == 200 else b""
        reply(handler, status, body, Retry_After="7", Content_Type="text/turtle")

    upstream.paths["/sparql"] = answer
    pauses: list[float] = []
    fetch(Question(f"{upstream.url}/sparql", CONSTRUCT, 0, 10.0, 1000), tmp_path, pauses.append)
    assert pauses == [7.0, 7.0]
    assert len(upstream.asked) == ATTEMPTS


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"<urn:a> <urn:b> <urn:c> .")


def test_a_server_that_keeps_failing_is_given_up(upstream: Upstream, tmp_path: Path) -> None:
    upstream.paths["/busy"] = lambda handler: reply(handler, 503)
    upstream.paths["/no"] = lambda handler: reply(handler, 404, b"none")
    upstream.paths["/cut"] = cut_off
    for path, asked in (("/busy", ATTEMPTS), ("/no", 1), ("/cut", ATTEMPTS)):
        upstream.asked.clear()
        with pytest.raises(UpstreamFailed) as caught:
            ask(upstream.url + path, tmp_path)
        assert caught.value.detail_zh
        assert len(upstream.asked) == asked, path


def test_who_asks_says_so_and_takes_no_more_than_is_allowed(upstream: Upstream, tmp_path: Path) -> None:
    agents: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        agents.append(handler.headers["User-Agent"])
        reply(handler, 200, b"# " + b"x" * 5_000)

    upstream.paths["/large"] = answer
    with pytest.raises(ImportRefused):
        ask(f"{upstream.url}/large", tmp_path, most=1_000)
    assert agents == [AGENT]
