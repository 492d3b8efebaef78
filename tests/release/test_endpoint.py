"""`egov-kg validate --store`: the rules asked of an engine that runs, by the command as it is used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from egov_kg import iris
from egov_kg.cli.exits import ExitCode
from egov_kg.errors import NotFound, UpstreamFailed
from egov_kg.release.endpoint import validate_endpoint, validate_store
from egov_kg.release.imported import export_import
from egov_kg.release.report import SHAPES
from egov_kg.release.validate import validate_files
from egov_kg.settings import Settings
from egov_kg.store.base import Dataset
from egov_kg.store.endpoint import Endpoint
from egov_kg.store.rdf_io import parse_rdf
from egov_kg.store.snapshot import Snapshot
from support.cli import Built, egov
from support.engines import Engine, oxigraph, pushed
from support.importing import Home
from support.rules import CHECK_RULES, HERE, SHAPE_RULES, SOURCES, context, violating
from support.service import free_port

GOOD, BAD, EMPTY = (f"https://w3id.org/egov-kg/graph/{name}" for name in ("good", "bad", "empty"))


@pytest.fixture(scope="module")
def held(oxigraph_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = oxigraph_engine.settings(Settings(home=tmp_path_factory.mktemp("home"), query_timeout=120))
    endpoint = Endpoint(settings)
    for graph, quads in (
        (GOOD, context()),
        (BAD, [*parse_rdf(violating("observation-source")), *parse_rdf(violating("ic-12"))]),
    ):
        endpoint.put(graph, "".join(f"{quad.triple} .\n" for quad in quads).encode(), 120, replace=True)
    return settings


def test_what_is_good_conforms(held: Settings) -> None:
    report = validate_endpoint(held, [GOOD], SOURCES)
    assert report.conforms
    assert report.results == ()
    assert report.rules == len(SHAPE_RULES) + len(CHECK_RULES)
    assert report.engine == "sparql"


def test_shapes_and_checks_are_broken_across_graphs(held: Settings) -> None:
    report = validate_endpoint(held, [GOOD, BAD], SOURCES)
    # Without a clause, there is none that the figure is within.
    wanted = {"observation-source", "figure-in-clause", "ic-12"}
    assert {one.rule_name for one in report.violations} == wanted
    # Without the graph that it speaks of, much more is amiss.
    assert len(validate_endpoint(held, [BAD], SOURCES).results) > len(report.results)


@pytest.mark.parametrize("graphs", [[EMPTY], [GOOD, EMPTY]])
def test_nothing_is_no_data_that_conform(held: Settings, graphs: list[str]) -> None:
    with pytest.raises(NotFound) as caught:
        validate_endpoint(held, graphs, SOURCES)
    assert EMPTY in caught.value.detail
    assert EMPTY in caught.value.detail_zh


def test_an_engine_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    dead = Settings(home=tmp_path, store=f"http://127.0.0.1:{free_port()}/query", store_retries=1)
    with pytest.raises(UpstreamFailed):
        validate_endpoint(dead, [], SOURCES)


def test_of_many_findings_the_first_are_listed_and_the_rest_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "many.nq"
    thing = (
        '<https://w3id.org/egov-kg/id/network/n{}> <http://www.w3.org/2000/01/rdf-schema#label> "x{}" <'
        + HERE
    )
    path.write_text("".join(f"{thing.format(n, n)}> .\n" for n in range(1_500)), encoding="utf-8")
    with Snapshot.memory([path], Dataset((HERE,))) as store:
        report = validate_store(store, SOURCES)
    listed = [one for one in report.results if one.rule_name == "label-language"]
    assert len(listed) == 1_000
    assert report.unlisted[f"{SHAPES}label-language"] == 500
    assert report.unlisted[f"{SHAPES}untyped-node"] == 500
    assert "Rule label-language has 500 more findings, which are not listed." in report.to_text("en")
    assert "规则 label-language 另有 500 项发现未列出。" in report.to_text("zh")
    assert "500 more findings" in report.to_turtle()


def test_the_command_checks_a_release_where_it_was_pushed(
    built: Built, oxigraph_engine: Engine, held: Settings
) -> None:
    """The graphs are those of the release, the derived one included, and none of the others."""
    pushed = egov("push", home=built.home, env=oxigraph_engine.environment())
    assert pushed.returncode == 0, pushed.stderr.decode()
    answer = egov("validate", "--store", held.store, home=built.home)
    assert answer.returncode == 0, answer.stdout.decode() + answer.stderr.decode()
    assert answer.stdout.decode().startswith("The data conform")
    broken = egov(
        "validate", "--store", held.store, "--graph", GOOD, "--graph", BAD, "--lang", "zh", home=built.home
    )
    assert broken.returncode == ExitCode.REFUSED
    assert "违规" in broken.stdout.decode()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--graph", GOOD), "--store"),
        (("--store", "http://127.0.0.1:9/", "file.ttl"), "FILES"),
        (("--store", "http://127.0.0.1:9/", "--engine", "pyshacl"), "--engine"),
    ],
)
def test_arguments_that_do_not_go_together(arguments: tuple[str, ...], word: str, tmp_path: Path) -> None:
    answer = egov("validate", *arguments, home=tmp_path)
    assert answer.returncode == ExitCode.USAGE
    assert word in answer.stderr.decode()


@pytest.fixture(scope="module")
def beside(importing: Home) -> Iterator[Settings]:
    """An engine that a release with an import was pushed to."""
    with oxigraph() as engine:
        yield pushed(engine, importing.current, importing.settings)


def test_imports_are_held_to_the_rules_of_imports_as_in_files(
    importing: Home, beside: Settings, tmp_path: Path
) -> None:
    graph = f"{iris.BASE}graph/import-broadband"
    (tmp_path / "broadband.ttl").write_bytes(b"".join(export_import(importing.current, "broadband", "ttl")))
    in_files = validate_files([tmp_path / "broadband.ttl"], SOURCES, "sparql")
    named, whole = validate_endpoint(beside, [graph], SOURCES), validate_endpoint(beside, [], SOURCES)
    assert named.conforms
    assert whole.rules == in_files.rules > named.rules
    found = {(one.rule_name, one.focus_node) for one in in_files.results}
    assert found == {("import-chinese", f"{iris.BASE}id/dataset/import-broadband")}
    for report in (named, whole):
        assert {(one.rule_name, one.focus_node) for one in report.results} >= found
    assert len(named.results) == len(found)


def test_an_import_that_breaks_rules_is_found_where_it_lies(importing: Home, beside: Settings) -> None:
    graph, example = f"{iris.BASE}graph/import-broken", "https://stats.example.org/"
    lines = b"".join(export_import(importing.current, "broadband", "nt")).decode().splitlines()
    kept = [line for line in lines if not ("/license>" in line and "/id/dataset/import-" in line)]
    more = [
        f"<{example}o1> <http://www.w3.org/2000/01/rdf-schema#seeAlso> <{iris.BASE}id/region/999999> .",
        f'<{iris.BASE}id/region/110000> <http://www.w3.org/2000/01/rdf-schema#comment> "x"@en .',
        f"<{example}o4> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
        " <http://purl.org/linked-data/cube#Observation> .",
    ]
    triples = "\n".join([*kept, *more, ""]).replace("import-broadband", "import-broken")
    Endpoint(beside).put(graph, triples.encode(), 60, replace=True)
    report = validate_endpoint(beside, [graph, *importing.current.graphs], SOURCES)
    broken = {one.rule_name for one in report.violations}
    assert broken >= {"import-dangling", "import-own-iri", "import-licence", "ic-01"}
    assert not any("broadband" in one.focus_node for one in report.violations)
