"""Every rule has a file that keeps it and one that breaks it, and both engines say so."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from egov_kg.release.engines import Finding, run_pyshacl, run_shacl
from egov_kg.release.rules import Check, Shape, ShapeSet
from egov_kg.store.rdf_io import Quad, parse_rdf
from support.rules import (
    CHECK_RULES,
    CHECKS,
    DATA,
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

Engine = Callable[[Iterable[Quad], ShapeSet], Iterator[Finding]]
ENGINES = pytest.mark.parametrize("engine", [run_pyshacl, run_shacl])
HAN = re.compile(r"[\u4e00-\u9fff]")


def together(files: Iterable[Path]) -> list[Quad]:
    return [*context(), *(quad for path in files for quad in parse_rdf(path))]


def test_every_rule_has_its_two_files_and_no_file_is_without_a_rule() -> None:
    rules = sorted([*SHAPE_RULES, *CHECK_RULES])
    assert len(rules) == len(set(rules)) > 200
    for folder in ("conforms", "violates"):
        assert sorted(path.stem for path in (DATA / folder).glob("*.ttl")) == rules


@pytest.mark.parametrize("number", range(1, 22))
def test_every_integrity_constraint_of_the_recommendation_is_there(number: int) -> None:
    assert CHECKS[f"ic-{number:02}"].title_en.startswith(f"IC-{number}: ")


def test_rules_speak_both_languages() -> None:
    rules: list[Shape | Check] = [*SHAPE_SET.rules.values(), *CHECKS.values()]
    for rule in rules:
        assert HAN.search(rule.message_zh), rule.iri
        assert rule.message_zh.endswith("。"), rule.iri
        assert not HAN.search(rule.message_en), rule.iri
        assert rule.message_en.endswith("."), rule.iri


@pytest.mark.parametrize("rule", [*SHAPE_RULES, *CHECK_RULES])
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


def test_the_reference_finds_the_same_in_every_file() -> None:
    """All files at once, for speed: nodes carry the name of their file."""
    found = named(run_pyshacl(together(map(violating, SHAPE_RULES)), SHAPE_SET))
    assert found == set().union(*map(alone, SHAPE_RULES))


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
