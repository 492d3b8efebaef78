"""`egov-kg doctor`: each thing that can be wrong is found, and only that."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from pathlib import Path

import pytest

from egov_kg.assets import VENDOR
from egov_kg.release import machine
from egov_kg.release.doctor import examine
from egov_kg.release.registry import Registry
from egov_kg.settings import Settings, known
from support.cli import egov
from support.releases import publish
from support.service import free_port

TURTLE = "<https://w3id.org/egov-kg/id/example/a> rdfs:label 'a'@en ."


@pytest.fixture
def home(tmp_path: Path) -> Path:
    publish(tmp_path / "home", TURTLE)
    return tmp_path / "home"


def found(home: Path, **env: str) -> tuple[int, dict[str, tuple[str, str, str]]]:
    done = egov("doctor", "--json", "--port", str(free_port()), home=home, env=env)
    lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
    return done.returncode, {line["check"]: (line["verdict"], line["en"], line["zh"]) for line in lines}


def wrong(home: Path, check: str, **env: str) -> str:
    """The one thing that is wrong: what is said of it."""
    code, findings = found(home, **env)
    assert code == 1
    assert [name for name, (verdict, _, _) in findings.items() if verdict == "wrong"] == [check]
    return findings[check][1]


def test_nothing_is_wrong_with_a_whole_release(home: Path) -> None:
    code, findings = found(home)
    assert code == 0, findings
    assert {verdict for verdict, _, _ in findings.values()} == {"ok"}
    assert all(any("一" <= letter <= "鿿" for letter in zh) for _, _, zh in findings.values())
    assert "answer" in findings["evaluators"][1]


def test_before_the_first_build_nothing_is_wrong_either(tmp_path: Path) -> None:
    code, findings = found(tmp_path / "none")
    assert code == 0
    assert findings["release"][0] == "note"
    assert not (tmp_path / "none").exists()


def test_a_changed_file_is_named(home: Path) -> None:
    with Registry(home).current().nquads.open("a") as file:
        file.write("# more\n")
    assert "graph.nq" in wrong(home, "release")


def test_a_graph_that_does_not_load_is_found(home: Path) -> None:
    release = Registry(home).current()
    release.nquads.write_text("nonsense\n")
    code, findings = found(home)
    assert code == 1
    assert findings["evaluators"][0] == findings["release"][0] == "wrong"


def test_a_link_to_nothing_is_found(home: Path) -> None:
    (home / "current").unlink()
    (home / "current").symlink_to("releases/r000000000000")
    code, findings = found(home)
    assert code == 1
    assert "egov-kg build" in findings["release"][1]


def test_a_misspelt_setting_is_named(home: Path) -> None:
    assert "EGOV_KG_TIMOUT" in wrong(home, "settings", EGOV_KG_TIMOUT="3")


def test_settings_from_the_environment_are_shown(home: Path) -> None:
    assert "EGOV_KG_EVALUATORS=1" in found(home, EGOV_KG_EVALUATORS="1")[1]["settings"][1]


def test_tokens_that_others_can_read_are_found(home: Path) -> None:
    (home / "tokens.json").write_text("{}")
    (home / "tokens.json").chmod(0o644)
    assert "chmod 600" in wrong(home, "tokens")


def test_who_holds_the_lock_is_told(home: Path) -> None:
    with (home / "build.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        code, findings = found(home)
    assert code == 0
    assert findings["lock"][0] == "note"
    assert str(os.getpid()) in findings["lock"][1]


def test_leftovers_of_crashes_are_told(home: Path) -> None:
    (home / "building" / "x").mkdir(parents=True)
    assert found(home)[1]["leftovers"][0] == "note"
    (home / "building" / "r000000000000-aside").mkdir()
    assert "egov-kg build" in wrong(home, "leftovers")


def test_a_history_of_the_future_is_found(home: Path) -> None:
    line = {"time": "2999-01-01T00:00:00+00:00", "release": Registry(home).current().id}
    with (home / "history.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")
    assert "2999" in wrong(home, "history")


def test_a_front_end_library_that_is_missing_is_named(tmp_path: Path) -> None:
    shutil.copytree(VENDOR / "yasqe", tmp_path / "yasqe")
    (finding,) = machine.assets(tmp_path)
    assert finding.verdict == "wrong"
    assert f"{tmp_path}: echarts." in finding.en
    assert "echarts" in finding.zh
    shutil.copytree(VENDOR / "echarts", tmp_path / "echarts")
    (finding,) = machine.assets(tmp_path)
    assert finding.verdict == "ok"


def test_more_memory_than_there_is_is_told(home: Path) -> None:
    _, findings = found(home, EGOV_KG_WRITE_MEMORY_MB="99999999")
    assert findings["limits"][0] == "note"


def test_a_port_in_use_is_told(home: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        findings = {finding.check: finding for finding in examine(Settings(home=home), port)}
    assert findings["port"].verdict == "note"


def test_in_words_it_is_in_the_chosen_language(home: Path) -> None:
    done = egov("--lang", "zh", "doctor", "--port", str(free_port()), home=home)
    assert done.stdout.decode().startswith("正常\tpython\t")


def test_every_setting_is_known() -> None:
    assert {"EGOV_KG_HOME", "EGOV_KG_LOG_FORMAT", "EGOV_KG_METRICS_ALLOW"} <= known()
