"""The path that builds and writes share: what ends it early, and which process does what."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from egov_kg.errors import ValidationFailed
from egov_kg.release.build import build
from egov_kg.release.registry import Registry
from egov_kg.release.writes import Author, ReleaseWriter
from egov_kg.resources import Sources
from egov_kg.settings import Settings
from egov_kg.sparql.changes import Document, GraphChange, Update
from support.sources import EDITION, make_sources, observation, turtle

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")

ANY = Author("12345678", "editor", ("*",), "192.0.2.1", "q1")
INSERT = "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> 1 } }"


class Ear:
    """Hears the steps, and does something at one of them."""

    def __init__(self, at: str, do: Callable[[], None]) -> None:
        self.heard: list[str] = []
        self._at, self._do = at, do

    def step(self, name_en: str, name_zh: str, done: int, total: int) -> None:
        assert (done, name_zh != "") == (len(self.heard), True)
        assert done < total
        self.heard.append(name_en)
        if name_en == self._at:
            self._do()


def children() -> dict[int, str]:
    """The processes that this one has started and not yet taken leave of, and their states."""
    found = {}
    for task in Path("/proc/self/task").iterdir():
        with suppress(OSError):  # a thread may end while it is looked at, and be taken leave of
            for child in map(int, (task / "children").read_text().split()):
                found[child] = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
    return found


@pytest.fixture
def ours() -> Callable[[], dict[int, str]]:
    """`children`, without those that other tests of this process have started."""
    others = set(children())
    return lambda: {pid: state for pid, state in children().items() if pid not in others}


@pytest.fixture
def wait_for_all_to_end(ours: Callable[[], dict[int, str]]) -> Callable[[], None]:
    def wait() -> None:
        until = time.monotonic() + 60
        while set(ours().values()) != {"Z"}:
            assert time.monotonic() < until
            time.sleep(0.01)

    return wait


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    return make_sources(tmp_path / "sources")


def test_data_that_break_a_rule_are_refused_as_soon_as_that_is_known(
    tmp_path: Path,
    sources: Sources,
    ours: Callable[[], dict[int, str]],
    wait_for_all_to_end: Callable[[], None],
) -> None:
    bad = turtle(observation("bad", "5", None))
    (sources.data / EDITION / "bad.ttl").write_text(bad, encoding="utf-8")
    ear = Ear("Writing graph.nt", wait_for_all_to_end)
    with pytest.raises(ValidationFailed) as caught:
        build(sources, Settings(tmp_path / "home"), engine="shacl", progress=ear)
    assert "observation/bad" in str(caught.value.extra["report"])
    # It may be known even before the first dump; never is a second one begun.
    assert [name for name in ear.heard if name.startswith("Writing graph")] in ([], ["Writing graph.nt"])
    assert "Validating" not in ear.heard
    assert Registry(tmp_path / "home").all() == []
    assert ours() == {}


def test_data_that_conform_are_written_to_the_end(
    tmp_path: Path, sources: Sources, wait_for_all_to_end: Callable[[], None]
) -> None:
    ear = Ear("Writing graph.nt", wait_for_all_to_end)
    release = build(sources, Settings(tmp_path / "home"), engine="shacl", progress=ear)
    release.verify()
    assert ear.heard[-3:] == ["Validating", "Making the snapshot", "Publishing"]


def test_a_write_is_compiled_elsewhere_and_gives_way_to_readers(
    tmp_path: Path, sources: Sources, ours: Callable[[], dict[int, str]]
) -> None:
    """No Turtle is parsed and no file compressed where readers are answered."""
    settings = Settings(tmp_path / "home")
    before = build(sources, settings, engine="shacl")
    seen: dict[int, int] = {}

    def look() -> None:
        seen.update({pid: os.getpriority(os.PRIO_PROCESS, pid) for pid in ours()})

    ear = Ear("Describing the graphs", look)
    written = ReleaseWriter(settings, sources, ear).write(Update(INSERT), ANY)
    assert written.before == before.id
    assert ear.heard[0] == "Applying the change"
    assert ear.heard[-1] == "Publishing"
    assert len(ear.heard) == 13
    assert len(seen) == 1
    assert min(seen.values()) >= 10
    assert ours() == {}
    assert Registry(settings.home).current().id == written.release


def test_a_write_that_is_refused_leaves_no_process(
    tmp_path: Path, sources: Sources, ours: Callable[[], dict[int, str]]
) -> None:
    settings = Settings(tmp_path / "home")
    before = build(sources, settings, engine="shacl")
    content = turtle(observation("bad", "5", None)).encode()
    change = GraphChange("post", "urn:g", (Document(content, "text/turtle"),))
    with pytest.raises(ValidationFailed) as caught:
        ReleaseWriter(settings, sources).write(change, ANY)
    assert caught.value.extra["report_zh"]
    assert Registry(settings.home).all() == [before]
    assert ours() == {}
