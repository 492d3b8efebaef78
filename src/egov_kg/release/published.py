"""One published release: what its manifest says of it, and whether its files are as written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from egov_kg import iris
from egov_kg.errors import ReleaseError
from egov_kg.release.disk import sha256
from egov_kg.store.base import Dataset

FORMAT: Final = 2
"""Version of the layout of a release; part of every release id."""

MANIFEST: Final = "manifest.json"
LABELS: Final = "index/labels.sqlite"
"""The search index, a file of a folder of its own since it is for the service, not to be taken away."""

DERIVED: Final = iris.graph("derived")
CATALOGUE: Final = iris.graph("catalogue")


@dataclass(frozen=True, slots=True)
class Release:
    """One published release.

    Attributes:
        id: `r` and twelve hexadecimal digits, a hash of the content.
        path: its folder.
        manifest: what `manifest.json` says: `format`, `id`, `created`, `version`, `graphs` (IRI to number
            of triples), `staging` (those that no rule and no shape applies to), `files` (name to `sha256` and
            `bytes`), `validation`; `built`, the id of the release that `egov-kg build` made and that this
            one descends from; where it was not made so itself, `write` (who, when, what, and the id of the
            release before as `base`).
    """

    id: str
    path: Path
    manifest: Mapping[str, Any]

    @property
    def nquads(self) -> Path:
        """All graphs as sorted N-Quads."""
        return self.path / "graph.nq"

    @property
    def store(self) -> Path:
        """The RocksDB snapshot; open it read-only."""
        return self.path / "store"

    @property
    def labels(self) -> Path | None:
        """The search index; None if the version that made the release knew none."""
        return self.path / LABELS if LABELS in self.manifest["files"] else None

    @property
    def graphs(self) -> Mapping[str, int]:
        """Triples by graph IRI, in the order of the IRIs."""
        graphs: Mapping[str, int] = self.manifest["graphs"]
        return graphs

    @property
    def dataset(self) -> Dataset:
        """What a query sees by default: all graphs but the derived one, imports and those in staging."""
        apart = (DERIVED, *self.staging, *self.imports)
        return Dataset(tuple(graph for graph in self.graphs if graph not in apart))

    @property
    def imports(self) -> tuple[str, ...]:
        """The graphs that came from elsewhere."""
        return tuple(graph for graph in self.graphs if iris.import_name(graph))

    @property
    def staging(self) -> tuple[str, ...]:
        """Graphs that no rule and no shape applies to."""
        return tuple(self.manifest.get("staging", ()))

    @property
    def built(self) -> str:
        """The id of the release that a build made and that this one descends from; its own if it is that."""
        return str(self.manifest.get("built", self.id))

    @property
    def write(self) -> Mapping[str, Any] | None:
        """Who wrote what, where this release is a write and no build."""
        write: Mapping[str, Any] | None = self.manifest.get("write")
        return write

    @property
    def created(self) -> datetime:
        """When it was built, in UTC."""
        return datetime.fromisoformat(self.manifest["created"])

    @property
    def offered(self) -> dict[str, Mapping[str, Any]]:
        """The files that are given out, with `sha256` and `bytes`: not those of the store and the index."""
        files: Mapping[str, Mapping[str, Any]] = self.manifest["files"]
        return {name: facts for name, facts in files.items() if "/" not in name}

    def dumps(self) -> dict[str, str]:
        """SHA-256 of each file that the content and this installation decide: all but those of the store."""
        files = self.manifest["files"].items()
        return {name: facts["sha256"] for name, facts in files if not name.startswith("store/")}

    def damaged(self) -> tuple[str, ...]:
        """Names of files that are missing or whose SHA-256 is not the manifest's; empty when all is well."""
        return tuple(
            name
            for name, facts in self.manifest["files"].items()
            if not (self.path / name).is_file() or sha256(self.path / name) != facts["sha256"]
        )

    def verify(self) -> None:
        """Check every file against the manifest.

        Raises:
            ReleaseError: with the names of the files that are missing or differ.
        """
        if damaged := self.damaged():
            raise ReleaseError(
                f"Release {self.id} is damaged: {', '.join(damaged)} missing or not as written. "
                "Run `egov-kg build` on its sources to restore it.",
                f"发布版本 {self.id} 已损坏：{'、'.join(damaged)} 缺失或内容有变。"
                "请用其来源重新运行 `egov-kg build` 予以恢复。",
                files=list(damaged),
            )


def release_id(digest: str) -> str:
    """The id of a release whose content has this SHA-256 (hexadecimal)."""
    return f"r{digest[:12]}"
