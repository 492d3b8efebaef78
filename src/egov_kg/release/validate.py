"""Validation: SHACL shapes for what a node must look like, integrity checks for what the whole must be.

A rule is either

- a named shape in `shapes/*.ttl`, evaluated over the union of all graphs by a SHACL engine or, as SPARQL, by
  the store (`egov_kg.shapes`), or
- a query in `shapes/integrity/*.rq`, evaluated by the store: the integrity constraints of the W3C Data Cube
  recommendation, section 11, and the rules of this project that concern all nodes at once.

Both kinds have an IRI `https://w3id.org/egov-kg/shape/<name>` and messages in English and Chinese, and both
end up in one `Report`. pySHACL is the reference; the others are faster and held to the same verdicts by the
tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from egov_kg import iris
from egov_kg.errors import NotFound, UsageError
from egov_kg.release.engines import Finding, run_pyshacl, run_shacl
from egov_kg.release.in_store import bare, check_in_store, from_shape, run_sparql
from egov_kg.release.places import errors_of
from egov_kg.release.report import Report, Result
from egov_kg.release.rules import Check, ShapeSet, load_checks, load_shapes
from egov_kg.release.steps import Progress
from egov_kg.release.surroundings import about, data_files, describes_import, term_files
from egov_kg.resources import Sources
from egov_kg.settings import ENGINES, Engine
from egov_kg.store.base import Dataset
from egov_kg.store.rdf_io import in_graph, parse_rdf
from egov_kg.store.snapshot import Snapshot

if TYPE_CHECKING:
    from egov_kg.store.rdf_io import Quad

__all__ = [
    "ENGINES",
    "Engine",
    "Report",
    "Result",
    "ValidationInput",
    "validate",
    "validate_files",
]

Run = Callable[["Iterable[Quad]", ShapeSet], Iterator[Finding]]

_DERIVED: Final = f"<{iris.term('DerivedObservation')}>"
_IMPORTED: Final = f"<{iris.term('ImportedDataset')}>"


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


def validating(sources: Sources, engine: str) -> Callable[[ValidationInput, Progress], Report]:
    """`validate` as work for a process beside this one; what it needs of any data is made ready at once."""
    run = _engine(engine)
    import_module({"sparql": "egov_kg.shapes.run"}.get(engine, engine))  # else it is called as its library is
    rules = _Rules.load(sources)
    return lambda data, _: _validated(data, engine, run, rules)


def validate(data: ValidationInput, engine: str = "pyshacl") -> Report:
    """Check data against every rule.

    Args:
        data: the data and the rules.
        engine: `pyshacl` (the reference), `shacl`, or `sparql`, which runs shapes as queries.

    Raises:
        UsageError: an unknown engine.
        NotFound: no shapes.
        SourceError: data, a shapes file or an integrity check that does not parse.
        EvaluationError: an engine failed.
    """
    return _validated(data, engine, _engine(engine), _Rules.load(data.sources))


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules, by what they are for."""

    shapes: ShapeSet
    of_imports: ShapeSet
    checks: Sequence[Check]

    @classmethod
    def load(cls, sources: Sources) -> _Rules:
        return cls(load_shapes(sources), load_shapes(sources, "imports"), load_checks(sources))

    def __len__(self) -> int:
        return len(self.shapes.rules) + len(self.of_imports.rules) + len(self.checks)


def _validated(data: ValidationInput, engine: str, run: Run, rules: _Rules) -> Report:
    quads = [quad for path in data.nquads for quad in parse_rdf(path)]
    named = {quad.graph_name.value for quad in quads if hasattr(quad.graph_name, "value")}
    imports = sorted(graph for graph in named if iris.import_name(graph))
    own = [quad for quad in quads if not iris.import_name(getattr(quad.graph_name, "value", ""))]

    results = [from_shape(finding, rules.shapes) for finding in run(own, rules.shapes)]
    default = tuple(sorted(named.difference(imports)))
    for graph in ("", *imports):
        seen = (iris.graph("ontology"), graph) if graph else default
        found: list[Result] = []
        with Snapshot.memory(data.nquads, Dataset(seen)) as store:
            for check in rules.checks:
                if check.scope in (("all", "imports") if graph else ("all", "own")):
                    with errors_of(check.path, data.sources):
                        found += check_in_store(store, check).results
        if graph:
            inside = [quad for quad in quads if getattr(quad.graph_name, "value", "") == graph]
            subjects = {bare(str(quad.subject)) for quad in inside} | {graph}
            described = (quad for quad in inside if describes_import(str(quad.subject)))
            found = [one for one in found if _concerns(one, frozenset(subjects))]
            found += [from_shape(one, rules.of_imports) for one in run(described, rules.of_imports)]
        results += found
    if data.focus is not None:
        results = [result for result in results if _concerns(result, data.focus)]
    placed = (_placed(result, data.origins) for result in results)
    return Report.of(placed, len(rules), engine)


def _engine(name: str) -> Run:
    try:
        return {"pyshacl": run_pyshacl, "shacl": run_shacl, "sparql": run_sparql}[name]
    except KeyError:
        raise UsageError(
            f"No SHACL engine is called {name!r}; there are {', '.join(ENGINES)}.",
            f"没有名为 {name!r} 的 SHACL 引擎；可用：{'、'.join(ENGINES)}。",
        ) from None


def _concerns(result: Result, focus: frozenset[str]) -> bool:
    # Some rules look from one node (a document, a code list) at others: the value is then what is wrong.
    return result.focus_node in focus or result.focus_node == "[]" or bare(result.value) in focus


def _placed(result: Result, origins: Mapping[str, str]) -> Result:
    origin = origins.get(result.focus_node) or origins.get(bare(result.value))
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
    """A file as a graph of its own; Turtle has no graphs, but derived values are always in theirs.

    A file that describes an import is one.
    """
    quads = list(parse_rdf(path, iris.graph(graph), "turtle"))
    described = next((bare(str(quad.subject)) for quad in quads if str(quad.object) == _IMPORTED), "")
    if described:
        own = described.replace("/id/dataset/", "/graph/", 1)
        import_ = own if iris.import_name(own) else iris.import_graph(graph)
        return [in_graph(quad, import_) for quad in quads]
    derived = {quad.subject for quad in quads if str(quad.object) == _DERIVED}
    apart = iris.graph("derived")
    return [in_graph(quad, apart) if quad.subject in derived else quad for quad in quads]
