"""A write to a release's graph, applied in a real process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from egov_kg.errors import (
    EgovError,
    EvaluatorCrashed,
    QueryOutOfMemory,
    QuerySyntaxError,
    QueryTimeout,
    SourceError,
    UpstreamFailed,
    UsageError,
)
from egov_kg.sparql.changes import Change, Document, GraphChange, Update
from egov_kg.store.writer import GENID, WriteJob, WriteResult, write
from support.graphs import DERIVED, EX, A, B, nquads
from support.graphs import write as write_graph
from support.service import descendants, eventually

MIB = 1024**2
ENDLESS = "?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?s ?h . ?i ?t ?j . ?k ?u ?l . ?m ?v ?w FILTER(?b = ?w + 1)"
BOMB = (
    "INSERT { GRAPH <x:g> { ?a <x:p> ?e } } WHERE { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?s ?h . ?i ?t ?j . "
    "?k ?u ?l . ?m ?v ?w . ?x ?y ?z }"
)


def load(url: str) -> Document:
    if url.endswith("none"):
        raise UpstreamFailed("It is not there.", "不存在。")
    return Document(b"<s> <p> 'loaded' .", "text/turtle", url, url)


def run(folder: Path, change: Change, timeout: float = 20.0, memory: int = 256 * MIB) -> WriteResult:
    target = folder / "target"
    target.mkdir(exist_ok=True)
    return write(WriteJob(write_graph(folder), (A, B), change, target, load, timeout, memory))


def test_the_difference_is_two_sorted_files(tmp_path: Path) -> None:
    text = f"""
    PREFIX : <{EX}>
    DELETE {{ GRAPH <{A}> {{ ?s :share ?o }} }} INSERT {{ GRAPH <{A}> {{ ?s :rate ?o }} }}
    WHERE {{ GRAPH <{A}> {{ ?s :share ?o }} }} ;
    INSERT DATA {{ GRAPH <{B}> {{ :x :label "beijing" }} GRAPH :new {{ :x :p 1 }} }}
    """
    result = run(tmp_path, Update(text))
    assert result.graphs == {A: (4, 4), B: (1, 0), f"{EX}new": (1, 0)}
    added, removed = result.added.read_text().splitlines(), result.removed.read_text().splitlines()
    assert (len(added), len(removed)) == (6, 4)
    assert added == sorted(added)
    assert f'<{EX}x> <{EX}label> "beijing" <{B}> .' in added
    assert set(removed) < set(nquads().splitlines())


def test_nothing_changed_is_two_empty_files(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        Update(
            f"INSERT DATA {{ {nquads().splitlines()[0].rsplit(' <', 1)[0]} }}".replace(
                "{ ", f"{{ GRAPH <{A}> {{ "
            )
            + " }"
        ),
    )
    assert (result.graphs, result.added.read_bytes(), result.removed.read_bytes()) == ({}, b"", b"")


def test_what_is_removed_is_written_as_it_was(tmp_path: Path) -> None:
    """A store has `85` for `85.0`: the lines of a release are to be found all the same."""
    line = f'<{EX}x> <{EX}share> "85.0"^^<http://www.w3.org/2001/XMLSchema#decimal> <{EX}new> .'
    original = write_graph(tmp_path)
    original.write_text(f"{original.read_text()}{line}\n")
    target = tmp_path / "target"
    target.mkdir()
    job = WriteJob(original, (A, B), GraphChange("delete", f"{EX}new"), target, load, 20.0, 256 * MIB)
    assert write(job).removed.read_text() == f"{line}\n"


def test_the_default_graph_is_the_union_without_what_is_apart(tmp_path: Path) -> None:
    text = f"INSERT {{ GRAPH <x:g> {{ ?s <x:p> ?o }} }} WHERE {{ ?s <{EX}count> ?o }}"
    assert run(tmp_path, Update(text)).graphs == {}
    text = text.replace("count", "label")
    assert run(tmp_path, Update(text)).graphs == {"x:g": (4, 0)}


def test_blank_nodes_get_iris(tmp_path: Path) -> None:
    document = Document(b"_:a <x:p> _:b . _:b <x:p> _:a .", "text/turtle")
    result = run(tmp_path, GraphChange("post", A, (document, document)))
    lines = result.added.read_text().splitlines()
    nodes = [line.split()[0].strip("<>") for line in lines]
    assert len(set(nodes)) == 4
    assert all(node.startswith(GENID) and len(node) == len(GENID) + 32 for node in nodes)
    assert {line.split()[2].strip("<>") for line in lines} == set(nodes)


@pytest.mark.parametrize(
    ("graph", "action", "created", "existed"),
    [(A, "put", False, True), (f"{EX}new", "put", True, False), (DERIVED, "delete", False, True)],
)
def test_a_graph_is_created_or_was_there(
    tmp_path: Path, graph: str, action: str, created: bool, existed: bool
) -> None:
    documents = () if action == "delete" else (Document(b"<x:s> <x:p> 1 .", "text/turtle"),)
    result = run(tmp_path, GraphChange(action, graph, documents))  # type: ignore[arg-type]
    assert (result.created, result.existed) == (created, existed)


def test_load_is_done_by_who_asks(tmp_path: Path) -> None:
    result = run(tmp_path, Update(f"LOAD <{EX}doc> INTO GRAPH <x:g>"))
    assert result.added.read_text() == f'<{EX}s> <{EX}p> "loaded" <x:g> .\n'
    with pytest.raises(UpstreamFailed):
        run(tmp_path, Update(f"LOAD <{EX}none> INTO GRAPH <x:g>"))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (Update("INSERT DATA {"), QuerySyntaxError),
        (Update("CLEAR DEFAULT"), UsageError),
        (GraphChange("put", A, (Document(b"<", "text/turtle", "", "bad.ttl"),)), SourceError),
        (Update("INSERT DATA { GRAPH <x:g> { <x:s> <x:p> 1 } } ; " + "{" * 20_000), EgovError),
    ],
)
def test_errors_come_back_as_they_are(tmp_path: Path, change: Change, error: type[EgovError]) -> None:
    with pytest.raises(error) as caught:
        run(tmp_path, change)
    assert caught.value.detail_zh


def test_an_update_that_does_not_end_is_ended(tmp_path: Path) -> None:
    with pytest.raises(QueryTimeout, match="nothing has changed"):
        run(tmp_path, Update(BOMB.replace("?a <x:p> ?e", "<x:s> <x:p> <x:o>")), timeout=0.5)


def test_an_update_that_needs_too_much_memory_is_ended(tmp_path: Path) -> None:
    with pytest.raises(QueryOutOfMemory):
        run(
            tmp_path,
            Update(
                BOMB.replace("?e }", "?n }")
                .replace("WHERE {", "WHERE { BIND(UUID() AS ?n) ")
                .replace("<x:p>", "?n")
            ),
            memory=64 * MIB,
        )


def test_a_nested_update_ends_its_process_only(tmp_path: Path) -> None:
    deep = "INSERT { GRAPH <x:g> { <x:s> <x:p> 1 } } WHERE " + "{" * 60_000 + "}" * 60_000
    with pytest.raises(EvaluatorCrashed):
        run(tmp_path, Update(deep))


def test_it_ends_with_the_process_that_asked(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    code = (
        "import sys; from pathlib import Path; from egov_kg.sparql.changes import Update; "
        "from egov_kg.store.writer import WriteJob, write; graph, target, text = sys.argv[1:]; "
        "write(WriteJob(Path(graph), (), Update(text), Path(target), None, 600.0, 2**30))"
    )
    endless = f"INSERT {{ GRAPH <x:g> {{ <x:s> <x:p> 1 }} }} USING <{A}> WHERE {{ {ENDLESS} }}"
    arguments = [str(write_graph(tmp_path)), str(target), endless]
    asking = subprocess.Popen([sys.executable, "-c", code, *arguments])
    try:
        assert eventually(lambda: (target / "added.nq").exists())
        (child,) = descendants(asking.pid)
    finally:
        asking.kill()
        asking.wait()
    assert eventually(lambda: "writer" not in command(child))


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def test_no_process_and_no_descriptor_is_left(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    run(tmp_path, Update("CLEAR ALL"))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_release_takes_no_triple_terms(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="triple term"):
        run(tmp_path, Update(f"INSERT DATA {{ GRAPH <{A}> {{ <x:s> <x:p> <<( <x:a> <x:b> 1 )>> }} }}"))


def test_what_no_syntax_has_is_refused(tmp_path: Path) -> None:
    lang_string = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
    value = f'STRDT("x", <{lang_string}>)'
    text = f"INSERT {{ GRAPH <{A}> {{ <x:s> <x:p> ?x }} }} WHERE {{ BIND({value} AS ?x) }}"
    with pytest.raises(SourceError, match="no language"):
        run(tmp_path, Update(text))


def test_what_goes_to_a_graph_without_an_iri_goes_nowhere(tmp_path: Path) -> None:
    result = run(tmp_path, Update("INSERT { GRAPH ?g { <x:s> <x:p> 1 } } WHERE { BIND(BNODE() AS ?g) }"))
    assert result.graphs == {}
    assert result.added.read_bytes() == b""
