"""Releases one after the other, each with how much it changed: for pages that list them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from egov_kg.errors import EgovError
from egov_kg.release.diff import count
from egov_kg.web import listing

MOST_BYTES: Final = 64 * 1024 * 1024
"""The N-Quads of releases that are compared for a list; larger ones are compared where it is asked for."""

COMPARED: Final = 10
"""Releases of a list that are compared with the one before."""

_KEPT: Final = 512


def with_changes(
    releases: Sequence[Mapping[str, Any]], rest: int, most: int = COMPARED
) -> list[dict[str, Any]]:
    """Releases as `listing.page` gives them, each with `before`, `changes` and `is_first`.

    Args:
        releases: newest first, one behind the other.
        rest: how many there are from the first of these on.
        most: how many are compared with the one before.

    Returns:
        `before` is the id of the release before, where that is among these; `changes` how many quads were
        added and removed since, or None where that was not counted; `is_first` says that none was before.
    """
    found = []
    for place, one in enumerate(releases):
        before = releases[place + 1]["id"] if place + 1 < len(releases) else None
        changes = between(before, one["id"]) if before and place < most else None
        found.append({**one, "before": before, "changes": changes, "is_first": place + 1 == rest})
    return found


def between(before: str, after: str) -> tuple[int, int] | None:
    """How many quads were added and removed from one release (its id) to another; None if not counted.

    It is not counted where a release cannot be read or is too large.
    """
    try:
        pair = [listing.registry().get(id_) for id_ in (before, after)]
        sizes = [int(one.manifest["files"].get(one.nquads.name, {}).get("bytes", 0)) for one in pair]
        return _counted(pair[0].nquads, pair[1].nquads) if max(sizes) <= MOST_BYTES else None
    except (EgovError, OSError):  # one that cannot be read is no reason to hide the others
        return None


_counted = lru_cache(maxsize=_KEPT)(count)
