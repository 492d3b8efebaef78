"""`/reconcile`: the Reconciliation Service API 0.2, and 1.0-draft below `/reconcile/1.0`.

Each is there at three addresses: with the language of the request, and below `/en` and `/zh`, since programs
such as OpenRefine ask for no language. Both versions ask the same; only queries and answers look different.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, Response, request

from egov_kg.errors import NotFound, UsageError
from egov_kg.formats import HTML
from egov_kg.web import parameters, tags
from egov_kg.web.paged import PAGE
from egov_kg.web.reconciliation import (
    answers,
    extension,
    manifests,
    preview,
    questions,
    reading,
    suggestions,
)
from egov_kg.web.reconciliation.suggestions import WHATS, What
from egov_kg.web.responses import framed, in_language, language
from egov_kg.web.service import service

_MOST: Final = 100
_DEEPEST: Final = 10_000
_SUGGESTED: Final = 20

blueprint = Blueprint("reconciliation", __name__)


def _route(path: str, *methods: str) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Have a function answer at the three addresses of a path below `/reconcile`."""

    def registered(view: Callable[..., Response]) -> Callable[..., Response]:
        for before in ("", PAGE):
            blueprint.add_url_rule(
                f"{before}/reconcile{path}", view_func=view, methods=list(methods), strict_slashes=False
            )
        return view

    return registered


@_route("", "GET", "POST")
def stable() -> Response:
    """Version 0.2: the manifest, or the answer to `queries` or to `extend`."""
    given = answers.form()
    if "callback" in given:
        raise UsageError(
            "JSONP is not offered, since it runs code of another origin. Leave out callback and use CORS.",
            "不提供 JSONP，因为它会执行其他来源的代码：请去掉 callback，CORS 允许任何来源。",
            parameter="callback",
        )
    asked = {name: given[name] for name in ("queries", "extend") if name in given}
    if not asked:
        if request.method == "POST":
            raise UsageError(
                "There is nothing to do: send queries or extend as a field of a form.",
                "没有内容：请以表单字段 queries 或 extend 发送。",
            )
        return answers.answer("manifest", (), manifests.stable)
    if len(asked) > 1 or any(len(values) > 1 for values in asked.values()):
        raise UsageError("Send one of queries and extend, once.", "请只发送一次 queries 或 extend。")
    name, (text,) = next(iter(asked.items()))
    return answers.answer(name, (text,), lambda: (_batch if name == "queries" else _extend)(text))


@_route("/1.0", "GET")
def draft() -> Response:
    """Version 1.0-draft: the manifest."""
    return answers.answer("manifest-1.0", (), manifests.draft)


@_route("/1.0/match", "POST")
def match() -> Response:
    """Version 1.0-draft: the answer to a batch of queries."""
    batch = reading.mapping(answers.document(), "body")
    reading.only(batch, "body", ("queries", "lang", "dir"))
    queries = batch.get("queries")
    if isinstance(queries, list):
        reading.require_batch(len(queries))
    raw = reading.listed(queries, "queries", reading.MOST_QUERIES)
    asked = [questions.draft(one, f"queries[{place}]") for place, one in enumerate(raw)]
    results = [{"candidates": answers.written(found, is_draft=True)} for found in answers.reconciled(asked)]
    return answers.said({"results": results})


@_route("/1.0/extend", "POST")
def extend() -> Response:
    """Version 1.0-draft: the values of properties of some entities."""
    found = extension.extended(answers.document(), language())
    rows = [
        {
            "id": id_,
            "properties": [{"id": one["id"], "values": found.cells[id_][one["id"]]} for one in found.columns],
        }
        for id_ in found.ids
    ]
    return answers.said({"meta": list(found.columns), "rows": rows})


@_route("/propose", "GET")
@_route("/1.0/extend/propose", "GET")
def propose() -> Response:
    """Properties with which entities of a type can be extended."""
    type_ = request.args.get("type", "")
    limit = parameters.whole_number("limit", _MOST, 1, _MOST)

    def made() -> Any:
        found: dict[str, Any] = {"properties": suggestions.proposed(type_, language(), limit)}
        if type_:
            found["type"] = type_
        return found | ({"limit": limit} if "limit" in request.args else {})

    return answers.answer("propose", (type_, str(limit)), made)


@_route("/suggest/<what>", "GET")
@_route("/1.0/suggest/<what>", "GET")
def suggest(what: str) -> Response:
    """What `prefix` may become: entities, types or properties."""
    wanted, prefix = _what(what), request.args.get("prefix", "")
    limit = parameters.whole_number("limit", _SUGGESTED, 1, _MOST)
    # Version 0.2 calls it cursor.
    name = "cursor" if "cursor" in request.args else "offset"
    offset = parameters.whole_number(name, 0, 0, _DEEPEST)

    types = [one for one in request.args.getlist("type") if one][: reading.MOST_VALUES]

    def made() -> Any:
        return {"result": suggestions.suggested(wanted, prefix, language(), limit, offset, types)}

    return answers.answer("suggest", (what, prefix, str(limit), str(offset), *types), made)


@_route("/flyout/<what>", "GET")
def flyout(what: str) -> Response:
    """A few words beside a suggestion."""
    id_ = request.args.get("id", "")
    wanted = _what(what)
    return answers.answer("flyout", (what, id_), lambda: preview.flyout(wanted, id_, language()))


@_route("/view", "GET")
def view() -> Response:
    """Lead to the page of an entity, or to its own address where it is named by another vocabulary."""
    address = preview.address(request.args.get("id", ""), language())
    response = in_language(Response(status=303, headers={"Location": address}))
    response.headers["Cache-Control"] = "no-cache"
    return response


@_route("/preview", "GET")
@_route("/1.0/preview", "GET")
def show() -> Response:
    """A small page of an entity, for frames."""
    content = preview.page(request.args.get("id", ""), language())
    known = f"{service().release.id}-{tags.digest(content)}"
    response = tags.revalidated(known, lambda: Response(content, content_type=HTML.content_type))
    return framed(in_language(response))


def _what(what: str) -> What:
    for one in WHATS:
        if one == what:
            return one
    raise NotFound(
        f"There are suggestions of {', '.join(WHATS)}, and none of {what[:40]!r}.",
        f"可建议 {'、'.join(WHATS)}，没有 {what[:40]!r}。",
    )


def _batch(text: str) -> Mapping[str, Any]:
    batch = reading.mapping(reading.parsed(text, "queries"), "queries")
    reading.require_batch(len(batch))
    asked = {id_: questions.stable(one, f"queries.{id_[:40]}") for id_, one in batch.items()}
    found = zip(asked, answers.reconciled(asked.values()), strict=True)
    return {id_: {"result": answers.written(candidates, is_draft=False)} for id_, candidates in found}


def _extend(text: str) -> Mapping[str, Any]:
    found = extension.extended(reading.parsed(text, "extend"), language())
    return {"meta": list(found.columns), "rows": _without_languages(found.cells)}


def _without_languages(cells: Mapping[str, Mapping[str, list[dict[str, Any]]]]) -> dict[str, Any]:
    """Cells as 0.2 knows them."""
    return {
        id_: {
            property_: [{key: one[key] for key in one if key != "lang"} for one in values]
            for property_, values in row.items()
        }
        for id_, row in cells.items()
    }
