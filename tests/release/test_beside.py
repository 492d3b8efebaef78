"""The validating process: its report, its errors, and its death."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from egov_kg import iris
from egov_kg.errors import ReleaseError, UsageError
from egov_kg.release.beside import Validation
from egov_kg.release.validate import ValidationInput, validate
from egov_kg.store.rdf_io import parse_rdf, sorted_nquads
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


CALL = """
import signal, sys
from pathlib import Path
from egov_kg.release.beside import Validation
from egov_kg.release.validate import ValidationInput
from egov_kg.resources import Sources
with Validation(ValidationInput((Path(sys.argv[1]),), Sources(Path(sys.argv[2]))), "shacl") as validation:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print("started", flush=True)
    print(len(validation.result().violations))
"""


def call(data: ValidationInput, folder: Path) -> subprocess.Popen[str]:
    """A validation whose parent has a process group of its own, as a command in a terminal has."""
    return subprocess.Popen(
        [sys.executable, "-P", "-c", CALL, data.nquads[0], data.sources.root],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_what_lies_in_the_working_folder_is_not_run(data: ValidationInput, tmp_path: Path) -> None:
    for name in ("rdflib", "shacl", "egov_kg"):
        (tmp_path / f"{name}.py").write_text(f"raise SystemExit('{name}.py was run')\n")
    assert call(data, tmp_path).communicate() == ("started\n1\n", "")


def test_ctrl_c_is_for_the_build_alone(data: ValidationInput, tmp_path: Path) -> None:
    process = call(data, tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate() == ("1\n", "")


def test_a_fault_of_the_program_ends_it_and_is_told(
    data: ValidationInput, capfd: pytest.CaptureFixture[str]
) -> None:
    broken = ValidationInput(("no path",), data.sources)  # type: ignore[arg-type]
    with Validation(broken, "shacl") as validation, pytest.raises(ReleaseError, match=r"exit status 1\)"):
        validation.result()
    told = capfd.readouterr().err
    assert "Traceback" in told
    assert "AttributeError" in told
    assert "Fatal Python error" not in told
