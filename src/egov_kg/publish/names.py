"""What things are called, asked for many of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from egov_kg.publish.about import Words
from egov_kg.publish.void import read_query

if TYPE_CHECKING:
    from rdflib.term import Identifier

    from egov_kg.store.base import Store


def read_names(store: Store, terms: Iterable[Identifier]) -> Mapping[str, Words]:
    """The labels (`rdfs:label`) of the IRIs among some terms, by IRI; those without any are absent.

    Raises:
        EvaluationError: the store did not answer.
    """
    from rdflib.term import URIRef

    things = [{"thing": term} for term in dict.fromkeys(terms) if isinstance(term, URIRef)]
    names: dict[str, dict[str, str]] = {}
    if not things:
        return names
    for row in store.select(read_query("names.rq"), values=things):
        label = row["label"]
        names.setdefault(str(row["thing"]), {})[getattr(label, "language", None) or ""] = str(label)
    return names
