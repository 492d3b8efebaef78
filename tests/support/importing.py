"""A small release of real regions and periods, under all rules of the project, and what to import into it."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from egov_kg.imports.kinds import find_input
from egov_kg.imports.mapping import Mapping
from egov_kg.imports.work import Imported
from egov_kg.release.build import build
from egov_kg.release.imports import Importer, Order
from egov_kg.release.registry import Registry, Release
from egov_kg.resources import Sources
from egov_kg.settings import Settings
from egov_kg.sparql.changes import Written
from egov_kg.store.rdf_io import parse_rdf
from egov_kg.store.snapshot import Snapshot
from support.sources import ROOT

FOREIGN = ROOT.parent / "shared" / "foreign"
"""Real graphs of others, which are beside the project and no part of it."""

BASE = "https://w3id.org/egov-kg/"
_KEPT = re.compile(
    rf"<{BASE}id/(?:region/(?:cn|110000|310000|610000|[78][12]0000)|dataset/regions-2012|agent/[a-z-]+|document/regions-2012"
    rf"|period/(?:2011|2012)(?:-\d\d-\d\d-instant)?)>"
)
_SAID = ("regions.ttl", "report-2012-2013", "links")

CUBE = """
@prefix qb: <http://purl.org/linked-data/cube#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#> .
@prefix sdmx-measure: <http://purl.org/linked-data/sdmx/2009/measure#> .
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://stats.example.org/> .

:broadband a qb:DataSet ; qb:structure :structure ;
    dcterms:title "Lines of broadband"@en ; dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    dcterms:publisher :office .
:structure a qb:DataStructureDefinition ;
    qb:component [ qb:dimension :area ] , [ qb:dimension :year ] , [ qb:measure :lines ] .
:area a qb:DimensionProperty ; rdfs:subPropertyOf sdmx-dimension:refArea ; rdfs:range rdfs:Resource ;
    rdfs:label "area"@en .
:year a qb:DimensionProperty ; rdfs:range xsd:gYear ; rdfs:label "year"@en , "年份"@zh .
:lines a qb:MeasureProperty ; rdfs:range xsd:integer ; rdfs:label "lines"@en .
:o1 a qb:Observation ; qb:dataSet :broadband ; :area wd:Q956 ; :year "2012"^^xsd:gYear ; :lines 12 .
:o2 a qb:Observation ; qb:dataSet :broadband ; :area wd:Q956 ; :year "2020"^^xsd:gYear ; :lines 34 .
:o3 a qb:Observation ; qb:dataSet :broadband ; :area wd:Q90 ; :year "2012"^^xsd:gYear ; :lines 56 .
"""
"""A cube with blank nodes; of its areas one is ours, of its years another."""

INDEX = "iso,country,year,score\nCHN,China,2012,0.4\nXAA,Freedonia,2012,0.75\nXAA,Freedonia,2014,0.80\n"
"""An index of countries: all of it is made up."""

METADATA: dict[str, Any] = {
    "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
    "url": "index.csv",
    "dc:title": [{"@value": "Invented readiness index", "@language": "en"}],
    "dc:license": {"@id": "https://creativecommons.org/licenses/by/4.0/"},
    "dc:publisher": "Invented Institute",
    "tableSchema": {
        "aboutUrl": "score/{iso}/{year}",
        "columns": [
            {"name": "iso", "propertyUrl": "https://e.org/def/iso"},
            {"name": "country", "titles": "country"},
            {"name": "year", "datatype": "gYear", "propertyUrl": "sdmx-dimension:refPeriod"},
            {"name": "score", "datatype": {"base": "decimal", "minimum": 0, "maximum": 1},
             "propertyUrl": "sdmx-measure:obsValue"},
        ],
    },
}  # fmt: skip
AREA = """
[column.iso]
role = "area"
codes = "iso3166-1-alpha-3"
"""
"""What the metadata do not say: whose codes these are."""

MAP = f"""{AREA}
[column.country]
name_of = "iso"
language = "en"

[column.year]
role = "period"
codes = "year"

[column.score]
role = "measure"
datatype = "decimal"
unit = "unit:UNITLESS"
qualifier = "exact"
label = {{ en = "score", zh = "得分" }}
"""
"""What its columns are: the same in a mapping file."""

SAID = {
    "licence": "https://creativecommons.org/licenses/by/4.0/",
    "publisher": "Office",
    "source": "https://e.org/x",
}


@dataclass(frozen=True)
class Home:
    """A home folder with a release that one cube is imported into."""

    settings: Settings
    sources: Sources
    folder: Path

    @property
    def current(self) -> Release:
        return Registry(self.settings.home).current()

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def run(
        self, path: Path, name: str, mapping: Mapping | None = None, *, dry: bool = False, **more: Any
    ) -> tuple[Imported, Written]:
        order = Order(
            name, find_input(path, None, ""), path.name, "", mapping or Mapping(), {**SAID, **more}, False
        )
        return Importer(self.settings, self.sources).run(order, dry=dry)

    def select(self, query: str) -> list[dict[str, str]]:
        release = self.current
        with Snapshot.open(release.store, release.dataset) as store:
            return [{name: str(term) for name, term in row.items()} for row in store.select(query)]


@pytest.fixture(scope="session")
def importing(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A release with the cube imported as `broadband`, which stays; tests may import more beside it."""
    root = tmp_path_factory.mktemp("importing")
    made = Home(Settings(root / "home"), make_importing(root / "sources"), root)
    build(made.sources, made.settings, engine="shacl")
    made.run(made.file("broadband.ttl", CUBE), "broadband")
    return made


def foreign(name: str) -> Path:
    """A real graph of others; skips the test where it is not there."""
    path = FOREIGN / name
    if not path.is_file():
        pytest.skip(f"{name} is not beside the project (../shared/foreign)")
    return path


def make_importing(root: Path) -> Sources:
    """Write the tree of sources below a new folder."""
    sources = Sources(root)
    for folder in ("ontology", "shapes"):
        shutil.copytree(ROOT / folder, root / folder)
    (sources.data / "catalogue").mkdir(parents=True)
    for name in ("catalogue", "derived"):
        shutil.copytree(ROOT / "data" / "ttl" / name, sources.data / name, dirs_exist_ok=True)
    (sources.data / "catalogue" / "links.ttl").unlink()
    places = [ROOT / "data" / "ttl" / name for name in _SAID]
    files = [
        file for place in places for file in (sorted(place.glob("*.ttl")) if place.is_dir() else [place])
    ]
    lines = (
        f"{quad.triple} .\n" for file in files for quad in parse_rdf(file) if _KEPT.match(str(quad.subject))
    )
    (sources.data / "regions.ttl").write_text("".join(sorted(set(lines))), encoding="utf-8")
    return sources
