"""RDF Data Cube: normalised, and what a data set is made of.

Specification: The RDF Data Cube Vocabulary (W3C, 2014), sections 6 and 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from egov_kg.imports.terms import TYPE, TextGraph, name

_DIMENSION, _MEASURE, _ATTRIBUTE = (name(f"qb:{kind}") for kind in ("dimension", "measure", "attribute"))
_COMPONENT, _PROPERTY = name("qb:component"), name("qb:componentProperty")
DATASET: Final = name("qb:dataSet")
OBSERVATION: Final = name("qb:Observation")
STRUCTURE: Final = name("qb:structure")

_DECLARED: Final = {
    _DIMENSION: name("qb:DimensionProperty"),
    _MEASURE: name("qb:MeasureProperty"),
    _ATTRIBUTE: name("qb:AttributeProperty"),
}
_SUBJECT_TYPES: Final = {
    DATASET: OBSERVATION,
    name("qb:slice"): name("qb:DataSet"),
    name("qb:observation"): name("qb:Slice"),
    STRUCTURE: name("qb:DataSet"),
    _COMPONENT: name("qb:DataStructureDefinition"),
}
_OBJECT_TYPES: Final = {
    DATASET: name("qb:DataSet"),
    name("qb:slice"): name("qb:Slice"),
    name("qb:observation"): OBSERVATION,
    STRUCTURE: name("qb:DataStructureDefinition"),
    _COMPONENT: name("qb:ComponentSpecification"),
}


@dataclass(frozen=True, slots=True)
class Structure:
    """What the observations of a data set have: properties as terms, in the order of their names.

    Attributes:
        dataset: the data set.
        dimensions, measures, attributes: its components.
    """

    dataset: str
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    attributes: tuple[str, ...]


def normalise(graph: TextGraph) -> None:
    """Say in full what a cube says in short (section 10.1): types, data sets of slices, attached values."""
    for predicate, type_ in _SUBJECT_TYPES.items():
        for subject, _ in graph.pairs(predicate):
            graph.add(subject, TYPE, type_)
    for predicate, type_ in _OBJECT_TYPES.items():
        for _, value in graph.pairs(predicate):
            graph.add(value, TYPE, type_)
    for predicate, type_ in _DECLARED.items():
        for component, value in graph.pairs(predicate):
            graph.add(component, _PROPERTY, value)
            graph.add(value, TYPE, type_)
    for dataset, slice_ in graph.pairs(name("qb:slice")):
        for observation in graph.objects(slice_, name("qb:observation")):
            graph.add(observation, DATASET, dataset)
    _push_down(graph)


def _push_down(graph: TextGraph) -> None:
    """Values that are stated once for a data set or a slice are those of its observations."""
    for dataset, structure in graph.pairs(STRUCTURE):
        slices = graph.objects(dataset, name("qb:slice"))
        for component in graph.objects(structure, _COMPONENT):
            attached = graph.objects(component, name("qb:componentAttachment"))
            for property_ in graph.objects(component, _PROPERTY):
                if name("qb:DataSet") in attached:
                    for observation in graph.subjects(DATASET, dataset):
                        _inherit(graph, dataset, property_, observation)
                for slice_ in slices:
                    for observation in graph.objects(slice_, name("qb:observation")):
                        _inherit(graph, slice_, property_, observation)


def _inherit(graph: TextGraph, holder: str, property_: str, observation: str) -> None:
    if not graph.objects(observation, property_):
        for value in graph.objects(holder, property_):
            graph.add(observation, property_, value)


def structures(graph: TextGraph) -> tuple[Structure, ...]:
    """The structure of each data set of a normalised graph that has one."""
    found = []
    for dataset in sorted(graph.of_type(name("qb:DataSet"))):
        components = [
            component
            for structure in graph.objects(dataset, STRUCTURE)
            for component in graph.objects(structure, _COMPONENT)
        ]
        by_kind = [
            tuple(sorted({value for component in components for value in _of_kind(graph, component, kind)}))
            for kind in (_DIMENSION, _MEASURE, _ATTRIBUTE)
        ]
        if any(by_kind):
            found.append(Structure(dataset, *by_kind))
    return tuple(found)


def _of_kind(graph: TextGraph, component: str, kind: str) -> list[str]:
    """The properties of a component that are of a kind, by what the component says or the property is."""
    direct = graph.objects(component, kind)
    return direct or [
        value
        for value in graph.objects(component, _PROPERTY)
        if _DECLARED[kind] in graph.objects(value, TYPE)
    ]
