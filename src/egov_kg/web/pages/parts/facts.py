"""What the report says of something, for its page: figures with the threshold question, and sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from egov_kg.publish.observations import Observation, Term
from egov_kg.publish.sentences import Part, sentence
from egov_kg.publish.statements import Statement, read_statements
from egov_kg.publish.void import read_query
from egov_kg.web.pages.figures.threshold import asked
from egov_kg.web.pages.known.observed import observations
from egov_kg.web.pages.parts import linked, shown_query
from egov_kg.web.responses import language
from egov_kg.web.service import service

_FIGURES: Final = read_query("observations-of.rq")
_STATEMENTS: Final = read_query("statements-of.rq")
_SAME: Final = ("subject", "area", "level", "period")


@dataclass(frozen=True, slots=True)
class Said:
    """A statement and its sentence in the reader's language."""

    statement: Statement
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """The statements of one class."""

    term: Term
    said: tuple[Said, ...]


MOST: Final = 150
"""How much may refer to a resource whose facts are shown one by one."""


def context(iri: str) -> dict[str, Any]:
    """What the report says of a resource; nothing where more than `MOST` things refer to it.

    Returns:
        `referring`, the properties by which things refer to it, as `linked.counts` has them; `figures`,
        `percent` (whether some are shares), `without` (columns that would say the same in each row),
        `threshold` and `verdicts`; `kinds`, the statements by class; `figures_query`, `figures_csv`,
        `statements_query` and `statements_csv`, links to what found them. With `too_many`, how many things
        refer to it, there is nothing to show.
    """
    referring = linked.counts(iri)
    if (total := sum(count for _, count in referring)) > MOST:
        return {"referring": referring, "figures": (), "kinds": (), "too_many": total}
    figures = observations(iri)
    statements = read_statements(service().store, iri)
    threshold = asked()
    shares = [one for one in figures if one.unit == "PERCENT"]
    return {
        "referring": referring,
        "figures": figures,
        "percent": bool(shares),
        "without": [name for name in _SAME if figures and all(_same(one, name, iri) for one in figures)],
        "threshold": threshold,
        "verdicts": threshold.counts(shares),
        "kinds": by_kind(statements),
        "figures_query": shown_query.link(_FIGURES, focus=iri),
        "figures_csv": shown_query.answer(_FIGURES, "csv", focus=iri),
        "statements_query": shown_query.link(_STATEMENTS, focus=iri),
        "statements_csv": shown_query.answer(_STATEMENTS, "csv", focus=iri),
    }


def _same(figure: Observation, dimension: str, iri: str) -> bool:
    term: Term = getattr(figure, dimension)
    return term.iri == iri


def by_kind(statements: Iterable[Statement]) -> tuple[Kind, ...]:
    """Statements by class, in their order."""
    found: dict[str, tuple[Term, list[Said]]] = {}
    for one in statements:
        found.setdefault(one.kind.iri, (one.kind, []))[1].append(said(one))
    return tuple(Kind(term, tuple(some)) for term, some in found.values())


def said(statement: Statement) -> Said:
    """A statement with its sentence."""
    return Said(statement, sentence(statement, language()))


def stand_alone(figures: Iterable[Observation], kinds: Iterable[Kind]) -> frozenset[str]:
    """The IRIs of facts that a page shows by themselves, so that lists of links need not repeat them."""
    return frozenset(one.iri for one in figures) | {
        said.statement.iri for kind in kinds for said in kind.said
    }
