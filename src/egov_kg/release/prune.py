"""Removing old releases. The history keeps their ids, so that a service can say that they were there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from egov_kg.errors import NotFound, UsageError
from egov_kg.release.registry import Registry, Release


@dataclass(frozen=True, slots=True)
class Old:
    """A release that may go.

    Attributes:
        release: which.
        last: when it was made or last became current, whichever is later; in UTC.
        size: bytes of its files, as its manifest has them.
    """

    release: Release
    last: datetime
    size: int


def old(registry: Registry, now: datetime, *, keep: int | None, older_than: timedelta | None) -> list[Old]:
    """Which releases may go, the newest first.

    Never among them are the current release and the build that it descends from, which the next build
    compares the sources with. Where both conditions are given, a release has to meet both.

    Args:
        registry: the releases.
        now: the time, in UTC.
        keep: how many of the newest stay, those that never go included.
        older_than: how long ago a release was made or was last made current, at least.

    Raises:
        UsageError: no condition is given.
        NotFound, ReleaseError: there is no readable current release: nothing is safe to remove then.
    """
    if keep is None and older_than is None:
        raise UsageError(
            "Say what may go: --keep N (all but the newest N), --older-than DAYS, or both.",
            "请说明可删除哪些版本：--keep N（保留最新 N 个）、--older-than 天数，或两者兼用。",
        )
    current = registry.current()
    stay = {current.id, current.built}
    became = {moment.release: moment.time for moment in registry.history()}
    found = [
        Old(one, max(one.created, became.get(one.id, one.created)), _size(one)) for one in registry.all()
    ]
    found.sort(key=lambda one: (one.release.id in stay, one.last, one.release.id), reverse=True)
    return [
        one
        for place, one in enumerate(found)
        if one.release.id not in stay
        and (keep is None or place >= keep)
        and (older_than is None or now - one.last >= older_than)
    ]


def prune(
    registry: Registry, now: datetime, *, keep: int | None, older_than: timedelta | None
) -> Sequence[Old]:
    """Remove what `old` names, each in one step; builds and writes wait meanwhile.

    Raises:
        UsageError, NotFound, ReleaseError: as for `old`, or a release cannot be removed.
    """
    if not registry.home.is_dir():
        raise NotFound(
            f"There is no {registry.home}: is EGOV_KG_HOME as it should be?",
            f"{registry.home} 不存在：EGOV_KG_HOME 是否正确？",
        )
    with registry.lock():
        gone = old(registry, now, keep=keep, older_than=older_than)
        for one in gone:
            registry.remove(one.release)
    return gone


def _size(release: Release) -> int:
    return sum(int(facts["bytes"]) for facts in release.manifest["files"].values())
