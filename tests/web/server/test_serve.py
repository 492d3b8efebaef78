"""The server as a process: start, stop, what it needs, what becomes of its children."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from egov_kg.errors import NotFound, ReleaseError, UsageError
from egov_kg.release.registry import Release
from egov_kg.settings import Settings
from egov_kg.web.server.serve import serve
from support import cli
from support.service import (
    ENDLESS_QUERY,
    MANY_QUERY,
    SLOW_QUERY,
    Server,
    command,
    descendants,
    environment,
    eventually,
    exchange,
    fetch,
    free_port,
    publish,
    running,
)

MEMORY_LIMIT = 400 * 1024 * 1024


def alive(pids: set[int]) -> set[int]:
    found = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            found.add(pid)
    return found


def test_the_ready_line_names_the_endpoint_and_the_release(server: Server) -> None:
    assert server.ready.startswith(f"SPARQL endpoint: {server.endpoint} ")
    assert server.release.id in server.ready


def test_a_port_in_use_is_a_clear_error(server: Server, settings: Settings) -> None:
    with pytest.raises(UsageError, match=rf"127\.0\.0\.1:{server.port}.*in use.*--port") as caught:
        serve(settings, "127.0.0.1", server.port)
    assert "监听" in caught.value.detail_zh
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(UsageError, match="in use"):
            serve(settings, "127.0.0.1", other.getsockname()[1])


@pytest.mark.parametrize(
    ("host", "port"), [("127.0.0.1", 0), ("127.0.0.1", 70_000), ("192.0.2.1", 8000), ("no such host", 8000)]
)
def test_an_address_that_cannot_be_had(settings: Settings, host: str, port: int) -> None:
    with pytest.raises(UsageError, match=str(port)):
        serve(settings, host, port)


def test_without_a_release_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="egov-kg build"):
        serve(Settings(home=tmp_path), "127.0.0.1", free_port())


@pytest.mark.parametrize("damage", ["appended", "missing"])
def test_a_damaged_release_is_one_clear_error(settings: Settings, tmp_path: Path, damage: str) -> None:
    damaged = publish(tmp_path)
    if damage == "missing":
        damaged.nquads.unlink()
    else:
        with damaged.nquads.open("a") as file:
            file.write("garbage\n")
    with pytest.raises(ReleaseError, match=rf"{damaged.id}.*graph\.nq.*egov-kg build") as caught:
        serve(replace(settings, home=tmp_path), "127.0.0.1", free_port())
    assert "损坏" in caught.value.detail_zh


def test_health_is_told_at_once_while_every_evaluator_and_thread_is_at_work(
    settings: Settings, release: Release
) -> None:
    bounds = replace(settings, query_timeout=600.0, queue_timeout=600.0, threads=2)
    request = b"GET /sparql?query=" + SLOW_QUERY.replace(" ", "+").encode() + b" HTTP/1.1\r\nHost: x\r\n\r\n"
    with running(bounds, release) as started, ExitStack() as clients:
        assert fetch(started, "/health").json["status"] == "ok"
        for number in range(4):  # the same query would be evaluated once for all of them
            client = clients.enter_context(socket.create_connection(("127.0.0.1", started.port)))
            client.sendall(request.replace(b" HTTP", b"+%%23%d HTTP" % number))
        assert eventually(lambda: fetch(started, "/health").json["status"] == "busy")
        assert fetch(started, "/health").status == 200


@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_at_once_and_leaves_nothing(settings: Settings, release: Release, signal_: int) -> None:
    with running(settings, release) as started:
        children = set(descendants(started.process.pid))
        assert len(children) >= 2
        with socket.create_connection(("127.0.0.1", started.port)) as busy:
            busy.sendall(
                b"GET /sparql?query="
                + SLOW_QUERY.replace(" ", "+").encode()
                + b" HTTP/1.1\r\nHost: x\r\n\r\n"
            )
            # Ctrl-C in a terminal reaches every process of the group.
            os.killpg(started.process.pid, signal_)
            assert started.process.wait(60) == 0
        assert eventually(lambda: not alive(children))
        log = "".join(started.errors)
    assert "Traceback" not in log, log


def test_it_can_be_stopped_while_its_graph_still_loads(built: cli.Built) -> None:
    with subprocess.Popen(
        [*cli.COMMAND, "serve", "--port", str(free_port())],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=cli.environment(built.home),
        start_new_session=True,
    ) as process:
        assert eventually(lambda: any(descendants(process.pid)))
        children = set(descendants(process.pid))
        os.killpg(process.pid, signal.SIGINT)
        said, log = process.communicate(timeout=60)
    assert (process.returncode, said, log.strip()) == (130, "", "Interrupted.")
    assert eventually(lambda: not alive(children))


def test_when_the_main_process_is_killed_nothing_is_left(settings: Settings, release: Release) -> None:
    with running(settings, release) as started:
        children = set(descendants(started.process.pid))
        started.process.kill()
        started.process.wait(60)
        assert eventually(lambda: not alive(children))


def test_it_stays_within_its_memory(server: Server) -> None:
    for _ in range(20):
        fetch(server, "/en/", headers={"Accept": "text/html"})
        fetch(server, query="SELECT * WHERE { ?s ?p ?o } LIMIT 20000")
    assert 0 < sum(map(peak, (server.process.pid, *descendants(server.process.pid)))) < MEMORY_LIMIT


def peak(pid: int) -> int:
    """The most memory that a process has had, in bytes; 0 for one that has ended meanwhile."""
    try:
        match = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(match[1]) * 1024 if match else 0


def test_the_service_does_not_load_rdflib(server: Server) -> None:
    fetch(server, query="ASK {}")
    code = (
        "import sys; import egov_kg.web.app, egov_kg.web.server.asgi, egov_kg.store.evaluators, uvicorn; "
        "sys.exit(', '.join({'rdflib', 'pyshacl', 'pyarrow', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([*command(1)[:1], "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
    assert "pyarrow" not in Path(f"/proc/{server.process.pid}/maps").read_text()


def test_messages_come_in_the_language_of_the_settings(settings: Settings, release: Release) -> None:
    port = free_port()
    process = subprocess.Popen(
        command(port),
        env={**environment(settings), "EGOV_KG_LANG": "zh"},
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(f"SPARQL 端点：http://127.0.0.1:{port}/sparql")
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()  # type: ignore[union-attr]


def test_more_clients_than_threads_all_get_their_long_answers(settings: Settings, release: Release) -> None:
    bounds = replace(settings, query_timeout=60.0, queue_timeout=60.0, threads=4)
    clients = 3 * (bounds.threads + bounds.evaluators)
    with running(bounds, release) as started, ThreadPoolExecutor(clients) as pool:
        replies = list(
            pool.map(lambda _: fetch(started, query=f"{MANY_QUERY} LIMIT 1500"), range(2 * clients))
        )
    assert {reply.status for reply in replies} == {200}
    assert {len(reply.json["results"]["bindings"]) for reply in replies} == {1500}
    assert min(len(reply.body) for reply in replies) > 64 * 1024


def test_more_clients_than_threads_and_evaluators_can_hold_wait_their_turn(
    settings: Settings, release: Release
) -> None:
    bounds = replace(settings, queue_timeout=60.0)
    with running(bounds, release) as started, ThreadPoolExecutor(200) as pool:
        replies = list(pool.map(lambda _: fetch(started, query="ASK {}"), range(400)))
    assert {reply.status for reply in replies} == {200}


def test_readers_that_stall_give_way_to_others(settings: Settings, release: Release) -> None:
    # Neither their deadline nor the server's patience would free them while this test runs.
    bounds = replace(settings, query_timeout=600.0, queue_timeout=60.0)
    request = f"GET /sparql?query={quote(ENDLESS_QUERY)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with running(bounds, release) as started, ExitStack() as clients:
        for _ in range(bounds.evaluators):
            client = clients.enter_context(socket.create_connection(("127.0.0.1", started.port)))
            client.sendall(request)
            assert client.recv(12) == b"HTTP/1.1 200"
        assert fetch(started, query="ASK {}").json["boolean"] is True
        assert eventually(lambda: any("took nothing" in line for line in started.errors))
        assert "Traceback" not in "".join(started.errors)


def test_idle_connections_do_not_use_up_the_files(
    settings: Settings, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    def limited(port: int) -> list[str]:
        python, option, code = command(port)
        limit = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (200, 256)); "
        return [python, option, limit + code]

    monkeypatch.setattr("support.service.command", limited)
    with running(settings, release) as started, ExitStack() as clients:
        limits = Path(f"/proc/{started.process.pid}/limits").read_text()
        assert re.search(r"Max open files\s+256\s", limits)
        for _ in range(300):
            clients.enter_context(socket.create_connection(("127.0.0.1", started.port)))
        clients.close()
        assert fetch(started, "/en/", headers={"Accept": "text/html"}).status == 200
        assert started.errors == []


def test_a_connection_that_asks_nothing_is_closed(server: Server) -> None:
    with ThreadPoolExecutor(2) as pool:
        nothing = pool.submit(exchange, server.port, b"")
        received = exchange(server.port, b"GET / HTTP/1.1\r\n")
        assert nothing.result() == b""
    assert received.startswith(b"HTTP/1.1 408 ")
    assert b"/request-timeout" in received


@pytest.mark.parametrize(
    "framed",
    [b"Content-Length: 50\r\n\r\nASK", b"Transfer-Encoding: chunked\r\n\r\nzz\r\nASK {}\r\n"],
    ids=["cut off", "no chunk"],
)
def test_a_broken_body_is_the_clients_fault(server: Server, framed: bytes) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(head + framed)
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as received:
            assert received.readline().startswith(b"HTTP/1.1 400")
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(head + framed)
    assert fetch(server, query="ASK {}").status == 200


def test_a_length_past_the_limit_is_refused_at_once(server: Server) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    received = exchange(server.port, head + b"Content-Length: 99999999999\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "host", [b"", b"Host: a..b\r\n", b"Host: " + b"a" * 64 + b"\r\n", b"Host: a\r\nHost: a\r\n"]
)
def test_a_host_that_cannot_be_is_refused(server: Server, host: bytes) -> None:
    received = exchange(
        server.port, b"GET / HTTP/1.1\r\n" + host + b"Accept: text/html\r\nConnection: close\r\n\r\n"
    )
    assert received.startswith(b"HTTP/1.1 400")
    assert b"problem+json" in received


def test_two_slashes_lead_nowhere_else(server: Server) -> None:
    received = exchange(
        server.port, b"GET /static//etc/passwd HTTP/1.1\r\nHost: e.example\r\nConnection: close\r\n\r\n"
    )
    assert received.startswith(b"HTTP/1.1 404")


def test_a_body_that_does_not_come_is_waited_for_so_long_only(server: Server) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    fields = b"Content-Type: application/sparql-query\r\nContent-Length: 10\r\n\r\n"
    received = exchange(server.port, head + fields + b"ASK")
    assert received.startswith(b"HTTP/1.1 408")
    assert b"request-timeout" in received
