"""One resource's document: its formats, its views, its links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from flask import Response, request

from egov_kg import formats
from egov_kg.errors import NotFound
from egov_kg.formats import HTML, RDF, Syntax
from egov_kg.iris import BASE, LICENCE, local
from egov_kg.namespaces import PREFIXES
from egov_kg.publish import views
from egov_kg.publish.describe import Description
from egov_kg.publish.views import Profile
from egov_kg.store import dumps
from egov_kg.web import licences, profiles, tags
from egov_kg.web.languages import LANGUAGES
from egov_kg.web.paged import lead
from egov_kg.web.service import service

View = Callable[[Profile, str], tuple[str, ...]]
"""Gives the N-Triples lines that a profile has about a resource."""

OFFERS: Final = (*RDF, HTML)
"""Syntaxes of documents; the first is the default."""

_COLLECTIONS: Final = (
    PREFIXES["qb"] + "dataSet",
    PREFIXES["skos"] + "inScheme",
    PREFIXES["dcterms"] + "isPartOf",
)
_SAFE: Final = "%/:?#[]@!$&'()*+,;=~"


def split(name: str) -> tuple[str, Syntax | None]:
    """The path of a document and the syntax that its suffix fixes, None where it has no suffix.

    Raises:
        NotFound: a suffix that no format has.
    """
    path, dot, suffix = name.partition(".")
    if not dot:
        return path, None
    for syntax in OFFERS:
        if syntax.suffix == suffix:
            return path, syntax
    known = ", ".join(f".{syntax.suffix}" for syntax in OFFERS)
    raise NotFound(
        f"There is no document with the suffix .{suffix}; there are {known}.",
        f"没有后缀为 .{suffix} 的文档；可用：{known}。",
    )


@dataclass(frozen=True, slots=True)
class Document:
    """A document.

    Attributes:
        about: what it describes.
        path: its path without a suffix.
        available: the views there are, the default first.
        view: gives those that are not the default.
    """

    about: Description
    path: str
    available: Sequence[Profile]
    view: View

    @property
    def page_path(self) -> str:
        """Where its page is, below the language."""
        return self.path.removeprefix("/doc")

    @property
    def licence(self) -> str:
        """The licence of what it describes, where that is of an import; else empty."""
        return licences.of_import({graph for fact in self.about.own for graph in fact.graphs})

    @property
    def iri(self) -> str:
        """The document's own public IRI."""
        return BASE + self.path.lstrip("/")

    def profile(self, header: str, hint: str) -> Profile:
        """The view that a client gets; see `profiles.choose`."""
        return profiles.choose(header, hint, self.available)

    def written(self, syntax: Syntax, profile: Profile) -> bytes:
        """The document in an RDF syntax."""
        if profile == views.QB:
            triples: Iterable[str] = self.about.triples(self.iri)
        else:
            triples = self.view(profile, self.about.iri)
        return dumps.written(triples, syntax.name)

    def formats(self) -> list[tuple[str, str]]:
        """Media type and path of every RDF format."""
        return [(syntax.media_type, f"{self.path}.{syntax.suffix}") for syntax in RDF]

    def links(self, given: Profile) -> str:
        """The Link header (RFC 8288): cite-as (RFC 8574), license, collection, describedby, alternates ..."""
        found = [
            f'<{self.about.iri}>; rel="cite-as"',
            f'<{self.licence or LICENCE}>; rel="license"',
            f'<{self.collection()}>; rel="collection"',
            '</.well-known/void>; rel="describedby"',
            f'<{given.uri}>; rel="profile"',
        ]
        found += [f'<{path}>; rel="alternate"; type="{media_type}"' for media_type, path in self.formats()]
        found += [
            f'</{lang}{self.page_path}>; rel="alternate"; type="text/html"; hreflang="{lang}"'
            for lang in LANGUAGES
        ]
        found += [
            f'<{self.path}?_profile={one.token}>; rel="alternate"; profile="{one.uri}"'
            for one in self.available
        ]
        return ", ".join(found)

    def collection(self) -> str:
        """What the resource is a member of: its dataset, its code list, or the catalogue; all in ASCII."""
        for predicate in _COLLECTIONS:
            for value in self.about.values(predicate):
                if place := local(str(value)):
                    return quote(place, safe=_SAFE)
        return "/catalog"


def answer(document: Document, fixed: Syntax | None) -> Response:
    """The response that carries a document, or leads to its page.

    Args:
        document: what to send.
        fixed: the syntax that its address names; else the client's wish decides.

    Raises:
        NotAcceptable: no format or view that the client accepts.
    """
    syntax = fixed or formats.negotiate(request.headers.get("Accept"), OFFERS)
    if syntax == HTML:
        return lead(document.page_path)
    profile = document.profile(request.headers.get("Accept-Profile", ""), request.args.get("_profile", ""))

    def made() -> Response:
        return Response(document.written(syntax, profile), content_type=syntax.content_type)

    known = tags.tag(service().release.id, document.path, syntax.media_type, profile.token)
    response = tags.revalidated(known, made)
    response.last_modified = service().release.created
    response.headers["Link"] = document.links(profile)
    response.headers["Content-Profile"] = f"<{profile.uri}>"
    response.vary.add("Accept-Profile")
    if fixed is None:
        response.vary.update(("Accept", "Accept-Language"))
        response.headers["Content-Location"] = f"{document.path}.{syntax.suffix}"
    return response
