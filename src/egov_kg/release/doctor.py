"""What can be wrong with an installation and its home folder, each checked by itself."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from egov_kg.errors import EgovError, NotFound
from egov_kg.release import machine
from egov_kg.release.disk import ASIDE
from egov_kg.release.machine import Finding
from egov_kg.release.registry import Registry, Release
from egov_kg.settings import Settings
from egov_kg.sparql.protocol import Operation
from egov_kg.store.answering import answering

_MIB: Final = 1024 * 1024
_LEAST_SPACE: Final = 500 * _MIB
_ASK: Final = Path(__file__).parent / "rq" / "doctor.rq"
_TSV: Final = "text/tab-separated-values"


def examine(settings: Settings, port: int) -> Iterator[Finding]:
    """Check everything, one finding or more for each check. No check keeps another from being made.

    Args:
        settings: as the service would have them.
        port: where it would listen.
    """
    registry = Registry(settings.home)
    checks: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("python", machine.python),
        ("libraries", machine.libraries),
        ("assets", machine.assets),
        ("clock", machine.clock),
        ("settings", machine.settings_given),
        ("port", lambda: machine.port_free(port)),
        ("home", lambda: _home(settings)),
        ("lock", lambda: _lock(settings)),
        ("leftovers", lambda: _leftovers(registry)),
        ("tokens", lambda: _tokens(settings)),
        ("history", lambda: _history(registry)),
        ("limits", lambda: machine.limits(settings)),
        ("release", lambda: _release(registry)),
        ("evaluators", lambda: _evaluators(registry, settings)),
    )
    for name, check in checks:
        try:
            yield from check()
        except EgovError as error:
            yield Finding(name, "wrong", error.detail, error.detail_zh or error.detail)
        except OSError as error:
            yield Finding(name, "wrong", str(error), str(error))


def _home(settings: Settings) -> Iterator[Finding]:
    home = settings.home
    there = next(path for path in (home, *home.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        yield Finding(
            "home",
            "wrong",
            f"{there} cannot be written to: set EGOV_KG_HOME, or change its owner.",
            f"无法写入 {there}：请设置 EGOV_KG_HOME 或更改其属主。",
        )
        return
    free = shutil.disk_usage(there).free
    if free < _LEAST_SPACE:
        yield Finding(
            "home",
            "wrong",
            f"{home}: only {free // _MIB:,} MiB are free; a build needs {_LEAST_SPACE // _MIB}.",
            f"{home}：仅剩 {free // _MIB:,} MiB；构建一个发布版本需要 {_LEAST_SPACE // _MIB} MiB。",
        )
    else:
        yield Finding(
            "home",
            "ok",
            f"{home}: {free // _MIB:,} MiB are free.",
            f"{home}：可用空间 {free // _MIB:,} MiB。",
        )


def _lock(settings: Settings) -> Iterator[Finding]:
    path = settings.home / "build.lock"
    if not path.exists() or (holders := _holders(path)) == []:
        yield Finding("lock", "ok", "No build or write is under way.", "没有正在进行的构建或写入。")
        return
    who = ", ".join(map(str, holders)) if holders else "?"
    yield Finding(
        "lock",
        "note",
        f"A build or write is under way (process {who}); others wait for it.",
        f"正在进行构建或写入（进程 {who}）；其他写入需等待。",
    )


def _holders(path: Path) -> list[int] | None:
    """Who holds a lock: nobody, these processes, or somebody whom the system does not name."""
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        else:
            return []
        inode = os.fstat(handle.fileno()).st_ino
    try:
        lines = Path("/proc/locks").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    fields = [line.split() for line in lines if "FLOCK" in line and "->" not in line]
    return [int(field[4]) for field in fields if field[5].rpartition(":")[2] == str(inode)] or None


def _leftovers(registry: Registry) -> Iterator[Finding]:
    building = registry.home / "building"
    left = sorted(path.name for path in building.iterdir()) if building.is_dir() else []
    if any(name.endswith(ASIDE) for name in left):
        yield Finding(
            "leftovers",
            "wrong",
            f"A crash left a release in {building}: run `egov-kg build`, which puts it back.",
            f"一次崩溃把发布版本留在了 {building}：请运行 `egov-kg build` 予以恢复。",
        )
    elif left:
        yield Finding(
            "leftovers",
            "note",
            f"{len(left)} unfinished folders in {building}: the next build or write removes them.",
            f"{building} 中有 {len(left)} 个未完成的目录：下次构建或写入时会清除。",
        )
    else:
        yield Finding("leftovers", "ok", "No build was left unfinished.", "没有未完成的构建。")


def _tokens(settings: Settings) -> Iterator[Finding]:
    path = settings.home / "tokens.json"
    if not path.exists():
        yield Finding("tokens", "ok", "There are no tokens: nobody can write.", "没有令牌：无人可以写入。")
    elif path.stat().st_mode & 0o077:
        yield Finding(
            "tokens",
            "wrong",
            f"Others can read {path}: run `chmod 600` on it.",
            f"他人可读 {path}：请对其执行 `chmod 600`。",
        )
    else:
        yield Finding("tokens", "ok", f"Only its owner reads {path}.", f"{path} 仅属主可读。")


def _history(registry: Registry) -> Iterator[Finding]:
    moments = registry.history()
    missing = sorted({moment.release for moment in moments} - {release.id for release in registry.all()})
    late = [moment for moment in moments if moment.time.timestamp() > time.time() + 60]
    if missing:
        yield Finding(
            "history",
            "note",
            f"Releases that were current once are gone: {', '.join(missing)}. `asOf` cannot reach them.",
            f"曾为当前版本的 {'、'.join(missing)} 已不在：`asOf` 无法查询。",
        )
    if late:
        yield Finding(
            "history",
            "wrong",
            f"The history names a time to come ({late[-1].time:%Y-%m-%dT%H:%M:%SZ}): is the clock right?",
            f"历史中有将来的时间（{late[-1].time:%Y-%m-%dT%H:%M:%SZ}）：请检查系统时钟。",
        )
    if not missing and not late:
        count = len(moments)
        yield Finding(
            "history", "ok", f"{count} changes of the current release.", f"当前版本变更 {count} 次。"
        )


def _release(registry: Registry) -> Iterator[Finding]:
    release = _current(registry)
    if release is None:
        yield Finding(
            "release",
            "note",
            "There is no release: run `egov-kg build`.",
            "尚无发布版本：请运行 `egov-kg build`。",
        )
        return
    release.verify()
    count, triples = len(release.manifest["files"]), sum(release.graphs.values())
    yield Finding(
        "release",
        "ok",
        f"{release.id}: {count} files as written, {triples:,} triples.",
        f"{release.id}：{count} 个文件完好，{triples:,} 个三元组。",
    )


def _evaluators(registry: Registry, settings: Settings) -> Iterator[Finding]:
    release = _current(registry)
    if release is None:
        return
    with answering(release, settings) as store:
        store.start()
        answer = b"".join(store.respond(Operation(_ASK.read_text(encoding="utf-8")), _TSV))
    if settings.is_remote and answer.strip().endswith(b"true"):
        yield Finding(
            "evaluators",
            "ok",
            f"The engine at {settings.store} holds {release.id} and answers.",
            f"{settings.store} 处的引擎持有 {release.id} 并能回答。",
        )
    elif answer.strip().endswith(b"true"):
        yield Finding(
            "evaluators",
            "ok",
            f"{settings.evaluators} evaluators loaded the graph and answer.",
            f"{settings.evaluators} 个查询进程已载入图谱并能回答。",
        )
    else:
        yield Finding("evaluators", "wrong", "A query had a wrong answer.", "查询得到了错误的结果。")


def _current(registry: Registry) -> Release | None:
    try:
        return registry.current()
    except NotFound:
        return None
