"""What pages say of themselves to search engines for data: schema.org, as JSON-LD in a data block."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from egov_kg.publish import schemaorg, thing
from egov_kg.publish.describe import Description
from egov_kg.publish.figures import Figures, read_figures
from egov_kg.publish.observations import Observation
from egov_kg.release.registry import Release
from egov_kg.web.kept import Kept
from egov_kg.web.service import service


def figures(shown: Iterable[Observation]) -> dict[str, Any]:
    """The data sets that some observations are from, what they measure, and they themselves."""
    return schemaorg.excerpt(_known(), {one.iri for one in shown})


def described(about: Description, shown: Iterable[Observation]) -> dict[str, Any]:
    """A thing, and of a release also the observations that its page shows, as `figures` has them."""
    found, some = thing.document(about), tuple(shown)
    if some and isinstance(service().release, Release):  # a playground is never the same for long
        rest = (node for node in figures(some)["@graph"] if node["@id"] != about.iri)
        found["@graph"].extend(rest)
    return found


def dataset(about: Description) -> dict[str, Any]:
    """A data set, and the release that it is or is a part of."""
    found = whole()
    if all(node["@id"] != about.iri for node in found["@graph"]):
        found["@graph"].extend(thing.document(about)["@graph"])
    return found


def whole() -> dict[str, Any]:
    """The release as a data set, and everything that it measures."""
    return schemaorg.overview(_known())


def _known() -> Figures:
    return _figures.get(service().release.id)


def _read() -> Figures:
    here = service()
    return read_figures(here.store, here.release.id)


_figures: Final = Kept(_read)
