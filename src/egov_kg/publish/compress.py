"""Compressed copies of files: gzip (RFC 1952) and Zstandard (RFC 8878).

The bytes depend on the content alone: no time and no name is written, and the levels are fixed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from egov_kg.publish.export import Compression

_GZIP_LEVEL: Final = 6
_ZSTD_LEVEL: Final = 9
_PIECE_BYTES: Final = 1024 * 1024


def compress(source: Path, target: Path, compression: Compression) -> None:
    """Write a compressed copy of a file, in pieces.

    Args:
        source: what to compress.
        target: the copy, replaced if it exists.
        compression: `gzip` or `zstd`.

    Raises:
        OSError: a file cannot be read or written.
    """
    with source.open("rb") as plain, target.open("wb") as packed:
        _WRITERS[compression](plain, packed, source.stat().st_size)


def _gzip(plain: BinaryIO, packed: BinaryIO, size: int) -> None:  # noqa: ARG001 - gzip needs no size
    import gzip

    with gzip.GzipFile(filename="", mode="wb", compresslevel=_GZIP_LEVEL, fileobj=packed, mtime=0) as writer:
        while piece := plain.read(_PIECE_BYTES):
            writer.write(piece)


def _zstd(plain: BinaryIO, packed: BinaryIO, size: int) -> None:
    import zstandard

    # With its size in the frame's header a reader can tell a file that was cut off.
    zstandard.ZstdCompressor(level=_ZSTD_LEVEL, write_checksum=True).copy_stream(plain, packed, size=size)


_WRITERS: Final[dict[str, Callable[[BinaryIO, BinaryIO, int], None]]] = {"gzip": _gzip, "zstd": _zstd}
