"""RDF from elsewhere, read piece by piece within bounds: nothing of it is trusted.

Terms come as N-Triples text. Nothing is fetched: a remote JSON-LD context is an error, and so is what an XML
document declares to be outside of it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from pyoxigraph import DefaultGraph, Literal, RdfFormat, Triple
from pyoxigraph import parse as _parse

from egov_kg.errors import ImportRefused
from egov_kg.store.rdf_io import rdf_format, source_error

TextTriple = tuple[str, str, str]
"""Subject, predicate and object as N-Triples has them; a blank node is `_:` and a label."""

LONGEST_TERM: Final = 100_000
"""Characters that an IRI or a literal may have."""

_LONGEST_ENTITY: Final = 1_000
_DECLARATIONS: Final = 64 * 1024
_ENTITY: Final = re.compile(rb"""<!ENTITY\s+(%\s+)?[^\s]+\s+(SYSTEM|PUBLIC|"[^"]*"|'[^']*')""")
_CHARACTER: Final = re.compile(rb"&(?:#[0-9]+|#x[0-9A-Fa-f]+|lt|gt|amp|quot|apos);")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much an import may be.

    Attributes:
        bytes: uncompressed.
        triples: as published, and again with what is made of them.
    """

    bytes: int
    triples: int


class BoundedReader(io.RawIOBase):
    """The bytes of a file until they are too many.

    Args:
        source: an open file.
        name: what to call it in messages.
        most: bytes that it may have.

    Raises (from `read`):
        ImportRefused: it has more, or is no whole gzip file.
    """

    def __init__(self, source: IO[bytes], name: str, most: int) -> None:
        self._source, self._name, self._most = source, name, most
        self._read = 0
        self.error: ImportRefused | None = None

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill a buffer."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        try:
            data = self._source.read(64 * 1024 if size < 0 else size)
        except (OSError, EOFError) as error:
            # gzip says of a file that is cut off or damaged that it is so, each in its way.
            raise self._refuse(
                f"{self._name} cannot be read: {error}.", f"无法读取 {self._name}：{error}。"
            ) from None
        self._read += len(data)
        if self._read > self._most:
            size_ = f"{self._most / 1024**2:g} MiB"
            raise self._refuse(
                f"{self._name} has more than {size_} (uncompressed): import a part of it, or set "
                "EGOV_KG_IMPORT_MB to more.",
                f"{self._name} 超过 {size_}（解压后）：请只导入其中一部分，或调大 EGOV_KG_IMPORT_MB。",
            )
        return data

    def _refuse(self, en: str, zh: str) -> ImportRefused:
        self.error = ImportRefused(en, zh, file=self._name)
        return self.error


def read_foreign(
    source: IO[bytes], name: str, syntax: str, bounds: Bounds, base: str
) -> Iterator[TextTriple]:
    """The triples of an RDF document, in its order.

    Args:
        source: its bytes, uncompressed.
        name: what to call it in messages.
        syntax: `turtle`, `ntriples` ...
        bounds: how much it may be.
        base: the IRI that relative ones are resolved against; empty for none.

    Raises:
        SourceError: it does not parse; with `file`, `line` and `column`.
        ImportRefused: it is too large, names graphs of its own, or has what cannot be published.
    """
    known = rdf_format(syntax)
    reader = BoundedReader(source, name, bounds.bytes)
    stream: IO[bytes] = io.BufferedReader(reader)
    if known == RdfFormat.RDF_XML:
        _require_harmless(stream.peek(_DECLARATIONS), name)  # type: ignore[attr-defined]
    try:
        quads = _parse(input=stream, format=known, base_iri=base or None)
        for count, quad in enumerate(quads, 1):
            if count > bounds.triples:
                raise too_many(name, bounds.triples)
            if not isinstance(quad.graph_name, DefaultGraph):
                raise ImportRefused(
                    f"{name} has named graphs ({quad.graph_name}): an import is one graph. Take out the one "
                    "that is meant.",
                    f"{name} 含有命名图（{quad.graph_name}）：一次导入只能是一个图，请取出所需的图。",
                    file=name,
                )
            if isinstance(quad.object, Triple):
                raise ImportRefused(
                    f"{name} has triple terms (RDF 1.2), which a release cannot publish.",
                    f"{name} 含有三元组项（RDF 1.2），无法在发布版本中发布。",
                    file=name,
                )
            found = (str(quad.subject), quad.predicate.value, str(quad.object))
            if max(map(len, found)) > LONGEST_TERM:
                kind = ("literal", "字面量") if isinstance(quad.object, Literal) else ("IRI", "IRI")
                raise ImportRefused(
                    f"{name}: a {kind[0]} of {quad.subject} has more than {LONGEST_TERM:,} characters.",
                    f"{name}：{quad.subject} 的一个{kind[1]}超过 {LONGEST_TERM:,} 个字符。",
                    file=name,
                )
            yield found[0], f"<{found[1]}>", found[2]
    except (SyntaxError, OSError, ValueError) as error:
        raise (reader.error or source_error(name, error)) from None


def too_many(name: str, most: int) -> ImportRefused:
    """The import has more triples than it may."""
    return ImportRefused(
        f"{name} has more than {most:,} triples: import a part of it, or set EGOV_KG_IMPORT_TRIPLES to more.",
        f"{name} 的三元组超过 {most:,} 个：请只导入其中一部分，或调大 EGOV_KG_IMPORT_TRIPLES。",
        file=name,
        limit=most,
    )


def _require_harmless(start: bytes, name: str) -> None:
    """Refuse an XML document whose entities could grow without end, or are elsewhere.

    Abbreviations of IRIs, which many ontologies declare, are no harm: short, and without entities in them.
    """
    if b"<!DOCTYPE" not in start:
        return
    declared = start.partition(b"<rdf:RDF")[0]
    for match in _ENTITY.finditer(declared):
        parameter, value = match.groups()
        inner = _CHARACTER.sub(b"", value)
        if parameter or value in (b"SYSTEM", b"PUBLIC") or b"&" in inner or len(value) > _LONGEST_ENTITY:
            raise ImportRefused(
                f"{name} declares XML entities that name other entities or files, or are long: such a "
                "document can grow without end. Write it without a DOCTYPE.",
                f"{name} 声明了引用其他实体或文件、或过长的 XML 实体，文档可能无限膨胀。请去掉 DOCTYPE。",
                file=name,
            )
    if declared.count(b"<!ENTITY") != len(_ENTITY.findall(declared)) or len(declared) == len(start):
        raise ImportRefused(
            f"{name} has a DOCTYPE that cannot be understood: write it without.",
            f"{name} 的 DOCTYPE 无法识别：请将其去掉。",
            file=name,
        )
