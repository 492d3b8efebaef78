"""`egov-kg link` as users meet it: a second engine with data like Wikidata's, a table, a linkset."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import SKOS, VOID

from egov_kg.errors import SourceError, UsageError
from egov_kg.links.profiles import read_profile
from egov_kg.links.review import links_of, linkset
from egov_kg.links.score import Candidate
from egov_kg.links.stated import Stated
from egov_kg.links.table import COLUMNS, read, row_of, write
from egov_kg.links.things import Thing
from egov_kg.release.engines import run_shacl
from egov_kg.store.rdf_io import parse_rdf
from support.cli import Built, egov
from support.oxigraph import endpoint
from support.rules import SHAPE_SET, context, failing_checks, named

REGION, WD = "https://w3id.org/egov-kg/id/region/", "http://www.wikidata.org/entity/"
WIKIDATA, THESAURUS = read_profile("wikidata"), read_profile("skos")
ITALY = Path(__file__).resolve().parents[3] / "shared" / "foreign" / "it-provinces.ttl"
# Invented items; only Q956, Beijing, is linked already.
ITEMS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
wd:Q956 wdt:P442 "110000" ; wdt:P300 "CN-BJ" ; rdfs:label "北京市"@zh , "Beijing"@en .
wd:Q900001 wdt:P442 "150200" ; wdt:P131 wd:Q900009 ; rdfs:label "包头市"@zh , "Baotou"@en , "Baotou"@de .
wd:Q900002 wdt:P442 "110105" ; wdt:P131 wd:Q956 ; rdfs:label "朝陽區"@zh , "=Chaoyang"@en .
wd:Q900003 wdt:P442 "150200" ; wdt:P576 "1954-01-01T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> ;
  rdfs:label "包头市"@zh .
wd:Q900004 wdt:P442 "140000" ; rdfs:label "陕西省"@zh , "Shaanxi"@en .
wd:Q900005 wdt:P442 "999999" ; rdfs:label "某地"@zh .
wd:Q900009 rdfs:label "内蒙古自治区"@zh , "Inner Mongolia"@en .
"""


@pytest.fixture(scope="module")
def wikidata(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("wikidata")
    (folder / "items.ttl").write_text(ITEMS, encoding="utf-8")
    with endpoint(folder, folder / "items.ttl") as address:
        yield address


def decide(table: Path, **decisions: str) -> None:
    head = [line for line in table.read_text("utf-8").splitlines(keepends=True) if line.startswith("#")]
    rows = [row.values for row in read(table, WIKIDATA)]
    with table.open("w", encoding="utf-8", newline="") as handle:
        handle.writelines(head)
        writer = csv.DictWriter(handle, COLUMNS, delimiter="\t")
        writer.writeheader()
        for row in rows:
            item = row["object_id"].removeprefix(WD)
            writer.writerow({**row, "decision": decisions.get(item, row["decision"]), "reviewer_label": "李"})


def test_from_an_endpoint_to_a_linkset(built: Built, wikidata: str, tmp_path: Path) -> None:
    table = tmp_path / "found.sssom.tsv"
    ask = ("link", "--endpoint", wikidata, "--profile", "wikidata", "--page", "7", "-o", table)
    done = egov(*ask, home=built.home)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().strip() == str(table)
    assert "3 new candidates" in done.stderr.decode()
    assert "1 linked already" in done.stderr.decode()
    assert not list((built.home / "links").iterdir())
    rows = {row.values["object_id"].removeprefix(WD): row.values for row in read(table, WIKIDATA)}
    assert {item: (row["subject_id"], row["predicate_id"]) for item, row in rows.items()} == {
        "Q900001": (f"{REGION}150200", "skos:exactMatch"),
        "Q900002": (f"{REGION}110105", "skos:exactMatch"),
        "Q900003": (f"{REGION}150200", "skos:closeMatch"),
    }
    assert rows["Q900001"]["confidence"] == "1.00"
    assert "代码相同" in rows["Q900001"]["comment"]
    assert rows["Q900002"]["object_label"] == "朝陽區 / =Chaoyang"

    decide(table, Q900001="approve", Q900003="reject")
    again = egov("--lang", "zh", *ask, home=built.home)
    assert "新候选 0 个，已有决定 2 个" in again.stderr.decode()
    assert {row.values["object_id"].removeprefix(WD): row.decision for row in read(table, WIKIDATA)} == {
        "Q900001": "approve",
        "Q900003": "reject",
        "Q900002": "",
    }

    made = egov("link", "--approve", table, home=built.home)
    assert made.returncode == 0, made.stderr.decode()
    turtle = tmp_path / "found.ttl"
    graph = Graph().parse(turtle)
    region = URIRef(f"{REGION}150200")
    assert list(graph.subject_objects(SKOS.exactMatch)) == [(region, URIRef(f"{WD}Q900001"))]
    assert not list(graph.subject_objects(SKOS.closeMatch))
    denied = list(graph.subjects(URIRef("https://w3id.org/sssom/predicate_modifier")))
    assert len(denied) == 1
    linksets = list(graph.subject_objects(VOID.linkPredicate))
    assert linksets == [(URIRef("https://w3id.org/egov-kg/id/linkset/regions-wikidata"), SKOS.exactMatch)]
    assert named(run_shacl([*context(), *parse_rdf(turtle)], SHAPE_SET)) == set()
    # The regions themselves are in another file.
    assert failing_checks(turtle, tmp_path) <= {"dangling-iri", "untyped-node"}


def test_provinces_of_italy_are_no_regions_of_china(built: Built, tmp_path: Path) -> None:
    if not ITALY.is_file():
        pytest.skip("the provinces of Italy are not beside the project (../shared/foreign)")
    with endpoint(tmp_path, ITALY) as address:
        table = tmp_path / "italy.tsv"
        done = egov("link", "--endpoint", address, "--profile", "skos", "-o", table, home=built.home)
    assert done.returncode == 0, done.stderr.decode()
    assert "0 new candidates" in done.stderr.decode()
    assert int(done.stderr.decode().split(" things")[0].split()[-1]) > 100
    assert read(table, THESAURUS) == []


def test_mistakes_are_named_before_anything_is_asked(built: Built, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("")
    for args, word in (
        (("--profile", "skos"), "--endpoint"),
        (("--profile", "geonames"), "wikidata"),
        (("--endpoint", "ftp://x"), "http"),
        (("--approve", tmp_path / "none.tsv"), f"There is no file {tmp_path / 'none.tsv'}."),
        (("--profile", "none.toml"), "There is no file none.toml:"),
        (("--profile", "mine.toml"), "There is no file mine.rq:"),
    ):
        done = egov("link", *args, home=built.home, cwd=tmp_path)
        assert done.returncode == 2, args
        assert word in done.stderr.decode(), args


LINES = [
    [
        "approve",
        f"{REGION}150200",
        "",
        "skos:exactMatch",
        "http://x/1",
        "",
        "semapv:X",
        "0.9",
        "李",
        "a / 甲",
    ],
    ["驳回", f"{REGION}150200", "", "skos:closeMatch", "http://x/2", "", "semapv:X", "", "", ""],
]


def saved(
    path: Path, lines: list[list[str]], delimiter: str = "\t", head: str = "#mapping_set_id: x"
) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        handle.write(f'"{head}"{delimiter * 9}\n')
        writer = csv.writer(handle, delimiter=delimiter)
        writer.writerows([list(COLUMNS), *lines])
    return path


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
def test_what_a_spreadsheet_saved_is_read(tmp_path: Path, delimiter: str) -> None:
    path = saved(tmp_path / "t.csv", LINES, delimiter)
    rows = read(path, THESAURUS)
    assert [row.decision for row in rows] == ["approve", "reject"]
    first, second = links_of(rows, [f"{REGION}150200"], path, THESAURUS, ())
    assert first.comment == {"en": "a; reviewed by 李", "zh": "甲；审核人：李"}
    assert second.denied
    text = linkset([first, second], "x", THESAURUS)
    assert [str(one) for one in Graph().parse(data=text).objects(None, VOID.uriSpace)] == ["http://x/"]


def test_a_name_of_somebody_is_no_formula_of_a_spreadsheet() -> None:
    theirs = Thing("http://x/1", labels={"en": "=1+1"})
    assert row_of(Candidate(Thing(f"{REGION}150200"), theirs, 0.6)).values["object_label"] == "'=1+1"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({0: "maybe"}, "line 3: decision"),
        ({3: "owl:sameAs"}, "line 3: predicate_id"),
        ({1: f"{REGION}999999"}, "line 3: the release has no region"),
        ({4: "urn:x"}, "line 3: 'urn:x' is no http IRI"),
        ({8: " "}, "line 3: .* write your name into reviewer_label"),
        ({4: 'http://x/"> . <a'}, "line 3:"),
        ({}, "line 4: .* approved as an exact match in line 3"),
    ],
)
def test_a_line_that_cannot_be_is_named(tmp_path: Path, change: dict[int, str], word: str) -> None:
    line = [change.get(n, cell) for n, cell in enumerate(LINES[0])]
    path = saved(tmp_path / "t.tsv", [line, ["yes", *LINES[0][1:4], "http://x/3", *LINES[0][5:]]])
    with pytest.raises(SourceError, match=word):
        links_of(read(path, THESAURUS), [f"{REGION}150200"], path, THESAURUS, ())


def test_an_object_outside_the_space_of_the_profile_is_named(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.tsv", LINES[:1])
    with pytest.raises(SourceError, match=r"line 3: <http://x/1> does not begin with .*/entity/"):
        links_of(read(path, WIKIDATA), [f"{REGION}150200"], path, WIKIDATA, ())
    line = [f"{WD}Q900001" if cell == "http://x/1" else cell for cell in LINES[0]]
    path = saved(tmp_path / "t.tsv", [line])
    (link,) = links_of(read(path, WIKIDATA), [f"{REGION}150200"], path, WIKIDATA, ())
    assert link.target == f"{WD}Q900001"


def stated(source: str, target: str) -> Stated:
    return Stated(f"{REGION}{source}", target, Path("links/there.ttl"))


@pytest.mark.parametrize(
    ("there", "named_"),
    [
        (stated("150200", "http://x/2"), ["http://x/1", "http://x/2", f"{REGION}150200"]),
        (stated("110000", "http://x/1"), [f"{REGION}150200", f"{REGION}110000", "http://x/1"]),
    ],
)
def test_a_second_exact_match_beside_a_linkset_is_named(
    tmp_path: Path, there: Stated, named_: list[str]
) -> None:
    path = saved(tmp_path / "t.tsv", LINES)
    with pytest.raises(SourceError, match="line 3") as caught:
        links_of(read(path, THESAURUS), [f"{REGION}150200"], path, THESAURUS, [there])
    for text in (caught.value.detail, caught.value.detail_zh):
        assert all(f"<{one}>" in text for one in named_)
        assert "there.ttl" in text


@pytest.mark.parametrize(
    "there",
    [
        stated("150200", "http://x/1"),  # the same link
        stated("150200", "http://other/2"),  # another graph
        stated("110000", "http://x/2"),  # others altogether
    ],
)
def test_what_a_linkset_states_of_others_is_no_matter(tmp_path: Path, there: Stated) -> None:
    path = saved(tmp_path / "t.tsv", LINES)
    links = links_of(read(path, THESAURUS), [f"{REGION}150200"], path, THESAURUS, [there])
    assert [link.denied for link in links] == [False, True]


def test_a_region_of_the_linkset_of_wikidata_gets_no_second(built: Built, tmp_path: Path) -> None:
    line = [{1: f"{REGION}110000", 4: f"{WD}Q900003"}.get(n, cell) for n, cell in enumerate(LINES[0])]
    path = saved(tmp_path / "t.tsv", [line])
    done = egov("link", "--approve", path, "--profile", "wikidata", home=built.home)
    assert done.returncode == 1
    assert "Q956" in done.stderr.decode()
    assert "wikidata.ttl" in done.stderr.decode()
    assert not (tmp_path / "t.ttl").exists()


SET = "https://w3id.org/egov-kg/id/linkset/regions-"


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
@pytest.mark.parametrize(
    ("head", "words"),
    [
        (f"#mapping_set_id: {SET}skos", ("profile skos, not wikidata", "由配置 skos 生成")),
        (
            "#object_source: http://x/sparql",
            (f"<http://x/sparql>.*<{WD}Q2013>", f"<http://x/sparql>.*<{WD}Q2013>"),
        ),
    ],
)
def test_a_table_of_another_profile_is_refused(
    tmp_path: Path, delimiter: str, head: str, words: tuple[str, str]
) -> None:
    path = saved(tmp_path / "t.tsv", LINES, delimiter, head)
    with pytest.raises(UsageError, match=f"line 1: .*{words[0]}") as caught:
        read(path, WIKIDATA)
    assert re.search(words[1], caught.value.detail_zh)
    assert len(read(path, THESAURUS)) == 2


@pytest.mark.parametrize("head", [f"#mapping_set_id: {SET}wikidata", f"#object_source: {WD}Q2013", "# none"])
def test_a_table_of_the_profile_is_read(tmp_path: Path, head: str) -> None:
    assert len(read(saved(tmp_path / "t.tsv", LINES, head=head), WIKIDATA)) == 2


def test_a_table_that_was_written_is_of_its_profile_alone(tmp_path: Path) -> None:
    write(tmp_path / "t.tsv", (), WIKIDATA, WIKIDATA.endpoint)
    assert read(tmp_path / "t.tsv", WIKIDATA) == []
    with pytest.raises(UsageError, match="--profile wikidata"):
        read(tmp_path / "t.tsv", THESAURUS)
