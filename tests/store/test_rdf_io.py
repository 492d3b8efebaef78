"""Files of RDF: places in errors, sorted and reproducible output."""

from __future__ import annotations

import random
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from egov_kg.errors import SourceError, UsageError
from egov_kg.store.dumps import Dump
from egov_kg.store.rdf_io import parse_rdf, rdf_format, sorted_nquads
from support.graphs import DERIVED, EX, A, B, nquads, write

ALL_SYNTAXES = ("turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml")


@pytest.mark.parametrize(
    ("name", "text", "line", "column"),
    [
        ("bad.ttl", "@prefix a: <http://a/> .\na:b a:c a:d .\na:b a:c d .\n", 3, 9),
        ("bad.ttl", "<http://a/a> b:c 1 .", 1, 14),
        ("bad.ttl", "<relative> <http://a/b> 1 .", 1, 1),
        ("bad.nq", "<http://a/a> <http://a/b> <http://a/c> .\n\nx\n", 3, 1),
        ("bad.ttl", '<http://a/a> <http://a/b> "城市"@zh, oops .\n', 1, 36),
    ],
)
def test_a_syntax_error_has_a_place(tmp_path: Path, name: str, text: str, line: int, column: int) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        list(parse_rdf(path))
    error = caught.value
    assert error.extra == {"file": str(path), "line": line, "column": column}
    assert error.detail.startswith(f"{path}:{line}:{column}: ")
    assert f"第 {line} 行第 {column} 列" in error.detail_zh
    assert "Parser error" not in error.detail


def test_bytes_that_are_no_utf_8_have_a_place(tmp_path: Path) -> None:
    path = tmp_path / "bad.ttl"
    path.write_bytes(b'<http://a/a> <http://a/b> "ok" .\n<http://a/a> <http://a/b> "\xff" .\n')
    with pytest.raises(SourceError) as caught:
        list(parse_rdf(path))
    assert caught.value.extra["line"] == 2


def test_no_file_and_no_syntax(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.ttl.*cannot be read"):
        list(parse_rdf(tmp_path / "none.ttl"))
    with pytest.raises(UsageError, match="turtle"):
        list(parse_rdf(tmp_path / "data.csv"))
    with pytest.raises(UsageError, match="n3"):
        whole(write(tmp_path), "n3")


def test_triples_go_to_the_graph_and_keep_their_lexical_form(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(f"<{EX}a> <{EX}b> 85.0, 007, 1e3, true .")
    lines = sorted_nquads(parse_rdf(path, A)).decode().splitlines()
    assert len(lines) == 4
    assert all(line.endswith(f" <{A}> .") for line in lines)
    assert [line.split('"')[1] for line in lines] == ["007", "1e3", "85.0", "true"]


def test_a_file_that_names_graphs_does_not_go_to_another(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        list(parse_rdf(write(tmp_path), A))


def test_sorting_makes_one_text_of_any_order(tmp_path: Path) -> None:
    quads = list(parse_rdf(write(tmp_path)))
    expected = sorted_nquads(quads)
    for seed in range(5):
        shuffled = quads * 2
        random.Random(seed).shuffle(shuffled)
        assert sorted_nquads(shuffled) == expected
    lines = expected.splitlines()
    assert lines == sorted(set(nquads().encode().splitlines()))


@pytest.mark.parametrize("text", ["[] <http://a/b> 1 .", "<http://a/a> <http://a/b> ( 1 ) ."])
def test_blank_nodes_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(text)
    with pytest.raises(SourceError, match="blank node"):
        sorted_nquads(parse_rdf(path, A))


def dump(path: Path, syntax: str, graphs: list[str] | None = None) -> Dump:
    """Some graphs, or all, as quads or triples, as the syntax needs them."""
    quads = [(str(quad.graph_name).strip("<>"), quad) for quad in parse_rdf(path)]
    wanted = sorted({graph for graph, _ in quads}) if graphs is None else graphs
    lines = sorted_nquads(quad for graph, quad in quads if graph in wanted).splitlines(keepends=True)
    if rdf_format(syntax).supports_datasets:
        return Dump(lines, quads=True)
    return Dump.union(lines, wanted)


def whole(path: Path, syntax: str, graphs: list[str] | None = None) -> bytes:
    out = BytesIO()
    dump(path, syntax, graphs).write(syntax, out)
    return out.getvalue()


@pytest.mark.parametrize("syntax", ALL_SYNTAXES)
def test_the_same_quads_give_the_same_bytes(tmp_path: Path, syntax: str) -> None:
    """In other orders, and in other processes, whose hash tables differ."""
    path = write(tmp_path)
    expected = whole(path, syntax)
    lines = nquads().splitlines(keepends=True)
    random.Random(1).shuffle(lines)
    assert whole(write(tmp_path, "".join(lines)), syntax) == expected
    script = (
        "import sys; from pathlib import Path; sys.path[:0] = sys.argv[3:]; from test_rdf_io import whole\n"
        "sys.stdout.buffer.write(whole(Path(sys.argv[1]), sys.argv[2]))"
    )
    here = Path(__file__).parent
    command = [sys.executable, "-c", script, str(path), syntax, str(here), str(here.parent)]
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, check=True)
        assert done.stdout == expected


@pytest.mark.parametrize(
    ("syntax", "name"), [("turtle", "turtle"), ("ntriples", "turtle"), ("rdfxml", "xml")]
)
def test_syntaxes_without_graphs_carry_the_union(tmp_path: Path, syntax: str, name: str) -> None:
    path = write(tmp_path)
    graph = Graph().parse(data=whole(path, syntax), format=name)
    assert len(graph) == 16
    lines = whole(path, "ntriples").splitlines()
    assert len(lines) == len(set(lines)) == 16
    assert isomorphic(graph, Graph().parse(data=whole(path, "ntriples"), format="nt"))


@pytest.mark.parametrize("syntax", ["trig", "jsonld", "nquads"])
def test_syntaxes_with_graphs_round_trip(tmp_path: Path, syntax: str) -> None:
    path = write(tmp_path)
    again = tmp_path / f"again.{syntax}"
    again.write_bytes(whole(path, syntax))
    assert sorted_nquads(parse_rdf(again, syntax=syntax)) == sorted_nquads(parse_rdf(path))


def test_only_the_graphs_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert len(whole(path, "nq", [DERIVED]).splitlines()) == 4
    assert len(whole(path, "nt", [A, B]).splitlines()) == 12
    assert whole(path, "trig", []) == b""


def test_turtle_has_the_prefixes_it_uses_in_order(tmp_path: Path) -> None:
    egov, qb, xsd = (
        "https://w3id.org/egov-kg/ontology#",
        "http://purl.org/linked-data/cube#",
        "http://www.w3.org/2001/XMLSchema#",
    )
    text = (
        f"<{egov}z> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{qb}Observation> <{A}> .\n"
        f'<{egov}z> <{egov}b> "2"^^<{xsd}integer> <{A}> .\n<{egov}z> <{egov}a> <{egov}x> <{A}> .\n'
    )
    turtle = whole(write(tmp_path, text), "ttl").decode()
    assert turtle == (
        f"@prefix egov: <{egov}> .\n@prefix qb: <{qb}> .\n"
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
        f"@prefix xsd: <{xsd}> .\n"
        "egov:z a qb:Observation ;\n\tegov:a egov:x ;\n\tegov:b 2 .\n"
    )


def test_a_context_that_would_have_to_be_fetched_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonld"
    path.write_text('{"@context": "https://schema.org/", "@id": "https://example.org/a", "name": "b"}')
    with pytest.raises(SourceError, match="not fetched") as failed:
        list(parse_rdf(path))
    assert "不会被抓取" in failed.value.detail_zh
