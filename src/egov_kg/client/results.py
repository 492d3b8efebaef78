"""SPARQL 1.1 Query Results JSON, read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from egov_kg.store.base import Row

if TYPE_CHECKING:
    from rdflib.term import Identifier

_TRUTH: Final = {"1": "true", "0": "false"}


def read_solutions(body: bytes) -> tuple[list[str], list[Row]]:
    """The variables of an answer (section 3.1.1) and its solutions (section 3.2).

    Terms have the form that they have there, but for truth values, which some engines write as 1 and 0.

    Raises:
        ValueError, LookupError, TypeError, AttributeError, RecursionError: it is no such answer.
    """
    answer = json.loads(body)
    rows: list[Row] = [
        {name: _term(one) for name, one in solution.items()} for solution in answer["results"]["bindings"]
    ]
    return list(answer["head"]["vars"]), rows


def _term(one: Mapping[str, str]) -> Identifier:
    from rdflib.namespace import XSD
    from rdflib.term import BNode, Literal, URIRef

    value = one["value"]
    match one["type"]:
        case "uri":
            return URIRef(value)
        case "bnode":
            return BNode(value)
        case _:
            datatype = URIRef(one["datatype"]) if one.get("datatype") else None
            if datatype == XSD.boolean:
                value = _TRUTH.get(value, value)
            return Literal(value, lang=one.get("xml:lang"), datatype=datatype, normalize=False)
