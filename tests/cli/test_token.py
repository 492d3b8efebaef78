"""`egov-kg token`: as users run it, in both languages."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from egov_kg.release.audit import Attempt, Audit
from egov_kg.release.tokens import Tokens
from support.cli import egov, on_terminal

GRAPH = "https://w3id.org/egov-kg/graph/notes"


def test_the_secret_alone_is_on_standard_output(tmp_path: Path) -> None:
    done = egov("token", "create", "editor", "--graph", GRAPH, "--expires", "30", home=tmp_path)
    assert done.returncode == 0, done.stderr
    secret = done.stdout.decode().removesuffix("\n")
    assert re.fullmatch(r"egovkg_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", secret)
    token = Tokens(tmp_path).authenticate(secret)
    assert (token.name, token.graphs) == ("editor", (GRAPH,))
    assert token.expires is not None
    assert (token.expires - token.created).days == 30
    assert token.id in done.stderr.decode()
    assert secret.encode() not in done.stderr


def test_tokens_are_listed_and_revoked(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    first, secret = tokens.create("first", [GRAPH, "urn:*"])
    second, _ = tokens.create("second", [GRAPH])
    done = egov("token", "revoke", second.id, home=tmp_path)
    assert done.returncode == 0
    assert b"revoked" in done.stderr
    listed = egov("token", "list", home=tmp_path).stdout.decode()
    rows = {row.split("\t")[0]: row.split("\t") for row in listed.splitlines()}
    assert (rows[first.id][1:3], rows[first.id][5]) == (["first", "valid"], f"{GRAPH} urn:*")
    assert rows[second.id][2] == "revoked"
    assert secret not in listed
    chinese = egov("token", "list", "--lang", "zh", home=tmp_path).stdout.decode()
    assert "已撤销" in chinese


def test_the_list_for_programs_has_everything_but_secrets(tmp_path: Path) -> None:
    """Several graphs, each once; a token that has ended, one that was taken back, one that counts."""
    tokens = Tokens(tmp_path)
    graphs = ("--graph", GRAPH, "--graph", "urn:*", "--graph", GRAPH)
    done = egov("token", "create", "both", *graphs, "--expires", "1", home=tmp_path)
    secret = done.stdout.decode().strip()
    both, (gone, _), (ended, _) = (
        tokens.authenticate(secret),
        tokens.create("gone", ["urn:a"]),
        tokens.create("ended", ["urn:a"], datetime.now(UTC) + timedelta(seconds=1.5)),
    )
    tokens.revoke(gone.id)
    while ended.valid(datetime.now(UTC)):
        time.sleep(0.05)
    listed = egov("token", "list", "--json", home=tmp_path)
    known = {one["id"]: one for one in map(json.loads, listed.stdout.decode().splitlines())}
    assert known[both.id] == both.to_json() | {"graphs": [GRAPH, "urn:*"], "valid": True}
    assert (known[gone.id]["valid"], known[gone.id]["revoked"] is not None) == (False, True)
    assert (known[ended.id]["valid"], known[ended.id]["revoked"]) == (False, None)
    assert secret.encode() not in listed.stdout
    assert b"sha256" not in listed.stdout
    chinese = egov("token", "list", "--lang", "zh", home=tmp_path).stdout.decode()
    assert [line.split("\t")[2] for line in chinese.splitlines()] == ["有效", "已撤销", "已过期"]


def test_mistakes_are_said_in_both_languages(tmp_path: Path) -> None:
    for arguments, code, words in (
        (("create", "x"), 2, ("--graph", "--graph")),
        (("create", "x", "--graph", "notes"), 2, ("no IRI", "既不是图的 IRI")),
        (("revoke", "00000000"), 2, ("token list", "token list")),
    ):
        for lang, word in zip(("en", "zh"), words, strict=True):
            done = egov("--lang", lang, "token", *arguments, home=tmp_path)
            assert done.returncode == code, done.stderr
            assert word in done.stderr.decode()
            assert done.stdout == b""
    assert Tokens(tmp_path).all() == ()


def test_the_log_is_shown_latest_first(tmp_path: Path) -> None:
    assert egov("token", "log", home=tmp_path).stdout == b""
    made = Attempt(
        datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "accepted",
        "12345678",
        "editor",
        "192.0.2.1",
        "q1",
        "update",
        "INSERT DATA {}\x1b[2J",
        "00",
        "r000000000001",
        "r000000000002",
        {GRAPH: (2, 1)},
    )
    Audit(tmp_path).record(made)
    done = egov("token", "log", "--json", home=tmp_path)
    (line,) = done.stdout.decode().splitlines()
    assert json.loads(line)["graphs"] == {GRAPH: [2, 1]}
    assert "\x1b" not in line
    code, shown = on_terminal("--lang", "zh", "token", "log", home=tmp_path, columns=160)
    assert code == 0
    assert "已接受" in shown
    assert "+2 -1" in shown
    assert "r000000000002" in shown
