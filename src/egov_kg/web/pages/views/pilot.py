"""The view of a pilot: where it was, who took part, and what else the report says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from egov_kg.namespaces import expand
from egov_kg.publish.figures import notation
from egov_kg.publish.observations import Term
from egov_kg.publish.statements import Statement
from egov_kg.web.documents import Document
from egov_kg.web.pages.figures import tiles
from egov_kg.web.pages.known.gazetteer import gazetteer
from egov_kg.web.pages.parts import facts
from egov_kg.web.pages.parts.facts import Kind

_PARTICIPATION: Final = expand("egov:PilotParticipation")


@dataclass(frozen=True, slots=True)
class Participant:
    """A region that took part.

    Attributes:
        term: the region.
        statement: what says so.
        figures, words: how many figures and facts in words name it.
    """

    term: Term
    statement: Statement
    figures: int
    words: int


def context(document: Document) -> Mapping[str, Any]:
    """What the template of a pilot needs."""
    iri = document.about.iri
    said = facts.context(iri)
    found = participants(said["kinds"])
    return said | {
        "participants": found,
        "tiles": tiles.tiles(),
        "marked": provinces(found),
        "map_svg": tiles.picture(pilot=notation(iri)),
        "map_name": f"{notation(iri)}-map",
        "folded": False,
    }


def participants(kinds: Iterable[Kind]) -> list[Participant]:
    """The regions that statements about a pilot name as having taken part."""
    known, found = gazetteer(), []
    for kind in kinds:
        if kind.term.iri == _PARTICIPATION:
            for one in kind.said:
                for term in one.statement.roles.get("participant", ()):
                    named = known.named.get(term.iri, ())
                    figures = sum(1 for fact in named if fact.is_figure)
                    found.append(Participant(term, one.statement, figures, len(named) - figures))
    return found


def provinces(found: Iterable[Participant]) -> frozenset[str]:
    """The IRIs of the province-level units that took part, or have a place that did."""
    around = (gazetteer().province(one.term.iri) for one in found)
    return frozenset(one.term.iri for one in around if one is not None)
