"""The licence that somebody names for an import."""

from __future__ import annotations

from egov_kg.errors import UsageError
from egov_kg.imports.terms import is_iri
from egov_kg.licences import BY_SHORT


def licence_iri(said: str) -> str:
    """The IRI of a licence.

    Args:
        said: an IRI or the short name of a known licence.

    Raises:
        UsageError: it is neither.
    """
    found = BY_SHORT[said].iri if said in BY_SHORT else said
    if not is_iri(found):
        example = BY_SHORT["CC0-1.0"].iri
        raise UsageError(
            f"--licence: {said!r} is neither {', '.join(BY_SHORT)} nor an absolute IRI such as {example}: "
            "give one of them.",
            f"--licence：{said!r} 既不是 {'、'.join(BY_SHORT)} 之一，"
            f"也不是形如 {example} 的绝对 IRI：请给出其中之一。",
        )
    return found
