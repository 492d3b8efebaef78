"""The notebook runs from top to bottom against a real service, and is kept without its answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest

from egov_kg.client import Client
from support.service import Server

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "notebooks" / "first-look.ipynb"
ADDRESS = "http://127.0.0.1:8000/sparql"

# Jupyter's own code uses what it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


def read() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]


def test_it_runs(served: Server, client: Client, tmp_path: Path) -> None:
    notebook = read()
    for cell in notebook.cells:
        cell.source = cell.source.replace(ADDRESS, served.endpoint)
    asked = "import json; print(json.dumps([certain.iris, possible.iris, excluded.iris, client.release]))"
    notebook.cells.append(nbformat.v4.new_code_cell(asked))  # type: ignore[no-untyped-call]
    nbclient.NotebookClient(notebook, timeout=240, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    assert all(shown)
    shares = client.observations(indicator="main-business-coverage")
    answers = [
        list(part.iris)
        for part in (shares.certain(">= 80"), shares.possible(">= 80"), shares.excluded(">= 80"))
    ]
    assert json.loads(shown[-1][0].text) == [*answers, client.release]
    assert all(answers)


def test_it_is_kept_without_answers() -> None:
    notebook = read()
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
    text = NOTEBOOK.read_text("utf-8")
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n"
    assert "/home/" not in text
