"""A backup: releases, their history and the log of writes in one file, each part with its checksum.

The file is a tar archive (POSIX ustar) compressed with Zstandard. Its first member, `backup.json`, names all
others with size and SHA-256. Releases never change, so that a backup need not keep writers waiting while it
copies them; the small files are taken together, while no writer is at work.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

import zstandard

from egov_kg import __version__
from egov_kg.errors import NotFound, ReleaseError, UsageError
from egov_kg.release.disk import sync
from egov_kg.release.published import MANIFEST, Release
from egov_kg.release.registry import Registry
from egov_kg.release.steps import Progress

FORMAT: Final = 1
"""Version of the layout of a backup."""

INDEX: Final = "backup.json"
LOGS: Final = ("history.jsonl", "audit.jsonl")
TOKENS: Final = "tokens.json"
RELEASES: Final = "releases"

_LEVEL: Final = 6


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup holds.

    Attributes:
        releases: ids, the newest first.
        current: the one that was current, if it is among them.
        tokens: whether the tokens are there, too.
        bytes: size of the parts before compression.
    """

    releases: tuple[str, ...]
    current: str | None
    tokens: bool
    bytes: int


def back_up(
    registry: Registry,
    target: Path,
    *,
    wanted: Iterable[str] = (),
    tokens: bool = False,
    progress: Progress | None = None,
) -> Kept:
    """Write a backup. The file appears when it is whole and on the disk; nothing is ever replaced.

    Args:
        registry: what to keep.
        target: the file to make; only its owner may read it.
        wanted: ids of releases, or their beginnings; none means all.
        tokens: whether to keep the tokens' hashes, too.
        progress: is told of each release.

    Returns:
        What the backup holds.

    Raises:
        UsageError: the file is there already, or its folder is not.
        NotFound: there is no such release, or none at all.
        ReleaseError: a release is damaged, or the file cannot be written.
    """
    if target.exists() or target.is_symlink():
        raise UsageError(
            f"{target} is there already: choose another name.", f"{target} 已存在：请另选文件名。"
        )
    if not target.parent.is_dir():
        raise UsageError(f"There is no folder {target.parent}.", f"目录 {target.parent} 不存在。")
    small: dict[str, bytes] = {}
    with registry.lock():
        chosen = [registry.get(id_) for id_ in wanted] or registry.all()
        chosen = list({release.id: release for release in chosen}.values())
        if not chosen:
            raise NotFound(
                f"There is no release in {registry.home}: nothing to back up.",
                f"{registry.home} 中没有发布版本：没有可备份的内容。",
            )
        for name in (*LOGS, *((TOKENS,) if tokens else ())):
            if (registry.home / name).is_file():
                small[name] = (registry.home / name).read_bytes()
        current = _current(registry)
    index = _index(chosen, small, current)
    partial = target.with_name(f".{target.name[:80]}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            _write(out, index, chosen, small, progress)
            out.flush()
            os.fsync(out.fileno())
        os.link(partial, target)  # unlike a rename, it replaces nothing
        sync(target.parent)
    except FileExistsError:
        raise UsageError(f"{target} is there already.", f"{target} 已存在。") from None
    except OSError as error:
        raise ReleaseError(
            f"Cannot write {target}: {error.strerror or error}.",
            f"无法写入 {target}：{error.strerror or error}。",
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    size = sum(facts["bytes"] for facts in index["files"].values())
    return Kept(tuple(release.id for release in chosen), index["current"], TOKENS in small, size)


def _current(registry: Registry) -> str | None:
    try:
        return registry.current().id
    except (NotFound, ReleaseError):
        return None


def _index(chosen: list[Release], small: dict[str, bytes], current: str | None) -> dict[str, Any]:
    files: dict[str, dict[str, Any]] = {}
    for name, data in small.items():
        files[name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    for release in chosen:
        root = f"{RELEASES}/{release.id}"
        manifest = (release.path / MANIFEST).read_bytes()
        files[f"{root}/{MANIFEST}"] = {
            "sha256": hashlib.sha256(manifest).hexdigest(),
            "bytes": len(manifest),
        }
        for name, facts in release.manifest["files"].items():
            files[f"{root}/{name}"] = {"sha256": facts["sha256"], "bytes": facts["bytes"]}
    ids = [release.id for release in chosen]
    return {
        "format": FORMAT,
        "created": datetime.now(UTC).isoformat(),
        "version": __version__,
        "current": current if current in ids else None,
        "releases": ids,
        "files": files,
    }


def _write(
    out: IO[bytes],
    index: dict[str, Any],
    chosen: list[Release],
    small: dict[str, bytes],
    progress: Progress | None,
) -> None:
    homes = {release.id: release.path for release in chosen}
    done = 0
    with (
        zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).stream_writer(
            out, closefd=False
        ) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.USTAR_FORMAT) as archive,
    ):
        _add(archive, INDEX, io.BytesIO(data := json.dumps(index, indent=1).encode()), len(data))
        for name, facts in index["files"].items():
            if name in small:
                _add(archive, name, io.BytesIO(small[name]), facts["bytes"])
                continue
            _, id_, file = name.split("/", 2)
            if progress is not None and file == MANIFEST:
                progress.step(f"Keeping {id_}", f"正在备份 {id_}", done, len(chosen))
                done += 1
            _add_checked(archive, name, homes[id_] / file, facts, id_)


def _add_checked(
    archive: tarfile.TarFile, name: str, path: Path, facts: dict[str, Any], release: str
) -> None:
    """Add a file; what is read is what the checksum is made of, so that no damage is kept as if whole."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size == facts["bytes"]:
                _add(archive, name, _Watched(file, digest.update), facts["bytes"])
    except FileNotFoundError:
        pass
    if digest.hexdigest() != facts["sha256"]:
        raise ReleaseError(
            f"Release {release} is damaged: {path.name} is missing or not as written. No backup was made; "
            "leave it out with --release, or run `egov-kg build` on its sources to restore it.",
            f"发布版本 {release} 已损坏：{path.name} 缺失或内容有变。未生成备份；"
            "请用 --release 排除它，或用其来源重新运行 `egov-kg build` 予以恢复。",
            files=[path.name],
        )


def _add(archive: tarfile.TarFile, name: str, file: IO[bytes] | _Watched, size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o644
    archive.addfile(member, file)


class _Watched:
    """A file whose every piece is shown to somebody as it is read."""

    def __init__(self, file: IO[bytes], watch: Callable[[bytes], object]) -> None:
        self._file, self._watch = file, watch

    def read(self, size: int = -1) -> bytes:
        """Read as the file does."""
        data = self._file.read(size)
        self._watch(data)
        return data
