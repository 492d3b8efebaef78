"""Builds that are killed, that meet, and that wait: the current release is always a whole one."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from egov_kg.release.build import build
from egov_kg.release.registry import MANIFEST, Registry, Release
from egov_kg.resources import Sources
from egov_kg.settings import Settings
from support.cli import alive
from support.service import eventually
from support.sources import EDITION, make_sources, observation, turtle

# Prints each step; at one of a given name it prints its children and ends itself there and then.
BUILD = """
import os, signal, sys
from pathlib import Path
from egov_kg.release.build import build
from egov_kg.resources import Sources
from egov_kg.settings import Settings
class Ear:
    def step(self, name_en, name_zh, done, total):
        print(name_en, flush=True)
        if name_en == sys.argv[3]:
            print(Path(f"/proc/self/task/{os.getpid()}/children").read_text(), flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
print(build(Sources(Path(sys.argv[1])), Settings(Path(sys.argv[2])), engine="shacl", progress=Ear()).id)
"""
# Publishes a finished folder and dies at a given system call of the registry's.
PUBLISH = """
import os, shutil, signal, sys
from pathlib import Path
from egov_kg.release import disk, registry
home, finished, die_at = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
if sys.argv[4:]:
    disk._RENAME_EXCHANGE = 1 << 30  # a flag that no kernel has
calls = 0
def dying(function):
    def call(*arguments, **options):
        global calls
        calls += 1
        if calls == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return call
disk.os.fsync = dying(os.fsync)
Path.rename, Path.replace, Path.symlink_to = map(dying, (Path.rename, Path.replace, Path.symlink_to))
registry.exchange = dying(registry.exchange)
shutil.rmtree = dying(shutil.rmtree)
here = registry.Registry(home)
with here.lock():
    folder = here.new_folder()
    shutil.copytree(finished, folder, dirs_exist_ok=True)
    print(here.publish(folder).id)
"""
STEPS = (
    "Reading the sources",
    "Deriving values",
    "Writing the tables",
    "Describing the graphs",
    "Writing graph.trig",
    "Making the snapshot",
    "Making the search index",
    "Validating",
    "Publishing",
)


def start(sources: Sources, home: Path, die_at: str = "") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", BUILD, str(sources.root), str(home), die_at],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def add(sources: Sources, slug: str) -> None:
    body = turtle(observation(slug, "5", level="provincial"))
    (sources.data / EDITION / "more.ttl").write_text(body)


def with_few_files(release: Release) -> Release:
    """Each file costs a call at which publishing can be killed, and they are all alike: a few will do."""
    few = ("authored.nq", "graph.nq", "graph.ttl", "store/CURRENT")
    kept = {name: release.manifest["files"][name] for name in few}
    for path in [path for path in release.path.rglob("*") if path.is_file()]:
        if str(path.relative_to(release.path)) not in (*kept, MANIFEST):
            path.unlink()
    (release.path / MANIFEST).write_text(json.dumps({**release.manifest, "files": kept}))
    return Registry(release.path.parents[1]).get(release.id)


def test_killed_at_each_step_the_previous_release_stays(tmp_path: Path) -> None:
    sources, settings = make_sources(tmp_path / "sources"), Settings(tmp_path / "home")
    registry = Registry(settings.home)
    previous = build(sources, settings, engine="shacl")
    add(sources, "more")
    for step in STEPS:
        process = start(sources, settings.home, die_at=step)
        process.communicate()
        assert process.returncode == -signal.SIGKILL, step
        assert registry.current() == previous
        assert registry.current().damaged() == ()
        assert registry.all() == [previous]
    assert list((settings.home / "building").iterdir())
    after = build(sources, settings, engine="shacl")
    assert registry.current() == after != previous
    assert not (settings.home / "building").exists()


def test_killed_at_any_moment_the_current_release_is_whole(tmp_path: Path) -> None:
    sources, settings = make_sources(tmp_path / "sources"), Settings(tmp_path / "home")
    registry = Registry(settings.home)
    build(sources, settings, engine="shacl")
    start_of = time.monotonic()
    build(sources, settings, engine="shacl")
    usual = time.monotonic() - start_of
    chance = random.Random(20121231)
    hits = 0
    for attempt in range(8):
        add(sources, f"more-{attempt}")
        before = registry.current().id
        process = start(sources, settings.home)
        time.sleep(chance.uniform(0.2, 1.0) * (usual + 0.5))
        process.kill()
        out, _ = process.communicate()
        hits += process.returncode == -signal.SIGKILL and "Reading the sources" in out
        current = registry.current()
        assert current.damaged() == ()
        assert current.id == before or "Publishing" in out
        for release in registry.all():
            assert release.damaged() == ()
    assert hits, "no kill met a build that was running"


@pytest.mark.parametrize("there", ["nothing", "another", "damaged", "same"])
def test_killed_at_each_system_call_of_publishing(there: str, tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    finished = with_few_files(build(sources, Settings(tmp_path / "workshop"), engine="shacl"))
    add(sources, "more")
    other = with_few_files(build(sources, Settings(tmp_path / "workshop"), engine="shacl"))
    before = {"nothing": [], "another": [other], "damaged": [finished], "same": [finished]}
    for die_at in range(1, 200):
        home = tmp_path / f"home-{die_at}"
        registry = Registry(home)
        with registry.lock():
            for release in before[there]:
                folder = registry.new_folder()
                subprocess.run(["cp", "-r", f"{release.path}/.", folder], check=True)
                registry.publish(folder)
        if there == "damaged":
            (registry.current().path / "graph.ttl").write_text("")
        process = subprocess.run(
            [sys.executable, "-c", PUBLISH, home, finished.path, str(die_at)], capture_output=True, text=True
        )
        if process.returncode == 0:
            assert process.stdout.strip() == finished.id
            assert registry.current().damaged() == ()
            assert die_at > 3, "it died at every one of the calls before"
            break
        assert process.returncode == -signal.SIGKILL, process.stderr
        if there != "nothing":
            # Never a moment without a current release; and what was whole stays whole.
            current = registry.current()
            assert there == "damaged" or current.damaged() == ()
        for release in registry.all():
            assert there == "damaged" or release.damaged() == ()
        # The next build clears up and succeeds.
        with registry.lock():
            folder = registry.new_folder()
            assert [path.name for path in folder.parent.iterdir()] == [folder.name]
            subprocess.run(["cp", "-r", f"{finished.path}/.", folder], check=True)
            assert registry.publish(folder).damaged() == ()
        assert not list(home.glob(".current-*"))
    else:
        pytest.fail("publishing never came to an end")


def test_a_swap_in_two_renames_that_is_killed_is_put_back_by_the_next_build(tmp_path: Path) -> None:
    """Where the system cannot exchange folders, there is a moment without a current release."""
    sources = make_sources(tmp_path / "sources")
    finished = with_few_files(build(sources, Settings(tmp_path / "workshop"), engine="shacl"))
    between = 0
    for die_at in range(1, 200):
        home = tmp_path / f"home-{die_at}"
        registry = Registry(home)
        with registry.lock():
            folder = registry.new_folder()
            subprocess.run(["cp", "-r", f"{finished.path}/.", folder], check=True)
            registry.publish(folder)
        (registry.current().path / "graph.ttl").write_text("")
        process = subprocess.run(
            [sys.executable, "-c", PUBLISH, home, finished.path, str(die_at), "in two renames"]
        )
        if process.returncode == 0:
            assert registry.current().damaged() == ()
            break
        between += not (home / "releases" / finished.id).exists()
        with registry.lock():
            registry.clean()
        assert registry.current().damaged() in ((), ("graph.ttl",))
        assert not (home / "building").exists()
        assert [path.name for path in (home / "releases").iterdir()] == [finished.id]
    assert between == 1


def test_builds_that_meet_wait_for_one_another(tmp_path: Path) -> None:
    sources, home = make_sources(tmp_path / "sources"), tmp_path / "home"
    registry = Registry(home)
    with registry.lock():
        processes = [start(sources, home) for _ in range(3)]
        for process in processes:
            assert process.stdout is not None
            while "Waiting" not in (line := process.stdout.readline()):
                assert line, process.communicate()[1]
    ids = set()
    for process in processes:
        out, err = process.communicate()
        assert process.returncode == 0, err
        ids.add(out.split()[-1])
    assert len(ids) == 1
    assert [release.id for release in registry.all()] == sorted(ids)
    assert registry.current().damaged() == ()


def test_a_killed_build_leaves_no_process_behind(tmp_path: Path) -> None:
    sources, home = make_sources(tmp_path / "sources"), tmp_path / "home"
    out, _ = start(sources, home, die_at="Writing graph.nt").communicate()
    children = out.splitlines()[-1].split()
    assert children, "the validating process runs by now"
    assert all(child.isdecimal() for child in children)
    assert eventually(lambda: not any(alive(int(child)) for child in children)), "it outlived its build"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    from egov_kg.errors import ReleaseError

    if os.geteuid() == 0:
        (tmp_path / "home").write_text("a file stands where the folder should be")
    else:
        (tmp_path / "home").mkdir(mode=0o500)
    with pytest.raises(ReleaseError, match="EGOV_KG_HOME"):
        build(make_sources(tmp_path / "sources"), Settings(tmp_path / "home"), engine="shacl")
