"""The process: what it writes where, over pipes and over HTTP, and that nothing of it is left behind."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client.client import Client

from support.cli import COMMAND, Built, egov, environment
from support.releases import publish
from support.service import descendants, eventually, free_port

ASK = "SELECT (COUNT(*) AS ?n) WHERE { ?s a <https://w3id.org/egov-kg/ontology#Region> }"
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "0"},
    },
}
READY = {"jsonrpc": "2.0", "method": "notifications/initialized"}


def asking(number: int, query: str = ASK) -> dict[str, object]:
    arguments = {"query": query}
    return {
        "jsonrpc": "2.0",
        "id": number,
        "method": "tools/call",
        "params": {"name": "run_sparql", "arguments": arguments},
    }


@contextmanager
def piped(home: Path, *options: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """The server with pipes of ours."""
    with subprocess.Popen(
        [*COMMAND, "mcp", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(home, **more),
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def send(process: subprocess.Popen[str], *messages: object) -> None:
    assert process.stdin is not None
    for message in messages:
        process.stdin.write((message if isinstance(message, str) else json.dumps(message)) + "\n")
    process.stdin.flush()


def received(process: subprocess.Popen[str], number: int) -> dict[str, Any]:
    """The answer to a request; every line before it must be a message too."""
    assert process.stdout is not None
    for line in process.stdout:
        message: dict[str, Any] = json.loads(line)
        assert message["jsonrpc"] == "2.0"
        if message.get("id") == number:
            return message
    raise AssertionError("the server ended")


def gone(pids: list[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_standard_output_has_messages_only_and_a_bad_line_ends_nothing(built: Built) -> None:
    with piped(built.home) as process:
        send(process, HELLO)
        received(process, 1)
        send(process, READY, "this is no message", "{", asking(2, "SELEC"), asking(3))
        assert received(process, 2)["result"]["isError"] is True
        rows = received(process, 3)["result"]["structuredContent"]["rows"]
        assert int(rows[0]["n"]) > 3_000
        below = list(descendants(process.pid))
        assert len(below) > 1
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == 0
        assert process.stdout is not None
        assert process.stdout.read() == ""
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
        assert eventually(lambda: gone(below))


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_nothing_is_left_however_it_ends(built: Built, sign: signal.Signals) -> None:
    with piped(built.home) as process:
        send(process, HELLO, READY, asking(2))
        received(process, 2)
        below = list(descendants(process.pid))
        assert below
        process.send_signal(sign)
        code = process.wait(60)
        assert code in {signal.SIGTERM: (143,), signal.SIGKILL: (-9,), signal.SIGINT: (130,)}[sign]
        assert eventually(lambda: gone(below))


def regions(process: subprocess.Popen[str], number: int) -> tuple[str, int]:
    """The release that a call was answered from, and how many regions it has."""
    send(process, asking(number))
    answer = received(process, number)["result"]["structuredContent"]
    return answer["release"], int(answer["rows"][0]["n"])


def test_a_release_that_is_published_meanwhile_is_taken_up(tmp_path: Path) -> None:
    """The next call is answered from it, the processes of the one before end; unless one was asked for."""
    first = publish(tmp_path, "<urn:a> a egov:Region .")
    with piped(tmp_path) as following, piped(tmp_path, "--release", first.id) as keeping:
        for process in (following, keeping):
            send(process, HELLO, READY)
            received(process, 1)
            assert regions(process, 2) == (first.id, 1)
        below = list(descendants(following.pid))
        second = publish(tmp_path, "<urn:a> a egov:Region . <urn:b> a egov:Region .")
        assert regions(following, 3) == (second.id, 2)
        assert eventually(lambda: gone(below))
        assert regions(following, 4) == (second.id, 2)
        assert regions(keeping, 3) == (first.id, 1)
        assert following.stdin is not None
        following.stdin.close()
        assert following.wait(60) == 0


def post(port: int, **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    fields = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    try:
        connection.request("POST", "/mcp", json.dumps(HELLO), {**fields, **headers})
        return connection.getresponse().status
    finally:
        connection.close()


@contextmanager
def over_http(home: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The server at a port, answering."""
    port = free_port()
    with subprocess.Popen(
        [*COMMAND, "mcp", "--http", f"127.0.0.1:{port}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(home),
    ) as process:
        try:
            assert process.stderr is not None
            assert f"http://127.0.0.1:{port}/mcp" in process.stderr.readline()

            def up() -> bool:
                try:
                    return post(port) == 200
                except OSError:
                    return False

            assert eventually(up)
            yield process, port
        finally:
            process.kill()


def test_over_http(built: Built) -> None:
    with over_http(built.home) as (process, port):

        async def used() -> int:
            async with Client(f"http://127.0.0.1:{port}/mcp") as client:
                answers = [await client.call_tool("run_sparql", {"query": ASK}) for _ in range(3)]
                assert all(not answer.is_error for answer in answers)
                return int(answers[0].structured_content["rows"][0]["n"])

        assert anyio.run(used) > 3_000
        assert post(port, Origin="https://evil.example") == 403
        assert post(port, Host="evil.example") == 421
        assert post(port, Origin=f"http://127.0.0.1:{port}") == 200
        below = list(descendants(process.pid))
        process.terminate()
        assert process.wait(60) in (0, 143)
        assert process.stdout is not None
        assert process.stdout.read() == ""
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
        assert eventually(lambda: gone(below))


def test_a_session_over_http_takes_up_a_release_that_is_published_meanwhile(tmp_path: Path) -> None:
    first = publish(tmp_path, "<urn:a> a egov:Region .")
    with over_http(tmp_path) as (_, port):

        async def used() -> list[tuple[str, int]]:
            async with Client(f"http://127.0.0.1:{port}/mcp") as client:

                async def asked() -> tuple[str, int]:
                    content = (await client.call_tool("run_sparql", {"query": ASK})).structured_content
                    return content["release"], int(content["rows"][0]["n"])

                before = await asked()
                publish(tmp_path, "<urn:a> a egov:Region . <urn:b> a egov:Region .")
                return [before, await asked()]

        (before, one), (after, two) = anyio.run(used)
        assert (before, one, two) == (first.id, 1, 2)
        assert after != before


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("Cannot listen at 127.0.0.1:", "with --http.")),
        ("zh", ("无法在 127.0.0.1:", "请用 --http 另选")),
    ],
)
def test_a_port_that_is_taken_is_said_before_anything_answers(
    built: Built, lang: str, words: tuple[str, str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = egov("--lang", lang, "mcp", "--http", address, home=built.home)
    assert done.returncode == 2
    (line,) = done.stderr.decode().splitlines()
    assert all(word in line for word in words)


@pytest.mark.parametrize(("given", "named"), [("zh", None), ("zh", "en"), ("en", None), ("en", "zh")])
def test_the_language_is_that_of_the_setting_where_a_call_names_none(
    built: Built, given: str, named: str | None
) -> None:
    """Of every tool, over pipes, as an assistant with this in its configuration has it."""
    wanted = named or given
    calls: list[tuple[str, dict[str, Any]]] = [
        ("find_indicator", {"text": "extranet-coverage"}),
        ("get_observations", {"indicator": "extranet-coverage"}),
        ("compare", {"indicators": ["extranet-coverage"]}),
        ("explain_value", {"observation": "2012-2013-budget-disclosure"}),
        ("describe", {"iri": "eid:region/440300"}),
        (
            "run_sparql",
            {"query": "SELECT ?o { ?o a <http://purl.org/linked-data/cube#Observation> } LIMIT 3"},
        ),
    ]
    with piped(built.home, EGOV_KG_LANG=given) as process:
        send(process, HELLO, READY)
        for number, (tool, arguments) in enumerate(calls, start=2):
            more = {"lang": named} if named else {}
            call = {"name": tool, "arguments": {**arguments, **more}}
            send(process, {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": call})
            result = received(process, number)["result"]
            assert not result.get("isError"), result
            text = result["content"][0]["text"]
            if tool == "describe":
                assert text.startswith("深圳" if wanted == "zh" else "Shenzhen")
            else:
                assert bool(re.search("[一-鿿]", text)) == (wanted == "zh"), text


@pytest.mark.parametrize("address", ["0.0.0.0:8001", "h.example:80", "8001", "127.0.0.1:0", "[::1]:99999"])
def test_other_machines_are_not_let_in(tmp_path: Path, address: str) -> None:
    done = egov("mcp", "--http", address, home=tmp_path)
    assert done.returncode == 2
    assert b"127.0.0.1:PORT" in done.stderr


def test_there_is_no_release(tmp_path: Path) -> None:
    done = egov("mcp", home=tmp_path)
    assert done.returncode == 2
    assert b"egov-kg build" in done.stderr
    assert not done.stdout


@pytest.mark.parametrize(("lang", "word"), [("en", "pip install 'egov-kg[mcp]'"), ("zh", "尚未安装 mcp 库")])
def test_the_library_is_not_installed(tmp_path: Path, lang: str, word: str) -> None:
    program = "import sys; sys.modules['mcp'] = None; from egov_kg.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "mcp"],
        env={**environment(tmp_path), "EGOV_KG_LANG": lang},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert word in done.stderr
    assert os.linesep.join(done.stderr.splitlines()[1:]) == ""
