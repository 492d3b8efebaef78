"""The files of a release that users take away: one per format, written once, when the release is built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol

from egov_kg.errors import ReleaseError, UsageError
from egov_kg.publish.table import COLUMNS

__all__ = ["COLUMNS", "FORMATS", "Format", "Published", "export", "format_named"]

_PIECE_BYTES = 256 * 1024


class Published(Protocol):
    """What this module needs of a release."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def path(self) -> Path:
        """Its folder."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format of the whole release or of its observations.

    Attributes:
        name: as users type it.
        file: its file in a release.
        media_type: as registered with IANA.
        scope: `dataset`, all named graphs; `union`, the triples of the default graph (all graphs but the
            derived one); `observations`, the flat table of reported observations.
        syntax: name of the RDF syntax, empty for tables.
    """

    name: str
    file: str
    media_type: str
    scope: Literal["dataset", "union", "observations"]
    syntax: str = ""


FORMATS: Final[tuple[Format, ...]] = (
    Format("nt", "graph.nt", "application/n-triples", "union", "ntriples"),
    Format("nq", "graph.nq", "application/n-quads", "dataset", "nquads"),
    Format("ttl", "graph.ttl", "text/turtle", "union", "turtle"),
    Format("trig", "graph.trig", "application/trig", "dataset", "trig"),
    Format("jsonld", "graph.jsonld", "application/ld+json", "dataset", "jsonld"),
    Format("rdfxml", "graph.rdf", "application/rdf+xml", "union", "rdfxml"),
    Format("csv", "observations.csv", "text/csv", "observations"),
    Format("parquet", "observations.parquet", "application/vnd.apache.parquet", "observations"),
)


def format_named(name: str) -> Format:
    """The format of a name.

    Raises:
        UsageError: an unknown name.
    """
    for known in FORMATS:
        if known.name == name:
            return known
    names = ", ".join(known.name for known in FORMATS)
    raise UsageError(
        f"Unknown export format {name!r}; known are {names}.",
        f"未知的导出格式 {name!r}；可用的有 {names}。",
    )


def export(release: Published, format: str) -> Iterator[bytes]:  # noqa: A002 - the name users see
    """The bytes of a release in a format, in pieces of bounded size.

    The file is opened before this returns, so that errors are raised here.

    Raises:
        UsageError: an unknown format.
        ReleaseError: the release has lost the file.
    """
    path = release.path / format_named(format).file
    try:
        handle = path.open("rb")
    except OSError as error:
        raise ReleaseError(
            f"Release {release.id} has no readable {path.name} ({error.strerror}): run `egov-kg build`.",
            f"发布版本 {release.id} 中无法读取 {path.name}（{error.strerror}）：请运行 `egov-kg build`。",
        ) from error

    def pieces() -> Iterator[bytes]:
        with handle:
            while piece := handle.read(_PIECE_BYTES):
                yield piece

    return pieces()
