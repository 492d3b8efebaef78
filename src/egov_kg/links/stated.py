"""What the linksets that are there state already, so that no table contradicts them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from egov_kg.namespaces import expand
from egov_kg.store.rdf_io import parse_rdf

_EXACT: Final = expand("skos:exactMatch")


@dataclass(frozen=True, slots=True)
class Stated:
    """An exact match that a linkset states.

    Attributes:
        source: the IRI of ours.
        target: the IRI of theirs.
        file: the linkset.
    """

    source: str
    target: str
    file: Path


def read_stated(files: Iterable[Path]) -> Iterator[Stated]:
    """The exact matches of linksets, file by file.

    Args:
        files: Turtle.

    Raises:
        SourceError: a file that does not parse.
    """
    for path in files:
        for quad in parse_rdf(path):
            if quad.predicate.value == _EXACT:
                yield Stated(str(quad.subject)[1:-1], str(quad.object)[1:-1], path)
