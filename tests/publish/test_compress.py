"""Compressed copies: they unpack to the same bytes, and are the same bytes each time."""

from __future__ import annotations

import gzip
import os
import zlib
from pathlib import Path
from typing import Literal

import pytest
import zstandard

from egov_kg.publish.compress import compress
from egov_kg.publish.export import FORMATS
from egov_kg.release.registry import Release

TEXT = "政务外网 extranet\n".encode() * 200_000


def unpack(data: bytes, compression: str) -> bytes:
    if compression == "gzip":
        return gzip.decompress(data)
    return zstandard.ZstdDecompressor().decompress(data)


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
@pytest.mark.parametrize("content", [b"", b"a", TEXT], ids=["empty", "one byte", "several pieces"])
def test_a_copy_unpacks_to_the_same_and_is_always_the_same(
    content: bytes, compression: Literal["gzip", "zstd"], tmp_path: Path
) -> None:
    first, second = tmp_path / "first.nt", tmp_path / "second.ttl"
    copies = []
    for age, source in enumerate((first, second)):
        source.write_bytes(content)
        os.utime(source, (10_000 * age, 10_000 * age))
        target = tmp_path / f"{source.name}.copy"
        compress(source, target, compression)
        copies.append(target.read_bytes())
    assert copies[0] == copies[1]
    assert unpack(copies[0], compression) == content
    assert len(content) < 100 or len(copies[0]) < len(content) / 50


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_cut_copy_is_noticed(compression: Literal["gzip", "zstd"], tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(os.urandom(5000))
    compress(source, target, compression)
    with pytest.raises((EOFError, zlib.error, zstandard.ZstdError)):
        unpack(target.read_bytes()[:-1000], compression)


def test_every_compressed_dump_of_a_release_is_its_dump(own: Release) -> None:
    compressed = [known for known in FORMATS if known.compression]
    assert len(compressed) == 12
    for known in compressed:
        packed = own.path / known.file
        assert unpack(packed.read_bytes(), known.compression) == packed.with_suffix("").read_bytes()
        assert known.file in own.manifest["files"]
