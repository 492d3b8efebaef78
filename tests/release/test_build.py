"""The build: what a release holds, that it is reproducible, and that nothing broken is ever published."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from egov_kg import iris
from egov_kg.errors import NotFound, SourceError, ValidationFailed
from egov_kg.publish.export import FORMATS
from egov_kg.release.build import build
from egov_kg.release.registry import CATALOGUE, DERIVED, LABELS, Registry, Release
from egov_kg.resources import Sources
from egov_kg.settings import Settings
from egov_kg.store.rdf_io import parse_rdf
from egov_kg.store.snapshot import Snapshot
from support.sources import EDITION, make_sources, observation, turtle

FILES = {known.file for known in FORMATS} | {
    "validation-report.ttl",
    "validation-report.txt",
    "statistics.json",
    "authored.nq",
}
BUILD = """
import sys
from pathlib import Path
from egov_kg.release.build import build
from egov_kg.resources import Sources
from egov_kg.settings import Settings
print(build(Sources(Path(sys.argv[1])), Settings(Path(sys.argv[2])), engine=sys.argv[3]).id)
"""


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return make_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def release(sources: Sources, home: Path) -> Release:
    return build(sources, Settings(home), engine="shacl")


def in_a_process(sources: Sources, home: Path, seed: str, engine: str) -> subprocess.Popen[str]:
    """A real build in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", BUILD, str(sources.root), str(home), engine],
        env={**os.environ, "PYTHONHASHSEED": seed},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_release_holds_every_format_and_becomes_current(release: Release, home: Path) -> None:
    assert {path.name for path in release.path.iterdir() if path.is_file()} == FILES | {"manifest.json"}
    assert set(release.manifest["files"]) >= FILES
    release.verify()
    assert Registry(home).current() == release
    assert list((home / "releases").iterdir()) == [release.path]
    assert not (home / "building").exists()


def test_graphs_are_those_of_the_folders(release: Release) -> None:
    names = [iris.parse(graph).slug for graph in release.graphs]
    assert names == ["catalogue", "derived", "ontology", "regions", EDITION]
    assert DERIVED not in release.dataset.default_graphs
    assert CATALOGUE in release.dataset.default_graphs
    quads = list(parse_rdf(release.nquads))
    assert sum(release.graphs.values()) == len(quads)
    lines = release.nquads.read_bytes().splitlines()
    assert lines == sorted(set(lines))


def test_the_snapshot_and_the_dumps_say_the_same(release: Release) -> None:
    wanted = set(parse_rdf(release.nquads))
    for name in ("trig", "jsonld"):
        file = next(known.file for known in FORMATS if known.name == name)
        assert set(parse_rdf(release.path / file, syntax=name)) == wanted
    union = {quad.triple for quad in wanted if str(quad.graph_name) != f"<{DERIVED}>"}
    for name in ("nt", "ttl", "rdfxml"):
        file = next(known.file for known in FORMATS if known.name == name)
        assert {quad.triple for quad in parse_rdf(release.path / file, syntax=name)} == union
    with Snapshot.open(release.store, release.dataset) as store:
        assert len(store) == len(wanted)
        assert store.ask("ASK { ?r a <https://w3id.org/egov-kg/ontology#Region> }")
        derived = "?d a <https://w3id.org/egov-kg/ontology#DerivedObservation>"
        assert not store.ask(f"ASK {{ {derived} }}")
        assert store.ask(f"ASK {{ GRAPH <{DERIVED}> {{ {derived} }} }}")


def test_statistics_and_report(release: Release) -> None:
    statistics = json.loads((release.path / "statistics.json").read_text())
    assert statistics["observations"] == 5
    assert statistics["derived"] == {
        "10-count-printed-figure.rq": 1,
        "20-count-lower-bound.rq": 1,
        "30-count-upper-bound.rq": 0,
        "40-count-about.rq": 1,
    }
    assert statistics["graphs"][iris.graph("regions")]["classes"]["egov:Region"] == 10
    assert release.manifest["validation"]["conforms"] is True
    assert set(parse_rdf(release.path / "validation-report.ttl"))
    text = (release.path / "validation-report.txt").read_text("utf-8")
    assert "conform" in text
    assert "符合" in text


def test_other_hash_seeds_and_each_engine_make_the_same_bytes(
    sources: Sources, release: Release, tmp_path: Path
) -> None:
    for seed, engine in (("1", "shacl"), ("2", "pyshacl")):
        process = in_a_process(sources, tmp_path / seed, seed, engine)
        out, err = process.communicate()
        assert process.returncode == 0, err
        assert out.strip() == release.id
        twin = Registry(tmp_path / seed).get(release.id)
        assert twin.manifest["validation"]["engine"] == engine
        assert twin.dumps() == release.dumps()
        for name in FILES:
            assert (twin.path / name).read_bytes() == (release.path / name).read_bytes(), name


def test_building_again_keeps_the_release_that_is_there(
    sources: Sources, release: Release, home: Path
) -> None:
    before = (release.path / "manifest.json").stat().st_ino
    again = build(sources, Settings(home), engine="shacl")
    assert again == release
    assert (release.path / "manifest.json").stat().st_ino == before


def test_building_again_restores_a_damaged_release(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    first = build(sources, Settings(tmp_path / "home"), engine="shacl")
    (first.path / "graph.ttl").write_text("")
    next((first.path / "store").glob("*.sst")).unlink()
    assert len(first.damaged()) == 2
    again = build(sources, Settings(tmp_path / "home"), engine="shacl")
    assert again.id == first.id
    assert again.damaged() == ()
    assert list((tmp_path / "home" / "releases").iterdir()) == [again.path]


def test_building_again_adds_the_index_that_an_earlier_version_did_not_make(
    tmp_path: Path, sources: Sources
) -> None:
    first = build(sources, Settings(tmp_path / "home"), engine="shacl")
    assert first.labels is not None
    first.labels.unlink()
    manifest = {
        **first.manifest,
        "files": {name: one for name, one in first.manifest["files"].items() if name != LABELS},
    }
    (first.path / "manifest.json").write_text(json.dumps(manifest))
    earlier = Registry(tmp_path / "home").current()
    assert (earlier.labels, earlier.damaged()) == (None, ())
    again = build(sources, Settings(tmp_path / "home"), engine="shacl")
    assert again.id == first.id
    assert again.labels == first.labels
    assert again.damaged() == ()


def test_another_figure_makes_another_release_and_the_old_one_stays(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    settings = Settings(tmp_path / "home")
    first = build(sources, settings, engine="shacl")
    file = sources.data / EDITION / "more.ttl"
    file.write_text(turtle(observation("more", "5", level="provincial")))
    second = build(sources, settings, engine="shacl")
    assert second.id != first.id
    registry = Registry(settings.home)
    assert registry.current() == second
    assert {release.id for release in registry.all()} == {first.id, second.id}
    first.verify()
    file.unlink()
    assert build(sources, settings, engine="shacl").id == first.id
    assert registry.current() == first


BROKEN = {
    "syntax": ("x:y a .\n", SourceError, r"report-test/broken\.ttl:\d+:\d+: "),
    "unclosed string": ('<urn:a> <urn:b> "c .\n', SourceError, r"report-test/broken\.ttl:\d+:\d+: "),
    "relative IRI": ("<a> <urn:b> <urn:c> .\n", SourceError, r"report-test/broken\.ttl:\d+:\d+: "),
    "blank node": ("<urn:a> <urn:b> [ <urn:c> 1 ] .\n", SourceError, r"report-test/broken\.ttl: .*lank node"),
    "rule": (observation("bad", "5", None), ValidationFailed, r"observation-qualifier"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_source_publishes_nothing_and_says_where(name: str, tmp_path: Path) -> None:
    body, error, message = BROKEN[name]
    sources = make_sources(tmp_path / "sources")
    settings = Settings(tmp_path / "home")
    good = build(sources, settings, engine="shacl")
    broken = sources.data / EDITION / "broken.ttl"
    broken.write_text(turtle(body))
    with pytest.raises(error, match=message) as caught:
        build(sources, settings, engine="shacl")
    assert caught.value.detail_zh
    if error is SourceError:
        assert caught.value.extra["file"] == f"data/ttl/{EDITION}/broken.ttl"
        assert str(tmp_path) not in caught.value.detail
    else:
        assert "observation/bad" in caught.value.detail
        assert f"data/ttl/{EDITION}/broken.ttl" in caught.value.detail
        assert "observation/bad" in caught.value.extra["report"]
    registry = Registry(settings.home)
    assert registry.current() == good
    assert registry.all() == [good]
    assert list((settings.home / "building").iterdir()) == []


def test_a_broken_rule_names_its_file_and_line(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    (sources.shapes / "rules" / "90-broken.rq").write_text("CONSTRUCT { ?s ?p ?o }\nWHERE { ?s ?p }")
    with pytest.raises(SourceError, match=r"shapes/rules/90-broken\.rq:2:\d+: "):
        build(sources, Settings(tmp_path / "home"), engine="shacl")
    with pytest.raises(NotFound):
        Registry(tmp_path / "home").current()


HEADER = "".join(f"# {kind}_{lang}: Say so.\n" for kind in ("title", "message") for lang in ("en", "zh"))
BAD_FILES = {
    "integrity/bad.rq syntax": (HEADER + "SELECT ?node\nWHERE { ?node a }", r":6:\d+: "),
    "integrity/bad.rq no query": (HEADER + "Once upon a time", r":5:\d+: "),
    "integrity/bad.rq form": (HEADER + "ASK {}", ": An integrity check is a SELECT"),
    "integrity/bad.rq header": ("SELECT ?node WHERE {}", ": No header line"),
    "integrity/bad.rq bytes": (HEADER + "SELECT ?node WHERE {}\n# \udcff", r":6:3: not UTF-8"),
    "rules/bad.rq bytes": ("CONSTRUCT WHERE { ?s ?p ?o } #\udcff", r":1:31: not UTF-8"),
    "bad.ttl syntax": ("x:y a .\n", r":1:\d+: "),
    "bad.ttl words": ("egov:S a sh:NodeShape ; sh:targetClass egov:C .", ": the shape .* needs sh:message"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_rule_that_cannot_be_read_names_its_file_below_the_root(name: str, tmp_path: Path) -> None:
    text, message = BAD_FILES[name]
    file, what = name.split(" ", 1)
    sources = make_sources(tmp_path / "sources")
    path = sources.shapes / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(turtle(text) if what == "words" else text, "utf-8", errors="surrogateescape")
    with pytest.raises(SourceError, match=rf"^shapes/{file}{message}") as caught:
        build(sources, Settings(tmp_path / "home"), engine="shacl")
    assert caught.value.extra["file"] == f"shapes/{file}"
    assert caught.value.detail_zh.startswith(f"shapes/{file}")
    assert str(tmp_path) not in caught.value.detail + caught.value.detail_zh


def test_a_query_that_is_no_rule_is_refused(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    (sources.shapes / "rules" / "90-select.rq").write_text("SELECT * WHERE { ?s ?p ?o }")
    with pytest.raises(SourceError, match=r"^shapes/rules/90-select\.rq: "):
        build(sources, Settings(tmp_path / "home"), engine="shacl")


@pytest.mark.parametrize(
    ("name", "message"),
    [("Upper Case", "lower-case"), ("ontology", "another name")],
)
def test_a_folder_that_makes_no_graph_is_refused(name: str, message: str, tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    folder = sources.data / name
    folder.mkdir()
    (folder / "facts.ttl").write_text("")
    with pytest.raises(SourceError, match=message):
        build(sources, Settings(tmp_path / "home"), engine="shacl")


def test_rdf_that_is_not_turtle_is_not_left_out_silently(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    (sources.data / EDITION / "facts.nt").write_text("<urn:a> <urn:b> <urn:c> .\n")
    with pytest.raises(SourceError, match=rf"^data/ttl/{EDITION}/facts\.nt .*left out"):
        build(sources, Settings(tmp_path / "home"), engine="shacl")


def test_progress_hears_every_step(tmp_path: Path) -> None:
    heard: list[tuple[str, str, int, int]] = []

    class Ear:
        def step(self, name_en: str, name_zh: str, done: int, total: int) -> None:
            heard.append((name_en, name_zh, done, total))

    build(make_sources(tmp_path / "sources"), Settings(tmp_path / "home"), engine="shacl", progress=Ear())
    assert [done for *_, done, _ in heard] == list(range(len(heard)))
    assert {total for *_, total in heard} == {len(heard)}
    assert heard[-1][:2] == ("Publishing", "发布")
    for name_en, name_zh, *_ in heard:
        assert name_en.isascii(), name_en
        assert any("\u4e00" <= char <= "\u9fff" for char in name_zh), name_zh
