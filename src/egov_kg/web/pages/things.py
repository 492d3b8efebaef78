"""`/en/id/...`, `/en/code/...` and `/en/ontology`: the pages of everything that has an IRI here."""

from __future__ import annotations

from flask import Blueprint, Response

from egov_kg.web import described
from egov_kg.web.paged import PAGE
from egov_kg.web.pages.views import entity, vocabulary

blueprint = Blueprint("things", __name__)


@blueprint.route(f"{PAGE}/id/<type_>/<slug>", methods=["GET"])
def thing(type_: str, slug: str) -> Response:
    """The page of a thing."""
    return entity.page(described.document(f"id/{type_}/{slug}", alone=True))


@blueprint.route(f"{PAGE}/code/<scheme>", methods=["GET"])
def code_list(scheme: str) -> Response:
    """The page of a code list."""
    return entity.page(described.document(f"code/{scheme}", alone=True))


@blueprint.route(f"{PAGE}/code/<scheme>/<notation>", methods=["GET"])
def concept(scheme: str, notation: str) -> Response:
    """The page of a member of a code list."""
    return entity.page(described.document(f"code/{scheme}/{notation}", alone=True))


@blueprint.route(f"{PAGE}/ontology", methods=["GET"])
def ontology() -> Response:
    """The page of the ontology with all its terms."""
    return entity.page(described.of(vocabulary.description(), "/ontology"))
