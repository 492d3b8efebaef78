"""Terms and values of a resource as pages show them: what they are called, and where they lead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from egov_kg.iris import BASE
from egov_kg.namespaces import expand, shrink
from egov_kg.publish.describe import Description
from egov_kg.web import paged
from egov_kg.web.i18n import gettext

if TYPE_CHECKING:
    from rdflib.term import Identifier

_SPAN: Final = re.compile(re.escape(BASE) + r"id/span/[a-z0-9-]+-(\d+)-(\d+)")
_PLAIN: Final = frozenset(
    map(expand, ("xsd:string", "rdf:langString", "xsd:date", "xsd:integer", "xsd:decimal", "xsd:boolean"))
) | {""}


@dataclass(frozen=True, slots=True)
class Shown:
    """A term as a page shows it.

    Attributes:
        text: what is read.
        lang: its language, empty where it has none or is the reader's own matter.
        href: where it leads, perhaps empty.
        datatype: of a literal whose type its text does not show, with a prefix.
    """

    text: str
    lang: str = ""
    href: str = ""
    datatype: str = ""


def fallback(iri: str) -> str:
    """What a resource without a label is called: of a span of the source its place, else the CURIE."""
    if found := _SPAN.fullmatch(iri):
        return gettext("characters %(start)s–%(end)s", start=int(found[1]), end=int(found[2]))
    return shrink(iri)


def term(about: Description, iri: str, lang: str) -> Shown:
    """A resource by its label, else by its CURIE."""
    label = about.label(lang, iri)
    return Shown(label or fallback(iri), "", paged.place(iri))


def value(about: Description, one: Identifier, lang: str) -> Shown:
    """The object of a triple."""
    from rdflib.term import URIRef

    if isinstance(one, URIRef):
        return term(about, str(one), lang)
    datatype = str(getattr(one, "datatype", None) or "")
    return Shown(
        str(one),
        getattr(one, "language", None) or "",
        datatype="" if datatype in _PLAIN else shrink(datatype),
    )
