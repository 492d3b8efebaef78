"""The rules of `shapes/` and their files: one that conforms and one that breaks just that rule."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from egov_kg.release.engines import Finding
from egov_kg.release.report import SHAPES
from egov_kg.release.rules import Check, ShapeSet, load_checks, load_shapes
from egov_kg.resources import Sources
from egov_kg.store.base import Dataset
from egov_kg.store.rdf_io import Quad, parse_rdf
from egov_kg.store.snapshot import Snapshot

ROOT = Path(__file__).resolve().parents[2]
SOURCES = Sources(ROOT)
DATA = ROOT / "tests" / "data"
CONTEXT = DATA / "context.ttl"
HERE, THERE = "https://w3id.org/egov-kg/graph/context", "https://w3id.org/egov-kg/graph/file"

SHAPE_SET: ShapeSet = load_shapes(SOURCES)
IMPORT_SHAPES: ShapeSet = load_shapes(SOURCES, "imports")
ALL_CHECKS: dict[str, Check] = {check.iri.removeprefix(SHAPES): check for check in load_checks(SOURCES)}
CHECKS = {name: check for name, check in ALL_CHECKS.items() if check.scope != "imports"}
SHAPE_RULES = sorted(iri.removeprefix(SHAPES) for iri in SHAPE_SET.rules)
CHECK_RULES = sorted(CHECKS)
IMPORT_RULES = sorted(
    [*(iri.removeprefix(SHAPES) for iri in IMPORT_SHAPES.rules), *(set(ALL_CHECKS) - set(CHECKS))]
)
"""Those for imports alone: their files are graphs of imports, named as the rule is."""
OUTSIDE_SHAPES = ("ic-15", "ic-16", "ic-17")
"""Cubes with qb:measureType, which this project does not publish: their files are for the checks alone."""


@cache
def context() -> tuple[Quad, ...]:
    """The ontology, the code lists, and what the files may speak of."""
    files = [*sorted(SOURCES.ontology.glob("*.ttl"))]
    for folder in ("codelists", "alignments"):
        files += sorted((SOURCES.ontology / folder).glob("*.ttl"))
    return tuple(quad for path in [*files, CONTEXT] for quad in parse_rdf(path, HERE))


def conforming(rule: str) -> Path:
    """The file that keeps a rule."""
    return DATA / "conforms" / f"{rule}.ttl"


def violating(rule: str) -> Path:
    """The file that breaks it."""
    return DATA / "violates" / f"{rule}.ttl"


def expected(rule: str) -> set[str]:
    """The rules that a violating file breaks: its own, and those its first line says cannot be kept then."""
    first = violating(rule).read_text(encoding="utf-8").partition("\n")[0]
    return {rule, *(first.removeprefix("# also:").split() if first.startswith("# also:") else ())}


def named(findings: Iterable[Finding]) -> set[tuple[str, str, str]]:
    """Findings as rule name, focus node and value."""
    return {(finding.rule.removeprefix(SHAPES), finding.focus, finding.value) for finding in findings}


def failing_checks(path: Path, folder: Path) -> set[str]:
    """The integrity checks that a file, together with the context, does not pass."""
    nquads = folder / "data.nq"
    quads = [*context(), *parse_rdf(path, THERE)]
    nquads.write_text("".join(f"{quad} .\n" for quad in quads), encoding="utf-8")
    with Snapshot.memory([nquads], Dataset((HERE, THERE))) as store:
        return {name for name, check in CHECKS.items() if store.select(check.query)}
