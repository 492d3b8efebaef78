"""Measure how often Virtuoso answers as our own store does: questions, integrity checks, pages, the client.

Run it from the checkout's environment, with a release built, where `virtuoso-t` is installed::

    .venv/bin/python benchmarks/engines.py [--starts 3] [--timeout 30]

Virtuoso samples the data by chance when it plans a query, so that the same query over the same graph is
right, wrong, refused or without an end from one start to the next. Every start is a server of its own with an
empty database that is given the current release. What did not answer in time is counted as late, and the
server is started anew: it works on, and others would wait for it. The tables say how many were right in every
start, and name the others with what became of them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

from browser.pages import PAGES, PageKind  # noqa: E402
from egov_kg.client import Client  # noqa: E402
from egov_kg.errors import EgovError, QueryTimeout, UpstreamFailed  # noqa: E402
from egov_kg.release.registry import Registry, Release  # noqa: E402
from egov_kg.release.rules import Check, load_checks  # noqa: E402
from egov_kg.settings import Settings  # noqa: E402
from egov_kg.sparql.queries import Question  # noqa: E402
from egov_kg.store.remote import Remote  # noqa: E402
from support.engines import pushed, virtuoso  # noqa: E402
from support.questions import QUESTIONS, SOURCES, answer, expected  # noqa: E402
from support.same_page import content  # noqa: E402
from support.service import BROWSER, Server, fetch, running  # noqa: E402

SOME = "2012-2013-website-county"
CALLS: dict[str, Callable[[Client], object]] = {
    "observations": lambda client: client.observations().to_arrow(),
    "observations-of-a-region": lambda client: client.observations(area="440300").to_arrow(),
    "indicators": lambda client: client.indicators().to_arrow(),
    "regions": lambda client: client.regions("province").to_arrow(),
    "search": lambda client: client.search("政务").to_arrow(),
    "provenance": lambda client: client.provenance(SOME).to_arrow(),
    "explain": lambda client: client.explain(SOME),
}
RIGHT, WRONG, REFUSED, LATE = "right", "wrong", "refused", "late"
Outcomes = dict[str, Counter[str]]


@dataclass(frozen=True)
class Place:
    """Virtuoso with the release in it, and services of the release.

    Attributes:
        store: over it.
        address: where it answers queries.
        over, own: a service over it, and one of our own store.
    """

    store: Remote
    address: str
    over: Server
    own: Server

    def question(self, question: Question) -> str:
        """What became of a question."""
        return self._asked(lambda: answer(self.store, question.text) == expected(question))

    def check(self, check: Check) -> str:
        """What became of an integrity check, of which the release breaks none."""
        return self._asked(lambda: not self.store.select(check.query))

    def page(self, kind: PageKind) -> str:
        """What became of a page."""
        lang = "zh" if PAGES.index(kind) % 2 else "en"
        try:
            one, other = (
                fetch(each, kind.url(lang, each), headers=BROWSER) for each in (self.own, self.over)
            )
        except TimeoutError:
            return LATE
        if other.status != kind.status:
            return LATE if other.status == 503 else REFUSED
        return (
            RIGHT
            if content(one.body.decode(), self.own) == content(other.body.decode(), self.over)
            else WRONG
        )

    def client(self, ask: Callable[[Client], object]) -> str:
        """What became of a call of the client."""
        return self._asked(lambda: ask(Client(self.address)) == ask(Client(self.own.endpoint)))

    def _asked(self, right: Callable[[], bool]) -> str:
        try:
            return RIGHT if right() else WRONG
        except (QueryTimeout, UpstreamFailed):
            return LATE
        except EgovError:
            return REFUSED


@contextmanager
def started(release: Release, settings: Settings, own: Server) -> Iterator[Place]:
    """A Virtuoso of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        over = pushed(stack.enter_context(virtuoso(folder)), release, replace(settings, query_timeout=300.0))
        over = replace(over, query_timeout=settings.query_timeout)
        store = stack.enter_context(Remote(release.id, over))
        yield Place(store, over.store, stack.enter_context(running(over, release)), own)


def measured(release: Release, settings: Settings, own: Server) -> Iterator[tuple[str, str, str]]:
    """Kind, name and outcome of everything, in one start but for what was late."""
    left: list[tuple[str, str, Callable[[Place], str]]] = [
        *(("questions", one.name, lambda place, one=one: place.question(one)) for one in QUESTIONS),
        *(
            ("integrity checks", one.path.stem, lambda place, one=one: place.check(one))
            for one in load_checks(SOURCES)
            if one.scope != "imports"
        ),
        *(("kinds of pages", one.name, lambda place, one=one: place.page(one)) for one in PAGES),
        *(
            ("calls of the client", name, lambda place, ask=ask: place.client(ask))
            for name, ask in CALLS.items()
        ),
    ]
    while left:
        with started(release, settings, own) as place:
            while left:
                kind, name, ask = left.pop(0)
                outcome = ask(place)
                yield kind, name, outcome
                if outcome == LATE:
                    break


def main() -> None:
    """Measure, and print a table for each kind."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--starts", type=int, default=3, help="servers to start (default 3)")
    parser.add_argument("--timeout", type=float, default=30.0, help="seconds for a query (default 30)")
    arguments = parser.parse_args()

    settings = replace(
        Settings.from_environment(),
        query_timeout=arguments.timeout,
        write_timeout=300.0,
        queue_timeout=60.0,
        rate_limit="",
    )
    release = Registry(settings.home).current()
    outcomes: dict[str, Outcomes] = {}
    with running(settings, release) as own:
        for start in range(arguments.starts):
            print(f"start {start + 1} of {arguments.starts}", file=sys.stderr, flush=True)
            for kind, name, outcome in measured(release, settings, own):
                outcomes.setdefault(kind, {}).setdefault(name, Counter())[outcome] += 1
    print(f"| {arguments.starts} starts | all | right in every one | others |\n|{'---|' * 4}")
    for kind, found in outcomes.items():
        others = {name: counts for name, counts in found.items() if set(counts) != {RIGHT}}
        listed = "; ".join(
            f"`{name}`: {', '.join(f'{number} {what}' for what, number in counts.most_common())}"
            for name, counts in others.items()
        )
        print(f"| {kind} | {len(found)} | {len(found) - len(others)} | {listed} |")


if __name__ == "__main__":
    main()
