"""The files of a release that users take away: one per format, written once, when the release is built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, Protocol

from egov_kg.errors import NotFound, ReleaseError, UsageError

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


Scope = Literal["dataset", "union", "observations", "description"]
Compression = Literal["", "gzip", "zstd"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of the whole release or of its observations.

    Attributes:
        name: as users type it.
        file: its file in a release.
        media_type: as registered with IANA, of the content before it is compressed.
        scope: `dataset`, all named graphs; `union`, the triples of the default graph (all graphs but the
            derived one); `observations`, the reported observations; `description`, what the release is and
            what its figures are, for search engines and programs that load them.
        syntax: name of the RDF syntax of a dump, empty for what is made of the observations.
        compression: how the file is compressed; empty if it is not, or is so by its own format.
        binary: whether it is no text.
        language: of its labels, where it has one only.
        file_type: its name in the EU's authority table of file types, as DCAT-AP wants it.
    """

    name: str
    file: str
    media_type: str
    scope: Scope
    file_type: str
    syntax: str = ""
    compression: Compression = ""
    binary: bool = False
    language: str = ""

    @property
    def suffix(self) -> str:
        """The end of the file name by which the format is known, from its first dot."""
        return self.file[self.file.index(".") :]

    @property
    def content_type(self) -> str:
        """The Content-Type of the file as it is: that of the compression, where it is compressed."""
        if self.compression:
            return COMPRESSIONS[self.compression][1]
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


COMPRESSIONS: Final[Mapping[str, tuple[str, str]]] = {
    "gzip": (".gz", "application/gzip"),
    "zstd": (".zst", "application/zstd"),
}
"""Of each compression, what it adds to the name of a file and its media type (RFC 6713, RFC 8878)."""

_DUMPS: Final = (
    Format("nt", "graph.nt", "application/n-triples", "union", "RDF_N_TRIPLES", "ntriples"),
    Format("nq", "graph.nq", "application/n-quads", "dataset", "RDF_N_QUADS", "nquads"),
    Format("ttl", "graph.ttl", "text/turtle", "union", "RDF_TURTLE", "turtle"),
    Format("trig", "graph.trig", "application/trig", "dataset", "RDF_TRIG", "trig"),
    Format("jsonld", "graph.jsonld", "application/ld+json", "dataset", "JSON_LD", "jsonld"),
    Format("rdfxml", "graph.rdf", "application/rdf+xml", "union", "RDF_XML", "rdfxml"),
)


def _compressed(dump: Format, compression: Compression) -> Format:
    suffix = COMPRESSIONS[compression][0]
    return replace(
        dump, name=dump.name + suffix, file=dump.file + suffix, compression=compression, binary=True
    )


FORMATS: Final[tuple[Format, ...]] = (
    *_DUMPS,
    *(_compressed(dump, "gzip") for dump in _DUMPS),
    *(_compressed(dump, "zstd") for dump in _DUMPS),
    Format("csv", "observations.csv", "text/csv", "observations", "CSV"),
    Format("csvw", "observations.csv-metadata.json", "application/csvm+json", "observations", "JSON"),
    Format(
        "parquet",
        "observations.parquet",
        "application/vnd.apache.parquet",
        "observations",
        "PARQUET",
        binary=True,
    ),
    Format(
        "xlsx",
        "observations.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "observations",
        "XLSX",
        binary=True,
    ),
    *(
        Format(
            f"jsonstat-{language}",
            f"observations.{language}.jsonstat.json",
            "application/json",
            "observations",
            "JSON",
            language=language,
        )
        for language in ("zh", "en")
    ),
    Format("cube", "cube.ttl", "text/turtle", "observations", "RDF_TURTLE"),
    Format("schema", "schema.jsonld", "application/ld+json", "description", "JSON_LD"),
    Format("croissant", "croissant.jsonld", "application/ld+json", "description", "JSON_LD"),
)
"""Every format, and the only place that says so: names, files and media types."""


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


def format_of(file_name: str) -> Format | None:
    """The format that a file name stands for; None if it stands for none.

    `cube.ttl` is that file of a release. Of other names the end counts, the longest that fits:
    `report.ttl.gz` is Turtle, compressed. Where formats end alike (`.ttl`), the first in `FORMATS` is meant.
    """
    for known in FORMATS:
        if known.file == file_name:
            return known
    fitting = [
        (len(suffix), -position, known)
        for position, known in enumerate(FORMATS)
        for suffix in {known.suffix, f".{known.name}"}
        if file_name.endswith(suffix)
    ]
    return max(fitting, key=lambda found: found[:2])[2] if fitting else None


def file_named(file: str) -> Format:
    """The format whose file in a release is called so.

    Raises:
        NotFound: no file of a release is.
    """
    for known in FORMATS:
        if known.file == file:
            return known
    files = ", ".join(known.file for known in FORMATS)
    raise NotFound(
        f"There is no download {file!r}; there are {files}.",
        f"没有可下载的文件 {file!r}；可用的有 {files}。",
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
