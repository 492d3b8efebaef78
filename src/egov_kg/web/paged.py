"""Pages: what readers see is at `/en/...` and `/zh/...`; a resource itself leads readers there.

One function of a route gives a resource in all its forms. It stands at the resource's own address, where the
client's Accept header decides, and at `PAGE` + that address, where it gives the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from flask import Flask, Response, abort, g, render_template, request
from markupsafe import Markup, escape

from egov_kg import formats
from egov_kg.formats import HTML, Syntax
from egov_kg.iris import local
from egov_kg.licences import short_name
from egov_kg.publish.observations import Term
from egov_kg.web import languages, past, tags, time
from egov_kg.web.format_names import format_name
from egov_kg.web.responses import language
from egov_kg.web.service import service

PAGE: Final = f"/<any({', '.join(languages.LANGUAGES)}):lang>"
"""What the rule of a page begins with; views do not see the value, `language()` gives it."""

# What has an IRI of ours and a page; the rest of our IRIs are for programs, or lead on by themselves.
_WITH_PAGE: Final = re.compile(
    r"/(?:(?:id|code|graph|releases|shape|problem)/|(?:ontology|catalog|sparql|datasets)(?:[#?]|$)|\.well-known/void)"
)
_NOT_KEPT: Final = frozenset(("lang", "format", "output", "results"))


def install(app: Flask) -> None:
    """Have an application take the language of a page from its address."""

    def pulled(_: str | None, values: dict[str, object] | None) -> None:
        if values and "lang" in values:
            g.lang = values.pop("lang")

    app.url_value_preprocessor(pulled)
    # Filters are called as they are, functions and macros by way of the template's context: a page may have
    # hundreds of links.
    app.jinja_env.filters.update(format_name=format_name, licence_name=short_name, place=place, link=link)
    app.context_processor(lambda: {"at": at, "resource_path": resource_path})


def wanted() -> bool:
    """Whether the request is for a page, by its address."""
    return "lang" in g


def negotiated(offers: Sequence[Syntax], hints: Sequence[str] = ()) -> Syntax:
    """The form to answer in: the page at a page's address, elsewhere what the client likes best.

    Args:
        offers: what there is, `HTML` among it, the best first.
        hints: formats asked for by parameters of the URL.

    Raises:
        NotAcceptable: nothing of it is acceptable to the client.
        HTTPException: with the response that leads a reader to the page.
    """
    if wanted():
        return HTML
    syntax = formats.choose(request.headers.get("Accept"), hints, offers)
    if syntax == HTML and request.method in ("GET", "HEAD"):
        abort(lead(request.path))
    return syntax


def at(path: str, **parameters: object) -> str:
    """The address of a page in the reader's language, of the release that is being read.

    Args:
        path: below the language, perhaps with a fragment.
        parameters: for its query string; those that are None or empty are left out.
    """
    as_of = past.asked()
    if not parameters and as_of is None:  # as most links are, of which a page may have hundreds
        return f"/{language()}{path}"
    path, mark, part = path.partition("#")
    given = {name: value for name, value in parameters.items() if value not in (None, "")}
    if as_of:
        given[time.PARAMETER] = as_of
    return f"/{language()}{path}" + (f"?{urlencode(given, doseq=True)}" if given else "") + mark + part


def place(iri: str) -> str:
    """Where a reader goes for a resource: its page if it is ours, else its own address, if it has one."""
    path = local(iri)
    return at(path) if path == "/" or _WITH_PAGE.match(path) else path


def link(term: Term) -> Markup:
    """A term as HTML: its name in the reader's language, which leads to its place if it has one."""
    href, name = place(term.iri), term.name(language())
    if not href:
        return escape(name)
    return Markup(f'<a href="{escape(href)}">{escape(name)}</a>')  # noqa: S704 - both parts are escaped


def resource_path() -> str:
    """The path of the resource that a page shows."""
    return languages.split(request.path)[1]


def lead(path: str) -> Response:
    """Lead to the page of a resource, in the client's language, with the parameters it came with.

    Args:
        path: of the resource.
    """
    kept = [pair for pair in request.args.items(multi=True) if pair[0] not in _NOT_KEPT]
    response = Response(status=303)
    response.headers["Location"] = f"/{language()}{path}" + (f"?{urlencode(kept)}" if kept else "")
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update(("Accept", "Accept-Language"))
    return response


def page(template: str, status: int = 200, **context: object) -> Response:
    """A page made of a template, with the header fields that all pages have.

    Args:
        template: its name; it sees `context`, and `lang`.
        status: of the response.
        context: for the template.
    """
    lang, state = language(), service().release
    content = render_template(template, lang=lang, **context)

    def made() -> Response:
        return Response(content, status, content_type=HTML.content_type)

    response = tags.revalidated(f"{state.id}-{tags.digest(content)}", made)
    response.last_modified = state.created
    response.headers["Content-Language"] = lang
    return response
