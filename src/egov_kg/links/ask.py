"""The pages of an endpoint's answer, kept as they come, so that a broken-off run goes on where it was."""

from __future__ import annotations

import csv
import hashlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from egov_kg.errors import ImportRefused
from egov_kg.imports.endpoint import Question, ask, check_address

_KEPT: Final = 24 * 3600.0
"""Seconds after which pages of a broken-off run are asked for anew: the data may be others by then."""


def folder_for(question: Question, home: Path) -> Path:
    """Where the pages of a question are kept until its table is written."""
    text = f"{question.endpoint}\n{question.page}\n{question.query}"
    return home / "links" / hashlib.sha256(text.encode()).hexdigest()[:16]


def ask_pages(
    question: Question,
    folder: Path,
    arrived: Callable[[int], None],
    pause: Callable[[float], None] = time.sleep,
) -> list[Path]:
    """Ask for every page that is not there yet.

    Args:
        question: what to ask; its pages have at most `page` rows.
        folder: for the pages; made if need be.
        arrived: is told how many pages there are, after each.
        pause: waits for some seconds.

    Returns:
        The pages, CSV files.

    Raises:
        UsageError: no http address.
        UpstreamFailed: the endpoint failed, however often it was asked; what came is kept.
        ImportRefused: it answers with more than is taken.
    """
    check_address(question.endpoint)
    if folder.is_dir() and time.time() - folder.stat().st_mtime > _KEPT:
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    pages: list[Path] = []
    left = question.most_bytes
    while True:
        page = folder / f"{len(pages):05}.csv"
        if not page.exists():
            text = f"{question.query}\nLIMIT {question.page} OFFSET {len(pages) * question.page}"
            part = page.with_suffix(".part")
            ask(question, text, True, part, left, pause)
            part.replace(page)  # whole pages only have their name
        left -= page.stat().st_size
        if left < 0:
            raise ImportRefused(
                f"{question.endpoint} answers with more than EGOV_KG_IMPORT_MB allows.",
                f"{question.endpoint} 返回的数据超出 EGOV_KG_IMPORT_MB 的限制。",
                file=question.endpoint,
            )
        pages.append(page)
        arrived(len(pages))
        if _rows(page) < question.page:
            return pages


def _rows(page: Path) -> int:
    with page.open(encoding="utf-8-sig", newline="", errors="replace") as handle:
        return max(0, sum(1 for row in csv.reader(handle) if row) - 1)
