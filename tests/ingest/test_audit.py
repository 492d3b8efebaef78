"""The audit: a small edition that passes, and one change after another that must not."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from egov_kg.errors import NotFound, SourceError
from egov_kg.ingest.audit import CHECKS, audit
from egov_kg.ingest.copies import check_copies, text_files
from egov_kg.resources import Sources, find_sources

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data" / "ingest"
REPORT = DATA / "report.txt"
REAL = ROOT.parent / "shared" / "source" / "report-2012-2013.txt"

needs_report = pytest.mark.skipif(
    not REAL.is_file(), reason="the report is not beside the checkout (../shared/source)"
)


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    return Sources(Path(shutil.copytree(DATA / "edition", tmp_path / "project")))


def change(sources: Sources, file: str, old: str, new: str) -> None:
    path = sources.data / "archives-2020" / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_edition_that_holds_all_of_its_report_passes(sources: Sources) -> None:
    result = audit(REPORT, sources)
    assert result.gaps == ()
    assert result.ok
    assert result.edition == "archives-2020"
    assert [check.name for check in result.checks] == list(CHECKS)
    assert all(check.examined for check in result.checks)
    assert {status: result.count(status) for status in ("bound", "excluded", "lexical", "gap")} == {
        "bound": 13,
        "excluded": 2,
        "lexical": 2,
        "gap": 0,
    }


def test_each_row_says_what_binds_or_excludes_it(sources: Sources) -> None:
    rows = {(row.start, row.end): row for row in audit(REPORT, sources).rows}
    assert rows[33, 35].by == ("eid:observation/archives",)
    assert rows[72, 73].by == ("eid:exclusion/article",)
    assert rows[72, 73].reason_en == "clause-number"
    assert rows[23, 25].reason_en == "one word: unified"
    assert rows[168, 169].by == ("eid:observation/open-documents", "eid:observation/open-photographs")


VOLUMES = """observation:volumes a qb:Observation ;
    rdfs:label "馆藏卷数：超过3.5万"@zh , "Volumes held: over 35,000"@en ;
    sdmx-measure:obsValue 35000.0 ;
    sdmx-attribute:unitMeasure unit:NUM ;
    sdmx-attribute:unitMult 4 ;
    egov:reportedValue "3.5" ;
    egov:qualifier c-qualifier:over ;
    egov:valueOrigin c-value-origin:digits ;"""
PRACTICE = """    egov:reportedValue "两" ;
    egov:qualifier c-qualifier:over ;
    egov:valueOrigin c-value-origin:verbal ;
    prov:wasDerivedFrom span:archives-2020-0083-0090 ;
    egov:figureSpan span:archives-2020-0085-0088 ."""


@pytest.mark.parametrize(
    ("file", "old", "new", "check", "where", "says"),
    [
        (
            "source.ttl",
            "codePoints 177",
            "codePoints 178",
            "document",
            "eid:document/",
            "has 177 code points",
        ),
        ("source.ttl", 'egov:sha256 "', 'egov:sha256 "00', "document", "eid:document/", "SHA-256 is"),
        ("source.ttl", "oa:start 33 ;", "oa:start 32 ;", "spans", "0033-0035", "does not end in its offsets"),
        (
            "source.ttl",
            "oa:start 33 ;",
            "oa:start 36 ;",
            "spans",
            "0033-0035",
            "offsets 36-35 are not within",
        ),
        ("source.ttl", "oa:start 140 ;", "oa:start 1400 ;", "spans", "0140-0145", "not within 0-177"),
        ("source.ttl", "oa:end 77 .", "oa:end 78 .", "spans", "0076-0077", "hashes to"),
        ("source.ttl", "oa:end 148 .", "oa:end 160 .", "spans", "0146-0148", "crosses the edge"),
        (
            "source.ttl",
            "egov:order 2 .",
            "egov:order 3 .",
            "spans",
            "0111-0113",
            "in section 2, not in section 3",
        ),
        ("source.ttl", '"目录情况"@zh', '"目录"@zh', "spans", "0111-0113", "no label like the heading"),
        (
            "facts.ttl",
            "egov:excludedSpan span:archives-2020-0070-0075",
            "egov:excludedSpan span:archives-2020-0071-0075",
            "references",
            "eid:exclusion/article",
            "is not described",
        ),
        (
            "facts.ttl",
            "egov:thresholdSpan span:archives-2020-0140-0145",
            "egov:thresholdSpan span:archives-2020-0124-0129",
            "references",
            "0140-0145",
            "no node points at this span",
        ),
        (
            "facts.ttl",
            "egov:excludedSpan span:archives-2020-0070-0075",
            "egov:excludedSpan span:archives-2020-0076-0077",
            "coverage",
            "72-73",
            "'3' (ordinal; section 1, paragraph 3) is bound to no fact",
        ),
        (
            "facts.ttl",
            "    egov:exclusionReason c-exclusion-reason:clause-number .",
            "    egov:order 1 .",
            "coverage",
            "72-73",
            "bound to no fact",
        ),
        ("facts.ttl", "    egov:flag c-flag:per-year ;\n", "", "coverage", "50-52", "'每年' (rate;"),
        (
            "facts.ttl",
            "egov:quantitySpan span:archives-2020-0146-0148",
            "egov:figureSpan span:archives-2020-0076-0077",
            "coverage",
            "146-148",
            "'部分' (partial;",
        ),
        (
            "facts.ttl",
            "    egov:figureSpan span:archives-2020-0033-0035",
            "    egov:figureSpan span:archives-2020-0010-0049",
            "tightness",
            "0010-0049",
            "figures or words instead of one",
        ),
        (
            "facts.ttl",
            "    egov:figureSpan span:archives-2020-0056-0061",
            "    egov:figureSpan span:archives-2020-0050-0062",
            "tightness",
            "0050-0062",
            "more than '2' with its qualifiers",
        ),
        (
            "facts.ttl",
            PRACTICE,
            PRACTICE.replace(" .", " ;\n    egov:periodSpan span:archives-2020-0124-0129 ."),
            "tightness",
            "0124-0129",
            "a figure that is no time",
        ),
        (
            "facts.ttl",
            'egov:reportedValue "3.5"',
            'egov:reportedValue "3"',
            "figures",
            "eid:observation/volumes",
            "is '3', but at 40-48 stands 3.5",
        ),
        (
            "facts.ttl",
            "obsValue 35000.0",
            "obsValue 3500.0",
            "figures",
            "eid:observation/volumes",
            "obsValue is 3500.0, the figure says 35000",
        ),
        ("facts.ttl", "unitMult 4", "unitMult 3", "figures", "eid:observation/volumes", "figure says 4"),
        (
            "facts.ttl",
            VOLUMES,
            VOLUMES.replace("unit:NUM", "unit:PERCENT"),
            "figures",
            "eid:observation/volumes",
            "the figure says a number of things",
        ),
        (
            "facts.ttl",
            "unit:CCY_CNY",
            "unit:NUM",
            "figures",
            "eid:observation/saving",
            "unitMeasure is unit:NUM, the figure says unit:CCY_CNY",
        ),
        (
            "facts.ttl",
            VOLUMES,
            VOLUMES.replace("c-value-origin:digits", "c-value-origin:verbal"),
            "figures",
            "eid:observation/volumes",
            "valueOrigin is verbal",
        ),
        (
            "facts.ttl",
            VOLUMES,
            VOLUMES.replace("c-qualifier:over", "c-qualifier:exact"),
            "figures",
            "eid:observation/volumes",
            "qualifier is exact, the figure says over",
        ),
        (
            "facts.ttl",
            "c-qualifier:hedged",
            "c-qualifier:exact",
            "figures",
            "eid:observation/catalogues",
            "the figure says hedged",
        ),
        (
            "facts.ttl",
            "prov:wasDerivedFrom span:archives-2020-0083-0090",
            "prov:wasDerivedFrom span:archives-2020-0050-0062",
            "figures",
            "eid:observation/practice",
            "lies outside the span",
        ),
        (
            "facts.ttl",
            '"连接的档案馆：12"@zh',
            '"连接的档案馆：99"@zh',
            "labels",
            "eid:observation/archives",
            "'连接的档案馆：99' does not hold its figure, 12;",
        ),
        (
            "facts.ttl",
            "over 35,000",
            "over 35",
            "labels",
            "eid:observation/volumes",
            "does not hold its figure, 35000;",
        ),
        (
            "facts.ttl",
            "about CNY 200 million",
            "about CNY 200 billion",
            "labels",
            "eid:observation/saving",
            "does not hold its figure, 200000000;",
        ),
        (
            "facts.ttl",
            "目录建成率：所有",
            "目录建成率：多数",
            "labels",
            "eid:observation/catalogues",
            "does not hold its figure, 100%;",
        ),
        (
            "facts.ttl",
            "at least 85% digitised: over 60%",
            "at least 60% digitised: over 85%",
            "labels",
            "eid:observation/digitised",
            "does not hold its figure, 60%;",
        ),
        (
            "facts.ttl",
            "Documents open: 100 per cent",
            "Documents open: 100",
            "labels",
            "eid:observation/open-documents",
            "does not hold its figure, 100%;",
        ),
        (
            "facts.ttl",
            "egov:threshold 85.0",
            "egov:threshold 80.0",
            "thresholds",
            "eid:condition/digitised-85",
            "threshold is 80.0, but at 140-145 stands 85",
        ),
        (
            "facts.ttl",
            "thresholdInclusive true",
            "thresholdInclusive false",
            "thresholds",
            "eid:condition/digitised-85",
            "the wording says true",
        ),
        (
            "facts.ttl",
            PRACTICE,
            PRACTICE.replace(" ;\n    egov:figureSpan span:archives-2020-0085-0088", ""),
            "provenance",
            "eid:observation/practice",
            "has no egov:figureSpan",
        ),
        (
            "facts.ttl",
            "    prov:wasDerivedFrom span:archives-2020-0146-0153 ;\n",
            "",
            "provenance",
            "eid:statement/some-closed",
            "has no prov:wasDerivedFrom",
        ),
        (
            "facts.ttl",
            "prov:wasDerivedFrom span:archives-2020-0146-0153",
            "prov:wasDerivedFrom span:archives-2020-0111-0123",
            "provenance",
            "eid:statement/some-closed",
            "quantity word lies outside",
        ),
    ],
)
def test_each_kind_of_fault_is_a_gap(
    sources: Sources, file: str, old: str, new: str, check: str, where: str, says: str
) -> None:
    change(sources, file, old, new)
    result = audit(REPORT, sources)
    assert not result.ok
    found = [gap for gap in result.gaps if gap.check == check and where in gap.where and says in gap.en]
    assert found, [(gap.check, gap.where, gap.en) for gap in result.gaps]
    assert all(gap.zh for gap in found)
    assert next(one for one in result.checks if one.name == check).gaps >= 1


def test_another_paragraph_is_a_gap(sources: Sources) -> None:
    path = sources.data / "archives-2020" / "source.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("egov:paragraph 3", "egov:paragraph 2"), encoding="utf-8")
    gaps = audit(REPORT, sources).gaps
    assert {gap.en for gap in gaps} == {"it stands in paragraph 3 of its section, not 2"}


def test_both_labels_are_checked(sources: Sources) -> None:
    change(
        sources,
        "facts.ttl",
        '"连接的档案馆：12"@zh , "Archives connected: 12"@en',
        '"甲：99"@zh , "A: 99"@en',
    )
    gaps = audit(REPORT, sources).gaps
    assert [(gap.check, gap.where) for gap in gaps] == [("labels", "eid:observation/archives")] * 2


def test_another_file_is_the_one_gap_and_ends_the_audit(sources: Sources, tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_text("另一份报告，共 7 家。", encoding="utf-8")
    result = audit(report, sources)
    (gap,) = result.gaps
    assert (gap.check, gap.where) == ("document", "eid:document/archives-2020")
    assert "not the file the edition was made from" in gap.en
    assert "不是该版本所依据的文件" in gap.zh
    assert not result.ok
    assert [check.name for check in result.checks] == ["document"]
    english, chinese = result.to_text("en"), result.to_text("zh")
    assert english.startswith("Edition archives-2020\n")
    assert english.count("\n") == chinese.count("\n") == 6
    assert "numerals" not in english


def test_a_figure_that_the_report_adds_is_a_gap(sources: Sources, tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_text(REPORT.read_text(encoding="utf-8") + "另有 7 家。", encoding="utf-8")
    old, new = (sha256(path.read_bytes()).hexdigest() for path in (REPORT, report))
    change(sources, "source.ttl", old, new)
    change(sources, "source.ttl", "codePoints 177", "codePoints 184")
    gaps = audit(report, sources).gaps
    assert [(gap.check, gap.where) for gap in gaps] == [("coverage", "180-181")]


def second_edition(sources: Sources, content: bytes) -> None:
    folder = sources.data / "archives-2021"
    shutil.copytree(sources.data / "archives-2020", folder)
    old = sha256(REPORT.read_bytes()).hexdigest()
    path = folder / "source.ttl"
    path.write_text(
        path.read_text(encoding="utf-8").replace(old, sha256(content).hexdigest()), encoding="utf-8"
    )


def test_of_several_editions_the_one_made_from_the_report_is_audited(
    sources: Sources, tmp_path: Path
) -> None:
    changed = REPORT.read_bytes() + b"\n"
    second_edition(sources, changed)
    report = tmp_path / "report-2021.txt"
    report.write_bytes(changed)
    assert audit(REPORT, sources).edition == "archives-2020"
    assert audit(report, sources).edition == "archives-2021"


def test_of_several_editions_none_made_from_the_report(sources: Sources, tmp_path: Path) -> None:
    second_edition(sources, b"another")
    report = tmp_path / "third.txt"
    report.write_text("第三份", encoding="utf-8")
    with pytest.raises(NotFound, match=r"archives-2020 .*archives-2021 "):
        audit(report, sources)


def test_a_folder_without_a_source_document_is_no_edition(sources: Sources) -> None:
    (sources.data / "links").mkdir()
    (sources.data / "links" / "wikidata.ttl").write_text("", encoding="utf-8")
    assert audit(REPORT, sources).ok


def test_two_source_documents_in_a_folder_are_refused(sources: Sources) -> None:
    change(
        sources,
        "source.ttl",
        "document:archives-2020 a egov:SourceDocument ;",
        "document:b a egov:SourceDocument .\n\ndocument:archives-2020 a egov:SourceDocument ;",
    )
    with pytest.raises(SourceError, match="2 source documents"):
        audit(REPORT, sources)


def test_a_missing_report(sources: Sources, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no report"):
        audit(tmp_path / "nothing.txt", sources)


def test_a_report_that_is_not_utf8_is_refused_with_its_line(sources: Sources, tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_bytes("标题\n".encode() + "正文".encode("gb18030"))
    with pytest.raises(SourceError, match=r"line 2: not UTF-8") as error:
        audit(report, sources)
    assert error.value.extra["line"] == 2


def test_a_file_of_the_edition_that_does_not_parse_is_refused_with_its_line(sources: Sources) -> None:
    change(sources, "facts.ttl", "egov:threshold 85.0 ;", "egov:threshold 85.0 ,;")
    with pytest.raises(SourceError) as error:
        audit(REPORT, sources)
    assert error.value.extra["file"].endswith("facts.ttl")
    assert error.value.extra["line"]


@pytest.mark.parametrize(
    ("comment", "repeats"),
    [
        ("# 文书照片", False),
        ("# 年底，某市统一平台连接档案馆 12", False),
        ("# 各地都说某市统一平台连接档案馆的事", False),
        ("# 某市统一平台连接档案馆各", False),
        ("# 截至2020年底，某市统一平台连接档案馆12个，馆藏", True),
        ("# 所有县级馆都基本建成目录", True),
        ("# 所有县级馆 都基本\u3000建成目录", True),
        (r"# \u6240\u6709县级馆都基本建成目录", True),
    ],
)
def test_a_run_of_the_report_anywhere_is_a_gap(sources: Sources, comment: str, repeats: bool) -> None:
    folder = sources.queries
    folder.mkdir()
    (folder / "question.rq").write_text(f"\n{comment}\n", encoding="utf-8")
    gaps = audit(REPORT, sources).gaps
    assert [(gap.check, gap.where) for gap in gaps] == [("copies", "queries/question.rq:2")] * repeats


def test_a_listed_name_may_be_repeated(tmp_path: Path) -> None:
    report = "由国家信息中心网络政府研究中心提出并负责长期维护"
    (tmp_path / "a.ttl").write_text("国家信息中心网络政府研究中心", encoding="utf-8")
    (tmp_path / "b.ttl").write_text("提出并负责长期维护", encoding="utf-8")
    (tmp_path / "c.ttl").write_text("政府研究中心提出并负责长期维护", encoding="utf-8")
    gaps = list(check_copies(report, text_files(tmp_path), tmp_path))
    assert [gap.where for gap in gaps] == ["c.ttl:1"]


def test_as_text_in_both_languages(sources: Sources) -> None:
    change(sources, "facts.ttl", "unitMult 4", "unitMult 3")
    result = audit(REPORT, sources)
    english, chinese = result.to_text("en"), result.to_text("zh")
    assert "GAP     8    1  Every fact says what its figure says" in english
    assert "figures  eid:observation/volumes  sdmx-attribute:unitMult is 3" in english
    assert "统一  one word: unified  (23-25)" in english
    assert "缺口 1 处" in chinese
    assert "每条事实与其数值一致" in chinese


@needs_report
def test_the_edition_of_2012_2013_holds_all_of_its_report() -> None:
    result = audit(REAL, find_sources())
    assert [(gap.check, gap.where, gap.en) for gap in result.gaps] == []
    assert result.edition == "report-2012-2013"
    assert len(result.rows) > 100


@needs_report
def test_no_sentence_of_the_report_is_in_the_code_the_tests_or_the_pages() -> None:
    folders = [ROOT / name for name in ("src", "tests", "docs", "benchmarks")]
    files = [*text_files(*folders), *ROOT.glob("*.md"), *ROOT.glob("*.toml")]
    assert list(check_copies(REAL.read_text(encoding="utf-8"), files, ROOT)) == []
