"""What the subject of an observation is to its figure, by the word in the subject's IRI."""

from __future__ import annotations

from egov_kg import iris
from egov_kg.errors import UsageError
from egov_kg.publish.observations import Observation, Term

_POPULATIONS = frozenset(("group", "website", "system"))
_POOLS = frozenset(("group", "domain", "category"))
_STOCKS = frozenset(("asset", "system", "infrastructure", "category"))


def type_of(term: Term) -> str:
    """The word in a term's IRI that says what it is (`network`, `group`); empty for a foreign IRI."""
    try:
        return iris.parse(term.iri).type
    except UsageError:
        return ""


def is_body(one: Observation) -> bool:
    """Whether the subject is a body with a name of its own: it says by itself where and on which level."""
    return type_of(one.subject) == "organisation"


def is_share_of_subject(one: Observation) -> bool:
    """Whether it is a share of the things that the subject stands for: its indicator is named a share."""
    return type_of(one.subject) in _POPULATIONS and one.indicator.name("en").startswith("Share")


def is_stock(one: Observation) -> bool:
    """Whether the subject is nothing but what the figure counts, so that the indicator names it."""
    return one.unit == "NUM" and type_of(one.subject) in _STOCKS


def is_pooled(one: Observation) -> bool:
    """Whether it is one figure for several subjects, of which each may have another."""
    return (
        one.unit == "PERCENT"
        and type_of(one.subject) in _POOLS
        and one.nested is None
        and not is_share_of_subject(one)
        and not (one.bounds.is_point and one.bounds.lower == one.domain)
        and not any(flag.notation == "each-member" for flag in one.flags)
    )
