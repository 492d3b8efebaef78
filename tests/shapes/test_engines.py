"""Shapes and integrity checks in engines that run by themselves: the verdicts of pySHACL there, too."""

from __future__ import annotations

import pytest
from rdflib import Graph

from egov_kg.errors import ShapeUnsupported
from egov_kg.release.engines import run_shacl
from egov_kg.release.in_store import MOST_LISTED, check_in_store, in_store
from egov_kg.settings import Settings
from egov_kg.store.base import Selects
from egov_kg.store.elsewhere import Elsewhere
from egov_kg.store.endpoint import Endpoint
from egov_kg.store.rdf_io import Quad, parse_rdf
from support.engines import ENGINES, Engine, engine_of
from support.rules import (
    CHECK_RULES,
    CHECKS,
    HERE,
    SHAPE_RULES,
    SHAPE_SET,
    conforming,
    context,
    named,
    violating,
)
from support.shacl import GRAPH, Verdict, by_queries, cases, ntriples, snapshot

DATA, CASES = cases()
ALL = "https://w3id.org/egov-kg/graph/all-violating"

# No query finds what an engine does not keep: these become other datatypes, or values of other forms.
for _triple in [*DATA]:
    if str(getattr(_triple[2], "datatype", "")).rpartition("#")[2] in ("byte", "boolean"):
        DATA.remove(_triple)


def triples(quads: list[Quad]) -> str:
    return "".join(sorted({f"{quad.triple} .\n" for quad in quads}))


class Held:
    """An engine and the graphs that it has been given, each once."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.name = engine.name
        self.settings = engine.settings(settings)
        self._endpoint = Endpoint(self.settings)

    def put(self, graph: str, text: str) -> None:
        self._endpoint.put(graph, text.encode(), 120, replace=True)

    def of(self, *graphs: str) -> Elsewhere:
        return Elsewhere(self.settings, graphs)


@pytest.fixture(scope="module", params=ENGINES)
def held(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Held:
    home = tmp_path_factory.mktemp("home")
    made = Held(engine_of(request.param, request), Settings(home=home, query_timeout=120))
    made.put(GRAPH, ntriples(DATA))
    made.put(
        ALL, triples([*context(), *(quad for rule in SHAPE_RULES for quad in parse_rdf(violating(rule)))])
    )
    made.put(HERE, triples(list(context())))
    return made


def test_every_violating_file_breaks_what_it_breaks_for_the_reference(held: Held) -> None:
    """All files in one graph; nodes carry the name of their file. `test_pairs` holds `shacl` to pySHACL."""
    quads = [*context(), *(quad for rule in SHAPE_RULES for quad in parse_rdf(violating(rule)))]
    outcome = in_store(held.of(ALL), SHAPE_SET, MOST_LISTED)
    assert not outcome.unlisted
    # 44.0 comes back as 44.
    found, wanted = ({(rule, focus, value.replace('.0"', '"')) for rule, focus, value in named(findings)}
                     for findings in (outcome.findings, run_shacl(quads, SHAPE_SET)))  # fmt: skip
    assert found == wanted


@pytest.mark.parametrize("rule", CHECK_RULES)
def test_an_integrity_check_tells_its_two_files_apart(held: Held, rule: str) -> None:
    """That the findings are the right ones, `test_pairs` sees at home."""
    bad, good = (f"https://w3id.org/egov-kg/graph/{kind}-{rule}" for kind in ("breaks", "keeps"))
    held.put(bad, triples(list(parse_rdf(violating(rule)))))
    held.put(good, triples(list(parse_rdf(conforming(rule)))))
    assert check_in_store(held.of(HERE, bad), CHECKS[rule], MOST_LISTED).results
    assert not check_in_store(held.of(HERE, good), CHECKS[rule], MOST_LISTED).results


def test_each_construct_finds_what_it_finds_at_home(held: Held) -> None:
    with snapshot(DATA) as home:
        for case, shapes in CASES.items():
            assert verdicts(held.of(GRAPH), shapes) == verdicts(home, shapes), case


def verdicts(store: Selects, shapes: Graph) -> set[Verdict] | str:
    try:
        return {one._replace(value="") for one in by_queries(store, shapes)}
    except ShapeUnsupported as error:
        return str(error.extra["construct"])
