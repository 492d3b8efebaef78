"""`query`: formats, what a terminal and a pipe get, and what happens to queries that cannot be answered."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from egov_kg.cli.exits import ExitCode
from egov_kg.release.registry import Registry
from support.cli import COMMAND, alive, descendants, egov, environment, on_terminal
from support.releases import publish

TRIPLES = """
eid:region/110000 rdfs:label "北京"@zh, "Beijing"@en ; egov:order 1 .
eid:region/120000 rdfs:label "天津"@zh, "Tianjin [markup]"@en ; egov:order 2 .
""".replace("eid:region/", "eid:region\\/")
LABELS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?region ?name ?none WHERE { ?region rdfs:label ?name FILTER(LANG(?name) = "en") } ORDER BY ?name
"""
COPY = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
RUNAWAY = """
SELECT (COUNT(*) AS ?n) WHERE {
  ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o . ?p ?q ?r . ?s ?t ?u . ?v ?w ?x .
  ?a1 ?b1 ?c1 . ?d1 ?e1 ?f1 . ?g1 ?h1 ?i1 . ?j1 ?k1 ?l1 . ?m1 ?n11 ?o1 . ?p1 ?q1 ?r1 . ?s1 ?t1 ?u1
}
"""
BASE = "https://w3id.org/egov-kg/id/region/"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    publish(folder, TRIPLES)
    return folder


def test_each_results_format_has_the_same_rows(home: Path) -> None:
    def ask(name: str) -> str:
        answer = egov("query", "-", "--format", name, home=home, stdin=LABELS.encode())
        assert (answer.returncode, answer.stderr) == (0, b"")
        return answer.stdout.decode()

    rows = list(csv.reader(io.StringIO(ask("csv"))))
    assert rows == [
        ["region", "name", "none"],
        [f"{BASE}110000", "Beijing", ""],
        [f"{BASE}120000", "Tianjin [markup]", ""],
    ]
    bindings = json.loads(ask("json"))["results"]["bindings"]
    assert [[b["region"]["value"], b["name"]["value"], ""] for b in bindings] == rows[1:]
    assert ask("tsv").splitlines()[1] == f'<{BASE}110000>\t"Beijing"@en\t'
    assert ask("xml").count("<result>") == 2
    table = ask("table").splitlines()
    assert "?region" in table[1]
    assert "eid:region/110000" in table[3]
    assert "Tianjin [markup]" in table[4]


@pytest.mark.parametrize(
    ("name", "syntax"),
    [
        ("ttl", ox.RdfFormat.TURTLE),
        ("nt", ox.RdfFormat.N_TRIPLES),
        ("jsonld", ox.RdfFormat.JSON_LD),
        ("rdfxml", ox.RdfFormat.RDF_XML),
        ("trig", ox.RdfFormat.TRIG),
    ],
)
def test_each_graph_format_has_the_same_triples(name: str, syntax: ox.RdfFormat, home: Path) -> None:
    answer = egov("query", "-", "--format", name, home=home, stdin=COPY.encode())
    assert answer.returncode == 0, answer.stderr
    expected = ox.parse(Registry(home).current().nquads.read_bytes(), format=ox.RdfFormat.N_QUADS)
    found = ox.parse(answer.stdout, format=syntax)
    assert {quad.triple for quad in found} == {quad.triple for quad in expected}


def test_a_pipe_gets_tsv_and_turtle_and_a_terminal_a_table(home: Path, tmp_path: Path) -> None:
    select, construct = tmp_path / "select.rq", tmp_path / "construct.rq"
    select.write_text(LABELS, encoding="utf-8")
    construct.write_text(COPY, encoding="utf-8")
    assert egov("query", select, home=home).stdout.startswith(b"?region\t?name\t?none\n<http")
    assert b"@prefix egov: <https://w3id.org/egov-kg/ontology#>" in egov("query", construct, home=home).stdout
    code, shown = on_terminal("query", select, home=home)
    assert code == 0
    assert "eid:region/120000" in shown
    assert "Tianjin [markup]" in shown
    assert "http" not in shown


def test_yes_and_no(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "ask.rq"
    file.write_text("ASK { ?s ?p 'nowhere' }", encoding="utf-8")
    assert egov("query", file, home=home).stdout.strip() == b"false"
    assert egov("query", file, "--format", "table", "--lang", "zh", home=home).stdout.decode() == "否\n"
    code, shown = on_terminal("query", file, home=home)
    assert (code, shown.split()[-1]) == (0, "no")


def test_the_suffix_of_the_output_names_the_format(home: Path, tmp_path: Path) -> None:
    answer = egov("query", "-", "-o", tmp_path / "rows.csv", home=home, stdin=LABELS.encode())
    assert (answer.returncode, answer.stdout) == (0, b"")
    assert (tmp_path / "rows.csv").read_text("utf-8").startswith("region,name,none")
    egov("query", "-", "-o", tmp_path / "graph.nt", home=home, stdin=COPY.encode())
    assert (tmp_path / "graph.nt").read_text("utf-8").count(" .\n") == 6


def test_a_terminal_that_is_too_narrow_gets_blocks(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "labels.rq"
    file.write_text(LABELS, encoding="utf-8")
    code, shown = on_terminal("query", file, home=home, columns=40)
    assert code == 0
    lines = [line.rstrip() for line in shown.splitlines()]
    assert "  ?region  eid:region/110000" in lines
    assert "  ?name    Tianjin [markup]" in lines
    assert not any("?none" in line for line in lines)


def test_a_long_table_says_what_it_leaves_out(home: Path) -> None:
    wide = "SELECT ?a ?b ?c ?d WHERE { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z . ?d ?s ?w . }"
    answer = egov("query", "-", "--format", "table", home=home, stdin=wide.encode())
    assert answer.returncode == 0
    assert len(answer.stdout.splitlines()) < 1_100
    assert b"and 296 more rows" in answer.stderr


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT ?s\nWHERE { ?s ?p }", "Line 2, column "),
        ("SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE"),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "takes no updates"),
        ("SELECT * WHERE " + "{" * 100 + "}" * 100, "levels deep"),
    ],
)
def test_a_query_that_cannot_be_answered_is_refused(query: str, said: str, home: Path) -> None:
    answer = egov("query", "-", home=home, stdin=query.encode())
    assert answer.returncode == ExitCode.REFUSED
    assert answer.stdout == b""
    assert said in answer.stderr.decode()
    assert answer.stderr.count(b"\n") == 1


def test_bytes_that_are_no_text_are_refused(home: Path) -> None:
    answer = egov("query", "-", home=home, stdin=b"ASK { ?s ?p '\xff' }")
    assert answer.returncode == ExitCode.REFUSED
    assert b"not UTF-8 (byte 13)" in answer.stderr


def test_a_format_of_the_other_kind_is_refused(home: Path) -> None:
    for query, name in ((LABELS, "ttl"), (COPY, "csv"), (COPY, "table")):
        answer = egov("query", "-", "--format", name, home=home, stdin=query.encode())
        assert answer.returncode == ExitCode.USAGE, (query, name)
        form = query.split(maxsplit=1)[0] if query is COPY else "SELECT"
        said = answer.stderr.decode()
        assert f"--format {name} does not fit, as the query is a {form}. " in said
        assert "A CONSTRUCT or DESCRIBE is written as ttl, nt, jsonld, rdfxml, trig; " in said
        assert "a SELECT or ASK as table, json, xml, csv, tsv." in said
        for allowed in said.partition("written as ")[2].partition(";")[0].split(", "):
            assert egov("query", "-", "--format", allowed, home=home, stdin=COPY.encode()).returncode == 0


def test_a_file_name_of_the_other_kind_is_refused(home: Path, tmp_path: Path) -> None:
    for query, form, name in (
        (LABELS, "SELECT", "x.ttl"),
        (COPY, "CONSTRUCT", "x.csv"),
        ("ASK {}", "ASK", "x.nt"),
    ):
        answer = egov("query", "-", "-o", name, home=home, stdin=query.encode(), cwd=tmp_path)
        assert (answer.returncode, answer.stdout) == (ExitCode.USAGE, b"")
        assert f"{name} does not fit, as the query is a" in answer.stderr.decode()
        assert f" {form}. " in answer.stderr.decode()
        chinese = egov(
            "query", "-", "-o", name, "--lang", "zh", home=home, stdin=query.encode(), cwd=tmp_path
        )
        assert f"{name} 不适用于 {form} 查询。" in chinese.stderr.decode()
    assert list(tmp_path.iterdir()) == []
    for name, first in (("x.txt", b"?region\t"), ("x", b"?region\t"), ("x.json", b"{")):
        assert egov("query", "-", "-o", name, home=home, stdin=LABELS.encode(), cwd=tmp_path).returncode == 0
        assert (tmp_path / name).read_bytes().startswith(first)
    wanted = egov(
        "query", "-", "-o", "x.ttl", "--format", "csv", home=home, stdin=LABELS.encode(), cwd=tmp_path
    )
    assert wanted.returncode == 0
    assert (tmp_path / "x.ttl").read_bytes().startswith(b"region,")


def test_a_runaway_query_meets_its_deadline(home: Path) -> None:
    answer = egov("query", "-", "--timeout", "1", home=home, stdin=RUNAWAY.encode())
    assert answer.returncode == ExitCode.FAILED
    assert answer.stdout == b""
    assert answer.stderr.count(b"\n") == 1


def test_an_interrupted_query_ends_with_its_children(home: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "query", "-", "--timeout", "100"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(home),
        start_new_session=True,
    )
    assert process.stdin is not None
    process.stdin.write(RUNAWAY.encode())
    process.stdin.close()
    process.stdin = None
    children: list[int] = []
    for _ in range(3000):
        # The process that holds the graph, and the evaluator it forked for the query.
        children = descendants(process.pid)
        if len(children) == 2:
            break
        time.sleep(0.02)
    assert len(children) == 2, "the query was never given to a child process"
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED, said
    assert out == b""
    assert said.strip() == b"Interrupted."
    for _ in range(3000):
        if not any(map(alive, children)):
            break
        time.sleep(0.02)
    assert not any(map(alive, children))


def test_an_earlier_release_can_be_asked(tmp_path: Path) -> None:
    old = publish(tmp_path, "egov:a egov:order 1 .")
    publish(tmp_path, "egov:a egov:order 2 .")
    query = b"SELECT ?n WHERE { ?s <https://w3id.org/egov-kg/ontology#order> ?n }"
    assert egov("query", "-", "--format", "csv", home=tmp_path, stdin=query).stdout.split() == [b"n", b"2"]
    earlier = egov("query", "-", "--format", "csv", "--release", old.id[:6], home=tmp_path, stdin=query)
    assert earlier.stdout.split() == [b"n", b"1"]


def test_releases_are_listed_newest_first(tmp_path: Path) -> None:
    assert egov("releases", home=tmp_path).stdout == b""
    ids = [publish(tmp_path, f"egov:a egov:order {n} .").id for n in range(3)]
    answer = egov("releases", home=tmp_path)
    rows = [line.split("\t") for line in answer.stdout.decode().splitlines()]
    assert [row[0] for row in rows] == ids[::-1]
    assert [row[4] for row in rows] == ["*", "", ""]
    assert [row[2] for row in rows] == ["1", "1", "1"]
    (tmp_path / "releases" / ids[2] / "manifest.json").unlink()
    answer = egov("releases", home=tmp_path)
    assert answer.returncode == 0
    assert [line.split("\t")[::4] for line in answer.stdout.decode().splitlines()] == [
        [ids[1], ""],
        [ids[0], ""],
    ]
    assert (
        f"None is current: The release in {tmp_path / 'releases' / ids[2]} cannot be read"
        in answer.stderr.decode()
    )
    chinese = egov("releases", "--lang", "zh", home=tmp_path)
    assert f"没有当前版本：无法读取 {tmp_path / 'releases' / ids[2]}" in chinese.stderr.decode()
    ids.pop()
    code, shown = on_terminal("releases", "--lang", "zh", home=tmp_path)
    assert code == 0
    assert "标识" in shown
    assert all(name in shown for name in ids)
