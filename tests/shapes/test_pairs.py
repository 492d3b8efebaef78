"""Every rule has a file that keeps it and one that breaks it, and every engine says so."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyshacl
import pytest
from rdflib import Graph

from egov_kg.release.engines import Finding, run_pyshacl, run_shacl
from egov_kg.release.in_store import run_sparql
from egov_kg.release.rules import Check, Shape, ShapeSet
from egov_kg.store.base import Dataset
from egov_kg.store.rdf_io import Quad, parse_rdf
from egov_kg.store.snapshot import Snapshot
from support.rules import (
    ALL_CHECKS,
    CHECK_RULES,
    CHECKS,
    DATA,
    HERE,
    IMPORT_RULES,
    IMPORT_SHAPES,
    OUTSIDE_SHAPES,
    SHAPE_RULES,
    SHAPE_SET,
    conforming,
    context,
    expected,
    failing_checks,
    named,
    violating,
)
from support.shacl import by_queries, verdicts

Engine = Callable[[Iterable[Quad], ShapeSet], Iterator[Finding]]
ENGINES = pytest.mark.parametrize("engine", [run_pyshacl, run_shacl, run_sparql])
HAN = re.compile(r"[\u4e00-\u9fff]")


def together(files: Iterable[Path]) -> list[Quad]:
    return [*context(), *(quad for path in files for quad in parse_rdf(path))]


def test_every_rule_has_its_two_files_and_no_file_is_without_a_rule() -> None:
    rules = sorted([*SHAPE_RULES, *CHECK_RULES, *IMPORT_RULES])
    assert len(rules) == len(set(rules)) > 200
    for folder in ("conforms", "violates"):
        assert sorted(path.stem for path in (DATA / folder).glob("*.ttl")) == rules


@pytest.mark.parametrize("number", range(1, 22))
def test_every_integrity_constraint_of_the_recommendation_is_there(number: int) -> None:
    assert CHECKS[f"ic-{number:02}"].title_en.startswith(f"IC-{number}: ")


def test_rules_speak_both_languages() -> None:
    rules: list[Shape | Check] = [*SHAPE_SET.rules.values(), *IMPORT_SHAPES.rules.values()]
    rules += ALL_CHECKS.values()
    for rule in rules:
        assert HAN.search(rule.message_zh), rule.iri
        assert rule.message_zh.endswith("。"), rule.iri
        assert not HAN.search(rule.message_en), rule.iri
        assert rule.message_en.endswith("."), rule.iri


@pytest.mark.parametrize("rule", [*SHAPE_RULES, *CHECK_RULES, *IMPORT_RULES])
def test_the_two_files_differ_in_one_thing(rule: str) -> None:
    before, after = (
        [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(("#", "@"))]
        for path in (conforming(rule), violating(rule))
    )
    blocks = [
        block for block in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if block[0] != "equal"
    ]  # fmt: skip
    assert 1 <= len(blocks) <= 4


@ENGINES
def test_conforming_files_conform(engine: Engine) -> None:
    files = [conforming(rule) for rule in [*SHAPE_RULES, *CHECK_RULES] if rule not in OUTSIDE_SHAPES]
    assert named(engine(together(files), SHAPE_SET)) == set()


@pytest.mark.parametrize("rule", SHAPE_RULES)
def test_a_violating_file_breaks_its_rule_and_no_other(rule: str) -> None:
    assert {name for name, _, _ in alone(rule)} == expected(rule)


def test_the_reference_and_queries_find_the_same_in_every_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """All files at once, for speed: nodes carry the name of their file."""
    reports: list[Graph] = []
    validate = pyshacl.validate

    def noted(*arguments: Any, **options: Any) -> Any:
        answer = validate(*arguments, **options)
        reports.append(answer[1])
        return answer

    monkeypatch.setattr(pyshacl, "validate", noted)
    quads = together(map(violating, SHAPE_RULES))
    found = named(run_pyshacl(quads, SHAPE_SET))
    assert found == set().union(*map(alone, SHAPE_RULES))

    data = tmp_path / "data.nq"
    data.write_text("".join(f"{quad.triple} <{HERE}> .\n" for quad in quads), encoding="utf-8")
    with Snapshot.memory([data], Dataset((HERE,))) as store:
        # With source shape, path and component; 44.0 comes back from the store as 44.
        by_shapes = by_queries(store, SHAPE_SET.graph)
    by_pyshacl = verdicts(reports[0], SHAPE_SET.graph)
    assert by_shapes == {one._replace(value=one.value.replace('44.0"', '44"')) for one in by_pyshacl}


@cache
def alone(rule: str) -> frozenset[tuple[str, str, str]]:
    return frozenset(named(run_shacl(together([violating(rule)]), SHAPE_SET)))


@pytest.mark.parametrize("rule", CHECK_RULES)
def test_integrity_checks_tell_the_two_files_apart(rule: str, tmp_path: Path) -> None:
    assert failing_checks(conforming(rule), tmp_path) == set()
    assert failing_checks(violating(rule), tmp_path) == expected(rule)


def test_the_context_conforms(tmp_path: Path) -> None:
    empty = tmp_path / "empty.ttl"
    empty.write_text("", encoding="utf-8")
    assert failing_checks(empty, tmp_path) == set()
