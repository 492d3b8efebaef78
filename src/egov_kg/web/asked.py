"""Query requests understood: what to evaluate, in which form to answer. Nothing here needs Flask."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from egov_kg import formats
from egov_kg.formats import HTML, RDF, RESULTS, Syntax
from egov_kg.settings import Settings
from egov_kg.sparql import guard, protocol
from egov_kg.sparql.guard import QueryFacts
from egov_kg.sparql.protocol import GRAPH_FORMS, HttpRequest, Operation
from egov_kg.web import tags
from egov_kg.web.editions import State

# Over-broad on purpose: a variable ?now costs only a cached answer.
_VOLATILE: Final = re.compile(r"\b(?:now|rand|uuid|struuid)\b", re.IGNORECASE)


class Asked(NamedTuple):
    """A query request understood.

    Attributes:
        operation: what to evaluate.
        facts: what is known of the query.
        syntax: of the answer; `HTML` for a page.
    """

    operation: Operation
    facts: QueryFacts
    syntax: Syntax

    @property
    def is_graph(self) -> bool:
        """Whether the answer is a graph, and no table or truth value."""
        return self.facts.form in GRAPH_FORMS

    def tag(self, state: State) -> str | None:
        """The answer's entity tag; None where another evaluation might give another answer."""
        operation = self.operation
        if self.facts.has_service or _is_volatile(operation.query):
            return None
        graphs = (*operation.default_graphs, "named", *operation.named_graphs)
        return tags.tag(state.id, self.syntax.media_type, "query", operation.query, *graphs)


def _is_volatile(query: str) -> bool:
    upper = query.upper()
    # Most texts have none of the three, which is seen at once.
    return ("NOW" in upper or "RAND" in upper or "UUID" in upper) and _VOLATILE.search(query) is not None


def understand(http: HttpRequest, accept: str | None, settings: Settings) -> Asked:
    """Read a query request, see that it may run, and choose the form of its answer.

    Args:
        http: the request.
        accept: its Accept header.
        settings: the service's bounds.

    Raises:
        UsageError, UnsupportedMediaType, MethodNotAllowed: as `protocol.parse`.
        QueryTooComplex, UpdateForbidden, QueryForbidden: as `guard.check`.
        NotAcceptable: no form that the client accepts.
    """
    query = protocol.parse(http, max_timeout=settings.query_timeout)
    facts = guard.check(query.operation.query, settings)
    # The engine says best what is wrong with a text that is no query: it gets it in any case.
    return Asked(query.operation, facts, _chosen(accept, query.formats, graph=facts.form in GRAPH_FORMS))


@lru_cache(256)
def _chosen(accept: str | None, hints: tuple[str, ...], *, graph: bool) -> Syntax:
    return formats.choose(accept, hints, (*(RDF if graph else RESULTS), HTML))
