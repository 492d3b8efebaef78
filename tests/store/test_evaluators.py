"""Hostile queries, lost processes and careless readers: after each, the next query is answered."""

from __future__ import annotations

import gc
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from egov_kg.errors import (
    EgovError,
    EvaluationError,
    EvaluatorCrashed,
    NotAcceptable,
    QueryForbidden,
    QueryOutOfMemory,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooComplex,
    ReleaseError,
    ServiceBusy,
    UpdateForbidden,
)
from egov_kg.sparql import guard
from egov_kg.sparql.protocol import Operation
from egov_kg.store.base import Cancellation
from egov_kg.store.evaluators import Evaluators
from egov_kg.store.nursery import Nursery
from egov_kg.store.tally import Tally
from support.graphs import DATASET, EX, A, large, settings, write

TSV = "text/tab-separated-values"
ROWS = 20_000
ALL = "SELECT * WHERE { ?s ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ENDLESS_ROWS = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LIMIT = 1.0

Make = Callable[..., Evaluators]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return large(tmp_path_factory.mktemp("large"), ROWS)


@pytest.fixture
def make(graph: Path, tmp_path: Path) -> Iterator[Make]:
    made: list[Evaluators] = []

    def evaluators(**changes: float) -> Evaluators:
        made.append(Evaluators(graph, DATASET, settings(tmp_path, **changes)))
        return made[-1]

    yield evaluators
    for pool in made:
        pids = children(pool)
        pool.close()
        gone(*pids)


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the first fence had let everything through."""
    monkeypatch.setattr(guard, "check", lambda query, _: guard.inspect(query)._replace(has_service=False))


def children(pool: Evaluators) -> list[int]:
    if pool.zygote is None:
        return []
    try:
        text = Path(f"/proc/{pool.zygote}/task/{pool.zygote}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(pid) for pid in text.split()]


def running(pid: int) -> bool:
    """Whether a process is there and not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def used(pid: int) -> int:
    """Ticks of a processor's time that a process has used for itself (proc(5), utime)."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])


def gone(*pids: int) -> None:
    """Wait until none of the processes runs."""
    until(lambda: not any(running(pid) for pid in pids))


def until(condition: Callable[[], bool]) -> None:
    for _ in range(6_000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen")


def ask(pool: Evaluators, query: str, media_type: str = TSV, **parameters: object) -> bytes:
    return b"".join(pool.respond(Operation(query, **parameters), media_type))  # type: ignore[arg-type]


def still_answers(pool: Evaluators) -> None:
    for _ in range(2 * pool.settings.evaluators):
        assert ask(pool, f"ASK {{ <{EX}row/7> ?p ?o }}").strip() == b"true"


def nested(levels: int) -> str:
    return "ASK " + "{" * levels + "}" * levels


def doubled(times: int) -> str:
    steps = " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(times))
    return f'SELECT (STRLEN(?x{times}) AS ?n) WHERE {{ BIND("sixteen letters." AS ?x0) {steps} }}'


def test_the_guard_stops_deep_nesting(make: Make) -> None:
    pool = make()
    with pytest.raises(QueryTooComplex):
        ask(pool, nested(3_000))
    assert pool.zygote is None, "nothing was started for it"
    still_answers(pool)


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize(
    "query", [nested(60_000), "ASK { FILTER(" + "!" * 800_000 + "true) }"], ids=["braces", "operators"]
)
def test_a_crash_is_told_and_survived(make: Make, query: str) -> None:
    pool = make(query_length=1_000_000)
    for _ in range(3):
        with pytest.raises(EvaluatorCrashed) as caught:
            ask(pool, query)
        assert "SIGSEGV" in caught.value.detail
        assert "中止" in caught.value.detail_zh
    still_answers(pool)


@pytest.mark.parametrize(
    "query", [ENDLESS, "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f FILTER(?c = ?f && ?a != ?d) }"]
)
def test_a_deadline_ends_a_product(make: Make, query: str) -> None:
    pool = make(query_timeout=LIMIT)
    with pytest.raises(QueryTimeout) as caught:
        ask(pool, query)
    assert caught.value.extra["limit"] == LIMIT
    still_answers(pool)


def test_a_client_may_ask_for_less_time_but_not_for_more(make: Make) -> None:
    pool = make(query_timeout=LIMIT)
    for wanted, given in ((0.2, 0.2), (60.0, LIMIT)):
        with pytest.raises(QueryTimeout) as caught:
            ask(pool, ENDLESS, timeout=wanted)
        assert caught.value.extra["limit"] == given
    still_answers(pool)


def test_a_deadline_met_while_rows_flow_breaks_the_answer(make: Make) -> None:
    pool = make(query_timeout=LIMIT)
    answer = pool.respond(Operation(ENDLESS_ROWS), TSV)
    assert next(answer).startswith(b"?a\t")
    with pytest.raises(QueryTimeout):
        for _ in answer:
            pass
    assert list(answer) == []
    still_answers(pool)


@pytest.mark.parametrize(
    "query",
    [
        doubled(32),
        "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?c))) AS ?x) WHERE { ?a ?b ?c . ?d ?e ?f }",
        "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c DESC(?f)",
        "SELECT DISTINCT ?a ?d WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?d",
    ],
    ids=["doubled", "concat", "sort", "distinct"],
)
def test_a_memory_limit_ends_a_bomb(make: Make, query: str) -> None:
    pool = make(query_memory=64 * 1024**2)
    with pytest.raises(QueryOutOfMemory) as caught:
        ask(pool, query)
    assert "64 MiB" in caught.value.detail
    assert "64 MiB" in caught.value.detail_zh
    still_answers(pool)


def test_an_evaluator_that_grew_is_replaced(make: Make) -> None:
    pool = make(evaluators=1, query_memory=64 * 1024**2)
    still_answers(pool)
    before = children(pool)
    ask(pool, "SELECT * WHERE { ?s ?p ?o } ORDER BY DESC(?o)")
    ask(pool, doubled(20))
    still_answers(pool)
    assert children(pool) != before


@pytest.fixture
def listening() -> Iterator[tuple[str, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield f"http://127.0.0.1:{server.getsockname()[1]}/sparql", server


def nobody_came(server: socket.socket) -> None:
    with pytest.raises(BlockingIOError):
        server.accept()


def test_service_is_refused(make: Make, listening: tuple[str, socket.socket]) -> None:
    pool = make()
    address, server = listening
    with pytest.raises(QueryForbidden):
        ask(pool, f"SELECT * WHERE {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
    nobody_came(server)
    still_answers(pool)


@pytest.mark.usefixtures("unguarded")
def test_an_evaluator_reaches_nobody(make: Make, listening: tuple[str, socket.socket]) -> None:
    pool = make()
    address, server = listening
    with pytest.raises(EvaluationError):
        ask(pool, f"SELECT * WHERE {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
    silent = ask(pool, f"SELECT * WHERE {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}")
    assert silent.splitlines()[1:] in ([], [b"\t\t"])
    nobody_came(server)
    still_answers(pool)


@pytest.mark.parametrize(
    "query", ["LOAD <file:///etc/passwd>", f"INSERT DATA {{ <{EX}a> <{EX}b> 1 }}", "DROP ALL"]
)
def test_updates_are_refused(make: Make, query: str) -> None:
    pool = make()
    with pytest.raises(UpdateForbidden):
        ask(pool, query)
    still_answers(pool)


def test_from_reads_no_file(make: Make) -> None:
    pool = make()
    assert ask(pool, "SELECT * FROM <file:///etc/passwd> WHERE { ?s ?p ?o }").count(b"\n") == 1
    named = "SELECT * FROM NAMED <file:///etc/passwd> WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert ask(pool, named).count(b"\n") == 1
    still_answers(pool)


def test_an_evaluator_has_no_files_and_no_core(make: Make) -> None:
    pool = make()
    still_answers(pool)
    (limits,) = {
        tuple(
            resource.prlimit(pid, limit)
            for limit in (resource.RLIMIT_NOFILE, resource.RLIMIT_CORE, resource.RLIMIT_FSIZE)
        )
        for pid in children(pool)
    }
    assert limits == ((0, 0), (0, 0), (0, 0))
    for pid in children(pool):
        links = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()}
        assert {link for link in links if not link.startswith("socket:")} == {
            "/dev/null",
            f"/proc/{pid}/statm",
        }
        assert len(list(Path(f"/proc/{pid}/fd").iterdir())) == 5, "three streams, its size, its wire"


def test_a_long_answer_streams_in_flat_memory(tmp_path: Path) -> None:
    """In a process of its own, so that the peak is that of the streaming alone."""
    script = f"""
import resource, sys
from pathlib import Path
from support.graphs import DATASET, settings
from egov_kg.sparql.protocol import Operation
from egov_kg.store.evaluators import Evaluators

folder = Path(sys.argv[1])
with Evaluators(folder / "graph.nq", DATASET, settings(folder)) as pool:
    b"".join(pool.respond(Operation("ASK {{}}"), {TSV!r}))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = size = longest = 0
    for piece in pool.respond(Operation({ALL!r}), {TSV!r}):
        rows += piece.count(b"\\n")
        size += len(piece)
        longest = max(longest, len(piece))
    assert "rdflib" not in sys.modules, "its import is slow, and bytes need no terms"
    print(rows, size, longest, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    large(tmp_path, 100_000)
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    rows, size, longest, grown = map(int, done.stdout.split())
    assert rows == 100_001
    assert size > 6_000_000
    assert longest <= 64 * 1024
    assert grown < 2_048, "KiB, less than a third of the answer"


def test_an_abandoned_answer_ends_its_evaluation(make: Make) -> None:
    pool = make(evaluators=1)
    for _ in range(5):
        answer = pool.respond(Operation(ENDLESS_ROWS), TSV)
        (busy,) = children(pool)
        next(answer)
        answer.close()
        gone(busy)
        assert list(answer) == []
        still_answers(pool)


def test_a_forgotten_answer_gives_its_evaluator_back(make: Make) -> None:
    pool = make(evaluators=1)
    for _ in range(3):
        answer = pool.respond(Operation(ENDLESS_ROWS), TSV)
        del answer
        gc.collect()
        still_answers(pool)
        assert len(children(pool)) == 1


def test_a_sleeping_reader_keeps_no_evaluator_past_its_deadline(make: Make) -> None:
    pool = make(evaluators=1, query_timeout=LIMIT, queue_timeout=30)
    sleeping = pool.respond(Operation(ENDLESS_ROWS), TSV)
    still_answers(pool)
    with pytest.raises(QueryTimeout):
        b"".join(sleeping)
    still_answers(pool)


def test_a_client_that_leaves_cancels_before_the_first_piece(make: Make) -> None:
    pool = make(evaluators=1)
    cancellation = Cancellation()
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(pool.respond, Operation(ENDLESS), TSV, cancellation)
        until(lambda: bool(children(pool)))
        cancellation.cancel()
        with pytest.raises(EvaluationError):
            waiting.result(60)
    still_answers(pool)


def test_a_stopped_evaluator_is_ended_from_outside(make: Make) -> None:
    """Its own alarm cannot end a process that is stopped."""
    pool = make(evaluators=1, query_timeout=LIMIT)
    still_answers(pool)
    (stopped,) = children(pool)
    os.kill(stopped, signal.SIGSTOP)
    with pytest.raises(QueryTimeout):
        ask(pool, ALL)
    gone(stopped)
    still_answers(pool)


def test_short_answers_free_their_evaluator_before_they_are_read(make: Make) -> None:
    pool = make(evaluators=1, queue_timeout=5)
    unread = [pool.respond(Operation("ASK {}"), TSV) for _ in range(5)]
    assert [b"".join(answer).strip() for answer in unread] == [b"true"] * 5


def test_one_evaluator_serves_many_queries(make: Make) -> None:
    pool = make(evaluators=1)
    still_answers(pool)
    before = children(pool)
    for _ in range(50):
        still_answers(pool)
    assert children(pool) == before


def test_a_busy_service_says_so(make: Make) -> None:
    pool = make(evaluators=1, queue_timeout=0.2)
    with closing(pool.respond(Operation(ENDLESS_ROWS), TSV)):
        with pytest.raises(ServiceBusy) as caught:
            ask(pool, "ASK {}")
        assert caught.value.extra["retry_after"] >= 1
    still_answers(pool)


def test_starting_while_an_evaluator_is_at_work_loses_none(make: Make) -> None:
    pool = make(evaluators=2)
    with closing(pool.respond(Operation(ENDLESS_ROWS), TSV)), pytest.raises(ServiceBusy):
        pool.start()
    pool.start()
    assert len(children(pool)) == 2


def test_a_query_may_wait_for_no_evaluator(make: Make) -> None:
    pool = make(evaluators=1, query_timeout=600, queue_timeout=600)
    with (
        closing(pool.respond(Operation(ENDLESS_ROWS), TSV)),
        pytest.raises(ServiceBusy),
    ):
        pool.respond(Operation("ASK {}"), TSV, wait=0)
    assert b"".join(pool.respond(Operation("ASK {}"), TSV, wait=0)).strip() == b"true"


def test_closing_takes_no_descriptor_from_under_a_reader(tmp_path: Path) -> None:
    nursery = Nursery(write(tmp_path), DATASET, settings(tmp_path), Tally())
    closer = threading.Thread(target=nursery.close)
    with nursery._lock:  # as who waits for a reply
        closer.start()
        gone(nursery.pid)
        assert nursery._control.fileno() >= 0
    closer.join(60)
    assert nursery._control.fileno() < 0


def test_closing_tells_who_waits_for_a_reply(tmp_path: Path) -> None:
    nursery = Nursery(write(tmp_path), DATASET, settings(tmp_path), Tally())
    os.kill(nursery.pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(nursery.fork)
        until(nursery._lock.locked)
        nursery.close()
        with pytest.raises(EvaluationError, match="is gone"):
            waiting.result(60)


def test_many_threads_get_their_own_answers(make: Make) -> None:
    pool = make(evaluators=2, queue_timeout=60)

    def one(number: int) -> bool:
        if number % 10 == 0:
            return ask(pool, ALL).count(b"\n") == ROWS + 1
        if number % 25 == 1:
            answer = pool.respond(Operation(ENDLESS_ROWS), TSV)
            answer.close()
            return True
        text = ask(pool, f"SELECT ?o WHERE {{ <{EX}row/{number}> ?p ?o }}")
        return text == f'?o\n"value {number}"\n'.encode()

    with ThreadPoolExecutor(12) as threads:
        assert all(threads.map(one, range(300)))
    assert len(children(pool)) <= 2


@pytest.mark.parametrize("rows", [False, True], ids=["before the first piece", "while rows flow"])
@pytest.mark.parametrize("victim", ["child", "zygote"])
def test_kill_9_in_the_middle(make: Make, victim: str, rows: bool) -> None:
    pool = make(evaluators=1)
    still_answers(pool)
    (child,) = children(pool)
    zygote = pool.zygote
    assert zygote is not None
    target = child if victim == "child" else zygote
    if rows:
        answer = pool.respond(Operation(ENDLESS_ROWS), TSV)
        os.kill(target, signal.SIGKILL)
        with pytest.raises(EvaluatorCrashed):
            b"".join(answer)
    else:
        before = used(child)
        # Without the zygote it was not the query's fault: it is asked again, until its own end.
        expected, seconds = (EvaluatorCrashed, 60.0) if victim == "child" else (QueryTimeout, 2.0)
        with ThreadPoolExecutor(1) as threads:
            asked = threads.submit(ask, pool, ENDLESS, timeout=seconds)
            until(lambda: used(child) > before + 10 or asked.done())
            os.kill(target, signal.SIGKILL)
            with pytest.raises(expected):
                asked.result(120)
    gone(target, child)
    still_answers(pool)
    assert (pool.zygote == zygote) is (victim == "child")


@pytest.mark.parametrize("victim", ["child", "zygote"])
def test_kill_9_of_an_idle_process_is_not_noticed(make: Make, victim: str) -> None:
    pool = make(evaluators=1)
    still_answers(pool)
    (child,) = children(pool)
    target = child if victim == "child" else pool.zygote
    assert target is not None
    os.kill(target, signal.SIGKILL)
    gone(target, child)
    still_answers(pool)


def test_a_query_is_asked_again_when_the_processes_end_before_it_starts(make: Make) -> None:
    pool = make(evaluators=1)
    still_answers(pool)
    (child,) = children(pool)
    zygote = pool.zygote
    assert zygote is not None
    os.kill(child, signal.SIGSTOP)  # it takes up no query
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(ask, pool, "ASK {}")
        until(lambda: bool(pool._leases))
        os.kill(zygote, signal.SIGKILL)
        assert waiting.result(60).strip() == b"true"
    gone(zygote, child)
    assert pool.zygote != zygote
    still_answers(pool)


def test_a_query_whose_own_process_ends_is_not_asked_again(make: Make) -> None:
    pool = make(evaluators=1)
    still_answers(pool)
    (child,) = children(pool)
    os.kill(child, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(ask, pool, "ASK {}")
        until(lambda: bool(pool._leases))
        os.kill(child, signal.SIGKILL)
        with pytest.raises(EvaluatorCrashed):
            waiting.result(60)
    still_answers(pool)


@pytest.mark.parametrize(
    "operation",
    [
        Operation("ASK {}", default_graphs=("http://[",)),
        Operation("ASK {}", named_graphs=("no iri",)),
        Operation("ASK FROM <http://[> {}"),
        Operation("PREFIX g: <./a:b> ASK FROM g:c {}"),
    ],
)
def test_a_mistaken_graph_costs_no_evaluator(make: Make, operation: Operation) -> None:
    pool = make(evaluators=1)
    still_answers(pool)
    before = children(pool)
    with pytest.raises(EgovError) as caught:
        pool.respond(operation, TSV)
    assert caught.value.status == 400
    still_answers(pool)
    assert children(pool) == before


def test_xml_that_cannot_go_on_is_visibly_broken(make: Make) -> None:
    pool = make(evaluators=1)
    query = 'SELECT * { { ?s ?p ?o } UNION { BIND("zzz\\u0001" AS ?o) } } ORDER BY ?o'
    answer = pool.respond(Operation(query), "application/sparql-results+xml")
    got = [next(answer)]
    with pytest.raises(NotAcceptable):
        got.extend(answer)
    assert len(got[0]) == 64 * 1024
    assert b"</sparql>" not in b"".join(got)
    still_answers(pool)


def test_a_query_of_many_undeclared_prefixes_is_refused_by_name(make: Make) -> None:
    query = "SELECT*{" + " ".join(f"p{number}:" for number in range(13_000)) + "}"
    with pytest.raises(QuerySyntaxError, match="the prefix p0: is not declared"):
        ask(make(), query)


def test_all_processes_end_with_the_one_that_started_them(graph: Path, tmp_path: Path) -> None:
    script = """
import os, signal, sys
from pathlib import Path
from support.graphs import DATASET, settings
from egov_kg.sparql.protocol import Operation
from egov_kg.store.evaluators import Evaluators

pool = Evaluators(Path(sys.argv[1]), DATASET, settings(Path(sys.argv[2])))
pool.start()
children = Path(f"/proc/{pool.zygote}/task/{pool.zygote}/children").read_text()
held = pool.respond(Operation("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"), "text/csv")
print(pool.zygote, children, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(graph), str(tmp_path)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    pids = [int(pid) for pid in done.stdout.split()]
    assert done.returncode == -signal.SIGKILL
    assert len(pids) == 3
    gone(*pids)


def test_closing_ends_every_process_and_refuses_queries(make: Make) -> None:
    pool = make()
    pool.start()
    running_query = pool.respond(Operation(ENDLESS_ROWS), TSV)
    pids = [*children(pool), pool.zygote or 0]
    pool.close()
    gone(*pids)
    with pytest.raises(EvaluationError, match="closed"):
        ask(pool, "ASK {}")
    with pytest.raises(EvaluationError):
        b"".join(running_query)


def test_closing_may_wait_for_running_queries(make: Make) -> None:
    pool = make(evaluators=1)
    answer = pool.respond(Operation(ALL), TSV)
    with ThreadPoolExecutor() as threads:
        closed = threads.submit(pool.close, 20.0)
        until(lambda: pool.closed)
        assert b"".join(answer).count(b"\n") == ROWS + 1
        closed.result(20)


def test_a_fork_of_the_service_is_refused(make: Make) -> None:
    pool = make()
    pool.start()
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            ask(pool, "ASK {}")
        except EvaluationError as error:
            os.write(writer, error.detail.encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        assert b"after the fork" in pipe.read()
    os.waitpid(pid, 0)
    still_answers(pool)


def test_a_broken_graph_names_its_place(tmp_path: Path) -> None:
    path = write(tmp_path, f"<{EX}a> <{EX}b> <{EX}c> <{A}> .\n<{EX}a> <{EX}b> oops .\n")
    with Evaluators(path, DATASET, settings(tmp_path)) as pool:
        for _ in range(2):
            with pytest.raises(ReleaseError, match="egov-kg build") as caught:
                pool.start()
            assert caught.value.extra["line"] == 2
            assert "graph.nq:2" in caught.value.detail
            assert caught.value.extra["file"] == "graph.nq"
            told = f"{caught.value.detail} {caught.value.detail_zh} {caught.value.extra}"
            assert tmp_path.name in told
            assert str(tmp_path.parent) not in told, "strangers read it"
            assert str(path) in str(caught.value.__cause__)
            assert "第 2 行" in caught.value.detail_zh
            assert "egov-kg build" in caught.value.detail_zh


def test_a_graph_that_is_not_there(tmp_path: Path) -> None:
    with (
        Evaluators(tmp_path / "none.nq", DATASET, settings(tmp_path)) as pool,
        pytest.raises(ReleaseError, match=r"none\.nq.*egov-kg build") as caught,
    ):
        pool.start()
    assert str(tmp_path) not in f"{caught.value.detail} {caught.value.detail_zh} {caught.value.extra}"
