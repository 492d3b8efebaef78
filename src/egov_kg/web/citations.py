"""`/cite/<path>.bib`, `.ris`, `.json` and `.txt`: how to cite what has the IRI of that path."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, Response

from egov_kg.errors import NotFound
from egov_kg.formats import Syntax
from egov_kg.publish.citations import CSL, FORMATS
from egov_kg.web import citing, described, listing, tags
from egov_kg.web.responses import language

_KNOWN: Final = ", ".join(f".{one.suffix}" for one in FORMATS)

blueprint = Blueprint("citations", __name__)


@blueprint.route("/cite/<path:name>", methods=["GET"])
def citation(name: str) -> Response:
    """The citation of a thing, a data set or the whole release, in the form that the suffix names."""
    listing.registry()
    path, _, suffix = name.rpartition(".")
    syntax = next((one for one in FORMATS if one.suffix == suffix), None)
    if not path or syntax is None:
        raise NotFound(
            f"A citation is at /cite/<path of the IRI> with one of {_KNOWN}.",
            f"引文位于 /cite/<IRI 的路径> 加上后缀 {_KNOWN} 之一。",
        )
    about = described.find(described.own(path))
    content = citing.citation(about, datetime.now(UTC).date()).written(syntax)
    response = tags.revalidated(tags.digest(content), lambda: _written(content, syntax))
    response.headers["Cache-Control"] = "private, no-cache"  # it has the date of access
    response.headers["Content-Language"] = language()
    response.headers["Link"] = f'<{about.iri}>; rel="describes"'
    response.vary.add("Accept-Language")
    return response


def _written(content: str, syntax: Syntax) -> Response:
    charset = "" if syntax == CSL else "; charset=utf-8"
    return Response(content, content_type=syntax.media_type + charset)
