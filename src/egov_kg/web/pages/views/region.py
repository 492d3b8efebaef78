"""The view of a region: where it is, what the report says of it and of places in it, its places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from egov_kg import iris
from egov_kg.publish.about import Words
from egov_kg.publish.figures import notation
from egov_kg.publish.observations import Term
from egov_kg.web import paging
from egov_kg.web.documents import Document
from egov_kg.web.pages.figures import tiles
from egov_kg.web.pages.known.gazetteer import Fact, Gazetteer, Region, gazetteer
from egov_kg.web.pages.parts import facts
from egov_kg.web.pages.parts.facts import Kind
from egov_kg.web.responses import language
from egov_kg.web.service import service

SIZE: Final = 100
"""How many places in a region are on a page."""

_CODES: Final = ("code/gbt2260-earlier/", "code/gbt2260-later/")
_ELSEWHERE: Final = Path(__file__).parent / "rq" / "elsewhere.rq"
_OPERATED: Final = Path(__file__).parent / "rq" / "operated-in.rq"
_RELATIONS: Final = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The same region, or nearly so, or one around it, in another graph.

    Attributes:
        iri: its IRI there.
        graph: the names of that graph by language; none if it is not described here.
        relation: the last part of the mapping property of SKOS, such as `exactMatch`.
        reviewed: whether a person has checked the link; None where there is no evidence of it at all.
        evidence: why it is thought right, in the reader's language; may be empty.
    """

    iri: str
    graph: Words
    relation: str
    reviewed: bool | None = None
    evidence: str = ""

    @property
    def notation(self) -> str:
        """The last part of the IRI."""
        return notation(self.iri)

    @property
    def path(self) -> str:
        """Where its page is, for a thing of this graph; else empty."""
        return self.iri.removeprefix(iris.BASE) if self.iri.startswith(iris.BASE) else ""

    @property
    def is_code_of_another_year(self) -> bool:
        """Whether it is what the region's code was, or became, in GB/T 2260."""
        return self.path.startswith(_CODES)


@dataclass(frozen=True, slots=True)
class Inside:
    """A place that facts name, with those."""

    region: Region
    facts: Sequence[Fact]


def context(document: Document) -> Mapping[str, Any] | None:
    """What the template of a region needs."""
    known, iri = gazetteer(), document.about.iri
    if iri not in known.regions:
        return None
    region = known.regions[iri]
    said = facts.context(iri)
    kinds, of_its_things = _apart(said["kinds"], iri)
    above = known.above(iri)
    children = paging.part(known.children.get(iri, ()), SIZE)
    tile = known.province(iri)
    return said | {
        "region": region,
        "above": above,
        "tiles": tiles.tiles(),
        "steps": tiles.legend(),
        "tile": tile.term.iri if tile else "",
        "map_svg": tiles.picture(region=region.term.notation) if tile else "",
        "map_name": f"{region.term.notation}-map",
        "elsewhere": _elsewhere(iri),
        "kinds": kinds,
        "things": _operated(iri),
        "kinds_of_things": of_its_things,
        "inside": _inside(known, iri),
        "parents_facts": () if said["figures"] or kinds or of_its_things else _of_parent(known, above),
        "children": children,
        "rows": [known.row(one) for one in children.items],
    }


def _apart(kinds: Sequence[Kind], iri: str) -> tuple[tuple[Kind, ...], tuple[Kind, ...]]:
    """Statements that name a region itself, and those about things operated in it."""
    groups: list[tuple[Kind, ...]] = []
    for own in (True, False):
        some = (
            Kind(kind.term, tuple(one for one in kind.said if one.statement.names(iri) is own))
            for kind in kinds
        )
        groups.append(tuple(kind for kind in some if kind.said))
    return groups[0], groups[1]


def _inside(known: Gazetteer, iri: str) -> tuple[Inside, ...]:
    """The places in a region that facts name, by code."""
    found: dict[str, list[Fact]] = {}
    for fact in known.within.get(iri, ()):
        if fact.place != iri:
            found.setdefault(fact.place, []).append(fact)
    return tuple(Inside(known.regions[place], found[place]) for place in sorted(found))


def _of_parent(known: Gazetteer, above: Sequence[Region]) -> tuple[Inside, ...]:
    """What the report says of the nearest region around that it names."""
    for parent in reversed(above):
        if parent.level != "country" and (named := known.named.get(parent.term.iri)):
            return (Inside(parent, named),)
    return ()


def _operated(iri: str) -> tuple[tuple[Term, Term], ...]:
    """Things operated in a region, each with its class."""
    from rdflib.term import URIRef

    words: dict[str, dict[str, str]] = {}
    found: list[tuple[str, str]] = []
    for one in service().store.select(_OPERATED.read_text(encoding="utf-8"), {"region": URIRef(iri)}):
        pair = (str(one["thing"]), str(one["class"]))
        if pair not in found:
            found.append(pair)
        for name in ("thing", "class"):
            if (label := one.get(f"{name}_label")) is not None:
                words.setdefault(str(one[name]), {})[getattr(label, "language", None) or ""] = str(label)
    return tuple(
        (Term(thing, words.get(thing, {})), Term(kind, words.get(kind, {}))) for thing, kind in found
    )


def _elsewhere(iri: str) -> tuple[Elsewhere, ...]:
    """What the region is linked with: its codes by year, what is the same, what is nearly so or around it."""
    from rdflib.term import URIRef

    found: dict[tuple[str, str], Elsewhere] = {}
    names: dict[str, dict[str, str]] = {}
    for one in service().store.select(_ELSEWHERE.read_text(encoding="utf-8"), {"thing": URIRef(iri)}):
        target, relation, state = str(one["target"]), notation(str(one["relation"])), one.get("state")
        known = found.get((relation, target)) or Elsewhere(
            target,
            names.setdefault(target, {}),
            relation,
            reviewed=None if state is None else str(state).endswith("/reviewed"),
        )
        comment = one.get("comment")
        if getattr(comment, "language", None) == language():
            known = replace(known, evidence=str(comment))
        if (label := one.get("graph_label")) is not None:
            names[target][getattr(label, "language", None) or ""] = str(label)
        found[relation, target] = known
    return tuple(sorted(found.values(), key=_order))


def _order(one: Elsewhere) -> tuple[int, str, str]:
    if one.is_code_of_another_year:  # their evidence begins with the year
        return -1, one.evidence, one.iri
    return _RELATIONS.index(one.relation), one.iri, ""
