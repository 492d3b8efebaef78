"""Validation as a whole: files and releases in, a report out, in words and as RDF."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import rdflib
from rdflib import RDF, SH, BNode, Graph

from egov_kg.errors import NotFound, SourceError, UsageError, ValidationFailed
from egov_kg.release.report import SHAPES, Report, Result
from egov_kg.release.rules import load_checks, load_shapes
from egov_kg.release.validate import ENGINES, ValidationInput, _read, validate, validate_files
from egov_kg.resources import Sources
from egov_kg.store.rdf_io import parse_rdf, sorted_nquads
from support.rules import (
    CHECK_RULES,
    CONTEXT,
    HERE,
    IMPORT_RULES,
    SHAPE_RULES,
    SOURCES,
    conforming,
    context,
    violating,
)

EID = "https://w3id.org/egov-kg/id/"
ALL_ENGINES = pytest.mark.parametrize("engine", ENGINES)


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    """The project's own rules and ontology, with the invented context as its only data."""
    root = tmp_path / "project"
    for folder in ("ontology", "shapes"):
        (root / folder).parent.mkdir(exist_ok=True)
        (root / folder).symlink_to(SOURCES.root / folder)
    data = root / "data" / "ttl"
    data.mkdir(parents=True)
    shutil.copy(CONTEXT, data)
    return Sources(root)


def result(focus: str = f"{EID}network/one", **changes: str) -> Result:
    values = {
        "path": "",
        "value": "",
        "severity": "Violation",
        "rule": f"{SHAPES}a-rule",
        "message_en": "Do it.",
    }
    return Result(focus_node=focus, **{**values, "message_zh": "请做。", **changes})  # type: ignore[arg-type]


def report(*results: Result) -> Report:
    return Report.of(results, rules=2, engine="pyshacl")


# Files


@ALL_ENGINES
def test_good_files_conform(sources: Sources, engine: str) -> None:
    found = validate_files([conforming("observation-source")], sources, engine)
    assert found.conforms
    assert found.results == ()
    assert found.rules == len(SHAPE_RULES) + len(CHECK_RULES) + len(IMPORT_RULES)


@ALL_ENGINES
def test_a_bad_file_is_named_with_node_rule_and_words(sources: Sources, engine: str) -> None:
    bad = violating("observation-source")
    found = validate_files([conforming("group-level"), bad], sources, engine)
    (one,) = [one for one in found.results if one.rule_name == "observation-source"]
    assert one.focus_node == f"{EID}observation/observation-source"
    assert one.path == "http://www.w3.org/ns/prov#wasDerivedFrom"
    assert one.rule == f"{SHAPES}observation-source"
    assert one.source_file == str(bad)
    assert {r.source_file for r in found.results} == {str(bad)}
    assert "prov:wasDerivedFrom" in one.message_en
    assert "请用" in one.message_zh
    assert not found.conforms


@ALL_ENGINES
def test_a_rule_seen_from_another_node_still_names_the_file_at_fault(sources: Sources, engine: str) -> None:
    """The rule looks from the document, which another file describes."""
    context_file = sources.data / "context.ttl"
    spans = sources.root / "spans.ttl"
    spans.write_text(
        "@prefix oa: <http://www.w3.org/ns/oa#> . @prefix id: <https://w3id.org/egov-kg/id/> .\n"
        "<https://w3id.org/egov-kg/id/span/example-2000-2010> a oa:SpecificResource ;\n"
        "  oa:hasSource <https://w3id.org/egov-kg/id/document/example> ;\n"
        "  oa:hasSelector <https://w3id.org/egov-kg/id/selector/example-2000-2010> .\n"
        "<https://w3id.org/egov-kg/id/selector/example-2000-2010> a oa:TextPositionSelector ;\n"
        "  oa:start 2000 ; oa:end 2010 .\n",
        encoding="utf-8",
    )
    found = validate_files([spans], sources, engine)
    (late,) = [one for one in found.results if one.rule_name == "span-in-document"]
    assert late.value == f"<{EID}span/example-2000-2010>"
    assert late.source_file == str(spans)
    assert context_file.exists()


def test_only_the_given_files_are_reported_on(sources: Sources) -> None:
    shutil.copy(violating("observation-source"), sources.data / "broken.ttl")
    assert validate_files([conforming("group-level")], sources, "shacl").conforms


def test_a_file_may_name_whatever_the_data_describe(sources: Sources) -> None:
    edition = sources.data / "some-report"
    edition.mkdir()
    parts = conforming("span-hash").read_text(encoding="utf-8")
    head = "".join(line + "\n" for line in parts.splitlines() if line.startswith("@prefix"))
    blocks = parts.removeprefix(head).strip().split("\n\n")
    for number, block in enumerate(blocks):
        (edition / f"part-{number}.ttl").write_text(head + block + "\n", encoding="utf-8")
    assert validate_files([edition / "part-0.ttl"], sources, "shacl").conforms
    elsewhere = sources.root / "part-0.ttl"
    (edition / "part-0.ttl").rename(elsewhere)
    assert validate_files([elsewhere], sources, "shacl").conforms
    shutil.rmtree(edition)
    assert {one.rule_name for one in validate_files([elsewhere], sources, "shacl").results} >= {
        "dangling-iri"
    }


@ALL_ENGINES
def test_a_blank_node_is_found_with_its_file(sources: Sources, engine: str) -> None:
    bad = violating("blank-node")
    found = validate_files([bad], sources, engine)
    blank = [one for one in found.results if one.rule_name == "blank-node"]
    assert f"{EID}statement/blank-node" in {one.focus_node for one in blank}
    assert not any("_:" in (one.focus_node + one.value) for one in found.results)


def test_a_blank_node_stays_one_where_a_derived_value_points_to_it(tmp_path: Path) -> None:
    path = tmp_path / "derived.ttl"
    path.write_text(
        "<urn:d> a <https://w3id.org/egov-kg/ontology#DerivedObservation> ; <urn:p> [ <urn:q> 1 ] .",
        encoding="utf-8",
    )
    quads = _read(path, "file-0")
    (pointed,) = (quad.object for quad in quads if quad.predicate.value == "urn:p")
    (described,) = (quad.subject for quad in quads if quad.predicate.value == "urn:q")
    assert pointed == described
    assert {str(quad.graph_name).rpartition("/")[2] for quad in quads} == {"derived>", "file-0>"}


def test_what_cannot_be_read_is_said(sources: Sources, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text("@prefix a: <https://example.org/> .\na:b a:c ;;; [ .\n", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        validate_files([broken], sources)
    assert caught.value.extra["line"] == 2
    with pytest.raises(NotFound, match=r"nothing\.ttl"):
        validate_files([tmp_path / "nothing.ttl"], sources)
    with pytest.raises(UsageError, match="at least one"):
        validate_files([], sources)
    with pytest.raises(UsageError, match="pyshacl, shacl"):
        validate_files([CONTEXT], sources, "other")


# Graphs


def nquads(folder: Path, *files: Path) -> Path:
    path = folder / "graph.nq"
    quads = [*context(), *(quad for file in files for quad in parse_rdf(file, f"{HERE}-file"))]
    path.write_text("".join(f"{quad} .\n" for quad in quads), encoding="utf-8")
    return path


def test_the_engines_give_the_same_report(tmp_path: Path) -> None:
    data = ValidationInput((nquads(tmp_path, violating("bounds-order"), violating("span-name")),), SOURCES)
    one, *others = (validate(data, engine) for engine in ENGINES)
    assert one.results
    for other in others:
        assert one.results == other.results
        assert one.to_turtle() == other.to_turtle()


def test_focus_narrows_the_report(tmp_path: Path) -> None:
    path = nquads(tmp_path, violating("observation-source"), violating("group-level"))
    focus = frozenset({f"{EID}group/group-level"})
    found = validate(ValidationInput((path,), SOURCES, focus=focus), "shacl")
    assert {one.rule_name for one in found.results} == {"group-level"}


def test_rdflib_is_left_as_it_was(tmp_path: Path) -> None:
    assert rdflib.NORMALIZE_LITERALS is True
    validate(ValidationInput((nquads(tmp_path),), SOURCES), "pyshacl")
    assert rdflib.NORMALIZE_LITERALS is True


# The project's own data


@ALL_ENGINES
def test_the_data_of_the_project_conform(engine: str) -> None:
    files = sorted(SOURCES.data.rglob("*.ttl"))
    found = validate_files(files, SOURCES, engine)
    assert found.to_text("en").startswith("The data conform"), found.to_text("en")


@ALL_ENGINES
def test_the_examples_of_the_ontology_conform(engine: str) -> None:
    files = sorted((SOURCES.ontology / "examples").glob("*.ttl"))
    assert files
    found = validate_files(files, SOURCES, engine)
    assert found.results == (), found.to_text("en")


# Rules


def test_the_shapes_are_valid_shapes() -> None:
    import pyshacl

    shapes = load_shapes(SOURCES).graph
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=shapes, meta_shacl=True)
    assert conforms, text


def test_a_shape_without_words_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes" / "bare.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <https://example.org/s> a sh:NodeShape ;\n"
        '  sh:targetClass <https://example.org/C> ; sh:message "Only English"@en .\n',
        encoding="utf-8",
    )
    with pytest.raises(SourceError, match=r"^shapes/bare\.ttl: .* in English and Chinese"):
        load_shapes(Sources(tmp_path))
    with pytest.raises(NotFound):
        load_shapes(Sources(tmp_path / "nowhere"))


def test_a_check_without_words_is_refused(tmp_path: Path) -> None:
    bare = tmp_path / "shapes" / "integrity" / "bare.rq"
    bare.parent.mkdir(parents=True)
    bare.write_text("# title_en: Only this\nSELECT ?node WHERE {}\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"^shapes/integrity/bare\.rq: .*message_en, message_zh, title_zh"):
        load_checks(Sources(tmp_path))


# Reports

MANY = (
    result(value='"a \\"quoted\\"\\n值"@zh', path="http://www.w3.org/2000/01/rdf-schema#label"),
    result(f"{EID}network/two", value=f"<{EID}region/cn>", path=f"^<{SHAPES}x>", source_file="a b.ttl"),
    result('"a literal"', severity="Warning"),
    result("[]", severity="Info", message_en='Say "so".'),
)
BLANK = (result("[]"), result(value="[]"), result("[]", path='"no path"'), result("", path="[]"))


def test_a_report_is_sorted_without_repetition() -> None:
    expected = report(*MANY)
    for seed in range(5):
        shuffled = [*MANY, *MANY]
        random.Random(seed).shuffle(shuffled)
        assert report(*shuffled) == expected
        assert report(*shuffled).to_turtle() == expected.to_turtle()
    assert [one.severity for one in expected.results] == ["Violation", "Violation", "Warning", "Info"]


def test_only_violations_make_data_fail() -> None:
    assert report(*MANY[2:]).conforms
    assert not report(*MANY).conforms
    report(*MANY[2:]).require()
    with pytest.raises(
        ValidationFailed, match=r"eid:network/one breaks rule a-rule: Do it\. \(and 1 more\)"
    ) as caught:
        report(*MANY).require()
    assert "违反规则 a-rule：请做。（另有 1 处）" in caught.value.detail_zh
    assert caught.value.extra["violations"] == 2
    assert caught.value.extra["report"] == report(*MANY).to_text("en")


def test_the_text_tells_node_property_value_rule_and_file() -> None:
    text = report(MANY[1]).to_text("en")
    assert text == (
        "The data do not conform: 1 violation, 1 finding; 2 rules checked.\n\n"
        "violation: Do it.\n"
        "  node: eid:network/two\n"
        f"  property: ^<{SHAPES}x>\n"
        "  value: eid:region/cn\n"
        "  rule: a-rule\n"
        "  file: a b.ttl\n"
    )
    chinese = report(MANY[1]).to_text("zh")
    assert "违规：请做。" in chinese
    assert "节点：eid:network/two" in chinese
    assert report().to_text("en") == "The data conform: 2 rules checked, nothing found.\n"
    assert report().to_text("zh") == "数据符合规则：共检查 2 条规则，未发现问题。\n"


def test_the_rdf_is_a_validation_report_without_blank_nodes() -> None:
    graph = Graph().parse(data=report(*MANY).to_turtle(), format="turtle")
    assert not any(isinstance(term, BNode) for triple in graph for term in triple)
    (head,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(head, SH.conforms).toPython() is False  # type: ignore[union-attr]
    assert len(set(graph.objects(head, SH.result))) == len(MANY)
    for one in graph.objects(head, SH.result):
        for term in (SH.focusNode, SH.sourceShape, SH.resultSeverity):
            assert len(list(graph.objects(one, term))) == 1
        messages = list(graph.objects(one, SH.resultMessage))
        assert {getattr(message, "language", None) for message in messages} == {"en", "zh"}
    assert rdflib.Literal('a "quoted"\n值', lang="zh") in set(graph.objects(None, SH.value))


@pytest.mark.parametrize("one", [*MANY, *BLANK])
def test_the_rdf_is_turtle_whatever_is_at_fault(one: Result, tmp_path: Path) -> None:
    """A strict parser reads it: no relative or broken IRI, no blank node."""
    path = tmp_path / "report.ttl"
    path.write_text(report(one).to_turtle(), encoding="utf-8")
    quads = list(parse_rdf(path))
    assert sorted_nquads(quads)
    assert sum(quad.predicate.value == str(SH.focusNode) for quad in quads) == 1


@ALL_ENGINES
def test_the_report_on_a_blank_node_is_turtle(sources: Sources, engine: str, tmp_path: Path) -> None:
    path = tmp_path / "report.ttl"
    bad = tmp_path / "bad.ttl"
    bad.write_text("[] a <https://w3id.org/egov-kg/ontology#Network> .", encoding="utf-8")
    found = validate_files([bad, violating("blank-node")], sources, engine)
    assert "[]" in {one.focus_node for one in found.results}
    path.write_text(found.to_turtle(), encoding="utf-8")
    assert sorted_nquads(parse_rdf(path))


def test_the_name_of_a_report_follows_its_content() -> None:
    one, other = report(MANY[0]), report(replace(MANY[0], value=""))
    assert one.to_turtle().splitlines()[4] != other.to_turtle().splitlines()[4]
