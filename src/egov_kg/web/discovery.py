"""What machines read first: `/.well-known/void`, `/catalog` (DCAT-AP), `/robots.txt` and the sitemap."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, request

from egov_kg import iris
from egov_kg.errors import NotFound, UsageError
from egov_kg.formats import HTML, RDF, TSV, TURTLE
from egov_kg.namespaces import expand
from egov_kg.publish import extract
from egov_kg.publish.catalog import CATALOGUE
from egov_kg.publish.void import WHOLE
from egov_kg.sparql.protocol import Operation
from egov_kg.store import dumps
from egov_kg.web import public_url, tags
from egov_kg.web.i18n import pick
from egov_kg.web.kept import Kept
from egov_kg.web.languages import LANGUAGES
from egov_kg.web.paged import PAGE, negotiated, page, resource_path
from egov_kg.web.responses import language
from egov_kg.web.service import service

if TYPE_CHECKING:
    from rdflib import Graph

PART: Final = 25_000
"""URLs in one sitemap: with their translations, they stay below the protocol's 50 MB and 50,000."""

_OFFERS: Final = (*RDF, HTML)
_DOCUMENTS: Final = (Path(__file__).parent / "rq" / "documents.rq").read_text(encoding="utf-8")
_LEADS: Final = {
    "VoID": {
        "en": "What the graphs hold, counted, for programs that look for data.",
        "zh": "各图所含内容的统计，供寻找数据的程序读取。",
    },
    "DCAT-AP": {
        "en": "The data sets and their forms, for data portals to harvest.",
        "zh": "数据集及其获取形式，供数据门户收录。",
    },
}
_SITEMAP: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
# What costs an evaluation, changes nothing, or repeats what has a document.
_CLOSED: Final = (
    "/sparql?",
    "/graphs",
    "/graph/",
    "/api/",
    "/metrics",
    "/cite/",
    "/*?asOf=",
    "/*&asOf=",
    "/*_profile=",
)

blueprint = Blueprint("discovery", __name__)


@blueprint.route("/.well-known/void", methods=["GET"])
@blueprint.route(f"{PAGE}/.well-known/void", methods=["GET"])
def void() -> Response:
    """The VoID description (VoID, section 7.2)."""
    added = [(WHOLE, "void:sparqlEndpoint", f"{public_url.own()}/sparql")]
    return _described(_void.get(service().release.id), added, "VoID", "VoID 数据集描述", "VoID description")


@blueprint.route("/catalog", methods=["GET"])
@blueprint.route(f"{PAGE}/catalog", methods=["GET"])
def catalog() -> Response:
    """The catalogue in DCAT, as DCAT-AP wants it."""
    endpoint = f"{public_url.own()}/sparql"
    added = []
    if endpoint != f"{iris.BASE}sparql":  # that one the release itself describes
        added = [
            (CATALOGUE, "dcat:service", endpoint),
            (endpoint, "rdf:type", expand("dcat:DataService")),
            (endpoint, "dcat:endpointURL", endpoint),
            (endpoint, "dcat:endpointDescription", endpoint),
            (endpoint, "dcat:servesDataset", WHOLE),
            (endpoint, "dcterms:license", iris.LICENCE),
        ]
    words = {"en": "SPARQL endpoint at this address", "zh": "本地址的 SPARQL 端点"}
    title = [
        f'<{endpoint}> <{expand("dcterms:title")}> "{words[lang]}"@{lang} .\n' for lang in words if added
    ]
    lines = (*_catalogue.get(service().release.id), *title)
    return _described(lines, added, "DCAT-AP", "数据目录", "Data catalogue")


@blueprint.route("/robots.txt", methods=["GET"])
def robots() -> Response:
    """Robots Exclusion Protocol (RFC 9309): documents are open, queries are closed."""
    closed = "".join(f"Disallow: {path}\n" for path in _CLOSED)
    text = f"User-agent: *\n{closed}Allow: /\n\nSitemap: {public_url.own()}/sitemap.xml\n"
    return tags.revalidated(
        tags.digest(text), lambda: Response(text, content_type="text/plain; charset=utf-8")
    )


@blueprint.route("/sitemap.xml", methods=["GET"])
def sitemap() -> Response:
    """Every document, or, where there are more than one sitemap may have, the sitemaps (sitemaps.org)."""
    parts = -(-_count.get(service().release.id) // PART)
    if parts <= 1:
        return _urls(0)
    own, modified = public_url.own(), _modified()
    entries = (
        f"<sitemap><loc>{escape(own)}/sitemap-{n}.xml</loc><lastmod>{modified}</lastmod></sitemap>\n"
        for n in range(1, parts + 1)
    )
    return _xml("sitemapindex", _SITEMAP, entries, "index")


@blueprint.route("/sitemap-<int:number>.xml", methods=["GET"])
def part(number: int) -> Response:
    """One of several sitemaps, counted from 1."""
    parts = -(-_count.get(service().release.id) // PART)
    if not 1 <= number <= parts:
        raise NotFound(f"There are {parts} sitemaps.", f"共有 {parts} 个站点地图。")
    return _urls(number - 1)


def _urls(number: int) -> Response:
    own, modified = public_url.own(), _modified()
    xhtml = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    things = islice(_things(), number * PART, (number + 1) * PART)
    entries = (_entry(own, path, modified) for iri in things if (path := _path(iri)))
    return _xml("urlset", f"{_SITEMAP} {xhtml}", entries, str(number))


def _entry(own: str, path: str, modified: str) -> str:
    places = {lang: f"{own}/{lang}/{path}" for lang in LANGUAGES}
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{lang}" href={quoteattr(place)}/>'
        for lang, place in places.items()
    )
    return "".join(
        f"<url><loc>{escape(place)}</loc><lastmod>{modified}</lastmod>{others}</url>\n"
        for place in places.values()
    )


def _path(iri: str) -> str:
    """The path of a thing that has a document, else nothing: writes can name things as they like."""
    try:
        return iri.removeprefix(iris.BASE) if iris.parse(iri).kind != "graph" else ""
    except UsageError:
        return ""


def _xml(root: str, namespaces: str, entries: Iterator[str], what: str) -> Response:
    def pieces() -> Generator[str, None, None]:
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {namespaces}>\n'
        while lines := "".join(islice(entries, 200)):
            yield lines
        yield f"</{root}>\n"

    def made() -> Response:
        body = pieces()
        first = [next(body), next(body)]  # an evaluation that fails is an error document
        response = Response(chain(first, body), content_type="application/xml")
        response.call_on_close(body.close)  # a client that leaves gives the evaluator back
        return response

    return tags.revalidated(tags.tag(service().release.id, "sitemap", what, public_url.own()), made)


def _things() -> Iterator[str]:
    """IRIs of everything that has a document, in order, as they come from the evaluator."""
    left = b""
    answer = service().store.respond(Operation(_DOCUMENTS), TSV.media_type)
    try:
        for piece in answer:
            *lines, left = (left + piece).split(b"\n")
            yield from (line.decode().strip()[1:-1] for line in lines if line.startswith(b"<"))
    finally:
        answer.close()


def _modified() -> str:
    return service().release.created.strftime("%Y-%m-%dT%H:%M:%SZ")


def _described(
    lines: Sequence[str], added: Sequence[tuple[str, str, str]], name: str, title_zh: str, title_en: str
) -> Response:
    syntax = negotiated(_OFFERS, request.args.getlist("format"))
    lang = language()
    own = [f"<{s}> <{expand(p)}> <{o}> .\n" for s, p, o in added]
    if syntax == HTML:
        return page(
            "pages/description.html",
            title=title_zh if lang == "zh" else title_en,
            lead=pick(_LEADS[name]),
            text=dumps.written([*lines, *own], TURTLE.name).decode(),
            formats=[(one.media_type, f"{resource_path()}?format={one.name}") for one in RDF],
        )
    known = tags.tag(service().release.id, name, syntax.media_type, lang, public_url.own())

    def made() -> Response:
        return Response(dumps.written([*lines, *own], syntax.name), content_type=syntax.content_type)

    response = tags.revalidated(known, made)
    response.vary.update(("Accept", "Accept-Language"))
    return response


def _lines(graph: Graph) -> tuple[str, ...]:
    text: str = graph.serialize(format="nt")
    return tuple(f"{line}\n" for line in text.split("\n") if line)


_void: Final = Kept(lambda: _lines(extract.describe_void(service().store)))
_catalogue: Final = Kept(lambda: _lines(extract.describe_catalogue(service().store)))
_count: Final = Kept(lambda: sum(1 for _ in _things()))
