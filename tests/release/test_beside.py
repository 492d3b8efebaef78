"""The validating process: its report, its errors, and its death."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg import iris
from egov_kg.errors import ReleaseError, UsageError
from egov_kg.release.beside import Validation
from egov_kg.release.validate import ValidationInput, validate
from egov_kg.store.snapshot import parse_rdf, sorted_nquads
from support.sources import make_sources, observation, turtle


@pytest.fixture
def data(tmp_path: Path) -> ValidationInput:
    sources = make_sources(tmp_path / "sources")
    source, nquads = tmp_path / "facts.ttl", tmp_path / "facts.nq"
    source.write_text(turtle(observation("good", "5") + observation("bad", "5", None)), "utf-8")
    nquads.write_bytes(sorted_nquads(parse_rdf(source, iris.graph("facts"))))
    return ValidationInput((nquads,), sources, origins={iris.thing("observation", "bad"): "facts.ttl"})


def test_its_report_is_that_of_a_call(data: ValidationInput) -> None:
    with Validation(data, "shacl") as validation:
        report = validation.result()
    assert report == validate(data, "shacl")
    assert [result.focus_node for result in report.violations] == [iris.thing("observation", "bad")]


def test_its_errors_are_raised_here(data: ValidationInput) -> None:
    with Validation(data, "none such") as validation, pytest.raises(UsageError) as caught:
        validation.result()
    assert caught.value.detail_zh


def test_its_death_is_an_error_in_words(data: ValidationInput) -> None:
    with Validation(data, "shacl") as validation:
        validation._process.kill()
        with pytest.raises(ReleaseError, match=r"exit status -9"):
            validation.result()


def test_it_is_ended_when_the_build_fails_meanwhile(data: ValidationInput) -> None:
    with pytest.raises(KeyboardInterrupt), Validation(data, "pyshacl") as validation:
        raise KeyboardInterrupt
    assert validation._process.returncode == -9
