"""What the routes share: what was sent, the candidates of a batch, answers in JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from flask import Response, request

from egov_kg.errors import QueryTimeout, UnsupportedMediaType
from egov_kg.formats import DOCUMENT
from egov_kg.match.reconcile import Candidate, Question
from egov_kg.sparql import forms
from egov_kg.sparql.protocol import FORM_TYPE
from egov_kg.web import past, public_url, tags
from egov_kg.web.reconciliation import entities, reading
from egov_kg.web.responses import in_language, language
from egov_kg.web.service import service

SECONDS: Final = 10.0
"""How long a batch may take."""

_JSON: Final = "application/json"


def reconciled(asked: Iterable[Question]) -> Iterator[tuple[Candidate, ...]]:
    """The candidates of each query, in order.

    Raises:
        QueryTimeout: all of them together took too long.
    """
    late = time.monotonic() + SECONDS
    for question in asked:
        if time.monotonic() > late:
            raise QueryTimeout(
                f"The batch took more than {SECONDS:g} s. Send fewer queries at a time.",
                f"批次处理超过 {SECONDS:g} 秒。请减少每批的查询数。",
                limit=SECONDS,
            )
        yield entities.reconciler().candidates(question, language())


def written(candidates: Iterable[Candidate], *, is_draft: bool) -> list[dict[str, Any]]:
    """Candidates as JSON, as 0.2 or 1.0-draft has them."""
    return [entities.candidate(one, language(), is_draft=is_draft) for one in candidates]


def form() -> Mapping[str, list[str]]:
    """The parameters of the URL, or the fields of the form that was sent.

    Raises:
        UsageError: they are not UTF-8.
        UnsupportedMediaType: what was sent is no form.
    """
    if request.method != "POST":
        return forms.parameters(request.query_string)
    _require_type(FORM_TYPE)
    return forms.parameters(request.get_data())


def document() -> Any:
    """The JSON that was sent.

    Raises:
        UnsupportedMediaType: it is of another type.
        UsageError: it cannot be read.
    """
    _require_type(_JSON)
    return reading.parsed(request.get_data(), "body")


def _require_type(wanted: str) -> None:
    if request.mimetype != wanted:
        raise UnsupportedMediaType(
            f"The body is {request.mimetype[:80] or 'of no type'}; it must be {wanted}.",
            f"请求体类型为 {request.mimetype[:80] or '空'}，应为 {wanted}。",
            supported=[wanted],
        )


def answer(what: str, asked: Iterable[str], make: Callable[[], Any]) -> Response:
    """JSON: of a GET with a tag that names the release, of a POST without."""
    if request.method == "POST":
        return said(make())

    def made() -> Response:
        return _written_out(make())

    known = tags.tag(
        service().release.id,
        f"reconcile-{what}",
        *asked,
        request.path,
        language(),
        past.asked() or "",
        public_url.own(),
    )
    return in_language(tags.revalidated(known, made))


def said(content: Any) -> Response:
    """JSON in the language of the request, not to be kept."""
    response = in_language(_written_out(content))
    response.headers["Cache-Control"] = "no-store"
    return response


def _written_out(content: Any) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), content_type=DOCUMENT.content_type)
