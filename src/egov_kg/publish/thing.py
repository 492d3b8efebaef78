"""One thing in the words of schema.org, as JSON-LD: what search engines read of its page.

A class of ours is named by the nearest class of schema.org that is true of all its members, else `Thing`: a
group of bodies is no Organization, a group of websites no WebSite.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from egov_kg.namespaces import expand
from egov_kg.publish.describe import Description
from egov_kg.publish.schemaorg import CONTEXT, said
from egov_kg.publish.statements import KINDS
from egov_kg.publish.void import WHOLE

if TYPE_CHECKING:
    from rdflib.term import Identifier

TYPES: Final[Mapping[str, str]] = {
    expand("egov:Region"): "AdministrativeArea",
    expand("org:FormalOrganization"): "Organization",
    expand("org:OrganizationalUnit"): "Organization",
    expand("foaf:Person"): "Person",
    expand("foaf:Agent"): "Organization",
    **dict.fromkeys(KINDS, "Claim"),
    expand("egov:Statement"): "Claim",
    expand("egov:SourceDocument"): "Report",
    expand("egov:Document"): "CreativeWork",
    expand("egov:Section"): "CreativeWork",
    expand("egov:WebsiteGroup"): "Collection",
    expand("egov:Pilot"): "Project",
    expand("egov:Project"): "Project",
    expand("qb:Observation"): "Observation",
    expand("dcat:Catalog"): "DataCatalog",
    expand("dcat:Distribution"): "DataDownload",
    expand("dcat:DataService"): "WebAPI",
    expand("dcat:Dataset"): "Dataset",
    expand("void:Dataset"): "Dataset",
    expand("skos:ConceptScheme"): "DefinedTermSet",
    expand("owl:Ontology"): "DefinedTermSet",
    expand("skos:Concept"): "DefinedTerm",
}
"""Classes (their IRIs) to types of schema.org; of a thing with several, the first counts."""

_COUNTRY: Final = expand("ecode:region-level/country")
_DESCRIPTIONS: Final = ("skos:definition", "dcterms:description", "rdfs:comment")
_NUMBERS: Final = {
    "value": "sdmx-measure:obsValue",
    "minValue": "egov:lowerBound",
    "maxValue": "egov:upperBound",
}


def document(about: Description) -> dict[str, Any]:
    """A thing by its names, codes, definition, where it belongs, and what else is the same.

    Args:
        about: what is known of it.
    """
    kind = _type(about)
    return {
        "@context": CONTEXT,
        "@graph": [
            {
                "@id": about.iri,
                "@type": kind,
                **said("name", about.labels.get(about.iri, {}).items()),
                **said("alternateName", map(_text, _values(about, "skos:altLabel"))),
                **said("description", map(_text, _first(about, _DESCRIPTIONS))),
                **_some("identifier", [_code(value) for value in _values(about, "skos:notation")]),
                **_some("sameAs", _named(_values(about, "skos:exactMatch"))),
                **_belonging(about, kind),
                "url": about.iri,
                "subjectOf": {"@id": WHOLE},
            }
        ],
    }


def _type(about: Description) -> str:
    classes = set(map(str, _values(about, "rdf:type")))
    found = next((TYPES[name] for name in TYPES if name in classes), "Thing")
    is_country = _COUNTRY in map(str, _values(about, "egov:regionLevel"))
    return "Country" if found == "AdministrativeArea" and is_country else found


def _belonging(about: Description, kind: str) -> dict[str, Any]:
    """What only things of some types have: what they are in, a code, a value with its bounds."""
    if kind in ("AdministrativeArea", "Country"):
        return _some("containedInPlace", _linked(about, "skos:broader", "AdministrativeArea"))
    if kind == "DefinedTerm":
        codes = sorted(map(str, _values(about, "skos:notation")))
        lists = _linked(about, "skos:inScheme", "DefinedTermSet")
        return _some("termCode", codes) | _some("inDefinedTermSet", lists)
    if kind == "Observation":
        found = {name: _values(about, curie) for name, curie in _NUMBERS.items()}
        numbers = {
            name: {"@value": str(values[0]), "@type": "xsd:decimal"}
            for name, values in found.items()
            if values
        }
        return {"@type": ["Observation", "QuantitativeValue"], **numbers}
    if kind in ("Dataset", "DataDownload"):
        return _some("license", _named(_values(about, "dcterms:license")))
    if kind == "CreativeWork":
        return _some("isPartOf", _named(_values(about, "dcterms:isPartOf")))
    return {}


def _values(about: Description, curie: str) -> tuple[Identifier, ...]:
    return tuple(sorted(about.values(expand(curie)), key=lambda value: value.n3()))


def _first(about: Description, curies: Iterable[str]) -> tuple[Identifier, ...]:
    return next((found for curie in curies if (found := _values(about, curie))), ())


def _linked(about: Description, curie: str, kind: str) -> list[dict[str, Any]]:
    """What a property leads to, with a type and its names."""
    return [
        {"@id": iri, "@type": kind, **said("name", about.labels.get(iri, {}).items())}
        for iri in sorted(map(str, _values(about, curie)))
    ]


def _named(values: Iterable[Identifier]) -> list[dict[str, str]]:
    return [{"@id": iri} for iri in sorted(map(str, values))]


def _text(value: Identifier) -> tuple[str, str]:
    return getattr(value, "language", None) or "", str(value)


def _code(value: Identifier) -> dict[str, Any]:
    """A code, with the list that it is from where its datatype says so."""
    datatype = str(getattr(value, "datatype", None) or "")
    return {
        "@type": "PropertyValue",
        **({"propertyID": datatype} if datatype else {}),
        "value": str(value),
    }


def _some(name: str, values: list[Any]) -> dict[str, Any]:
    return {name: values} if values else {}
