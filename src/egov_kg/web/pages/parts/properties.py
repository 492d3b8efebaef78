"""What is said of a resource as readers want it: what it is first, what only programs need last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from egov_kg.namespaces import expand, shrink
from egov_kg.publish.describe import Description, Fact
from egov_kg.web.pages.parts.shown import Shown, term, value

if TYPE_CHECKING:
    from rdflib.term import Identifier

_FIRST: Final = (
    "skos:prefLabel",
    "rdfs:label",
    "dcterms:title",
    "foaf:name",
    "skos:altLabel",
    "skos:definition",
    "dcterms:description",
    "rdfs:comment",
    "skos:note",
    "rdf:type",
    "rdfs:subClassOf",
    "skos:broader",
    "dcterms:isPartOf",
)
_LAST: Final = (
    "skos:notation",
    "skos:inScheme",
    "skos:topConceptOf",
    "egov:labelOrigin",
    "egov:reviewState",
    "dcterms:language",
    "dcterms:license",
    "egov:order",
    "egov:codePoints",
    "egov:sha256",
    "egov:spanSha256",
    "oa:hasSource",
    "oa:hasSelector",
    "rdfs:isDefinedBy",
    "rdfs:seeAlso",
)
_RANK: Final[Mapping[str, int]] = {
    **{expand(name): place - len(_FIRST) for place, name in enumerate(_FIRST)},
    **{expand(name): place + 1 for place, name in enumerate(_LAST)},
}
PLACES: Final = frozenset(
    map(
        expand,
        (
            "prov:wasDerivedFrom",
            "egov:figureSpan",
            "egov:periodSpan",
            "egov:quantitySpan",
            "egov:thresholdSpan",
            "egov:excludedSpan",
        ),
    )
)
"""Properties that lead to a place in the source."""

_LABELS: Final = tuple(map(expand, ("skos:prefLabel", "rdfs:label", "dcterms:title", "foaf:name")))


@dataclass(frozen=True, slots=True)
class Group:
    """The values of a property.

    Attributes:
        name: the property.
        anchor: what a link to it on the page ends with.
        values: what it leads to.
        rank: see `rank`.
    """

    name: Shown
    anchor: str
    values: tuple[Shown, ...]
    rank: int


def rank(iri: str) -> int:
    """The place of a property: below 0 what readers want first, above 0 what they can do without."""
    return _RANK.get(iri, 0)


def groups(about: Description, facts: Iterable[Fact], lang: str) -> list[Group]:
    """Facts by property, in the order of readers; what says the same as a label is left out.

    Places in the source are left out too: they are shown as such.
    """
    found: dict[str, list[Identifier]] = {}
    for fact in facts:
        if fact.predicate not in PLACES:
            found.setdefault(fact.predicate, []).append(fact.value)
    for other in _LABELS[1:]:
        if set(found.get(other, ())) <= set(found.get(_LABELS[0], ())):
            found.pop(other, None)
    named = [(rank(name), term(about, name, lang), name) for name in found]
    return [
        Group(shown, anchor(name), _values(about, found[name], lang), place)
        for place, shown, name in sorted(named, key=lambda one: (one[0], one[1].text.casefold(), one[2]))
    ]


def texts(about: Description, curies: Iterable[str], lang: str, *, every: bool = False) -> tuple[Shown, ...]:
    """The values of the first of some properties that has any.

    Args:
        about: what is said of the resource.
        curies: the properties.
        lang: the reader's language, whose texts come first.
        every: give those in other languages, too; else one of them only where the reader's has none.
    """
    for curie in curies:
        values = _values(about, about.values(expand(curie)), lang)
        if every and values:
            return values
        if own := tuple(one for one in values if one.lang in (lang, "")):
            return own
        if values:
            return values[:1]
    return ()


def _values(about: Description, values: Iterable[Identifier], lang: str) -> tuple[Shown, ...]:
    shown = {value(about, one, lang) for one in values}
    return tuple(sorted(shown, key=lambda one: (one.lang not in (lang, ""), one.lang, one.text.casefold())))


def anchor(iri: str) -> str:
    """What a link to a property on the page of a resource ends with."""
    return "p-" + "".join(letter if letter.isalnum() else "-" for letter in shrink(iri))
