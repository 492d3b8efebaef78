"""Validation: SHACL shapes for what a node must look like, integrity checks for what the whole must be.

A rule is either

- a named shape in `shapes/*.ttl`, evaluated by a SHACL engine over the union of all graphs, or
- a query in `shapes/integrity/*.rq`, evaluated by the store: the integrity constraints of the W3C Data Cube
  recommendation, section 11, and the rules of this project that concern all nodes at once.

Both kinds have an IRI `https://w3id.org/egov-kg/shape/<name>` and messages in English and Chinese, and both
end up in one `Report`. pySHACL is the reference; the `shacl` engine is faster and held to the same verdicts
by the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from egov_kg import iris
from egov_kg.errors import NotFound, UsageError
from egov_kg.release.engines import Finding, run_pyshacl, run_shacl
from egov_kg.release.places import errors_of
from egov_kg.release.report import Report, Result
from egov_kg.release.rules import Check, ShapeSet, load_checks, load_shapes
from egov_kg.release.surroundings import about, data_files, term_files
from egov_kg.resources import Sources
from egov_kg.settings import ENGINES, Engine
from egov_kg.store.base import Dataset
from egov_kg.store.rdf_io import in_graph, parse_rdf
from egov_kg.store.snapshot import Snapshot
from egov_kg.store.terms import from_rdflib

if TYPE_CHECKING:
    from rdflib.term import Identifier

    from egov_kg.store.rdf_io import Quad

__all__ = ["ENGINES", "Engine", "Report", "Result", "ValidationInput", "validate", "validate_files"]

_DERIVED: Final = f"<{iris.term('DerivedObservation')}>"


@dataclass(frozen=True, slots=True)
class ValidationInput:
    """The data to validate, and the rules.

    Attributes:
        nquads: N-Quads files that together hold every graph, the ontology and code lists included.
        sources: where `shapes/` is.
        focus: report only on these IRIs (and on what is found wrong about them); None reports on all.
        origins: the file that describes a node, by IRI, for `Result.source_file`.
    """

    nquads: tuple[Path, ...]
    sources: Sources
    focus: frozenset[str] | None = None
    origins: Mapping[str, str] = field(default_factory=dict)


def validate(data: ValidationInput, engine: str = "pyshacl") -> Report:
    """Check data against every rule.

    Args:
        data: the data and the rules.
        engine: `pyshacl` (the reference) or `shacl`.

    Raises:
        UsageError: an unknown engine.
        NotFound: no shapes.
        SourceError: data, a shapes file or an integrity check that does not parse.
        EvaluationError: an engine failed.
    """
    run = _engine(engine)
    shapes = load_shapes(data.sources)
    checks = load_checks(data.sources)
    quads = [quad for path in data.nquads for quad in parse_rdf(path)]
    graphs = tuple(sorted({quad.graph_name.value for quad in quads if hasattr(quad.graph_name, "value")}))

    results = [_from_shape(finding, shapes) for finding in run(quads, shapes)]
    with Snapshot.memory(data.nquads, Dataset(graphs)) as store:
        for check in checks:
            with errors_of(check.path, data.sources):
                results += _from_check(check, store)
    if data.focus is not None:
        results = [result for result in results if _concerns(result, data.focus)]
    placed = (_placed(result, data.origins) for result in results)
    return Report.of(placed, len(shapes.rules) + len(checks), engine)


def _engine(name: str) -> Callable[[Iterable[Quad], ShapeSet], Iterator[Finding]]:
    try:
        return {"pyshacl": run_pyshacl, "shacl": run_shacl}[name]
    except KeyError:
        raise UsageError(
            f"No SHACL engine is called {name!r}; there are {', '.join(ENGINES)}.",
            f"没有名为 {name!r} 的 SHACL 引擎；可用：{'、'.join(ENGINES)}。",
        ) from None


def _from_shape(finding: Finding, shapes: ShapeSet) -> Result:
    rule = shapes.rules[finding.rule]
    return Result(
        focus_node=_bare(finding.focus),
        path=rule.path,
        value="" if finding.value == finding.focus else finding.value,
        severity=rule.severity,
        rule=rule.iri,
        message_en=rule.message_en,
        message_zh=rule.message_zh,
    )


def _from_check(check: Check, store: Snapshot) -> Iterator[Result]:
    for row in store.select(check.query):
        terms = {name: _ntriples(term) for name, term in row.items()}
        yield Result(
            focus_node=_bare(terms.get("node", "")),
            path=_bare(terms.get("path", "")),
            value=terms.get("value", ""),
            severity="Violation",
            rule=check.iri,
            message_en=check.message_en,
            message_zh=check.message_zh,
        )


def _ntriples(term: Identifier) -> str:
    """A term in N-Triples syntax; a blank node, whose label means nothing, as `[]`."""
    from rdflib import BNode

    return "[]" if isinstance(term, BNode) else str(from_rdflib(term))


def _bare(term: str) -> str:
    """An IRI without its brackets; other terms as they are, a blank node as `[]`."""
    return term[1:-1] if term.startswith("<") else "[]" if term.startswith("_:") else term


def _concerns(result: Result, focus: frozenset[str]) -> bool:
    # Some rules look from one node (a document, a code list) at others: the value is then what is wrong.
    return result.focus_node in focus or result.focus_node == "[]" or _bare(result.value) in focus


def _placed(result: Result, origins: Mapping[str, str]) -> Result:
    origin = origins.get(result.focus_node) or origins.get(_bare(result.value))
    return replace(result, source_file=origin) if origin else result


def validate_files(files: Sequence[Path], sources: Sources, engine: str = "pyshacl") -> Report:
    """Check Turtle files in the context of the project's ontology, code lists and data.

    Only what the files describe is reported on, each result with its file.

    Args:
        files: Turtle files.
        sources: the project's own files.
        engine: as for `validate`.

    Raises:
        UsageError: an unknown engine, or no files.
        NotFound: a file that does not exist.
        SourceError: a file that does not parse, with line and column.
    """
    if not files:
        raise UsageError("No files to validate: name at least one.", "没有要校验的文件：请至少给出一个。")
    for path in files:
        if not path.is_file():
            raise NotFound(f"{path} is not a file.", f"{path} 不是文件。")
    given = {path.resolve(): path for path in files}
    origins: dict[str, str] = {}
    quads: list[Quad] = []
    for number, (path, name) in enumerate(given.items()):
        read = _read(path, f"file-{number}")
        for quad in read:
            origins.setdefault(str(quad.subject).strip("<>"), str(name))
        quads += read
    others = [quad for path in data_files(list(given), sources) for quad in _read(path, "context")]
    terms = (quad for path in term_files(sources) if path not in given for quad in _read(path, "ontology"))
    everything = [*quads, *about(quads, others), *terms]
    with TemporaryDirectory(prefix="egov-kg-") as folder:
        nquads = Path(folder) / "data.nq"
        nquads.write_text("".join(f"{quad} .\n" for quad in everything), encoding="utf-8")
        return validate(
            ValidationInput((nquads,), sources, focus=frozenset(origins), origins=origins), engine
        )


def _read(path: Path, graph: str) -> list[Quad]:
    """A file as a graph of its own; Turtle has no graphs, but derived values are always in theirs."""
    quads = list(parse_rdf(path, iris.graph(graph), "turtle"))
    derived = {quad.subject for quad in quads if str(quad.object) == _DERIVED}
    apart = iris.graph("derived")
    return [in_graph(quad, apart) if quad.subject in derived else quad for quad in quads]
