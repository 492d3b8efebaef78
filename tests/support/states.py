"""Releases that tell which of several they are in every row."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from egov_kg.release.registry import Release
from support.releases import publish

ROWS = 3_000
"""More than an answer holds at once: it is streamed."""

EXAMPLE = "https://w3id.org/egov-kg/id/example/"
NUMBER = "http://www.w3.org/1999/02/22-rdf-syntax-ns#value"
ALL = f"SELECT ?row ?n WHERE {{ ?row <{NUMBER}> ?n }}"
ONE = f"SELECT DISTINCT ?n WHERE {{ ?row <{NUMBER}> ?n }}"


def publish_number(home: Path, number: int) -> Release:
    """Make a release current in which every row has one number."""
    rows = "".join(f"<{EXAMPLE}row-{row:05d}> rdf:value {number} .\n" for row in range(ROWS))
    return publish(home, rows, created=datetime(2026, 1, 1, second=number, tzinfo=UTC))
