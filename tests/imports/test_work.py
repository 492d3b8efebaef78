"""An import from its files: what came in pages is one graph, or is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.errors import ImportRefused
from egov_kg.imports.kinds import Input
from egov_kg.imports.mapping import Mapping
from egov_kg.imports.ours import Ours
from egov_kg.imports.work import ImportJob, make
from egov_kg.store.foreign import Bounds

SAID = {"licence": "https://e.org/l", "publisher": "Invented Institute", "source": "https://e.org/sparql"}
BLANK = "<urn:a> <urn:p> [ <urn:q> 1 ] .\n"


def run(folder: Path, *pages: str) -> str:
    files = []
    for number, text in enumerate(pages):
        files.append(folder / f"page-{number}.ttl")
        files[-1].write_text(text, encoding="utf-8")
    target = folder / "out.nq"
    job = ImportJob(
        "paged", Input(tuple(files), "turtle"), "https://e.org/sparql", "", Mapping(), SAID, Ours(),
        Bounds(1024**2, 1_000), "2026-11-27T05:00:00Z", False, target,
    )  # fmt: skip
    make(job)
    return target.read_text(encoding="utf-8")


def test_pages_are_one_graph(tmp_path: Path) -> None:
    found = run(tmp_path, "<urn:a> <urn:p> 1 .", "<urn:b> <urn:p> 2 .", "")
    assert "<urn:a> <urn:p> " in found
    assert "<urn:b> <urn:p> " in found


def test_blank_nodes_of_one_page_alone_get_iris(tmp_path: Path) -> None:
    assert "/id/genid/import-paged-" in run(tmp_path, BLANK, "")


@pytest.mark.parametrize("pages", [(BLANK, "<urn:b> <urn:p> 2 ."), ("<urn:b> <urn:p> 2 .", BLANK)])
def test_blank_nodes_are_refused_where_there_are_more_pages(tmp_path: Path, pages: tuple[str, ...]) -> None:
    with pytest.raises(ImportRefused) as caught:
        run(tmp_path, *pages)
    assert "leave out --page" in caught.value.detail
    assert "--page" in caught.value.detail_zh
    assert not (tmp_path / "out.nq").exists()
