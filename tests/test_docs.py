"""The pages of docs: links lead somewhere, the index has every page, the architecture every module."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
WEB = ROOT / "src" / "egov_kg" / "web"


def text(page: Path) -> str:
    return page.read_text("utf-8")


def anchors(page: Path) -> set[str]:
    """The fragments that a renderer gives to headings."""
    without_code = re.sub(r"^```.*?^```", "", text(page), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ +(.+?) *$", without_code, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text(page)):
        if link.startswith(("http:", "https:")):
            continue
        place, _, fragment = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        if not target.exists() or (fragment and fragment not in anchors(target)):
            broken.append(link)
    assert not broken


def test_the_index_has_every_page() -> None:
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", text(DOCS / "README.md")))
    assert linked == {page.name for page in DOCS.glob("*.md")} - {"README.md"}


def test_the_architecture_names_every_module_of_web() -> None:
    rooms = {path.parent for path in WEB.rglob("*.py")}
    assert len(rooms) > 5
    for room in rooms:
        folder = room.relative_to(WEB.parent)
        table = re.search(rf"\| modules of `{folder}`.*\n((?:\|.*\n)+)", text(DOCS / "architecture.md"))
        assert table, folder
        here = {path.stem for path in room.glob("*.py")} - {"__init__", "app"}
        assert sorted(re.findall(r"`(\w+)`", table[1])) == sorted(here), folder
