"""The pins of front-end libraries: what may stand there, and what is in place."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

from egov_kg.assets import MANIFEST, PINS, VENDOR, Asset, pinned
from egov_kg.errors import SourceError

ROOT = Path(__file__).resolve().parents[1]
PIN = f"""\
[lib]
package = "@made/lib"
version = "1.0.0"
integrity = "sha512-{"A" * 86}=="
licence = "MIT"
files = ["dist/lib.js"]
licences = ["LICENSE"]

[[lib.contains]]
package = "part"
version = "2.0.0-rc.1"
integrity = "sha512-{"B" * 86}=="
licence = "(MIT OR Apache-2.0)"
licences = ["LICENSE"]
"""


def read(text: str, folder: Path) -> tuple[Asset, ...]:
    path = folder / "assets.toml"
    path.write_text(text)
    return pinned(path)


def test_a_pin_is_read(tmp_path: Path) -> None:
    (one,) = read(PIN, tmp_path)
    own, part = one.packages
    assert (one.folder, own.spec, part.spec) == ("lib", "@made/lib@1.0.0", "part@2.0.0-rc.1")
    assert own.taken == {"lib.js": "dist/lib.js", "LICENSE": "LICENSE"}
    assert part.taken == {"contains/part/LICENSE": "LICENSE"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"1.0.0"', '"^1.0.0"'),
        ('"1.0.0"', '"latest"'),
        ('"1.0.0"', "1"),
        ('"@made/lib"', '"--registry=elsewhere"'),
        ('"@made/lib"', '"../lib"'),
        ('"@made/lib"', '"https://example.org/lib.tgz"'),
        ("sha512-A", "sha256-A"),
        ("AAAA==", "=="),
        ('licence = "MIT"\n', ""),
        ('licences = ["LICENSE"]\n\n', "licences = []\n\n"),
        ('"dist/lib.js"', '"../lib.js"'),
        ('"dist/lib.js"', '"/lib.js"'),
        ('"dist/lib.js"', '"."'),
        ('"dist/lib.js"', '"dist/lib.js", "other/lib.js"'),
        ('"dist/lib.js"', '"dist/manifest.json"'),
        ("files = ", "file = "),
        ("[lib]", '["../lib"]'),
        ("[lib]", "[lib"),
    ],
)
def test_what_may_not_stand_there(right: str, wrong: str, tmp_path: Path) -> None:
    assert right in PIN
    with pytest.raises(SourceError, match=r"assets\.toml") as caught:
        read(PIN.replace(right, wrong, 1), tmp_path)
    assert caught.value.detail_zh
    assert caught.value.extra["file"].endswith("assets.toml")


def test_pins_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        pinned(tmp_path / "assets.toml")


@pytest.mark.parametrize("one", pinned(), ids=lambda one: one.folder)
def test_the_build_has_put_them_in_place(one: Asset) -> None:
    assert one.in_place(), f"{VENDOR / one.folder} is not what is pinned: remove it, and run make again"
    for package in one.packages:
        licences = [path for path in package.taken if re.search("(?i)licen[cs]e|package.json", path)]
        assert licences, package.spec
        assert all((VENDOR / one.folder / path).stat().st_size > 500 for path in licences)
    assert any(path.endswith(".js") for path in one.packages[0].taken)


@pytest.mark.parametrize("one", pinned(), ids=lambda one: one.folder)
def test_a_folder_of_another_version_is_not_in_place(one: Asset, tmp_path: Path) -> None:
    shutil.copytree(VENDOR / one.folder, tmp_path / one.folder)
    assert one.in_place(tmp_path)
    manifest = tmp_path / one.folder / MANIFEST
    text = manifest.read_text()
    for other in (json.dumps([]), "{", text.replace(one.packages[0].version, "0.0.1", 1), ""):
        manifest.write_text(other)
        assert not one.in_place(tmp_path)


def test_nothing_of_others_is_in_the_repository() -> None:
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("this is no git checkout, or git is not installed")
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    tracked = {unquote(path) for path in done.stdout.split("\0")}
    assert "src/egov_kg/assets.toml" in tracked
    assert not {path for path in tracked if "/vendor/" in path or "node_modules" in path}
    assert not {path for path in tracked if re.search(r"\.min\.(js|css)$", path)}
    files = {str(path.relative_to(ROOT)) for path in VENDOR.rglob("*") if path.is_file()}
    assert files
    done = subprocess.run(
        ["git", "check-ignore", *sorted(files)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(done.stdout.splitlines()) == files


def test_no_pin_names_a_host() -> None:
    assert not re.search(r"https?:|registry\s*=", PINS.read_text("utf-8"))
