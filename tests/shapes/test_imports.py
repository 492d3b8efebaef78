"""The rules for imports: each has its two files, and `validate` tells them apart, with either engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.release.report import SHAPES
from egov_kg.release.validate import validate_files
from egov_kg.settings import ENGINES, Engine
from support.rules import IMPORT_RULES, SOURCES, conforming, expected, violating


@pytest.mark.parametrize("engine", ENGINES)
def test_conforming_imports_conform(engine: Engine) -> None:
    report = validate_files([conforming(rule) for rule in IMPORT_RULES], SOURCES, engine)
    assert report.results == ()


@pytest.mark.parametrize("engine", ENGINES)
def test_each_violating_import_breaks_its_rule_and_no_other(engine: Engine) -> None:
    """All at once, each in the graph of its own name."""
    files = {violating(rule): rule for rule in IMPORT_RULES}
    report = validate_files(list(files), SOURCES, engine)
    found: dict[str, set[str]] = {rule: set() for rule in IMPORT_RULES}
    for result in report.results:
        found[_rule_of(result.source_file, result.focus_node)].add(result.rule.removeprefix(SHAPES))
    assert found == {rule: expected(rule) for rule in IMPORT_RULES}


def _rule_of(file: str | None, node: str) -> str:
    return Path(file).stem if file else node.rpartition("/")[2]
