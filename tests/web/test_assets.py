"""Files of `/static/`: scripts import what is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from egov_kg.web.assets import FOLDER

MODULES = sorted((FOLDER / "js").rglob("*.js"))
_IMPORT = re.compile(r'\bimport\s*(?:\*\s*as\s+\w+\s*from\s*|\{([^}]*)\}\s*from\s*|\(\s*)?"(\.[^"]+)"')
_EXPORT = re.compile(r"^export\s+(?:async\s+)?(?:function\*?|class|const|let)\s+(\w+)", re.MULTILINE)


def imports(module: Path) -> Iterator[tuple[str, set[str]]]:
    """What a module imports: paths, and the names that it takes from there."""
    for names, path in _IMPORT.findall(module.read_text("utf-8")):
        yield path, {name.split(" as ")[0].strip() for name in names.split(",") if name.strip()}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_script_imports_what_is_there(module: Path) -> None:
    for path, names in imports(module):
        target = (module.parent / path).resolve()
        assert target in MODULES, f"{module.name} imports {path}"
        missing = names - set(_EXPORT.findall(target.read_text("utf-8")))
        assert not missing, f"{module.name} imports {missing} from {path}"


def test_imports_are_found_at_all() -> None:
    found = dict(imports(FOLDER / "js" / "workbench" / "network.js"))
    assert found["./links.js"] == {"links"}
    assert any("./workbench/evaluation.js" in path for path, _ in imports(FOLDER / "js" / "workbench.js"))
