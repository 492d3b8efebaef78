"""The catalogue graph: what a build can say of itself, in DCAT 3.

The words (titles, licence, publisher) are written by hand in `data/ttl/catalogue/`; here come the version,
the datasets that the data describe, the distributions with their formats, sizes and checksums, and the
statistics. A dump cannot carry its own size and checksum: only the other files have them; `manifest.json` has
all.

Specification: Data Catalog Vocabulary (DCAT) 3, sections 6.4 (Catalog), 6.6 (Dataset), 6.8 (Distribution).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from egov_kg import iris
from egov_kg.namespaces import expand
from egov_kg.publish import rights
from egov_kg.publish.export import COMPRESSIONS, FORMATS, Format
from egov_kg.publish.void import WHOLE, GraphStatistics, describe, links, read_query

if TYPE_CHECKING:
    from rdflib.term import Identifier, URIRef

    from egov_kg.store.base import Store

    Triple = tuple[URIRef, URIRef, Identifier]

CATALOGUE: Final = iris.thing("catalogue", "egov-kg")

DOWNLOADS: Final = f"{iris.BASE}download/"
"""The address of a file of the current release, without its name."""

_FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_SPDX = "http://spdx.org/rdf/terms#"
_SCOPES: Final[Mapping[str, tuple[str, str]]] = {
    "dataset": ("all named graphs", "全部命名图"),
    "union": ("the union of all graphs but the derived one", "除推算图外各图的并集"),
    "observations": ("the reported observations", "报告观测值"),
    "description": ("a description for programs that find and load data", "供检索和加载数据的程序使用的描述"),
}


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file that is ready: its size in bytes and its SHA-256 in hexadecimal."""

    size: int
    sha256: str


def catalogue(
    store: Store, release: str, graphs: Sequence[GraphStatistics], ready: Mapping[str, FileFacts]
) -> str:
    """The computed part of the catalogue graph, as N-Triples; a function of its arguments alone.

    Args:
        store: the release's graphs, without this one.
        release: the release's id.
        graphs: the statistics of each graph.
        ready: files of the release that are finished, by name.
    """
    from rdflib import Graph

    graph = Graph()
    said = list(_imports(store))
    imports = {
        str(thing): str(value)
        for thing, property_, value in said
        if str(property_) == expand("dcterms:license")
    }
    parts = (
        _datasets(store, release),
        said,
        rights.licences(imports),
        describe(graphs),
        links(store),
        _distributions(ready, imports),
    )
    for part in parts:
        for triple in part:
            graph.add(triple)
    return graph.serialize(format="nt")


def _datasets(store: Store, release: str) -> Iterator[Triple]:
    from rdflib.term import Literal, URIRef

    def link(subject: str, predicate: str, target: str) -> Triple:
        return URIRef(subject), URIRef(expand(predicate)), URIRef(target)

    yield URIRef(WHOLE), URIRef(expand("dcat:version")), Literal(release)
    for row in store.select(read_query("datasets.rq")):
        dataset, graph = str(row["dataset"]), str(row["graph"])
        if dataset == WHOLE:
            continue
        yield link(dataset, "rdf:type", expand("dcat:Dataset"))
        yield link(CATALOGUE, "dcat:dataset", dataset)
        yield link(WHOLE, "dcterms:hasPart", dataset)
        yield link(dataset, "dcterms:isPartOf", WHOLE)
        yield link(graph, "dcterms:isPartOf", dataset)


def _imports(store: Store) -> Iterator[Triple]:
    """What each import says of itself: whose it is and what may be done with it, for the default graph."""
    from rdflib.term import URIRef

    for row in store.select(read_query("imports.rq")):
        yield URIRef(str(row["thing"])), URIRef(str(row["property"])), row["value"]


def _distributions(ready: Mapping[str, FileFacts], imports: Mapping[str, str]) -> Iterator[Triple]:
    from rdflib.term import Literal, URIRef

    for known in FORMATS:
        slug = f"egov-kg-{known.name.replace('.', '-')}"
        iri = URIRef(iris.thing("distribution", slug))

        def fact(predicate: str, value: Identifier, subject: URIRef = iri) -> Triple:
            return subject, URIRef(expand(predicate)), value

        download = URIRef(DOWNLOADS + known.file)
        file_type = URIRef(_FILE_TYPES + known.file_type)
        yield fact("dcat:distribution", iri, URIRef(WHOLE))
        yield fact("rdf:type", URIRef(expand("dcat:Distribution")))
        for lang, title in _titles(known).items():
            yield fact("dcterms:title", Literal(title, lang=lang))
            yield fact("rdfs:label", Literal(title, lang=lang))
        yield fact("dcterms:identifier", Literal(known.file))
        yield from _media_type(iri, "dcat:mediaType", known.media_type)
        yield fact("dcterms:format", file_type)
        yield fact("rdf:type", URIRef(expand("dcterms:MediaTypeOrExtent")), file_type)
        if known.compression:
            yield from _media_type(iri, "dcat:compressFormat", COMPRESSIONS[known.compression][1])
        # A distribution that can be fetched has the same address for both (DCAT 3, section 6.8.8).
        yield fact("dcat:accessURL", download)
        yield fact("dcat:downloadURL", download)
        yield from rights.of_file(iri, imports if known.scope == "dataset" else {})
        if known.syntax:
            yield fact("void:dataDump", download, URIRef(WHOLE))
        if facts := ready.get(known.file):
            checksum = URIRef(iris.thing("checksum", slug))
            algorithm = URIRef(f"{_SPDX}checksumAlgorithm_sha256")
            yield fact("dcat:byteSize", _typed(str(facts.size), "xsd:nonNegativeInteger"))
            yield iri, URIRef(f"{_SPDX}checksum"), checksum
            yield fact("rdf:type", URIRef(f"{_SPDX}Checksum"), checksum)
            yield checksum, URIRef(f"{_SPDX}algorithm"), algorithm
            yield fact("rdf:type", URIRef(f"{_SPDX}ChecksumAlgorithm"), algorithm)
            yield checksum, URIRef(f"{_SPDX}checksumValue"), _typed(facts.sha256, "xsd:hexBinary")


def _media_type(distribution: URIRef, predicate: str, name: str) -> Iterator[Triple]:
    from rdflib.term import URIRef

    media_type = URIRef(_MEDIA_TYPES + name)
    yield distribution, URIRef(expand(predicate)), media_type
    yield media_type, URIRef(expand("rdf:type")), URIRef(expand("dcterms:MediaType"))


def scope_words(known: Format) -> dict[str, str]:
    """What a file holds, by language."""
    return dict(zip(("en", "zh"), _SCOPES[known.scope], strict=True))


def _titles(known: Format) -> dict[str, str]:
    words = scope_words(known)
    return {"en": f"{known.file}: {words['en']}", "zh": f"{known.file}：{words['zh']}"}


def _typed(text: str, datatype: str) -> Identifier:
    from rdflib.term import Literal, URIRef

    # Not normalised: rdflib would write hexBinary digits in capitals.
    return Literal(text, datatype=URIRef(expand(datatype)), normalize=False)
