"""An imported cube as a table to take away: CSV, and what its columns are in CSVW metadata beside it.

Specification: Metadata Vocabulary for Tabular Data (W3C, 2015). A cell with several values has them with a
vertical bar between; a value that the publisher does not have is empty.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from egov_kg import iris
from egov_kg.imports.cube import DATASET, Structure, structures
from egov_kg.imports.cubelink import is_undefined
from egov_kg.imports.terms import LABEL, TextGraph, bare, name, text_of

_EXTRA: Final = tuple(
    map(
        name,
        (
            "sdmx-dimension:refArea",
            "sdmx-dimension:refPeriod",
            "sdmx-attribute:obsStatus",
            "egov:qualifier",
            "egov:lowerBound",
            "egov:upperBound",
        ),
    )
)
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9_]+")
_BETWEEN: Final = "|"


def table_file(import_: str) -> str:
    """The name of the table of an import in a release."""
    return f"{iris.IMPORT}{import_}.csv"


def write_table(lines: Iterable[bytes], import_: str, folder: Path) -> int:
    """Write the observations of an import, and what the columns are.

    Args:
        lines: canonical N-Quads of its graph.
        import_: its name.
        folder: where to.

    Returns:
        The number of observations; where there are none, nothing is written.
    """
    graph = TextGraph(_triples(lines))
    cubes = structures(graph)
    count = sum(len(graph.subjects(DATASET, cube.dataset)) for cube in cubes)
    if not count:
        return 0
    columns = _columns(graph, cubes)
    path = folder / table_file(import_)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["observation", "dataset", *columns.values()])
        for cube in cubes:
            for observation in sorted(graph.subjects(DATASET, cube.dataset)):
                values = (graph.objects(observation, property_) for property_ in columns)
                writer.writerow(
                    [
                        bare(observation),
                        bare(cube.dataset),
                        *(_BETWEEN.join(map(_cell, sorted(one))) for one in values),
                    ]
                )
    described = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": path.name,
        "tableSchema": {
            "aboutUrl": "{+observation}",
            "primaryKey": "observation",
            "columns": [
                {"name": "observation", "titles": "observation", "required": True, "suppressOutput": True},
                {
                    "name": "dataset",
                    "titles": "dataset",
                    "propertyUrl": bare(DATASET),
                    "valueUrl": "{+dataset}",
                },
                *(_column(graph, property_, head) for property_, head in columns.items()),
            ],
        },
    }
    text = json.dumps(described, ensure_ascii=False, indent=1)
    path.with_name(f"{path.name}-metadata.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    return count


def _triples(lines: Iterable[bytes]) -> Iterable[tuple[str, str, str]]:
    for line in lines:
        subject, predicate, rest = line.decode().split(" ", 2)
        yield subject, predicate, rest[: rest.rindex(" <")]


def _columns(graph: TextGraph, cubes: tuple[Structure, ...]) -> dict[str, str]:
    """Properties of the observations, each with a heading of its own: dimensions, attributes, measures."""
    kinds = (
        [cube.dimensions for cube in cubes],
        [cube.attributes for cube in cubes],
        [cube.measures for cube in cubes],
    )
    wanted = [one for kind in kinds for properties in kind for one in properties]
    observations = [one for cube in cubes for one in graph.subjects(DATASET, cube.dataset)]
    wanted += [one for one in _EXTRA if any(graph.objects(seen, one) for seen in observations)]
    found: dict[str, str] = {}
    for property_ in wanted:
        if property_ in found:
            continue
        head = _NO_NAME.sub("_", re.split(r"[/#]", bare(property_).rstrip("/#"))[-1]) or "value"
        taken, number = {"observation", "dataset", *found.values()}, 2
        unique = head
        while unique in taken:
            unique, number = f"{head}_{number}", number + 1
        found[property_] = unique
    return found


def _cell(value: str) -> str:
    if is_undefined(value):
        return ""
    parts = text_of(value)
    return parts.value if parts else bare(value)


def _column(graph: TextGraph, property_: str, head: str) -> dict[str, Any]:
    titles: dict[str, list[str]] = {"und": [head]}
    for label in graph.objects(property_, LABEL):
        if parts := text_of(label):
            titles.setdefault(parts.lang or "und", []).append(parts.value)
    return {"name": head, "titles": titles, "propertyUrl": bare(property_), "separator": _BETWEEN}
