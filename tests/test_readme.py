"""What the README shows is what a reader gets."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from egov_kg.release.registry import Registry
from egov_kg.settings import Settings
from egov_kg.sparql.protocol import Operation
from egov_kg.store.snapshot import Snapshot
from support.cli import COMMAND, Built, egov, environment
from support.service import running

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def block(language: str, starts: str) -> str:
    """The body of the fenced block of a language whose body starts with some text."""
    bodies: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    return next(body for body in bodies if body.startswith(starts))


def test_the_first_query_has_the_answer_shown(built: Built) -> None:
    query = block("sh", "curl").partition("<<'SPARQL'\n")[2].partition("SPARQL\n")[0]
    shown = block("csv", "who,")
    release = Registry(built.home).current()
    with Snapshot.open(release.store, release.dataset) as store:
        answer = b"".join(store.respond(Operation(query), "text/csv")).decode()
    assert answer.split() == shown.split()


def test_the_counts_are_those_of_the_release(built: Built) -> None:
    release = Registry(built.home).current()
    prefixes = (
        "PREFIX egov: <https://w3id.org/egov-kg/ontology#> PREFIX qb: <http://purl.org/linked-data/cube#>"
    )
    patterns = {
        "observations": "?x a qb:Observation",
        "statements": """
            ?x egov:reviewState ?state FILTER(STRSTARTS(STR(?x), "https://w3id.org/egov-kg/id/statement/"))
        """,
    }
    with Snapshot.open(release.store, release.dataset) as store:
        for name, pattern in patterns.items():
            row = store.select(f"{prefixes} SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }}")[0]
            assert re.search(rf"\b{row['n']}\s+{name}\b", README), (name, row["n"])


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_the_examples_do_what_is_said(built: Built, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(built.home, home, symlinks=True)
    examples = re.findall(
        r"^```sh\n(.*?)^```$", README.partition("## More, by example")[2], re.DOTALL | re.MULTILINE
    )
    program = Path(COMMAND[0]).with_name("egov-kg")
    done = []
    with running(Settings(home=home), Registry(home).current()) as server:
        for example in (one for one in examples if "curl" in one):
            script = example.replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")
            script = script.replace(".venv/bin/egov-kg", str(program))
            ran = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script],
                cwd=tmp_path,
                env=environment(home),
                capture_output=True,
                text=True,
                check=False,
            )
            assert ran.returncode == 0, ran.stderr
            done.append(ran.stdout)
    described, _, written, past = done
    assert "region:110000" in described
    assert (tmp_path / "observations.xlsx").read_bytes().startswith(b"PK")
    added = {"https://w3id.org/egov-kg/graph/notes": {"added": 1, "removed": 0}}
    assert json.loads(written)["graphs"] == json.loads(block("json", "{"))["graphs"] == added
    assert past.strip().endswith(block("text", "From").partition("\n\n")[2].strip())


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`egov-kg ([a-z]+)", README))))
def test_every_command_named_exists(command: str, tmp_path: Path) -> None:
    assert egov(command, "--help", home=tmp_path).returncode == 0


def test_no_blank_was_left_to_fill() -> None:
    assert not re.search(r"@[A-Z]+@|TODO|TBD", README)


def test_every_link_into_the_project_leads_somewhere() -> None:
    targets = [
        target for target in re.findall(r"\]\(([^)]+)\)", README) if not target.startswith(("http", "#"))
    ]
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []
