"""Functions that engines have besides those of SPARQL, and that reach further than a query should."""

from __future__ import annotations

from typing import Final

from egov_kg.sparql.prologue import Prologue
from egov_kg.sparql.tokens import tokens

_SCHEMES: Final = ("bif", "java", "javascript", "js", "sql")
"""Of Virtuoso (its functions and its procedures) and of Jena (classes of the machine it runs on)."""


def extension(query: str) -> str | None:
    """The first name in a query that stands for such a function, as it is written; None if there is none.

    Args:
        query: any text.
    """
    lower = query.lower()
    if "\\u" not in lower and not any(scheme in lower for scheme in _SCHEMES):
        return None
    terminals = list(tokens(query))
    prologue = Prologue()
    prologue.read(terminals)
    for token in terminals:
        if token.kind in ("iri", "name"):
            iri = prologue.iri(token) or token.text.strip("<>")
            if iri.partition(":")[0].lower() in _SCHEMES:
                return token.text
    return None
