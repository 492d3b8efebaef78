"""Find the project's own files: `ontology/`, `shapes/`, `data/ttl/`, `queries/`.

They lie at the top of a checkout, and below `egov_kg/_resources/` in an installed wheel.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from egov_kg.errors import NotFound


@dataclass(frozen=True, slots=True)
class Sources:
    """The folders that a release is compiled from.

    Attributes:
        root: the folder that holds the four below; paths in messages are relative to it.
    """

    root: Path

    @property
    def ontology(self) -> Path:
        """The ontology, its code lists, alignments and examples."""
        return self.root / "ontology"

    @property
    def shapes(self) -> Path:
        """SHACL shapes, and the integrity checks in `integrity/`."""
        return self.root / "shapes"

    @property
    def data(self) -> Path:
        """The facts, as Turtle."""
        return self.root / "data" / "ttl"

    @property
    def queries(self) -> Path:
        """The competency questions."""
        return self.root / "queries"


def find_sources() -> Sources:
    """The sources of the running package: the checkout's if there is one, else the wheel's.

    Raises:
        NotFound: the package was installed without its data.
    """
    package = Path(__file__).resolve().parent
    for root in (package.parent.parent, package / "_resources"):
        if (root / "ontology").is_dir() and (root / "data" / "ttl").is_dir():
            return Sources(root)
    raise NotFound(
        f"No ontology/ and data/ttl/ beside {package}: reinstall egov-kg from a complete checkout or wheel.",
        f"在 {package} 旁未找到 ontology/ 与 data/ttl/：请用完整的源码或 wheel 重新安装 egov-kg。",
    )
