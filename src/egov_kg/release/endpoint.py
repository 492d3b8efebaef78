"""Validation where the data are: every rule is asked of the endpoint that holds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from egov_kg import iris
from egov_kg.errors import NotFound
from egov_kg.imports.terms import is_iri
from egov_kg.release.in_store import MOST_LISTED, bare, check_in_store, from_shape, in_store
from egov_kg.release.places import read_rq
from egov_kg.release.report import Report, Result
from egov_kg.release.rules import Scope, load_checks, load_shapes
from egov_kg.resources import Sources
from egov_kg.settings import Settings
from egov_kg.store.base import Selects
from egov_kg.store.elsewhere import Elsewhere

_ANYTHING: Final = Path(__file__).parent / "rq" / "anything.rq"
_DESCRIBED: Final = Path(__file__).parent / "rq" / "described.rq"


def validate_endpoint(settings: Settings, graphs: Sequence[str], sources: Sources) -> Report:
    """Check what a SPARQL endpoint holds, there.

    Args:
        settings: the endpoint, how to be known by it, and how long it may take for an answer.
        graphs: what to check, as one graph, but each import by the rules of imports. Without any, all graphs
            of the release that the endpoint holds; where it holds none, its own default graph.
        sources: where `shapes/` is.

    Raises:
        NotFound: there is nothing to check, in all or in one of the graphs.
        ReleaseError: the endpoint was given another release meanwhile.
        EgovError: as `validate_store`.
    """
    store = Elsewhere(settings, graphs)
    every = store.graphs
    imports = [graph for graph in every if iris.import_name(graph)]
    store.graphs = tuple(graph for graph in every if graph not in imports)
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
    own = bool(store.graphs) or not imports
    reports = [validate_store(store, sources)] if own else []
    if imports:
        held = Elsewhere(settings)
        # An import names what is ours, so it is checked among what it was published with, if that is there.
        around = held.graphs if set(imports) <= set(held.graphs) else every
        reports += [_validate_import(settings, graph, around, sources) for graph in imports]
        held.require_same()
    store.require_same()
    unlisted: Counter[str] = Counter()
    for report in reports:
        unlisted.update(report.unlisted)
    results = (result for report in reports for result in report.results)
    return Report.of(results, _count(sources, own=own, imports=bool(imports)), "sparql", unlisted)


def _count(sources: Sources, *, own: bool, imports: bool) -> int:
    """How many rules there are for what is checked."""
    scopes: list[Scope] = []
    if own:
        scopes.append("own")
    if imports:
        scopes.append("imports")
    checks = sum(check.scope in ("all", *scopes) for check in load_checks(sources))
    return checks + sum(len(load_shapes(sources, scope).rules) for scope in scopes)


def _validate_import(settings: Settings, graph: str, around: Sequence[str], sources: Sources) -> Report:
    """Check the graph of an import, alone with the ontology, by the rules of imports."""
    shapes = load_shapes(sources, "imports")
    checks = [check for check in load_checks(sources) if check.scope in ("all", "imports")]
    alone = Elsewhere(settings, [graph])
    found = in_store(alone, shapes, MOST_LISTED)
    results = [from_shape(finding, shapes) for finding in found.findings]
    unlisted = dict(found.unlisted)
    ontology = [one for one in around if one == iris.graph("ontology")]
    among = Elsewhere(settings, [*ontology, graph], around)
    for check in checks:
        checked = check_in_store(among, check, MOST_LISTED)
        results += _about(alone, graph, checked.results)
        if checked.unlisted:
            unlisted[check.iri] = checked.unlisted
    return Report.of(results, len(shapes.rules) + len(checks), "sparql", unlisted)


def _about(alone: Selects, graph: str, results: Sequence[Result]) -> list[Result]:
    """Those of the results that are about what an import describes, and not about the ontology beside it."""
    from rdflib import URIRef

    named = {one for result in results for one in (result.focus_node, bare(result.value)) if is_iri(one)}
    rows = [{"thing": URIRef(one)} for one in sorted(named)]
    described = {graph, "[]"}
    if rows:
        described |= {str(row["thing"]) for row in alone.select(read_rq(_DESCRIBED), values=rows)}
    return [one for one in results if one.focus_node in described or bare(one.value) in described]


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
