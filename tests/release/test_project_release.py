"""The project's own sources: they build, they conform, and the same bytes come out twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import URIRef

from egov_kg import iris
from egov_kg.namespaces import expand
from egov_kg.release.registry import DERIVED, LABELS, Registry, Release
from egov_kg.store.snapshot import Snapshot
from support.sources import ROOT

BUILD = """
import sys
from pathlib import Path
from egov_kg.errors import EgovError
from egov_kg.release.build import build
from egov_kg.resources import Sources
from egov_kg.settings import Settings
try:
    build(Sources(Path(sys.argv[1])), Settings(Path(sys.argv[2])), engine="shacl")
except EgovError as error:
    sys.exit(f"{error.detail}\\n{error.extra.get('report', '')}")
"""


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Release]:
    """Two builds at the same time, in two homes, with different hash seeds."""
    homes = [tmp_path_factory.mktemp(name) for name in ("one", "two")]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", BUILD, ROOT, home],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed, home in enumerate(homes)
    ]
    for process in processes:
        _, err = process.communicate()
        assert process.returncode == 0, err
    first, second = (Registry(home).current() for home in homes)
    return first, second


def test_the_same_sources_make_the_same_bytes(twins: tuple[Release, Release]) -> None:
    first, second = twins
    assert first.id == second.id
    assert first.dumps() == second.dumps()
    assert LABELS in first.dumps()
    first.verify()
    second.verify()


def test_the_graphs_are_those_of_the_model(twins: tuple[Release, Release]) -> None:
    names = {iris.parse(graph).slug for graph in twins[0].graphs}
    assert names == {
        *("ontology", "regions", "organisations", "links", "report-2012-2013", "derived", "catalogue")
    }
    assert twins[0].manifest["validation"]["conforms"] is True


def test_the_share_of_counties_implies_a_range_of_counties(twins: tuple[Release, Release]) -> None:
    query = (
        "SELECT ?value ?lower ?upper ?size WHERE { GRAPH ?graph { ?derived ?uses ?observation ; "
        f"<{expand('sdmx-measure:obsValue')}> ?value ; <{expand('egov:lowerBound')}> ?lower ; "
        f"<{expand('egov:upperBound')}> ?upper ; <{expand('egov:denominatorValue')}> ?size ; "
        f"<{expand('egov:populationLevel')}> <{iris.concept('level', 'county')}> ; "
        f"<{expand('egov:indicator')}> <{iris.concept('indicator', 'extranet-coverage')}> }} }}"
    )
    with Snapshot.open(twins[0].store, twins[0].dataset) as store:
        names = ("lower", "value", "upper", "size")
        found = {tuple(int(str(row[name])) for name in names) for row in store.select(query)}
        assert found == {(2011, 2025, 2039, 2852)}
        assert URIRef(DERIVED) in {
            row["graph"] for row in store.select("SELECT DISTINCT ?graph { GRAPH ?graph { ?s ?p ?o } }")
        }


def test_no_machine_path_is_in_a_release(twins: tuple[Release, Release]) -> None:
    marks = [str(ROOT).encode(), str(Path.home()).encode(), str(twins[0].path).encode()]
    for path in twins[0].path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [mark for mark in marks if len(mark) > 6 and mark in content], path.name
