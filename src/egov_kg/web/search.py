"""`/api/search` and `/api/suggest`: names of everything in the release; `/opensearch.xml` describes both.

The index is a file of the release that the request is answered from, so that a search sees an earlier state
as a query does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, request

from egov_kg.formats import DOCUMENT
from egov_kg.match.hits import FacetValue, Hit
from egov_kg.match.labels import DEEPEST, MOST, LabelIndex
from egov_kg.match.things import FACETS
from egov_kg.namespaces import PREFIXES, expand, shrink
from egov_kg.settings import Language
from egov_kg.web import label_index, paged, parameters, past, public_url, tags
from egov_kg.web.responses import in_language, language
from egov_kg.web.service import service

SUGGESTIONS: Final = "application/x-suggestions+json"
"""The media type of OpenSearch Suggestions 1.1."""

DESCRIPTION: Final = "application/opensearchdescription+xml"
"""The media type of OpenSearch description documents."""

_SHORT_NAMES: Final[Mapping[Language, str]] = {"en": "China e-gov", "zh": "中国电子政务"}
_ABOUT: Final[Mapping[Language, str]] = {
    "en": "Indicators, regions, bodies and facts of e-government in China, 2012-2013",
    "zh": "2012-2013年中国电子政务的指标、地区、机构与事实",
}
blueprint = Blueprint("search", __name__)


@blueprint.route("/api/search", methods=["GET"])
def search() -> Response:
    """A page of what fits `q`, with facets; where nothing does, the nearest names."""
    text, lang = request.args.get("q", "").strip(), language()
    limit = parameters.whole_number("limit", 20, 1, MOST)
    offset = parameters.whole_number("offset", 0, 0, DEEPEST)
    given = {facet: request.args.getlist(facet) for facet in FACETS}
    selected = {facet: {_iri(value) for value in values if value} for facet, values in given.items()}

    def made(index: LabelIndex) -> Any:
        found = index.search(text, lang=lang, facets=selected, limit=limit, offset=offset)
        nearest = () if found.unfiltered else index.nearest(text, lang)
        return {
            "release": service().release.id,
            "query": text,
            "total": found.total,
            "unfiltered": found.unfiltered,
            "offset": offset,
            "limit": limit,
            "ignored": list(found.ignored),
            "hits": [_hit(hit) for hit in found.hits],
            "nearest": [_hit(hit) for hit in nearest],
            "facets": {facet: [_value(one) for one in values] for facet, values in found.facets.items()},
        }

    asked = (text, str(limit), str(offset), json.dumps(given))
    return _answer("search", asked, made, DOCUMENT.content_type)


@blueprint.route("/api/suggest", methods=["GET"])
def suggest() -> Response:
    """What `q` may become: the text and three lists, as OpenSearch Suggestions has them."""
    text, lang = request.args.get("q", "").strip(), language()
    limit = parameters.whole_number("limit", 10, 1, MOST)

    def made(index: LabelIndex) -> Any:
        hits = index.suggest(text, lang, limit)
        return [
            text,
            [label_index.said(hit.labels, lang) or shrink(hit.iri) for hit in hits],
            [label_index.described(hit, lang) for hit in hits],
            [_url(hit.iri) for hit in hits],
        ]

    return _answer("suggest", (text, str(limit)), made, SUGGESTIONS)


@blueprint.route("/opensearch.xml", methods=["GET"])
def description() -> Response:
    """What browsers and programs search with, in one language (OpenSearch 1.1, section 4)."""
    label_index.index()
    lang, own = language(), public_url.own()
    urls = (
        ("text/html", "results", f"{own}/{lang}/search?q={{searchTerms}}"),
        (
            "application/json",
            "results",
            f"{own}/api/search?q={{searchTerms}}&offset={{startIndex?}}&lang={lang}",
        ),
        (SUGGESTIONS, "suggestions", f"{own}/api/suggest?q={{searchTerms}}&lang={lang}"),
        (DESCRIPTION, "self", f"{own}/opensearch.xml?lang={lang}"),
    )
    lines = (
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
        f"<ShortName>{escape(_SHORT_NAMES[lang])}</ShortName>",
        f"<Description>{escape(_ABOUT[lang])}</Description>",
        *(
            f'<Url type="{media_type}" rel="{rel}" indexOffset="0" template={quoteattr(template)}/>'
            for media_type, rel, template in urls
        ),
        f"<Language>{lang}</Language>",
        "<InputEncoding>UTF-8</InputEncoding>",
        "<OutputEncoding>UTF-8</OutputEncoding>",
        "</OpenSearchDescription>",
    )
    text = "".join(f"{line}\n" for line in lines)
    response = tags.revalidated(tags.digest(text), lambda: Response(text, content_type=DESCRIPTION))
    return in_language(response)


def _answer(
    what: str, asked: Iterable[str], make: Callable[[LabelIndex], Any], content_type: str
) -> Response:
    """What an index says, in JSON."""
    index, release = label_index.index(), service().release.id

    def made() -> Response:
        return Response(json.dumps(make(index), ensure_ascii=False), content_type=content_type)

    known = tags.tag(release, what, *asked, language(), past.asked() or "", public_url.own())
    return in_language(tags.revalidated(known, made))


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "iri": hit.iri,
        "curie": shrink(hit.iri),
        "url": _url(hit.iri),
        "label": hit.labels,
        "kind": hit.kind,
        "types": [shrink(one) for one in hit.types],
        "within": hit.within,
        "score": hit.score,
        "why": hit.why,
        "matched": {"text": hit.matched.text, "lang": hit.matched.lang, "spans": hit.matched.spans},
    }


def _value(one: FacetValue) -> dict[str, Any]:
    found: dict[str, Any] = {"value": shrink(one.value), "label": one.labels, "count": one.count}
    return found | ({"selected": True} if one.selected else {})


def _iri(value: str) -> str:
    """The IRI of a value that is written with a prefix; any other as it is."""
    return expand(value) if value.partition(":")[0] in PREFIXES else value


def _url(iri: str) -> str:
    """Where a reader goes for a resource, as an absolute URL; nothing if it has no web address."""
    place = paged.place(iri)
    return public_url.own() + place if place.startswith("/") else place
