"""A query as a program: every query comes through unharmed, and the programs run."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph

from egov_kg.web.pages.workbench.snippets import (
    LANGUAGES,
    Kind,
    in_double_quotes,
    in_python,
    in_shell,
    kind_of,
    snippets,
    visible,
)
from support.service import EX, GRAPHS, Server, fetch

CURL = shutil.which("curl")
R = shutil.which("Rscript")
SHELL = shutil.which("sh") or "/bin/sh"
TEXTS = st.text(
    st.one_of(
        st.sampled_from(list("\"'\\`$!@#%&{}<>\n\r\t\u202e\u0007 ab甲𠮷")),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=40,
)
HARD = """SELECT ?x ?y WHERE {
  BIND('''it's "quoted" \\\\ $HOME `id` !! @endpoint@ %s {0}\\t甲''' AS ?x) # \"\"\" 'end
  BIND("\\"" AS ?y)
}"""
VALUES = ['it\'s "quoted" \\ $HOME `id` !! @endpoint@ %s {0}\t甲', '"']


def in_r(source: str) -> str:
    """What R reads in a string between double quotes (R Language Definition, section 10.3.1)."""
    assert re.fullmatch(r'"(?:[^"\\]|\\["\\])*"', source, re.DOTALL), source
    return re.sub(r"\\(.)", r"\1", source[1:-1])


class TestQuotes:
    @given(TEXTS)
    def test_what_is_seen_means_the_same(self, text: str) -> None:
        shown = visible(text)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
        back = re.sub(r"\\u([0-9A-F]{4})", lambda found: chr(int(found[1], 16)), shown)
        assert back == text.replace("\r\n", "\n").replace("\r", "\n") or "\\u" in text
        assert visible(shown) == shown

    @given(TEXTS.map(visible))
    def test_python_reads_the_text(self, text: str) -> None:
        assert ast.literal_eval(in_python(text)) == text
        assert ast.literal_eval(in_double_quotes(visible(text.replace("\n", " ")))) == text.replace("\n", " ")

    @given(TEXTS.map(visible))
    def test_r_reads_the_text(self, text: str) -> None:
        assert in_r(in_double_quotes(text)) == text

    @settings(max_examples=25, deadline=None)
    @given(st.lists(TEXTS.map(visible), min_size=1, max_size=20))
    def test_a_shell_reads_the_text(self, texts: list[str]) -> None:
        script = "".join(f"printf '%s\\0' {in_shell(text)}\n" for text in texts)
        done = subprocess.run([SHELL], input=script.encode(), capture_output=True, check=True)
        assert done.stdout.decode().split("\0")[:-1] == texts

    @given(TEXTS)
    def test_a_query_is_not_taken_for_a_place_to_fill_in(self, text: str) -> None:
        filled = snippets("http://e/sparql", f"@endpoint@ @query@ {text}", "rows")
        assert {name: one.count("http://e/sparql") for name, one in filled.items()} == dict.fromkeys(
            LANGUAGES, 1
        )


@pytest.mark.parametrize(
    ("form", "kind"),
    [("SELECT", "rows"), ("ASK", "boolean"), ("CONSTRUCT", "graph"), ("DESCRIBE", "graph"), (None, "rows")],
)
def test_kinds(form: object, kind: Kind) -> None:
    assert kind_of(form) == kind  # type: ignore[arg-type]


def run_curl(source: str) -> str:
    if CURL is None:
        pytest.skip("curl is not installed")
    command = source.replace("curl ", "curl --silent --show-error --fail-with-body ", 1)
    done = subprocess.run([SHELL], input=command.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done
    return done.stdout.decode()


def run_python(source: str, folder: Path) -> str:
    program = folder / "program.py"
    program.write_text(source, encoding="utf-8")
    command = [sys.executable, "-W", "ignore::DeprecationWarning", str(program)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b""), done
    return done.stdout.decode()


def run_r(source: str, folder: Path) -> str:
    if R is None:
        pytest.skip("Rscript is not installed: the Debian package r-base-core has it")
    program = folder / "program.R"
    program.write_text(source, encoding="utf-8")
    done = subprocess.run(
        [R, "--vanilla", str(program)],
        capture_output=True,
        check=False,
        env=os.environ | {"LC_ALL": "C.UTF-8", "no_proxy": "*"},
    )
    assert done.returncode == 0, done
    return done.stdout.decode()


class TestPrograms:
    def test_curl_with_a_hard_query(self, server: Server) -> None:
        answer = run_curl(snippets(server.endpoint, HARD, "rows")["curl"])
        assert answer == fetch(server, query=HARD, headers={"Accept": "text/csv"}).body.decode()
        assert VALUES[0] in answer.replace('""', '"')

    def test_python_with_a_hard_query(self, server: Server, tmp_path: Path) -> None:
        answer = run_python(snippets(server.endpoint, HARD, "rows")["python"], tmp_path)
        assert ast.literal_eval(answer) == dict(zip("xy", VALUES, strict=True))

    def test_a_truth_value(self, server: Server, tmp_path: Path) -> None:
        programs = snippets(server.endpoint, "ASK {}", "boolean")
        assert json.loads(run_curl(programs["curl"])) == {"head": {}, "boolean": True}
        assert run_python(programs["python"], tmp_path) == "True\n"

    def test_a_graph(self, server: Server, tmp_path: Path) -> None:
        programs = snippets(server.endpoint, f"DESCRIBE <{EX}alpha>", "graph")
        assert len(Graph().parse(data=run_curl(programs["curl"]), format="turtle")) == 3
        assert len(run_python(programs["python"], tmp_path).splitlines()) == 3

    def test_a_dataset_and_a_time_limit(self, server: Server, tmp_path: Path) -> None:
        place = f"{server.endpoint}?default-graph-uri={GRAPHS}derived&timeout=1.5"
        programs = snippets(place, "SELECT ?s { ?s ?p ?o }", "rows")
        assert run_curl(programs["curl"]).splitlines() == ["s", f"{EX}observation-3"]
        assert run_python(programs["python"], tmp_path).count("observation") == 1

    def test_a_query_too_long_for_an_address(self, server: Server, tmp_path: Path) -> None:
        query = f"SELECT ?x {{ BIND('{'长' * 15_000}' AS ?x) }}"
        programs = snippets(server.endpoint, query, "rows")
        assert run_curl(programs["curl"]).count("长") == 15_000
        assert run_python(programs["python"], tmp_path).count("长") == 15_000

    def test_r_with_a_hard_query(self, server: Server, tmp_path: Path) -> None:
        source = (
            snippets(server.endpoint, HARD, "rows")["r"] + "writeLines(c(rows$x, rows$y), useBytes = TRUE)\n"
        )
        assert run_r(source, tmp_path).splitlines()[-2:] == VALUES

    def test_r_with_numbers_what_is_unbound_and_what_reads_like_it(
        self, server: Server, tmp_path: Path
    ) -> None:
        query = "SELECT ?a ?b ?c { VALUES (?a ?b ?c) { (1 'NA' UNDEF) (2.5 '%3Cx%3E' 'z') } } ORDER BY ?a"
        source = snippets(f"{server.endpoint}?timeout=5", query, "rows")["r"]
        checked = (
            "stopifnot(identical(names(rows), c('a', 'b', 'c')), identical(rows$a, c(1, 2.5)), "
            "identical(rows$b, c('NA', '%3Cx%3E')), identical(is.na(rows$c), c(TRUE, FALSE)))\n"
        )
        assert "z" in run_r(source + checked, tmp_path)

    def test_r_with_a_truth_value_and_a_graph(self, server: Server, tmp_path: Path) -> None:
        assert run_r(snippets(server.endpoint, "ASK {}", "boolean")["r"], tmp_path) == "[1] TRUE\n"
        graph = run_r(snippets(server.endpoint, f"DESCRIBE <{EX}alpha>", "graph")["r"], tmp_path)
        assert len(Graph().parse(data=graph, format="turtle")) == 3

    def test_r_is_given_the_same(self, server: Server) -> None:
        source = snippets(server.endpoint, HARD, "rows")["r"]
        (query,) = re.findall(r"query <- (\".*?\")\n\nasked", source, re.DOTALL)
        assert in_r(query) == HARD
        assert f'"{server.endpoint}"' in source
