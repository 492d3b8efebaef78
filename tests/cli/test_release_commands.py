"""The commands that work on a complete release: build, export, questions, validate, audit, diff, serve."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pyarrow.parquet
import pyoxigraph as ox
import pytest

from egov_kg.cli.exits import ExitCode
from egov_kg.publish.export import FORMATS
from egov_kg.release.registry import Registry
from egov_kg.resources import Sources
from support.cli import COMMAND, Built, Terminal, alive, descendants, egov, environment, on_terminal
from support.releases import publish
from support.service import free_port

ROOT = Path(__file__).resolve().parents[2]


def test_a_build_says_its_id_and_size(built: Built) -> None:
    assert built.id == Registry(built.home).current().id
    assert built.said.startswith(f"Release {built.id}: ")
    assert "triples in" in built.said
    assert built.said.count("\n") == 1


@pytest.mark.parametrize("name", [known.name for known in FORMATS])
def test_an_export_is_the_file_of_the_release(name: str, built: Built, tmp_path: Path) -> None:
    file = Registry(built.home).current().path / next(known.file for known in FORMATS if known.name == name)
    assert egov("export", "--format", name, home=built.home).stdout == file.read_bytes()
    target = tmp_path / file.name
    answer = egov("export", "-o", target, home=built.home)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, b"", b"")
    assert target.read_bytes() == file.read_bytes()


def test_the_two_tables_of_an_export_agree(built: Built) -> None:
    text = egov("export", "--format", "csv", home=built.home).stdout.decode("utf-8-sig")
    data = egov("export", "--format", "parquet", home=built.home).stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    table = pyarrow.parquet.read_table(pyarrow.BufferReader(data))
    assert table.num_rows == len(rows) > 50
    assert table.column_names == list(rows[0])


def test_a_reader_that_stops_is_no_error(built: Built) -> None:
    line = (
        f"set -o pipefail; '{COMMAND[0]}' -m egov_kg export --format nq | head -n 1; exit ${{PIPESTATUS[0]}}"
    )
    answer = subprocess.run(
        ["bash", "-c", line], capture_output=True, env=environment(built.home), check=False
    )
    assert answer.returncode == ExitCode.CLOSED
    assert answer.stderr == b""
    assert answer.stdout.count(b"\n") == 1


def test_parquet_is_not_written_to_a_terminal(built: Built) -> None:
    code, shown = on_terminal("export", "--format", "parquet", home=built.home)
    assert code == ExitCode.USAGE
    assert "binary" in shown


def test_questions_are_listed_in_both_languages(built: Built) -> None:
    names = sorted(path.stem for path in (ROOT / "queries").glob("*.rq"))
    for lang in ("en", "zh"):
        lines = egov("questions", "--lang", lang, home=built.home).stdout.decode().splitlines()
        assert [line.split("\t")[0] for line in lines] == names
        assert all(line.split("\t")[1] for line in lines)
    code, shown = on_terminal("questions", home=built.home)
    assert code == 0
    assert names[0] in shown


def test_a_question_is_answered_and_its_query_is_shown(built: Built) -> None:
    name = "author-of-the-report"
    query = egov("questions", name, "--sparql", home=built.home).stdout
    assert query == (ROOT / "queries" / f"{name}.rq").read_bytes()
    by_name = egov("questions", name[:10], "--format", "csv", home=built.home)
    by_text = egov("query", "-", "--format", "csv", home=built.home, stdin=query)
    assert by_name.returncode == 0
    assert by_name.stdout == by_text.stdout
    assert by_name.stdout.count(b"\n") >= 2
    code, shown = on_terminal("questions", name, "--lang", "zh", home=built.home)
    assert code == 0
    assert "？" in shown
    assert "?author_zh" in shown
    assert "?author_en" not in shown
    assert "--lang en" in shown


def test_the_projects_own_data_are_valid(built: Built) -> None:
    answer = egov("validate", "--engine", "shacl", home=built.home)
    assert answer.returncode == 0, answer.stdout.decode()


def test_a_broken_file_is_reported_with_node_and_rule(built: Built, tmp_path: Path) -> None:
    broken = tmp_path / "mine.ttl"
    broken.write_text(
        "@prefix egov: <https://w3id.org/egov-kg/ontology#> .\n"
        "<https://w3id.org/egov-kg/id/platform/mine> a egov:Platform .\n",
        encoding="utf-8",
    )
    answer = egov("validate", broken, home=built.home)
    said = answer.stdout.decode()
    assert answer.returncode == ExitCode.REFUSED, said
    assert "eid:platform/mine" in said
    assert str(broken) in said
    chinese = egov("validate", broken, "--engine", "shacl", "--lang", "zh", home=built.home).stdout.decode()
    assert "违规" in chinese
    report = egov("validate", broken, "--engine", "shacl", "--format", "ttl", home=built.home)
    assert report.returncode == ExitCode.REFUSED
    conforms = ox.NamedNode("http://www.w3.org/ns/shacl#conforms")
    values = [
        q.object for q in ox.parse(report.stdout, format=ox.RdfFormat.TURTLE) if q.predicate == conforms
    ]
    assert values == [ox.Literal(False)]


def test_a_number_that_is_none_is_reported_without_a_traceback(built: Built, tmp_path: Path) -> None:
    """rdflib logs one for each such literal; `--debug` still shows it."""
    broken = tmp_path / "mine.ttl"
    broken.write_text(
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "<https://w3id.org/egov-kg/id/observation/x> a <http://purl.org/linked-data/cube#Observation> ;\n"
        '  <http://purl.org/linked-data/sdmx/2009/measure#obsValue> "85.x"^^xsd:decimal .\n',
        encoding="utf-8",
    )
    answer = egov("validate", broken, home=built.home)
    assert answer.returncode == ExitCode.REFUSED
    assert b"85.x" in answer.stdout
    assert answer.stderr == b""
    assert b"Traceback" in egov("--debug", "validate", broken, home=built.home).stderr


def test_a_file_that_does_not_parse_is_reported_with_its_line(built: Built, tmp_path: Path) -> None:
    broken = tmp_path / "mine.ttl"
    broken.write_text("@prefix egov: <https://w3id.org/egov-kg/ontology#> .\negov:a egov:b", encoding="utf-8")
    answer = egov("validate", broken, home=built.home)
    assert answer.returncode == ExitCode.REFUSED
    assert answer.stdout == b""
    assert str(broken) in answer.stderr.decode()
    assert answer.stderr.count(b"\n") == 1


def test_an_audit_of_another_text_finds_gaps(tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("第一段\n百分之七十的县。\n", encoding="utf-8")
    answer = egov("audit", other, home=tmp_path)
    assert answer.returncode == ExitCode.REFUSED
    assert b"document" in answer.stdout
    assert egov("audit", tmp_path / "absent.txt", home=tmp_path).returncode == ExitCode.USAGE


def test_a_difference_is_told_in_words_and_as_rdf(tmp_path: Path) -> None:
    label = "http://www.w3.org/2000/01/rdf-schema#label"
    old = publish(tmp_path, 'eid:platform\\/a rdfs:label "one"@en, "一"@zh .')
    new = publish(tmp_path, 'eid:platform\\/a rdfs:label "two"@en, "一"@zh .')
    text = egov("diff", old.id, "current", home=tmp_path)
    assert text.returncode == 0, text.stderr.decode()
    assert "one" in text.stdout.decode()
    assert "two" in text.stdout.decode()
    assert egov("diff", old.id, new.id, "--lang", "zh", home=tmp_path).stdout != text.stdout
    rdf = egov("diff", old.id, new.id, "--format", "nq", home=tmp_path).stdout
    changed = {q.object for q in ox.parse(rdf, format=ox.RdfFormat.N_QUADS) if q.predicate.value == label}
    assert changed == {ox.Literal("one", language="en"), ox.Literal("two", language="en")}
    patch = egov("diff", old.id, new.id, "--format", "patch", home=tmp_path).stdout.decode().splitlines()
    before, after = (set(release.nquads.read_text("utf-8").splitlines()) for release in (old, new))
    gone = {line[2:] for line in patch if line.startswith("D ")}
    come = {line[2:] for line in patch if line.startswith("A ")}
    assert before - gone | come == after
    same = egov("diff", new.id, "current", "--format", "nq", home=tmp_path)
    assert (same.returncode, same.stdout) == (0, b"")


def serving(home: Path, port: int, stderr: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, "--lang", "en", "serve", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=stderr,
        env=environment(home, COLUMNS="100", LINES="50"),
    )


def ask(port: int, query: str) -> object:
    url = f"http://127.0.0.1:{port}/sparql?{urllib.parse.urlencode({'query': query})}"
    request = urllib.request.Request(url, headers={"Accept": "application/sparql-results+json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_answers_until_it_is_told_to_stop(built: Built, number: int) -> None:
    port = free_port()
    process = serving(built.home, port)
    try:
        assert process.stdout is not None
        line = process.stdout.readline().decode()
        assert f"http://127.0.0.1:{port}/sparql" in line
        assert built.id in line
        answer = ask(port, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
        assert isinstance(answer, dict)
        assert int(answer["results"]["bindings"][0]["n"]["value"]) > 10_000
        second = serving(built.home, port)
        _, said = second.communicate(timeout=60)
        assert second.returncode == ExitCode.USAGE
        assert str(port) in said.decode()
    finally:
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert process.returncode == ExitCode.OK
    assert b"Traceback" not in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_serve_that_is_stopped_while_it_builds_stops_the_build(
    number: signal.Signals, tmp_path: Path
) -> None:
    """Run in a folder with a file that is called like a library, which must not be run in its place."""
    folder, home = tmp_path / "folder", tmp_path / "home"
    folder.mkdir()
    (folder / "click.py").write_text("open('hijacked', 'w').close()\n", encoding="utf-8")
    process = subprocess.Popen(
        [Path(COMMAND[0]).with_name("egov-kg"), "serve", "--port", str(free_port())],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(home),
        cwd=folder,
        start_new_session=True,
    )
    children: list[int] = []
    for _ in range(3000):
        children = descendants(process.pid)
        if len(children) >= 2 or process.poll() is not None:  # the build, and what works beside it
            break
        time.sleep(0.02)
    assert len(children) >= 2
    os.killpg(process.pid, number)  # as a terminal does: to the command and all that share its process group
    out, said = process.communicate(timeout=60)
    for _ in range(1000):
        if not any(map(alive, children)):
            break
        time.sleep(0.02)
    assert not any(map(alive, children))
    codes = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -9}
    assert process.returncode == codes[number]
    assert out == b""
    expected = ["There is no release yet: building one."] + ["Interrupted."] * (number == signal.SIGINT)
    assert [line for line in said.decode().splitlines() if line] == expected  # click ends the line of the ^C
    assert not (folder / "hijacked").exists()
    assert not list(home.glob("releases/*"))


def test_serve_builds_the_first_release_by_itself_and_shows_how_far_it_is(tmp_path: Path) -> None:
    port, terminal = free_port(), Terminal()
    try:
        process = serving(tmp_path, port, stderr=terminal.theirs)
        try:
            assert process.stdout is not None
            assert str(port) in process.stdout.readline().decode()
            assert ask(port, "ASK { ?s ?p ?o }") == {"head": {}, "boolean": True}
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)
    finally:
        shown = terminal.shown()
    releases = Registry(tmp_path).all()
    assert len(releases) == 1
    assert "There is no release yet" in shown
    assert "Validating" in shown
    assert "%" in shown or "/" in shown
    assert f"Release {releases[0].id}: " in shown


def test_a_build_of_broken_data_says_where_and_leaves_the_release(built: Built, tmp_path: Path) -> None:
    """The command finds its sources beside the package, so a broken checkout is a copy of this one."""
    checkout = tmp_path / "checkout"
    for name in ("src", "ontology", "shapes", "data", "queries"):
        shutil.copytree(ROOT / name, checkout / name)
    sources = Sources(checkout)
    (sources.data / "report-2012-2013" / "extra.ttl").write_text(
        "@prefix egov: <https://w3id.org/egov-kg/ontology#> .\n"
        "<https://w3id.org/egov-kg/id/platform/mine> a egov:Platform .\n",
        encoding="utf-8",
    )
    home = tmp_path / "home"
    shutil.copytree(built.home, home, symlinks=True)
    answer = egov("build", "--engine", "shacl", home=home, env={"PYTHONPATH": str(checkout / "src")})
    said = answer.stderr.decode()
    assert answer.returncode == ExitCode.REFUSED, said
    assert answer.stdout == b""
    first = said.splitlines()[0]
    assert "extra.ttl" in first
    assert "eid:platform/mine" in first
    assert Registry(home).current().id == built.id
    (sources.data / "report-2012-2013" / "extra.ttl").write_text("egov:a egov:b egov:c .\n", encoding="utf-8")
    answer = egov("build", home=home, env={"PYTHONPATH": str(checkout / "src")})
    assert answer.returncode == ExitCode.REFUSED
    assert "extra.ttl:1" in answer.stderr.decode() or "line 1" in answer.stderr.decode()
    assert Registry(home).current().id == built.id
