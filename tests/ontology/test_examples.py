"""The examples hold together: nothing dangles, spans are of the example report, patterns are all there."""

from __future__ import annotations

import hashlib
import math
from decimal import Decimal
from pathlib import Path

import pytest
from rdflib import RDF, RDFS, Graph, Literal, URIRef
from rdflib.namespace import SKOS

from support.ontology import BASE, CONTEXT, EGOV, EXAMPLES, ONTOLOGY, PUBLISHED, languages, read, union

OA = "http://www.w3.org/ns/oa#"
QB = "http://purl.org/linked-data/cube#"
TEXT = (ONTOLOGY / "examples" / "report.txt").read_text(encoding="utf-8")
FILES = [CONTEXT, *EXAMPLES]


def _egov(name: str) -> URIRef:
    return URIRef(EGOV + name)


def _code(path: str) -> URIRef:
    return URIRef(f"{BASE}code/{path}")


def _id(path: str) -> URIRef:
    return URIRef(f"{BASE}id/{path}")


def _number(graph: Graph, node: URIRef, predicate: URIRef) -> Decimal | None:
    value = graph.value(node, predicate)
    return None if value is None else Decimal(str(value))


def test_the_main_patterns_have_an_example() -> None:
    assert {path.stem for path in EXAMPLES} >= {
        "exact", "over", "about", "hedged", "threshold-share",
        "pilot", "hall", "assessment", "span", "derived",
    }  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_own_iri_is_described(path: Path) -> None:
    graph = union([*PUBLISHED, CONTEXT, path])
    described = set(graph.subjects(RDF.type)) | {URIRef(BASE + "ontology")}
    dangling = {
        n for n in (*read(path).objects(), *read(path).subjects()) if str(n).startswith(BASE)
    } - described
    assert not dangling


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_labels(path: Path) -> None:
    graph = read(path)
    for node in set(graph.subjects(RDFS.label)):
        assert languages(graph, node, RDFS.label) == ["en", "zh"], node
        if (node, SKOS.prefLabel, None) in graph:
            assert set(graph.objects(node, SKOS.prefLabel)) == set(graph.objects(node, RDFS.label)), node


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_observations_have_every_dimension_and_required_attribute(path: Path) -> None:
    graph = union([CONTEXT, path])
    for observation in read(path).subjects(RDF.type, URIRef(QB + "Observation")):
        structure = graph.value(graph.value(observation, URIRef(QB + "dataSet")), URIRef(QB + "structure"))
        components = set(graph.objects(structure, URIRef(QB + "component")))
        assert components
        allowed = set()
        for component in components:
            dimension = graph.value(component, URIRef(QB + "dimension"))
            part = dimension or graph.value(component, URIRef(QB + "measure"))
            attribute = graph.value(component, URIRef(QB + "attribute"))
            allowed.add(part or attribute)
            required = graph.value(component, URIRef(QB + "componentRequired"))
            if part is not None:
                assert len(list(graph.objects(observation, part))) == 1, part
            elif required == Literal(True):
                assert (observation, attribute, None) in graph, attribute
        own = {p for p in graph.predicates(observation) if str(p).startswith(EGOV)}
        assert own <= allowed


def test_spans_are_of_the_example_report() -> None:
    graph = union(FILES)
    document = _id("document/example")
    assert graph.value(document, _egov("codePoints")) == Literal(len(TEXT))
    assert graph.value(document, _egov("sha256")) == Literal(hashlib.sha256(TEXT.encode()).hexdigest())
    spans = set(graph.subjects(RDF.type, URIRef(OA + "SpecificResource")))
    assert len(spans) > 20
    for span in spans:
        selector = graph.value(span, URIRef(OA + "hasSelector"))
        start, end = (int(str(graph.value(selector, URIRef(OA + edge)))) for edge in ("start", "end"))
        name = f"example-{start:04d}-{end:04d}"
        assert (span, selector) == (_id(f"span/{name}"), _id(f"selector/{name}"))
        digest = hashlib.sha256(TEXT[start:end].encode()).hexdigest()
        assert graph.value(span, _egov("spanSha256")) == Literal(digest), span


def test_figure_spans_hold_the_printed_figure() -> None:
    graph = union(FILES)
    for observation, span in graph.subject_objects(_egov("figureSpan")):
        start, end = (int(part) for part in str(span).split("-")[-2:])
        assert str(graph.value(observation, _egov("reportedValue"))) in TEXT[start:end], observation


@pytest.mark.parametrize(
    ("name", "qualifier", "lower", "upper"),
    [
        ("cities-connected", "exact", ("12", True), ("12", True)),
        ("merchants-served", "over", ("3400", False), None),
        ("yearly-saving", "about", None, None),
        ("hotline-coverage", "hedged", None, None),
        ("threshold-share", "over", ("40", False), None),
    ],
)
def test_stated_bounds_follow_the_qualifier(
    name: str, qualifier: str, lower: tuple[str, bool] | None, upper: tuple[str, bool] | None
) -> None:
    graph = union(EXAMPLES)
    observation = _id(f"observation/example-{name}")
    assert graph.value(observation, _egov("qualifier")) == _code(f"qualifier/{qualifier}")
    for side, bound in (("lower", lower), ("upper", upper)):
        expected = (None, None) if bound is None else (Decimal(bound[0]), Literal(bound[1]))
        found = (_number(graph, observation, _egov(side + "Bound")),
                 graph.value(observation, _egov(side + "Inclusive")))  # fmt: skip
        assert found == expected, side


def test_the_derived_example_is_computed_right() -> None:
    graph = union([CONTEXT, ONTOLOGY / "examples" / "derived.ttl"])
    derived, share = (
        _id("observation/example-derived-window-count"),
        _id("observation/example-window-coverage"),
    )
    value = URIRef("http://purl.org/linked-data/sdmx/2009/measure#obsValue")
    counties = _number(graph, derived, _egov("denominatorValue"))
    percent = _number(graph, share, value)
    assert counties is not None
    assert percent is not None
    low, high = (counties * (percent + half) / 100 for half in (Decimal("-0.5"), Decimal("0.5")))
    assert _number(graph, derived, _egov("lowerBound")) == math.ceil(low)
    assert _number(graph, derived, _egov("upperBound")) == math.floor(high)
    assert _number(graph, derived, value) == (counties * percent / 100).to_integral_value()


def test_the_examples_say_nothing_of_the_real_report() -> None:
    """Their subjects are of their own: they can lie beside the data without adding a fact."""
    # A region is named by its code; no code of GB/T 2260 begins with 99.
    shared = {_id("period/not-stated"), _id("region/990000"), _id("region/990100")}
    for path in FILES:
        for subject in set(read(path).subjects()) - shared:
            assert "/example" in str(subject), (path.name, subject)
