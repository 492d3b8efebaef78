"""What must hold of a home folder however its writers were killed."""

from __future__ import annotations

from pathlib import Path

from egov_kg.release.registry import Registry, Release


def values(release: Release) -> set[str]:
    """What the writers of a test have added so far: the objects of `urn:s`."""
    lines = release.nquads.read_text().splitlines()
    return {line.split('"')[1] for line in lines if line.startswith("<urn:s> ")}


def require_whole(home: Path) -> Release:
    """Every release verifies, the current one descends from the build by writes that are all there."""
    registry = Registry(home)
    for release in registry.all():
        release.verify()
    assert len(registry.all()) == len(list(registry.releases.iterdir()))
    current = above = registry.current()
    while above.write is not None:
        below = registry.get(above.write["base"])
        assert values(below) < values(above)
        above = below
    assert above.id == current.built
    return current
