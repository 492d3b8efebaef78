"""Derived values as values: what follows from reported observations, and how. No source states them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from egov_kg.intervals import Interval
from egov_kg.namespaces import PREFIXES, expand
from egov_kg.publish.about import Words
from egov_kg.publish.figures import notation
from egov_kg.publish.observations import Observation, Term, read_observations
from egov_kg.publish.void import read_query

if TYPE_CHECKING:
    from rdflib.term import Identifier

    from egov_kg.store.base import Store


@dataclass(frozen=True, slots=True)
class Derivation:
    """A derived observation.

    Attributes:
        iri: its IRI.
        words: its label by language.
        value: the central value, in the base unit.
        unit: the local name of the QUDT unit.
        bounds: what the inputs allow.
        inputs: the reported observations that it is derived from.
        denominator: the set that a share was taken of.
        size: its members.
        policy: by which a figure was given an interval.
        formula: how bounds and value were computed.
        rounding, notes: by language.
    """

    iri: str
    words: Words
    value: Decimal
    unit: str
    bounds: Interval
    inputs: tuple[Observation, ...]
    denominator: Term
    size: Decimal
    policy: Term
    formula: str
    rounding: Words
    notes: Words


def read_derivations(store: Store, focus: str, inputs: Iterable[Observation] = ()) -> tuple[Derivation, ...]:
    """A derived observation, or those derived from a reported one or for an indicator, by IRI.

    Args:
        store: a release's graphs.
        focus: the IRI of any of these.
        inputs: reported observations that need not be read again.
    """
    from rdflib.term import URIRef

    said: dict[str, dict[str, list[Identifier]]] = {}
    names: dict[str, dict[str, str]] = {}
    for row in store.select(read_query("derivations-of.rq"), {"focus": URIRef(focus)}):
        values = said.setdefault(str(row["derived"]), {}).setdefault(str(row["property"]), [])
        if row["value"] not in values:
            values.append(row["value"])
        if "name" in row:
            language = getattr(row["name"], "language", None) or ""
            names.setdefault(str(row["value"]), {})[language] = str(row["name"])
    known: dict[str, tuple[Observation, ...]] = {one.iri: (one,) for one in inputs}
    return tuple(_derivation(store, iri, said[iri], names, known) for iri in sorted(said))


_INPUT: Final = expand("prov:wasDerivedFrom")


def _derivation(
    store: Store,
    iri: str,
    facts: dict[str, list[Identifier]],
    names: dict[str, dict[str, str]],
    known: dict[str, tuple[Observation, ...]],
) -> Derivation:
    def every(curie: str) -> list[Identifier]:
        return facts.get(expand(curie), [])

    def text(curie: str) -> str:
        return str(every(curie)[0]) if every(curie) else ""

    def term(curie: str) -> Term:
        return Term(text(curie), names.get(text(curie), {}))

    def words(curie: str) -> dict[str, str]:
        return {getattr(value, "language", None) or "": str(value) for value in every(curie)}

    def bound(side: str) -> tuple[Decimal | None, bool]:
        found = text(f"egov:{side}Bound")
        return (Decimal(found) if found else None), text(f"egov:{side}Inclusive") == "true"

    for source in map(str, facts.get(_INPUT, ())):
        if source.startswith(f"{PREFIXES['eid']}observation/") and source not in known:
            known[source] = read_observations(store, source)
    return Derivation(
        iri=iri,
        words=words("rdfs:label"),
        value=Decimal(text("sdmx-measure:obsValue")),
        unit=notation(text("sdmx-attribute:unitMeasure")),
        bounds=Interval(*bound("lower"), *bound("upper")),
        inputs=tuple(
            one for source in sorted(map(str, facts.get(_INPUT, ()))) for one in known.get(source, ())
        ),
        denominator=term("egov:denominator"),
        size=Decimal(text("egov:denominatorValue") or 0),
        policy=term("egov:intervalPolicy"),
        formula=text("egov:formula"),
        rounding=words("egov:rounding"),
        notes=words("skos:note"),
    )
