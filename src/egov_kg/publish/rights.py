"""What may be done with the files of a release: those with imports in them have parts of other licences.

Specifications: DCAT-AP 3, class Distribution: at most one `dcterms:license`, one for all that is in the file,
and at most one `dcterms:rights`, a statement that says what one licence cannot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from egov_kg import iris
from egov_kg.licences import BY_IRI, short_name
from egov_kg.namespaces import expand
from egov_kg.publish.void import WHOLE

if TYPE_CHECKING:
    from rdflib.term import Identifier, URIRef

    Triple = tuple[URIRef, URIRef, Identifier]

_STATEMENT: Final = iris.thing("rights", "with-imports")
_DATASETS: Final = f"{iris.BASE}id/dataset/{iris.IMPORT}"


def licences(imports: Mapping[str, str]) -> Iterator[Triple]:
    """What is said of the licences of imports themselves, and of all of them together.

    Args:
        imports: the licence of each, by the IRI of its description.
    """
    from rdflib.term import Literal, URIRef

    for iri in sorted(set(imports.values()) & set(BY_IRI)):
        yield URIRef(iri), URIRef(expand("rdf:type")), URIRef(expand("dcterms:LicenseDocument"))
        for lang, text in BY_IRI[iri].names.items():
            yield URIRef(iri), URIRef(expand("rdfs:label")), Literal(text, lang=lang)
    if imports:
        yield URIRef(WHOLE), URIRef(expand("dcterms:rights")), URIRef(_STATEMENT)
        yield URIRef(_STATEMENT), URIRef(expand("rdf:type")), URIRef(expand("dcterms:RightsStatement"))
        for lang, text in _words(imports).items():
            yield URIRef(_STATEMENT), URIRef(expand("rdfs:label")), Literal(text, lang=lang)


def of_file(distribution: URIRef, imports: Mapping[str, str]) -> Iterator[Triple]:
    """What may be done with a file.

    Args:
        distribution: its IRI.
        imports: the licence of each import in it.
    """
    from rdflib.term import URIRef

    if not set(imports.values()) - {iris.LICENCE}:
        yield distribution, URIRef(expand("dcterms:license")), URIRef(iris.LICENCE)
    if imports:
        yield distribution, URIRef(expand("dcterms:rights")), URIRef(_STATEMENT)


def _words(imports: Mapping[str, str]) -> dict[str, str]:
    parts = [
        (dataset.removeprefix(_DATASETS), short_name(licence)) for dataset, licence in sorted(imports.items())
    ]
    own = short_name(iris.LICENCE)
    en = ", ".join(f"{name} {licence}" for name, licence in parts)
    zh = "、".join(f"{name} 为 {licence}" for name, licence in parts)
    return {
        "en": f"Imports have licences of their own: {en}. All else: {own}.",
        "zh": f"各导入有其自身的许可：{zh}。其余部分：{own}。",
    }
