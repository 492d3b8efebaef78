"""The prefixes used in everything the project writes: one map, in the order they are printed."""

from __future__ import annotations

from typing import Final

PREFIXES: Final[dict[str, str]] = {
    "egov": "https://w3id.org/egov-kg/ontology#",
    "eid": "https://w3id.org/egov-kg/id/",
    "ecode": "https://w3id.org/egov-kg/code/",
    "egraph": "https://w3id.org/egov-kg/graph/",
    "qb": "http://purl.org/linked-data/cube#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sdmx-code": "http://purl.org/linked-data/sdmx/2009/code#",
    "sdmx-concept": "http://purl.org/linked-data/sdmx/2009/concept#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "time": "http://www.w3.org/2006/time#",
    "unit": "http://qudt.org/vocab/unit/",
    "qudt": "http://qudt.org/schema/qudt/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "https://schema.org/",
    "void": "http://rdfs.org/ns/void#",
    "vann": "http://purl.org/vocab/vann/",
    "wd": "http://www.wikidata.org/entity/",
    "sssom": "https://w3id.org/sssom/",
    "semapv": "https://w3id.org/semapv/vocab/",
    "sh": "http://www.w3.org/ns/shacl#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def expand(curie: str) -> str:
    """`prefix:local` as an IRI.

    Raises:
        KeyError: an unknown prefix.
    """
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


def shrink(iri: str) -> str:
    """An IRI as `prefix:local` with the longest namespace that fits, or the IRI itself."""
    best = max(
        (item for item in PREFIXES.items() if iri.startswith(item[1])), key=lambda p: len(p[1]), default=None
    )
    return iri if best is None else f"{best[0]}:{iri[len(best[1]) :]}"


def folder(iri: str) -> tuple[str, str] | None:
    """The prefix and namespace that let an IRI of a thing or a code be written without escapes, or None.

    Turtle needs a backslash before a `/` in a local name, so `id/<type>/` is `<type>:`, and `code/<scheme>/`
    is `c-<scheme>:`, as in `data/ttl`.
    """
    for parent, lead in ((PREFIXES["eid"], ""), (PREFIXES["ecode"], "c-")):
        name, slash, rest = iri.removeprefix(parent).partition("/")
        prefix = lead + name
        if iri.startswith(parent) and slash and rest and prefix not in PREFIXES:
            return prefix, parent + name + slash
    return None
