"""`egov-kg import`: as users run it, in both languages."""

from __future__ import annotations

from pathlib import Path

from egov_kg.release.build import build
from egov_kg.settings import Settings
from support.cli import egov
from support.importing import CUBE
from support.sources import make_sources


def test_what_does_not_go_together_is_refused(tmp_path: Path) -> None:
    for arguments in ((), ("--list", "--remove", "x"), ("--endpoint", "http://e.org/"), ("a.ttl", "--list")):
        done = egov("import", *arguments, home=tmp_path)
        assert done.returncode == 2, arguments
    assert "请给出" in egov("import", "--lang", "zh", home=tmp_path).stderr.decode()


def test_a_file_that_cannot_be_taken_is_an_error_with_its_reason(tmp_path: Path) -> None:
    build(make_sources(tmp_path / "sources"), Settings(tmp_path), engine="shacl")
    assert egov("import", "--list", home=tmp_path).stdout == b""
    assert egov("import", "none.ttl", home=tmp_path).returncode == 2
    broken = tmp_path / "broken.ttl"
    broken.write_text("<urn:a> <urn:b>", encoding="utf-8")
    done = egov("import", broken, "--source", "https://e.org/", home=tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"broken.ttl:1:" in done.stderr
    cube = tmp_path / "cube.ttl"
    cube.write_text(CUBE, encoding="utf-8")
    done = egov("import", cube, "--licence", "free", "--lang", "zh", home=tmp_path)
    assert done.returncode == 2
    assert "不是形如" in done.stderr.decode()
    assert egov("import", "--remove", "none", home=tmp_path).returncode == 2
    bad = egov("import", cube, "--name", "Bad Name", home=tmp_path)
    assert b"no name of an import" in bad.stderr
