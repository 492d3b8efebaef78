"""Pushing a release to engines: what is sent, what is left alone, what one that broke off leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from egov_kg.errors import EgovError, ReleaseError, ServiceBusy, UpstreamFailed, WriteForbidden
from egov_kg.release.graph_files import graph_files
from egov_kg.release.published import Release
from egov_kg.release.push import Pushed, push
from egov_kg.release.pushed import known, size
from egov_kg.settings import Settings
from egov_kg.store.endpoint import Endpoint
from egov_kg.store.held import held, merged_graph
from egov_kg.store.remote import Remote
from support.engines import ENGINES, Engine, engine_of, oxigraph, small_release
from support.graphs import DERIVED, EX, A, B, nquads, settings, write
from support.service import free_port

ALL = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
PART = 200
"""Bytes sent at a time: a few lines."""


@pytest.fixture
def here(tmp_path: Path) -> Release:
    """A release, of which graph a has 8 triples, b 8, the derived one 4, and a and b share 4."""
    folder = tmp_path / "here"
    folder.mkdir()
    return small_release(write(folder))


@pytest.fixture
def later(tmp_path: Path) -> Release:
    """The next one: graph a as it was, b with one triple more, the derived one gone, one that is new."""
    folder = tmp_path / "later"
    folder.mkdir()
    lines = [line for line in nquads().splitlines() if f"<{DERIVED}>" not in line]
    lines += [f"<{EX}x> <{EX}y> <{EX}z> <{B}> .", f"<{EX}x> <{EX}y> 'new' <{EX}graph/c> .".replace("'", '"')]
    path = write(folder, "\n".join(lines) + "\n")
    return small_release_with(path, "r00000000000b", f"{EX}graph/c")


def small_release_with(path: Path, id_: str, *more: str) -> Release:
    text = path.read_text(encoding="utf-8")
    counts = {graph: text.count(f" <{graph}> .") for graph in (A, B, *more)}
    path.write_bytes(b"".join(sorted(path.read_bytes().splitlines(keepends=True))))
    return Release(id_, path.parent, {"graphs": counts, "staging": [], "files": {}})


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Engine, Settings]]:
    """An engine with nothing of ours in it."""
    found = engine_of(request.param, request)
    asked = found.settings(settings(tmp_path))
    empty(asked)
    yield found, asked
    empty(asked)


def empty(asked: Settings) -> None:
    endpoint = Endpoint(asked)
    for graph in (*known(endpoint, 20), A, B, DERIVED, f"{EX}graph/c", "https://w3id.org/egov-kg/store"):
        endpoint.update(f"DROP SILENT GRAPH <{graph}>", 20, again=True)


def number(asked: Settings, query: str = ALL) -> int:
    with Remote(None, asked) as store:
        (row,) = store.select(query)
        return int(str(row["n"]))


def test_the_files_are_the_graphs_and_their_merge(here: Release, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    files = graph_files(here, folder)
    assert [(one.graph, one.default, one.triples) for one in files] == [
        (A, True, 8),
        (B, True, 8),
        (DERIVED, False, 4),
        ("", False, 12),
    ]
    for one in files:
        parts = list(one.parts(PART))
        assert len(parts) == one.part_count(PART) > 1
        assert b"".join(parts) == one.path.read_bytes()
        assert all(part.endswith(b" .\n") for part in parts)


def test_a_line_in_no_graph_of_the_release_is_refused(here: Release, tmp_path: Path) -> None:
    here.nquads.write_bytes(here.nquads.read_bytes() + b"<u:s> <u:p> <u:o> <u:other> .\n")
    with pytest.raises(ReleaseError, match="Line 21"):
        graph_files(here, tmp_path)


def test_a_release_is_sent_then_kept_then_replaced(
    engine: tuple[Engine, Settings], here: Release, later: Release
) -> None:
    _, asked = engine
    plan = push(here, asked, dry_run=True)
    assert held(Endpoint(asked), 20) is None
    first = push(here, asked, part_bytes=PART)
    assert plan == first
    assert first.sent == {A: 8, B: 8, DERIVED: 4, merged_graph(here.id): 12}
    assert first == Pushed(None, first.sent, (), (), swapped=True)
    assert number(asked) == 12
    again = push(here, asked, part_bytes=PART)
    assert (again.sent, again.swapped) == ({}, False)

    with Remote(here.id, asked) as old:
        assert old.ask("ASK { ?s ?p ?o }")
        second = push(later, asked, part_bytes=PART)
        with pytest.raises(ServiceBusy, match=here.id):
            old.ask("ASK { ?s ?p ?o }")
        assert old.outdated
    assert second.before == here.id
    assert second.sent == {B: 9, f"{EX}graph/c": 1, merged_graph(later.id): 14}
    assert second.kept == (A,)
    assert second.gone == (DERIVED,)
    assert number(asked) == 14
    assert number(asked, f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{DERIVED}> {{ ?s ?p ?o }} }}") == 0
    endpoint = Endpoint(asked)
    assert size(endpoint, merged_graph(here.id), 20) == 0
    assert {one.role for one in known(endpoint, 20).values()} == {"live", "merged"}


def test_a_graph_of_somebody_else_is_not_overwritten(engine: tuple[Engine, Settings], here: Release) -> None:
    _, asked = engine
    endpoint = Endpoint(asked)
    endpoint.put(B, f"<{EX}theirs> <{EX}p> <{EX}o> .\n".encode(), 20, replace=True)
    with pytest.raises(WriteForbidden, match="graph/b") as caught:
        push(here, asked)
    assert "不予覆盖" in caught.value.detail_zh
    assert size(endpoint, B, 20) == 1
    assert size(endpoint, A, 20) == 0
    assert held(endpoint, 20) is None


def test_what_is_not_of_the_release_is_not_seen(engine: tuple[Engine, Settings], here: Release) -> None:
    _, asked = engine
    other = f"{EX}graph/c"
    Endpoint(asked).put(other, f"<{EX}theirs> <{EX}p> <{EX}o> .\n".encode(), 20, replace=True)
    push(here, asked)
    hidden = (other, "https://w3id.org/egov-kg/store", merged_graph(here.id))
    assert number(asked) == 12
    assert number(asked, "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }") == 20
    for graph in hidden:
        assert number(asked, f"SELECT (COUNT(*) AS ?n) FROM <{graph}> WHERE {{ ?s ?p ?o }}") == 0
        inside = f"SELECT (COUNT(*) AS ?n) FROM NAMED <{graph}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}"
        assert number(asked, inside) == 0


def test_a_push_that_was_killed_goes_on_and_the_old_release_answers(
    here: Release, later: Release, tmp_path: Path
) -> None:
    """kill -9 in the middle, by the process itself: after its third piece."""
    with oxigraph() as engine:
        asked = engine.settings(settings(tmp_path))
        push(here, asked)
        program = (
            "import os, signal, sys\n"
            "from pathlib import Path\n"
            "from release.test_push import PART, small_release_with\n"
            "from support.graphs import A, B, EX\n"
            "from egov_kg.release.push import push\n"
            "from egov_kg.settings import Settings\n"
            "class Killing:\n"
            "    def step(self, en, zh, done, total):\n"
            "        if done == 3: os.kill(os.getpid(), signal.SIGKILL)\n"
            "made = small_release_with(Path(sys.argv[1]), 'r00000000000b', EX + 'graph/c')\n"
            "push(made, Settings.from_environment(), progress=Killing(), part_bytes=PART)\n"
        )
        root = Path(__file__).parents[1]
        done = subprocess.run(
            [sys.executable, "-c", program, str(later.nquads)],
            env={**os.environ, **engine.environment(), "PYTHONPATH": str(root)},
            capture_output=True,
            check=False,
        )
        assert done.returncode == -signal.SIGKILL, done.stderr.decode()
        assert number(asked) == 12
        with Remote(here.id, asked) as store:
            assert store.ask("ASK { ?s ?p ?o }")
        begun = {one.target: one.parts for one in known(Endpoint(asked), 20).values() if one.role == "staged"}
        assert begun[B] >= 2

        total: list[int] = []

        class Counting:
            def step(self, name_en: str, name_zh: str, done: int, total_: int) -> None:
                total.append(total_)

        pushed = push(later, asked, progress=Counting(), part_bytes=PART)
        assert pushed.swapped
        assert number(asked) == 14
        whole = sum(
            one.part_count(PART) for one in graph_files(later, mkdir(tmp_path / "again")) if one.graph != A
        )
        assert total[0] == whole + 1 - 3


def mkdir(path: Path) -> Path:
    path.mkdir()
    return path


def test_an_engine_that_dies_in_the_middle_keeps_what_it_held(
    here: Release, later: Release, tmp_path: Path
) -> None:
    port, data = free_port(), tmp_path / "data"
    with oxigraph(port, data) as engine:
        asked = engine.settings(settings(tmp_path, store_retries=1))
        push(here, asked)

        class Killing:
            def step(self, name_en: str, name_zh: str, done: int, total: int) -> None:
                if done == 2:
                    engine.process.kill()
                    engine.process.wait()

        with pytest.raises(UpstreamFailed):
            push(later, asked, progress=Killing(), part_bytes=PART)
    with oxigraph(port, data):
        assert number(asked) == 12
        push(later, asked, part_bytes=PART)
        assert number(asked) == 14


def test_a_reader_during_the_whole_push_sees_one_release_or_an_error(
    here: Release, later: Release, tmp_path: Path
) -> None:
    with oxigraph() as engine:
        asked = engine.settings(settings(tmp_path))
        push(here, asked)
        seen: set[int] = set()
        errors: list[EgovError] = []
        begun, stop = threading.Event(), threading.Event()

        def read() -> None:
            with Remote(here.id, asked) as store:
                while not stop.is_set():
                    try:
                        (row,) = store.select(ALL)
                    except ServiceBusy as error:
                        errors.append(error)
                        return
                    seen.add(int(str(row["n"])))
                    begun.set()

        reader = threading.Thread(target=read)
        reader.start()
        assert begun.wait(60)
        push(later, asked, part_bytes=PART)
        reader.join(30)
        stop.set()
        assert seen <= {12}
        assert errors


def test_what_was_changed_by_others_is_sent_again(engine: tuple[Engine, Settings], here: Release) -> None:
    _, asked = engine
    push(here, asked)
    endpoint = Endpoint(asked)
    endpoint.put(A, f"<{EX}theirs> <{EX}p> <{EX}o> .\n".encode(), 20, replace=False)
    endpoint.put(merged_graph(here.id), f"<{EX}theirs> <{EX}p> <{EX}o> .\n".encode(), 20, replace=False)
    pushed = push(here, asked)
    assert pushed.sent == {A: 8, merged_graph(here.id): 12}
    assert number(asked) == 12
