"""The rules: what each is called, what it says in two languages, where it is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

from egov_kg.errors import NotFound, SourceError
from egov_kg.namespaces import PREFIXES
from egov_kg.release.places import errors_of, read_rq, shown
from egov_kg.release.report import SHAPES, Severity
from egov_kg.resources import Sources
from egov_kg.sparql.guard import inspect
from egov_kg.store.rdf_io import parse_rdf
from egov_kg.store.terms import to_rdflib

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

_HEADER = re.compile(r"#\s*(title|message)_(en|zh):\s*(.+)")
_SCOPE = re.compile(r"^#\s*scope:\s*(\w+)", re.MULTILINE)

Scope = Literal["own", "all", "imports"]
"""What a rule is for: the project's own graphs, these and imports, or imports alone."""
_SEVERITIES: Final[dict[str, Severity]] = {
    PREFIXES["sh"] + name: name for name in ("Violation", "Warning", "Info")
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A named SHACL shape with targets.

    Attributes:
        iri: its IRI, the id of the rule.
        message_en, message_zh: what is wrong and what to do.
        severity: how bad it is.
        path: the property it constrains as a SPARQL property path; empty for a node shape.
    """

    iri: str
    message_en: str
    message_zh: str
    severity: Severity
    path: str


@dataclass(frozen=True, slots=True)
class ShapeSet:
    """All shapes: the graph for the engine, the same as text, and the rules by IRI."""

    graph: Graph
    text: str
    rules: dict[str, Shape]

    def owner(self, shape: Node) -> str:
        """The IRI of the rule that a shape, perhaps nested in others, belongs to."""
        seen: set[Node] = set()
        while str(shape) not in self.rules and shape not in seen:
            seen.add(shape)
            shape = next((s for s, _ in self.graph.subject_predicates(shape) if s not in seen), shape)
        return str(shape)


@dataclass(frozen=True, slots=True)
class Check:
    """An integrity check: a query whose solutions are the findings.

    Its variables: `?node` (what breaks the rule), and optionally `?path` and `?value`.

    Attributes:
        iri: the id of the rule, from the file's name.
        title_en, title_zh: what holds in good data.
        message_en, message_zh: what is wrong and what to do.
        query: the SELECT query.
        path: its file.
        scope: what it is for.
    """

    iri: str
    title_en: str
    title_zh: str
    message_en: str
    message_zh: str
    query: str
    path: Path
    scope: Scope = "own"


def load_shapes(sources: Sources, scope: Scope = "own") -> ShapeSet:
    """The shapes in `shapes/*.ttl`, or those for imports in `shapes/imports/*.ttl`, taken together.

    Raises:
        NotFound: no shapes there.
        SourceError: a file that does not parse, or a rule without a message in both languages.
    """
    folder = sources.shapes / "imports" if scope == "imports" else sources.shapes
    files = sorted(folder.glob("*.ttl"))
    if not files:
        raise NotFound(
            f"No shapes in {folder}: reinstall egov-kg.", f"{folder} 中没有形状：请重新安装 egov-kg。"
        )
    return _load_shapes(sources, tuple((path, path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=4)
def _load_shapes(sources: Sources, files: tuple[tuple[Path, int], ...]) -> ShapeSet:
    from rdflib import Graph

    graph, lines = Graph(bind_namespaces="none"), []
    origins: dict[str, Path] = {}
    for path, _ in files:
        with errors_of(path, sources):
            # Blank nodes of different files do not meet: the parser makes fresh labels for each.
            for quad in parse_rdf(path):
                subject = to_rdflib(quad.subject)
                graph.add((subject, to_rdflib(quad.predicate), to_rdflib(quad.object)))
                lines.append(f"{quad.triple} .\n")
                origins.setdefault(str(subject), path)
    rules = {shape.iri: shape for shape in _shapes(graph, origins, sources)}
    return ShapeSet(graph, "".join(lines), rules)


def _shapes(graph: Graph, origins: Mapping[str, Path], sources: Sources) -> Iterator[Shape]:
    from rdflib import SH, Literal, URIRef

    from egov_kg.shapes.paths import path_text

    targets = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
    named = {s for target in targets for s in graph.subjects(target, None) if isinstance(s, URIRef)}
    for node in sorted(named):
        constraint = next(graph.objects(node, SH.sparql), None)
        holders = [node] if constraint is None else [node, constraint]
        texts = (text for holder in holders for text in graph.objects(holder, SH.message))
        messages = {text.language: str(text) for text in texts if isinstance(text, Literal)}
        if not {"en", "zh"} <= messages.keys():
            name = shown(origins[str(node)], sources)
            raise SourceError(
                f"{name}: the shape <{node}> needs sh:message in English and Chinese.",
                f"{name}：形状 <{node}> 需要中英文 sh:message。",
                file=name,
            )
        severity = _SEVERITIES.get(str(graph.value(node, SH.severity)), "Violation")
        holder = graph.value(node, SH.path)
        text = "" if holder is None else bare_path(path_text(graph, holder))
        yield Shape(str(node), messages["en"], messages["zh"], severity, text)


def bare_path(text: str) -> str:
    """A SPARQL property path with an IRI that stands alone left bare."""
    return text[1:-1] if text.startswith("<") and text.count("<") == 1 and text.endswith(">") else text


def load_checks(sources: Sources) -> tuple[Check, ...]:
    """The integrity checks in `shapes/integrity/*.rq`, by name.

    Raises:
        SourceError: a file that is not UTF-8, lacks one of the four header lines, or is no SELECT query.
    """
    checks = []
    for path in sorted((sources.shapes / "integrity").glob("*.rq")):
        with errors_of(path, sources):
            checks.append(_check(path))
    return tuple(checks)


def _check(path: Path) -> Check:
    text = read_rq(path)
    header = {f"{kind}_{lang}": words.strip() for kind, lang, words in _HEADER.findall(text)}
    wanted = {"title_en", "title_zh", "message_en", "message_zh"}
    if missing := ", ".join(sorted(wanted - header.keys())):
        raise SourceError(f"No header line for {missing}.", f"缺少头部 {missing}。")
    if inspect(text).form in ("ASK", "CONSTRUCT", "DESCRIBE"):  # what is no query at all, the engine places
        raise SourceError(
            "An integrity check is a SELECT query, and this is of another form.",
            "完整性检查须为 SELECT 查询，此处为其他形式。",
        )
    return Check(SHAPES + path.stem, query=text, path=path, scope=_scope(text), **header)


def _scope(text: str) -> Scope:
    match = _SCOPE.search(text)
    if match is None:
        return "own"
    if match[1] not in get_args(Scope):
        raise SourceError(
            f"The scope {match[1]!r} is none of {', '.join(get_args(Scope))}.",
            f"scope {match[1]!r} 不是 {'、'.join(get_args(Scope))} 之一。",
        )
    return cast("Scope", match[1])
