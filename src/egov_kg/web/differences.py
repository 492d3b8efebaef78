"""`/releases/<A>..<B>`: what changed between two releases, for readers and for programs."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

from flask import Response, request

from egov_kg.errors import ReleaseError, ServiceBusy
from egov_kg.formats import DOCUMENT, HTML, NQUADS, Syntax
from egov_kg.namespaces import shrink
from egov_kg.release.diff import Difference, diff
from egov_kg.release.registry import Release
from egov_kg.settings import Language
from egov_kg.web import listing, tags
from egov_kg.web.paged import negotiated, page, resource_path
from egov_kg.web.pages.parts.changed import changed
from egov_kg.web.past import FOREVER
from egov_kg.web.responses import language
from egov_kg.web.service import service

MOST: Final = 100_000
"""Triples that a difference may have."""

_TEXT: Final = Syntax("text", "text/plain", "txt", "page")
_PATCH: Final = Syntax("patch", "application/rdf-patch", "rdfp", "page")
OFFERS: Final = (DOCUMENT, HTML, _TEXT, NQUADS, _PATCH)

_KEPT: Final = 2
_cache: OrderedDict[tuple[str, str], Difference] = OrderedDict()
_one_at_a_time = threading.Lock()


def answer(a: str, b: str) -> Response:
    """The difference from release `a` to release `b`: ids, their beginnings, or the word `current`.

    Raises:
        NotFound, UsageError: no such release, or several.
        NotAcceptable: a format that there is not.
        ResultTooLarge: more than `MOST` triples differ.
        ServiceBusy: others have differences made, and did not end in time.
    """
    syntax = negotiated(OFFERS, request.args.getlist("format"))
    old, new = listing.named(a), listing.named(b)
    if syntax == HTML:
        return _page(_difference(old, new))
    lang = language()
    tag = tags.tag(f"{old.id}..{new.id}", syntax.media_type, lang)
    if tags.is_current(tag):
        response = Response(status=304)
    else:
        response = Response(_written(_difference(old, new), syntax, lang), content_type=syntax.content_type)
        if syntax == _TEXT:
            response.headers["Content-Language"] = lang
    response.set_etag(tag, weak=True)
    in_full = (a, b) == (old.id, new.id)
    response.headers["Cache-Control"] = FOREVER if in_full else "no-cache"
    response.vary.update(("Accept", "Accept-Language"))
    return response


def _difference(old: Release, new: Release) -> Difference:
    """Made by one thread at a time, since it may take memory; the last few are kept."""
    wait = service().settings.queue_timeout
    if not _one_at_a_time.acquire(timeout=wait):
        raise ServiceBusy(
            "Other releases are being compared. Try again.",
            "正在比较其他发布版本。请重试。",
            retry_after=wait,
        )
    try:
        key = (old.id, new.id)
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
        try:
            found = diff(old, new, MOST)
        except OSError as error:
            raise ReleaseError(
                f"{old.id} or {new.id} has lost its N-Quads ({error.strerror}).",
                f"{old.id} 或 {new.id} 的 N-Quads 已丢失（{error.strerror}）。",
            ) from error
        _cache[key] = found
        while len(_cache) > _KEPT:
            _cache.popitem(last=False)
        return found
    finally:
        _one_at_a_time.release()


def _written(difference: Difference, syntax: Syntax, lang: Language) -> str | bytes | Iterator[str]:
    match syntax.name:
        case "text":
            return difference.to_text(lang)
        case "nquads":
            return difference.to_nquads()
        case "patch":
            return difference.to_patch()
        case _:
            return json.dumps(_facts(difference), ensure_ascii=False, indent=1)


def _facts(difference: Difference) -> dict[str, object]:
    return {
        "old": difference.old,
        "new": difference.new,
        "added": len(difference.added),
        "removed": len(difference.removed),
        "entities": [
            {
                "iri": entity.iri,
                "kind": entity.kind,
                "label": difference.labels.get(entity.iri, {}),
                "changes": [
                    {
                        "property": change.predicate,
                        "curie": shrink(change.predicate),
                        "removed": change.removed,
                        "added": change.added,
                    }
                    for change in entity.changes
                ],
            }
            for entity in difference.entities
        ],
    }


def _page(difference: Difference) -> Response:
    return page(
        "pages/difference.html",
        difference=difference,
        changed=changed(difference, language()),
        forms=[
            (one.media_type, f"{resource_path()}?format={one.name}&lang={language()}")
            for one in OFFERS
            if one != HTML
        ],
    )
