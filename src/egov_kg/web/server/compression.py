"""Content codings (RFC 9110, section 8.4): which one a client gets; content compressed whole or in pieces."""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from typing import Final, Literal, Protocol

import zstandard

from egov_kg.errors import NotAcceptable

Coding = Literal["zstd", "gzip"]

CODINGS: Final[tuple[Coding, ...]] = ("zstd", "gzip")
"""Those there are; among equals the first is taken."""

SMALLEST: Final = 1024
"""Content shorter than this is sent as it is."""

_ZSTD_LEVEL: Final = 6
_GZIP_LEVEL: Final = 6
_STREAM_ZSTD_LEVEL: Final = 3
_STREAM_GZIP_LEVEL: Final = 4
_GZIP_WINDOW: Final = 31
_MEMBER: Final = re.compile(
    r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:;\s*[qQ]\s*=\s*([01]?(?:\.[0-9]{0,3})?)\s*)?"
)
_LONGEST: Final = 1024
_ALIASES: Final = {"x-gzip": "gzip"}
_KINDS: Final = re.compile(
    r"text/|application/(?:json|xml|javascript|trig|n-triples|n-quads|openapi\+json|link-format|sparql-query"
    r"|(?:[a-z0-9.-]+\+(?:json|xml)))(?:;|$)|image/svg\+xml"
)
_TAG: Final = re.compile(r'(W/)?"([^"]*)"')


class Compressor(Protocol):
    """Compresses content that comes in pieces."""

    def piece(self, data: bytes) -> bytes:
        """What can be sent now; all that was given can be read from what was sent."""
        ...

    def end(self) -> bytes:
        """The last bytes."""
        ...


@lru_cache(256)
def choose(accepted: str | None) -> tuple[Coding | None, bool]:
    """The coding a client likes best (RFC 9110, section 12.5.3).

    Args:
        accepted: the Accept-Encoding header, None if there is none.

    Returns:
        The coding, None for none; and whether content may be sent as it is.

    Raises:
        NotAcceptable: neither a coding there is, nor none.
    """
    if accepted is None:
        return None, True
    wishes: dict[str, float] = {}
    for member in accepted[:_LONGEST].lower().split(","):
        match = _MEMBER.fullmatch(member)
        if match:
            name = _ALIASES.get(match[1], match[1])
            wishes[name] = (
                1.0
                if match[2] is None
                else float(f"0{match[2]}" if match[2].startswith(".") else match[2] or 0)
            )
    anything = wishes.get("*")
    identity = wishes.get("identity", 1.0 if anything is None else anything)
    best: Coding | None = None
    quality = 0.0
    for coding in CODINGS:
        found = wishes.get(coding, anything or 0.0)
        if found > quality:
            best, quality = coding, found
    if best is None and identity == 0:
        raise NotAcceptable(
            f"Nothing matches Accept-Encoding: {accepted}. Available: {', '.join(CODINGS)}, identity.",
            f"没有与 Accept-Encoding: {accepted} 相符的编码。可用：{'、'.join(CODINGS)}、identity。",
            available=[*CODINGS, "identity"],
        )
    if "identity" in wishes and identity > quality:
        best = None
    return best, identity > 0


@lru_cache(256)
def pays(content_type: str) -> bool:
    """Whether content of a type gets smaller: texts do, what is compressed already does not."""
    return _KINDS.match(content_type.lower()) is not None


def compressed(data: bytes, coding: Coding) -> bytes:
    """Content compressed whole."""
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(data)
    packer = zlib.compressobj(_GZIP_LEVEL, wbits=_GZIP_WINDOW)
    return packer.compress(data) + packer.flush()


def stream(coding: Coding) -> Compressor:
    """A compressor for content that comes in pieces."""
    return _Zstd() if coding == "zstd" else _Gzip()


class _Zstd:
    def __init__(self) -> None:
        self._packer = zstandard.ZstdCompressor(level=_STREAM_ZSTD_LEVEL).compressobj()

    def piece(self, data: bytes) -> bytes:
        return self._packer.compress(data) + self._packer.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    def end(self) -> bytes:
        return self._packer.flush(zstandard.COMPRESSOBJ_FLUSH_FINISH)


class _Gzip:
    def __init__(self) -> None:
        self._packer = zlib.compressobj(_STREAM_GZIP_LEVEL, wbits=_GZIP_WINDOW)

    def piece(self, data: bytes) -> bytes:
        return self._packer.compress(data) + self._packer.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        return self._packer.flush(zlib.Z_FINISH)


def tagged(tag: str, coding: Coding) -> str:
    """The ETag of compressed content, made from that of the content as it is (RFC 9110, section 8.8.3.3)."""
    return _TAG.sub(rf'\1"\2-{coding}"', tag, count=1)


def untagged(tags: str) -> str:
    """A list of ETags in which those of compressed content are those of what it was made from."""
    for coding in CODINGS:
        tags = tags.replace(f'-{coding}"', '"')
    return tags


def matches(if_none_match: str, tag: str) -> bool:
    """Whether a list of ETags has one, by weak comparison. `*` has none: it would stand for errors as well.

    Who has the content in another coding has it all the same.
    """
    wanted = untagged(tag.removeprefix("W/"))
    return any(f'"{found[2]}"' == wanted for found in _TAG.finditer(untagged(if_none_match)))
