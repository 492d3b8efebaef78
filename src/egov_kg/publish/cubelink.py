"""The reported observations as cubes of https://cube.link/, the form that the tools of that community read.

One cube for each data set and unit, since a measure there has one unit. Dimensions, the value and the two
bounds, and what qualifies them are all properties of an observation, and each observation has each of them
exactly once: where the source states nothing, its value is `cube:Undefined` (as an IRI, or as the datatype
of an empty literal).

Cubes and their observations are parts of the file itself (`.../download/cube.ttl#...`), not the things that
the graph describes: the observation of the graph is the value of `prov:wasDerivedFrom`.

Terms of schema.org are in the `http:` namespace here, because cube.link's shapes ask for that one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from egov_kg import iris
from egov_kg.namespaces import expand
from egov_kg.publish.about import Words, Work
from egov_kg.publish.catalog import DOWNLOADS
from egov_kg.publish.export import format_named
from egov_kg.publish.figures import DIMENSIONS, Figure, Figures, notation

_PREFIXES: Final = {
    "cube": "https://cube.link/",
    "dcterms": expand("dcterms:"),
    "prov": expand("prov:"),
    "qudt": expand("qudt:"),
    "rdf": expand("rdf:"),
    "rdfs": expand("rdfs:"),
    "schema": "http://schema.org/",
    "sh": expand("sh:"),
    "xsd": expand("xsd:"),
}
_UNDEFINED: Final = '""^^cube:Undefined'
_STATUS: Final = "https://ld.admin.ch/vocabulary/CreativeWorkStatus/Published"
_VISUALIZE: Final = "https://ld.admin.ch/application/visualize"


@dataclass(frozen=True, slots=True)
class _Component:
    """A property of every observation.

    Attributes:
        property: its IRI.
        kind: of cube.link, empty for what only qualifies.
        scale: of QUDT.
        value: gives the value of a figure; empty if the source states nothing.
        datatype: of its literals, `xsd:` name; empty if its values are IRIs.
        name: where the vocabulary has no label for it.
        measured: whether it is in the unit of the cube.
    """

    property: str
    kind: str
    scale: str
    value: Callable[[Figure], str]
    datatype: str = ""
    name: Mapping[str, str] | None = None
    measured: bool = False


def _place(name: str) -> Callable[[Figure], str]:
    return lambda figure: figure.place[name]


_COMPONENTS: Final[tuple[_Component, ...]] = (
    *(
        _Component(property_, "KeyDimension", "NominalScale", _place(name))
        for name, property_ in DIMENSIONS.items()
    ),
    _Component(
        expand("sdmx-measure:obsValue"),
        "MeasureDimension",
        "RatioScale",
        lambda figure: figure.value,
        "decimal",
        measured=True,
    ),
    _Component(
        expand("egov:lowerBound"),
        "MeasureDimension",
        "RatioScale",
        lambda figure: figure.lower,
        "decimal",
        measured=True,
    ),
    _Component(
        expand("egov:lowerInclusive"), "", "NominalScale", lambda figure: figure.lower_inclusive, "boolean"
    ),
    _Component(
        expand("egov:upperBound"),
        "MeasureDimension",
        "RatioScale",
        lambda figure: figure.upper,
        "decimal",
        measured=True,
    ),
    _Component(
        expand("egov:upperInclusive"), "", "NominalScale", lambda figure: figure.upper_inclusive, "boolean"
    ),
    _Component(expand("egov:qualifier"), "", "NominalScale", lambda figure: figure.qualifier),
    _Component(
        expand("egov:reportedValue"), "", "NominalScale", lambda figure: figure.reported_value, "string"
    ),
    _Component(
        f"{DOWNLOADS}{format_named('cube').file}#flags",
        "",
        "NominalScale",
        lambda figure: " ".join(notation(flag) for flag in figure.flags),
        "string",
        {"zh": "标记（以空格分隔）", "en": "flags (joined by spaces)"},
    ),
    _Component(
        expand("prov:wasDerivedFrom"),
        "",
        "NominalScale",
        lambda figure: figure.iri,
        name={"zh": "图谱中的观测值", "en": "observation in the graph"},
    ),
)


def turtle(figures: Figures) -> Iterator[str]:
    """The cubes as Turtle, a piece at a time, in a fixed order.

    Args:
        figures: what to say.
    """
    yield "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in _PREFIXES.items())
    ordered = sorted(figures.all, key=lambda figure: (figure.dataset, figure.unit, figure.iri))
    for (dataset, unit), group in groupby(ordered, key=lambda figure: (figure.dataset, figure.unit)):
        yield from _cube(figures, dataset, unit, list(group))
    yield from _terms(figures)


def _cube(figures: Figures, dataset: str, unit: str, group: Sequence[Figure]) -> Iterator[str]:
    about = figures.about
    slug = "-".join(filter(None, (notation(dataset), notation(unit).lower().replace("_", "-"))))
    cube, observations, constraint = (_part(f"{name}-{slug}") for name in ("cube", "set", "constraint"))
    work = about.datasets.get(dataset) or about.whole
    publisher = _iri(work.publisher or about.publisher.iri)
    name = {
        one: f"{work.name(one)} ({figures.label(unit, one)})" if unit else work.name(one)
        for one in ("en", "zh")
    }
    lines = [
        "a cube:Cube , schema:Dataset",
        *_words("schema:name", name),
        *_words("schema:description", work.description),
        f"schema:publisher {publisher}",
        f"schema:creator {publisher}",
        f"schema:contributor {publisher}",
        f"schema:contactPoint {publisher}",
        *_dates(work),
        f"schema:license {_iri(iris.LICENCE)}",
        f"schema:version {_text(about.release)}",
        f"schema:creativeWorkStatus {_iri(_STATUS)}",
        f"schema:workExample {_iri(_VISUALIZE)}",
        f"dcterms:isPartOf {_iri(about.whole.iri)}",
        f"prov:wasDerivedFrom {_iri(dataset)}",
        f"cube:observationSet {observations}",
        f"cube:observationConstraint {constraint}",
    ]
    yield _node(cube, lines)
    parts = " ,\n        ".join(_observation(figure) for figure in group)
    yield _node(observations, ["a cube:ObservationSet", f"cube:observation {parts}"])
    yield from _constraint(figures, constraint, slug, unit, group)
    for figure in group:
        values = [f"{_iri(one.property)} {_value(one, figure)}" for one in _COMPONENTS]
        yield _node(_observation(figure), ["a cube:Observation", f"cube:observedBy {publisher}", *values])


def _constraint(
    figures: Figures, constraint: str, slug: str, unit: str, group: Sequence[Figure]
) -> Iterator[str]:
    names = ["type", "observed-by", *(f"component-{at}" for at in range(1, len(_COMPONENTS) + 1))]
    shapes = [_part(f"{name}-{slug}") for name in names]
    properties = " ,\n        ".join(shapes)
    yield _node(
        constraint, ["a cube:Constraint , sh:NodeShape", "sh:closed true", f"sh:property {properties}"]
    )
    once = ["sh:minCount 1", "sh:maxCount 1", "sh:nodeKind sh:IRI"]
    yield _node(shapes[0], ["sh:path rdf:type", *once, "sh:in ( cube:Observation )"])
    yield _node(shapes[1], ["sh:path cube:observedBy", *once])
    for order, (shape, one) in enumerate(zip(shapes[2:], _COMPONENTS, strict=True), start=1):
        label = one.name or figures.labels.get(one.property) or {"en": notation(one.property)}
        values = sorted({_value(one, figure) for figure in group})
        lines = [
            *([f"a cube:{one.kind}"] if one.kind else []),
            f"sh:path {_iri(one.property)}",
            *_words("schema:name", label),
            *_words("schema:description", figures.definitions.get(one.property, {})),
            f"sh:order {order}",
            "sh:minCount 1",
            "sh:maxCount 1",
            f"qudt:scaleType qudt:{one.scale}",
            *([f"qudt:hasUnit {_iri(unit)}"] if one.measured and unit else []),
        ]
        if not one.datatype:
            lines += ["sh:nodeKind sh:IRI", f"sh:in ( {' '.join(values)} )"]
        elif _UNDEFINED in values:
            kinds = f"[ sh:datatype xsd:{one.datatype} ] [ sh:datatype cube:Undefined ]"
            lines += ["sh:nodeKind sh:Literal", f"sh:or ( {kinds} )"]
        else:
            lines += ["sh:nodeKind sh:Literal", f"sh:datatype xsd:{one.datatype}"]
        yield _node(shape, lines)


def _terms(figures: Figures) -> Iterator[str]:
    """Names of the things that observations refer to, which cubes are read with."""
    used = {one.value(figure) for figure in figures.all for one in _COMPONENTS if not one.datatype}
    units = {figure.unit for figure in figures.all}
    for iri in sorted((used | units) - {""}):
        if words := figures.labels.get(iri):
            yield _node(_iri(iri), _words("schema:name", words))


def _dates(work: Work) -> list[str]:
    names = ("dateCreated", "datePublished", "dateModified") if work.issued else ()
    return [f'schema:{name} "{work.issued}"^^xsd:date' for name in names]


def _value(component: _Component, figure: Figure) -> str:
    text = component.value(figure)
    if not component.datatype:
        return _iri(text) if text else "cube:Undefined"
    return f"{_text(text)}^^xsd:{component.datatype}" if text else _UNDEFINED


def _observation(figure: Figure) -> str:
    own = iris.thing("observation", "x")[:-1]
    if figure.iri.startswith(own):
        return _part(f"observation-{figure.iri.removeprefix(own)}")
    return _part(f"observation-{hashlib.sha256(figure.iri.encode()).hexdigest()[:16]}")


def _part(name: str) -> str:
    return _iri(f"{DOWNLOADS}{format_named('cube').file}#{name}")


def _words(predicate: str, words: Words) -> list[str]:
    texts = [f"{_text(text)}@{language}" for language, text in sorted(words.items())]
    return [f"{predicate} {' , '.join(texts)}"] if texts else []


def _node(subject: str, lines: Iterable[str]) -> str:
    return f"\n{subject}\n    " + " ;\n    ".join(lines) + " .\n"


def _iri(iri: str) -> str:
    return f"<{iri}>"


def _text(text: str) -> str:
    # The escapes of a JSON string are among those of a Turtle string.
    return json.dumps(text, ensure_ascii=False)
