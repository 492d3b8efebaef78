"""Linked data: a thing is named at `/id/` and `/code/`, and described at `/doc/` in every format.

A name answers 303 (Cool URIs for the Semantic Web, section 4.2) to a document in the format that the client
likes best; the document's address without a suffix negotiates in place.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request

from egov_kg import formats, iris
from egov_kg.formats import HTML
from egov_kg.namespaces import PREFIXES
from egov_kg.publish.describe import describe_ontology
from egov_kg.web import described, documents
from egov_kg.web.paged import lead
from egov_kg.web.service import service

_PASSED_ON: Final = ("asOf", "_profile", "lang")

blueprint = Blueprint("linked_data", __name__)


@blueprint.route("/id/<type_>/<slug>", methods=["GET"])
def thing(type_: str, slug: str) -> Response:
    """Lead from a thing to its document."""
    return _lead(f"id/{type_}/{slug}")


@blueprint.route("/code/<scheme>", methods=["GET"])
def code_list(scheme: str) -> Response:
    """Lead from a code list to its document."""
    return _lead(f"code/{scheme}")


@blueprint.route("/code/<scheme>/<notation>", methods=["GET"])
def concept(scheme: str, notation: str) -> Response:
    """Lead from a member of a code list to its document."""
    return _lead(f"code/{scheme}/{notation}")


@blueprint.route("/doc/<path:name>", methods=["GET"])
def document(name: str) -> Response:
    """The document of a thing, a code list or one of its members."""
    path, syntax = documents.split(name)
    return documents.answer(described.document(path), syntax)


@blueprint.route("/ontology", methods=["GET"])
@blueprint.route("/ontology.<suffix>", methods=["GET"])
def ontology(suffix: str = "") -> Response:
    """The ontology with all its terms: they are named by fragments, so it needs no 303."""
    path, syntax = documents.split(f"ontology.{suffix}" if suffix else "ontology")
    if path != "ontology":
        raise described.unknown(f"{iris.BASE}ontology.{suffix}")
    return documents.answer(described.of(describe_ontology(service().store), "/ontology"), syntax)


@blueprint.route("/ontology/<version>", methods=["GET"])
def ontology_version(version: str) -> Response:
    """Lead from the ontology's version IRI (OWL 2, section 3.1) to the ontology, if it is of that version."""
    iri = f"{iris.BASE}ontology/{version}"
    description = describe_ontology(service().store)
    if iri not in map(str, description.values(PREFIXES["owl"] + "versionIRI")):
        raise described.unknown(iri)
    return _redirect("/ontology", 303)


def _lead(path: str) -> Response:
    syntax = formats.negotiate(request.headers.get("Accept"), documents.OFFERS)
    description = described.find(described.own(path))
    if replaced := described.replacement(description):
        return _redirect(iris.local(replaced), 301)
    if syntax == HTML:
        return lead(f"/{path}")
    return _redirect(f"/doc/{path}.{syntax.suffix}", 303)


def _redirect(path: str, status: int) -> Response:
    kept = [(name, value) for name in _PASSED_ON for value in request.args.getlist(name)]
    response = redirect(path + (f"?{urlencode(kept)}" if kept else ""), status, Response=Response)
    assert isinstance(response, Response)  # noqa: S101 - it is what was asked for
    response.vary.update(("Accept", "Accept-Profile"))
    response.headers["Cache-Control"] = "no-cache"
    return response
