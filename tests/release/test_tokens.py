"""Tokens: what they reach, that their secrets are nowhere, and that a change is seen at once."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from egov_kg.errors import NotAuthenticated, NotFound, ReleaseError, UsageError
from egov_kg.release.tokens import Tokens, reaches

GRAPH = "https://w3id.org/egov-kg/graph/notes"
CREATE = """
import sys
from pathlib import Path
from egov_kg.release.tokens import Tokens
for n in range(5):
    print(Tokens(Path(sys.argv[1])).create(f"{sys.argv[2]}-{n}", ["urn:g"])[1])
"""


def test_a_secret_gives_its_token(tmp_path: Path) -> None:
    token, secret = Tokens(tmp_path).create("an editor", [GRAPH])
    assert re.fullmatch(r"egovkg_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", secret)
    assert Tokens(tmp_path).authenticate(secret) == token
    assert (token.name, token.graphs, token.expires) == ("an editor", (GRAPH,), None)


def test_the_file_has_no_secret_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    _, secret = Tokens(tmp_path).create("editor", [GRAPH])
    file = tmp_path / "tokens.json"
    assert secret.rpartition("_")[2] not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tokens.json", "tokens.lock"]


@pytest.mark.parametrize("change", ["another end", "another id", "cut", "longer", "empty", "no ASCII"])
def test_what_is_no_secret_is_refused(change: str, tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    token, secret = tokens.create("editor", [GRAPH])
    wrong = {
        "another end": secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        "another id": secret.replace(token.id, "00000000"),
        "cut": secret[:-1],
        "longer": secret + "A",
        "empty": "",
        "no ASCII": secret[:-1] + "\ud800",
    }[change]
    with pytest.raises(NotAuthenticated) as caught:
        tokens.authenticate(wrong)
    assert caught.value.status == 401
    assert caught.value.detail_zh
    assert secret[-43:] not in caught.value.detail
    tokens.authenticate(secret)


def test_a_revoked_token_counts_no_more_and_a_new_one_counts_at_once(tmp_path: Path) -> None:
    running, elsewhere = Tokens(tmp_path), Tokens(tmp_path)
    first, secret = elsewhere.create("first", [GRAPH])
    assert running.authenticate(secret) == first
    _, other = elsewhere.create("second", [GRAPH])
    running.authenticate(other)
    assert elsewhere.revoke(first.id).revoked is not None
    with pytest.raises(NotAuthenticated, match="revoked"):
        running.authenticate(secret)
    running.authenticate(other)
    when = elsewhere.all()[0].revoked
    assert elsewhere.revoke(first.id).revoked == when
    (tmp_path / "tokens.json").unlink()
    with pytest.raises(NotAuthenticated):
        running.authenticate(other)
    with pytest.raises(NotFound, match="token list"):
        running.revoke(first.id)


def test_an_expired_token_counts_no_more(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    _, secret = tokens.create("editor", [GRAPH], datetime.now(UTC) + timedelta(days=1))
    tokens.authenticate(secret)
    file = tmp_path / "tokens.json"
    text = json.loads(file.read_text())
    text["tokens"][0]["expires"] = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    file.write_text(json.dumps(text))
    with pytest.raises(NotAuthenticated, match="expired"):
        tokens.authenticate(secret)
    with pytest.raises(UsageError, match="expired"):
        tokens.create("late", [GRAPH], datetime.now(UTC) - timedelta(days=1))


@pytest.mark.parametrize(
    ("name", "graphs"),
    [
        ("", [GRAPH]),
        ("x" * 101, [GRAPH]),
        ("line\nfeed", [GRAPH]),
        ("none", []),
        ("relative", ["notes"]),
        ("blank", ["urn:a b"]),
        ("star inside", ["urn:*:b"]),
    ],
)
def test_a_token_without_a_name_or_a_graph_is_refused(name: str, graphs: list[str], tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        Tokens(tmp_path).create(name, graphs)
    assert caught.value.detail_zh
    assert Tokens(tmp_path).all() == ()


def test_a_token_reaches_its_graphs_and_no_others() -> None:
    assert reaches((GRAPH,), GRAPH)
    assert not reaches((GRAPH,), GRAPH + "-more")
    assert reaches((GRAPH + "*",), GRAPH + "-more")
    assert not reaches((GRAPH + "*",), "https://w3id.org/egov-kg/graph/note")
    assert not reaches((GRAPH,), GRAPH + "*")
    assert not reaches((GRAPH,), "")
    assert reaches(("*",), GRAPH)
    assert not reaches((), GRAPH)


def test_a_file_that_is_not_as_written_lets_nobody_in(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    _, secret = tokens.create("editor", [GRAPH])
    (tmp_path / "tokens.json").write_text("{")
    with pytest.raises(ReleaseError, match=r"tokens\.json"):
        tokens.authenticate(secret)
    with pytest.raises(ReleaseError):
        tokens.create("other", [GRAPH])
    assert (tmp_path / "tokens.json").read_text() == "{"


def test_processes_that_make_tokens_at_the_same_time_lose_none(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", CREATE, tmp_path, str(n)], stdout=subprocess.PIPE, text=True)
        for n in range(4)
    ]
    secrets = [secret for process in processes for secret in process.communicate()[0].split()]
    assert len(secrets) == 20
    tokens = Tokens(tmp_path)
    assert {tokens.authenticate(secret).id for secret in secrets} == {one.id for one in tokens.all()}
