"""`/en/docs`: how to use what is here, written anew in each language; figures are those of the service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response

from egov_kg.errors import NotFound
from egov_kg.intervals import Qualifier
from egov_kg.publish.columns import TABLE
from egov_kg.web import api_table, listing, public_url
from egov_kg.web.paged import PAGE, page
from egov_kg.web.responses import language
from egov_kg.web.service import service

NAMES: Final = ("start", "model", "uncertainty", "api", "limits")
"""The pages, in the order in which they are read; each has a template for each language."""

_MIB: Final = 1024 * 1024

blueprint = Blueprint("docs", __name__)


@blueprint.route(f"{PAGE}/docs", methods=["GET"])
def index() -> Response:
    """The first of the pages, and what else there is."""
    return _page("start")


@blueprint.route(f"{PAGE}/docs/<name>", methods=["GET"])
def one(name: str) -> Response:
    """One page."""
    if name not in NAMES:
        raise NotFound(
            f"There is no page {name[:40]!r} of the documentation; there are {', '.join(NAMES)}.",
            f"文档中没有 {name[:40]!r} 页；可用：{'、'.join(NAMES)}。",
        )
    return _page(name)


def _page(name: str) -> Response:
    listing.registry()  # a playground has none of the graph that they speak of
    return page(f"docs/{name}.{language()}.html", name=name, names=NAMES, **_facts(name))


def _facts(name: str) -> Mapping[str, Any]:
    here = service()
    match name:
        case "uncertainty":
            return {"qualifiers": tuple(Qualifier)}
        case "api":
            return {"operations": api_table.OPERATIONS, "columns": TABLE, "own": public_url.own()}
        case "limits":
            settings = here.settings
            return {
                "settings": settings,
                "memory": settings.query_memory // _MIB,
                "result": settings.result_bytes // _MIB,
                "body": settings.write_bytes // _MIB,
            }
        case _:
            return {"own": public_url.own(), "counts": here.counts, "questions": len(here.questions)}
