"""Rules checked by the store that holds the data: shapes as SPARQL, and the integrity checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

from egov_kg import iris
from egov_kg.release.engines import Finding, ntriples
from egov_kg.release.report import Result
from egov_kg.release.rules import Check, Shape, ShapeSet
from egov_kg.sparql.prologue import after_declarations
from egov_kg.store.base import Dataset, Row, Selects
from egov_kg.store.snapshot import Snapshot

if TYPE_CHECKING:
    from rdflib.term import Node

    from egov_kg.store.rdf_io import Quad

_ALL: Final = iris.graph("all")

MOST_LISTED: Final = 1_000
"""Findings of one constraint or check that are fetched from an endpoint; of more, the number is."""


class ShapeFindings(NamedTuple):
    """What shapes found, and how much more there is, by the IRI of the rule."""

    findings: tuple[Finding, ...]
    unlisted: Mapping[str, int]


class CheckResults(NamedTuple):
    """What an integrity check found, and how much more there is."""

    results: tuple[Result, ...]
    unlisted: int


def in_store(store: Selects, shapes: ShapeSet, most: int | None = None) -> ShapeFindings:
    """What breaks the shapes, found by the store.

    Args:
        store: what is asked, of its default graph.
        shapes: the shapes.
        most: findings of one constraint to fetch; all without it.

    Raises:
        ShapeUnsupported: a shape that has no query.
        EgovError: the store failed.
    """
    from egov_kg.shapes.read import read_shapes
    from egov_kg.shapes.run import run

    outcome = run(store, read_shapes(shapes.graph), most)
    findings = (
        Finding(ntriples(one.focus), _shown(one.value), _rule(one.root, shapes)) for one in outcome.found
    )
    return ShapeFindings(
        tuple(findings),
        {_rule(root, shapes): number for root, number in outcome.unlisted.items()},
    )


def run_sparql(quads: Iterable[Quad], shapes: ShapeSet) -> Iterator[Finding]:
    """Evaluate shapes as queries of a store in memory, filled for the purpose.

    Raises:
        ShapeUnsupported: a shape that has no query.
        EvaluationError: the store failed.
    """
    with TemporaryDirectory(prefix="egov-kg-") as folder:
        data = Path(folder) / "data.nq"
        data.write_text("".join(f"{quad.triple} <{_ALL}> .\n" for quad in quads), encoding="utf-8")
        with Snapshot.memory([data], Dataset((_ALL,))) as store:
            yield from in_store(store, shapes).findings


def _rule(root: Node, shapes: ShapeSet) -> str:
    return str(root) if str(root) in shapes.rules else shapes.owner(root)


def _shown(value: Node | None) -> str:
    from rdflib import BNode

    return "" if value is None or isinstance(value, BNode) else ntriples(value)


def check_in_store(store: Selects, check: Check, most: int | None = None) -> CheckResults:
    """What breaks an integrity check.

    Args:
        store: what is asked.
        check: the check, whose query has no LIMIT.
        most: findings to fetch; all without it.

    Raises:
        EgovError: the store failed.
    """
    query = check.query if most is None else f"{check.query}\nLIMIT {most}"
    rows = store.select(query)
    unlisted = 0
    if most is not None and len(rows) >= most:
        at = after_declarations(check.query)
        counting = f"{check.query[:at]}SELECT (COUNT(*) AS ?number) WHERE {{ {{ {check.query[at:]}\n}} }}"
        unlisted = int(store.select(counting)[0]["number"]) - len(rows)
    return CheckResults(tuple(_from_row(check, row) for row in rows), unlisted)


def _from_row(check: Check, row: Row) -> Result:
    terms = {name: "[]" if (text := ntriples(term)).startswith("_:") else text for name, term in row.items()}
    return Result(
        focus_node=bare(terms.get("node", "")),
        path=bare(terms.get("path", "")),
        value=terms.get("value", ""),
        severity="Violation",
        rule=check.iri,
        message_en=check.message_en,
        message_zh=check.message_zh,
    )


def from_shape(finding: Finding, shapes: ShapeSet) -> Result:
    """A finding in the words of its rule."""
    rule: Shape = shapes.rules[finding.rule]
    return Result(
        focus_node=bare(finding.focus),
        path=rule.path,
        value="" if finding.value == finding.focus else finding.value,
        severity=rule.severity,
        rule=rule.iri,
        message_en=rule.message_en,
        message_zh=rule.message_zh,
    )


def bare(term: str) -> str:
    """An IRI without its brackets; other terms as they are, a blank node as `[]`."""
    return term[1:-1] if term.startswith("<") else "[]" if term.startswith("_:") else term
