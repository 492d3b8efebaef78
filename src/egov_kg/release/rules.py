"""The rules: what each is called, what it says in two languages, where it is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from egov_kg.errors import NotFound, SourceError
from egov_kg.namespaces import PREFIXES
from egov_kg.release.report import SHAPES, Severity
from egov_kg.store.snapshot import parse_rdf
from egov_kg.store.terms import to_rdflib

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

_HEADER = re.compile(r"#\s*(title|message)_(en|zh):\s*(.+)")
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
    """

    iri: str
    title_en: str
    title_zh: str
    message_en: str
    message_zh: str
    query: str


def load_shapes(folder: Path) -> ShapeSet:
    """The shapes in `folder/*.ttl`, taken together.

    Raises:
        NotFound: no shapes there.
        SourceError: a file that does not parse, or a rule without a message in both languages.
    """
    files = sorted(folder.glob("*.ttl"))
    if not files:
        raise NotFound(
            f"No shapes in {folder}: reinstall egov-kg.", f"{folder} 中没有形状：请重新安装 egov-kg。"
        )
    return _load_shapes(tuple((path, path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=2)
def _load_shapes(files: tuple[tuple[Path, int], ...]) -> ShapeSet:
    from rdflib import Graph

    graph, lines = Graph(bind_namespaces="none"), []
    for path, _ in files:
        # Blank nodes of different files do not meet: the parser makes fresh labels for each.
        for quad in parse_rdf(path):
            graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
            lines.append(f"{quad.triple} .\n")
    rules = {shape.iri: shape for shape in _shapes(graph)}
    return ShapeSet(graph, "".join(lines), rules)


def _shapes(graph: Graph) -> Iterator[Shape]:
    from rdflib import SH, Literal, URIRef

    targets = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
    named = {s for target in targets for s in graph.subjects(target, None) if isinstance(s, URIRef)}
    for node in sorted(named):
        constraint = next(graph.objects(node, SH.sparql), None)
        holders = [node] if constraint is None else [node, constraint]
        texts = (text for holder in holders for text in graph.objects(holder, SH.message))
        messages = {text.language: str(text) for text in texts if isinstance(text, Literal)}
        if not {"en", "zh"} <= messages.keys():
            raise SourceError(
                f"The shape <{node}> needs sh:message in English and Chinese.",
                f"形状 <{node}> 需要中英文 sh:message。",
            )
        severity = _SEVERITIES.get(str(graph.value(node, SH.severity)), "Violation")
        holder = graph.value(node, SH.path)
        text = "" if holder is None else path_text(graph, holder)
        yield Shape(str(node), messages["en"], messages["zh"], severity, text)


def path_text(graph: Graph, node: Node) -> str:
    """A SHACL path as a SPARQL property path; an IRI alone is left bare."""
    text = _path(graph, node)
    return text[1:-1] if text.startswith("<") and text.count("<") == 1 else text


def _path(graph: Graph, node: Node) -> str:
    from rdflib import RDF, SH, URIRef
    from rdflib.collection import Collection

    if isinstance(node, URIRef):
        return f"<{node}>"
    if (inverse := graph.value(node, SH.inversePath)) is not None:
        return f"^{_path(graph, inverse)}"
    if (options := graph.value(node, SH.alternativePath)) is not None:
        return "(" + "|".join(_path(graph, part) for part in Collection(graph, options)) + ")"
    if (node, RDF.first, None) in graph:
        return "/".join(_path(graph, part) for part in Collection(graph, node))
    for term, mark in ((SH.zeroOrMorePath, "*"), (SH.oneOrMorePath, "+"), (SH.zeroOrOnePath, "?")):
        if (inner := graph.value(node, term)) is not None:
            return f"({_path(graph, inner)}){mark}"
    return ""


def load_checks(folder: Path) -> tuple[Check, ...]:
    """The integrity checks in `folder/*.rq`, by name.

    Raises:
        SourceError: a file without the four header lines.
    """
    return tuple(_check(path) for path in sorted(folder.glob("*.rq")))


def _check(path: Path) -> Check:
    text = path.read_text(encoding="utf-8")
    header = {f"{kind}_{lang}": words.strip() for kind, lang, words in _HEADER.findall(text)}
    wanted = {"title_en", "title_zh", "message_en", "message_zh"}
    if missing := ", ".join(sorted(wanted - header.keys())):
        raise SourceError(
            f"{path}: no header line for {missing}.", f"{path}：缺少头部 {missing}。", file=str(path)
        )
    return Check(SHAPES + path.stem, query=text, **header)
