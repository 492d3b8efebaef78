"""The releases on disk: find them, check them, publish one in a single rename.

::

    <home>/
      current -> releases/<id>      swapped by renaming a new link over it
      releases/<id>/                one immutable release: never written to again
      building/<random>/            what a build is writing; the next build removes what a crash left here
      history.jsonl                 which release became current when
      audit.jsonl                   who tried to write what when; see `release.audit`
      tokens.json                   who may write; see `release.tokens`
      build.lock                    held (flock) by the one build or write that runs

A release is complete or absent: its folder appears by one `rename` after every file in it was synced.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from egov_kg.errors import NotFound, ReleaseError, ServiceBusy, UsageError
from egov_kg.release import history
from egov_kg.release.disk import ASIDE, exchange, sync, sync_tree, wait_for_lock
from egov_kg.release.published import CATALOGUE, DERIVED, FORMAT, LABELS, MANIFEST, Release, release_id

__all__ = ["CATALOGUE", "DERIVED", "FORMAT", "LABELS", "MANIFEST", "Registry", "Release", "release_id"]

_ID = re.compile(r"r[0-9a-f]{12}")
_RETRY_SECONDS: Final = 5
_log = logging.getLogger(__name__)


class Registry:
    """The releases below one home folder.

    Args:
        home: the folder; it need not exist until something is published.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.releases = home / "releases"
        self._current = home / "current"
        self._building = home / "building"

    def current(self) -> Release:
        """The release that is served.

        Raises:
            NotFound: nothing was published yet.
            ReleaseError: `current` names a release that is not there or cannot be read.
        """
        try:
            target = self._current.readlink()
        except OSError:
            raise NotFound(
                f"There is no release in {self.home}: run `egov-kg build`.",
                f"{self.home} 中还没有发布版本：请运行 `egov-kg build`。",
            ) from None
        return self._read(self.releases / target.name)

    def get(self, wanted: str) -> Release:
        """A release by its id, by the beginning of its id, or by the word `current`.

        Raises:
            NotFound: no release has such an id.
            UsageError: several ids begin so.
            ReleaseError: it cannot be read.
        """
        if wanted == "current":
            return self.current()
        found = [name for name in self._ids() if wanted and name.startswith(wanted)]
        if len(found) == 1:
            return self._read(self.releases / found[0])
        if found:
            raise UsageError(
                f"{wanted!r} begins {len(found)} releases ({', '.join(found)}): give more of the id.",
                f"{wanted!r} 是 {len(found)} 个发布版本的开头（{'、'.join(found)}）：请给出更长的标识。",
            )
        raise NotFound(
            f"There is no release {wanted!r} in {self.home}: `egov-kg releases` lists them.",
            f"{self.home} 中没有发布版本 {wanted!r}：可用 `egov-kg releases` 查看列表。",
        )

    def all(self) -> list[Release]:
        """Every readable release, newest first; one that cannot be read is logged and left out."""
        found = []
        for name in self._ids():
            try:
                found.append(self._read(self.releases / name))
            except ReleaseError as error:
                _log.warning("%s", error.detail)
        return sorted(found, key=lambda release: (release.created, release.id), reverse=True)

    def at(self, folder: Path) -> Release:
        """The release in a folder, wherever that is.

        Raises:
            ReleaseError: there is none that can be read.
        """
        return self._read(folder)

    @contextmanager
    def lock(self, on_wait: Callable[[], None] | None = None, timeout: float | None = None) -> Iterator[None]:
        """Be the only build or write. The kernel frees the lock of a process that died.

        Args:
            on_wait: called once if another build or write has to be waited for.
            timeout: seconds to wait at most; None waits without end.

        Raises:
            ReleaseError: the home folder cannot be written to.
            ServiceBusy: the time is over.
        """
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            handle = (self.home / "build.lock").open("a")
        except OSError as error:
            raise ReleaseError(
                f"Cannot write to {self.home} ({error.strerror}): set EGOV_KG_HOME to a folder of your own.",
                f"无法写入 {self.home}（{error.strerror}）：请将 EGOV_KG_HOME 设为可写的目录。",
            ) from error
        with handle:
            if not wait_for_lock(handle.fileno(), on_wait, timeout):
                raise ServiceBusy(
                    f"Other writes or a build were at work for {timeout:g} s: try again later.",
                    f"其他写入或构建已持续 {timeout:g} 秒：请稍后再试。",
                    retry_after=_RETRY_SECONDS,
                )
            yield

    def new_folder(self) -> Path:
        """An empty folder to build in, after removing what crashed builds left. Call it inside `lock()`."""
        self.clean()
        self._building.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=self._building))
        folder.chmod(0o755)  # mkdtemp's 0700 would keep other users from reading the release
        return folder

    def publish(self, building: Path) -> Release:
        """Make a finished folder a release and the current one. Call it inside `lock()`.

        A release of the same id that is there and whole stays as it is and becomes current. One that is
        damaged, that an earlier version of this program wrote otherwise, or that descends from another build
        (it was a write, and now the sources say the same), is replaced.

        Args:
            building: a folder from `new_folder()`, complete with its manifest.

        Raises:
            ReleaseError: the folder has no usable manifest or cannot be moved.
        """
        built = self._read(building)
        target = self.releases / built.id
        try:
            if not (target.exists() and self._is_same(built, target)):
                sync_tree(building)
                self.releases.mkdir(exist_ok=True)
                if target.exists():
                    exchange(building, target)
                else:
                    building.rename(target)
                sync(self.releases)
            release = self._read(target)
            self.make_current(release)
            shutil.rmtree(self._building, ignore_errors=True)
        except OSError as error:
            raise ReleaseError(
                f"Cannot publish {built.id} in {self.home}: {error}.",
                f"无法在 {self.home} 中发布 {built.id}：{error}。",
            ) from error
        return release

    def make_current(self, release: Release) -> None:
        """Point `current` at a release, in one rename: a reader sees the old one or the new one."""
        history.record(self.home, self._current)  # what a crash kept from being written
        link = self.home / f".current-{secrets.token_hex(4)}"
        link.symlink_to(Path("releases") / release.id)
        link.replace(self._current)
        sync(self.home)
        history.record(self.home, self._current)

    def remove(self, release: Release) -> None:
        """Take a release away, in one rename. Call it inside `lock()`.

        Raises:
            ReleaseError: it cannot be moved.
        """
        try:
            self._building.mkdir(exist_ok=True)
            gone = self._building / f"{release.id}-gone-{secrets.token_hex(4)}"
            release.path.rename(gone)
            sync(self.releases)
        except OSError as error:
            raise ReleaseError(
                f"Release {release.id} cannot be removed from {self.home}: {error}.",
                f"无法从 {self.home} 中删除发布版本 {release.id}：{error}。",
            ) from error
        shutil.rmtree(gone, ignore_errors=True)  # what is left of it, the next build or write removes

    def history(self) -> list[history.Moment]:
        """Which release became current when, in order of time."""
        return history.read(self.home, self._current)

    def stamp(self) -> tuple[int, ...]:
        """What differs when the history or the set of releases has changed: cheaper than reading them."""
        facts: list[int] = []
        for path in (self.home / history.FILE, self.releases, self._current):
            try:
                found = path.lstat()
            except OSError:
                facts.append(0)
            else:
                facts += [found.st_mtime_ns, found.st_size, found.st_ino]
        return tuple(facts)

    def clean(self) -> None:
        """Remove what crashed builds left, and put back what one had moved aside. Call it inside `lock()`."""
        for aside in self._building.glob(f"*{ASIDE}"):
            release = self.releases / aside.name.removesuffix(ASIDE)
            if not release.exists():
                aside.rename(release)
        shutil.rmtree(self._building, ignore_errors=True)
        for link in self.home.glob(".current-*"):
            link.unlink(missing_ok=True)

    def _ids(self) -> list[str]:
        if not self.releases.is_dir():
            return []
        return sorted(path.name for path in self.releases.iterdir() if _ID.fullmatch(path.name))

    def _is_same(self, built: Release, folder: Path) -> bool:
        try:
            there = self._read(folder)
        except ReleaseError:
            return False
        return there.dumps() == built.dumps() and there.built == built.built and not there.damaged()

    def _read(self, folder: Path) -> Release:
        try:
            manifest = json.loads((folder / MANIFEST).read_bytes())
            version = manifest["format"]
            release = Release(manifest["id"], folder, manifest)
            _ = (release.created, release.graphs, release.manifest["files"].items())
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ReleaseError(
                f"The release in {folder} cannot be read ({MANIFEST}: {error}): run `egov-kg build`.",
                f"无法读取 {folder} 中的发布版本（{MANIFEST}：{error}）：请运行 `egov-kg build`。",
            ) from error
        if version != FORMAT:
            raise ReleaseError(
                f"Release {release.id} has format {version}, this version of egov-kg reads {FORMAT}: "
                "run `egov-kg build`.",
                f"发布版本 {release.id} 的格式为 {version}，本程序只读取 {FORMAT}：请运行 `egov-kg build`。",
            )
        return release
