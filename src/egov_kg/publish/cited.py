"""What a citation of a described thing says, from its description and from its release's own words."""

from __future__ import annotations

from datetime import date
from typing import Final
from urllib.parse import quote

from egov_kg.intervals import Language
from egov_kg.iris import local
from egov_kg.namespaces import expand
from egov_kg.publish.about import About
from egov_kg.publish.citations import Citation, Kind
from egov_kg.publish.describe import Description
from egov_kg.publish.void import WHOLE

AS_OF: Final = "asOf"
"""The parameter of a URL that names a release."""

_FIGURE: Final = expand("qb:Observation")
_DATASETS: Final = frozenset((expand("qb:DataSet"), expand("dcat:Dataset")))
_IN: Final = expand("qb:dataSet")
_TYPE: Final = expand("rdf:type")


def address(root: str, iri: str, release: str) -> str:
    """Where a thing is in a release: an address that never says anything else.

    Args:
        root: of the service, without a slash at its end.
        iri: the thing.
        release: its id.
    """
    return f"{root}{quote(local(iri))}?{AS_OF}={release}"


def cited(
    what: Description,
    known: About,
    *,
    lang: Language,
    issued: date | None,
    url: str,
    accessed: date | None = None,
) -> Citation:
    """The citation of a described resource.

    Args:
        what: the resource.
        known: its release in words.
        lang: the language.
        issued: when the release was made, if that is known.
        url: where the resource is in that release.
        accessed: when it was looked at.
    """
    dataset = next(iter(map(str, what.values(_IN))), "")
    holder, own = known.datasets.get(dataset), known.datasets.get(what.iri)
    is_whole = what.iri == WHOLE
    sources = (holder or own or known.whole).sources
    return Citation(
        lang=lang,
        iri=what.iri,
        title=known.whole.name(lang) if is_whole else what.label(lang) or what.iri,
        kind=_kind(what),
        container="" if is_whole else (holder or known.whole).name(lang),
        publisher=known.publisher.name(lang),
        issued=issued,
        release=known.release,
        url=url,
        accessed=accessed,
        source=", ".join(source.name(lang) for source in sources),
    )


def _kind(what: Description) -> Kind:
    types = set(map(str, what.values(_TYPE)))
    return "figure" if _FIGURE in types else "dataset" if types & _DATASETS else "entry"
