"""The SHACL engines, behind one function: triples and shapes in, findings out.

Engines differ in what they put into a result besides focus node, value and source shape, so only these are
taken; the path, the severity and the messages come from the rule itself.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from egov_kg.errors import EvaluationError
from egov_kg.release.rules import ShapeSet
from egov_kg.store.terms import from_rdflib, to_rdflib

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Identifier, Node

    from egov_kg.store.rdf_io import Quad

_NORMALIZE = threading.Lock()


@dataclass(frozen=True, slots=True)
class Finding:
    """What an engine says: a node and a value at fault (or empty) in N-Triples syntax, and the rule's IRI."""

    focus: str
    value: str
    rule: str


def run_pyshacl(quads: Iterable[Quad], shapes: ShapeSet) -> Iterator[Finding]:
    """Evaluate with pySHACL, the reference.

    Raises:
        EvaluationError: the engine failed.
    """
    import pyshacl
    from rdflib import SH, BNode, Graph, URIRef

    with _literals_as_written():
        answer = pyshacl.validate(
            _to_graph(quads), shacl_graph=shapes.graph, inplace=True, inference="none", advanced=False
        )
    _, results, text = answer
    if not isinstance(results, Graph):
        raise EvaluationError(f"pyshacl failed: {text}", f"pyshacl 执行失败：{text}")
    for result in results.objects(None, SH.result):
        source = results.value(result, SH.sourceShape)
        focus = results.value(result, SH.focusNode)
        if source is None or focus is None:
            raise EvaluationError(f"pyshacl gave a result without its node: {text}", "pyshacl 结果不完整。")
        rule = str(source) if isinstance(source, URIRef) else shapes.owner(source)
        value = results.value(result, SH.value)
        shown = "" if value is None or isinstance(value, BNode) else ntriples(value)
        yield Finding(ntriples(focus), shown, rule)


def run_shacl(quads: Iterable[Quad], shapes: ShapeSet) -> Iterator[Finding]:
    """Evaluate with the `shacl` engine.

    Raises:
        EvaluationError: the engine failed.
    """
    import shacl

    text = "".join(sorted({f"{quad.triple} .\n" for quad in quads}))
    try:
        compiled = shacl.Shapes.from_text(shapes.text, "ntriples")
        report = compiled.validate_text(text, "ntriples")
    except ValueError as error:
        raise EvaluationError(f"shacl failed: {error}", f"shacl 执行失败：{error}") from None
    for result in report.results:
        value = result.value or ""
        source = result.source_shape or ""
        rule = source if source.startswith("<") else result.root_shape or ""
        yield Finding(result.focus_node, "" if value.startswith("_:") else value, rule.strip("<>"))


def _to_graph(quads: Iterable[Quad]) -> Graph:
    from rdflib import Graph

    graph = Graph(bind_namespaces="none")
    terms: dict[object, Node] = {}

    def term(node: object) -> Node:
        known = terms.get(node)
        if known is None:
            known = terms[node] = _as_xsd(to_rdflib(node))  # type: ignore[arg-type]
        return known

    for quad in quads:
        graph.add((term(quad.subject), term(quad.predicate), term(quad.object)))
    return graph


def _as_xsd(node: Identifier) -> Node:
    """A literal whose form is not its datatype's as a plain string, which no rule on that datatype accepts.

    rdflib reads literals with Python's own converters, for which `NaN`, `4_2` and full-width digits are
    decimals too; comparing with the first even raises.
    """
    from rdflib import Literal

    from egov_kg.shapes.datatypes import FORMS

    if isinstance(node, Literal) and node.datatype is not None:
        form = FORMS.get(str(node.datatype))
        if form is not None and not re.fullmatch(form, str(node)):
            return Literal(str(node))
    return node


def ntriples(node: Node) -> str:
    """A term in N-Triples syntax."""
    from rdflib import BNode

    return f"_:{node}" if isinstance(node, BNode) else str(from_rdflib(node))  # type: ignore[arg-type]


@contextmanager
def _literals_as_written() -> Iterator[None]:
    """Keep lexical forms: a rule must see `007`, not `7`.

    rdflib has one switch for the whole process, so two validations take turns.
    """
    import rdflib

    with _NORMALIZE:
        before = rdflib.NORMALIZE_LITERALS
        rdflib.NORMALIZE_LITERALS = False
        try:
            yield
        finally:
            rdflib.NORMALIZE_LITERALS = before
