"""`/en/links`: everything that refers to something by a property, a hundred at a time.

Anything can be asked about, also what has no page: a class and its instances, a unit, a term of another
vocabulary.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, request

from egov_kg.errors import NotFound, UsageError
from egov_kg.namespaces import PREFIXES, expand, shrink
from egov_kg.publish.observations import Term
from egov_kg.sparql.iris import is_absolute_iri
from egov_kg.web import listing, paged
from egov_kg.web.paged import PAGE
from egov_kg.web.pages.parts import linked, shown_query
from egov_kg.web.service import service

_NAMES: Final = Path(__file__).parent / "rq" / "names.rq"
_LONGEST: Final = 500

blueprint = Blueprint("links", __name__)


@blueprint.route(f"{PAGE}/links", methods=["GET"])
def links() -> Response:
    """What refers to `of` by `property`, after the IRI `after`; without a property, by which there are."""
    listing.registry()
    of, property_, after = _iri("of"), _iri("property", needed=False), _iri("after", needed=False)
    counts = linked.counts(of)
    context: dict[str, Any] = {
        "subject": _named(of),
        "curie": shrink(of),
        "choices": [(name, total, shrink(name.iri)) for name, total in counts],
        "chosen": None,
    }
    if not property_:
        return paged.page("pages/links.html", **context)
    chosen = next((one for one in counts if one[0].iri == property_), None)
    if chosen is None:
        raise NotFound(
            f"Nothing refers to <{of}> by <{property_}>.", f"没有资源经由 <{property_}> 指向 <{of}>。"
        )
    things, more = linked.page(of, property_, after)
    context |= {
        "chosen": chosen[0],
        "total": chosen[1],
        "property": shrink(property_),
        "things": things,
        "after": after,
        "next": shrink(things[-1].iri) if more else "",
        "query": shown_query.link(linked.text("linked-all"), resource=of, property=property_),
        "csv": shown_query.answer(linked.text("linked-all"), "csv", resource=of, property=property_),
    }
    return paged.page("pages/links.html", **context)


def _iri(name: str, *, needed: bool = True) -> str:
    """An IRI of the URL's parameters, whole or with a prefix that pages use; empty where it is left out.

    Raises:
        UsageError: it is neither, or is needed and missing.
    """
    text = request.args.get(name, "").strip()
    if not text and not needed:
        return ""
    prefix, colon, rest = text.partition(":")
    iri = expand(text) if colon and prefix in PREFIXES and not rest.startswith("//") else text
    if len(text) > _LONGEST or not is_absolute_iri(iri):
        raise UsageError(
            f"{name}={text[:80]!r} is no IRI: write https://... or a name such as egov:Region.",
            f"{name}={text[:80]!r} 不是 IRI：请写成 https://……，或 egov:Region 这样的名称。",
            parameter=name,
        )
    return iri


def _named(iri: str) -> Term:
    from rdflib.term import URIRef

    words: dict[str, str] = {}
    for row in service().store.select(_NAMES.read_text(encoding="utf-8"), {"thing": URIRef(iri)}):
        words.setdefault(getattr(row["label"], "language", None) or "", str(row["label"]))
    return Term(iri, words or {"": shrink(iri)})
