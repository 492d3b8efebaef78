"""Which release answers, and for how long its processes live: `egov_kg.web.editions`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from egov_kg.errors import EgovError, NotFound, ReleaseError
from egov_kg.release.registry import Registry
from egov_kg.settings import Settings
from egov_kg.sparql.protocol import Operation
from egov_kg.web.editions import Edition, Editions
from support.service import eventually
from support.states import ONE, publish_number

TSV = "text/tab-separated-values"


@pytest.fixture
def editions(tmp_path: Path) -> Iterator[Editions]:
    publish_number(tmp_path, 1)
    made = Editions(Registry(tmp_path), Settings(home=tmp_path, evaluators=1, past_releases=1))
    made.refresh()
    yield made
    made.close()


def number(edition: Edition) -> int:
    answer = b"".join(edition.store.respond(Operation(ONE), TSV))
    return int(answer.split()[1])


def test_nothing_is_served_before_the_first_load(tmp_path: Path) -> None:
    editions = Editions(Registry(tmp_path), Settings(home=tmp_path))
    assert editions.loaded() == ()
    with pytest.raises(EgovError, match="No release is loaded"):
        editions.borrow()
    with pytest.raises(NotFound):
        editions.refresh()


def test_a_borrowed_edition_answers_after_it_was_replaced(editions: Editions, tmp_path: Path) -> None:
    first = editions.borrow()
    publish_number(tmp_path, 2)
    assert editions.refresh()
    assert not editions.refresh()
    second = editions.borrow()
    assert (number(first), number(second)) == (1, 2)
    assert not first.store.closed
    first.give_back()
    assert eventually(lambda: first.store.closed)
    assert eventually(lambda: first.store.zygote is None)
    assert number(second) == 2
    second.give_back()
    assert not second.store.closed


def test_listeners_hear_of_each_change_whatever_others_do(editions: Editions, tmp_path: Path) -> None:
    heard: list[str] = []

    def fail(_: Edition) -> None:
        raise RuntimeError("a listener's own fault")

    editions.on_change(fail)
    editions.on_change(lambda edition: heard.append(edition.state.id))
    second = publish_number(tmp_path, 2)
    editions.refresh()
    assert heard == [second.id] == [editions.current.state.id]


def test_a_release_that_cannot_be_loaded_changes_nothing(editions: Editions, tmp_path: Path) -> None:
    bad = publish_number(tmp_path, 2)
    bad.nquads.write_text("nonsense\n")
    with pytest.raises(ReleaseError, match=bad.id):
        editions.refresh()
    assert number(editions.current) == 1


def test_earlier_releases_are_loaded_once_and_only_so_many(editions: Editions, tmp_path: Path) -> None:
    first = editions.current.state.id
    second = publish_number(tmp_path, 2).id
    publish_number(tmp_path, 3)
    editions.refresh()
    loads = editions.tally.loads
    with ThreadPoolExecutor(8) as threads:
        past = list(threads.map(lambda _: editions.borrow(first), range(8)))
    assert len(set(map(id, past))) == 1
    assert editions.tally.loads == loads + 1
    assert number(past[0]) == 1
    other = editions.borrow(second)
    assert number(past[0]) == 1, "still borrowed"
    assert not past[0].store.closed
    for one in past:
        one.give_back()
    assert eventually(lambda: past[0].store.closed)
    assert len(editions.loaded()) == 2
    other.give_back()


def test_an_earlier_release_that_becomes_current_again_is_not_loaded_anew(
    editions: Editions, tmp_path: Path
) -> None:
    first = editions.current.state.id
    publish_number(tmp_path, 2)
    editions.refresh()
    past = editions.borrow(first)
    Registry(tmp_path).make_current(Registry(tmp_path).get(first))
    editions.refresh()
    assert editions.current is past
    past.give_back()
    assert number(editions.current) == 1


def test_an_id_may_be_given_as_the_registry_takes_it(editions: Editions) -> None:
    current = editions.current
    for name in ("current", current.state.id, current.state.id[:6]):
        edition = editions.borrow(name)
        assert edition is current
        edition.give_back()
    assert len(editions.loaded()) == 1
    with pytest.raises(NotFound):
        editions.borrow("r000000000000")


def test_evaluators_that_die_are_replaced(editions: Editions) -> None:
    import os
    import signal

    zygote = editions.current.store.zygote
    assert zygote is not None
    os.kill(zygote, signal.SIGKILL)
    assert number(editions.current) == 1


def test_many_threads_refresh_and_borrow_at_once(editions: Editions, tmp_path: Path) -> None:
    stop = threading.Event()
    failures: list[BaseException] = []

    def borrow() -> None:
        last = 0
        try:
            while not stop.is_set():
                edition = editions.borrow()
                try:
                    seen = number(edition)
                finally:
                    edition.give_back()
                assert seen >= last, "went back"
                last = seen
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=borrow) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(2, 7):
        publish_number(tmp_path, n)
        with ThreadPoolExecutor(3) as refreshing:
            results = list(refreshing.map(lambda _: editions.refresh(), range(3)))
        assert results.count(True) == 1
    stop.set()
    for thread in threads:
        thread.join(30)
    assert not failures, failures
    assert number(editions.current) == 6
    assert editions.tally.loads == 6


def test_after_the_end_nothing_is_lent(editions: Editions, tmp_path: Path) -> None:
    editions.close()
    with pytest.raises(EgovError, match="ending"):
        editions.borrow()
    publish_number(tmp_path, 2)
    assert not editions.refresh()
