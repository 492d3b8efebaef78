"""The regions of 2012, from their tables to Turtle."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from egov_kg.errors import SourceError
from egov_kg.ingest import regions
from egov_kg.ingest.tables import read_table
from egov_kg.resources import Sources, find_sources
from egov_kg.store.rdf_io import parse_rdf

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT.parent / "shared" / "regions"
SAMPLE = ROOT / "tests" / "data" / "ingest" / "tables"

needs_tables = pytest.mark.skipif(
    not (TABLES / "regions_2012.csv").is_file(),
    reason="the tables of regions are not beside the checkout (../shared/regions)",
)

# Engines write language tags in lower case.
PINYIN = regions.PINYIN.lower()

Triples = dict[str, dict[str, list[str]]]


def triples(path: Path) -> Triples:
    found: Triples = {}
    for quad in parse_rdf(path):
        name = str(quad.subject).strip("<>").rsplit("/", 1)[-1]
        property_ = str(quad.predicate).strip("<>").replace("#", "/").rsplit("/", 1)[-1]
        found.setdefault(name, {}).setdefault(property_, []).append(str(quad.object))
    return found


@pytest.fixture(scope="module")
def committed() -> Triples:
    return triples(find_sources().data / "regions.ttl")


def levels(data: Triples) -> Counter[str]:
    return Counter(
        node["regionLevel"][0].rsplit("/", 1)[-1][:-1] for node in data.values() if "broader" in node
    )


@needs_tables
def test_making_the_files_again_gives_the_same_bytes(tmp_path: Path) -> None:
    made = regions.write_regions(TABLES, Sources(tmp_path))
    kept = find_sources().data
    assert [path.read_bytes() for path in made] == [
        (kept / "regions.ttl").read_bytes(),
        (kept / "links" / "wikidata.ttl").read_bytes(),
        (kept / "links" / "iso3166-2.ttl").read_bytes(),
    ]


@needs_tables
def test_pinyin_agrees_with_that_of_the_table_of_names() -> None:
    table = read_table(TABLES / "region_ids.csv", regions.ID_COLUMNS)
    made = {region.code: region for region in regions.read_regions(TABLES)}
    assert len(table) == 49
    for row in table:
        assert (row["pinyin"], regions.PINYIN) in made[row["code"]].alternatives


def test_every_region_is_there_once(committed: Triples) -> None:
    assert levels(committed) == {"province": 34, "prefecture": 333, "county": 2852, "other": 1}
    assert "broader" not in committed["cn"]


def test_every_region_has_labels_in_both_languages_and_says_where_the_english_one_is_from(
    committed: Triples,
) -> None:
    origins: Counter[str] = Counter()
    for node in committed.values():
        if "regionLevel" not in node:
            continue
        for property_ in ("prefLabel", "label"):
            assert sorted(label.rsplit("@", 1)[-1] for label in node[property_]) == ["en", "zh"]
        assert node["prefLabel"] == node["label"]
        assert any(label.endswith(f"@{PINYIN}") for label in node["altLabel"])
        origins[node["labelOrigin"][0].rsplit("/", 1)[-1][:-1]] += 1
    assert origins == {"published": 49 + 2, "romanised": 3219 - 49}


def test_every_region_lies_in_one_above_it(committed: Triples) -> None:
    for name, node in committed.items():
        if "broader" in node:
            (above,) = (one.rsplit("/", 1)[-1][:-1] for one in node["broader"])
            assert above in committed
            assert above in ("cn", f"{name[:4]}00", f"{name[:2]}0000")
            assert above != name


def test_shaanxi_is_not_shanxi(committed: Triples) -> None:
    assert '"Shaanxi"@en' in committed["610000"]["prefLabel"]
    assert '"Shanxi"@en' in committed["140000"]["prefLabel"]
    assert f'"shanxisheng"@{PINYIN}' in committed["610000"]["altLabel"]
    assert f'"shanxisheng"@{PINYIN}' in committed["140000"]["altLabel"]


def test_a_miswritten_name_of_the_table_is_mended(committed: Triples) -> None:
    assert committed["320100"]["prefLabel"] == ['"南京市"@zh', '"Nanjing"@en']


def test_ranks_codes_and_links(committed: Triples) -> None:
    assert sum("regionRank" in node for node in committed.values()) == 15
    notations = [one for node in committed.values() for one in node.get("notation", ())]
    assert sum(one.endswith("#gbt2260-2012>") for one in notations) == 3219
    assert sum(one.endswith("#iso3166-2>") for one in notations) == 34
    links = triples(find_sources().data / "links" / "wikidata.ttl")
    linked = {name: node["exactMatch"] for name, node in links.items() if "exactMatch" in node}
    assert len(linked) == 49
    assert linked.keys() <= committed.keys()


def test_provinces_are_linked_by_the_code_that_they_have(committed: Triples) -> None:
    links = triples(find_sources().data / "links" / "iso3166-2.ttl")
    linked = {name: node["exactMatch"] for name, node in links.items() if "exactMatch" in node}
    codes = {
        name: next(one.split('"')[1] for one in node["notation"] if one.endswith("#iso3166-2>"))
        for name, node in committed.items()
        if any(one.endswith("#iso3166-2>") for one in node.get("notation", ()))
    }
    space = "https://www.omg.org/spec/LCC/Countries/ISO3166-2-SubdivisionCodes-Adjunct/"
    assert linked == {name: [f"<{space}{code}>"] for name, code in codes.items()}
    assert codes["610000"] == "CN-SN"


def test_the_corps_stands_beside_the_provinces_without_a_code(committed: Triples) -> None:
    corps = committed["xpcc"]
    assert "notation" not in corps
    assert corps["broader"] == ["<https://w3id.org/egov-kg/id/region/cn>"]
    assert '"新疆兵团"@zh' in corps["altLabel"]


def test_no_blank_nodes(committed: Triples) -> None:
    assert not [
        one for node in committed.values() for values in node.values() for one in values if one[0] == "_"
    ]


def test_a_short_name_that_a_province_has_is_not_given_to_a_city(committed: Triples) -> None:
    assert '"吉林"@zh' in committed["220000"]["altLabel"]
    assert '"吉林"@zh' not in committed["220200"]["altLabel"]


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "tables"))


def test_regions_are_sorted_by_code_whatever_the_order_of_the_table(sample: Path) -> None:
    made = [region.slug for region in regions.read_regions(sample)]
    assert made == ["cn", "xpcc", "140000", "140428", "140500", "610000", "610100", "610102"]


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("regions_2012.csv", "610102,", "61010,", "'61010' is not a code of six digits"),
        ("regions_2012.csv", "610102,", "610100,", "'610100' occurs twice"),
        ("regions_2012.csv", "county,610100", "town,610100", "unknown level 'town'"),
        (
            "regions_2012.csv",
            "county,610100",
            "county,",
            "is a province with a parent, or another region without",
        ),
        ("regions_2012.csv", "county,610100", "county,620100", "has the parent '620100'"),
        ("regions_2012.csv", "county,610100", "county,140428", "has the parent '140428'"),
        ("region_ids.csv", "陕西省", "山西省", "names 610000 '山西省'"),
    ],
)
def test_tables_that_contradict_themselves_are_refused(
    sample: Path, file: str, old: str, new: str, says: str
) -> None:
    text = (sample / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (sample / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SourceError, match=says) as error:
        regions.read_regions(sample)
    assert error.value.detail_zh.startswith(file)
    assert error.value.detail_zh.endswith("。")


def test_as_a_program_it_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert regions.main([str(tmp_path)]) == 1
    assert "regions_2012.csv" in capsys.readouterr().err
    assert regions.main([]) == 1
    said = capsys.readouterr().err
    assert "Usage" in said
    assert "用法" in said
