"""The front-end libraries that the pages use: which are pinned, and whether they are in place.

`assets.toml` pins them, the build (`hatch_build.py`) puts them into `web/static/vendor/`. The build imports
this module before any library is installed: it needs none.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from egov_kg.errors import SourceError

PINS: Final = Path(__file__).parent / "assets.toml"
VENDOR: Final = Path(__file__).parent / "web" / "static" / "vendor"
MANIFEST: Final = "manifest.json"

_FORMS: Final = {
    "package": re.compile(r"(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*"),
    "version": re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?"),
    "integrity": re.compile(r"sha512-[A-Za-z0-9+/]{86}=="),
    "licence": re.compile(r"[A-Za-z0-9.() +-]+"),
}
_LISTS: Final = ("files", "licences")


@dataclass(frozen=True, slots=True)
class Package:
    """An npm package, pinned.

    Attributes:
        name: as npm has it, with its scope.
        version: an exact one.
        integrity: of the tarball (Subresource Integrity, section 3.1), sha512.
        licence: the SPDX expression that its package.json has to state.
        taken: what is taken: the path in the folder of the asset to the path in the package.
    """

    name: str
    version: str
    integrity: str
    licence: str
    taken: dict[str, str]

    @property
    def spec(self) -> str:
        """How npm is asked for it."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Asset:
    """A folder of `web/static/vendor/`.

    Attributes:
        folder: its name.
        packages: the package whose files are served, then those bundled into them, with their licences only.
    """

    folder: str
    packages: tuple[Package, ...]

    def described(self, files: dict[str, dict[str, Any]]) -> dict[str, Any]:
        """What the manifest says.

        Args:
            files: of each file, by its path in the folder, `sha256` (hexadecimal) and `bytes`.
        """
        return {
            "packages": [
                {
                    "name": one.name,
                    "version": one.version,
                    "licence": one.licence,
                    "integrity": one.integrity,
                    "files": {path: files.get(path) for path in sorted(one.taken)},
                }
                for one in self.packages
            ]
        }

    def in_place(self, vendor: Path = VENDOR) -> bool:
        """Whether the folder has what is pinned, every file of it unchanged, and nothing else."""
        folder = vendor / self.folder
        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            found = dict(_digests(folder))
        except (OSError, ValueError):
            return False
        return bool(manifest == self.described(found)) and found.keys() == {
            path for one in self.packages for path in one.taken
        }


def digest(data: bytes) -> dict[str, Any]:
    """What a manifest says of a file."""
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def _digests(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if not path.is_dir() and name != MANIFEST:
            yield name, digest(path.read_bytes())


def pinned(path: Path = PINS) -> tuple[Asset, ...]:
    """The assets that a file pins.

    Raises:
        SourceError: the file cannot be read as such: a range for a version, no sha512, a path that leads
            elsewhere.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return tuple(_asset(folder, entry) for folder, entry in table.items())
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise SourceError(
            f"{path} does not pin front-end libraries as it should: {error}",
            f"{path} 未能正确固定前端库：{error}",
            file=str(path),
        ) from error


def _asset(folder: str, entry: dict[str, Any]) -> Asset:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", folder):
        raise ValueError(f"[{folder}] is no name of a folder")
    bundled = entry.pop("contains", [])
    packages = (_package(entry, ""), *(_package(one, f"contains/{one['package']}/") for one in bundled))
    if MANIFEST in packages[0].taken or len({one.name for one in packages}) != len(packages):
        raise ValueError(f"[{folder}] has a package twice, or a file of the name {MANIFEST}")
    return Asset(folder, packages)


def _package(entry: dict[str, Any], below: str) -> Package:
    if unknown := entry.keys() - {*_FORMS, *_LISTS}:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    for name, form in _FORMS.items():
        if not form.fullmatch(entry[name]):
            raise ValueError(f"{name} = {entry[name]!r}")
    if not entry["licences"]:
        raise ValueError(f"{entry['package']} comes without a licence")
    paths = [PurePosixPath(path) for name in _LISTS for path in entry.get(name, [])]
    if len({path.name for path in paths}) != len(paths):
        raise ValueError(f"two files of {entry['package']} have one name")
    if bad := [path for path in paths if path.is_absolute() or ".." in path.parts or not path.name]:
        raise ValueError(f"{bad[0]} leads elsewhere")
    return Package(
        entry["package"],
        entry["version"],
        entry["integrity"],
        entry["licence"],
        {below + path.name: str(path) for path in paths},
    )
