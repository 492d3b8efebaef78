"""The releases that a setting chooses: those of the home folder, or of a folder of one release."""

from __future__ import annotations

from pathlib import Path

from egov_kg.errors import UsageError
from egov_kg.release.registry import Registry, Release
from egov_kg.settings import Settings


class Pinned(Registry):
    """A registry whose current release is one that was chosen, whatever becomes current in its home folder.

    Args:
        folder: of the release.

    Raises:
        ReleaseError: there is none that can be read.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder.parent.parent)
        self._pinned = self.at(folder)

    def current(self) -> Release:
        """The release that was chosen."""
        return self._pinned

    def get(self, wanted: str) -> Release:
        """A release beside it by its id, or the chosen one; see `Registry.get`."""
        return self._pinned if self._pinned.id == wanted else super().get(wanted)


def registry_of(settings: Settings) -> Registry:
    """The releases that `EGOV_KG_STORE` means: those of the home folder, unless it names a folder.

    Raises:
        UsageError: it names neither an address nor a folder of a release.
        ReleaseError: the release in the folder cannot be read.
    """
    if not settings.store or settings.is_remote:
        return Registry(settings.home)
    folder = Path(settings.store).expanduser().resolve()
    if not folder.is_dir():
        raise UsageError(
            f"{settings.store!r} is neither the folder of a release nor the http address of an engine.",
            f"{settings.store!r} 既不是发布版本的目录，也不是引擎的地址（http 或 https）。",
        )
    return Pinned(folder)
