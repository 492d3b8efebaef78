"""Take a backup into a home folder: all of it is checked before any of it is put in place."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Final

import zstandard

from egov_kg.errors import EgovError, NotFound, ReleaseError, SourceError, UsageError
from egov_kg.release.backup import FORMAT, INDEX, LOGS, RELEASES, TOKENS, Kept
from egov_kg.release.disk import exchange, replace_file, sync, sync_tree
from egov_kg.release.published import MANIFEST
from egov_kg.release.registry import Registry
from egov_kg.release.steps import Progress

_NAME: Final = re.compile(r"releases/r[0-9a-f]{12}(?:/[A-Za-z0-9_][A-Za-z0-9._-]*){1,4}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_MOST_INDEX: Final = 64 * 1024 * 1024
_MOST_SMALL: Final = 1024 * 1024 * 1024
_WINDOW: Final = 128 * 1024 * 1024
_PIECE: Final = 1024 * 1024
_SPARE: Final = 64 * 1024 * 1024


class _PlainMember(tarfile.TarInfo):
    """A header of a regular file; any other is refused before anything is read for it."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _PlainMember:
        member = super().frombuf(buf, encoding, errors)
        if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
            raise _bad(f"{member.name!r} is no regular file", f"{member.name!r} 不是普通文件")
        return member


def restore(
    registry: Registry, source: Path, *, merge: bool = False, progress: Progress | None = None
) -> Kept:
    """Take a backup in.

    Releases that are there and whole stay as they are; damaged ones are replaced. The current release becomes
    that of the backup, unless `merge` is asked for and there is one already.

    Args:
        registry: the home folder.
        source: the backup.
        merge: whether the home folder may have releases already; lines of its logs are kept.
        progress: is told of each release.

    Returns:
        What the backup holds.

    Raises:
        NotFound: there is no such file.
        SourceError: it is no backup, it is damaged, or it wants more than a backup may; nothing was changed.
        UsageError: the home folder is in use and `merge` was not asked for.
        ReleaseError: there is not enough room, or a release differs from the whole one that is there.
    """
    if not source.is_file():
        raise NotFound(f"There is no file {source}.", f"文件 {source} 不存在。")
    with registry.lock():
        current = _current(registry)
        if not merge and (current or any((registry.home / name).exists() for name in (*LOGS, TOKENS))):
            raise UsageError(
                f"{registry.home} is in use: restore with --merge, or set EGOV_KG_HOME to an empty folder.",
                f"{registry.home} 已在使用：请加 --merge，或将 EGOV_KG_HOME 设为空目录。",
            )
        folder = registry.new_folder()
        try:
            index = _unpack(source, folder, progress)
            _check(registry, folder, index)
            _put_in_place(registry, folder, index, keep_current=merge and current is not None)
        except OSError as error:
            raise ReleaseError(
                f"Cannot restore into {registry.home}: {error}.", f"无法恢复到 {registry.home}：{error}。"
            ) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    size = sum(facts["bytes"] for facts in index["files"].values())
    return Kept(tuple(index["releases"]), index["current"], TOKENS in index["files"], size)


def _current(registry: Registry) -> str | None:
    try:
        return registry.current().id
    except EgovError:
        return None


def _unpack(source: Path, folder: Path, progress: Progress | None) -> dict[str, Any]:
    """Write the members of an archive below an empty folder; only what its index names, as it says."""
    try:
        with (
            source.open("rb") as file,
            zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(file) as data,
            tarfile.open(fileobj=data, mode="r|", tarinfo=_PlainMember) as archive,
        ):
            first = archive.next()
            if first is None or first.name != INDEX or first.size > _MOST_INDEX:
                raise _bad(f"it does not begin with {INDEX}", f"开头不是 {INDEX}")
            index = _index(_content(archive, first).read(), folder)
            missing = dict(index["files"])
            while (member := archive.next()) is not None:
                facts = missing.pop(member.name, None)
                if facts is None:
                    raise _bad(f"{member.name!r} is not in its index", f"索引中没有 {member.name!r}")
                if progress is not None and member.name.endswith(f"/{MANIFEST}"):
                    id_ = member.name.split("/")[1]
                    done = index["releases"].index(id_)
                    progress.step(f"Checking {id_}", f"正在检查 {id_}", done, len(index["releases"]))
                _copy(archive, member, folder / member.name, facts)
    except (tarfile.TarError, zstandard.ZstdError, EOFError, ValueError, RecursionError) as error:
        raise _bad(str(error) or type(error).__name__, str(error) or type(error).__name__) from error
    if missing:
        name = next(iter(missing))
        raise _bad(f"{name} is missing", f"缺少 {name}")
    return index


def _index(data: bytes, folder: Path) -> dict[str, Any]:
    """The index, once all that it says is within bounds."""
    try:
        index: dict[str, Any] = json.loads(data)
        files, releases, current = index["files"], index["releases"], index["current"]
        wanted = [name for name in files if name not in (*LOGS, TOKENS)]
        sizes = [facts["bytes"] for facts in files.values()]
        whole = (
            index["format"] == FORMAT
            and all(isinstance(size, int) and size >= 0 for size in sizes)
            and all(_SHA256.fullmatch(facts["sha256"]) for facts in files.values())
            and all(_NAME.fullmatch(name) and name.split("/")[1] in releases for name in wanted)
            and all(f"{RELEASES}/{id_}/{MANIFEST}" in files for id_ in releases)
            and (current is None or current in releases)
            and all(facts["bytes"] <= _MOST_SMALL for name, facts in files.items() if name not in wanted)
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _bad(f"{INDEX}: {error}", f"{INDEX}：{error}") from error
    if not whole:
        raise _bad(f"{INDEX} says what no backup does", f"{INDEX} 的内容不合规则")
    needed, free = sum(sizes) + _SPARE, shutil.disk_usage(folder).free
    if needed > free:
        raise ReleaseError(
            f"The backup needs {needed:,} bytes, {free:,} are free at {folder.parent.parent}.",
            f"恢复备份需要 {needed:,} 字节，{folder.parent.parent} 处只有 {free:,} 字节可用。",
        )
    return index


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = archive.extractfile(member)
    if content is None:
        raise _bad(f"{member.name!r} is no regular file", f"{member.name!r} 不是普通文件")
    return content


def _copy(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path, facts: dict[str, Any]) -> None:
    digest = hashlib.sha256()
    if member.size == facts["bytes"]:
        target.parent.mkdir(parents=True, exist_ok=True)
        content = _content(archive, member)
        with target.open("xb") as out:
            while piece := content.read(_PIECE):
                digest.update(piece)
                out.write(piece)
    if digest.hexdigest() != facts["sha256"]:
        raise _bad(f"{member.name} is not as written", f"{member.name} 的内容有变")


def _check(registry: Registry, folder: Path, index: dict[str, Any]) -> None:
    """Every release is one, is whole, and agrees with the whole one of that id that may be there."""
    unpacked = Registry(folder)
    for id_ in index["releases"]:
        try:
            release = unpacked.get(id_)
        except EgovError as error:
            raise _bad(f"release {id_} cannot be read", f"无法读取发布版本 {id_}") from error
        if release.id != id_ or release.damaged():
            raise _bad(f"release {id_} is not what its manifest says", f"发布版本 {id_} 与其清单不符")
        there = _whole(registry, id_)
        if there is not None and there != release.offered:
            raise ReleaseError(
                f"Release {id_} is in {registry.home} with other content: nothing was restored.",
                f"{registry.home} 中的发布版本 {id_} 内容不同：未作任何恢复。",
            )


def _whole(registry: Registry, id_: str) -> dict[str, Mapping[str, Any]] | None:
    """The files that the whole release of an id gives out; another SQLite writes another index."""
    try:
        there = registry.get(id_)
    except EgovError:
        return None
    return None if there.damaged() else there.offered


def _put_in_place(registry: Registry, folder: Path, index: dict[str, Any], *, keep_current: bool) -> None:
    """Releases first, then the logs, the link last: after a crash, a restore goes on from there.

    Where the logs are in place and the link is not, it asks for `merge`, and then loses no line of either.
    """
    registry.releases.mkdir(parents=True, exist_ok=True)
    sync_tree(folder)
    for id_ in index["releases"]:
        target = registry.releases / id_
        if _whole(registry, id_) is not None:
            continue
        if target.exists():
            exchange(folder / RELEASES / id_, target)
        else:
            (folder / RELEASES / id_).rename(target)
    sync(registry.releases)
    for name in LOGS:
        _merge_lines(folder / name, registry.home / name)
    if (folder / TOKENS).is_file() and not (registry.home / TOKENS).exists():
        replace_file(registry.home / TOKENS, (folder / TOKENS).read_bytes(), mode=0o600)
    current = index["current"] or index["releases"][0]
    if not keep_current:
        registry.make_current(registry.get(current))


def _merge_lines(source: Path, target: Path) -> None:
    """All lines of both logs, each once, in order of time."""
    if not source.is_file():
        return
    lines = {
        line: None
        for path in (target, source)
        if path.is_file()
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
        if line
    }
    ordered = sorted(lines, key=_time)
    replace_file(target, "".join(f"{line}\n" for line in ordered).encode(), mode=0o600)


def _time(line: str) -> str:
    try:
        return str(json.loads(line)["time"])
    except (ValueError, KeyError, TypeError):
        return ""


def _bad(en: str, zh: str) -> SourceError:
    return SourceError(
        f"This is no whole backup: {en}. Nothing was restored.", f"这不是完整的备份：{zh}。未作任何恢复。"
    )
