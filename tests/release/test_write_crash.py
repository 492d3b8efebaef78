"""Writers that are killed and writers that meet: what was acknowledged is there, and everything is whole."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from egov_kg.release.audit import Audit
from egov_kg.release.registry import Registry
from egov_kg.resources import Sources
from support.lineage import require_whole, values

# Writes one triple after the other, saying each when `write` has returned; a step called `kill` ends the
# process there and then. With a `base`, each write is made on condition that nobody else wrote meanwhile.
WRITER = """
import os, signal, sys
from pathlib import Path
from egov_kg.errors import PreconditionFailed
from egov_kg.release.registry import Registry
from egov_kg.release.writes import Author, ReleaseWriter
from egov_kg.resources import Sources
from egov_kg.settings import Settings
from egov_kg.sparql.changes import Update
sources, home, name, count, kill, base = sys.argv[1:]
class Ear:
    def step(self, name_en, name_zh, done, total):
        print("step", name_en, flush=True)
        if name_en == kill:
            os.kill(os.getpid(), signal.SIGKILL)
settings = Settings(Path(home))
writer = ReleaseWriter(settings, Sources(Path(sources)), Ear())
author = Author("12345678", name, ("urn:*",), "192.0.2.1", "q")
for n in range(int(count)):
    value = f"{name}-{n}"
    text = f'INSERT DATA {{ GRAPH <urn:g> {{ <urn:s> <urn:p> "{value}" }} }}'
    try:
        written = writer.write(Update(text), author, if_match=frozenset((base,)) if base else None)
        print("wrote", value, written.release, flush=True)
    except PreconditionFailed:
        print("lost", value, flush=True)
"""
STEPS = (
    "Applying the change",
    "Deriving values",
    "Describing the graphs",
    "Making the snapshot",
    "Validating",
    "Publishing",
)


@pytest.fixture
def home(small_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_home, tmp_path / "home", symlinks=True))


def start(
    small_sources: Sources, home: Path, name: str, count: int = 1, kill: str = "", base: str = ""
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(small_sources.root), str(home), name, str(count), kill, base],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(out: str, word: str) -> set[str]:
    """The values that a writer said it wrote, or lost."""
    return {line.split()[1] for line in out.splitlines() if line.startswith(f"{word} ")}


def test_killed_at_each_step_nothing_is_written(small_sources: Sources, home: Path) -> None:
    before = Registry(home).current()
    for step in STEPS:
        process = start(small_sources, home, "w", kill=step)
        out, _ = process.communicate()
        assert process.returncode == -signal.SIGKILL, step
        assert not said(out, "wrote")
        assert require_whole(home) == before
    assert list((home / "building").iterdir())
    out, err = start(small_sources, home, "w").communicate()
    assert said(out, "wrote") == {"w-0"}, err
    assert values(require_whole(home)) == {"w-0"}
    assert not (home / "building").exists()


def test_killed_at_any_moment_what_was_acknowledged_is_there(small_sources: Sources, home: Path) -> None:
    chance = random.Random(20121231)
    acknowledged: set[str] = set()
    hits = 0
    usual = 0.0
    for attempt in range(7):
        process = start(small_sources, home, f"w{attempt}", count=1_000)
        assert process.stdout is not None
        out, began = process.stdout.readline(), time.monotonic()
        for _ in range(1 if attempt == 0 else chance.randrange(2)):
            while not out.splitlines()[-1].startswith("wrote"):
                out += process.stdout.readline()
            usual = time.monotonic() - began
        time.sleep(chance.uniform(0.0, 1.1) * usual)
        process.kill()
        rest, err = process.communicate()
        out += rest
        assert process.returncode == -signal.SIGKILL, err
        hits += not out.rstrip().rpartition("\n")[2].startswith("wrote")
        acknowledged |= said(out, "wrote")
        there = values(require_whole(home))
        assert acknowledged <= there
        # At most the one write that was under way is there without having been acknowledged.
        assert len(there) <= len(acknowledged) + attempt + 1
    assert acknowledged
    assert hits, "no kill met a write that was under way"
    out, err = start(small_sources, home, "last").communicate()
    assert said(out, "wrote") == {"last-0"}, err
    there = values(require_whole(home))
    assert acknowledged | {"last-0"} <= there
    # All that is there is in the log, whoever was killed before he could write it down.
    logged = [one.release for one in Audit(home).attempts() if one.outcome == "accepted"]
    assert len(logged) == len(set(logged)) == len(there)


def test_writers_that_meet_lose_nothing(small_sources: Sources, home: Path) -> None:
    processes = [start(small_sources, home, f"w{n}", count=2) for n in range(3)]
    acknowledged: set[str] = set()
    for process in processes:
        out, err = process.communicate()
        assert process.returncode == 0, err
        acknowledged |= said(out, "wrote")
    assert len(acknowledged) == 6
    assert values(require_whole(home)) == acknowledged


def test_of_writers_with_the_same_condition_one_wins(small_sources: Sources, home: Path) -> None:
    winners: set[str] = set()
    for turn in range(2):
        base = Registry(home).current().id
        processes = [start(small_sources, home, f"t{turn}-w{n}", base=base) for n in range(3)]
        outs = [process.communicate()[0] for process in processes]
        assert sorted(len(said(out, "wrote")) for out in outs) == [0, 0, 1]
        assert sum(len(said(out, "lost")) for out in outs) == 2
        winners |= set().union(*(said(out, "wrote") for out in outs))
    assert values(require_whole(home)) == winners
