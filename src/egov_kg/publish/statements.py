"""The qualitative statements about something, as values: who and what they name, when, where in the source.

Whatever is said of a statement in words is made from these: see `egov_kg.publish.sentences`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from egov_kg.namespaces import expand
from egov_kg.publish.about import Words, in_language
from egov_kg.publish.figures import notation
from egov_kg.publish.names import read_names
from egov_kg.publish.observations import Place, Term
from egov_kg.publish.void import read_query

if TYPE_CHECKING:
    from rdflib.term import Identifier

    from egov_kg.store.base import Store

KINDS: Final = tuple(
    map(
        expand,
        (
            "egov:PilotParticipation",
            "egov:PlatformUse",
            "egov:NetworkCoverage",
            "egov:Construction",
            "egov:Discontinuation",
            "egov:ServiceProvision",
            "egov:ResourceSharing",
            "egov:HallLeadership",
            "org:Membership",
            "egov:Publication",
            "egov:Proposal",
            "egov:QualitativeAssessment",
        ),
    )
)
"""The classes of statements, in the order in which readers expect them."""

_STATEMENT: Final = expand("egov:Statement")
_TYPE: Final = expand("rdf:type")
_LABEL: Final = expand("rdfs:label")
_NOTE: Final = expand("skos:note")
_SECTION, _PARAGRAPH = expand("egov:section"), expand("egov:paragraph")
_START, _END = expand("oa:start"), expand("oa:end")


@dataclass(frozen=True, slots=True)
class Statement:
    """A qualitative statement.

    Attributes:
        iri: its IRI.
        words: its label by language.
        kind: its class.
        roles: what it names: the local name of a property (`participant`, `member`) to its values.
        period: when it held; None where the source does not say.
        completeness: `open` or `closed` where it comes from a list, else empty.
        is_hedged: the source hedges it.
        note: what is to be known besides, by language.
        places: where it stands in the source, in its order.
    """

    iri: str
    words: Words
    kind: Term
    roles: Mapping[str, tuple[Term, ...]]
    period: Term | None
    completeness: str
    is_hedged: bool
    note: Words
    places: tuple[Place, ...]

    def label(self, lang: str) -> str:
        """Its label in a language."""
        return in_language(self.words, lang) or notation(self.iri)

    def names(self, iri: str) -> bool:
        """Whether it names something in one of its roles."""
        return any(term.iri == iri for terms in self.roles.values() for term in terms)


def read_statements(store: Store, focus: str) -> tuple[Statement, ...]:
    """The statements about something, by class, then in the order of the source.

    Args:
        store: a release's graphs.
        focus: the IRI of a statement, of what statements name, of where that is operated (a region has the
            statements about its platforms and halls), of a section or a span of the source.
    """
    from rdflib.term import URIRef

    rows = store.select(read_query("statements-of.rq"), {"focus": URIRef(focus)})
    names = read_names(store, (row["value"] for row in rows))
    said: dict[str, dict[str, list[Identifier]]] = {}
    spans: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows:
        iri, name = str(row["statement"]), str(row["property"])
        facts = said.setdefault(iri, {})
        if "span" in row:
            spans.setdefault(iri, {}).setdefault(str(row["span"]), {})[name] = str(row["value"])
        else:
            facts.setdefault(name, []).append(row["value"])
    found = [_statement(iri, facts, spans.get(iri, {}), names) for iri, facts in said.items()]
    return tuple(sorted(found, key=_rank))


def _rank(one: Statement) -> tuple[int, int, str]:
    kind = KINDS.index(one.kind.iri) if one.kind.iri in KINDS else len(KINDS)
    return kind, one.places[0].start if one.places else 0, one.iri


def _statement(
    iri: str,
    facts: Mapping[str, list[Identifier]],
    spans: Mapping[str, Mapping[str, str]],
    names: Mapping[str, Words],
) -> Statement:
    from rdflib.term import URIRef

    def term(value: str) -> Term:
        return Term(value, names.get(value, {}))

    def words(name: str) -> Words:
        return {getattr(one, "language", None) or "": str(one) for one in facts.get(name, ())}

    def first(name: str) -> str:
        return next(iter(sorted(map(str, facts.get(expand(name), ())))), "")

    kinds = sorted(str(kind) for kind in facts.get(_TYPE, ()) if str(kind) != _STATEMENT)
    roles = {
        notation(name): tuple(sorted(map(term, map(str, values)), key=lambda one: one.iri))
        for name, values in facts.items()
        if name not in _NO_ROLES and all(isinstance(value, URIRef) for value in values)
    }
    period = first("egov:period")
    places = (_place(span, said, names) for span, said in spans.items())
    return Statement(
        iri=iri,
        words=words(_LABEL),
        kind=term(kinds[0] if kinds else _STATEMENT),
        roles=roles,
        period=term(period) if period else None,
        completeness=notation(first("egov:listCompleteness")),
        is_hedged=first("egov:hedged") in ("true", "1"),
        note=words(_NOTE),
        places=tuple(sorted((one for one in places if one), key=lambda one: (one.start, one.end))),
    )


def _place(span: str, said: Mapping[str, str], names: Mapping[str, Words]) -> Place | None:
    if not {_SECTION, _START, _END} <= said.keys():
        return None
    section = Term(said[_SECTION], names.get(said[_SECTION], {}))
    return Place(section, int(said.get(_PARAGRAPH, 0)), int(said[_START]), int(said[_END]), span)


_NO_ROLES: Final = frozenset(
    map(
        expand,
        (
            "rdf:type",
            "egov:period",
            "egov:periodSpan",
            "egov:quantitySpan",
            "egov:listCompleteness",
            "egov:reviewState",
            "prov:wasDerivedFrom",
        ),
    )
)
