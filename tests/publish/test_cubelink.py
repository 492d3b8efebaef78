"""cube.link: right by that community's shapes and by its own, with every figure in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, SH, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import PROV
from rdflib.term import Node

from egov_kg.namespaces import expand
from egov_kg.publish.cubelink import turtle
from egov_kg.publish.figures import Figures
from egov_kg.release.registry import Release

CUBE = Namespace("https://cube.link/")
QUDT = Namespace(expand("qudt:"))
SCHEMA = Namespace("http://schema.org/")
VALUE = URIRef(expand("sdmx-measure:obsValue"))
JUDGED = {
    "basic": ("basic-cube-constraint",),
    "constraint": ("standalone-constraint-constraint",),
    "cube": ("standalone-cube-constraint", "standalone-constraint-constraint"),
    "visualize": (
        "profile-visualize",
        "data-kind",
        "standalone-cube-constraint",
        "standalone-constraint-constraint",
    ),
}


@pytest.fixture(scope="module")
def cubes(own: Release) -> Graph:
    return Graph().parse(own.path / "cube.ttl")


def copy(graph: Graph) -> Graph:
    found = Graph()
    for triple in graph:
        found.add(triple)
    return found


def shapes(judges: Path, profile: str) -> Graph:
    """The files of a profile together: they import one another in a way of their own."""
    graph = Graph()
    for name in JUDGED[profile]:
        graph.parse(judges / "cube-link" / f"{name}.ttl", publicID=str(CUBE))
    # pyshacl cannot read the paths of these, and there are no annotations here.
    graph.remove((None, SH.targetObjectsOf, CUBE["meta/annotation"]))
    return graph


@pytest.mark.parametrize("profile", JUDGED)
def test_the_cubes_conform(profile: str, cubes: Graph, judges: Path) -> None:
    conforms, _, text = pyshacl.validate(cubes, shacl_graph=shapes(judges, profile))
    assert conforms, text


def some(graph: Graph, class_: str) -> Node:
    return min(graph.subjects(RDF.type, CUBE[class_]), key=str)


@pytest.mark.parametrize(
    ("profile", "spoil"),
    [
        ("basic", lambda graph: graph.remove((None, CUBE.observation, None))),
        ("constraint", lambda graph: graph.remove((None, SH.closed, None))),
        ("cube", lambda graph: graph.remove((some(graph, "Cube"), SCHEMA.dateModified, None))),
        ("cube", lambda graph: graph.remove((some(graph, "Observation"), CUBE.observedBy, None))),
        ("visualize", lambda graph: graph.remove((some(graph, "MeasureDimension"), QUDT.scaleType, None))),
    ],
)
def test_the_profiles_refuse_what_is_wrong(
    profile: str, spoil: Callable[[Graph], object], cubes: Graph, judges: Path
) -> None:
    spoilt = copy(cubes)
    spoil(spoilt)
    assert len(spoilt) < len(cubes)
    conforms, _, _ = pyshacl.validate(spoilt, shacl_graph=shapes(judges, profile))
    assert not conforms


def targeted(cubes: Graph) -> Graph:
    """The cubes' own constraints, each with the observations that it is meant for."""
    found = copy(cubes)
    for cube, constraint in cubes.subject_objects(CUBE.observationConstraint):
        for set_ in cubes.objects(cube, CUBE.observationSet):
            for observation in cubes.objects(set_, CUBE.observation):
                found.add((constraint, SH.targetNode, observation))
    return found


def test_every_observation_meets_the_constraint_of_its_cube(cubes: Graph) -> None:
    constraints = targeted(cubes)
    conforms, _, text = pyshacl.validate(cubes, shacl_graph=constraints)
    assert conforms, text
    spoilt = copy(cubes)
    spoilt.set((some(cubes, "Observation"), URIRef(expand("egov:qualifier")), URIRef("urn:perhaps")))
    conforms, _, text = pyshacl.validate(spoilt, shacl_graph=constraints)
    assert not conforms
    assert "urn:perhaps" in text


def test_every_figure_is_in_a_cube_of_its_unit(cubes: Graph, own_rows: dict[str, dict[str, str]]) -> None:
    seen = set()
    for cube in cubes.subjects(RDF.type, CUBE.Cube):
        constraint = cubes.value(cube, CUBE.observationConstraint)
        (shape,) = (one for one in cubes.objects(constraint, SH.property) if (one, SH.path, VALUE) in cubes)
        unit = str(cubes.value(shape, QUDT.hasUnit))
        for observation in cubes.objects(cubes.value(cube, CUBE.observationSet), CUBE.observation):
            iri = str(cubes.value(observation, PROV.wasDerivedFrom))
            row = own_rows[iri]
            seen.add(iri)
            assert unit == expand("unit:") + row["unit"]
            for name, column in (
                ("sdmx-measure:obsValue", "value"),
                ("egov:lowerBound", "lower"),
                ("egov:upperBound", "upper"),
            ):
                (found,) = cubes.objects(observation, URIRef(expand(name)))
                assert isinstance(found, Literal)
                if row[column]:
                    assert Decimal(str(found)) == Decimal(row[column])
                else:
                    assert found == Literal("", datatype=CUBE.Undefined)
            assert str(cubes.value(observation, URIRef(expand("egov:qualifier")))).endswith(row["qualifier"])
    assert seen == own_rows.keys()


def test_lists_are_the_only_blank_nodes_and_what_is_in_them(cubes: Graph) -> None:
    inner = {node for one in cubes.objects(None, SH["or"]) for node in Collection(cubes, one)}
    lists = set(cubes.subjects(RDF.first))
    assert {node for node in cubes.all_nodes() if isinstance(node, BNode)} == inner | lists


def test_odd_texts_and_foreign_observations_are_kept(own_figures: Figures) -> None:
    odd = 'a "quoted"\\ line\nand\ttab \x01 政务'
    first = replace(own_figures.all[0], iri="http://example.org/a b".replace(" ", "/"), reported_value=odd)
    second = replace(first, iri="http://example.net/a/b")
    graph = Graph().parse(data="".join(turtle(replace(own_figures, all=(first, second)))), format="turtle")
    observations = list(graph.subjects(RDF.type, CUBE.Observation))
    assert len(observations) == 2
    for one in observations:
        assert str(graph.value(one, URIRef(expand("egov:reportedValue")))) == odd


def test_no_observations_make_no_cube(own_figures: Figures) -> None:
    graph = Graph().parse(data="".join(turtle(replace(own_figures, all=()))), format="turtle")
    assert len(graph) == 0
