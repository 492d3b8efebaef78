"""`/releases/`: every release, one of them, the difference of two, and the time map."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from egov_kg.errors import EgovError, UsageError
from egov_kg.formats import DOCUMENT, HTML, RDF
from egov_kg.iris import BASE
from egov_kg.namespaces import expand, shrink
from egov_kg.publish.void import WHOLE
from egov_kg.release.registry import Release
from egov_kg.store import dumps
from egov_kg.web import differences, listing, paging, public_url, tags, time
from egov_kg.web.paged import PAGE, negotiated, page
from egov_kg.web.pages.known import history

_OFFERS: Final = (DOCUMENT, HTML, *RDF)
_LONGEST: Final = 2_000

blueprint = Blueprint("releases", __name__)


@blueprint.route("/releases", methods=["GET"], strict_slashes=False)
@blueprint.route("/releases/", methods=["GET"])
@blueprint.route(f"{PAGE}/releases/", methods=["GET"])
def all_releases() -> Response:
    """The list of releases, newest first, a hundred at a time."""
    number = paging.number()
    shown, total = listing.page(number)
    pages = paging.pages(total, listing.PAGE, number)
    document = {"releases": shown, "total": total, "page": number, "pages": pages}
    response = _answer("pages/releases.html", document, shown, rest=total - (number - 1) * listing.PAGE)
    links = [("prev", number - 1), ("next", number + 1)]
    found = [f'</releases/?page={n}>; rel="{name}"' for name, n in links if 1 <= n <= pages]
    response.headers["Link"] = ", ".join(
        [*found, f'<{time.TIMEMAP}>; rel="timemap"; type="{time.LINK_FORMAT}"']
    )
    return response


@blueprint.route("/releases/timemap", methods=["GET"])
def timemap() -> Response:
    """The time map of a resource: `url` is its path and query, or its address; else of the start page."""
    original = _own(request.args.get("url") or "/")
    mementos = time.timeline(listing.registry())
    text = "".join(time.timemap(mementos, original))
    known = tags.tag(mementos[-1].release if mementos else "r", str(len(mementos)), original)
    return tags.revalidated(known, lambda: Response(text, content_type=time.LINK_FORMAT))


@blueprint.route("/releases/<id_>", methods=["GET"])
@blueprint.route(f"{PAGE}/releases/<id_>", methods=["GET"])
def one_release(id_: str) -> Response:
    """One release with its files, or `<A>..<B>`: the difference of two."""
    a, dots, b = id_.partition("..")
    if dots:
        return differences.answer(a, b)
    release = listing.named(id_)
    if release.id != id_:
        kept = urlencode(list(request.args.items(multi=True)))
        place = f"{request.path.removesuffix(id_)}{release.id}{'?' if kept else ''}{kept}"
        response = Response(status=302, headers={"Location": place})
        response.headers["Cache-Control"] = "no-cache"
        return response
    details = listing.details(release)
    return _answer("pages/release.html", details, [details], release=release)


def _own(url: str) -> str:
    for start in (BASE, f"{public_url.own()}/"):
        if url.startswith(start):
            url = "/" + url.removeprefix(start)
    if not url.startswith("/") or url.startswith(("//", "/\\")) or len(url) > _LONGEST:
        raise UsageError(
            f"url={url[:80]!r} is not a URL of this service.",
            f"url={url[:80]!r} 不是本服务的 URL。",
            parameter="url",
        )
    return time.without_as_of(time.ascii_target(url))[0]


def _answer(
    template: str, document: Mapping[str, Any], listed: Sequence[Mapping[str, Any]], **more: Any
) -> Response:
    syntax = negotiated(_OFFERS, request.args.getlist("format"))
    if syntax == HTML:
        return page(template, document=document, **_shown(document, **more))
    if syntax == DOCUMENT:
        content: str | bytes = json.dumps(document, ensure_ascii=False, indent=1)
    else:
        content = dumps.written((line for one in listed for line in _triples(one)), syntax.name)
    response = tags.revalidated(
        tags.digest(content), lambda: Response(content, content_type=syntax.content_type)
    )
    response.vary.update(("Accept", "Accept-Language"))
    return response


def _shown(document: Mapping[str, Any], release: Release | None = None, rest: int = 0) -> Mapping[str, Any]:
    """What the pages show besides: of a list, how much each release changed; of a release, the next one."""
    if release is None:
        return {"releases": history.with_changes(document["releases"], rest)}
    files, others = listing.by_format(listing.downloads(release, f"/releases/{release.id}/"))
    before = document["previous"]
    return {
        "downloads": files,
        "others": others,
        "changes": history.between(before, release.id) if before else None,
        "graphs": [(iri, shrink(iri), n, _since(iri, n, before)) for iri, n in document["graphs"].items()],
    }


def _since(graph: str, triples: int, before: str | None) -> int | None:
    """How many triples a graph has more than in the release before; None where that cannot be said."""
    try:
        return triples - listing.registry().get(before).graphs.get(graph, 0) if before else None
    except EgovError:
        return None


def _triples(one: Mapping[str, Any]) -> Iterator[str]:
    """A release as a version of the dataset (DCAT 3, section 11)."""
    iri = f"<{BASE}releases/{one['id']}>"

    def fact(predicate: str, value: str) -> str:
        return f"{iri} <{expand(predicate)}> {value} .\n"

    yield fact("rdf:type", f"<{expand('dcat:Dataset')}>")
    yield fact("dcterms:isVersionOf", f"<{WHOLE}>")
    yield fact("dcat:version", json.dumps(one["id"]))
    yield fact("dcterms:issued", f'"{one["published"]}"^^<{expand("xsd:dateTime")}>')
    yield fact("void:triples", f'"{one["triples"]}"^^<{expand("xsd:integer")}>')
    if one.get("previous"):
        yield fact("dcat:previousVersion", f"<{BASE}releases/{one['previous']}>")
    for file in one.get("files", ()):
        yield fact("void:dataDump", f"<{BASE}releases/{one['id']}/{file['name']}>")
