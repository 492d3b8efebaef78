"""The start page and `/health`."""

from __future__ import annotations

import logging
from itertools import dropwhile
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from egov_kg import formats
from egov_kg.errors import EgovError, EvaluationError, ServiceBusy
from egov_kg.formats import HTML, Syntax
from egov_kg.iris import LICENCE
from egov_kg.web.responses import in_full, language
from egov_kg.web.service import service

if TYPE_CHECKING:
    from egov_kg.sparql.queries import Question

_JSON: Final = Syntax("json", "application/json", "json", "page")

_log = logging.getLogger(__name__)

blueprint = Blueprint("pages", __name__)


@blueprint.route("/", methods=["GET"])
def start() -> Response:
    """What there is here: JSON for programs, a page for readers."""
    here, lang = service(), language()
    syntax = formats.negotiate(request.headers.get("Accept"), (_JSON, HTML))
    endpoint = url_for("sparql.endpoint")
    facts = {
        "endpoint": endpoint,
        "release": here.release.id,
        "created": here.release.created.isoformat(),
        "triples": sum(here.release.graphs.values()),
        "graphs": dict(here.release.graphs),
        "counts": here.counts,
        "license": LICENCE,
        "health": url_for("pages.health"),
    }
    if syntax == HTML:
        examples = [
            (
                question.title(lang),
                question.question(lang),
                f"{endpoint}?{urlencode({'query': _bare(question), 'lang': lang})}",
            )
            for question in here.questions
        ]
        response = Response(
            render_template(
                "start.html",
                lang=lang,
                facts=facts,
                examples=examples,
                address=request.host_url.rstrip("/") + endpoint if request.host else endpoint,
            ),
            content_type=HTML.content_type,
        )
    else:
        response = jsonify(facts)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Language"] = lang
    response.vary.update(("Accept", "Accept-Language"))
    return response


@blueprint.route("/health", methods=["GET"])
def health() -> Response:
    """200 while queries are answered, or only too many are under way; 503 otherwise."""
    here = service()
    state = "ok"
    try:
        if not here.alive():
            raise EvaluationError("A trivial query had a wrong answer.", "一个最简单的查询得到了错误的结果。")
    except ServiceBusy:
        state = "busy"
    except EgovError as error:
        _log.warning("/health: %s", in_full(error))
        response = jsonify({"status": "failing", "release": here.release.id, "detail": error.detail})
        response.status_code = 503
        response.headers["Retry-After"] = "5"
        response.headers["Cache-Control"] = "no-store"
        return response
    response = jsonify({"status": state, "release": here.release.id})
    response.headers["Cache-Control"] = "no-store"
    return response


def _bare(question: Question) -> str:
    """A question's query without the header that repeats its title."""
    lines = dropwhile(lambda line: line.startswith("#") or not line.strip(), question.text.splitlines())
    return "\n".join(lines)
