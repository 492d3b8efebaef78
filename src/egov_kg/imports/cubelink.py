"""A cube of the cube.link vocabulary (`cube:Cube`) said in RDF Data Cube as well.

What was published stays; the cube, its structure and its observations become those of RDF Data Cube besides.
The publisher's properties are the components, typed and labelled by the cube's constraint.

Specification: https://cube.link/ (Cube, ObservationSet, Observation, Constraint, Undefined).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Final

from egov_kg.errors import ImportRefused
from egov_kg.imports.cube import DATASET, OBSERVATION, STRUCTURE
from egov_kg.imports.mapping import Mapping
from egov_kg.imports.terms import LABEL, TYPE, TextGraph, bare, iri, name, text_of

_CUBE: Final = "https://cube.link/"
CUBE: Final = iri(f"{_CUBE}Cube")
UNDEFINED: Final = iri(f"{_CUBE}Undefined")
_SET, _MEMBER = iri(f"{_CUBE}observationSet"), iri(f"{_CUBE}observation")
_CONSTRAINT: Final = iri(f"{_CUBE}observationConstraint")
_NAMES: Final = (iri("http://schema.org/name"), iri("https://schema.org/name"), name("rdfs:label"))
_WORDS: Final = (iri("http://schema.org/description"), iri("https://schema.org/description"))
_KINDS: Final = {
    iri(f"{_CUBE}KeyDimension"): "dimension",
    iri(f"{_CUBE}MeasureDimension"): "measure",
}
_TYPES: Final = {
    "dimension": name("qb:DimensionProperty"),
    "measure": name("qb:MeasureProperty"),
    "attribute": name("qb:AttributeProperty"),
}
_MISSING: Final = name("sdmx-code:obsStatus-M")


def map_cubes(graph: TextGraph, mapping: Mapping, mint: Callable[[str, str], str]) -> int:
    """Add to a graph what RDF Data Cube calls its cubes.

    Args:
        graph: with IRIs for blank nodes.
        mapping: says of properties what they are, where the cube does not.
        mint: makes an IRI of a kind of thing and a word.

    Returns:
        How many values are `cube:Undefined`: the observation gets the status "missing" (SDMX M).

    Raises:
        ImportRefused: nothing tells the dimensions of a cube from its measures.
    """
    undefined = 0
    for number, cube in enumerate(sorted(graph.of_type(CUBE)), 1):
        observations = [one for set_ in graph.objects(cube, _SET) for one in graph.objects(set_, _MEMBER)]
        components = dict(_components(graph, cube, mapping))
        kinds = {kind for kind, _ in components.values()}
        if not {"dimension", "measure"} <= kinds:
            raise ImportRefused(
                f"The cube {cube} does not say which properties are dimensions and which measures (cube:Key"
                "Dimension and cube:MeasureDimension of its observationConstraint): say so in a --map file "
                'with role = "dimension" and role = "measure".',
                f"立方体 {cube} 未说明哪些属性是维度、哪些是度量（observationConstraint 中的 "
                "cube:KeyDimension "
                '与 cube:MeasureDimension）：请在 --map 文件中用 role = "dimension" 与 role = '
                '"measure" 说明。',
            )
        structure = iri(mint("structure", str(number)))
        graph.add(cube, TYPE, name("qb:DataSet"))
        graph.add(cube, STRUCTURE, structure)
        graph.add(structure, TYPE, name("qb:DataStructureDefinition"))
        for property_, (kind, shape) in components.items():
            digest = hashlib.sha256(property_.encode()).hexdigest()[:12]
            component = iri(mint("component", f"{number}-{digest}"))
            graph.add(structure, name("qb:component"), component)
            graph.add(component, TYPE, name("qb:ComponentSpecification"))
            graph.add(component, name(f"qb:{kind}"), property_)
            graph.add(property_, TYPE, _TYPES[kind])
            _describe(graph, property_, shape, observations)
        measures = [one for one, (kind, _) in components.items() if kind == "measure"]
        for observation in observations:
            graph.add(observation, TYPE, OBSERVATION)
            graph.add(observation, DATASET, cube)
            missing = sum(is_undefined(value) for value in graph.objects(observation, *measures))
            if missing:
                graph.add(observation, name("sdmx-attribute:obsStatus"), _MISSING)
                undefined += missing
    return undefined


def is_undefined(value: str) -> bool:
    """Whether a value is one that the publisher does not have."""
    parts = text_of(value)
    return value == UNDEFINED or (parts is not None and parts.datatype == bare(UNDEFINED))


def _components(graph: TextGraph, cube: str, mapping: Mapping) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each property of the observations, with its kind and the shape that constrains it."""
    for constraint in graph.objects(cube, _CONSTRAINT):
        for shape in graph.objects(constraint, name("sh:property")):
            for path in graph.objects(shape, name("sh:path")):
                if path == TYPE or not path.startswith("<"):
                    continue
                said = mapping.of(bare(path)).kind
                kinds = [_KINDS[one] for one in graph.objects(shape, TYPE) if one in _KINDS]
                yield path, (said or (kinds[0] if kinds else "attribute"), shape)
    for property_, about in mapping.properties.items():
        if about.kind:
            yield iri(property_), (about.kind, "")


def _describe(graph: TextGraph, property_: str, shape: str, observations: list[str]) -> None:
    """Label, definition, range and unit of a property, from its shape."""
    for text in graph.objects(shape, *_NAMES):
        graph.add(property_, LABEL, text)
    for text in graph.objects(shape, *_WORDS):
        graph.add(property_, name("rdfs:comment"), text)
    for unit in graph.objects(shape, name("qudt:hasUnit"), name("qudt:unit")):
        graph.add(property_, name("qudt:hasUnit"), unit)
    if not graph.objects(property_, name("rdfs:range")):
        graph.add(property_, name("rdfs:range"), _range(graph, property_, shape, observations))


def _range(graph: TextGraph, property_: str, shape: str, observations: list[str]) -> str:
    if stated := graph.objects(shape, name("sh:datatype")):
        return stated[0]
    values = (value for one in observations for value in graph.objects(one, property_))
    kinds = set()
    for value in values:
        parts = text_of(value)
        if parts is None:
            kinds.add(name("rdfs:Resource"))
        elif parts.datatype != bare(UNDEFINED):
            kinds.add(iri(parts.datatype) if parts.datatype else name("rdfs:Literal"))
    return kinds.pop() if len(kinds) == 1 else name("rdfs:Resource")
