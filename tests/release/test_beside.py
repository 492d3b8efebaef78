"""Processes beside this one: their steps, outcomes, errors, and their death."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from egov_kg import iris
from egov_kg.errors import QueryTimeout, ReleaseError, SourceError, UsageError
from egov_kg.release.beside import Beside
from egov_kg.release.report import Report
from egov_kg.release.validate import ValidationInput, validate, validating
from egov_kg.store.rdf_io import parse_rdf, sorted_nquads
from support.beside import counting, waiting
from support.sources import make_sources, observation, turtle


@pytest.fixture(autouse=True)
def path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the processes import what the tests give them to do."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))


@pytest.fixture
def data(tmp_path: Path) -> ValidationInput:
    sources = make_sources(tmp_path / "sources")
    source, nquads = tmp_path / "facts.ttl", tmp_path / "facts.nq"
    source.write_text(turtle(observation("good", "5") + observation("bad", "5", None)), "utf-8")
    nquads.write_bytes(sorted_nquads(parse_rdf(source, iris.graph("facts"))))
    return ValidationInput((nquads,), sources, origins={iris.thing("observation", "bad"): "facts.ttl"})


def beside(data: ValidationInput, engine: str = "shacl") -> Beside[ValidationInput, Report]:
    """A validation that has its job."""
    process = Beside(validating, data.sources, engine)
    process.start(data)
    return process


class Ear:
    """Hears the steps."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, int, int]] = []

    def step(self, name_en: str, name_zh: str, done: int, total: int) -> None:
        self.heard.append((name_en, name_zh, done, total))


def test_its_report_is_that_of_a_call(data: ValidationInput) -> None:
    with beside(data) as validation:
        report = validation.result()
        assert validation.answered
        assert validation.result() == report
    assert report == validate(data, "shacl")
    assert [result.focus_node for result in report.violations] == [iris.thing("observation", "bad")]


def test_its_steps_are_told_here() -> None:
    ear = Ear()
    with Beside(counting, 3) as process:
        process.start("step")
        assert process.result(ear) == "step"
    assert ear.heard == [("step", "步", done, 3) for done in range(3)]


def test_it_has_not_answered_before_it_is_done() -> None:
    with Beside(waiting) as process:
        assert not process.answered
        process.start(600.0)
        assert not process.answered
    assert process._process.returncode == -9


def test_its_errors_are_raised_here(data: ValidationInput) -> None:
    """Also those of getting ready, before there is a job."""
    with beside(data, "none such") as validation, pytest.raises(UsageError) as caught:
        validation.result()
    assert caught.value.detail_zh
    gone = replace(data, nquads=(data.nquads[0].with_name("gone.nq"),))
    with beside(gone) as validation, pytest.raises(SourceError, match=r"gone\.nq"):
        validation.result()


def test_its_death_is_an_error_in_words(data: ValidationInput) -> None:
    with Beside(validating, data.sources, "shacl") as validation:
        validation._process.kill()
        validation._process.wait()
        validation.start(data)
        with pytest.raises(ReleaseError, match=r"exit status -9"):
            validation.result()


def test_it_is_ended_when_its_time_is_up() -> None:
    with Beside(waiting) as child:
        child.start(600.0)
        with pytest.raises(QueryTimeout) as caught:
            child.result(timeout=0.2)
        assert caught.value.extra["limit"] == 0.2
        assert "EGOV_KG_WRITE_TIMEOUT" in caught.value.detail_zh
    with Beside(waiting) as child:
        child.start(0.0)
        child.result(timeout=60.0)


def test_it_is_ended_when_the_build_fails_meanwhile(data: ValidationInput) -> None:
    with pytest.raises(KeyboardInterrupt), beside(data, "pyshacl") as validation:
        raise KeyboardInterrupt
    assert validation._process.returncode == -9


def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    """However that ended, and with whatever the process has started itself."""
    program = (
        "import os, signal, time\n"
        "from egov_kg.release.beside import Beside\n"
        "from support.beside import nested\n"
        "process = Beside(nested)\n"
        "process.start(None)\n"
        "class Ear:\n"
        "    def step(self, name_en, name_zh, done, total):\n"
        "        print(process.pid, name_en, flush=True)\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "process.result(Ear())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    pids = [int(word) for word in done.stdout.split()]
    assert len(pids) == 2
    until = time.monotonic() + 30
    while any(running(pid) for pid in pids):
        assert time.monotonic() < until, f"{pids} live on"
        time.sleep(0.02)


def running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


CALL = """
import signal, sys
from pathlib import Path
from egov_kg.release.beside import Beside
from egov_kg.release.validate import ValidationInput, validating
from egov_kg.resources import Sources
sources = Sources(Path(sys.argv[2]))
with Beside(validating, sources, "shacl") as validation:
    validation.start(ValidationInput((Path(sys.argv[1]),), sources))
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
    with beside(broken) as validation, pytest.raises(ReleaseError, match=r"exit status 1\)"):
        validation.result()
    told = capfd.readouterr().err
    assert "Traceback" in told
    assert "AttributeError" in told
    assert "Fatal Python error" not in told
