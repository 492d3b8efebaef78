"""What a machine and its settings have to be for the service: the checks that need no home folder."""

from __future__ import annotations

import resource
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Final, Literal

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from egov_kg.assets import VENDOR, pinned
from egov_kg.settings import Settings, given, known

Verdict = Literal["ok", "note", "wrong"]

_MIB: Final = 1024 * 1024
_LEAST_FILES: Final = 1024
_FIRST_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes:
        check: which one, a short English word.
        verdict: `ok`; `note`, worth knowing; or `wrong`, to be put right.
        en: what was found and what to do, in English.
        zh: the same in Chinese.
    """

    check: str
    verdict: Verdict
    en: str
    zh: str


def python() -> Iterator[Finding]:
    """The version of Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    wanted = SpecifierSet(metadata.metadata("egov-kg")["Requires-Python"])
    if wanted.contains(version):
        yield Finding("python", "ok", f"Python {version}.", f"Python 版本为 {version}。")
    else:
        yield Finding(
            "python",
            "wrong",
            f"Python {version} will not do: {wanted} is needed.",
            f"Python {version} 不合要求：需要 {wanted}。",
        )


def libraries() -> Iterator[Finding]:
    """Every library that the installed package asks for, in a version that it asks for."""
    wrong = False
    needed = [Requirement(text) for text in metadata.requires("egov-kg") or ()]
    needed = [one for one in needed if one.marker is None or one.marker.evaluate()]
    for one in needed:
        try:
            version = metadata.version(one.name)
        except metadata.PackageNotFoundError:
            version = ""
        if not version or not one.specifier.contains(version, prereleases=True):
            wrong = True
            found_en, found_zh = (version, version) if version else ("none", "未安装")
            yield Finding(
                "libraries",
                "wrong",
                f"{one} is needed, found: {found_en}. Install egov-kg again.",
                f"需要 {one}，现有：{found_zh}。请重新安装 egov-kg。",
            )
    if not wrong:
        count = len(needed)
        yield Finding("libraries", "ok", f"{count} libraries, as needed.", f"{count} 个库均符合要求。")


def assets(vendor: Path = VENDOR) -> Iterator[Finding]:
    """Every front-end library that the pages use, as it was pinned."""
    wanted = pinned()
    missing = [asset.folder for asset in wanted if not asset.in_place(vendor)]
    if missing:
        yield Finding(
            "assets",
            "wrong",
            f"Front-end libraries are missing or not the pinned ones in {vendor}: {', '.join(missing)}. "
            "Pages work, but have no charts and no query editor. Install egov-kg again (in a checkout: "
            "remove that folder, then `make serve`).",
            f"{vendor} 中缺少前端库或其版本不符：{'、'.join(missing)}。页面可用，但没有图表与查询编辑器。"
            "请重新安装 egov-kg（在源码目录中：删除该目录后运行 `make serve`）。",
        )
    else:
        count = len(wanted)
        yield Finding(
            "assets", "ok", f"{count} front-end libraries, as pinned.", f"{count} 个前端库均符合要求。"
        )


def clock() -> Iterator[Finding]:
    """A clock that was never set breaks the history."""
    now = datetime.now(UTC)
    shown = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    if now < _FIRST_DAY:
        yield Finding("clock", "wrong", f"The clock says {shown}: set it.", f"系统时钟为 {shown}：请校准。")
    else:
        yield Finding("clock", "ok", f"It is {shown}.", f"当前时间 {shown}。")


def limits(settings: Settings) -> Iterator[Finding]:
    """Open files, and memory against what queries and writes may take."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < _LEAST_FILES:
        yield Finding(
            "limits",
            "wrong",
            f"At most {hard} files may be open: allow {_LEAST_FILES} (ulimit -n, LimitNOFILE).",
            f"最多只能打开 {hard} 个文件：请至少允许 {_LEAST_FILES} 个（ulimit -n、LimitNOFILE）。",
        )
    needed = settings.evaluators * settings.query_memory + settings.write_memory
    available = _available()
    if available is not None and needed > available:
        yield Finding(
            "limits",
            "note",
            f"Queries and a write may take {needed // _MIB:,} MiB together, {available // _MIB:,} are there: "
            "lower EGOV_KG_QUERY_MEMORY_MB, EGOV_KG_EVALUATORS or EGOV_KG_WRITE_MEMORY_MB.",
            f"查询与写入合计可用至 {needed // _MIB:,} MiB 内存，现有 {available // _MIB:,} MiB："
            "请调低 EGOV_KG_QUERY_MEMORY_MB、EGOV_KG_EVALUATORS 或 EGOV_KG_WRITE_MEMORY_MB。",
        )
    else:
        yield Finding(
            "limits",
            "ok",
            f"Queries and a write may take {needed // _MIB:,} MiB together.",
            f"查询与写入合计可用 {needed // _MIB:,} MiB 内存。",
        )


def _available() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return int(found[0]) * 1024 if found else None


def settings_given() -> Iterator[Finding]:
    """The variables that are set, and those that nothing reads."""
    found = given()
    for name in sorted(set(found) - known()):
        yield Finding(
            "settings",
            "wrong",
            f"Nothing reads {name}: is it misspelt?",
            f"没有名为 {name} 的设置：是否拼写有误？",
        )
    if not set(found) <= known():
        return
    shown = " ".join(f"{name}={found[name]}" for name in sorted(found))
    yield Finding(
        "settings",
        "ok",
        f"From the environment: {shown}." if shown else "All settings have their defaults.",
        f"来自环境变量：{shown}。" if shown else "所有设置均为默认值。",
    )


def port_free(port: int) -> Iterator[Finding]:
    """Whether the service could listen on a port of this machine."""
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except OSError as error:
        reason = error.strerror or str(error)
        yield Finding(
            "port",
            "note",
            f"Port {port} cannot be had ({reason}): the service runs already, or choose another with --port.",
            f"端口 {port} 不可用（{reason}）：服务已在运行，或请用 --port 另选。",
        )
    else:
        yield Finding("port", "ok", f"Port {port} is free.", f"端口 {port} 可用。")
