"""Pages of an endpoint that fails in several ways."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import unquote_plus

import pytest

from egov_kg.errors import ImportRefused, UpstreamFailed
from egov_kg.imports.endpoint import ATTEMPTS, Question
from egov_kg.links.ask import ask_pages, folder_for
from support.upstream import Upstream, reply, serving

QUERY = "SELECT ?item ?field ?value WHERE { ?item ?field ?value } ORDER BY ?item ?field ?value"
HEADER = b"item,field,value\r\n"


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with serving("127.0.0.1") as server:
        yield server


def rows(first: int, count: int) -> bytes:
    return HEADER + b"".join(b"http://x/%d,zh,a\r\n" % n for n in range(first, first + count))


def question(upstream: Upstream, most: int = 10_000) -> Question:
    return Question(f"{upstream.url}/sparql", QUERY, 3, 5.0, most, "mailto:someone@example.org")


def ask(question: Question, folder: Path) -> tuple[list[Path], list[float]]:
    pauses: list[float] = []
    return ask_pages(question, folder, lambda _: None, pauses.append), pauses


def offset(upstream: Upstream) -> int:
    return int(unquote_plus(upstream.bodies[-1].decode()).rpartition("OFFSET ")[2].split("&")[0])


def test_a_busy_endpoint_is_waited_for_and_told_who_asks(upstream: Upstream, tmp_path: Path) -> None:
    answers = iter((429, 503, 200))
    agents: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        agents.append(handler.headers["User-Agent"])
        status = next(answers)
        after = "Thu, 01 Jan 1970 00:00:00 GMT" if status == 503 else "5"
        reply(handler, status, rows(0, 2), Content_Type="text/csv", Retry_After=after)

    upstream.paths["/sparql"] = answer
    pages, pauses = ask(question(upstream), tmp_path / "pages")
    assert pauses == [5.0, 0.0]
    assert [page.read_bytes() for page in pages] == [rows(0, 2)]
    assert all("egov-kg/" in agent and "mailto:someone@example.org" in agent for agent in agents)


def test_a_broken_run_goes_on_where_it_was(upstream: Upstream, tmp_path: Path) -> None:
    broken = True
    asked: list[int] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(first := offset(upstream))
        if first >= 3 and broken:
            handler.send_response(200)
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            handler.wfile.write(HEADER)  # and no more
        else:
            reply(handler, 200, rows(first, 3 if first < 3 else 1), Content_Type="text/csv")

    upstream.paths["/sparql"] = answer
    folder = folder_for(question(upstream), tmp_path)
    with pytest.raises(UpstreamFailed):
        ask(question(upstream), folder)
    assert asked == [0] + [3] * ATTEMPTS
    broken = False
    asked.clear()
    pages, _ = ask(question(upstream), folder)
    assert asked == [3]
    assert [page.read_bytes() for page in pages] == [rows(0, 3), rows(3, 1)]
    # A day later the data may be others.
    old = time.time() - 2 * 24 * 3600
    os.utime(folder, (old, old))
    asked.clear()
    ask(question(upstream), folder)
    assert asked == [0, 3]


def test_a_web_page_is_no_answer(upstream: Upstream, tmp_path: Path) -> None:
    upstream.paths["/sparql"] = lambda handler: reply(
        handler, 200, b"<html>Welcome</html>", Content_Type="text/html; charset=utf-8"
    )
    with pytest.raises(UpstreamFailed, match="web page") as caught:
        ask(question(upstream), tmp_path / "pages")
    assert "网页" in caught.value.detail_zh
    assert len(upstream.asked) == 1


def test_an_endless_answer_is_cut_off(upstream: Upstream, tmp_path: Path) -> None:
    upstream.paths["/sparql"] = lambda handler: reply(handler, 200, rows(offset(upstream), 3))
    with pytest.raises(ImportRefused):
        ask(question(upstream, most=500), tmp_path / "pages")
    assert len(upstream.asked) < 20
