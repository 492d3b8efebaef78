"""A small graph in three named graphs, and its dataset, for tests of stores."""

from __future__ import annotations

from pathlib import Path

from egov_kg.settings import Settings
from egov_kg.store.base import Dataset

EX = "https://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
A, B, DERIVED = f"{EX}graph/a", f"{EX}graph/b", f"{EX}graph/derived"
DATASET = Dataset((A, B))

CITIES = ("beijing", "shanghai", "guangzhou", "xi-an")


def nquads() -> str:
    """Cities with a label and a share in graph a; the labels again in b; a derived count."""
    lines = []
    for number, city in enumerate(CITIES):
        subject = f"<{EX}city/{city}>"
        label = f'{subject} <{EX}label> "{city}"@en'
        lines += [f"{label} <{A}> .", f"{label} <{B}> ."]
        lines.append(f'{subject} <{EX}share> "{90 + number}.5"^^<{XSD}decimal> <{A}> .')
        lines.append(f'{subject} <{EX}note> "城市{number}\\n\\"#{{" <{B}> .')
        lines.append(f'{subject} <{EX}count> "{number * 10}"^^<{XSD}integer> <{DERIVED}> .')
    return "\n".join(lines) + "\n"


def write(folder: Path, text: str | None = None) -> Path:
    """The graph, or some text, as `graph.nq` in a folder."""
    path = folder / "graph.nq"
    path.write_text(nquads() if text is None else text, encoding="utf-8")
    return path


def large(folder: Path, rows: int) -> Path:
    """Rows of one triple each, in graph a."""
    return write(folder, "".join(f'<{EX}row/{i}> <{EX}value> "value {i}" <{A}> .\n' for i in range(rows)))


def settings(folder: Path, **changes: float) -> Settings:
    """Settings for tests: short waits, little memory."""
    values: dict[str, float] = {"query_timeout": 20.0, "query_memory": 128 * 1024**2, "queue_timeout": 5.0}
    return Settings(home=folder, **(values | changes))  # type: ignore[arg-type]
