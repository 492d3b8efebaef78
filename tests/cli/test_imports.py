"""`egov-kg import`: as users run it, in both languages."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from egov_kg.release.build import build
from egov_kg.release.registry import Registry
from egov_kg.settings import Settings
from support.cli import egov
from support.importing import AREA, CUBE, INDEX, METADATA
from support.oxigraph import endpoint
from support.service import Server, browse, fetch, running
from support.sources import make_sources

CC_BY = "https://creativecommons.org/licenses/by/4.0/"
FIGURES = """
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
SELECT ?graph ?area ?period ?value
WHERE {
  VALUES ?measure {
    <https://stats.example.org/lines> <http://purl.org/linked-data/sdmx/2009/measure#obsValue>
  }
  GRAPH ?graph {
    ?figure a qb:Observation ; ?measure ?value .
    ?figure sdmx-dimension:refArea ?area ; sdmx-dimension:refPeriod ?period .
  }
  FILTER(CONTAINS(STR(?graph), "/graph/import-"))
}
ORDER BY ?graph ?value
"""


def test_what_does_not_go_together_is_refused(tmp_path: Path) -> None:
    for arguments in ((), ("--list", "--remove", "x"), ("--endpoint", "http://e.org/"), ("a.ttl", "--list")):
        done = egov("import", *arguments, home=tmp_path)
        assert done.returncode == 2, arguments
    assert "请给出" in egov("import", "--lang", "zh", home=tmp_path).stderr.decode()


def test_a_file_that_cannot_be_taken_is_an_error_with_its_reason(tmp_path: Path) -> None:
    build(make_sources(tmp_path / "sources"), Settings(tmp_path), engine="shacl")
    assert egov("import", "--list", home=tmp_path).stdout == b""
    assert egov("import", "none.ttl", home=tmp_path).returncode == 2
    broken = tmp_path / "broken.ttl"
    broken.write_text("<urn:a> <urn:b>", encoding="utf-8")
    done = egov("import", broken, "--source", "https://e.org/", home=tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"broken.ttl:1:" in done.stderr
    cube = tmp_path / "cube.ttl"
    cube.write_text(CUBE, encoding="utf-8")
    done = egov("import", cube, "--licence", "free", "--lang", "zh", home=tmp_path)
    assert done.returncode == 2
    assert "不是形如" in done.stderr.decode()
    assert "CC0-1.0、CC-BY-4.0、CC-BY-SA-4.0、ODbL-1.0" in done.stderr.decode()
    assert egov("import", "--remove", "none", home=tmp_path).returncode == 2
    bad = egov("import", cube, "--name", "Bad Name", home=tmp_path)
    assert b"no name of an import" in bad.stderr


def test_a_number_that_is_none_is_refused_without_a_traceback(tmp_path: Path) -> None:
    build(make_sources(tmp_path / "sources"), Settings(tmp_path), engine="shacl")
    cube = tmp_path / "cube.ttl"
    cube.write_text(CUBE.replace(":lines 12", ':lines "12.x"^^xsd:integer'), encoding="utf-8")
    done = egov("import", cube, "--name", "cube", "--source", "https://e.org/", home=tmp_path)
    assert done.returncode == 1
    assert b"12.x" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("file", ["指数.csv", "预算2013.csv", "_.csv"])
def test_a_file_whose_name_gives_none_needs_one(tmp_path: Path, file: str) -> None:
    (tmp_path / file).write_text(INDEX, encoding="utf-8")
    for lang, words in (("en", f"No name can be made of {file}"), ("zh", f"无法由文件名 {file}")):
        done = egov("import", tmp_path / file, "--lang", lang, home=tmp_path)
        assert (done.returncode, done.stdout) == (2, b"")
        assert words in done.stderr.decode()
        assert "--name index-2013" in done.stderr.decode()


def ran(*arguments: str | Path, home: Path) -> str:
    """What a command that succeeds writes."""
    done = egov(*arguments, home=home)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder that was empty, then had a build, a cube of another engine, and a table with metadata."""
    folder = tmp_path_factory.mktemp("published")
    home = folder / "home"
    ran("build", "--engine", "shacl", home=home)
    (folder / "cube.ttl").write_text(CUBE, encoding="utf-8")
    (folder / "broadband.rq").write_text("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", encoding="utf-8")
    said = ("--licence", "CC-BY-4.0", "--publisher", "Office")
    with endpoint(folder, folder / "cube.ttl") as url:
        ran("import", "--endpoint", url, "--query", folder / "broadband.rq", *said, home=home)
    (folder / "index.csv").write_text(INDEX, encoding="utf-8")
    (folder / "index.csv-metadata.json").write_text(json.dumps(METADATA), encoding="utf-8")
    (folder / "area.toml").write_text(AREA, encoding="utf-8")
    source = ("--source", "https://example.org/index/")
    ran("import", folder / "index.csv", "--map", folder / "area.toml", *source, home=home)
    return home


@pytest.fixture(scope="module")
def served(published: Path) -> Iterator[Server]:
    """The service over it."""
    with running(Settings(home=published), Registry(published).current()) as server:
        yield server


def test_each_import_says_whose_it_is_and_where_it_is_from(published: Path) -> None:
    rows = csv.reader(ran("import", "--list", home=published).splitlines(), delimiter="\t")
    (cube, index) = sorted(rows)
    assert cube[:2] == ["broadband", "Lines of broadband"]
    assert cube[3:5] == ["Office", CC_BY]
    assert cube[5].startswith("http://127.0.0.1:")
    assert index[:2] == ["index", "Invented readiness index"]
    assert index[3:6] == ["Invented Institute", CC_BY, "https://example.org/index/"]


def test_a_query_has_their_figures_by_areas_and_periods_of_ours(published: Path, tmp_path: Path) -> None:
    (tmp_path / "figures.rq").write_text(FIGURES, encoding="utf-8")
    answer = ran("query", tmp_path / "figures.rq", "--format", "csv", home=published)
    rows = [[cell.rpartition("/")[2] for cell in row] for row in csv.reader(answer.splitlines())]
    assert rows[1:] == [
        ["import-broadband", "110000", "2012", "12"],
        ["import-broadband", "110000", "import-broadband-2020", "34"],
        ["import-broadband", "Q90", "2012", "56"],
        ["import-index", "cn", "2012", "0.4"],
        ["import-index", "import-index-xaa", "2012", "0.75"],
        ["import-index", "import-index-xaa", "2014", "0.8"],
    ]


def test_an_import_that_takes_the_place_of_another_says_so(published: Path, tmp_path: Path) -> None:
    (tmp_path / "other.ttl").write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
    order = ("import", tmp_path / "other.ttl", "--licence", "CC0-1.0", "--publisher", "Office", "--dry-run")
    for name, replaced in (("index", True), ("other", False)):
        said = (*order, "--source", "https://example.org/other", "--name", name)
        english = egov(*said, home=published).stderr.decode()
        assert ("It would replace import index (Invented readiness index)." in english) is replaced
        chinese = egov(*said, "--lang", "zh", home=published).stderr.decode()
        assert ("将替换导入 index（Invented readiness index）。" in chinese) is replaced
        assert "Nothing was changed" in english


@pytest.mark.parametrize(("name", "column", "values"), [
    ("broadband", "lines", ["12", "34", "56"]), ("index", "obsValue", ["0.4", "0.75", "0.80"]),
])  # fmt: skip
def test_an_export_has_them_as_a_table_and_as_triples(
    published: Path, name: str, column: str, values: list[str]
) -> None:
    table = csv.DictReader(ran("export", "--import", name, "--format", "csv", home=published).splitlines())
    assert [row[column] for row in table] == values
    triples = ran("export", "--import", name, "--format", "nt", home=published).splitlines()
    release = Registry(published).current()
    assert len(triples) == release.graphs[f"https://w3id.org/egov-kg/graph/import-{name}"]


@pytest.mark.parametrize(("name", "figure"), [("broadband", "56"), ("index", "0.75")])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_page_and_a_download_show_them(served: Server, name: str, figure: str, lang: str) -> None:
    assert f'href="/{lang}/id/dataset/import-{name}"' in browse(served, f"/{lang}/datasets").body.decode()
    page = browse(served, f"/{lang}/id/dataset/import-{name}")
    assert page.status == 200
    assert f"<td>{figure}</td>" in page.body.decode()
    table = fetch(served, f"/download/import-{name}.csv")
    assert table.status == 200
    assert figure in table.body.decode()
