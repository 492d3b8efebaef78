"""`make serve`: it builds when what a release is made of has changed, and only then."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from egov_kg.release.registry import Registry
from egov_kg.release.writes import Author, ReleaseWriter
from egov_kg.resources import Sources
from egov_kg.settings import Settings
from egov_kg.sparql.changes import Update
from support.cli import environment
from support.sources import EDITION, make_sources, observation, turtle

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of the project's code with a small source tree, set up as `make` does it."""
    root = tmp_path / "checkout"
    make_sources(root)
    shutil.copytree(ROOT / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "requirements").mkdir()
    named = ("Makefile", "pyproject.toml", "hatch_build.py", "requirements/run.txt", "requirements/node.txt")
    for name in named:
        shutil.copy(ROOT / name, root / name)
    tools = root / ".venv" / "bin"
    tools.mkdir(parents=True)
    # The command itself, but for the service, which would not end.
    (tools / "egov-kg").write_text(
        "#!/bin/sh\n"
        'case "$1" in\n'
        "  serve) echo served; exit ;;\n"
        "  build) set -- build --engine shacl ;;\n"
        "esac\n"
        f"PYTHONPATH='{root / 'src'}' exec '{sys.executable}' -P -m egov_kg \"$@\"\n",
        encoding="utf-8",
    )
    (tools / "egov-kg").chmod(0o755)
    for stamp in ("venv", "run"):
        (root / ".venv" / f"{stamp}.stamp").touch()
    return root


def test_serve_builds_when_anything_changed_and_only_then(checkout: Path, tmp_path: Path) -> None:
    def serve(home: str = "home") -> str:
        """The id of what was built, if something was."""
        done = subprocess.run(
            ["make", "serve"],
            cwd=checkout,
            env=environment(tmp_path / home),
            capture_output=True,
            check=True,
            text=True,
        )
        *built, last = done.stdout.splitlines()
        assert last == "served"
        assert built in ([], [Registry(tmp_path / home).current().id]), done.stdout
        return "".join(built)

    first = serve()
    assert first
    assert not serve()
    extra = checkout / "data" / "ttl" / EDITION / "extra.ttl"
    extra.write_text(turtle(observation("extra", "33")), encoding="utf-8")
    assert serve() not in ("", first)
    assert not serve()
    extra.unlink()
    assert serve() == first, "a deletion went unnoticed"
    assert not serve()
    with (checkout / "src" / "egov_kg" / "__init__.py").open("a") as code:
        code.write("# changed\n")
    assert serve() == first, "a change of the code went unnoticed"
    assert serve("other") == first, "another home has no release of these files"
    assert serve() == "" or Registry(tmp_path / "home").current().id == first


def test_what_was_written_is_served_on(checkout: Path, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "home")

    def serve() -> str:
        """What is said besides that it is served."""
        done = subprocess.run(
            ["make", "serve"],
            cwd=checkout,
            env=environment(settings.home),
            capture_output=True,
            check=True,
            text=True,
        )
        *said, last = done.stdout.splitlines()
        assert last == "served"
        return "\n".join(said) + done.stderr

    serve()
    writer = ReleaseWriter(settings, Sources(checkout))
    author = Author("12345678", "editor", ("urn:*",), "192.0.2.1", "q")
    written = writer.write(Update("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> 1 } }"), author).release
    assert serve() == ""
    extra = checkout / "data" / "ttl" / EDITION / "extra.ttl"
    extra.write_text(turtle(observation("extra", "33")), encoding="utf-8")
    said = serve()
    assert "--discard-writes" in said
    assert "Serving the current release as it is" in said
    assert Registry(settings.home).current().id == written
