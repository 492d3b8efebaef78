"""What to cite something as: made from what the release says of it, for the citation box and for `/cite/`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import quote

from egov_kg.errors import UsageError
from egov_kg.iris import BASE, local
from egov_kg.namespaces import expand
from egov_kg.publish.about import About, read_about
from egov_kg.publish.citations import BIBTEX, FORMATS, TEXT, Citation
from egov_kg.publish.cited import address, cited
from egov_kg.publish.describe import Description, Fact
from egov_kg.publish.void import WHOLE
from egov_kg.web import past, public_url
from egov_kg.web.kept import Kept
from egov_kg.web.responses import language
from egov_kg.web.service import service
from egov_kg.web.time import PARAMETER

_TYPE: Final = expand("rdf:type")


@dataclass(frozen=True, slots=True)
class Box:
    """What a page says of how to cite it.

    Attributes:
        text: the citation as a line of text.
        bibtex: the same as a BibTeX entry.
        forms: name and address of each form.
    """

    text: str
    bibtex: str
    forms: Sequence[tuple[str, str]]


def citation(about: Description, accessed: date | None = None) -> Citation:
    """The citation of a described resource in the language of the request.

    Args:
        about: the resource.
        accessed: when it was looked at.
    """
    release = service().edition.release
    return cited(
        about,
        _about.get(release.id),
        lang=language(),
        issued=release.created.date(),
        url=address(_address(), about.iri, release.id),
        accessed=accessed,
    )


def box(about: Description) -> Box:
    """What a page says of how to cite what it shows: without a date of access, so that it can be kept."""
    one = citation(about)
    return Box(
        one.written(TEXT).strip(), one.written(BIBTEX), [(_NAMES[name], at) for name, at in forms(about)]
    )


def whole() -> Box:
    """The same for the release as a whole."""
    from rdflib.term import URIRef

    is_dataset = Fact(WHOLE, _TYPE, URIRef(expand("dcat:Dataset")))
    return box(Description(WHOLE, (is_dataset,), (), more=False, labels={}))


_NAMES: Final = {"text": "TXT", "bibtex": "BibTeX", "ris": "RIS", "csl": "CSL-JSON"}


def forms(about: Description) -> list[tuple[str, str]]:
    """The name of each form of the citation of a resource, with its path and query."""
    kept = f"&{PARAMETER}={as_of}" if (as_of := past.asked()) else ""
    path = quote(local(about.iri))
    return [(one.name, f"/cite{path}.{one.suffix}?lang={language()}{kept}") for one in FORMATS]


def links(about: Description) -> str:
    """The part of a Link header (RFC 8288) that leads from a resource to its citations."""
    path = quote(local(about.iri))
    return ", ".join(
        f'</cite{path}.{one.suffix}>; rel="describedby"; type="{one.media_type}"'
        for one in FORMATS
        if one != TEXT
    )


def _address() -> str:
    """Where this service is; where the request has that wrong, where the IRIs lead to."""
    try:
        return public_url.own()
    except UsageError:
        return BASE.rstrip("/")


def _read() -> About:
    return read_about(service().store, service().release.id)


_about: Final = Kept(_read)
