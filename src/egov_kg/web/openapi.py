"""`/openapi.json`: every route in OpenAPI 3.1, made from the table in `api_table.py`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

from flask import Blueprint, Response

from egov_kg.formats import DOCUMENT
from egov_kg.iris import LICENCE
from egov_kg.settings import Language
from egov_kg.web import public_url, tags
from egov_kg.web.api_model import PARAMETERS, STATUSES, Operation, Parameter, Words
from egov_kg.web.api_table import OPERATIONS
from egov_kg.web.problems import PROBLEM, TYPES
from egov_kg.web.responses import language

_TITLE: Final = Words("Knowledge graph of e-government in China 2012-2013", "中国电子政务知识图谱 2012-2013")
_ABOUT: Final = Words(
    "SPARQL 1.1 and linked data. An answer is from one immutable release; asOf asks an earlier one.",
    "SPARQL 1.1 服务与关联数据。每个结果都出自一个不再改变的发布版本；用 asOf 可查询以前的版本。",
)
_PROBLEM_WORDS: Final = Words(
    "A problem document (RFC 9457), in both languages", "问题文档（RFC 9457），中英双语"
)
_ERRORS: Final = ("400", "404", "406", "429", "500", "503")

blueprint = Blueprint("openapi", __name__)


@blueprint.route("/openapi.json", methods=["GET"])
def openapi() -> Response:
    """The service's routes, in the client's language; `x-zh` has the Chinese in any case."""
    lang = language()
    text = json.dumps(describe(public_url.own(), lang), ensure_ascii=False, indent=1)
    known = tags.digest(text)
    response = tags.revalidated(known, lambda: Response(text, content_type=DOCUMENT.content_type))
    response.headers["Content-Language"] = lang
    response.vary.add("Accept-Language")
    return response


def describe(address: str, lang: Language) -> dict[str, Any]:
    """The OpenAPI document.

    Args:
        address: where the service is, without a slash at the end.
        lang: the language of summaries and descriptions.
    """
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method] = _operation(one, lang)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _TITLE.of(lang),
            "description": _ABOUT.of(lang),
            "version": version("egov-kg"),
            "license": {"name": "CC BY 4.0 (data)", "url": LICENCE},
            "x-zh": {"title": _TITLE.zh, "description": _ABOUT.zh},
        },
        "servers": [{"url": address}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "parameters": {name: _parameter(known, lang) for name, known in PARAMETERS.items()},
            "responses": {
                "Problem": {
                    "description": _PROBLEM_WORDS.of(lang),
                    "content": {PROBLEM.media_type: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
            "schemas": {"Problem": _PROBLEM_SCHEMA},
        },
    }


def _operation(one: Operation, lang: Language) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": one.id,
        "summary": one.words.of(lang),
        "x-zh": one.words.zh,
        "parameters": [
            {"$ref": f"#/components/parameters/{known}"}
            if isinstance(known, str)
            else _parameter(known, lang)
            for known in one.parameters
        ],
        "responses": {status: _response(status, one, lang) for status in one.statuses}
        | {status: {"$ref": "#/components/responses/Problem"} for status in (*_ERRORS, *one.errors)},
    }
    if one.bodies:
        found["requestBody"] = {"required": True, "content": {body: {"schema": {}} for body in one.bodies}}
    if one.writes:
        found["security"] = [{"token": []}]
    return found


def _response(status: str, one: Operation, lang: Language) -> dict[str, Any]:
    found: dict[str, Any] = {"description": STATUSES[status].of(lang)}
    if status in ("200", "206"):
        found["content"] = {media_type: {"schema": {}} for media_type in one.types}
    return found


def _parameter(known: Parameter, lang: Language) -> dict[str, Any]:
    return {
        "name": known.name,
        "in": known.place,
        "required": known.place == "path",
        "description": known.words.of(lang),
        "x-zh": known.words.zh,
        "schema": dict(known.schema),
    }


_PROBLEM_SCHEMA: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": f"{TYPES}<slug>"},
        "status": {"type": "integer"},
        "instance": {"type": "string", "format": "uri"},
        **{
            name: {"type": "string"}
            for what in ("title", "detail")
            for name in (what, f"{what}_en", f"{what}_zh")
        },
    },
    "additionalProperties": True,
}
