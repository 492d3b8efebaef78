"""Imports end to end: real rules, real processes, a small release to import into."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import support.importing
from egov_kg import iris
from egov_kg.errors import EgovError, ImportRefused, NotFound, SourceError, UsageError, ValidationFailed
from egov_kg.imports.mapping import read_mapping
from egov_kg.release.audit import Audit
from egov_kg.release.authored import AUTHORED, read_authored
from egov_kg.release.build import build
from egov_kg.release.imported import export_import, imports_of
from egov_kg.release.imports import Importer
from egov_kg.release.tokens import Author
from egov_kg.release.writes import ReleaseWriter
from egov_kg.sparql.changes import Document, GraphChange
from support.importing import CUBE, INDEX, MAP, SAID, Home, foreign

GRAPH = f"{iris.BASE}graph/import-broadband"

pytestmark = pytest.mark.xdist_group("importing")


def test_a_cube_is_in_its_own_graph_with_its_licence_and_provenance(importing: Home) -> None:
    (found,) = [one for one in imports_of(importing.current) if one.name == "broadband"]
    assert (found.graph, found.licence, found.publisher) == (GRAPH, SAID["licence"], "Office")
    assert found.titles == {"en": "Lines of broadband"}
    assert found.triples == importing.current.graphs[GRAPH]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found.retrieved)
    assert not found.reviewed


def test_it_is_reached_by_its_name_and_not_in_the_default_graph(importing: Home) -> None:
    count = "PREFIX qb: <http://purl.org/linked-data/cube#> SELECT (COUNT(?o) AS ?n) WHERE "
    assert importing.select(count + "{ ?o a qb:Observation }") == [{"n": "0"}]
    assert importing.select(f"{count}{{ GRAPH <{GRAPH}> {{ ?o a qb:Observation }} }}") == [{"n": "3"}]


def test_areas_and_periods_that_are_ours_are_named_by_our_iris(importing: Home) -> None:
    rows = importing.select(
        "PREFIX sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>"
        f"SELECT ?o ?area ?period WHERE {{ GRAPH <{GRAPH}> {{"
        " ?o sdmx-dimension:refArea ?area ; sdmx-dimension:refPeriod ?period } } ORDER BY ?o"
    )
    assert [(row["area"], row["period"].rpartition("/")[2]) for row in rows] == [
        (f"{iris.BASE}id/region/110000", "2012"),
        (f"{iris.BASE}id/region/110000", "import-broadband-2020"),
        ("http://www.wikidata.org/entity/Q90", "2012"),
    ]


def test_the_cube_is_a_table_and_in_the_catalogue(importing: Home) -> None:
    release = importing.current
    table = (release.path / "import-broadband.csv").read_text(encoding="utf-8").splitlines()
    assert table[0] == "observation,dataset,area,year,lines,refArea,refPeriod"
    assert table[1].startswith("https://stats.example.org/o1,https://stats.example.org/broadband,")
    assert len(table) == 4
    assert "import-broadband.csv" in release.offered
    rows = importing.select(
        "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dcterms: <http://purl.org/dc/terms/>"
        "SELECT ?licence WHERE { ?catalogue dcat:dataset ?one . ?one dcterms:license ?licence ."
        f" FILTER(?one = <{iris.BASE}id/dataset/import-broadband>) }}"
    )
    assert rows == [{"licence": SAID["licence"]}]


def test_what_takes_time_is_told(importing: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, str]] = []

    class Told:
        def step(self, name_en: str, name_zh: str, done: int, total: int) -> None:
            told.append((name_en, name_zh))

    monkeypatch.setattr(support.importing, "Importer", partial(Importer, progress=Told()))
    importing.run(importing.file("told.ttl", CUBE), "told", dry=True)
    assert told[0] == ("Reading and mapping", "读取并映射")


def test_one_import_can_be_taken_away_alone(importing: Home) -> None:
    release = importing.current
    triples = b"".join(export_import(release, "broadband", "nt")).splitlines()
    assert len(triples) == release.graphs[GRAPH]
    assert b"".join(export_import(release, "broadband", "csv")).startswith(b"observation,")
    for name, format_, error in (("none", "nt", NotFound), ("broadband", "nq", UsageError)):
        with pytest.raises(error):
            export_import(release, name, format_)


def test_no_value_is_called_certain_unless_the_mapping_says_so(importing: Home) -> None:
    qualified = f"SELECT ?o WHERE {{ GRAPH ?g {{ ?o <{iris.term('qualifier')}> ?q }} }}"
    assert importing.select(qualified) == []
    text = '[property."https://stats.example.org/lines"]\nqualifier = "exact"\nunit = "unit:NUM"\n'
    mapping = read_mapping(importing.file("exact.toml", text))
    made, written = importing.run(importing.folder / "broadband.ttl", "broadband", mapping, dry=True)
    assert written.release == written.before == importing.current.id
    assert any("exact: 3" in en for en, _ in made.outcome)


def test_the_same_input_again_changes_nothing(importing: Home) -> None:
    before = importing.current.id
    _, written = importing.run(importing.folder / "broadband.ttl", "broadband")
    assert (written.before, written.release, importing.current.id) == (before, before, before)


def test_a_build_keeps_imports_and_gives_the_same_release(importing: Home) -> None:
    """Also where one of the two files that hold them is damaged."""
    before = importing.current
    (before.path / AUTHORED).write_bytes(b"")
    built = build(importing.sources, importing.settings, engine="shacl")
    assert (built.id, built.imports) == (before.id, before.imports)
    assert read_authored(built)[GRAPH]


BROKEN = {
    "duplicate": (":o2 a qb:Observation ; qb:dataSet :broadband ; :area wd:Q956 ; :year \"2020\"",
                  ":o2 a qb:Observation ; qb:dataSet :broadband ; :area wd:Q956 ; :year \"2012\"", "ic-12"),
    "no dimension": (" ; :year \"2020\"^^xsd:gYear", "", "ic-11"),
    "no measure": (" ; :lines 34", "", "ic-14"),
    "wrong form": (":lines 34", ":lines \"34,5\"^^xsd:integer", "literal-form"),
    "ours": (":o1 a qb:Observation", f"<{iris.BASE}id/region/110000> rdfs:label \"x\"@en . :o1 a "
    "qb:Observation",
             "import-own-iri"),
    "undeclared": (":o1 a qb:Observation", f"<{iris.term('nothing')}> rdfs:label \"x\"@en . :o1 a "
    "qb:Observation",
                   "import-own-iri"),
    "dangling": (":o1 a qb:Observation", f":o1 rdfs:seeAlso <{iris.BASE}id/region/999999> ; a qb:Observation",
                 "import-dangling"),
}  # fmt: skip


def test_what_breaks_a_rule_is_refused_and_says_why(importing: Home) -> None:
    """All at once, each in a copy of the cube: one validation, and nothing has changed."""
    before = importing.current.id
    for name, (old, new, rule) in BROKEN.items():
        assert old in CUBE, name
        with pytest.raises(ValidationFailed) as refused:
            importing.run(importing.file("broken.ttl", CUBE.replace(old, new)), "broken", dry=True)
        assert f"rule: {rule}\n" in refused.value.extra["report"], name
        assert rule in refused.value.extra["report_zh"], name
    assert importing.current.id == before


def test_a_write_to_the_graph_of_an_import_needs_its_description(importing: Home) -> None:
    graph = f"{iris.BASE}graph/import-bare"
    document = Document(b"<urn:a> <urn:b> <urn:c> .\n", "application/n-triples")
    with pytest.raises(ValidationFailed) as refused:
        ReleaseWriter(importing.settings, importing.sources).write(
            GraphChange("put", graph, (document,)), Author("", "test", (graph,), "", "")
        )
    assert "import-described" in refused.value.extra["report"]


def test_a_table_that_a_mapping_describes_is_published(importing: Home) -> None:
    """Also in the statistics: properties that are made of its columns are in no vocabulary."""
    mapping = read_mapping(importing.file("index.toml", MAP))
    importing.run(importing.file("index.csv", INDEX), "index", mapping)
    release = importing.current
    assert (release.path / "import-index.csv").read_text(encoding="utf-8").count("\n") == 4
    graph = f"{iris.BASE}graph/import-index"
    vocabularies = importing.select(
        f"SELECT ?v WHERE {{ <{graph}> <http://rdfs.org/ns/void#vocabulary> ?v }} ORDER BY ?v"
    )
    assert "http://purl.org/linked-data/cube#" in {row["v"] for row in vocabularies}
    assert f"{iris.BASE}id/" not in {row["v"] for row in vocabularies}
    score = f"{iris.BASE}id/property/import-index-score"
    values = importing.select(f"SELECT ?v WHERE {{ GRAPH <{graph}> {{ ?o <{score}> ?v }} }} ORDER BY ?v")
    assert [row["v"] for row in values] == ["0.4", "0.75", "0.8"]
    Importer(importing.settings, importing.sources).remove("index")


def test_the_swiss_cube_and_the_italian_provinces_are_taken_in(importing: Home) -> None:
    swiss, _ = importing.run(foreign("co2-limits-cube.ttl"), "co2", publisher="")
    italian, _ = importing.run(foreign("it-provinces.ttl"), "provinces")
    assert (swiss.kind, swiss.observations, italian.kind) == ("cube-link", 68, "rdf")
    assert swiss.said.publisher.startswith("https://register.ld.admin.ch/")
    (years,) = [en for en, _ in swiss.outcome if "/test_target/year: " in en]
    assert years.endswith("/year: 2 of 34 periods are ours; intervals made for others: 32.")
    assert {one.name for one in imports_of(importing.current)} == {"broadband", "co2", "provinces"}
    assert (importing.current.path / "import-co2.csv").read_bytes().count(b"\n") == 69
    assert not (importing.current.path / "import-provinces.csv").exists()
    Importer(importing.settings, importing.sources).remove("co2")
    assert {one.name for one in imports_of(importing.current)} == {"broadband", "provinces"}


def test_every_attempt_is_in_the_log(importing: Home) -> None:
    attempts = list(Audit(importing.settings.home).attempts())
    assert {(one.name, one.kind) for one in attempts} >= {("egov-kg import", "put")}
    assert GRAPH in {one.what for one in attempts}


def refused(importing: Home, path: Path, **settings: Any) -> EgovError:
    small = replace(importing, settings=replace(importing.settings, **settings))
    before = importing.current.id
    with pytest.raises(EgovError) as caught:
        small.run(path, "hostile")
    assert importing.current.id == before
    assert caught.value.detail_zh
    return caught.value


def test_the_turtle_that_does_not_parse_is_refused_with_its_place(importing: Home) -> None:
    error = refused(importing, foreign("hostile-corona-cube.ttl"))
    assert isinstance(error, SourceError)
    assert error.detail.startswith("hostile-corona-cube.ttl:4:15: ")


def test_what_is_too_much_is_refused_at_its_bound(importing: Home) -> None:
    cube = importing.folder / "broadband.ttl"
    assert "more than 5 triples" in refused(importing, cube, import_triples=5).detail
    assert "more than 0.000976562 MiB" in refused(importing, cube, import_bytes=1024).detail


def test_a_reader_that_takes_too_much_memory_is_ended(importing: Home) -> None:
    many = importing.file("many.nt", "".join(f'<urn:s{n}> <urn:p> "{"x" * 900}" .\n' for n in range(200_000)))
    error = refused(importing, many, write_memory=250 * 1024**2)
    assert isinstance(error, ImportRefused)
    assert "250 MiB of memory" in error.detail


def test_nobody_saying_whose_it_is_is_an_error_that_names_the_options(importing: Home) -> None:
    path = importing.file("plain.ttl", "<urn:a> <urn:b> <urn:c> .")
    with pytest.raises(UsageError, match=r"--licence.+--publisher.+--source"):
        importing.run(path, "plain", licence="", publisher="", source="")


@pytest.mark.parametrize("missing", ["licence", "publisher", "source"])
def test_only_what_nobody_says_is_asked_for(importing: Home, missing: str) -> None:
    path = importing.file("plain.ttl", "<urn:a> <urn:b> <urn:c> .")
    said: dict[str, Any] = {missing: ""}
    with pytest.raises(UsageError) as caught:
        importing.run(path, "plain", **said)
    for option in ("licence", "publisher", "source"):
        assert (f"--{option}" in caught.value.detail) is (option == missing)
        assert (f"--{option}" in caught.value.detail_zh) is (option == missing)
