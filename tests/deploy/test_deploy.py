"""The files of deploy/: checked by the programs they are for, where these are installed."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from egov_kg.settings import Settings
from support.service import Server, eventually, fetch, free_port, running
from support.states import ALL, ONE, ROWS, publish_number

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
ROOT = DEPLOY.parent
SYSTEMD = shutil.which("systemd-analyze")
NGINX = shutil.which("nginx")
PORTS = ("8001", "8002", "8080")

needs_systemd = pytest.mark.skipif(SYSTEMD is None, reason="systemd-analyze is not installed")
needs_nginx = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


@needs_systemd
def test_systemd_has_nothing_to_say_of_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "egov-kg.service"
    text = (DEPLOY / "egov-kg.service").read_text().replace("/opt/egov-kg/bin/egov-kg", sys.executable)
    unit.write_text(text)
    done = subprocess.run([SYSTEMD, "verify", unit], capture_output=True, text=True, check=False)  # type: ignore[list-item]
    assert (done.returncode, done.stderr.strip()) == (0, "")
    unit.write_text(text + "NoSuchThing=yes\n")
    done = subprocess.run([SYSTEMD, "verify", unit], capture_output=True, text=True, check=False)  # type: ignore[list-item]
    assert "NoSuchThing" in done.stderr


@needs_systemd
def test_the_unit_is_well_shut_in() -> None:
    command = [SYSTEMD, "security", "--offline=true", "--threshold=25", DEPLOY / "egov-kg.service"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # type: ignore[arg-type]
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze cannot judge a file")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_image_takes_what_is_there_and_pins_it() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.M):
        for source in line.split():
            assert (ROOT / source).exists(), source
    installs = re.findall(r"pip install ([^&\n]+)", text)
    assert len(installs) == 3
    assert all("--require-hashes" in each or "--no-deps" in each for each in installs)
    images = re.findall(r"^FROM (\S+)", text, re.M)
    assert set(images) == {"python:3.11-slim"}, "no registry host, one base"
    last = text.rpartition("FROM ")[2]
    assert int(re.findall(r"^USER (\d+)$", last, re.M)[-1]) > 0
    for word in ("HEALTHCHECK", "VOLUME /var/lib/egov-kg", "STOPSIGNAL SIGTERM"):
        assert word in last


@contextmanager
def nginx(folder: Path, first: int, second: int) -> Iterator[int]:
    """nginx with the example's configuration on free ports; the port it listens on."""
    front = free_port()
    text = (DEPLOY / "nginx.conf").read_text()
    for written, port in zip(PORTS, (first, second, front), strict=True):
        assert f":{written}" in text
        text = text.replace(f":{written}", f":{port}")
    folder.mkdir()
    user = "user root;\n" if os.getuid() == 0 else ""
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"{user}daemon off;\nworker_processes 1;\npid {folder}/pid;\nerror_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}{text}\n}}\n"
    )
    assert NGINX is not None
    command: list[str | Path] = [NGINX, "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        assert eventually(lambda: status(front, "/health") == 200)
        yield front
    finally:
        process.terminate()
        process.wait(60)


def ask(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(
            "GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()}
        )
        response = connection.getresponse()
        return response.status, {n.lower(): v for n, v in response.getheaders()}, response.read()
    finally:
        connection.close()


def status(port: int, path: str) -> int:
    try:
        return ask(port, path)[0]
    except (OSError, http.client.HTTPException):
        return 0


def path_of(query: str) -> str:
    return f"/sparql?query={quote(query)}&format=tsv"


def asked(server: Server) -> float:
    """Requests that a replica has answered at /sparql."""
    text = fetch(server, "/metrics").body.decode()
    pattern = r'^egov_kg_http_requests_total\{[^}]*route="/sparql"[^}]*\} (\S+)$'
    return sum(map(float, re.findall(pattern, text, re.M)))


@needs_nginx
def test_two_replicas_behind_nginx_lose_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    release = publish_number(home, 1)
    settings = Settings(home=home, query_timeout=20.0, queue_timeout=20.0, evaluators=1)
    with (
        running(settings, release) as one,
        running(settings, release) as two,
        nginx(tmp_path / "nginx", one.port, two.port) as port,
    ):
        code, headers, body = ask(port, path_of(ALL))
        assert (code, len(body.splitlines())) == (200, ROWS + 1)
        assert ask(port, path_of(ALL), If_None_Match=headers["etag"])[0] == 304
        packed = ask(port, path_of(ALL), Accept_Encoding="gzip")[1]
        assert packed["content-encoding"] == "gzip"
        assert packed["etag"] != headers["etag"]
        assert status(port, "/metrics") == 404
        assert len(headers["x-request-id"]) == 32

        stop, answers, failures = threading.Event(), [], []

        def hammer() -> None:
            turn = 0
            while not stop.is_set():
                turn += 1
                try:
                    code, _, body = ask(port, path_of(f"{ONE} # {turn}"))
                except (OSError, http.client.HTTPException) as error:
                    failures.append(repr(error))
                    continue
                if code == 200:
                    answers.append(int(body.split()[1]))
                else:
                    failures.append(f"{code} {body[:200]!r}")

        clients = [threading.Thread(target=hammer) for _ in range(3)]
        for client in clients:
            client.start()
        try:
            assert eventually(lambda: len(answers) > 20)
            busier = max((one, two), key=asked)
            busier.process.kill()
            busier.process.wait(60)
            seen = len(answers)
            assert eventually(lambda: len(answers) > seen + 20)
            publish_number(home, 2)
            assert eventually(lambda: answers[-1] == 2)
            time.sleep(0.2)
        finally:
            stop.set()
            for client in clients:
                client.join(40)
        # A request that had reached the replica when it was killed may be lost; at most one for each client.
        assert len(failures) <= len(clients), failures
        assert set(answers) == {1, 2}
