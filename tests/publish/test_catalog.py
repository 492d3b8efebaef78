"""The catalogue and the statistics: counted again by other means."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

import pytest
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, VOID, XSD

from egov_kg import iris
from egov_kg.publish.catalog import CATALOGUE
from egov_kg.publish.export import FORMATS
from egov_kg.publish.void import WHOLE
from egov_kg.release.build import build
from egov_kg.release.registry import Release
from egov_kg.settings import Settings
from egov_kg.store.rdf_io import Quad, parse_rdf
from support.sources import EDITION, make_sources

SPDX = "http://spdx.org/rdf/terms#"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    root = tmp_path_factory.mktemp("catalogue")
    return build(make_sources(root / "sources"), Settings(root / "home"), engine="shacl")


@pytest.fixture(scope="module")
def quads(release: Release) -> dict[str, list[Quad]]:
    found: dict[str, list[Quad]] = defaultdict(list)
    for quad in parse_rdf(release.nquads):
        found[str(quad.graph_name)[1:-1]].append(quad)
    return found


@pytest.fixture(scope="module")
def catalogue(quads: dict[str, list[Quad]]) -> Graph:
    text = "".join(f"{quad.triple} .\n" for quad in quads[iris.graph("catalogue")])
    return Graph().parse(data=text, format="nt")


def number(catalogue: Graph, subject: str, predicate: URIRef) -> int:
    (value,) = catalogue.objects(URIRef(subject), predicate)
    assert isinstance(value, Literal)
    return int(value)


def value(quad: Quad) -> str:
    """The object as the store sees it, for which 71.0 and 71 are one number."""
    text = str(quad.object)
    literal, _, datatype = text.rpartition("^^")
    if datatype == f"<{XSD.decimal}>":
        return f"{Decimal(literal.strip(chr(34))).normalize():f}^^{datatype}"
    return text


@pytest.mark.parametrize("name", ["derived", "ontology", "regions", EDITION])
def test_void_counts_are_right(name: str, catalogue: Graph, quads: dict[str, list[Quad]]) -> None:
    graph = iris.graph(name)
    mine = quads[graph]
    assert number(catalogue, graph, VOID.triples) == len(mine)
    assert number(catalogue, graph, VOID.distinctSubjects) == len({str(q.subject) for q in mine})
    assert number(catalogue, graph, VOID.distinctObjects) == len({value(q) for q in mine})
    properties = Counter(q.predicate.value for q in mine)
    classes = Counter(str(q.object)[1:-1] for q in mine if q.predicate.value == str(RDF.type))
    for link, term, counted, wanted in (
        (VOID.propertyPartition, VOID.property, VOID.triples, properties),
        (VOID.classPartition, VOID["class"], VOID.entities, classes),
    ):
        found = {
            str(catalogue.value(part, term)): number(catalogue, str(part), counted)
            for part in catalogue.objects(URIRef(graph), link)
        }
        assert found == wanted
    assert number(catalogue, graph, VOID.properties) == len(properties)
    assert number(catalogue, graph, VOID.classes) == len(classes)


def test_the_whole_is_the_sum_of_its_subsets(catalogue: Graph, quads: dict[str, list[Quad]]) -> None:
    subsets = {str(graph) for graph in catalogue.objects(URIRef(WHOLE), VOID.subset)}
    assert subsets == set(quads) - {iris.graph("catalogue")}
    assert number(catalogue, WHOLE, VOID.triples) == sum(len(quads[graph]) for graph in subsets)


def test_every_dataset_of_the_data_is_listed(catalogue: Graph) -> None:
    listed = {str(dataset) for dataset in catalogue.objects(URIRef(CATALOGUE), DCAT.dataset)}
    assert listed == {WHOLE, iris.thing("dataset", EDITION), iris.thing("dataset", "derived")}
    for dataset in listed - {WHOLE}:
        assert (URIRef(dataset), DCTERMS.isPartOf, URIRef(WHOLE)) in catalogue
    assert (
        URIRef(iris.graph(EDITION)),
        DCTERMS.isPartOf,
        URIRef(iris.thing("dataset", EDITION)),
    ) in catalogue


def test_every_file_is_a_distribution(catalogue: Graph, release: Release) -> None:
    distributions = set(catalogue.objects(URIRef(WHOLE), DCAT.distribution))
    assert len(distributions) == len(FORMATS)
    for known in FORMATS:
        (one,) = catalogue.subjects(DCTERMS.identifier, Literal(known.file))
        assert one in distributions
        media = f"https://www.iana.org/assignments/media-types/{known.media_type}"
        assert (one, DCAT.mediaType, URIRef(media)) in catalogue
        address = URIRef(f"{iris.BASE}download/{known.file}")
        assert list(catalogue.objects(one, DCAT.downloadURL)) == [address]
        assert list(catalogue.objects(one, DCAT.accessURL)) == [address]
        packed = [str(value) for value in catalogue.objects(one, DCAT.compressFormat)]
        kinds = {"gzip": "application/gzip", "zstd": "application/zstd"}
        wanted = [kinds[known.compression]] if known.compression else []
        assert packed == [f"https://www.iana.org/assignments/media-types/{kind}" for kind in wanted]
        assert len(list(catalogue.objects(one, DCTERMS.format))) == 1
        languages = [getattr(title, "language", None) for title in catalogue.objects(one, DCTERMS.title)]
        assert sorted(map(str, languages)) == ["en", "zh"]


def test_sizes_and_checksums_are_those_of_the_files(catalogue: Graph, release: Release) -> None:
    checked = 0
    for one in catalogue.subjects(DCAT.byteSize):
        file = str(catalogue.value(one, DCTERMS.identifier))
        facts = release.manifest["files"][file]
        assert number(catalogue, str(one), DCAT.byteSize) == facts["bytes"]
        checksum = catalogue.value(one, URIRef(f"{SPDX}checksum"))
        assert str(catalogue.value(checksum, URIRef(f"{SPDX}checksumValue"))).lower() == facts["sha256"]
        checked += 1
    assert checked == sum(1 for known in FORMATS if not known.syntax)


def test_the_version_is_the_release(catalogue: Graph, release: Release) -> None:
    assert list(catalogue.objects(URIRef(WHOLE), URIRef(f"{DCAT}version"))) == [Literal(release.id)]


def test_own_iris_have_the_projects_forms(quads: dict[str, list[Quad]]) -> None:
    addresses = {f"{iris.BASE}download/{known.file}" for known in FORMATS}
    addresses |= {f"{iris.BASE}{path}" for path in ("", "sparql", "graphs", "openapi.json")}
    for quad in quads[iris.graph("catalogue")]:
        for term in (quad.subject, quad.object):
            text = str(term)
            if text[1:-1] in addresses:
                continue
            if text.startswith(f"<{iris.BASE}") and quad.predicate.value != str(VOID.vocabulary):
                iris.parse(text[1:-1])


def test_the_dumps_of_the_whole_are_named(catalogue: Graph) -> None:
    named = {str(dump) for dump in catalogue.objects(URIRef(WHOLE), VOID.dataDump)}
    assert named == {f"{iris.BASE}download/{known.file}" for known in FORMATS if known.syntax}
