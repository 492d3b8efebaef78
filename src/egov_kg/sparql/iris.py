"""IRIs: what is an absolute one, and relative ones made absolute (RFC 3986, section 5.2), for any scheme."""

from __future__ import annotations

import re
from typing import Final

_PARTS: Final = re.compile(
    r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL
)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_DOTS: Final = frozenset((".", ".."))
# RFC 3987 with its exclusions of SPARQL's IRIREF (SPARQL 1.1 Query, rule 139), and a scheme.
_ABSOLUTE_IRI: Final = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*')


def is_absolute_iri(text: str) -> bool:
    """Whether a text can stand as an IRI with a scheme."""
    return _ABSOLUTE_IRI.fullmatch(text) is not None


def resolve(reference: str, base: str | None) -> str | None:
    """The absolute IRI of a reference, as written where it is absolute already.

    Args:
        reference: an IRI reference.
        base: an absolute IRI to resolve it against.

    Returns:
        None where there is no base for it, or where implementations differ: dots in the base, or steps
        through a path without a leading slash or above its root.
    """
    if _SCHEME.match(reference):
        return reference
    if base is None:
        return None
    _, authority, path, query, fragment = _parts(reference)
    base_scheme, base_authority, base_path, base_query, _ = _parts(base)
    if authority is None:
        authority = base_authority
        if not path:
            path, query = base_path or "", query or base_query
        else:
            folder, slash, _ = (base_path or "").rpartition("/")
            if not path.startswith("/"):
                if not _DOTS.isdisjoint(folder.split("/")):
                    return None
                path = f"{folder}/{path}" if slash or authority is not None else path
            if not _DOTS.isdisjoint(path.split("/")):
                if authority is None:
                    return None
                path = _without_dots(path)
    place = "" if authority is None else f"//{authority}"
    return f"{base_scheme}:{place}{path}{query or ''}{fragment or ''}"


def _parts(iri: str) -> tuple[str | None, ...]:
    found = _PARTS.fullmatch(iri)
    return found.groups() if found else (None,) * 5


def _without_dots(path: str) -> str:
    """A path with a leading slash, without the segments `.` and `..` (section 5.2.4)."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)
