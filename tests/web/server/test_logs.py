"""What is logged: `egov_kg.web.server.logs`."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime

import pytest

from egov_kg.web.server import logs

PROGRAM = """
import logging, sys, warnings
from pathlib import Path
from egov_kg.settings import Settings
from egov_kg.web.server import logs
logs.configure(Settings(home=Path(), log_format=sys.argv[1], access_log=sys.argv[2] == "on"))
log = logging.getLogger("egov_kg.web.server.asgi")
with logs.within("request-1"):
    log.warning("bad %s", "line\\r\\n2026 ERROR forged \\x1b[31m\\u2028end")
    try:
        raise ValueError("one\\ntwo")
    except ValueError:
        log.exception("failed")
log.info("outside")
logging.getLogger("other").info("not shown")
warnings.warn("careful", UserWarning)
logs.access(method="GET", path="/sparql", query="q=" + "x" * 900 + "SECRET", status=200, sent=12,
            seconds=0.0123, client="203.0.113.5", cache="hit", request_id="request-2")
"""


def logged(format_: str, access: str = "on") -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, format_, access], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_text_is_one_line_each_and_nothing_forges_another() -> None:
    first, failed, outside, warned, access = logged("text")
    time, level, logger, id_, message = first.split(" ", 4)
    assert datetime.fromisoformat(time).tzinfo is not None
    assert (level, logger, id_) == ("WARNING", "egov_kg.web.server.asgi", "request-1")
    assert message == r"bad line\r\n2026 ERROR forged \x1b[31m\u2028end"
    assert failed.split(" ")[3] == "request-1"
    assert r"failed\nTraceback" in failed
    assert r"ValueError: one\ntwo" in failed
    assert outside.endswith("egov_kg.web.server.asgi - outside")
    assert "careful" in warned
    assert " request-2 GET /sparql?q=xxx" in access
    assert access.endswith("... 200 12 B 12.3 ms client=203.0.113.5 cache=hit")
    assert "SECRET" not in access


def test_json_has_the_same_in_members() -> None:
    first, failed, outside, _, access = map(json.loads, logged("json"))
    assert first["request_id"] == "request-1"
    assert first["level"] == "WARNING"
    assert r"\r\n2026 ERROR" in first["message"]
    assert r"Traceback" in failed["message"]
    assert "request_id" not in outside
    assert {name: access[name] for name in ("method", "path", "status", "bytes", "ms", "cache")} == {
        "method": "GET", "path": "/sparql", "status": 200, "bytes": 12, "ms": 12.3, "cache": "hit",
    }  # fmt: skip
    assert len(access["query"]) == 503


def test_without_the_access_log_there_is_none() -> None:
    assert not [line for line in logged("text", "off") if "203.0.113.5" in line]


@pytest.mark.parametrize("given", [b"a", b"A-1._z", b"x" * 64])
def test_a_plain_request_id_is_kept(given: bytes) -> None:
    assert logs.request_id([(b"host", b"x"), (b"x-request-id", given)]) == given.decode()


@pytest.mark.parametrize("given", [b"", b"x" * 65, b"a b", b"a\n", b"\xff", b"<script>"])
def test_any_other_is_replaced(given: bytes) -> None:
    made = logs.request_id([(b"x-request-id", given)])
    assert logs._ID.fullmatch(made)
    assert made != given.decode("latin-1")
    assert logs.request_id([]) != logs.request_id([])


def test_the_id_holds_within_the_block_only() -> None:
    assert logs.current_id() == ""
    with logs.within("one"):
        with logs.within("two"):
            assert logs.current_id() == "two"
        assert logs.current_id() == "one"
    assert logs.current_id() == ""
