"""Licences by their short names (SPDX), which people know, and by the IRIs that data state."""

from __future__ import annotations

from typing import Final

from egov_kg.errors import UsageError

_CC: Final = "https://creativecommons.org/"
LICENCES: Final = {
    "CC0-1.0": f"{_CC}publicdomain/zero/1.0/",
    "CC-BY-4.0": f"{_CC}licenses/by/4.0/",
    "CC-BY-SA-4.0": f"{_CC}licenses/by-sa/4.0/",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
}
"""The IRI of each short name that is known."""


def licence_iri(said: str) -> str:
    """The IRI of a licence that somebody names.

    Args:
        said: an IRI or one of `LICENCES`.

    Raises:
        UsageError: it is neither.
    """
    from egov_kg.imports.terms import is_iri  # slow, and every command has these names in its help

    found = LICENCES.get(said, said)
    if not is_iri(found):
        raise UsageError(
            f"--licence: {said!r} is neither {', '.join(LICENCES)} nor an absolute IRI such as "
            f"{LICENCES['CC0-1.0']}: give one of them.",
            f"--licence：{said!r} 既不是 {'、'.join(LICENCES)} 之一，"
            f"也不是形如 {LICENCES['CC0-1.0']} 的绝对 IRI：请给出其中之一。",
        )
    return found
