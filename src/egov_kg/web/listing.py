"""What is said of releases: a list of them, and of one all that its manifest has for readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from egov_kg import formats
from egov_kg.errors import EgovError, NotFound
from egov_kg.publish.catalog import scope_words
from egov_kg.publish.export import COMPRESSIONS, FORMATS
from egov_kg.release.registry import Registry, Release
from egov_kg.web.service import service
from egov_kg.web.time import Memento, require_never_there, timeline

PAGE: Final = 100
"""Releases on one page of the list."""

_TYPES: Final[Mapping[str, str]] = {known.file: known.content_type for known in FORMATS}
_BY_SUFFIX: Final[Mapping[str, str]] = {
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".gz": "application/gzip",
    ".zst": "application/zstd",
    **{f".{syntax.suffix}": syntax.content_type for syntax in formats.RDF},
}
_MEANINGS: Final[Mapping[str, Mapping[str, str]]] = {known.file: scope_words(known) for known in FORMATS}
_SUFFIXES: Final = tuple(suffix for suffix, _ in COMPRESSIONS.values())
_WRITE_FACTS: Final = ("name", "kind", "graphs", "base")


def registry() -> Registry:
    """Where the releases are.

    Raises:
        NotFound: this is a playground.
    """
    editions = service().editions
    if not isinstance(editions.current.state, Release):
        raise NotFound("A playground has no releases.", "试验模式没有发布版本。")
    return editions.registry


def named(wanted: str) -> Release:
    """A release by its id, the beginning of its id, or the word `current`.

    Raises:
        NotFound: there is none.
        Gone: it was removed.
        UsageError: several ids begin so.
    """
    here = registry()
    try:
        return here.get(wanted)
    except NotFound:  # its words are for who can see the folder
        require_never_there(here, wanted)
        raise NotFound(
            f"There is no release {wanted[:80]!r}: /releases/ lists them.",
            f"没有发布版本 {wanted[:80]!r}：可在 /releases/ 查看列表。",
        ) from None


def content_type(name: str) -> str:
    """The Content-Type of a file of a release."""
    if name.endswith(".csv-metadata.json"):
        return _TYPES["observations.csv-metadata.json"]
    return _TYPES.get(name) or _BY_SUFFIX.get(Path(name).suffix, "application/octet-stream")


def page(number: int) -> tuple[list[dict[str, Any]], int]:
    """One page of the list of releases, newest first, and how many there are in all.

    Args:
        number: from 1.
    """
    here = registry()
    mementos = timeline(here)[::-1]
    current = here.current().id
    shown = mementos[(number - 1) * PAGE : number * PAGE]
    found = []
    for one in shown:
        with suppress(EgovError):  # one that cannot be read is no reason to hide the others
            found.append(_short(here.get(one.release), one, current))
    return found, len(mementos)


def details(release: Release) -> dict[str, Any]:
    """All that is said of one release; paths are relative to the service."""
    here = registry()
    mementos = timeline(here)
    place = next((place for place, one in enumerate(mementos) if one.release == release.id), None)
    memento = mementos[place] if place is not None else Memento(release.id, release.created)
    before = mementos[place - 1].release if place else None
    facts = _short(release, memento, here.current().id)
    facts |= {
        "version": release.manifest.get("version"),
        "graphs": dict(release.graphs),
        "staging": list(release.staging),
        "built": release.built,
        "previous": before,
        "difference": f"/releases/{before}..{release.id}" if before else None,
        "query": f"/sparql?asOf={release.id}",
        "files": _files(release, f"/releases/{release.id}/"),
    }
    if release.write is not None:
        facts["write"] = {name: release.write[name] for name in _WRITE_FACTS if name in release.write}
    return facts


def downloads(release: Release, folder: str = "/download/") -> list[dict[str, Any]]:
    """The files of a release as `/download/` lists them: those of a format first, with their meaning."""
    rank = {name: place for place, name in enumerate(_MEANINGS)}
    files = sorted(_files(release, folder), key=lambda one: rank.get(one["name"], len(rank)))
    return [one | {"what": _MEANINGS.get(one["name"], {})} for one in files]


@dataclass(frozen=True, slots=True)
class Download:
    """A file in a format, with the same compressed.

    Attributes:
        plain: as it is.
        compressed: suffix and file.
    """

    plain: Mapping[str, Any]
    compressed: Sequence[tuple[str, Mapping[str, Any]]]


def by_format(files: Sequence[Mapping[str, Any]]) -> tuple[list[Download], list[Mapping[str, Any]]]:
    """Files as `downloads` gives them: those of a format, with their compressed forms; and the others."""
    known = {str(one["name"]): one for one in files if one["what"]}
    found = [
        Download(one, [(suffix, known[name + suffix]) for suffix in _SUFFIXES if name + suffix in known])
        for name, one in known.items()
        if not name.endswith(_SUFFIXES)
    ]
    return found, [one for one in files if not one["what"]]


def _files(release: Release, folder: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "url": f"{folder}{name}",
            "type": content_type(name),
            "bytes": known["bytes"],
            "sha256": known["sha256"],
        }
        for name, known in release.offered.items()
    ]


def _short(release: Release, memento: Memento, current: str) -> dict[str, Any]:
    return {
        "id": release.id,
        "url": f"/releases/{release.id}",
        "created": release.created.isoformat(),
        "published": memento.time.isoformat(timespec="seconds"),
        "kind": "build" if release.write is None else "write",
        "current": release.id == current,
        "triples": sum(release.graphs.values()),
        "validation": release.manifest.get("validation"),
    }
