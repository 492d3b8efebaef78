"""Validation where the data are: every rule is asked of the endpoint that holds them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from egov_kg import iris
from egov_kg.errors import NotFound
from egov_kg.release.in_store import MOST_LISTED, check_in_store, from_shape, in_store
from egov_kg.release.places import read_rq
from egov_kg.release.report import Report
from egov_kg.release.rules import load_checks, load_shapes
from egov_kg.resources import Sources
from egov_kg.settings import Settings
from egov_kg.store.base import Selects
from egov_kg.store.elsewhere import Elsewhere

_ANYTHING: Final = Path(__file__).parent / "rq" / "anything.rq"


def validate_endpoint(settings: Settings, graphs: Sequence[str], sources: Sources) -> Report:
    """Check what a SPARQL endpoint holds, there.

    Args:
        settings: the endpoint, how to be known by it, and how long it may take for an answer.
        graphs: what to check, as one graph. Without any, all graphs of the release that the endpoint holds;
            where it holds none, its own default graph.
        sources: where `shapes/` is.

    Raises:
        NotFound: there is nothing to check, in all or in one of the graphs.
        ReleaseError: the endpoint was given another release meanwhile.
        EgovError: as `validate_store`.
    """
    store = Elsewhere(settings, graphs)
    if not graphs:  # what was imported has rules of its own, and was checked when it was
        store.graphs = tuple(graph for graph in store.graphs if not iris.import_name(graph))
    anything = read_rq(_ANYTHING)
    for part in [Elsewhere(settings, [graph]) for graph in graphs] or [store]:
        if not part.select(anything):  # data that are not there break no rule
            what, what_zh = (
                (f"the graph {part.graphs[0]}", f"图 {part.graphs[0]}")
                if graphs
                else ("its default graph", "其默认图")
            )
            raise NotFound(
                f"{settings.store}: {what} has no triples: nothing to check. Name graphs with --graph.",
                f"{settings.store}：{what_zh}没有三元组，无可检查。请用 --graph 指定图。",
            )
    report = validate_store(store, sources)
    store.require_same()
    return report


def validate_store(store: Selects, sources: Sources) -> Report:
    """Check what a store holds, there: nothing is fetched but what breaks a rule.

    Args:
        store: its default graph is what the shapes are about, and is to be the union of all graphs.
        sources: where `shapes/` is.

    Returns:
        A report with at most 1,000 findings of one constraint or check, and the number of the others.

    Raises:
        NotFound: no shapes.
        ShapeUnsupported: a shape that cannot be run as SPARQL; nothing has been asked of the store then but
            its classes.
        SourceError: a shapes file or an integrity check that does not parse.
        EgovError: the store failed.
    """
    shapes = load_shapes(sources)
    checks = [check for check in load_checks(sources) if check.scope in ("all", "own")]
    found = in_store(store, shapes, MOST_LISTED)
    results = [from_shape(finding, shapes) for finding in found.findings]
    unlisted = dict(found.unlisted)
    for check in checks:
        checked = check_in_store(store, check, MOST_LISTED)
        results += checked.results
        if checked.unlisted:
            unlisted[check.iri] = checked.unlisted
    return Report.of(results, len(shapes.rules) + len(checks), "sparql", unlisted)
